"""已同步 ticks: what stood in the national form of a child when somebody entered it over there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from db.models import national_ticks
from db.parts import parts
from db.rows import add_many, opened
from db.types import new_id


@dataclass(frozen=True)
class Tick:
    """One tick in force."""

    child_id: str
    at: datetime
    by: str | None
    content: dict[str, str]


def put(
    conn: Connection, rows: Mapping[str, Mapping[str, str]], now: datetime, *, by: str | None, source: str = "chat"
) -> str:
    """Tick these children, each with its row of the national form; the batch under which it can be undone."""
    batch = new_id()
    values = [
        {
            "id": new_id(), "child_id": child, "at": now, "by_person": by, "batch": batch, "content": dict(row),
            "source": source,
        }
        for child, row in rows.items()
    ]  # fmt: skip
    add_many(conn, national_ticks, values)
    return batch


def undo(conn: Connection, batch: str, by: str | None, now: datetime) -> int:
    """Take back what somebody ticked together; how many. The tick before holds again. 0: not theirs, or undone already."""
    done = conn.execute(
        update(national_ticks)
        .where(national_ticks.c.batch == batch, national_ticks.c.by_person == by, national_ticks.c.undone_at.is_(None))
        .values(undone_at=now)
    )
    return done.rowcount


def latest(conn: Connection, ids: Collection[str]) -> dict[str, Tick]:
    """The tick in force of each of these children; one that never was is not in it."""
    found: dict[str, Tick] = {}
    for part in parts(ids):
        newest = (
            select(func.max(national_ticks.c.id))
            .where(national_ticks.c.child_id.in_(part), national_ticks.c.undone_at.is_(None))
            .group_by(national_ticks.c.child_id)
        )  # our ids are in the order of their making
        for row in conn.execute(select(national_ticks).where(national_ticks.c.id.in_(newest))):
            values = opened(conn, national_ticks, row)
            found[row.child_id] = Tick(row.child_id, row.at, row.by_person, values["content"])
    return found


def by_batch_end(conn: Connection, tail: str, by: str | None) -> str | None:
    """The whole id of somebody's batch from the part a button has room for."""
    found: str | None = conn.execute(
        select(national_ticks.c.batch)
        .where(national_ticks.c.batch.like(f"%{tail}"), national_ticks.c.by_person == by)
        .limit(1)
    ).scalar()
    return found
