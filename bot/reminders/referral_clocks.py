"""A word that did not come on a referral: the unit is reminded once, later the county hears once.

Looked at when the duties are surveyed, and said in working hours only. Numbers and offices, never whom it is about.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy import Connection

from bot.buttons import do
from bot.reminders.rules import day_words
from bot.reminders.telling import Look, say, words_of
from db import referrals, reports
from db.referrals import Referral
from domain.calendar import local_day
from domain.policy import Policy
from domain.referrals.clocks import Signal, signal
from domain.referrals.events import Act, Event
from domain.reports.hours import is_open
from domain.units import COUNTY, UnitTree

log = structlog.get_logger("referrals")


def beat(conn: Connection, now: datetime, tree: UnitTree, policy: Policy) -> int:
    """Look once; how many messages were queued. One referral that breaks does not keep the others waiting."""
    if not is_open(now, policy):
        return 0
    today, count = local_day(now), 0
    owed = [
        (one, found) for one, life in referrals.open_ones(conn) if (found := signal(life, one.kind_code, today, policy))
    ]
    look = Look(conn, now, tree, policy, reports.crew(conn)) if owed else None
    for one, found in owed:
        assert look is not None
        try:
            with conn.begin_nested():
                count += _say(look, one, found)
        except Exception as problem:
            log.error("referral", trouble=type(problem).__name__, referral=one.id)
    return count


def _say(look: Look, one: Referral, found: Signal) -> int:
    clock, today = found.clock, local_day(look.now)
    detail = {"clock": clock.code, "since": clock.since.isoformat()}
    referrals.put(look.conn, one, Event(Act.RISEN if found.risen else Act.NUDGED, look.now, detail=detail))
    to, key = (COUNTY, "referral.clock.risen") if found.risen else (clock.unit, "referral.clock.nudged")
    persons = [who for post in reports.posts_of_unit(look.conn, to) for who in (post.holder, post.deputy) if who]
    count = 0
    for person in dict.fromkeys(persons):
        words = words_of(look, person)
        unit = words("referral.county") if clock.unit == COUNTY else look.tree.path_name(clock.unit)
        text = words(
            key, number=one.number, kind=words(f"referral.kind.{one.kind_code}"), unit=unit,
            what=words(f"referral.clock.{clock.code}"), day=day_words(words, clock.due, today), days=(today - clock.due).days,
        )  # fmt: skip
        rule = "clock.referral.risen" if found.risen else "clock.referral"
        subject = f"referral:{one.id}"
        rows = [[(words("referral.open"), do("referral.open", one.id))]]
        count += say(look, (rule, subject, person), text, rows, awake=False, day=clock.due)
    return count
