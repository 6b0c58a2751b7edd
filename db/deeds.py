"""What units did for the plan: one row a deed; a mistaken one is withdrawn, never deleted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select, update

from db import people
from db.models import child_history, children, deeds
from db.policy import current
from db.rows import add, opened
from db.types import new_id
from domain.calendar import local_day
from domain.duties import OpenDuty
from domain.unit_duties import all_open
from domain.units import UnitTree


@dataclass(frozen=True)
class Deed:
    id: str
    duty: str
    unit: str
    day: date
    reached: int | None
    note: str | None
    by_person: str | None
    entered_at: datetime


def put(
    conn: Connection, duty: str, unit: str, day: date, now: datetime, *, by: str | None, reached: int | None = None,
    note: str | None = None, demo: bool = False,
) -> str:  # fmt: skip
    made = new_id()
    add(
        conn, deeds, id=made, duty=duty, unit=unit, day=day, reached=reached, note=note, by_person=by, entered_at=now,
        demo=demo,
    )  # fmt: skip
    return made


def withdraw(conn: Connection, deed_id: str, now: datetime) -> bool:
    won = conn.execute(
        update(deeds).where(deeds.c.id == deed_id, deeds.c.withdrawn_at.is_(None)).values(withdrawn_at=now)
    )
    return won.rowcount == 1


def of_units(conn: Connection, codes: Collection[str], since: date) -> list[Deed]:
    """The deeds of these units from that day on, the newest first."""
    rows = conn.execute(
        select(deeds)
        .where(deeds.c.unit.in_(list(codes)), deeds.c.day >= since, deeds.c.withdrawn_at.is_(None))
        .order_by(deeds.c.day.desc(), deeds.c.id.desc())
    )
    return [_deed(opened(conn, deeds, row)) for row in rows]


def _deed(row: dict) -> Deed:  # type: ignore[type-arg]
    return Deed(row["id"], row["duty"], row["unit"], row["day"], row["reached"], row["note"], row["by_person"], row["entered_at"])


def days(conn: Connection, until: date | None = None) -> dict[tuple[str, str], list[date]]:
    """The days of all deeds by (duty, unit): what duties are counted from."""
    query = select(deeds.c.duty, deeds.c.unit, deeds.c.day).where(deeds.c.withdrawn_at.is_(None))
    if until is not None:
        query = query.where(deeds.c.day <= until)
    found: dict[tuple[str, str], list[date]] = defaultdict(list)
    for duty, unit, day in conn.execute(query).tuples():
        found[duty, unit].append(day)
    return found


def begun(conn: Connection, today: date) -> date:
    """The day the county began to use this: that of the first entry about any child; today where there is none."""
    first: datetime | None = conn.execute(select(child_history.c.at).order_by(child_history.c.id).limit(1)).scalar()
    return local_day(first) if first else today


def open_duties(
    conn: Connection, now: datetime, tree: UnitTree | None = None, until: date | None = None
) -> list[OpenDuty]:
    """What every unit owes next; `until` leaves out what is due later. With nobody on the roster nothing is owed."""
    today = local_day(now)
    there = frozenset(
        conn.execute(select(children.c.unit).where(children.c.closed_on.is_(None)).distinct()).scalars().all()
    )
    if not there:
        return []
    first = begun(conn, today)
    if today < first:
        return []
    tree = tree or UnitTree(people.all_units(conn))
    found = all_open(tree, days(conn, today), first, today, current(conn, now).calendar, there)
    return [one for one in found if until is None or one.due <= until]
