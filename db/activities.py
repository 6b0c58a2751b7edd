"""Activities: what was held, what is to come, who has a seat, who was there, and who never joined one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from db.models import activities, activity_children, children
from db.rows import add, change, opened
from db.types import new_id
from domain.activities import SAFETY, seated
from domain.calendar import add_months, local_day
from domain.tasks import Task
from domain.units import UnitTree

TASK = "activity_came"
SEAT, WAITING, CAME, ABSENT, OFF = "seat", "waiting", "came", "absent", "off"
ATTENDANCE_DAYS = 60  # an activity nobody said anything of is not asked about for ever
Measure = dict[str, int | float | None]


@dataclass(frozen=True)
class Activity:
    id: str
    unit: str
    by_unit: str
    day: date
    theme: str
    site: str
    helpers: tuple[str, ...]
    reached: int | None  # None: not held yet, or nobody said how many came
    seats: int | None
    clock: str | None
    words: str | None
    entered_at: datetime
    by_person: str | None


def put(
    conn: Connection, unit: str, by_unit: str, day: date, theme: str, site: str, now: datetime, *, by: str | None,
    helpers: Sequence[str] = (), reached: int | None = None, seats: int | None = None, clock: str | None = None,
    words: str | None = None, demo: bool = False,
) -> str:  # fmt: skip
    """Keep one that was held (`reached` is said) or one to come."""
    made = new_id()
    add(
        conn, activities, id=made, unit=unit, by_unit=by_unit, day=day, theme=theme, site=site, helpers=list(helpers),
        reached=reached, seats=seats, clock=clock, words=words, by_person=by, entered_at=now, demo=demo,
    )  # fmt: skip
    return made


def get(conn: Connection, activity_id: str) -> Activity | None:
    return next(iter(_found(conn, activities.c.id == activity_id)), None)


def held(conn: Connection, codes: Collection[str], first: date, last: date) -> list[Activity]:
    """What was held for these units, the newest first."""
    found = _found(
        conn,
        activities.c.unit.in_(list(codes)),
        activities.c.reached.is_not(None),
        activities.c.day.between(first, last),
    )
    return sorted(found, key=lambda one: (one.day, one.id), reverse=True)


def coming(conn: Connection, codes: Collection[str], today: date) -> list[Activity]:
    """What is still to come for any of these units, and what is over but nobody has said who came."""
    since = date.fromordinal(today.toordinal() - ATTENDANCE_DAYS)
    return _found(conn, activities.c.unit.in_(list(codes)), activities.c.reached.is_(None), activities.c.day >= since)


def helped(conn: Connection, helper: str, first: date, last: date) -> list[Activity]:
    """What villages recorded as held with this department."""
    found = _found(conn, activities.c.reached.is_not(None), activities.c.day.between(first, last))
    return [one for one in found if helper in one.helpers]


def _found(conn: Connection, *where: Any) -> list[Activity]:
    rows = conn.execute(
        select(activities)
        .where(activities.c.withdrawn_at.is_(None), *where)
        .order_by(activities.c.day, activities.c.id)
    )
    return [_activity(opened(conn, activities, row)) for row in rows]


def _activity(row: dict[str, Any]) -> Activity:
    return Activity(
        row["id"], row["unit"], row["by_unit"], row["day"], row["theme"], row["site"], tuple(row["helpers"]), row["reached"],
        row["seats"], row["clock"], row["words"], row["entered_at"], row["by_person"],
    )  # fmt: skip


def withdraw(conn: Connection, activity_id: str, now: datetime) -> bool:
    won = conn.execute(
        update(activities)
        .where(activities.c.id == activity_id, activities.c.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
    return won.rowcount == 1


# --- seats -------------------------------------------------------------------------------------------------------


def signed(conn: Connection, activity_id: str) -> dict[str, str]:
    """Child → state, in the order they were put down; those taken off are left out."""
    rows = conn.execute(
        select(activity_children.c.child_id, activity_children.c.state)
        .where(activity_children.c.activity_id == activity_id, activity_children.c.state != OFF)
        .order_by(activity_children.c.at, activity_children.c.id)
    )
    return dict(rows.tuples().all())


def with_seats(conn: Connection, codes: Collection[str]) -> set[str]:
    """The activities at which children of these units have a seat and nobody has said whether they came."""
    rows = conn.execute(
        select(activity_children.c.activity_id)
        .join(children, children.c.id == activity_children.c.child_id)
        .where(activity_children.c.state == SEAT, children.c.unit.in_(list(codes)))
    )
    return set(rows.scalars())


def sign_up(
    conn: Connection, one: Activity, ids: Sequence[str], now: datetime, by: str | None
) -> tuple[list[str], list[str]]:
    """Put these children down: (who has a seat, who waits). Who is down already stays as they are.

    Of two who sign up at once the writer's lock decides the order: a seat is never given twice.
    """
    conn.execute(update(activities).where(activities.c.id == one.id).values(seats=activities.c.seats))  # the row's lock
    there = signed(conn, one.id)
    states = Counter(there.values())
    fresh = [child for child in dict.fromkeys(ids) if child not in there]
    sits, waits = seated(fresh, states[SEAT] + states[CAME], states[WAITING], one.seats)
    for child, state in [(child, SEAT) for child in sits] + [(child, WAITING) for child in waits]:
        _set(conn, one.id, child, state, now, by)
    return sits, waits


def take_off(conn: Connection, one: Activity, child: str, now: datetime, by: str | None) -> str | None:
    """Somebody does not come after all; the child that moves up from the waiting list, if any."""
    there = signed(conn, one.id)
    if child not in there:
        return None
    _set(conn, one.id, child, OFF, now, by)
    if there[child] != SEAT:
        return None
    first = next((other for other, state in there.items() if state == WAITING), None)
    if first is not None:
        conn.execute(
            update(activity_children)
            .where(activity_children.c.activity_id == one.id, activity_children.c.child_id == first)
            .values(state=SEAT)
        )
    return first


def attended(
    conn: Connection, one: Activity, ids: Collection[str], now: datetime, by: str | None, codes: Collection[str]
) -> None:
    """Who was there, of the children of these units; who had a seat and is not named was not."""
    own = set(
        conn.execute(
            select(children.c.id)
            .join(activity_children, activity_children.c.child_id == children.c.id)
            .where(activity_children.c.activity_id == one.id, children.c.unit.in_(list(codes)))
        ).scalars()
    )
    for child, state in signed(conn, one.id).items():
        if child in own and child not in ids and state in (SEAT, CAME):
            _set(conn, one.id, child, ABSENT, now, by)
    for child in ids:
        _set(conn, one.id, child, CAME, now, by)


def _set(conn: Connection, activity_id: str, child: str, state: str, now: datetime, by: str | None) -> None:
    table = activity_children
    row = conn.execute(
        select(table.c.id, table.c.state).where(table.c.activity_id == activity_id, table.c.child_id == child)
    ).first()
    if row is None:
        add(conn, table, id=new_id(), activity_id=activity_id, child_id=child, state=state, at=now, by_person=by)
    elif row.state != state:
        change(conn, table, row.id, state=state, at=now, by_person=by)


def set_reached(conn: Connection, activity_id: str, reached: int) -> bool:
    """It was held: so many children came."""
    return change(conn, activities, activity_id, reached=reached)


def count_came(conn: Connection, activity_id: str) -> int:
    states = signed(conn, activity_id).values()
    return sum(state == CAME for state in states)


# --- who never joined ----------------------------------------------------------------------------------------------


def joined(conn: Connection, codes: Collection[str] | None, first: date, last: date) -> set[str]:
    """The children known by name to have been at one."""
    query = (
        select(activity_children.c.child_id)
        .join(activities, activities.c.id == activity_children.c.activity_id)
        .where(
            activity_children.c.state == CAME,
            activities.c.withdrawn_at.is_(None),
            activities.c.day.between(first, last),
        )
        .distinct()
    )
    if codes is not None:
        query = query.join(children, children.c.id == activity_children.c.child_id).where(
            children.c.unit.in_(list(codes))
        )
    return set(conn.execute(query).scalars())


def never_joined(conn: Connection, codes: Collection[str], today: date) -> list[str]:
    """Open files of these units whose child was at nothing in the last half-year (plan task 3), by file number."""
    there = joined(conn, codes, add_months(today, -6), today)
    rows = conn.execute(
        select(children.c.id)
        .where(children.c.unit.in_(list(codes)), children.c.closed_on.is_(None))
        .order_by(children.c.file_no)
    )
    return [child for child in rows.scalars() if child not in there]


def is_place(code: str) -> bool:
    """A village or community; 620724.court has as many signs as a village's code."""
    return len(code) == 12 and "." not in code


