"""Files opened in an emergency (domain/break_glass.py): kept for good, as proof."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from db.models import glass_openings, journal
from db.rows import add
from db.types import new_id
from domain.break_glass import LASTS, SEARCHED, Opening


def begin(conn: Connection, child_id: str, unit: str, by: str, reason: str, now: datetime, *, demo: bool) -> Opening:
    opening = Opening(new_id(), child_id, unit, by, reason, now, now + LASTS)
    add(
        conn, glass_openings, id=opening.id, child_id=child_id, unit=unit, by_person=by, reason=reason, at=now,
        until=opening.until, demo=demo,
    )  # fmt: skip
    return opening


def get(conn: Connection, opening_id: str) -> Opening | None:
    return _opening(conn.execute(select(glass_openings).where(glass_openings.c.id == opening_id)).first())


def running(conn: Connection, child_id: str, by: str, now: datetime) -> Opening | None:
    """The opening of this child by this person that has not ended yet."""
    query = select(glass_openings).where(
        glass_openings.c.by_person == by, glass_openings.c.child_id == child_id,
        glass_openings.c.until > now, glass_openings.c.ended_at.is_(None),
    )  # fmt: skip
    return _opening(conn.execute(query).first())


def count(conn: Connection, by: str, now: datetime) -> int:
    """How many this person has opened in the last 24 hours."""
    since = glass_openings.c.at > now - timedelta(hours=24)
    query = select(func.count()).select_from(glass_openings).where(glass_openings.c.by_person == by, since)
    return int(conn.execute(query).scalar_one())


def searches(conn: Connection, by: str, now: datetime) -> int:
    """How many names and numbers this person has looked for in the last 24 hours, as the journal says."""
    query = select(func.count()).select_from(journal)
    mine = (journal.c.person_id == by, journal.c.at > now - timedelta(hours=24), journal.c.action == SEARCHED)
    return int(conn.execute(query.where(*mine)).scalar_one())


def end(conn: Connection, opening_id: str, by: str, now: datetime) -> bool:
    """Close it before its time; whether it was still open."""
    still = (glass_openings.c.id == opening_id, glass_openings.c.until > now, glass_openings.c.ended_at.is_(None))
    return conn.execute(update(glass_openings).where(*still).values(ended_at=now, ended_by=by)).rowcount == 1


def _opening(row: Any) -> Opening | None:
    if row is None:
        return None
    return Opening(row.id, row.child_id, row.unit, row.by_person, row.reason, row.at, row.until, row.ended_at)
