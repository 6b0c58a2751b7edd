"""Campaigns by the calendar: put before the county shortly before their time, 走了吗 after 元宵, over when nobody ends them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.buttons import do
from bot.words import Words
from bot.work import inline
from db import drives, outbox, people, reminder_people
from db.outbox import Urgency
from domain.calendar import DAY, local_day, quiet
from domain.drives import GONE_DAYS, LINGERS, Sort, asks_gone, to_propose
from domain.people import Role
from domain.policy import Policy
from domain.units import COUNTY, UnitTree


def beat(conn: Connection, now: datetime, tree: UnitTree, policy: Policy) -> int:
    """Look once, in hours when people are spoken to; how many messages were queued. Asking again changes nothing."""
    if quiet(now, policy.quiet_hours):
        return 0
    today, count = local_day(now), 0
    plain = Words()
    for one in to_propose(today, policy.calendar):
        name = plain("drive.name", sort=plain(f"drive.sort.{one.sort.value}"), year=one.last.year)
        made = drives.propose(conn, one, name, COUNTY, now)
        if made is not None:
            count += _tell_county(conn, now, made, name)
    for each in drives.listed(conn, "running", "proposed"):
        if (
            each.state == "running"
            and each.sort is Sort.HOMECOMING
            and not each.asked_gone
            and asks_gone(today, each.last)
        ):
            drives.ask_gone(conn, each.id, today + GONE_DAYS * DAY)
        elif today > each.last + LINGERS * DAY or (each.state == "proposed" and today > each.last):
            drives.end(conn, each.id, now, declined=each.state == "proposed")
    return count


def _tell_county(conn: Connection, now: datetime, drive: str, name: str) -> int:
    count = 0
    persons = [post.holder for post in people.posts_at(conn, Role.COUNTY, COUNTY) if post.holder]
    for reader in reminder_people.recipients(conn, persons).values():
        if reader.chat_id is None:
            continue
        words = Words(reader.language)
        rows = [[(words("drive.see"), do("dr.open", drive))]]
        params = {"text": words("drive.comes", name=name), "reply_markup": inline(rows)}
        outbox.put(conn, reader.chat_id, "sendMessage", params, now, urgency=Urgency.NOTICE)
        count += 1
    return count
