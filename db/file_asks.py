"""The one small question a day about something missing in a file: asked of whom, about what, and when not again."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from db.models import file_asks
from db.rows import add
from db.types import new_id

NOT_AGAIN = timedelta(days=30)  # what was put off, or left unanswered, is left alone for so long


def asked_today(conn: Connection, person: str, today: date) -> bool:
    """Whether this person had today's question."""
    query = select(file_asks.c.id).where(file_asks.c.person_id == person, file_asks.c.day == today)
    return conn.execute(query).first() is not None


def not_now(conn: Connection, child_id: str, today: date) -> set[str]:
    """What was asked about this child not long ago and stands unanswered."""
    query = select(file_asks.c.field).where(file_asks.c.child_id == child_id, file_asks.c.day > today - NOT_AGAIN)
    return set(conn.execute(query).scalars())


def ask(conn: Connection, person: str, child_id: str, unit: str, field: str, today: date) -> bool:
    """Take today's place for a question; False if it is taken."""
    try:
        with conn.begin_nested():
            add(conn, file_asks, id=new_id(), person_id=person, day=today, child_id=child_id, field=field, unit=unit)
    except IntegrityError:
        return False
    return True
