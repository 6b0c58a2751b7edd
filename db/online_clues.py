"""清朗: harmful content that was reported, by whom, and what came of it (plan task 16)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, or_, select

from db.models import online_clues as table
from db.rows import add, change, opened
from db.types import new_id
from domain.online_clues import ASK_AFTER, is_open, task_of
from domain.tasks import Task

Measure = dict[str, int | float | None]
_OPEN = or_(table.c.answer.is_(None), table.c.answer == "more_wanted")


@dataclass(frozen=True)
class Clue:
    """One thing that was reported. `answer` None: nothing heard yet."""

    id: str
    unit: str
    kind: str
    place: str
    receipt: str | None
    reported_on: date
    answer: str | None
    answered_on: date | None


def put(
    conn: Connection, unit: str, kind: str, place: str, reported_on: date, now: datetime, *, receipt: str | None = None,
    by: str | None, demo: bool = False,
) -> str:  # fmt: skip
    made = new_id()
    add(
        conn, table, id=made, unit=unit, kind=kind, place=place, receipt=receipt, reported_on=reported_on, answer=None,
        answered_on=None, by_person=by, at=now, demo=demo,
    )  # fmt: skip
    return made


def answer(conn: Connection, clue_id: str, said: str, day: date) -> bool:
    """What they answered; a later word replaces an earlier one."""
    return change(conn, table, clue_id, answer=said, answered_on=day)


def listed(conn: Connection, units: Collection[str] | None, since: date) -> list[Clue]:
    """Reported by these units (None: by all) since that day, and whatever still waits for its answer.

    Those that wait first, the oldest of them on top; then the others, the newest first.
    """
    query = select(table).where(or_(table.c.reported_on >= since, _OPEN))
    if units is not None:
        query = query.where(table.c.unit.in_(list(units)))
    found = [opened(conn, table, row) for row in conn.execute(query.order_by(table.c.reported_on, table.c.id))]
    made = [
        Clue(
            one["id"], one["unit"], one["kind"], one["place"], one["receipt"], one["reported_on"], one["answer"],
            one["answered_on"],
        )
        for one in found
    ]  # fmt: skip
    return [one for one in made if is_open(one.answer)] + [one for one in reversed(made) if not is_open(one.answer)]


def tasks(conn: Connection, last: date, codes: Collection[str] | None, child: str | None) -> Iterable[Task]:
    """What nobody heard of again for a fortnight: whoever reported it asks (db/tasks.py)."""
    if child is not None:
        return
    query = select(table.c.unit, table.c.reported_on).where(_OPEN, table.c.reported_on <= last - ASK_AFTER)
    for row in conn.execute(query):
        if codes is None or row.unit in codes:
            yield Task(task_of(row.unit), row.unit, row.reported_on + ASK_AFTER, row.reported_on)


def measure_clues(conn: Connection, first: date, last: date) -> Measure:
    """Task 16: reported between these days, and answered."""
    row = conn.execute(
        select(func.count(), func.count(table.c.answer)).where(table.c.reported_on.between(first, last))
    ).one()
    return {"reported": int(row[0]), "answered": int(row[1])}
