"""Files that came with a message: until they belong to a record, and when they are looked at again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, update

from db.models import attachments
from db.rows import opened

HELD = "held:"  # + batch of a visit: pictures that wait for the family's word (bot/photo_consent.py)


@dataclass(frozen=True)
class Picture:
    """A photo kept with a record."""

    id: str
    name: str
    content: bytes


def drop(conn: Connection, ids: Collection[str]) -> None:
    """A picture or file that nothing took is not kept (未成年人保护法 art. 103; 个人信息保护法 art. 19)."""
    conn.execute(delete(attachments).where(attachments.c.id.in_(list(ids)), attachments.c.subject.is_(None)))


def attach(conn: Connection, ids: Collection[str], chat_id: int, subject: str, person_id: str | None) -> None:
    """From now on these files of this chat belong to a record: 'contact:<batch>', 'report:<id>'."""
    conn.execute(
        update(attachments)
        .where(attachments.c.id.in_(list(ids)), attachments.c.chat_id == chat_id)
        .values(subject=subject, person_id=person_id)
    )


def count_of(conn: Connection, subjects: Collection[str]) -> dict[str, int]:
    """How many photos each of these records holds; those without are left out."""
    rows = conn.execute(
        select(attachments.c.subject, func.count())
        .where(
            attachments.c.subject.in_(list(subjects)), attachments.c.kind == "photo", attachments.c.content.is_not(None)
        )
        .group_by(attachments.c.subject)
    )
    return {row[0]: row[1] for row in rows}


def pictures(conn: Connection, subject: str) -> list[Picture]:
    """The photos of a record, in the order they came. Who asks must have checked the scope and must journal it."""
    rows = conn.execute(
        select(attachments)
        .where(attachments.c.subject == subject, attachments.c.kind == "photo", attachments.c.content.is_not(None))
        .order_by(attachments.c.received_at, attachments.c.id)
    )
    found = (opened(conn, attachments, row) for row in rows)
    return [Picture(values["id"], values["name"] or "photo.jpg", values["content"]) for values in found]


# --- pictures that wait for the family's word ---


def settled(conn: Connection, ids: Collection[str]) -> set[str]:
    """Those that belong to a contact already: a corrected record takes its pictures along."""
    query = select(attachments.c.id).where(attachments.c.id.in_(list(ids)), attachments.c.subject.like("contact:%"))
    return set(conn.execute(query).scalars())


def held(conn: Connection, batch: str) -> int:
    """How many pictures of this visit wait."""
    query = select(func.count()).select_from(attachments).where(attachments.c.subject == HELD + batch)
    return int(conn.execute(query).scalar_one())


def release(conn: Connection, batch: str) -> None:
    """They may be kept with the visit."""
    conn.execute(update(attachments).where(attachments.c.subject == HELD + batch).values(subject=f"contact:{batch}"))


def throw_away(conn: Connection, batch: str) -> None:
    """They may not, and are gone."""
    conn.execute(delete(attachments).where(attachments.c.subject == HELD + batch))
