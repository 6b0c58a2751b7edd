"""Sessions of the yearly training, who was there, and who is still to be reached (H10)."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update
from sqlalchemy.exc import IntegrityError

from db import deeds, journal, people
from db.models import deeds as deeds_table
from db.models import lessons_learnt, posts, training_seats, training_talks, trainings
from db.rows import add
from db.types import new_id
from domain.people import Post, Role
from domain.training import Standing, standing
from domain.units import COUNTY, UnitTree

DEED = "training"


@dataclass(frozen=True)
class Training:
    """One session. `code` while people can sign in."""

    id: str
    unit: str
    day: date
    hour: str | None
    place: str
    topic: str
    code: str | None
    held: bool
    by: str | None


def _training(row: Row[Any]) -> Training:
    return Training(
        row.id, row.unit, row.day, row.hour, row.place, row.topic, row.code, row.held_at is not None, row.by_person
    )


def put(
    conn: Connection, unit: str, day: date, hour: str | None, place: str, topic: str, now: datetime, *, by: str | None,
    demo: bool = False,
) -> str:  # fmt: skip
    made = new_id()
    add(
        conn,
        trainings,
        id=made,
        unit=unit,
        day=day,
        hour=hour,
        place=place,
        topic=topic,
        by_person=by,
        at=now,
        demo=demo,
    )
    return made


def get(conn: Connection, training: str) -> Training | None:
    row = conn.execute(select(trainings).where(trainings.c.id == training, trainings.c.cancelled_at.is_(None))).first()
    return None if row is None else _training(row)


def of_units(conn: Connection, codes: Collection[str], first: date, last: date) -> list[Training]:
    """The sessions of these units in those days, the newest first."""
    rows = conn.execute(
        select(trainings)
        .where(
            trainings.c.day.between(first, last), trainings.c.unit.in_(list(codes)), trainings.c.cancelled_at.is_(None)
        )
        .order_by(trainings.c.day.desc(), trainings.c.id.desc())
    )
    return [_training(row) for row in rows]


def open_(conn: Connection, training: str, now: datetime) -> str | None:
    """Let people sign in: the code to be read out, the same one if it is open already; None if there is no such session."""
    found = get(conn, training)
    if found is None or found.code is not None:
        return found.code if found else None
    taken = set(conn.execute(select(trainings.c.code).where(trainings.c.code.is_not(None))).scalars())
    code = next(one for one in iter(lambda: f"{secrets.randbelow(9000) + 1000}", None) if one not in taken)
    conn.execute(update(trainings).where(trainings.c.id == training).values(code=code, held_at=now))
    return code


def close(conn: Connection, training: str) -> bool:
    """Nobody can sign in any more."""
    query = update(trainings).where(trainings.c.id == training, trainings.c.code.is_not(None)).values(code=None)
    return conn.execute(query).rowcount == 1


def cancel(conn: Connection, training: str, now: datetime) -> bool:
    """Call off a session that has not been held."""
    query = update(trainings).where(
        trainings.c.id == training, trainings.c.cancelled_at.is_(None), trainings.c.held_at.is_(None)
    )
    return conn.execute(query.values(cancelled_at=now)).rowcount == 1


def by_code(conn: Connection, code: str, today: date) -> Training | None:
    """The session of today whose code this is: a code forgotten open is worth nothing tomorrow."""
    row = conn.execute(select(trainings).where(trainings.c.code == code, trainings.c.day == today)).first()
    return None if row is None else _training(row)


def sign(conn: Connection, training: str, person: str, how: str, now: datetime, by: str | None = None) -> bool:
    """Somebody was there; False if that was known."""
    try:
        with conn.begin_nested():
            add(
                conn, training_seats, id=new_id(), training_id=training, person_id=person, how=how, at=now, by_person=by
            )
    except IntegrityError:
        return False
    return True


def strike(conn: Connection, training: str, person: str) -> bool:
    """Somebody was not there after all."""
    where = (training_seats.c.training_id == training, training_seats.c.person_id == person)
    return conn.execute(delete(training_seats).where(*where)).rowcount == 1


def seats(conn: Connection, training: str) -> dict[str, tuple[datetime, str]]:
    """Who was there: when and how each signed."""
    query = select(training_seats.c.person_id, training_seats.c.at, training_seats.c.how)
    rows = conn.execute(query.where(training_seats.c.training_id == training))
    return {person: (at, how) for person, at, how in rows.tuples()}


def talk(conn: Connection, person: str, day: date, now: datetime, by: str) -> bool:
    """The talk that goes with the lessons; one a year."""
    try:
        with conn.begin_nested():
            add(conn, training_talks, id=new_id(), person_id=person, year=day.year, day=day, by_person=by, at=now)
    except IntegrityError:
        return False
    return True


def directors(conn: Connection, codes: Collection[str]) -> list[Post]:
    """The directors' posts within these units, vacant ones too, in the county's order."""
    found = people.find_posts(conn, posts.c.role == Role.CHILD_DIRECTOR.value)
    return [post for post in found if post.unit.code in codes]


def standings(conn: Connection, year: int, until: date | None = None) -> dict[str, Standing]:
    """Where everybody stands that year who has done anything for it, by person."""
    first, last = date(year, 1, 1), until or date(year, 12, 31)
    sat: dict[str, date] = {}
    query = (
        select(training_seats.c.person_id, trainings.c.day)
        .join(trainings, trainings.c.id == training_seats.c.training_id)
        .where(trainings.c.day.between(first, last), trainings.c.cancelled_at.is_(None))
    )
    for person, day in conn.execute(query).tuples():
        sat[person] = min(day, sat.get(person, day))
    lessons: dict[str, list[date]] = defaultdict(list)
    learnt = select(lessons_learnt.c.person_id, lessons_learnt.c.finished_on)
    for person, day in conn.execute(learnt.where(lessons_learnt.c.finished_on.between(first, last))).tuples():
        if day is not None:
            lessons[person].append(day)
    talks = dict(
        conn.execute(
            select(training_talks.c.person_id, training_talks.c.day).where(training_talks.c.day.between(first, last))
        )
        .tuples()
        .all()
    )
    return {
        person: standing(sat.get(person), lessons.get(person, ()), talks.get(person))
        for person in {*sat, *lessons, *talks}
    }


_NOTHING = standing(None, (), None)


def standing_of(conn: Connection, person: str, year: int) -> Standing:
    return standings(conn, year).get(person, _NOTHING)


@dataclass(frozen=True)
class Trained:
    """`trained` of the `held` posts among `posts`, by posts: who holds two is counted for both."""

    posts: int
    held: int
    trained: int


def measure_trained(conn: Connection, tree: UnitTree, day: date, codes: Collection[str] | None = None) -> Trained:
    """H10, plan task 17: how many directors' posts are filled by somebody trained this year, as of that day."""
    found = directors(conn, codes if codes is not None else {unit.code for unit in tree})
    stand = standings(conn, day.year, day)
    trained = sum(post.holder is not None and stand.get(post.holder, _NOTHING).trained for post in found)
    return Trained(len(found), sum(post.holder is not None for post in found), trained)


def settle_year(
    conn: Connection, tree: UnitTree, today: date, now: datetime, by: str | None, *, demo: bool = False
) -> int:
    """Once every director in office is trained, the year's deed is entered; how many posts, 0 if nothing was entered."""
    measured = measure_trained(conn, tree, today)
    if not measured.held or measured.trained < measured.held:
        return 0
    done = conn.execute(
        select(deeds_table.c.id).where(
            deeds_table.c.duty == DEED, deeds_table.c.unit == COUNTY, deeds_table.c.withdrawn_at.is_(None),
            deeds_table.c.day.between(date(today.year, 1, 1), date(today.year, 12, 31)),
        ).limit(1)
    ).first()  # fmt: skip
    if done is not None:
        return 0
    made = deeds.put(conn, DEED, COUNTY, today, now, by=by, reached=measured.trained, demo=demo)
    journal.note(conn, now, "training.all", person=by, subject=f"unit:{COUNTY}", deed=made, count=measured.trained)
    return measured.trained