def tasks(conn: Connection, last: date, codes: Collection[str] | None, child: str | None) -> Iterable[Task]:
    """An activity that is over: who was there? (db/tasks.py)."""
    if child is not None:
        return
    since = date.fromordinal(last.toordinal() - ATTENDANCE_DAYS)
    query = select(activities.c.by_unit, activities.c.day).where(
        activities.c.day.between(since, last), activities.c.reached.is_(None), activities.c.withdrawn_at.is_(None)
    )
    for row in conn.execute(query):
        if is_place(row.by_unit) and (codes is None or row.by_unit in codes):
            yield Task(TASK, row.by_unit, date.fromordinal(row.day.toordinal() + 1), row.day)


# --- measures ------------------------------------------------------------------------------------------------------


def measure_activities(conn: Connection, tree: UnitTree, day: date) -> Measure:
    """Tasks 1 and 14 in the calendar year of `day`: activities, villages that had one, children reached, departments of H11."""
    first = date(day.year, 1, 1)
    where = (
        activities.c.withdrawn_at.is_(None),
        activities.c.reached.is_not(None),
        activities.c.day.between(first, day),
    )
    rows = conn.execute(select(activities.c.unit, activities.c.reached, activities.c.helpers).where(*where)).all()
    places = {row.unit for row in rows if is_place(row.unit)}
    return {
        "activities": len(rows),
        "places": len(places),
        "places_in_all": sum(is_place(unit.code) for unit in tree),
        "reached": sum(row.reached for row in rows),
        "departments": len({one for row in rows for one in row.helpers}),
    }


