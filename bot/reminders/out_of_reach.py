"""Somebody whose reminders reach no telephone: those above hear of the post and the place, once a month, never a name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from bot.words import Words
from db import outbox, people, reminder_people, reminders
from db.outbox import Urgency
from db.types import new_id
from domain.calendar import local_day, month_start

RULE = "clock.out_of_reach"


def tell(conn: Connection, now: datetime, persons: Iterable[str]) -> int:
    """Tell the posts above of each of these; how many messages were queued."""
    count, month = 0, month_start(local_day(now))
    for person in sorted(set(persons)):
        for post in people.posts_of(conn, person):
            ids = {one for above in people.posts_above(conn, post) for one in (above.holder, above.deputy) if one}
            for reader in reminder_people.recipients(conn, ids - {person}).values():
                if reader.chat_id is None:
                    continue
                digest_id = new_id()
                if not reminders.carry(conn, (RULE, f"person:{person}", reader.id, month), month, now, digest_id):
                    continue
                words = Words(reader.language)
                text = words("trouble.unreachable", post=words(f"role.{post.role.value}"), unit=post.unit.name)
                outbox.put(
                    conn,
                    reader.chat_id,
                    "sendMessage",
                    {"text": text},
                    now,
                    urgency=Urgency.NOTICE,
                    digest_id=digest_id,
                )
                count += 1
    return count
