"""A request for help that nobody answered for two working days goes to the county by itself; both sides hear of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.buttons import do
from bot.words import Words
from bot.work import inline
from db import help_requests, outbox, people, reminder_people
from db.outbox import Urgency
from domain.calendar import local_day, quiet
from domain.people import Role
from domain.policy import Policy
from domain.units import COUNTY, UnitTree


def beat(conn: Connection, now: datetime, tree: UnitTree, policy: Policy) -> int:
    """Look once, in hours when people are spoken to; how many messages were queued."""
    if quiet(now, policy.quiet_hours):
        return 0
    today, count = local_day(now), 0
    for one in help_requests.waiting(conn):
        if not one.rises(today, policy.calendar) or not help_requests.passed(conn, one, now, None):
            continue
        seats = people.posts_at(conn, Role.COUNTY, COUNTY)
        told = dict.fromkeys((who, "help_wanted.risen") for post in seats for who in (post.holder, post.deputy) if who)
        told[one.asker, "help_wanted.risen_told"] = None
        readers = reminder_people.recipients(conn, {person for person, _ in told})
        for person, key in told:
            reader = readers.get(person)
            if reader is None or reader.chat_id is None:
                continue
            words = Words(reader.language)
            text = words(key, place=tree.path_name(one.unit), what=words(f"help_wanted.sort.{one.sort.value}"))
            rows = [[(words("help_wanted.read"), do("hw.open", one.id))]]
            params = {"text": text, "reply_markup": inline(rows)}
            outbox.put(conn, reader.chat_id, "sendMessage", params, now, urgency=Urgency.NOTICE)
            count += 1
    return count