def villages_by_department(conn: Connection, codes: Collection[str], day: date) -> dict[str, int]:
    """H11: in how many of these villages each office held a safety activity this calendar year, by what villages wrote down."""
    rows = conn.execute(
        select(activities.c.unit, activities.c.helpers).where(
            activities.c.withdrawn_at.is_(None), activities.c.reached.is_not(None), activities.c.theme.in_(SAFETY),
            activities.c.day.between(date(day.year, 1, 1), day), activities.c.unit.in_(list(codes)),
        )
    ).all()  # fmt: skip
    came = {(row.unit, slug) for row in rows if is_place(row.unit) for slug in row.helpers}
    return Counter(slug for _, slug in came)


def measure_never_joined(conn: Connection, tree: UnitTree, day: date) -> Measure:
    """Tasks 1 and 3: children at one activity at least in the last half-year, by name, and those at none."""
    everybody = int(
        conn.execute(select(func.count()).select_from(children).where(children.c.closed_on.is_(None))).scalar_one()
    )
    open_files = select(children.c.id).where(children.c.closed_on.is_(None))
    there = len(joined(conn, None, add_months(day, -6), day) & set(conn.execute(open_files).scalars()))
    share = round(100 * there / everybody, 1) if everybody else None
    return {"children": everybody, "joined": there, "never": everybody - there, "share": share}


def month_of(conn: Connection, codes: Collection[str], now: datetime) -> list[Activity]:
    """This month's, for the card of the month."""
    today = local_day(now)
    return held(conn, codes, today.replace(day=1), today)
