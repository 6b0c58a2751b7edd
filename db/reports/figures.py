"""Facts for the figures over reports: times and codes only, nothing that was said is opened."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select

from db import people
from db.models import reports
from db.reports.desks import hidden_from
from db.reports.matters import open_reports
from db.reports.records import events_of, listed_report
from domain.people import Me, Role
from domain.policy import Policy
from domain.reports.clocks import clocks
from domain.reports.crew import Rung
from domain.reports.figures import MONTHS, ReportFigures, ReportTimes, report_figures, stepped, times_of

OWED_FEEDBACK = ("feedback", "progress")


def figures(conn: Connection, me: Me, now: datetime, policy: Policy) -> ReportFigures:
    """The table as this person may read it: a report that goes around them is in none of its cells. Drills are in nobody's.

    Whoever is not of the county's staff sees figures only, and reads them to the nearest five.
    """
    found = report_figures(_facts(conn, me, now, policy), now)
    return found if me.with_role(Role.COUNTY) is not None else stepped(found)


def _facts(conn: Connection, me: Me, now: datetime, policy: Policy) -> list[ReportTimes]:
    since = now - timedelta(days=31 * (MONTHS + 1))
    real = or_(reports.c.drill.is_(None), reports.c.drill.is_(False))
    rows = conn.execute(select(reports).where(real, reports.c.filed_at >= since).order_by(reports.c.id)).all()
    everyone = people.find_posts(conn)
    found = [listed_report(conn, row) for row in rows]
    found = [one for one in found if me.person_id not in hidden_from(conn, one, everyone)]
    happened = events_of(conn, [one.id for one in found])
    late, unreturned = set[str](), set[str]()
    for one in open_reports(conn):
        for running in clocks(one.life, one.matter, now, policy):
            if running.late and running.clock.ladder[0] is not Rung.REPORTER:
                late.add(one.matter.id)
                if running.clock.code in OWED_FEEDBACK:
                    unreturned.add(one.matter.id)
    facts = (
        times_of(happened[one.id], one.situation, late=one.id in late, unreturned=one.id in unreturned) for one in found
    )
    return [one for one in facts if one is not None]
