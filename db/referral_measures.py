"""The plan's computed measures that rest on referrals (domain.md 6.3, tasks 2, 4, 6, 7, 8, 10, 11, 13, 16, 18).

Counts only; every function takes the first and the last day it looks at, so that a year's and a half-year's figures are
the same functions. Nothing sensitive is opened, except by `measure_may_qualify`, which reads the files.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from statistics import median

from sqlalchemy import Connection, func, select

from db import children, helpers, referrals, school_terms
from db.models import child_labels, deeds
from db.models import children as child_table
from db.models import referrals as table
from db.referrals import Referral
from domain.calendar import add_months, local_day
from domain.children import Label
from domain.referrals.eligibility import not_enrolled
from domain.referrals.life import Life, State
from domain.referrals.types import DROPPED_OUT

HELPED_WITHIN = timedelta(days=14)
TERM = timedelta(days=120)  # a term, about: back at school and stayed
PLACED = ("placed_kin", "placed_foster", "placed_home")
Measure = dict[str, int | float | None]


def _of(conn: Connection, kind: str, first: date, last: date) -> list[tuple[Referral, Life]]:
    found = referrals.with_lives(conn, table.c.kind == kind)
    return [
        (one, now)
        for one, now in found
        if first <= local_day(one.raised_at) <= last and now.state is not State.WITHDRAWN
    ]


def _middle(values: list[int]) -> float | None:
    return float(median(values)) if values else None


def measure_psychology(conn: Connection, first: date, last: date) -> Measure:
    """Task 2: flagged → helped within 14 days; open referrals."""
    found = _of(conn, "psychology", first, last)
    helped = sum(
        now.first_help_at is not None and now.first_help_at - one.raised_at <= HELPED_WITHIN for one, now in found
    )
    return {"flagged": len(found), "helped_in_14_days": helped, "open": sum(now.open for _, now in found)}


def measure_admonitions(conn: Connection, first: date, last: date) -> Measure:
    """Task 4: 劝诫 brought to an end; children for whom it took more than one; handed to the police."""
    found = _of(conn, "neglect", first, last)
    each = Counter(one.child_id for one, _ in found)
    for one, now in found:
        each[one.child_id] += sum(step == "warned_again" for step, _ in now.steps)
    police = sum((now.desk or "").endswith(".police") or now.outcome == "handed_over" for _, now in found)
    return {
        "admonitions": sum(each.values()), "closed": sum(not now.open for _, now in found),
        "repeats": sum(count > 1 for count in each.values()), "to_police": police,
    }  # fmt: skip


def measure_interventions(conn: Connection, first: date, last: date) -> Measure:
    """Task 6, beside the reports' own clocks: suggestions answered within a month; publicity for reporting."""
    found = _of(conn, "suggestion", first, last)
    within = sum(
        now.result_at is not None and local_day(now.result_at) <= add_months(local_day(one.raised_at), 1)
        for one, now in found
    )
    late = sum(now.open and last > add_months(local_day(one.raised_at), 1) for one, now in found)
    row = conn.execute(
        select(func.count(), func.coalesce(func.sum(deeds.c.reached), 0)).where(
            deeds.c.duty == "publicity", deeds.c.day.between(first, last), deeds.c.withdrawn_at.is_(None)
        )
    ).one()
    return {
        "suggestions": len(found),
        "answered_in_time": within,
        "overdue": late,
        "publicity": row[0],
        "reached": int(row[1]),
    }


def measure_guardianship(conn: Connection, first: date, last: date) -> Measure:
    """Task 7: placements that run, and reviews that are overdue on the last day."""
    found = [now for _, now in _of(conn, "guardianship", first, last)]
    running = [now for now in found if now.outcome is None and any(now.did(step) for step in PLACED)]
    late = sum(now.next_on is not None and now.next_on < last for now in running)
    return {"asked": len(found), "open_placements": len(running), "overdue_reviews": late}


def measure_guidance(conn: Connection, first: date, last: date) -> Measure:
    """Task 8: families guided, of how many; quarrels mediated."""
    found = [now for _, now in _of(conn, "mediation", first, last)]
    return {
        "families_guided": helpers.families_guided(conn, first, last), "families": helpers.families(conn),
        "mediations": len(found), "agreed": sum(now.outcome in ("agreed", "partly") for now in found),
    }  # fmt: skip


