"""The debrief of an exercise: what took how long, which clocks rose, and whether anybody saw it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain.reports.drills import DeskTimes, Risen, debrief
from domain.reports.events import Act, Event

START = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
POLICE, COUNTY = "620724.police", "620724"


def after(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def rise(minutes: int, rung: str, kind: Act = Act.ESCALATED) -> Event:
    detail = {"clock": "receipt", "desk": POLICE, "since": START.isoformat(), "rung": rung}
    return Event(kind, after(minutes), detail=detail)


def test_times_are_counted_from_the_moment_each_department_was_told() -> None:
    found = debrief(
        [
            Event(Act.FILED, START),
            Event(Act.SENT, START, to=POLICE),
            Event(Act.CALLED, after(4)),
            Event(Act.RECEIVED, after(25), POLICE),
            Event(Act.FORWARDED, after(30), POLICE, to=COUNTY),
            Event(Act.RECEIVED, after(70), COUNTY),
            Event(Act.ANSWER, after(90), COUNTY),
            Event(Act.ANSWER, after(300), COUNTY),
        ]
    )
    assert found.desks == (
        DeskTimes(POLICE, timedelta(minutes=25), None),
        DeskTimes(COUNTY, timedelta(minutes=40), timedelta(minutes=60)),
    )
    assert found.called_after == timedelta(minutes=4)
    assert found.rises == ()


def test_a_clock_that_rose_twice_is_one_line_with_its_last_rung_and_when_it_was_first_seen() -> None:
    events = [Event(Act.FILED, START), Event(Act.SENT, START, to=POLICE), rise(30, "officer"), rise(40, "deputy")]
    assert debrief(events).rises == (Risen("receipt", POLICE, "deputy", None),)
    seen = [*events, rise(55, "deputy", Act.ACKNOWLEDGED), rise(80, "deputy", Act.ACKNOWLEDGED)]
    assert debrief(seen).rises == (Risen("receipt", POLICE, "deputy", timedelta(minutes=25)),)


def test_nothing_has_happened_yet() -> None:
    found = debrief([Event(Act.FILED, START), Event(Act.SENT, START, to=POLICE)])
    assert found.desks == (DeskTimes(POLICE, None, None),)
    assert found.called_after is None
