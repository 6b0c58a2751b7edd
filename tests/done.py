"""Work that was done: contacts written as the visit form writes them, for tests about what is due."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, select

from db import children, contacts
from db.models import people
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
    children.refresh_due(conn, [child.id], COUNTY_DEFAULTS)
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
