"""Saying something about a report at its own moment: one reminder row, one message, whoever looks and however often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from bot.buttons import Button
from bot.words import Words
from bot.work import inline
from db import outbox, reminder_people, reminders
from db.outbox import Urgency
from db.types import new_id
from domain.calendar import local_day
from domain.policy import Policy
from domain.reports.crew import Crew
from domain.units import UnitTree

Buttons = Sequence[Sequence[tuple[str, Button]]]


@dataclass(frozen=True)
class Look:
    """What one look shares."""

    conn: Connection
    now: datetime
    tree: UnitTree
    policy: Policy
    crew: Crew


def words_of(look: Look, person: str) -> Words:
    found = reminder_people.recipients(look.conn, {person}).get(person)
    return Words(found.language if found else "zh_CN")


def say(
    look: Look, key: tuple[str, str, str], text: str, rows: Buttons, *, awake: bool, day: date | None = None
) -> int:
    """Queue a message with its reminder row; 0 if it was said before or cannot reach its reader (kept as such).

    `day` is that of the step, never of the sending: looked at again the next day, it is still the same step.
    """
    rule, subject, person = key
    return say_together(look, person, [(rule, subject)], text, rows, awake=awake, day=day)


def say_together(
    look: Look, person: str, keys: Sequence[tuple[str, str]], text: str, rows: Buttons, *, awake: bool = False,
    day: date | None = None, days: Sequence[date] = (),
) -> int:  # fmt: skip
    """The same for a message that says several things (rule, subject) at once, each a step of its own of `days`; it goes
    out if any of them is new."""
    today = local_day(look.now)
    reader = reminder_people.recipients(look.conn, {person}).get(person)
    if reader is None:
        return 0
    digest_id = new_id() if reader.chat_id is not None else None
    new = [
        reminders.carry(look.conn, (rule, subject, person, of), today, look.now, digest_id)
        for (rule, subject), of in zip(keys, days or [day or today] * len(keys), strict=True)
    ]
    if digest_id is None or not any(new):
        return 0
    params: dict[str, object] = {"text": text, "link_preview_options": {"is_disabled": True}}
    if rows:
        params["reply_markup"] = inline(rows)
    assert reader.chat_id is not None
    urgency = Urgency.EMERGENCY if awake else Urgency.NOTICE
    outbox.put(look.conn, reader.chat_id, "sendMessage", params, look.now, urgency=urgency, digest_id=digest_id)
    return 1
