"""A newcomer's first week: one short word each working day, each with one thing to try; a button ends it."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import Connection

from bot.buttons import Button, do
from bot.words import Words
from bot.work import inline
from db import outbox, reminder_people, team
from db.outbox import Urgency
from domain.calendar import local, local_day, quiet, working_day
from domain.policy import Policy

NOT_BEFORE = time(10, 0)  # after the morning's digest
TRY: tuple[tuple[str, str, str], ...] = (  # command, words behind it, label
    ("today", "", "newcomer.try_today"), ("visit", "", "newcomer.try_visit"), ("lessons", "report", "newcomer.try_report"),
    ("lessons", "talk", "newcomer.try_talk"), ("feedback", "", "more.feedback"),
)  # fmt: skip


def beat(conn: Connection, now: datetime, policy: Policy) -> int:
    """Say what is due now; how many. Whoever has had enough messages today gets it on the next working day."""
    today = local_day(now)
    if local(now).time() < NOT_BEFORE or quiet(now, policy.quiet_hours) or not working_day(today, policy.calendar):
        return 0
    waiting, count = team.newcomers_today(conn, today), 0
    readers = reminder_people.recipients(conn, {person for _, person, _ in waiting}) if waiting else {}
    for row, person, number in waiting:
        reader = readers.get(person)
        if reader is None or reader.chat_id is None or not outbox.has_room(conn, reader.chat_id, now):
            continue
        words = Words(reader.language)
        command, behind, label = TRY[number]
        buttons: list[list[tuple[str, Button | str]]] = [
            [
                (words(label), do("go", command, behind) if behind else do("go", command)),
                (words("newcomer.stop"), do("newcomer.stop")),
            ]
        ]
        params = {
            "text": words(f"newcomer.day_{number + 1}"), "link_preview_options": {"is_disabled": True},
            "reply_markup": inline(buttons),
        }  # fmt: skip
        outbox.put(conn, reader.chat_id, "sendMessage", params, now, urgency=Urgency.NOTICE)
        team.said_to_newcomer(conn, row, number, today)
        count += 1
    return count
