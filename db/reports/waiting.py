"""What is still owed on reports: receipts for the scheduler, open ones for the figures."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, or_, select

from db import people
from db.models import posts, report_desks, reports
from db.reports.desks import hidden_from, of_me
from db.reports.records import events_of, listed_report
from domain.calendar import LOCAL
from domain.duties import WaitingReport
from domain.people import Me
from domain.reports import case
from domain.reports.case import DeskState, Part


@dataclass(frozen=True)
class Waiting:
    """A desk that has not signed for a report yet. `posts` are the ids of the posts that could."""

    id: str
    number: str
    department: str
    sent_at: datetime
    posts: tuple[str, ...]
    urgent: bool
    hidden: frozenset[str] = frozenset()  # persons the report goes around, whatever post they hold: never reminded

    @property
    def sent_on(self) -> date:
        """The local day it reached them."""
        return self.sent_at.astimezone(LOCAL).date()

    @property
    def owed(self) -> WaitingReport:
        """The same, as domain.duties.receipts_due takes it."""
        return WaitingReport(self.id, self.department, self.sent_on, self.hidden)


def waiting(conn: Connection) -> list[Waiting]:
    """Every desk that still owes a receipt (签收), the longest waiting first."""
    rows = conn.execute(select(reports).where(reports.c.over_at.is_(None))).all()
    happened = events_of(conn, [row.id for row in rows])
    owing = [
        (row, unit, since)
        for row in rows
        for unit, state in case.desks(happened[row.id]).items()
        if state is DeskState.WAITING and (since := case.waiting_since(happened[row.id], unit)) is not None
    ]
    seated: dict[tuple[str, str], list[str]] = defaultdict(list)
    for desk in conn.execute(
        select(report_desks.c.report_id, report_desks.c.post_id, posts.c.unit)
        .join(posts, posts.c.id == report_desks.c.post_id)
        .where(report_desks.c.part == Part.RECEIVER.value, report_desks.c.until.is_(None))
    ):
        seated[desk.report_id, desk.unit].append(desk.post_id)
    everyone = people.find_posts(conn) if owing else []
    hidden = {row.id: hidden_from(conn, listed_report(conn, row), everyone) for row, _, _ in owing}
    found = [
        Waiting(row.id, row.number, unit, since, tuple(seated[row.id, unit]), row.urgent, hidden[row.id])
        for row, unit, since in owing
    ]
    return sorted(found, key=lambda one: one.sent_at)


def open_by_unit(conn: Connection, me: Me | None = None) -> dict[str, int]:
    """How many open reports each unit has. With `me`, only those this person may open: a report that goes around the
    town office must not be guessed from a count."""
    if me is not None:
        listed = [(one.report.unit, one.events) for one in of_me(conn, me) if not one.report.drill]
    else:
        real = or_(reports.c.drill.is_(None), reports.c.drill.is_(False))
        rows = conn.execute(select(reports.c.id, reports.c.unit).where(real)).all()
        happened = events_of(conn, [row.id for row in rows])
        listed = [(row.unit, tuple(happened[row.id])) for row in rows]
    found: dict[str, int] = defaultdict(int)
    for unit, what in listed:
        if unit is not None and case.is_open(what):
            found[unit] += 1
    return dict(found)
