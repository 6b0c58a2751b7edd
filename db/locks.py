"""Whose turn it is where several write at once: PostgreSQL only. SQLite has one writer."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from db.models import children
from db.parts import parts


def hold_children(conn: Connection, ids: Iterable[str]) -> None:
    """Until the commit nobody else counts anything of these children anew.

    Whoever counts from the facts sees only what is committed: of two contacts written at the same moment neither count
    would know of the other's.
    """
    if conn.dialect.name == "sqlite":
        return
    for part in parts(sorted(set(ids))):  # in one order, so that two hardly ever wait for one another
        query = select(children.c.id).where(children.c.id.in_(part)).order_by(children.c.id)
        conn.execute(query.with_for_update(key_share=True)).all()  # who only refers to a child is not held up
