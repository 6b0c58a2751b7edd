"""Files that came with a message, until they belong to a record."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete

from db.models import attachments


def drop(conn: Connection, ids: Collection[str]) -> None:
    """A picture or file that nothing took is not kept (未成年人保护法 art. 103; 个人信息保护法 art. 19)."""
    conn.execute(delete(attachments).where(attachments.c.id.in_(list(ids)), attachments.c.subject.is_(None)))
