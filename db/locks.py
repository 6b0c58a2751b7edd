"""Whose turn it is where several write at once: PostgreSQL only. SQLite has one writer."""

from __future__ import annotations

from collections.abc import Iterable
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Connection, Transaction, select

from db.models import children
from db.parts import parts
from db.stretches import Stretch, within


def hold_children(conn: Connection, ids: Iterable[str]) -> None:
    """Until the commit nobody else counts anything of these children anew.

    Whoever counts from the facts sees only what is committed: of two contacts written at the same moment neither count
    would know of the other's.
    """
    if conn.dialect.name == "sqlite":
        return
    # a savepoint that is rolled back lets go of what was taken in it
    transaction = conn.get_nested_transaction() or conn.get_transaction()
    held = _HELD.setdefault(transaction, set()) if transaction is not None else set[str]()
    for part in parts(sorted(set(ids) - held)):  # in one order, so that two hardly ever wait for one another
        _hold(conn, children.c.id.in_(part))
        held.update(part)


_HELD: WeakKeyDictionary[Transaction, set[str]] = WeakKeyDictionary()


def hold_stretch(conn: Connection, stretch: Stretch) -> None:
    """The same for all children of a stretch."""
    if conn.dialect.name != "sqlite":
        _hold(conn, within(children.c.id, stretch))


def _hold(conn: Connection, which: ColumnElement[bool]) -> None:
    query = select(children.c.id).where(which).order_by(children.c.id)
    conn.execute(query.with_for_update(key_share=True)).all()  # who only refers to a child is not held up
