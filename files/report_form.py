"""Papers of a case: values in, a password-protected PDF out (A4; the 强制报告表 of domain.md 1.5, and the case file).

The press (files/press.py) uses only our own fonts and writes nothing to disk: the bytes are sealed (AES-256) before they
are handed over.
"""

from __future__ import annotations

import base64
import io
import secrets
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from PIL import Image, ImageOps

from files import press

TEMPLATE = "case_paper.typ"
LONGEST_SIDE = 1600  # pixels of a printed photo: sharp on A4, and a case of twenty stays small enough to send
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another on paper
GROUPS, GROUP = 3, 4
WIDE_FROM = 16  # characters: a longer value gets the whole line


@dataclass(frozen=True)
class Field:
    """One cell of a form. An empty value is printed as an empty cell, for a pen."""

    label: str
    value: str = ""
    wide: bool = False


@dataclass(frozen=True)
class Form:
    """A block of labelled cells."""

    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Rows:
    """A block with columns. `widths` are millimetres, 0 takes what is left."""

    title: str
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    nothing: str = ""


@dataclass(frozen=True)
class Photo:
    """A photo sent along: only in a paper that was asked for with its photos."""

    caption: str
    content: bytes


Part: TypeAlias = Form | Rows


@dataclass(frozen=True)
class Paper:
    """All that is printed. `head` and `foot` stand on every page, beside the number and the page.

    `mark` (演练, 模拟数据) stands on every page, too, and `mark_line` says it in words below the title.
    `pages` is a sentence with {page} and {pages} in it.
    """

    title: str
    number: str
    head: str
    foot: str
    pages: str
    scope: tuple[str, ...]
    parts: tuple[Part, ...]
    signatures: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    photos: tuple[Photo, ...] = ()
    mark: str | None = None
    mark_line: str = ""


def new_password() -> str:
    """Sixty random bits that can be read aloud and typed on a phone: k7mf-3xqp-w9dr."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def sealed_pdf(paper: Paper, password: str) -> bytes:
    """The paper as a PDF that opens with the password only. Printing is allowed, taking text out of it is not."""
    return sealed(press.pdf(TEMPLATE, data_of(paper)), password)


def open_pdf(paper: Paper) -> bytes:
    """The paper without a password: for a list that is printed and carried along, never for a case."""
    return press.pdf(TEMPLATE, data_of(paper))


def pictures(paper: Paper, ppi: float = 72.0) -> list[bytes]:
    """The same pages as PNG, for looking at; never sent."""
    return press.pictures(TEMPLATE, data_of(paper), ppi)


def sealed(pdf: bytes, password: str) -> bytes:
    """A PDF under a password (AES-256, revision 6). Raises ValueError for an empty one."""
    from pypdf import PdfReader, PdfWriter  # when a paper is made: megabytes that most days nobody needs
    from pypdf.constants import UserAccessPermissions

    if not password:
        raise ValueError("a paper of a case is never left open")
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    writer.encrypt(
        user_password=password,
        owner_password=secrets.token_urlsafe(24),
        permissions_flag=UserAccessPermissions.PRINT | UserAccessPermissions.PRINT_TO_REPRESENTATION,
        algorithm="AES-256",
    )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def data_of(paper: Paper) -> dict[str, Any]:
    """What the template prints, as plain values."""
    plain = {key: value for key, value in asdict(paper).items() if key not in ("parts", "photos", "signatures")}
    return plain | {
        "parts": [_part(part) for part in paper.parts],
        "signatures": [{"who": who, "day": day} for who, day in paper.signatures],
        "photos": [
            {"caption": one.caption, "svg": _svg(one.content)} for one in paper.photos if _readable(one.content)
        ],
    }


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, Rows):
        return asdict(part) | {"kind": "rows"}
    fields = [
        asdict(one) | {"wide": one.wide or len(one.value) > WIDE_FROM or "\n" in one.value} for one in part.fields
    ]
    return {"kind": "form", "title": part.title, "fields": fields}


def _readable(content: bytes) -> bool:
    """Whether it is a picture at all: a broken one is listed and not printed."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.verify()
    except Exception:
        return False
    return True


def _svg(content: bytes) -> str:
    """A photo as the typesetter takes it from a value: upright, no larger than A4 needs, without place or camera."""
    with Image.open(io.BytesIO(content)) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)  # a new file: nothing of the old one's EXIF goes along
    size = f'width="{picture.width}" height="{picture.height}"'
    href = f"data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode()}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><image {size} href="{href}"/></svg>'
