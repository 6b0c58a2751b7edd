"""大屏: passes for the wall. A link is good once and not for long; the session it becomes has an end.

Only fingerprints are kept: who reads the database can open nothing with it.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from db.models import people, wall_passes
from db.types import new_id

LINK_GOOD_FOR = timedelta(minutes=10)
SESSION_GOOD_FOR = timedelta(hours=10)  # a working day on a screen in the office


def _print(word: str) -> bytes:
    return hashlib.sha256(word.encode()).digest()


def make_link(conn: Connection, person_id: str, now: datetime) -> str:
    """A new one-time word for this person's link. Links not used yet stop working: the newest counts."""
    conn.execute(
        update(wall_passes)
        .where(wall_passes.c.person_id == person_id, wall_passes.c.opened_at.is_(None))
        .values(link_until=now)
    )
    word = secrets.token_urlsafe(32)
    until = now + SESSION_GOOD_FOR
    conn.execute(
        insert(wall_passes).values(
            id=new_id(),
            person_id=person_id,
            link=_print(word),
            made_at=now,
            link_until=now + LINK_GOOD_FOR,
            until=until,
        )
    )
    return word


def open_link(conn: Connection, word: str, now: datetime) -> tuple[str, datetime] | None:
    """The session a link becomes, and its end; None for one that is unknown, used or too old."""
    session = secrets.token_urlsafe(32)
    until = now + SESSION_GOOD_FOR
    won = conn.execute(
        update(wall_passes)
        .where(wall_passes.c.link == _print(word), wall_passes.c.opened_at.is_(None), wall_passes.c.link_until > now)
        .values(opened_at=now, session=_print(session), until=until)
    )
    return (session, until) if won.rowcount == 1 else None


def chat_of(conn: Connection, session: str, now: datetime) -> tuple[int, datetime] | None:
    """Whose chat a running session belongs to, and until when; None where there is none such (any more)."""
    row = conn.execute(
        select(people.c.chat_id, wall_passes.c.until)
        .join(people, people.c.id == wall_passes.c.person_id)
        .where(wall_passes.c.session == _print(session), wall_passes.c.until > now, people.c.left_on.is_(None))
    ).first()
    return (row.chat_id, row.until) if row is not None and row.chat_id is not None else None


def close(conn: Connection, session: str, now: datetime) -> None:
    """End a session before its time."""
    conn.execute(update(wall_passes).where(wall_passes.c.session == _print(session)).values(until=now))
