"""Exercises in the database: which are running, and how they end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from db.models import reports
from db.reports.records import Report, life_of, listed_report, lock, mark_over, put
from domain.reports.drills import ENDS_AFTER
from domain.reports.events import Act, Event


def running_drills(conn: Connection) -> list[Report]:
    """Exercises that have not ended, the oldest first. What was written in them stays sealed."""
    rows = conn.execute(
        select(reports).where(reports.c.drill.is_(True), reports.c.over_at.is_(None)).order_by(reports.c.filed_at)
    ).all()
    return [listed_report(conn, row) for row in rows]


def overdue_drills(conn: Connection, now: datetime) -> list[Report]:
    """Those that have run their seven days."""
    return [one for one in running_drills(conn) if one.filed_at + ENDS_AFTER <= now]


def end_drill(
    conn: Connection, report: Report, now: datetime, note: str, *, by: str | None, demo: bool = False
) -> bool:
    """End an exercise, whatever state it is in; False if it had ended already. No real report ends this way."""
    if not report.drill:
        raise ValueError("a real report is closed by a department")
    lock(conn, report.id)
    still_open = life_of(conn, report.id).open
    if still_open:
        put(conn, report.id, Event(Act.VOIDED, now, person=by, note=note), demo=demo)
    mark_over(conn, report.id, now)
    return still_open
