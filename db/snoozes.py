"""Reminders put off: one row each; a mistaken one is taken back, never deleted."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, select, update

from db.models import snoozes
from db.types import new_id
from domain.calendar import DAY, local_day
from domain.snoozes import Item, Snooze, Snoozes, by_item

COUNTED = 120 * DAY  # one that ran out so long ago says nothing about today any more


def put(
    conn: Connection, item: Item, due: date, until: date, reason: str, now: datetime, *, by: str | None = None
) -> str:
    """Put one due item of one person off; `by` is somebody above who gave the time. Whether it may is domain.snoozes'."""
    rule, subject, person = item
    made = new_id()
    conn.execute(
        snoozes.insert().values(
            id=made, rule=rule, subject=subject, person_id=person, due=due, made_on=local_day(now), until=until,
            reason=reason, by_person=by, at=now,
        )
    )  # fmt: skip
    return made


def take_back(conn: Connection, snooze_id: str, now: datetime) -> bool:
    """Whether it was there and had not been taken back."""
    won = conn.execute(
        update(snoozes).where(snoozes.c.id == snooze_id, snoozes.c.withdrawn_at.is_(None)).values(withdrawn_at=now)
    )
    return won.rowcount == 1


def current(conn: Connection, today: date, subject: str | None = None) -> Snoozes:
    """Everything put off that may still count, the oldest first; about one subject only, if named."""
    query = select(snoozes).where(snoozes.c.withdrawn_at.is_(None), snoozes.c.until >= today - COUNTED)
    if subject is not None:
        query = query.where(snoozes.c.subject == subject)
    return by_item(
        Snooze(row.id, row.rule, row.subject, row.person_id, row.due, row.made_on, row.until, row.reason, row.by_person)
        for row in conn.execute(query.order_by(snoozes.c.at, snoozes.c.id))
    )
