"""Checks of school buses and care places; the schools and their 法治副校长."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.exc import IntegrityError

from db.models import inspections, law_deputies, schools
from db.rows import add, opened
from db.types import new_id
from domain.inspections import lacking
from domain.units import UnitTree

Measure = dict[str, int | float | None]


@dataclass(frozen=True)
class Inspection:
    """One look at a bus or a care place."""

    id: str
    unit: str
    by_unit: str
    kind: str
    place: str
    day: date
    results: Mapping[str, str]


@dataclass(frozen=True)
class School:
    """A school and its 法治副校长; `deputy` None where it has none."""

    id: str
    name: str
    deputy: str | None
    unit: str | None
    since: date | None


def put(
    conn: Connection, unit: str, by_unit: str, kind: str, place: str, day: date, results: Mapping[str, str], now: datetime, *,
    by: str | None, demo: bool = False,
) -> str:  # fmt: skip
    made = new_id()
    add(
        conn, inspections, id=made, unit=unit, by_unit=by_unit, kind=kind, place=place, day=day, results=dict(results),
        by_person=by, at=now, demo=demo,
    )  # fmt: skip
    return made


def latest(conn: Connection, codes: Collection[str], by_units: Collection[str], since: date) -> list[Inspection]:
    """Those in these villages or by these offices, the newest first."""
    table = inspections
    rows = conn.execute(
        select(table)
        .where(table.c.unit.in_(list(codes)) | table.c.by_unit.in_(list(by_units)), table.c.day >= since)
        .order_by(table.c.day.desc(), table.c.id.desc())
    )
    found = (opened(conn, table, row) for row in rows)
    return [
        Inspection(one["id"], one["unit"], one["by_unit"], one["kind"], one["place"], one["day"], one["results"])
        for one in found
    ]


# --- schools -------------------------------------------------------------------------------------------------------


def add_school(conn: Connection, name: str, now: datetime, *, demo: bool = False) -> str | None:
    """Its id; None where a school of that name is there already."""
    made = new_id()
    try:
        with conn.begin_nested():
            add(conn, schools, id=made, name=name, added_at=now, closed_on=None, demo=demo)
    except IntegrityError:
        return None
    return made


def roster(conn: Connection) -> list[School]:
    """Every school with who is its 法治副校长 now; those without one first."""
    rows = conn.execute(select(law_deputies).where(law_deputies.c.until.is_(None))).all()
    held = {row.school_id: opened(conn, law_deputies, row) for row in rows}
    found = []
    for row in conn.execute(select(schools).where(schools.c.closed_on.is_(None)).order_by(schools.c.name)):
        one = held.get(row.id)
        found.append(
            School(row.id, row.name, *((one["name"], one["unit"], one["since"]) if one else (None, None, None)))
        )
    return sorted(found, key=lambda one: one.deputy is not None)


def school(conn: Connection, school_id: str) -> School | None:
    return next((one for one in roster(conn) if one.id == school_id), None)


def appoint(
    conn: Connection,
    school_id: str,
    name: str,
    unit: str,
    since: date,
    now: datetime,
    *,
    by: str | None,
    demo: bool = False,
) -> None:
    """From that day on; whoever it was before is kept with the day it ended."""
    conn.execute(
        update(law_deputies)
        .where(law_deputies.c.school_id == school_id, law_deputies.c.until.is_(None))
        .values(until=since)
    )
    add(
        conn,
        law_deputies,
        id=new_id(),
        school_id=school_id,
        name=name,
        unit=unit,
        since=since,
        by_person=by,
        at=now,
        demo=demo,
    )


# --- measures ------------------------------------------------------------------------------------------------------


def measure_inspections(conn: Connection, tree: UnitTree, day: date) -> Measure:
    """Task 15, in the calendar year of `day`: checks of buses and of care places, and those that found something."""
    table = inspections
    rows = conn.execute(
        select(table.c.kind, table.c.results).where(table.c.day.between(date(day.year, 1, 1), day))
    ).all()
    return {
        "bus": sum(row.kind == "bus" for row in rows),
        "care": sum(row.kind == "care" for row in rows),
        "lacking": sum(bool(lacking(row.results)) for row in rows),
    }


def measure_law_deputies(conn: Connection, tree: UnitTree, day: date) -> Measure:
    """Task 1: schools with a 法治副校长, of all."""
    found = roster(conn)
    there = sum(one.deputy is not None for one in found)
    return {"schools": len(found), "with": there, "without": len(found) - there}