def measure_benefits(conn: Connection, first: date, last: date) -> Measure:
    """Task 10: applications and the days to their decision (the middle one)."""
    found = _of(conn, "benefits", first, last)
    days = [
        (local_day(now.result_at) - local_day(one.raised_at)).days for one, now in found if now.result_at is not None
    ]
    granted = sum(now.outcome == "granted" for _, now in found)
    return {"applied": len(found), "decided": len(days), "granted": granted, "days_to_decision": _middle(days)}


def measure_may_qualify(conn: Connection, day: date, codes: frozenset[str]) -> Measure:
    """Task 10: children who may qualify by their file and are not enrolled. Opens files: for the county's own desk."""
    granted: dict[str, set[str]] = {}
    for one, now in referrals.with_lives(conn, table.c.kind == "benefits"):
        if one.child_id and one.topic and (now.open or now.outcome == "granted"):
            granted.setdefault(one.child_id, set()).add(one.topic)
    open_files = [entry.child for entry in children.in_units(conn, codes)]
    found = [not_enrolled(child, day, frozenset(granted.get(child.id, ()))) for child in open_files]
    return {"children": len(open_files), "may_qualify_not_enrolled": sum(bool(one) for one in found)}


def measure_schooling(conn: Connection, first: date, last: date) -> Measure:
    """Task 11: out of school now (wanted: 0); returned, and stayed one term; children with a tutor."""
    found = [(one, now) for one, now in _of(conn, "schooling", first, last) if one.topic in DROPPED_OUT]
    out = sum(now.outcome is None and not now.did("back") for _, now in found)
    out += sum(now.outcome == "not_back" for _, now in found)
    known = {one.child_id for one, _ in found}
    by_file = sum(child not in known for child in school_terms.out_now(conn, last))  # said in the file, asked of nobody
    back = [now for _, now in found if now.did("back")]
    stayed = sum(
        now.outcome == "stayed" or (now.outcome is None and last - (now.last("back") or last) >= TERM) for now in back
    )
    return {
        "alarms": len(found) + by_file, "out_of_school": out + by_file, "returned": len(back), "stayed_a_term": stayed,
        "tutored": helpers.paired(conn, last, "tutor"),
    }  # fmt: skip


def measure_source(conn: Connection, first: date, last: date) -> Measure:
    """Task 13: families of 留守 children asked, leads passed to 人社, parents returned."""
    found = _of(conn, "work", first, last)
    left_behind = conn.execute(
        select(func.count(func.distinct(child_labels.c.child_id)))
        .join(child_table, child_table.c.id == child_labels.c.child_id)
        .where(
            child_labels.c.label == Label.LEFT_BEHIND.value,
            child_labels.c.until.is_(None),
            child_table.c.closed_on.is_(None),
        )
    ).scalar_one()
    return {
        "left_behind": int(left_behind), "asked": len({one.child_id for one, _ in found}),
        "leads": sum(one.topic in ("yes", "maybe") for one, _ in found),
        "returned": sum(now.outcome == "returned" for _, now in found),
    }  # fmt: skip


def measure_online(conn: Connection, first: date, last: date) -> Measure:
    """Task 16: clues raised and handled."""
    found = [now for _, now in _of(conn, "online", first, last)]
    return {
        "clues": len(found),
        "handled": sum(now.outcome is not None for now in found),
        "open": sum(now.open for now in found),
    }


def measure_social(conn: Connection, first: date, last: date) -> Measure:
    """Task 18: needs met, and the days until they were (the middle one); who helps."""
    found = _of(conn, "social", first, last)
    met = [(one, now) for one, now in found if now.outcome in ("met", "partly") and now.result_at is not None]
    days = [(local_day(now.result_at) - local_day(one.raised_at)).days for one, now in met if now.result_at]
    return {
        "needs": len(found), "met": len(met), "days_to_met": _middle(days), "helpers": len(helpers.all_of_them(conn)),
        "pairs": helpers.paired(conn, last),
    }  # fmt: skip
