"""Contacts rolled up by child and year, so that a summary of any month reads one small row a child, not the archive.

A computed state: written in the transaction of the contact it follows from (db/contacts.py), from the facts and never
from its own old value. `recompute` rebuilds it; a property test holds it against the facts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, delete, extract, func, insert, select

from db import stretches
from db.locks import hold_children, hold_stretch
from db.models import contact_years, contacts
from db.parts import parts
from db.prepared import Prepared
from domain.contacts import Kind
from domain.people import Role

PART = 400  # children at a time
FEW = 4
COUNTS = and_(contacts.c.reached.is_(True), contacts.c.replaced_by.is_(None))
VISIT = and_(contacts.c.kind == Kind.HOME_VISIT.value, contacts.c.child_seen.is_(True))
CALLED = contacts.c.by_role == Role.SUPERVISOR.value
_COLUMNS = ("year", "child_id", "reached", "visited", "supervised")


def refresh(conn: Connection, touched: Iterable[tuple[str, int]]) -> None:
    """Count these children's years anew; called with everything a contact's writing touched."""
    pairs = sorted(set(touched))
    hold_children(conn, (child for child, _ in pairs))
    if len(pairs) <= FEW:  # a message of one or two children, all day long
        for child, year in pairs:
            _refresh_one(conn, child, year)
        return
    years: dict[int, list[str]] = {}
    for child, year in pairs:
        years.setdefault(year, []).append(child)
    for year, ids in years.items():
        for part in parts(ids, PART):
            there = and_(contact_years.c.year == year, contact_years.c.child_id.in_(part))
            conn.execute(delete(contact_years).where(there))
            first, last = date(year, 1, 1), date(year, 12, 31)
            rows = _counted(conn, and_(contacts.c.child_id.in_(part), contacts.c.day.between(first, last)))
            if rows:
                conn.execute(insert(contact_years), rows)


_OF_ONE = Prepared(
    select(
        contacts.c.day,
        func.max(case((VISIT, 1), else_=0)).label("visited"),
        func.max(case((CALLED, 1), else_=0)).label("called"),
    )
    .where(
        COUNTS, contacts.c.child_id == bindparam("child"), contacts.c.day.between(bindparam("first"), bindparam("last"))
    )
    .group_by(contacts.c.day)
)
_OF_YEAR = and_(contact_years.c.year == bindparam("of_year"), contact_years.c.child_id == bindparam("child"))
_KEPT = Prepared(select(contact_years.c.reached, contact_years.c.visited, contact_years.c.supervised).where(_OF_YEAR))
_GONE = Prepared(delete(contact_years).where(_OF_YEAR))
_PUT = Prepared(insert(contact_years))


def _refresh_one(conn: Connection, child: str, year: int) -> None:
    reached = visited = supervised = 0
    for row in _OF_ONE.all(conn, child=child, first=date(year, 1, 1), last=date(year, 12, 31)):
        bit = 1 << (row.day.month - 1)
        reached |= bit
        visited |= bit * row.visited
        supervised |= bit * row.called
    kept = _KEPT.first(conn, of_year=year, child=child)
    if (tuple(kept) if kept else (0, 0, 0)) == (reached, visited, supervised):
        return  # the second contact of a month changes nothing
    if kept:
        _GONE.run(conn, of_year=year, child=child)
    if reached:
        _PUT.many(conn, [{"year": year, "child_id": child, "reached": reached, "visited": visited, "supervised": supervised}])


def recompute(conn: Connection) -> int:
    """Every row from the facts; how many were missing or not as they should be."""
    return sum(_recompute(conn, stretch) for stretch in stretches.of_children(conn))


def _recompute(conn: Connection, stretch: stretches.Stretch) -> int:
    hold_stretch(conn, stretch)
    there = stretches.within(contact_years.c.child_id, stretch)
    held = {tuple(row) for row in conn.execute(select(*(contact_years.c[name] for name in _COLUMNS)).where(there))}
    rows = _counted(conn, stretches.within(contacts.c.child_id, stretch))
    wrong = held ^ {tuple(row[name] for name in _COLUMNS) for row in rows}
    if wrong:
        conn.execute(delete(contact_years).where(there))
        for part in parts(rows, PART):
            conn.execute(insert(contact_years), part)
    return len({key[:2] for key in wrong})


def _counted(conn: Connection, where: Any) -> list[dict[str, Any]]:
    year, month = extract("year", contacts.c.day), extract("month", contacts.c.day)
    query = (
        select(
            contacts.c.child_id,
            year,
            month,
            func.max(case((VISIT, 1), else_=0)),
            func.max(case((CALLED, 1), else_=0)),
        )
        .where(COUNTS, where)
        .group_by(contacts.c.child_id, year, month)
    )
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for child, of_year, of_month, visited, called in conn.execute(query):
        key = (int(of_year), child)
        row = found.setdefault(key, {"year": key[0], "child_id": child, "reached": 0, "visited": 0, "supervised": 0})
        bit = 1 << (int(of_month) - 1)
        row["reached"] |= bit
        row["visited"] |= bit * visited
        row["supervised"] |= bit * called
    return list(found.values())


def touched_by(conn: Connection, ids: Collection[str]) -> list[tuple[str, int]]:
    """The child and year of each of these contacts."""
    rows = conn.execute(select(contacts.c.child_id, contacts.c.day).where(contacts.c.id.in_(list(ids))))
    return [(child, day.year) for child, day in rows]
