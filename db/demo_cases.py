"""The invented reports of 甲村, filed and worked through the same functions as real ones (db/reports.py)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from db import people, reports
from db.reports import Report
from domain.children import Child
from domain.demo.cases import REPORTER, Case, cases, desk
from domain.demo.county import County
from domain.people import Post, Role
from domain.reports import situations
from domain.reports.case import Act, Event, Part, Seat
from domain.reports.conflict import conflict_of, tells_supervisor
from domain.reports.form import called_at
from domain.units import COUNTY, UnitTree


def put(conn: Connection, county: County, tree: UnitTree) -> int:
    """File every case and take its steps, each at its own moment; how many there were."""
    found = cases(county)
    for case in found:
        report = _file(conn, case)
        _send(conn, report, case, tree)
        for at, step in case.steps:
            if step.desk == REPORTER:
                post, seat, person = None, Seat(Part.REPORTER), case.reporter.id
            else:
                unit = desk(step.desk)
                post = _receiver(conn, unit)
                assert post.holder is not None
                seat, person = Seat(Part.RECEIVER, unit), post.holder
            event = Event(
                step.act, at, seat.unit, person, desk(step.to) if step.to else None, step.note,
                {"outcome": step.outcome} if step.outcome else None,
            )  # fmt: skip
            reports.act(conn, report, seat, event, post=post.id if post else None, demo=True)
    return len(found)


def _file(conn: Connection, case: Case) -> Report:
    child, answers = case.child, case.answers
    age = child.age_on(case.filed_at.date()) if child else None
    situation = situations.situation_of(answers, child.sex if child else None, age)
    return reports.file(
        conn, case.reporter.id, {**answers, "places": [case.unit], "file": _file_of(child) if child else None},
        case.filed_at, situation=situation.code, urgent=situations.is_urgent(answers, situation),
        conflict=conflict_of(answers), child_id=child.id if child else None, unit=child.unit if child else case.unit,
        demo=True,
    )  # fmt: skip


def _file_of(child: Child) -> dict[str, Any]:
    """What goes along with a report, as bot/handlers/report.py keeps it."""
    return {
        "name": child.name, "file_no": child.file_no, "sex": child.sex.value if child.sex else None,
        "born": child.birth_date.isoformat() if child.birth_date else None, "unit": child.unit,
        "address": child.address, "school": child.school,
        "carers": [
            {"name": one.name, "relation": one.relation.value, "phone": one.phone}
            for one in child.guardians
            if one.carer
        ],
    }  # fmt: skip


def _send(conn: Connection, report: Report, case: Case, tree: UnitTree) -> None:
    """The desks, and the events of filing. Every department of the demo is staffed."""
    now, person = case.filed_at, case.reporter.id
    reports.put_event(conn, report, Event(Act.FILED, now, person=person), demo=True)
    called, receipt = called_at(case.answers)
    if called:
        said = Event(Act.CALLED, now, person=person, note=receipt, detail={"said": called})
        reports.put_event(conn, report, said, demo=True)
    for slug in situations.route(situations.SITUATIONS[report.situation], situations.in_danger(case.answers)):
        unit = desk(slug)
        reports.seat_unit(conn, report, unit, now)
        reports.put_event(conn, report, Event(Act.SENT, now, to=unit), demo=True)
    watchers = list(reports.posts_of_unit(conn, COUNTY))
    town = tree.town_of(report.unit) if report.unit else None
    if town is not None and tells_supervisor(report.conflict):
        watchers += people.posts_at(conn, Role.SUPERVISOR, town.code)
    for post in watchers:
        reports.seat_post(conn, report, post, Part.WATCHER, now)


def _receiver(conn: Connection, unit: str) -> Post:
    return reports.posts_of_unit(conn, unit)[0]
