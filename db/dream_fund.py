"""福彩圆梦: before each term, whose director has not yet said whether the fund was asked for (plan task 11)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from sqlalchemy import Connection, select

from db import children as child_rows
from db.models import child_labels, children
from domain.calendar import add_months
from domain.eligibility_rules import FUND_FROM, FUND_LABELS, Rule, fund_term, proposals
from domain.tasks import Task

TASK = "dream_fund"
STILL = timedelta(days=30)  # so long after its day it is still brought up; then the term has begun


def tasks(conn: Connection, last: date, codes: Collection[str] | None, child: str | None) -> Iterable[Task]:
    """Asked about and not answered for this term (db/tasks.py); nothing outside the weeks before a term."""
    opened, by = fund_term(last)
    if last > by + STILL:
        return
    query = select(children.c.id).where(
        children.c.proposes_on <= last,
        children.c.closed_on.is_(None),
        children.c.birth_date < add_months(opened, -12 * FUND_FROM),
        children.c.id.in_(
            select(child_labels.c.child_id).where(
                child_labels.c.label.in_([label.value for label in FUND_LABELS]), child_labels.c.until.is_(None)
            )
        ),
    )
    if child is not None:
        query = query.where(children.c.id == child)
    found = child_rows.by_ids(conn, list(conn.execute(query).scalars()))
    given = child_rows.answered(conn, list(found)) if found else {}
    for child_id, entry in found.items():
        asked = proposals(entry.child, last, given[child_id])
        if any(one.rule is Rule.DREAM_FUND for one in asked) and (codes is None or entry.child.unit in codes):
            yield Task(TASK, entry.child.unit, by, opened, child_id)
