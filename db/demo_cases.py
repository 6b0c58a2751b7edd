"""The invented reports of 甲村, filed and worked through the same functions as real ones (db/reports.py)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from db import reports
from db.reports import Report
from domain.children import Child
from domain.demo.cases import BUREAU, REPORTER, Case, Step, cases, desk
from domain.demo.county import County
from domain.people import Post
from domain.policy import Policy
from domain.reports import situations
from domain.reports.case import Act, Event, Part, Seat
from domain.reports.conflict import conflict_of
from domain.reports.form import called_at
from domain.reports.life import life
from domain.reports.rising import WARN, Signal, signals
from domain.units import COUNTY

A_LOOK = timedelta(hours=1)  # how often the clockwork of the past looked
SEEN_AFTER = timedelta(minutes=20)
_FEEDBACK = ("feedback", "progress")


def put(conn: Connection, county: County, now: datetime, policy: Policy) -> int:
    """File every case and take its steps, each at its own moment; how many there were.

    Of the open ones the clocks have run, too: what rose on them until `now` did so, and was seen. A fresh county wakes
    up to a calm morning and not to a week of alarms.
    """
    found = cases(county)
    for case in found:
        report = _file(conn, case)
        _send(conn, report, case)
        looked_at = case.filed_at
        for at, step in case.steps:
            if at > now:
                break  # of the evening before: not yet, where somebody looks in the night
            if case.open:
                _let_run(conn, report, looked_at, at, policy)
                looked_at = at
            _take(conn, report, case, at, step)
        if case.open:
            _let_run(conn, report, looked_at, now, policy)
    return len(found)


def _take(conn: Connection, report: Report, case: Case, at: datetime, step: Step) -> None:
    post, seat, person = None, Seat(Part.REPORTER), case.reporter.id
    if step.desk != REPORTER:
        unit = COUNTY if step.desk == BUREAU else desk(step.desk)
        post = _receiver(conn, unit)
        assert post.holder is not None
        seat, person = Seat(Part.WATCHER if step.desk == BUREAU else Part.RECEIVER, unit), post.holder
    event = Event(step.act, at, seat.unit, person, desk(step.to) if step.to else None, step.note, step.said)
    reports.act(conn, report, seat, event, post=post.id if post else None, demo=True)


def _let_run(conn: Connection, report: Report, since: datetime, until: datetime, policy: Policy) -> None:
    """The clockwork between two moments: what rose is a fact, and somebody it rose to has seen it soon after."""
    matter, crew = reports.matter_of(conn, report), reports.crew(conn)
    now = reports.life_of(conn, report.id)
    moment = since + A_LOOK
    while moment < until:
        risen = [one for one in signals(now, matter, crew, moment, policy) if one.step != WARN]
        for signal in risen:
            _rise(conn, report, signal, moment)
        if risen:
            now = life(reports.events(conn, report.id, notes=False))
        moment += A_LOOK


def _rise(conn: Connection, report: Report, signal: Signal, moment: datetime) -> None:
    run = reports.detail_of(signal.running)
    found = [Event(Act.ESCALATED, moment, detail={**run, "rung": signal.step})]
    if signal.running.clock.code in _FEEDBACK and signal.running.rise is None:
        found.append(Event(Act.UNANSWERED, moment, detail=run))
    found.append(Event(Act.ACKNOWLEDGED, moment + SEEN_AFTER, person=signal.persons[0], detail=run))
    for event in found:
        reports.put_event(conn, report, event, demo=True)


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


def _send(conn: Connection, report: Report, case: Case) -> None:
    """The desks, and the events of filing. Every department of the demo is staffed."""
    now, person = case.filed_at, case.reporter.id
    reports.put_event(conn, report, Event(Act.FILED, now, person=person), demo=True)
    called, receipt = called_at(case.answers)
    if called:
        said = Event(Act.CALLED, now, person=person, note=receipt, detail={"said": called})
        reports.put_event(conn, report, said, demo=True)
    reports.send_out(conn, report, now, demo=True)


def _receiver(conn: Connection, unit: str) -> Post:
    return reports.posts_of_unit(conn, unit)[0]
