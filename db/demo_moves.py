"""The demo county's moves, its running sweep and its open issues: something waits, something is half done."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import Connection, bindparam, select, update

from db import moves, sweeps
from db.models import children, issues
from domain.calendar import DAY, local_day
from domain.demo.county import County
from domain.demo.staff import ORDINARY
from domain.issues import due_of
from domain.people import Role
from domain.sweeps import Found
from domain.units import UnitTree

BEGUN = timedelta(days=12)
RECENT = 21  # days: issues found since then are looked at again soon, the older ones have been spoken of
WHY = "跟着妈妈住到那边去了"
SHARES = ((Found.SEEN, 0.85), (Found.ABSENT, 0.95), (Found.GONE, 1.0))


def put(conn: Connection, county: County, at: datetime, tree: UnitTree) -> None:
    """One town in the middle of its sweep, one child waiting to be accepted, days for the newest issues."""
    rng, today = Random(f"{county.seed}/moves"), local_day(at)
    fresh = conn.execute(
        select(issues.c.id, issues.c.type, issues.c.opened_on).where(
            issues.c.closed_on.is_(None), issues.c.opened_on >= today - RECENT * DAY
        )
    ).all()
    if fresh:
        days = [
            {"row": row.id, "day": max(due_of(row.type, row.opened_on), today + rng.randint(1, 9) * DAY)}
            for row in fresh
        ]
        conn.execute(update(issues).where(issues.c.id == bindparam("row")).values(due=bindparam("day")), days)
    town = tree.town_of(ORDINARY)
    if town is None:
        return
    _sweep(conn, rng, county, at, town.code, [unit.code for unit in tree.children_of(town.code)])
    places = [place for place in county.places if place.town.code == town.code and place.children]
    home = next((place for place in places if place.unit.code == ORDINARY), None)
    other = next((place for place in places if home is not None and place is not home), None)
    if home is None or other is None:
        return
    child = conn.execute(
        select(children.c.id)
        .where(children.c.unit == other.unit.code, children.c.closed_on.is_(None))
        .order_by(children.c.file_no.desc())
        .limit(1)
    ).scalar()
    if child is not None:
        writer = _director(county, other.unit.code)
        moves.propose(
            conn, child, other.unit.code, ORDINARY, today - 4 * DAY, WHY, at - timedelta(hours=20), by=writer, demo=True
        )


def _sweep(conn: Connection, rng: Random, county: County, at: datetime, town: str, codes: list[str]) -> None:
    """Some villages signed, the own one half way, the rest to come."""
    supervisor = next(
        (
            seat.holder.id
            for seat in county.staff.seats
            if seat.role is Role.SUPERVISOR and seat.unit == town and seat.holder
        ),
        None,
    )
    made = sweeps.begin(conn, town, codes, at - BEGUN, by=supervisor, demo=True)
    for village in sweeps.villages(conn, [made]):
        director = _director(county, village.unit)
        if director is None or (rng.random() < 0.4 and village.unit != ORDINARY):
            continue
        order, _ = sweeps.homes_of(conn, village)
        half = village.unit == ORDINARY
        went = order[: len(order) // 2] if half else order
        sweeps.put_many(
            conn, village, {home.key: _found(rng) for home in went}, at - BEGUN + timedelta(days=3), director
        )
        if not half and went:
            sweeps.sign(conn, village, _name(county, director), at - timedelta(days=2), director)


def _found(rng: Random) -> Found:
    drawn = rng.random()
    return next(found for found, share in SHARES if drawn < share)


def _director(county: County, unit: str) -> str | None:
    return next(
        (
            seat.holder.id
            for seat in county.staff.seats
            if seat.role is Role.CHILD_DIRECTOR and seat.unit == unit and seat.holder
        ),
        None,
    )


def _name(county: County, person: str) -> str:
    return next(seat.holder.name for seat in county.staff.seats if seat.holder and seat.holder.id == person)
