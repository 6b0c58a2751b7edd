"""夜间联系表: the one person an office names for the night; who it was before stays, with the moment it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from db.models import night_contacts as table
from db.rows import add, opened
from db.types import new_id


@dataclass(frozen=True)
class NightContact:
    """Who answers for an office at night."""

    id: str
    unit: str
    name: str
    phone: str
    at: datetime


def put(
    conn: Connection, unit: str, name: str, phone: str, now: datetime, *, by: str | None, demo: bool = False
) -> None:
    """From now on; whoever it was before is ended."""
    end(conn, unit, now)
    add(conn, table, id=new_id(), unit=unit, name=name, phone=phone, at=now, by_person=by, ended_at=None, demo=demo)


def end(conn: Connection, unit: str, now: datetime) -> bool:
    """Nobody answers for it any more; whether somebody did."""
    ended = update(table).where(table.c.unit == unit, table.c.ended_at.is_(None)).values(ended_at=now)
    return conn.execute(ended).rowcount > 0


def all_of_them(conn: Connection) -> dict[str, NightContact]:
    """Office → who answers for it now."""
    rows = [opened(conn, table, row) for row in conn.execute(select(table).where(table.c.ended_at.is_(None)))]
    return {row["unit"]: NightContact(row["id"], row["unit"], row["name"], row["phone"], row["at"]) for row in rows}
