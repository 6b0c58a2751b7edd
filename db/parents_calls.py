"""Whether the parents call each week, as it was answered in the monthly contacts (plan task 5; 未成年人保护法 art. 22)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, and_, func, select

from db.models import child_labels, children, contacts
from domain.calendar import month_end, month_start
from domain.children import Label


def last_calls(conn: Connection, child_id: str, most: int = 2) -> list[str]:
    """The newest answers to 上周爸妈联系过吗, yes or no; 不清楚 is no answer."""
    query = (
        select(contacts.c.parents_called)
        .where(
            contacts.c.child_id == child_id, contacts.c.replaced_by.is_(None),
            contacts.c.parents_called.in_(("yes", "no")),
        )
        .order_by(contacts.c.day.desc(), contacts.c.entered_at.desc())
        .limit(most)
    )  # fmt: skip
    return list(conn.execute(query).scalars())


def not_asked(conn: Connection, codes: Collection[str], day: date, child_id: str | None = None) -> int:
    """How many children were reached that month without anybody asking whether the parents call (plan task 5, H8)."""
    asked = func.max(func.coalesce(func.length(contacts.c.parents_called), 0))
    query = (
        select(contacts.c.child_id)
        .join(children, children.c.id == contacts.c.child_id)
        .join(child_labels, and_(child_labels.c.child_id == children.c.id, child_labels.c.label == Label.LEFT_BEHIND.value))
        .where(
            children.c.unit.in_(list(codes)), children.c.closed_on.is_(None), child_labels.c.until.is_(None),
            contacts.c.replaced_by.is_(None), contacts.c.reached.is_(True),
            contacts.c.day.between(month_start(day), month_end(day)),
        )
        .group_by(contacts.c.child_id)
        .having(asked == 0)
    )  # fmt: skip
    if child_id is not None:
        query = query.where(children.c.id == child_id)
    return int(conn.execute(select(func.count()).select_from(query.subquery())).scalar_one())
