"""工作日志: what a worker wants kept that belongs into no child's file. Their own; nobody else reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, delete, func, select

from db.models import work_log
from db.rows import add, change, opened
from db.types import new_id


@dataclass(frozen=True)
class Line:
    """One entry."""

    id: str
    day: date
    at: datetime
    text: str


def put(conn: Connection, person_id: str, day: date, text: str, now: datetime, message_id: int | None = None) -> bool:
    """Keep words under a day; False if that message is in the log already."""
    if message_id is not None and _of_message(conn, person_id, message_id) is not None:
        return False
    add(conn, work_log, id=new_id(), person_id=person_id, day=day, at=now, text=text, message_id=message_id)
    return True


def correct(conn: Connection, person_id: str, message_id: int, text: str) -> bool:
    """The message was edited afterwards: the entry says what it says now. Whether there was one."""
    found = _of_message(conn, person_id, message_id)
    return found is not None and change(conn, work_log, found, text=text)


def _of_message(conn: Connection, person_id: str, message_id: int) -> str | None:
    found: str | None = conn.execute(
        select(work_log.c.id).where(work_log.c.person_id == person_id, work_log.c.message_id == message_id)
    ).scalar()
    return found


def days(conn: Connection, person_id: str, most: int = 60) -> list[tuple[date, int]]:
    """The days with entries and how many, the latest first."""
    rows = conn.execute(
        select(work_log.c.day, func.count())
        .where(work_log.c.person_id == person_id)
        .group_by(work_log.c.day)
        .order_by(work_log.c.day.desc())
        .limit(most)
    )
    return [(row[0], row[1]) for row in rows]


def of_day(conn: Connection, person_id: str, day: date) -> list[Line]:
    """One's own entries of a day, in the order they were made."""
    rows = conn.execute(
        select(work_log)
        .where(work_log.c.person_id == person_id, work_log.c.day == day)
        .order_by(work_log.c.at, work_log.c.id)
    )
    found = (opened(conn, work_log, row) for row in rows)
    return [Line(values["id"], values["day"], values["at"], values["text"]) for values in found]


def drop(conn: Connection, person_id: str, line_id: str) -> bool:
    """Delete one's own entry; whether it was there."""
    done = conn.execute(delete(work_log).where(work_log.c.id == line_id, work_log.c.person_id == person_id))
    return done.rowcount == 1
