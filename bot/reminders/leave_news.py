"""Leaves begin and end by the calendar: the deputies are set and taken back, and both sides hear of it once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.words import Words
from db import leaves, outbox, people, reminder_people
from db.outbox import Urgency
from domain.calendar import local_day
from domain.units import UnitTree


def keep(conn: Connection, now: datetime, tree: UnitTree) -> int:
    """Begin and end what the day asks for; how many messages were queued."""
    begun, ended = leaves.begin_and_end(conn, local_day(now), now)
    told = [(one, one.deputy, "leave.begins_deputy") for one in begun]
    told += [(one, one.deputy, "leave.over_deputy") for one in ended]
    told += [(one, one.away, "leave.over_holder") for one in ended]
    readers = reminder_people.recipients(conn, {person for _, person, _ in told if person})
    count = 0
    for one, person, key in told:
        reader, post = readers.get(person or ""), people.post(conn, one.post_id)
        if reader is None or reader.chat_id is None or post is None:
            continue
        text = Words(reader.language)(key, place=tree.path_name(post.unit.code))
        outbox.put(conn, reader.chat_id, "sendMessage", {"text": text}, now, urgency=Urgency.NOTICE)
        count += 1
    return count
