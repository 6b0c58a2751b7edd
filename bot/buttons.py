"""Buttons as small typed values. Each carries its own meaning in at most 64 ASCII bytes.

A form's button names the form, the question and the draft it belongs to, so an old one can resume its form or be
answered kindly; it never depends on anything kept in memory.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from typing import ClassVar

MOST = 64


@dataclass(frozen=True)
class Pick:
    """Choose this answer."""

    tag: ClassVar[str] = "p"
    draft: str
    form: str
    question: str
    choice: str


@dataclass(frozen=True)
class Toggle:
    """Tick or untick one of several."""

    tag: ClassVar[str] = "t"
    draft: str
    form: str
    question: str
    choice: str


@dataclass(frozen=True)
class Done:
    """选好了: what is ticked is the answer."""

    tag: ClassVar[str] = "d"
    draft: str
    form: str
    question: str


@dataclass(frozen=True)
class Skip:
    """跳过"""

    tag: ClassVar[str] = "s"
    draft: str
    form: str
    question: str


@dataclass(frozen=True)
class Enough:
    """先交: pass over all that is still open."""

    tag: ClassVar[str] = "f"
    draft: str
    form: str


@dataclass(frozen=True)
class Edit:
    """Open this question again."""

    tag: ClassVar[str] = "e"
    draft: str
    form: str
    question: str


@dataclass(frozen=True)
class Page:
    """Turn the page of a long list of choices."""

    tag: ClassVar[str] = "g"
    draft: str
    form: str
    question: str
    page: str


@dataclass(frozen=True)
class Fix:
    """修改: list the lines that can be changed."""

    tag: ClassVar[str] = "x"
    draft: str
    form: str


@dataclass(frozen=True)
class Back:
    """返回"""

    tag: ClassVar[str] = "b"
    draft: str
    form: str


@dataclass(frozen=True)
class Submit:
    """确认"""

    tag: ClassVar[str] = "ok"
    draft: str
    form: str


@dataclass(frozen=True)
class Cancel:
    """取消: throw the draft away, or put it aside where the form says so."""

    tag: ClassVar[str] = "c"
    draft: str
    form: str


@dataclass(frozen=True)
class Resume:
    """Take this draft in hand again."""

    tag: ClassVar[str] = "r"
    draft: str
    form: str


@dataclass(frozen=True)
class Start:
    """Open a fresh form, though another of its kind is half filled."""

    tag: ClassVar[str] = "n"
    form: str


@dataclass(frozen=True)
class Do:
    """Do something outside a form: `what` names a handler's press, `args` is what it needs."""

    tag: ClassVar[str] = "do"
    what: str
    args: str = ""


Button = Pick | Toggle | Done | Skip | Enough | Edit | Page | Fix | Back | Submit | Cancel | Resume | Start | Do
FORM_BUTTONS = (Pick, Toggle, Done, Skip, Enough, Edit, Page, Fix, Back, Submit, Cancel, Resume)
_BY_TAG = {
    kind.tag: kind
    for kind in (Pick, Toggle, Done, Skip, Enough, Edit, Page, Fix, Back, Submit, Cancel, Resume, Start, Do)
}


def do(what: str, *args: str) -> Do:
    return Do(what, "|".join(args))


def pack(button: Button) -> str:
    """The callback data. A button that does not fit is a mistake of ours, so it asserts."""
    data = ":".join((button.tag, *astuple(button)))
    assert data.isascii(), f"a button holds ASCII only: {data!r}"
    assert len(data) <= MOST, f"a button must fit {MOST} bytes: {data}"
    return data


def unpack(data: str) -> Button | None:
    """The button, or None for data we never made (another bot's, or forged)."""
    if not data.isascii():  # ours are; "٣".isdecimal() is true
        return None
    tag, _, rest = data.partition(":")
    kind = _BY_TAG.get(tag)
    if kind is None:
        return None
    values = rest.split(":", len(fields(kind)) - 1)
    if len(values) != len(fields(kind)):
        return None
    return kind(*values)


def short(draft_id: str) -> str:
    """The end of a draft's id, enough to tell the drafts of one chat apart."""
    return draft_id[-8:]
