"""Announcements: what was sent to whom, who has tapped 知道了, questions and answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from db import people as people_rows
from db.models import announcement_people, announcement_words, announcements, children, guardians, people
from db.rows import add, add_many, change, opened
from db.types import new_id
from domain.announcements import ROLES, Announcement
from domain.people import Post
from domain.units import UnitTree

LATELY = 8


@dataclass(frozen=True)
class Reader:
    """Somebody it went to."""

    person: str
    unit: str
    reached: bool
    known: bool


@dataclass(frozen=True)
class Word:
    """A question to the sender, or the answer to that person."""

    id: str
    announcement: str
    person: str  # whose conversation with the sender it is
    by: str
    text: str


def posts_in(conn: Connection, tree: UnitTree, scope: str, role: str) -> list[Post]:
    """The filled posts an announcement to this scope and role goes to, in the order of the county's list."""
    codes, roles = tree.under(scope), ROLES[role]
    return [
        post
        for post in people_rows.find_posts(conn)
        if post.role in roles and post.unit.code in codes and (post.holder or post.deputy)
    ]


def put(
    conn: Connection, unit: str, by: str, scope: str, role: str, text: str, now: datetime, readers: Sequence[tuple[str, str, bool]],
    *, urgent: bool, demo: bool = False,
) -> Announcement:  # fmt: skip
    """Keep it with the people it goes to: (person, unit, whether they have a chat)."""
    made = new_id()
    add(
        conn, announcements, id=made, unit=unit, by_person=by, scope=scope, role=role, text=text, version=1, urgent=urgent, at=now,
        demo=demo,
    )  # fmt: skip
    rows = [
        {"id": new_id(), "announcement_id": made, "person_id": person, "unit": place, "reached": reached}
        for person, place, reached in readers
    ]
    add_many(conn, announcement_people, rows)
    return Announcement(made, unit, by, scope, role, text, 1, urgent, now, False)


def get(conn: Connection, announcement: str) -> Announcement | None:
    row = conn.execute(select(announcements).where(announcements.c.id == announcement)).first()
    return _announcement(conn, row) if row else None


def lately(conn: Connection, by: str, most: int = LATELY) -> list[Announcement]:
    """Somebody's own, the newest first."""
    query = select(announcements).where(announcements.c.by_person == by).order_by(announcements.c.at.desc()).limit(most)
    return [_announcement(conn, row) for row in conn.execute(query)]


def received(conn: Connection, person: str, most: int = LATELY) -> list[Announcement]:
    """What went to somebody and still stands, the newest first."""
    query = (
        select(announcements)
        .join(announcement_people, announcement_people.c.announcement_id == announcements.c.id)
        .where(announcement_people.c.person_id == person, announcements.c.withdrawn_at.is_(None))
        .order_by(announcements.c.at.desc())
        .limit(most)
    )
    return [_announcement(conn, row) for row in conn.execute(query)]


def _announcement(conn: Connection, row: Any) -> Announcement:
    one = opened(conn, announcements, row)
    return Announcement(
        one["id"], one["unit"], one["by_person"], one["scope"], one["role"], one["text"], one["version"], one["urgent"],
        one["at"], one["withdrawn_at"] is not None,
    )  # fmt: skip


def readers(conn: Connection, announcement: str) -> list[Reader]:
    """Everybody it went to, in the order it was sent."""
    rows = conn.execute(
        select(announcement_people)
        .where(announcement_people.c.announcement_id == announcement)
        .order_by(announcement_people.c.id)
    )
    return [Reader(row.person_id, row.unit, row.reached, row.known_at is not None) for row in rows]


def counts(conn: Connection, ids: Collection[str]) -> dict[str, tuple[int, int]]:
    """(知道了, sent) of each."""
    table = announcement_people.c
    query = (
        select(table.announcement_id, func.count(table.known_at), func.count())
        .where(table.announcement_id.in_(list(ids)))
        .group_by(table.announcement_id)
    )
    return {row[0]: (row[1], row[2]) for row in conn.execute(query)}


def known(conn: Connection, announcement: str, person: str, now: datetime) -> bool:
    """知道了; False for somebody it did not go to, or a second tap."""
    table = announcement_people.c
    won = conn.execute(
        update(announcement_people)
        .where(table.announcement_id == announcement, table.person_id == person, table.known_at.is_(None))
        .values(known_at=now)
    )
    return won.rowcount == 1


def change_text(conn: Connection, one: Announcement, text: str, now: datetime) -> bool:
    """Another wording: everybody is asked again whether they know it."""
    table = announcements.c
    won = change(
        conn, announcements, one.id, table.version == one.version, table.withdrawn_at.is_(None), text=text,
        version=one.version + 1, changed_at=now,
    )  # fmt: skip
    if won:
        conn.execute(
            update(announcement_people).where(announcement_people.c.announcement_id == one.id).values(known_at=None)
        )
    return won


def withdraw(conn: Connection, one: Announcement, now: datetime) -> bool:
    return change(conn, announcements, one.id, announcements.c.withdrawn_at.is_(None), withdrawn_at=now)


def reminds(conn: Connection, one: Announcement, today: date) -> bool:
    """Whether those who have not tapped may be asked again today: once a day."""
    table = announcements.c
    free = or_(table.reminded_on.is_(None), table.reminded_on < today)
    return change(conn, announcements, one.id, free, table.withdrawn_at.is_(None), reminded_on=today)


def put_word(conn: Connection, announcement: str, person: str, by: str, text: str, now: datetime) -> str:
    made = new_id()
    add(
        conn,
        announcement_words,
        id=made,
        announcement_id=announcement,
        person_id=person,
        by_person=by,
        at=now,
        text=text,
    )
    return made


def word(conn: Connection, word_id: str) -> Word | None:
    row = conn.execute(select(announcement_words).where(announcement_words.c.id == word_id)).first()
    if row is None:
        return None
    one = opened(conn, announcement_words, row)
    return Word(one["id"], one["announcement_id"], one["person_id"], one["by_person"], one["text"])


def measure_announcements(conn: Connection, since: datetime) -> dict[str, int]:
    """Announcements since that moment, to how many people, and how many tapped 知道了."""
    ids = list(
        conn.execute(
            select(announcements.c.id).where(announcements.c.at >= since, announcements.c.withdrawn_at.is_(None))
        ).scalars()
    )
    found = counts(conn, ids).values() if ids else ()
    return {"sent": len(ids), "people": sum(one[1] for one in found), "known": sum(one[0] for one in found)}


def family_names(conn: Connection, codes: Collection[str]) -> list[str]:
    """The names of the children of these units and of their families, which stand in no message to many.

    Who works here may be named, also with a namesake among the families: that is whom one is to call.
    """
    here = children.c.unit.in_(list(codes))
    rows = conn.execute(select(children.c.id, children.c.name).where(here))
    found = {opened(conn, children, row)["name"] for row in rows}
    query = select(guardians.c.id, guardians.c.name).join(children, children.c.id == guardians.c.child_id).where(here)
    found |= {opened(conn, guardians, row)["name"] for row in conn.execute(query)}
    rows = conn.execute(select(people.c.id, people.c.name).where(people.c.left_on.is_(None)))
    return sorted(found - {opened(conn, people, row)["name"] for row in rows} - {None, ""})
