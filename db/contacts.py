"""Contacts and home visits. A correction is a new row that replaces the old one; nothing is overwritten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, case, func, select, update

from db import stretches, yearly
from db.models import children, contacts
from db.parts import parts
from db.prepared import Prepared
from db.rows import add, add_many, opened
from db.types import new_id
from domain.contacts import Contact, Kind
from domain.people import Role


@dataclass(frozen=True)
class Record:
    """A contact with everything that was written about it."""

    contact: Contact
    content: dict[str, Any]
    parents_called: str | None
    entered_at: datetime
    batch: str
    replaces: str | None
    replaced_by: str | None


def put(
    conn: Connection,
    contact: Contact,
    content: dict[str, Any],
    now: datetime,
    *,
    batch: str,
    parents_called: str | None = None,
    replaces: str | None = None,
    demo: bool = False,
) -> bool:
    """Keep a contact; with `replaces`, as the corrected version of an older one. False if that was corrected already."""
    if replaces is not None:
        won = conn.execute(
            update(contacts)
            .where(contacts.c.id == replaces, contacts.c.replaced_by.is_(None))
            .values(replaced_by=contact.id)
        )
        if won.rowcount != 1:
            return False
    add(
        conn, contacts, **_row(contact), content=content, parents_called=parents_called, entered_at=now, batch=batch,
        replaces=replaces, demo=demo,
    )  # fmt: skip
    yearly.refresh(conn, [(contact.child_id, contact.day.year), *(yearly.touched_by(conn, [replaces]) if replaces else ())])
    return True


def put_many(conn: Connection, rows: Iterable[tuple[Contact, dict[str, Any]]], now: datetime, *, demo: bool) -> None:
    """Keep many at once (the demo county's history)."""
    rows = list(rows)
    add_many(
        conn,
        contacts,
        [
            _row(contact) | {"content": content, "entered_at": now, "batch": new_id(), "demo": demo}
            for contact, content in rows
        ],
    )
    yearly.refresh(conn, ((contact.child_id, contact.day.year) for contact, _ in rows))


def _row(contact: Contact) -> dict[str, Any]:
    return {
        "id": contact.id, "child_id": contact.child_id, "day": contact.day, "kind": contact.kind.value,
        "reached": contact.reached, "child_seen": contact.child_seen, "by_person": contact.by_person,
        "by_role": contact.by_role.value,
    }  # fmt: skip


def withdraw(conn: Connection, contact_id: str) -> bool:
    """Take a mistaken record out of the count: it stays, marked as replaced by nothing."""
    won = conn.execute(
        update(contacts)
        .where(contacts.c.id == contact_id, contacts.c.replaced_by.is_(None))
        .values(replaced_by=contact_id)
    )
    if won.rowcount == 1:
        yearly.refresh(conn, yearly.touched_by(conn, [contact_id]))
    return won.rowcount == 1


def of_children(conn: Connection, ids: Collection[str], since: date | None = None) -> dict[str, list[Contact]]:
    """The contacts in force of these children, without what was written."""
    found: dict[str, list[Contact]] = defaultdict(list)
    for part in parts(ids):
        query = select(*_PLAIN).where(
            contacts.c.child_id.in_(part), contacts.c.replaced_by.is_(None)
        )
        if since is not None:
            query = query.where(contacts.c.day >= since)
        for row in conn.execute(query.order_by(contacts.c.day)):
            found[row.child_id].append(_contact(row))
    return found


_PLAIN = (
    contacts.c.id, contacts.c.child_id, contacts.c.day, contacts.c.kind, contacts.c.reached, contacts.c.child_seen,
    contacts.c.by_role, contacts.c.by_person,
)  # fmt: skip
FEW = 8  # children: up to so many are asked for one by one, by a statement that is kept


def _contact(row: Any) -> Contact:
    return Contact(
        row.id, row.child_id, row.day, Kind(row.kind), row.reached, row.child_seen, Role(row.by_role), row.by_person
    )


def get(conn: Connection, contact_id: str) -> Record | None:
    row = conn.execute(select(contacts).where(contacts.c.id == contact_id)).first()
    return _record(conn, row) if row else None


def of_batch(conn: Connection, batch: str, within: Collection[str] | None = None) -> list[Record]:
    """Every record of one submission, replaced ones too; with `within`, of children who are in these units now."""
    query = select(contacts).where(contacts.c.batch == batch)
    return [_record(conn, row) for row in conn.execute(_in(query, within))]


def _in(query: Select[Any], within: Collection[str] | None) -> Select[Any]:
    """Whoever made a record loses sight of it with the child: a village changes its director, a child its village."""
    if within is None:
        return query
    return query.join(children, children.c.id == contacts.c.child_id).where(children.c.unit.in_(list(within)))


def latest(conn: Connection, child_id: str, most: int = 5) -> list[Record]:
    """The newest records in force about a child."""
    rows = conn.execute(
        select(contacts)
        .where(contacts.c.child_id == child_id, contacts.c.replaced_by.is_(None))
        .order_by(contacts.c.day.desc(), contacts.c.entered_at.desc())
        .limit(most)
    )
    return [_record(conn, row) for row in rows]


def latest_by(conn: Connection, person_id: str, most: int = 1, *, within: Collection[str]) -> list[Record]:
    """The newest records somebody entered of children who are in these units now, by the moment of entering: what
    上次记错了 is about."""
    mine = select(contacts).where(contacts.c.by_person == person_id, contacts.c.replaced_by.is_(None))
    newest = _in(mine, within).order_by(contacts.c.entered_at.desc(), contacts.c.id.desc()).limit(most)
    return [_record(conn, row) for row in conn.execute(newest)]


def between(conn: Connection, child_ids: Collection[str], first: date, last: date) -> list[Record]:
    """Records in force of these children within these days, for ledgers."""
    found: list[Record] = []
    for part in parts(child_ids):
        rows = conn.execute(
            select(contacts)
            .where(
                contacts.c.child_id.in_(part),
                contacts.c.replaced_by.is_(None),
                contacts.c.day.between(first, last),
            )
            .order_by(contacts.c.day)
        )
        found += [_record(conn, row) for row in rows]
    return found


def _record(conn: Connection, row: Any) -> Record:
    values = opened(conn, contacts, row)
    return Record(
        _contact(row), values["content"], values["parents_called"], values["entered_at"], values["batch"],
        values["replaces"], values["replaced_by"],
    )  # fmt: skip


def latest_of_all(conn: Connection, stretch: stretches.Stretch) -> dict[str, list[Contact]]:
    """The last contact, visit and supervisor's contact of every child of a stretch: all that due days depend on, counted
    by the database. The kind of a contact that was no visit is not told."""
    return _latest_ones(conn.execute(_LATEST.where(stretches.within(contacts.c.child_id, stretch))).tuples())


def latest_of(conn: Connection, ids: Collection[str]) -> dict[str, list[Contact]]:
    """The same for these few children."""
    return _latest_ones([row for one in set(ids) for row in _LATEST_OF.all(conn, child=one)])


_VISIT = and_(contacts.c.kind == Kind.HOME_VISIT.value, contacts.c.child_seen.is_(True))
_LATEST = (
    select(
        contacts.c.child_id,
        func.max(contacts.c.day),
        func.max(case((_VISIT, contacts.c.day))),
        func.max(case((contacts.c.by_role == Role.SUPERVISOR.value, contacts.c.day))),
    )
    .where(contacts.c.reached.is_(True), contacts.c.replaced_by.is_(None))
    .group_by(contacts.c.child_id)
)
_LATEST_OF = Prepared(_LATEST.where(contacts.c.child_id == bindparam("child")))


def _latest_ones(rows: Iterable[tuple[Any, ...]]) -> dict[str, list[Contact]]:
    found: dict[str, list[Contact]] = {}
    for child, contact, visited, called in rows:
        found[child] = [Contact("", child, contact, Kind.OTHER, True)]
        if visited is not None:
            found[child].append(Contact("", child, visited, Kind.HOME_VISIT, True, True))
        if called is not None:
            found[child].append(Contact("", child, called, Kind.OTHER, True, by_role=Role.SUPERVISOR))
    return found


def missed_in_a_row(conn: Connection, ids: Sequence[str]) -> dict[str, int]:
    """How many attempts each of these children has had since somebody was last reached; none: not in it."""
    found: dict[str, int] = {}
    for part in parts(ids):
        last = (
            select(contacts.c.child_id.label("child"), func.max(contacts.c.day).label("day"))
            .where(contacts.c.child_id.in_(part), contacts.c.reached.is_(True), contacts.c.replaced_by.is_(None))
            .group_by(contacts.c.child_id)
            .subquery()
        )
        query = (
            select(contacts.c.child_id, func.count())
            .select_from(contacts.outerjoin(last, last.c.child == contacts.c.child_id))
            .where(
                contacts.c.child_id.in_(part), contacts.c.reached.is_(False), contacts.c.replaced_by.is_(None),
                (last.c.day.is_(None)) | (contacts.c.day > last.c.day),
            )
            .group_by(contacts.c.child_id)
        )  # fmt: skip
        found.update(conn.execute(query).tuples().all())  # type: ignore[arg-type]
    return found


def last_reached(conn: Connection, child_id: str) -> date | None:
    """The day somebody was last reached."""
    day: date | None = conn.execute(
        select(func.max(contacts.c.day)).where(
            contacts.c.child_id == child_id, contacts.c.reached.is_(True), contacts.c.replaced_by.is_(None)
        )
    ).scalar()
    return day
