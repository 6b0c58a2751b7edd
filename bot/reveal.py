"""Screens that hide: names of a case stand masked, are shown for a minute when somebody says why, and are hidden again.

What was shown is edited back by the sender once its time is over (db/outbox.py AFTERWARDS), also after a restart. It cannot
be forwarded where the channel allows that (protect_content), and our gateway forgets it early (class `sensitive`).
Source: 未成年人保护法 art. 103; 未成年人网络保护条例 art. 36.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.work import Rows, Work, inline, split
from db import children, outbox, people
from db.outbox import AFTERWARDS
from db.reports import Report

NAMES_SECONDS = 60
PASSWORD_SECONDS = 600
SHORTEST_GIVEN = 2  # a given name of one character is part of too many words
WHOLE_LINES = ("child", "who", "suspect", "phone")  # answers that may be nothing but a name or a number
HIDDEN = "＊＊＊"


def show(work: Work, text: str, hidden: str, rows: Rows = (), *, seconds: int = NAMES_SECONDS) -> None:
    """Say something below that becomes `hidden`, with `rows` under it, so many seconds after it was sent.

    One too long for a message becomes several; all of them are hidden. The outbox forgets the words when they are sent.
    """
    for part in split(text):
        then: dict[str, Any] = {"text": hidden, "seconds": seconds}
        if rows:
            then["reply_markup"] = inline(rows)
        params = {"text": part, "protect_content": True, AFTERWARDS: then}
        outbox.put(work.conn, work.chat_id, "sendMessage", params, work.now)


def masked_name(name: str) -> str:
    """殷小虎 → 殷某某, as the courts write it."""
    return name[:1] + "某" * (len(name) - 1)


def hushed(work: Work, report: Report, text: str) -> str:
    """A card without the names of the child, its family and the reporter, and without phones, address and school."""
    content = report.content
    for key in WHOLE_LINES:
        value = content.get(key)
        said = value[1] if isinstance(value, list) and len(value) > 1 else value
        if isinstance(said, str) and said and work.words.find(f"report.{key}.{said}") is None:
            text = text.replace(
                work.say(f"report.line.{key}", value=said), work.say(f"report.line.{key}", value=HIDDEN)
            )
    for secret, mask in sorted(_secrets(work, report).items(), key=lambda one: -len(one[0])):
        text = text.replace(secret, mask)
    return text


def _secrets(work: Work, report: Report) -> dict[str, str]:
    """What must not stand on an open screen → what stands there instead."""
    found: dict[str, str] = {}
    file: Mapping[str, Any] = report.content.get("file") or {}
    carers: Iterable[Mapping[str, Any]] = file.get("carers") or ()
    names = [file.get("name"), *(one.get("name") for one in carers)]
    for plain in (file.get("address"), file.get("school"), *(one.get("phone") for one in carers)):
        if plain:
            found[str(plain)] = HIDDEN
    if report.child_id is not None:  # the whole family may be named in what was written
        entry = children.by_ids(work.conn, [report.child_id]).get(report.child_id)
        if entry is not None:
            names += [entry.child.name, *(one.name for one in entry.child.guardians)]
    reporter = people.person(work.conn, report.reporter)
    for number in (reporter.phone if reporter else None, report.content.get("phone")):
        if number and number != "known":
            found[str(number)] = HIDDEN
    for name in (*names, reporter.name if reporter else None):
        if not name:
            continue
        found[name] = masked_name(name)
        if len(name) > SHORTEST_GIVEN:
            found.setdefault(name[1:], "某" * (len(name) - 1))
    return found
