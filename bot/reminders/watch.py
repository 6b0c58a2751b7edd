"""The dead-man's switch from inside: whoever works a message sees whether the clockwork still beats, and tells the county."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot.words import Words
from db import beats, journal, outbox, people
from db import policy as policy_rows
from db.migrate import get_meta, put_meta
from db.outbox import Urgency
from domain.calendar import local, local_day, quiet
from domain.people import Role
from domain.units import COUNTY

log = structlog.get_logger("watch")

SILENT_AFTER = timedelta(hours=2)
LOOK_EVERY = timedelta(minutes=5)
TOLD = "reminders.silence_told"


def watch(conn: Connection, now: datetime) -> int:
    """Tell the county bureau, once a day and not at night, that no reminders go out any more; how many were told.

    Where the reminders have never run nothing was promised, so nothing is said.
    """
    last = beats.beat_at(conn)
    if last is None or now - last <= SILENT_AFTER:
        return 0
    today = str(local_day(now))
    if get_meta(conn, TOLD) == today or quiet(now, policy_rows.current(conn, now).quiet_hours):
        return 0
    put_meta(conn, TOLD, today)
    log.error("silent", since=last.isoformat())
    journal.note(conn, now, "reminders.silent", hours=round((now - last).total_seconds() / 3600))
    chats = [chat for post in people.posts_at(conn, Role.COUNTY, COUNTY) for chat in people.chats_of_post(conn, post)]
    for chat in dict.fromkeys(chats):
        words = Words(people.language_of(conn, chat) or "zh_CN")
        text = words("reminders.silent", moment=local(last).strftime("%m-%d %H:%M"))
        outbox.put(conn, chat, "sendMessage", {"text": text}, now, urgency=Urgency.NOTICE, at_any_rate=True)
    return len(set(chats))
