"""Other open reports that may be about the same child, where the roster does not say so."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, or_, select

from db.models import reports
from db.reports.records import Report, life_of, opened_report
from domain.calendar import DAY, local_day
from domain.reports.alike import WITHIN, Told, alike, told


def look_alike(conn: Connection, report: Report) -> list[Report]:
    """Open reports of the same days that may be about the same child, the newest first; never one of another drill.

    What was said is opened to compare it and goes nowhere: only numbers are shown, to those who may open both.
    """
    span = WITHIN + timedelta(days=1)  # the days are local ones
    real = or_(reports.c.drill.is_(None), reports.c.drill.is_(False))
    rows = conn.execute(
        select(reports)
        .where(
            reports.c.id != report.id,
            reports.c.over_at.is_(None),
            reports.c.filed_at >= report.filed_at - span,
            reports.c.filed_at <= report.filed_at + span,
            reports.c.drill.is_(True) if report.drill else real,
        )
        .order_by(reports.c.filed_at.desc())
    ).all()
    mine, found = _told(report), [opened_report(conn, row) for row in rows]
    return [one for one in found if alike(mine, _told(one)) and life_of(conn, one.id).open]


def _told(report: Report) -> Told:
    yesterday = report.content.get("when") == "yesterday"
    day = local_day(report.filed_at) - (DAY if yesterday else timedelta(0))
    return told(report.content, report.situation, day, report.unit, report.child_id)
