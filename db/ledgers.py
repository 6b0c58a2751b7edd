"""The ledger of contacts (走访记录): what was done and by whom, for printing and handing in."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select

from db.models import children, contacts, people
from db.parts import parts
from db.rows import opened
from domain.contacts import Kind
from domain.people import Role


@dataclass(frozen=True)
class Entry:
    """One line of the ledger of contacts (走访记录): what was done and by whom, without what was written about it."""

    child_id: str
    file_no: str
    unit: str
    day: date
    kind: Kind
    reached: bool
    child_seen: bool | None
    by_role: Role
    by_person: str | None
    parents_called: str | None
    entered_at: datetime


def _entries(codes: Collection[str], first: date, last: date) -> tuple[Any, Any]:
    joined = contacts.join(children, children.c.id == contacts.c.child_id)
    here = and_(children.c.unit.in_(list(codes)), contacts.c.replaced_by.is_(None), contacts.c.day.between(first, last))
    return joined, here


def count_entries(conn: Connection, codes: Collection[str], first: date, last: date) -> int:
    """How long the ledger of these days will be."""
    joined, here = _entries(codes, first, last)
    return conn.execute(select(func.count()).select_from(joined).where(here)).scalar_one()


def entries(conn: Connection, codes: Collection[str], first: date, last: date) -> Iterator[Entry]:
    """The ledger of contacts in force within these days, attempts included, the earliest first; closed files too."""
    joined, here = _entries(codes, first, last)
    query = (
        select(
            contacts.c.child_id, children.c.file_no, children.c.unit, contacts.c.day, contacts.c.kind,
            contacts.c.reached, contacts.c.child_seen, contacts.c.by_role, contacts.c.by_person,
            contacts.c.parents_called, contacts.c.entered_at,
        )
        .select_from(joined)
        .where(here)
        .order_by(contacts.c.day, children.c.file_no, contacts.c.id)
    )  # fmt: skip
    for row in conn.execute(query):
        yield Entry(
            row.child_id, row.file_no, row.unit, row.day, Kind(row.kind), row.reached, row.child_seen,
            Role(row.by_role), row.by_person, row.parents_called, row.entered_at,
        )  # fmt: skip


def worker_names(conn: Connection, ids: Collection[str]) -> dict[str, str]:
    """The names of those who made the entries."""
    found: dict[str, str] = {}
    for part in parts(ids):
        query = select(people.c.id, people.c.name).where(people.c.id.in_(part))
        found.update({row.id: opened(conn, people, dict(row._mapping))["name"] for row in conn.execute(query)})
    return found
