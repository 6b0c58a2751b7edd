"""Problems and needs found with a child, until they are solved."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select, update

from db.models import children, issues
from db.rows import add, opened
from db.types import new_id


@dataclass(frozen=True)
class Issue:
    """One problem or need (发现问题和解决方案)."""

    id: str
    child_id: str
    type: str
    text: str
    opened_on: date
    help_wanted: bool
    closed_on: date | None


def put(
    conn: Connection,
    child_id: str,
    kind: str,
    text: str,
    by: str | None,
    opened_on: date,
    *,
    contact_id: str | None = None,
    help_wanted: bool = False,
    demo: bool = False,
) -> str:
    row_id = new_id()
    add(
        conn, issues, id=row_id, child_id=child_id, contact_id=contact_id, type=kind, text=text, by_person=by,
        opened_on=opened_on, help_wanted=help_wanted, demo=demo,
    )  # fmt: skip
    return row_id


def withdraw(conn: Connection, contact_id: str, day: date) -> int:
    """The record they came from was corrected or taken back: they are closed with it."""
    return conn.execute(
        update(issues).where(issues.c.contact_id == contact_id, issues.c.closed_on.is_(None)).values(closed_on=day)
    ).rowcount


def open_of_child(conn: Connection, child_id: str) -> list[Issue]:
    rows = conn.execute(
        select(issues).where(issues.c.child_id == child_id, issues.c.closed_on.is_(None)).order_by(issues.c.opened_on)
    )
    return [_issue(conn, row) for row in rows]


def open_by_unit(conn: Connection, codes: Collection[str]) -> dict[str, int]:
    """Open issues per village."""
    rows = conn.execute(
        select(children.c.unit, func.count())
        .select_from(issues.join(children, children.c.id == issues.c.child_id))
        .where(issues.c.closed_on.is_(None), children.c.closed_on.is_(None), children.c.unit.in_(list(codes)))
        .group_by(children.c.unit)
    )
    return {row[0]: row[1] for row in rows}


def _issue(conn: Connection, row: Any) -> Issue:
    values = opened(conn, issues, row)
    return Issue(*(values[key] for key in ("id", "child_id", "type", "text", "opened_on", "help_wanted", "closed_on")))
