"""Writing and reading rows whose sensitive columns are sealed. Every query file goes through these four."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, insert, update
from sqlalchemy.engine import Row

from db.crypto import Keyring
from db.types import Sealed, Secret


def keys_of(conn: Connection) -> Keyring:
    """The keyring this connection was opened with."""
    keys: Keyring = conn.info["keys"]
    return keys


def sealed(conn: Connection, table: Table, row_id: object, values: Mapping[str, Any]) -> dict[str, Any]:
    """The same values with every Secret column sealed for this row."""
    keys, done = keys_of(conn), dict(values)
    for name, value in values.items():
        kind = table.c[name].type
        if isinstance(kind, Secret) and value is not None:
            done[name] = Sealed(keys.seal(f"{table.name}.{name}:{row_id}", kind.encode(value)))
    return done


def add(conn: Connection, table: Table, **values: Any) -> None:
    """Insert one row; its primary key must be among the values."""
    conn.execute(insert(table).values(**sealed(conn, table, _id(table, values), values)))


def add_many(conn: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert many rows of the same columns in one statement."""
    if rows:
        conn.execute(insert(table), [sealed(conn, table, _id(table, row), row) for row in rows])


def change(conn: Connection, table: Table, row_id: object, *only_if: Any, **values: Any) -> bool:
    """Update one row, if the further conditions hold; whether it was changed. The database decides who wins."""
    key = next(iter(table.primary_key))
    done = conn.execute(
        update(table).where(key == row_id, *only_if).values(**sealed(conn, table, row_id, values))
    )
    return done.rowcount == 1


def opened(conn: Connection, table: Table, row: Row[Any] | Mapping[str, Any]) -> dict[str, Any]:
    """The row as a dict with its Secret columns opened. Columns of other tables in the row pass as they are."""
    values = dict(row._mapping) if isinstance(row, Row) else dict(row)
    keys, row_id = keys_of(conn), _id(table, values)
    for name, value in values.items():
        if isinstance(value, Sealed):
            kind = table.c[name].type
            assert isinstance(kind, Secret)
            values[name] = kind.decode(keys.open(f"{table.name}.{name}:{row_id}", value))
    return values


def _id(table: Table, values: Mapping[str, Any]) -> object:
    return values[next(iter(table.primary_key)).name]
