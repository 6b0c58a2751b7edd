"""What was over somebody's number of messages for a day, said the next morning in one message. Nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.words import Words
from db import outbox, people
from db.outbox import Outgoing
from domain.calendar import local_day

MOST_TEXT = 3000
MARKS = "①②③④⑤⑥⑦⑧⑨⑩"


def join_held(conn: Connection, now: datetime) -> int:
    """Bring what is held together, chat by chat, as far as there is room today; how many messages were made of it.

    Only what was held on a day before: today's number is used up, so today's are not said by a back door.
    """
    count = 0
    for chat, rows in outbox.held(conn).items():
        waiting = [row for row in rows if row.created_at is None or local_day(row.created_at) < local_day(now)]
        while waiting and outbox.has_room(conn, chat, now):
            words = Words(people.language_of(conn, chat) or "zh_CN")
            parcel = _parcel(waiting)
            outbox.join(conn, parcel, _joined(words, parcel), now)
            waiting = waiting[len(parcel) :]
            count += 1
    return count


def _parcel(rows: Sequence[Outgoing]) -> list[Outgoing]:
    """As many as one message holds, at least one; formatted text is not mixed with plain."""
    taken, length = [rows[0]], len(rows[0].params["text"])
    for row in rows[1 : len(MARKS)]:
        length += len(row.params["text"])
        if length > MOST_TEXT or "parse_mode" in row.params or "parse_mode" in rows[0].params:
            break
        taken.append(row)
    return taken


def _joined(words: Words, rows: Sequence[Outgoing]) -> dict[str, Any]:
    if len(rows) == 1:
        return rows[0].params
    lines, keyboard = [words("reminders.joined", count=len(rows))], []
    for mark, row in zip(MARKS, rows, strict=False):
        lines.append(f"{mark} {row.params['text']}")
        for cells in row.params.get("reply_markup", {}).get("inline_keyboard", ()):
            keyboard.append([{**cell, "text": f"{mark} {cell['text']}"} for cell in cells])
    params: dict[str, Any] = {"text": "\n\n".join(lines), "link_preview_options": {"is_disabled": True}}
    return params | ({"reply_markup": {"inline_keyboard": keyboard}} if keyboard else {})
