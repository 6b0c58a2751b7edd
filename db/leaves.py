"""请假和代办: what was agreed, and what it makes of the posts. The heartbeat begins and ends each on its day.

A holder who is away keeps the post and may go on writing; only what falls due goes to the deputy or, without one, to the
post above (db/reminder_people.rota). Plan task 17: no village without somebody who looks after its children.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Row, select, update

from db import journal, people
from db.models import leaves
from db.rows import add
from db.types import new_id
from domain.people import Post


@dataclass(frozen=True)
class Leave:
    """One leave or stand-in; `first` and `last` are whole days."""

    id: str
    post_id: str
    away: str | None
    deputy: str | None
    first: date
    last: date
    begun: bool


def _leave(row: Row[tuple[object, ...]]) -> Leave:
    return Leave(row.id, row.post_id, row.away, row.deputy, row.first, row.last, row.begun_at is not None)


def put(
    conn: Connection, post: Post, first: date, last: date, now: datetime, *, away: str | None, deputy: str | None,
    by: str, demo: bool = False,
) -> str:  # fmt: skip
    """Agree on one; one still open for the same post gives way to it."""
    end_of_post(conn, post.id, now)
    made = new_id()
    add(
        conn,
        leaves,
        id=made,
        post_id=post.id,
        away=away,
        deputy=deputy,
        first=first,
        last=last,
        by_person=by,
        at=now,
        demo=demo,
    )
    journal.note(
        conn,
        now,
        "post.leave",
        subject=f"post:{post.id}",
        person_id=by,
        away=away is not None,
        deputy=deputy is not None,
    )
    return made


def open_(conn: Connection) -> list[Leave]:
    """Every one that is not over, begun or not."""
    return [
        _leave(row) for row in conn.execute(select(leaves).where(leaves.c.ended_at.is_(None)).order_by(leaves.c.id))
    ]


def of_post(conn: Connection, post_id: str) -> Leave | None:
    row = conn.execute(select(leaves).where(leaves.c.ended_at.is_(None), leaves.c.post_id == post_id)).first()
    return None if row is None else _leave(row)


def end_of_post(conn: Connection, post_id: str, now: datetime) -> Leave | None:
    """The holder is back, or the deputy no longer needed."""
    found = of_post(conn, post_id)
    if found is not None:
        _end(conn, found, now)
    return found


def begin_and_end(conn: Connection, today: date, now: datetime) -> tuple[list[Leave], list[Leave]]:
    """What begins and what ends by that day: the posts' deputies follow. Asking again changes nothing."""
    begun, ended = [], []
    for one in open_(conn):
        if one.last < today:
            _end(conn, one, now)
            ended.append(one)
        elif not one.begun and one.first <= today:
            if one.deputy is not None:
                people.set_deputy(conn, one.post_id, one.deputy)
            conn.execute(update(leaves).where(leaves.c.id == one.id).values(begun_at=now))
            begun.append(one)
    return begun, ended


def away_now(conn: Connection) -> set[tuple[str, str]]:
    """(post, holder) of those who are away just now."""
    rows = conn.execute(
        select(leaves.c.post_id, leaves.c.away).where(
            leaves.c.ended_at.is_(None), leaves.c.begun_at.is_not(None), leaves.c.away.is_not(None)
        )
    )
    return {(row.post_id, row.away) for row in rows}


def _end(conn: Connection, one: Leave, now: datetime) -> None:
    conn.execute(update(leaves).where(leaves.c.id == one.id).values(ended_at=now))
    held = people.post(conn, one.post_id)
    if held is not None and one.begun and one.deputy is not None and held.deputy == one.deputy:
        people.set_deputy(conn, one.post_id, None)
    journal.note(conn, now, "post.leave_over", subject=f"post:{one.post_id}")
