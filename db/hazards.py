"""Dangerous places and hazards: the ledger with every look at it, and what was reported until it is closed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from db.models import danger_points, hazards, point_looks
from db.rows import add, change, opened
from db.types import new_id
from domain.calendar import DAY, local_day
from domain.hazards import KINDS, LOOK_DAYS, LOOK_EVERY, WATERS, due_day, in_season, is_complete
from domain.tasks import Task
from domain.units import COUNTY, UnitTree

FIX, FIX_COUNTY, CHECK, LOOK = "hazard_fix", "hazard_county", "hazard_check", "point_look"
Measure = dict[str, int | float | None]


@dataclass(frozen=True)
class Point:
    """A dangerous place of the ledger; `items` what the last look found there."""

    id: str
    unit: str
    kind: str
    place: str
    owner: str
    items: Mapping[str, bool]
    looked_on: date | None


@dataclass(frozen=True)
class Hazard:
    """Something to mend. `desk` has it now; once `fixed_at` is set the village looks; closed once it found it good."""

    id: str
    unit: str
    kind: str
    place: str
    words: str
    owner: str
    desk: str
    raised_at: datetime
    by_person: str | None
    due: date
    fixed_at: datetime | None
    fixed: str | None
    again: int
    closed_at: datetime | None
    point_id: str | None


# --- the ledger ----------------------------------------------------------------------------------------------------


def put_point(
    conn: Connection, unit: str, kind: str, place: str, owner: str, items: Mapping[str, bool], now: datetime, *,
    by: str | None, looked_on: date | None = None, demo: bool = False,
) -> str:  # fmt: skip
    made = new_id()
    add(
        conn, danger_points, id=made, unit=unit, kind=kind, place=place, owner=owner, items=dict(items), looked_on=looked_on,
        by_person=by, at=now, demo=demo,
    )  # fmt: skip
    if looked_on is not None:
        add(conn, point_looks, id=new_id(), point_id=made, day=looked_on, items=dict(items), by_person=by, at=now)
    return made


def points(conn: Connection, codes: Collection[str]) -> list[Point]:
    """The places of these units that are still dangerous, those not looked at for the longest time first."""
    rows = conn.execute(
        select(danger_points).where(danger_points.c.unit.in_(list(codes)), danger_points.c.closed_on.is_(None))
    )
    found = [_point(opened(conn, danger_points, row)) for row in rows]
    return sorted(found, key=lambda one: (one.looked_on or date.min, one.unit, one.id))


def point(conn: Connection, point_id: str) -> Point | None:
    row = conn.execute(
        select(danger_points).where(danger_points.c.id == point_id, danger_points.c.closed_on.is_(None))
    ).first()
    return None if row is None else _point(opened(conn, danger_points, row))


def _point(row: dict[str, Any]) -> Point:
    return Point(row["id"], row["unit"], row["kind"], row["place"], row["owner"], row["items"], row["looked_on"])


def look(conn: Connection, one: Point, items: Mapping[str, bool], now: datetime, by: str | None) -> None:
    """Somebody was there today and saw this."""
    today = local_day(now)
    add(conn, point_looks, id=new_id(), point_id=one.id, day=today, items=dict(items), by_person=by, at=now)
    change(conn, danger_points, one.id, items=dict(one.items) | dict(items), looked_on=today)


def close_point(conn: Connection, point_id: str, today: date) -> bool:
    """It is no danger any more: filled in, covered, licensed."""
    return change(conn, danger_points, point_id, danger_points.c.closed_on.is_(None), closed_on=today)


def not_looked_at(conn: Connection, codes: Collection[str], today: date) -> list[Point]:
    """Waters nobody looked at in the last week: what the card of the drowning season names."""
    since = today - LOOK_EVERY * DAY
    return [
        one for one in points(conn, codes) if one.kind in WATERS and (one.looked_on is None or one.looked_on <= since)
    ]


# --- what is reported ----------------------------------------------------------------------------------------------


def report(
    conn: Connection, unit: str, kind: str, place: str, words: str, owner: str, desk: str, now: datetime, *,
    by: str | None, point_id: str | None = None, demo: bool = False,
) -> str:  # fmt: skip
    """Keep a hazard; it lies with `desk` from now on."""
    made = new_id()
    add(
        conn, hazards, id=made, unit=unit, kind=kind, place=place, words=words, point_id=point_id, owner=owner, desk=desk,
        raised_at=now, by_person=by, due=due_day(kind, local_day(now)), again=0, demo=demo,
    )  # fmt: skip
    return made


def get(conn: Connection, hazard_id: str) -> Hazard | None:
    return next(iter(_found(conn, hazards.c.id == hazard_id)), None)


def open_ones(conn: Connection, codes: Collection[str], desks: Collection[str] = ()) -> list[Hazard]:
    """What is open in these units, or lies with these offices; the first due first."""
    mine = or_(hazards.c.unit.in_(list(codes)), hazards.c.desk.in_(list(desks)))
    return _found(conn, hazards.c.closed_at.is_(None), mine)


def open_at(conn: Connection, point_id: str) -> Hazard | None:
    """What is open at a place of the ledger: a second look does not report it twice."""
    return next(iter(_found(conn, hazards.c.point_id == point_id, hazards.c.closed_at.is_(None))), None)


def _found(conn: Connection, *where: Any) -> list[Hazard]:
    rows = conn.execute(select(hazards).where(*where).order_by(hazards.c.due, hazards.c.id))
    return [_hazard(opened(conn, hazards, row)) for row in rows]


def _hazard(row: dict[str, Any]) -> Hazard:
    return Hazard(
        row["id"], row["unit"], row["kind"], row["place"], row["words"], row["owner"], row["desk"], row["raised_at"],
        row["by_person"], row["due"], row["fixed_at"], row["fixed"], row["again"], row["closed_at"], row["point_id"],
    )  # fmt: skip


_OPEN = hazards.c.closed_at.is_(None)


def send_on(conn: Connection, hazard_id: str, desk: str, now: datetime) -> bool:
    """The county hands it to somebody else to mend."""
    due = due_day(_kind(conn, hazard_id), local_day(now))
    return change(conn, hazards, hazard_id, _OPEN, hazards.c.fixed_at.is_(None), desk=desk, owner=desk, due=due)


def _kind(conn: Connection, hazard_id: str) -> str:
    kind: str = conn.execute(select(hazards.c.kind).where(hazards.c.id == hazard_id)).scalar_one()
    return kind if kind in KINDS else "other"


def fix(conn: Connection, hazard_id: str, what: str, now: datetime, by: str) -> bool:
    """It is mended, says who has it; False where that was said already or it is closed."""
    due = local_day(now) + LOOK_DAYS * DAY
    return change(
        conn, hazards, hazard_id, _OPEN, hazards.c.fixed_at.is_(None), fixed_at=now, fixed_by=by, fixed=what, due=due
    )


def check(conn: Connection, hazard_id: str, good: bool, now: datetime, by: str) -> bool:
    """The village looked: closed, or back to who mends it. A village may close what it mended itself."""
    if good:
        return change(conn, hazards, hazard_id, _OPEN, closed_at=now, closed_by=by)
    due = due_day(_kind(conn, hazard_id), local_day(now))
    return change(
        conn, hazards, hazard_id, _OPEN, hazards.c.fixed_at.is_not(None), fixed_at=None, fixed_by=None, due=due,
        again=hazards.c.again + 1,
    )  # fmt: skip


def tasks(conn: Connection, last: date, codes: Collection[str] | None, child: str | None) -> Iterable[Task]:
    """Mending for who has it, looking for the village; in the season the waters nobody looked at (db/tasks.py)."""
    if child is not None:
        return
    rows = conn.execute(
        select(hazards.c.unit, hazards.c.desk, hazards.c.due, hazards.c.raised_at, hazards.c.fixed_at).where(
            _OPEN, hazards.c.due <= last
        )
    )
    for row in rows:
        since = local_day(row.fixed_at or row.raised_at)
        if row.fixed_at is not None:
            unit, kind = row.unit, CHECK
        else:
            unit, kind = row.desk, FIX_COUNTY if row.desk == COUNTY else FIX
        if codes is None or unit in codes:
            yield Task(kind, unit, row.due, since)
    if not in_season(last):
        return
    table = danger_points
    waters = conn.execute(
        select(table.c.unit, table.c.looked_on, table.c.at).where(
            table.c.closed_on.is_(None),
            table.c.kind.in_(WATERS),
            or_(table.c.looked_on.is_(None), table.c.looked_on <= last - LOOK_EVERY * DAY),
        )
    )
    for water in waters:
        since = water.looked_on or local_day(water.at)
        if codes is None or water.unit in codes:
            yield Task(LOOK, water.unit, max(since + LOOK_EVERY * DAY, date(last.year, 5, 1)), since)


# --- measures ------------------------------------------------------------------------------------------------------


def measure_water_points(conn: Connection, tree: UnitTree, day: date) -> Measure:
    """Task 15, H16: waters on the ledger, those with all of the 四个一, with a fence, looked at within a month."""
    table = danger_points
    rows = conn.execute(
        select(table.c["items"], table.c.looked_on).where(
            table.c.kind.in_(WATERS), or_(table.c.closed_on.is_(None), table.c.closed_on > day)
        )
    ).all()
    full = sum(is_complete(row[0]) for row in rows)
    return {
        "points": len(rows),
        "complete": full,
        "share": round(100 * full / len(rows), 1) if rows else None,
        "fenced": sum(row[0].get("fence") is True for row in rows),
        "looked_at": sum(row.looked_on is not None and row.looked_on >= day - 31 * DAY for row in rows),
    }


def measure_hazards_closed(conn: Connection, tree: UnitTree, day: date) -> Measure:
    """Task 15, in the calendar year of `day`: hazards reported, closed, open past their day; days it took, on average."""
    rows = conn.execute(select(hazards.c.raised_at, hazards.c.closed_at, hazards.c.due)).all()
    mine = [row for row in rows if local_day(row.raised_at).year == day.year and local_day(row.raised_at) <= day]
    closed = [row for row in mine if row.closed_at is not None and local_day(row.closed_at) <= day]
    spent = [(local_day(row.closed_at) - local_day(row.raised_at)).days for row in closed]
    return {
        "reported": len(mine),
        "closed": len(closed),
        "late": sum(row.due < day and row not in closed for row in mine),
        "days": round(sum(spent) / len(spent), 1) if spent else None,
    }
