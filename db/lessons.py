"""Where somebody is in a lesson. How many answers were right is sealed and read for the learner alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from db.models import lessons_learnt
from db.rows import add, change, opened
from db.types import new_id
from domain.lessons import all_lessons

ALL = all_lessons()


@dataclass(frozen=True)
class Place:
    """The next step, the right answers so far, and the day it was last finished."""

    step: int
    right: int
    finished_on: date | None


def place(conn: Connection, person: str, lesson: str) -> Place:
    row = _row(conn, person, lesson)
    if row is None:
        return Place(0, 0, None)
    values = opened(conn, lessons_learnt, row)
    return Place(values["step"], int(values["right"] or 0), values["finished_on"])


def finished(conn: Connection, person: str) -> dict[str, tuple[int, date | None]]:
    """Of each lesson somebody has begun: the next step and the day it was finished."""
    query = select(lessons_learnt.c.lesson, lessons_learnt.c.step, lessons_learnt.c.finished_on)
    rows = conn.execute(query.where(lessons_learnt.c.person_id == person))
    return {lesson: (step, day) for lesson, step, day in rows.tuples()}


def go(
    conn: Connection, person: str, lesson: str, step: int, right: int, now: datetime, day: date | None = None
) -> None:
    """Stand at this step with so many right; with `day` it is finished then. A day once earned stays."""
    row = _row(conn, person, lesson)
    values: dict[str, Any] = {"step": step, "right": str(right)} | ({"finished_on": day} if day else {})
    if row is None:
        add(conn, lessons_learnt, id=new_id(), person_id=person, lesson=lesson, begun_at=now, **values)
    else:
        change(conn, lessons_learnt, row.id, **values)


def finish(conn: Connection, person: str, lesson: str, right: int, now: datetime, day: date) -> None:
    found = next(one for one in ALL if one.code == lesson)
    go(conn, person, lesson, found.end, right, now, day)


def counts(conn: Connection, persons: Collection[str], first: date, last: date) -> dict[str, int]:
    """How many of these people finished each lesson in those days. Counts only: no results, nobody's name."""
    rows = conn.execute(
        select(lessons_learnt.c.lesson, func.count())
        .where(lessons_learnt.c.finished_on.between(first, last), lessons_learnt.c.person_id.in_(list(persons)))
        .group_by(lessons_learnt.c.lesson)
    )
    return dict(rows.tuples().all())


def _row(conn: Connection, person: str, lesson: str) -> Any:
    query = select(lessons_learnt).where(lessons_learnt.c.person_id == person, lessons_learnt.c.lesson == lesson)
    return conn.execute(query).first()
