"""What the daily books are drawn from: every reminder with its state, and whatever changed since the last survey."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from db.models import child_history, children, contacts, journal, people, reminders, report_events
from db.parts import parts
from db.reminders import MORNING, OF_CLOCKS
from domain.reminders import Key, State


def rows(conn: Connection, since: date | None = None) -> Iterator[tuple[Key, State]]:
    """Every reminder about a duty, for `domain.reminders.reconcile`; only those of steps from a day on, if named."""
    newer = [] if since is None else [reminders.c.state.in_([one.value for one in State]), reminders.c.day >= since]
    return _rows(conn, reminders.c.rule != MORNING, ~OF_CLOCKS, *newer)


def clock_rows(conn: Connection) -> Iterator[tuple[Key, State]]:
    """Everything that was said about the clock of a report or a silent draft."""
    return _rows(conn, OF_CLOCKS)


def _rows(conn: Connection, *where: Any) -> Iterator[tuple[Key, State]]:
    query = select(
        reminders.c.rule, reminders.c.subject, reminders.c.person_id, reminders.c.day, reminders.c.state
    ).where(*where)
    for row in conn.execute(query):
        yield (row.rule, row.subject, row.person_id, row.day), State(row.state)


def touched_since(conn: Connection, moment: datetime) -> set[str]:
    """Subjects and people ('person:<id>') whose facts changed since that moment: no survey has seen them yet."""
    found = {
        f"child:{child}"
        for column, at in ((contacts.c.child_id, contacts.c.entered_at), (child_history.c.child_id, child_history.c.at))
        for child in conn.execute(select(column).where(at >= moment)).scalars()
    }
    events = select(report_events.c.report_id).where(report_events.c.at >= moment)
    found.update(f"report:{report}" for report in conn.execute(events).scalars())
    bound = conn.execute(select(people.c.id).where(people.c.bound_at >= moment)).scalars()
    found.update(f"person:{person}" for person in bound)
    noted = select(journal.c.subject).where(journal.c.at >= moment, journal.c.subject.is_not(None))
    subjects = [str(subject) for subject in conn.execute(noted).scalars()]
    found.update(subjects)
    taken_out = [subject.removeprefix("contact:") for subject in subjects if subject.startswith("contact:")]
    for part in parts(taken_out):
        of = conn.execute(select(contacts.c.child_id).where(contacts.c.id.in_(part))).scalars()
        found.update(f"child:{child}" for child in of)
    touched = [subject.removeprefix("child:") for subject in found if subject.startswith("child:")]
    for part in parts(touched):  # what is done there moves the unit's call for help
        units = conn.execute(select(children.c.unit).where(children.c.id.in_(part)).distinct()).scalars()
        found.update(f"unit:{unit}" for unit in units)
    return found
