"""Work that was done: contacts written as the visit form writes them, for tests about what is due."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, select, update

from db import child_due, contacts, reports
from db import people as people_rows
from db.models import people, posts
from db.types import new_id
from domain.children import Child
from domain.contacts import Contact, Kind
from domain.people import Role
from domain.policy import COUNTY_DEFAULTS
from tests import cast
from tests.house import TestHouse


def write(
    conn: Connection, child: Child, day: date, kind: Kind, now: datetime, role: Role = Role.CHILD_DIRECTOR
) -> Contact:
    """A contact that reached the family; a home visit that saw the child."""
    contact = Contact(new_id(), child.id, day, kind, True, kind is Kind.HOME_VISIT or None, role)
    contacts.put(conn, contact, {}, now, batch=new_id())
    child_due.refresh_due(conn, [child.id], COUNTY_DEFAULTS)
    return contact


async def done(
    house: TestHouse, child: Child, day: date, kind: Kind = Kind.PHONE, role: Role = Role.CHILD_DIRECTOR
) -> Contact:
    return await house.db.run(lambda conn: write(conn, child, day, kind, house.now, role))


async def all_done(house: TestHouse, day: date) -> None:
    """Everybody was visited at home and called by the supervisor on that day."""

    def work(conn: Connection) -> None:
        for child in cast.CHILDREN:
            write(conn, child, day, Kind.HOME_VISIT, house.now)
            write(conn, child, day, Kind.PHONE, house.now, Role.SUPERVISOR)

    await house.db.run(work)


async def id_of(house: TestHouse, person: cast.Person) -> str:
    found: str = await house.look(
        lambda conn: conn.execute(select(people.c.id).where(people.c.chat_id == person.chat_id)).scalar_one()
    )
    return found


async def staff_offices(house: TestHouse, holder: cast.Person = cast.AUDITOR) -> None:
    """Somebody sits in every office a report may go to, and leads it."""
    holder_id = await id_of(house, holder)

    def work(conn: Connection) -> None:
        for code in reports.vacant_offices(conn):
            post = people_rows.ensure_post(conn, Role.DEPARTMENT, code, date(2025, 1, 1))
            conn.execute(update(posts).where(posts.c.id == post.id).values(holder=holder_id))
        for code in reports.vacant_heads(conn):
            post = people_rows.ensure_post(conn, Role.LEADER, code, date(2025, 1, 1))
            conn.execute(update(posts).where(posts.c.id == post.id).values(holder=holder_id))

    await house.db.run(work)
