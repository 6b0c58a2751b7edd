"""Who gets the reminders: who answers for what, and where and at what hour each of them is reached."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import time

from sqlalchemy import Connection, select

from db import leaves
from db import people as people_rows
from db.models import chats, people, posts
from db.parts import parts
from domain.people import Post
from domain.reminders import Rota


@dataclass(frozen=True)
class Recipient:
    """Where and when a person gets the digest. `chat_id` is None for somebody who cannot be reached."""

    id: str
    chat_id: int | None
    language: str
    hour: time | None


def rota(conn: Connection) -> Rota:
    """Who answers for what now. Who has left holds no post; for who is on leave the deputy answers, else the post above."""
    left, away = (
        set(conn.execute(select(people.c.id).where(people.c.left_on.is_not(None))).scalars()),
        leaves.away_now(conn),
    )
    held = [
        Post(
            post.id, post.role, post.unit,
            None if post.holder in left or (post.id, post.holder) in away else post.holder,
            None if post.deputy in left else post.deputy,
        )
        for post in people_rows.find_posts(conn)
    ]  # fmt: skip
    return Rota(people_rows.all_units(conn), held)


def vacant_post(conn: Connection, role: str, unit: str) -> str | None:
    """The id of the post of that role at that very unit, filled or not."""
    found: str | None = conn.execute(select(posts.c.id).where(posts.c.role == role, posts.c.unit == unit)).scalar()
    return found


def recipients(conn: Connection, ids: Collection[str]) -> dict[str, Recipient]:
    """These people, without their names."""
    found: dict[str, Recipient] = {}
    for part in parts(ids):
        query = (
            select(people.c.id, people.c.chat_id, people.c.language, people.c.digest_hour, people.c.left_on)
            .add_columns(chats.c.unreachable_since)
            .outerjoin(chats, chats.c.chat_id == people.c.chat_id)
            .where(people.c.id.in_(part))
        )
        for row in conn.execute(query):
            gone = row.left_on is not None or row.unreachable_since is not None
            hour = time.fromisoformat(row.digest_hour) if row.digest_hour else None
            found[row.id] = Recipient(row.id, None if gone else row.chat_id, row.language, hour)
    return found


def own_hours(conn: Connection) -> set[time]:
    """The hours at which somebody wants the digest, the county's own hour aside."""
    hours = conn.execute(select(people.c.digest_hour).where(people.c.digest_hour.is_not(None)).distinct()).scalars()
    return {time.fromisoformat(hour) for hour in hours}
