"""Where a report goes once it is filed: the departments' desks, who watches, who gets a copy, who may read.

One place for the chat, the demo and the tests. A department in which somebody is involved is left out; in its place the
procuratorate hears of it. A department nobody can be reached in goes to the county at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from db import people
from db.reports.desks import posts_of_unit, seat_post, seat_unit
from db.reports.records import Report, put
from domain.people import Post, Role
from domain.reports import situations
from domain.reports.conflict import tells_supervisor, town_of
from domain.reports.events import Act, Event, Part
from domain.units import COUNTY


@dataclass(frozen=True)
class Sent:
    """What became of the route."""

    units: tuple[str, ...]  # who owes a receipt, first told first
    vacant: tuple[str, ...] = ()  # nobody could be reached there


def send_out(conn: Connection, report: Report, now: datetime, *, demo: bool = False) -> Sent:
    """Give a filed report its desks, and write down where it went."""

    def note(kind: Act, unit: str) -> None:
        put(conn, report.id, Event(kind, now, to=unit), demo=demo)

    sent, vacant = _desks(conn, report, now, note)
    for unit in sent:
        note(Act.SENT, unit)
    if report.content.get("child") == situations.OUTSIDE:  # 移送: the county bureau's to hand on, with a clock of its own
        note(Act.OUTSIDE, COUNTY)
    for post in _watchers(conn, report):
        seat_post(conn, report, post, Part.WATCHER, now)
    for post in posts_of_unit(conn, office(situations.PROCURATORATE)):
        seat_post(conn, report, post, Part.OVERSEER, now)
    return Sent(tuple(sent), tuple(vacant))


def office(slug: str) -> str:
    """The unit code of a department."""
    return f"{COUNTY}.{slug}"


def _desks(
    conn: Connection, report: Report, now: datetime, note: Callable[[Act, str], None]
) -> tuple[list[str], list[str]]:
    around, sent, vacant = report.around or frozenset(), list[str](), list[str]()

    def to_the_county() -> None:
        if COUNTY not in sent and COUNTY not in around:
            seat_unit(conn, report, COUNTY, now)
            sent.append(COUNTY)

    for slug in situations.route(situations.SITUATIONS[report.situation], report.unsafe):
        unit = office(slug)
        if unit in around:
            note(Act.AROUND, unit)
            unit = office(situations.PROCURATORATE)
        if unit in sent:
            continue
        if seat_unit(conn, report, unit, now):
            sent.append(unit)
            continue
        if slug != situations.CIVIL_AFFAIRS:  # 县民政局 as a receiver is the county bureau itself
            vacant.append(unit)
            note(Act.VACANT, unit)
        to_the_county()
    if not sent:  # nobody, and the county bureau itself is gone around: those who watch over all of it
        unit = office(situations.PROCURATORATE)
        seat_unit(conn, report, unit, now)
        sent.append(unit)
    return sent, vacant


def _watchers(conn: Connection, report: Report) -> list[Post]:
    """The county bureau, the town's supervisor where the town is not involved, and whoever gets a copy."""
    found = posts_of_unit(conn, COUNTY)
    town = town_of(report.unit or "")
    if town is not None and tells_supervisor(report.conflict):
        found += people.posts_at(conn, Role.SUPERVISOR, town)
    for slug in situations.copies(situations.SITUATIONS[report.situation], report.unsafe):
        found += posts_of_unit(conn, office(slug))
    around = report.around or frozenset()
    return [post for post in found if post.unit.code not in around]
