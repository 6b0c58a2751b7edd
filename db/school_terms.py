"""Out of school, as the files say it term by term: the alarm that does not wait for a referral (plan task 11)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from db.models import child_terms, children, proposal_answers, referrals
from domain.calendar import add_months, local_day
from domain.eligibility_rules import ADULT, DROPPED_OUT, NO_SCHOOL, NOT_STUDYING, STATUTORY, Rule
from domain.tasks import Task

TASK = "drop_out"
LOOK = timedelta(days=3)


def out_now(conn: Connection, today: date, child: str | None = None) -> dict[str, tuple[str, date]]:
    """Child → its village and the day it was said, where the newest word of the file is 辍学, or 不在学 at school age."""
    newest = (
        select(child_terms.c.child_id, func.max(child_terms.c.term).label("term"))
        .where(child_terms.c.child_id.in_(select(child_terms.c.child_id).where(child_terms.c.status.in_(NOT_STUDYING))))
        .group_by(child_terms.c.child_id)
        .subquery()
    )
    query = (
        select(child_terms.c.child_id, child_terms.c.status, child_terms.c.at, children.c.unit, children.c.birth_date)
        .join(newest, (newest.c.child_id == child_terms.c.child_id) & (newest.c.term == child_terms.c.term))
        .join(children, children.c.id == child_terms.c.child_id)
        .where(child_terms.c.status.in_(NOT_STUDYING), children.c.closed_on.is_(None))
    )
    if child is not None:
        query = query.where(child_terms.c.child_id == child)
    found = {}
    for row in conn.execute(query):
        if _owes_school(row.status, row.birth_date, today):
            found[row.child_id] = (row.unit, local_day(row.at))
    return found


def _owes_school(status: str, born: date | None, today: date) -> bool:
    """As domain.eligibility_rules.out_of_school, from columns alone."""
    first, end = STATUTORY
    if status == DROPPED_OUT:
        return born is None or add_months(born, 12 * ADULT) >= today
    return (
        status == NO_SCHOOL and born is not None and add_months(born, 12 * first) < today <= add_months(born, 12 * end)
    )


def tasks(conn: Connection, last: date, codes: Collection[str] | None, child: str | None) -> Iterable[Task]:
    """Out of school by the file, and since then nobody asked the education bureau or said 看过了 (db/tasks.py)."""
    found = out_now(conn, last, child)
    if not found:
        return
    asked = conn.execute(
        select(referrals.c.child_id, referrals.c.raised_at, referrals.c.over_at).where(
            referrals.c.kind == "schooling", referrals.c.child_id.in_(list(found))
        )
    ).all()
    handled = {
        row.child_id for row in asked if row.over_at is None or local_day(row.raised_at) >= found[row.child_id][1]
    }
    looked_at = conn.execute(  # 看过了: taught at home, or too ill for school
        select(proposal_answers.c.child_id, proposal_answers.c.at).where(
            proposal_answers.c.rule == Rule.OUT_OF_SCHOOL.value, proposal_answers.c.child_id.in_(list(found))
        )
    ).all()
    handled |= {row.child_id for row in looked_at if local_day(row.at) >= found[row.child_id][1]}
    for child_id, (unit, said) in found.items():
        if child_id not in handled and (codes is None or unit in codes):
            yield Task(TASK, unit, said + LOOK, said, child_id)
