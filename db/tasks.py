"""Every open task (domain/tasks.py), from the subjects that know them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date

from sqlalchemy import Connection

from db import (
    activities,
    data_checks,
    dream_fund,
    drives,
    early_warning,
    feedback,
    hazards,
    help_requests,
    issues,
    moves,
    online_clues,
    plan_desk,
    rights,
    school_terms,
    spot_checks,
    sweeps,
)
from domain.children import Child
from domain.duties import OpenDuty
from domain.tasks import Task

# (conn, last due day wanted, codes of the units or None for all, id of one child or None) → tasks still open.
# A source reads only what is open, by an index: it is asked every morning.
Source = Callable[[Connection, date, Collection[str] | None, str | None], Iterable[Task]]
SOURCES: tuple[Source, ...] = (activities.tasks, data_checks.tasks, dream_fund.tasks, school_terms.tasks, early_warning.tasks, hazards.tasks, spot_checks.tasks, moves.tasks, issues.tasks, sweeps.tasks, help_requests.tasks, drives.tasks, feedback.tasks, plan_desk.tasks, rights.tasks, online_clues.tasks)
Files = Callable[[list[str]], dict[str, Child]]  # ids of children → the files still open among them, within the units asked for


def of_children(
    conn: Connection, last: date, files: Files, codes: Collection[str] | None = None, child: str | None = None
) -> list[OpenDuty]:
    """The tasks about a child; of several of one kind the first to fall due, as reminders know one of each."""
    tasks = [one for source in SOURCES for one in source(conn, last, codes, child) if one.child is not None]
    there = files(sorted({one.child for one in tasks if one.child is not None})) if tasks else {}
    found: dict[tuple[str, str], OpenDuty] = {}
    for one in sorted(tasks, key=lambda task: task.due):
        assert one.child is not None
        if one.due <= last and one.child in there:
            found.setdefault((one.kind, one.child), one.duty(there[one.child]))
    return list(found.values())


def of_units(conn: Connection, last: date, codes: Collection[str] | None = None) -> list[OpenDuty]:
    """The tasks about a place as a whole, each kind once a unit: the first to fall due."""
    tasks = [one for source in SOURCES for one in source(conn, last, codes, None) if one.child is None and one.due <= last]
    found: dict[tuple[str, str], OpenDuty] = {}
    for one in sorted(tasks, key=lambda task: task.due):
        found.setdefault((one.kind, one.unit), one.duty(None))
    return list(found.values())
