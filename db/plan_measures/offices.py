"""What is counted from reports, referrals and what departments did (tasks 2, 4, 6-8, 10-16)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, func, select

from db import data_checks, people, referral_measures
from db.models import (
    activities,
    referrals,
)
from db.plan_measures.look import Look, Measure
from db.reports.figures import figures
from domain.calendar import DAY
from domain.people import Me, Role
from domain.plan_measures import Measured, Number
from domain.unit_duties import FIVE_DEPARTMENTS, before_breaks
from domain.units import COUNTY


def report_times(look: Look) -> Measured | None:
    """Task 6: hours to accept and to feedback, feedback that is owed; under five is never shown to anybody here."""
    me = look.me or _county_desk(look.conn)
    if me is None:
        return None
    total = figures(look.conn, me, look.now, look.policy).total

    def hours(key: str) -> Number:
        span = total.times[key]
        return None if span is None else round(span.total_seconds() / 3600, 1)

    return look.made(
        "report_times",
        {"reports": total.counts["reports"], "to_receipt": hours("to_receipt"), "to_feedback": hours("to_feedback"),
         "unreturned": total.counts["unreturned"]},
        people=frozenset(("reports", "unreturned")), open=("figures", ""),
    )  # fmt: skip


def _county_desk(conn: Connection) -> Me | None:
    for post in people.posts_at(conn, Role.COUNTY, COUNTY):
        for chat in people.chats_of_post(conn, post):
            return people.me_of(conn, chat)
    return None


_HELD = ("flagged", "helped_in_14_days", "open", "admonitions", "closed", "repeats", "to_police", "asked", "open_placements",
         "overdue_reviews", "families_guided", "mediations", "agreed", "applied", "decided", "granted", "alarms",
         "out_of_school", "returned", "stayed_a_term", "tutored", "left_behind", "leads", "clues", "handled", "needs", "met",
         "children", "may_qualify_not_enrolled", "pairs")  # fmt: skip


def referred(code: str, kind: str, function: str, aim: Callable[[Mapping[str, Number]], bool | None]) -> Measure:
    """A measure of one kind of referral over the year so far."""

    def count(look: Look) -> Measured:
        counts = getattr(referral_measures, function)(look.conn, look.year, look.day)
        rows = look.conn.execute(
            select(referrals.c.unit, func.count())
            .where(referrals.c.kind == kind, referrals.c.over_at.is_(None))
            .group_by(referrals.c.unit)
        ).tuples().all()  # fmt: skip
        return look.made(
            code, counts, ok=aim(counts), people=frozenset(_HELD).intersection(counts), behind=dict(rows),
            open=("board", "") if kind == "social" else ("referrals", ""),
        )  # fmt: skip

    return count


def no_aim(counts: Mapping[str, Number]) -> bool | None:
    return None


def none_left(key: str) -> Callable[[Mapping[str, Number]], bool | None]:
    """Wanted: none. Some is short of the aim; none says nothing by itself, as nobody may have looked."""
    return lambda counts: False if counts.get(key) else None


def schooling_aim(counts: Mapping[str, Number]) -> bool | None:
    """The plan's own aim: nobody out of school."""
    return None if not counts.get("alarms") else not counts.get("out_of_school")


def safety(look: Look) -> Measured:
    """H11: of five departments, how many went into villages this year, by what they entered or a village wrote down."""
    came = {
        slug
        for (helpers,) in look.conn.execute(
            select(activities.c.helpers).where(
                activities.c.withdrawn_at.is_(None), activities.c.reached.is_not(None),
                activities.c.day.between(look.year, look.day), func.length(activities.c.unit) == 12,
            )
        ).tuples()
        for slug in helpers
    }  # fmt: skip
    done = [
        slug for slug in FIVE_DEPARTMENTS
        if slug in came or any(day >= look.year for day in look.deed_days.get(("safety_activity", f"{COUNTY}.{slug}"), ()))
    ]  # fmt: skip
    return look.made(
        "safety_departments", {"done": len(done), "of": len(FIVE_DEPARTMENTS)}, ok=len(done) == len(FIVE_DEPARTMENTS),
        parts=(("done", "of"),), behind={f"{COUNTY}.{slug}": 1 for slug in FIVE_DEPARTMENTS if slug not in done},
    )  # fmt: skip


def lectures(look: Look) -> Measured:
    """H12: before each break of this year that has begun or is near, whether the lectures were held."""
    breaks = [one for one in before_breaks(look.day.year, look.policy.calendar) if one.opens <= look.day]
    days = look.deed_days.get(("lecture", f"{COUNTY}.education"), [])
    done = sum(any(one.opens <= day <= one.due + 30 * DAY for day in days) for one in breaks)
    return look.made("lectures", {"done": done, "breaks": len(breaks)}, ok=done >= len(breaks) if breaks else None)


def checks_answered(look: Look) -> Measured:
    counts = data_checks.measure_checks_done_false_alerts(look.conn, look.tree, look.day)
    return look.made(
        "data_checks", counts, people=frozenset(("asked", "done", "true", "false_alerts", "open")), open=("lists", "")
    )
