"""Writing and reading rows whose sensitive columns are sealed. Every query file goes through these four."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import ClauseElement, Connection, Table, bindparam, insert, update
from sqlalchemy.engine import Row
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from db.crypto import Keyring
from db.prepared import Prepared
from db.types import Sealed, Secret


def keys_of(conn: Connection) -> Keyring:
    """The keyring this connection was opened with."""
    keys: Keyring = conn.info["keys"]
    return keys


def sealed(conn: Connection, table: Table, row_id: object, values: Mapping[str, Any]) -> dict[str, Any]:
    """The same values with every Secret column sealed for this row."""
    keys, done = keys_of(conn), dict(values)
    for name, kind in _secrets(table):
        value = values.get(name)
        if value is not None:
            done[name] = Sealed(keys.seal(f"{table.name}.{name}:{row_id}", kind.encode(value)))
    return done


def add(conn: Connection, table: Table, **values: Any) -> None:
    """Insert one row; its primary key must be among the values."""
    done = sealed(conn, table, _id(table, values), values)
    if _plain(done.values()):
        _insert(table, tuple(values)).run(conn, **done)
    else:
        conn.execute(insert(table).values(**done))


def add_many(conn: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert many rows of the same columns in one statement."""
    if rows:
        conn.execute(insert(table), [sealed(conn, table, _id(table, row), row) for row in rows])


def add_each(conn: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows that all name the same columns, by a statement that is kept: for what is written all day long."""
    if rows:
        done = [sealed(conn, table, _id(table, row), row) for row in rows]
        _insert(table, tuple(rows[0])).many(conn, done)


def change(conn: Connection, table: Table, row_id: object, *only_if: Any, **values: Any) -> bool:
    """Update one row, if the further conditions hold; whether it was changed. The database decides who wins."""
    done = sealed(conn, table, row_id, values)
    if not only_if and values and _plain(done.values()):
        return (
            _update(table, tuple(values)).run(conn, the_row=row_id, **{f"new_{key}": one for key, one in done.items()})
            == 1
        )
    return conn.execute(update(table).where(_key(table) == row_id, *only_if).values(**done)).rowcount == 1


def opened(conn: Connection, table: Table, row: Row[Any] | Mapping[str, Any] | tuple[Any, ...]) -> dict[str, Any]:
    """The row as a dict with its Secret columns opened. Columns of other tables in the row pass as they are."""
    if isinstance(row, Row):
        values = dict(row._mapping)
    elif isinstance(row, tuple):  # of a Prepared
        values = row._asdict()  # type: ignore[attr-defined]
    else:
        values = dict(row)
    keys, row_id = keys_of(conn), _id(table, values)
    for name, value in values.items():
        if isinstance(value, Sealed):
            kind = table.c[name].type
            assert isinstance(kind, Secret)
            values[name] = kind.decode(keys.open(f"{table.name}.{name}:{row_id}", value))
    return values


def _id(table: Table, values: Mapping[str, Any]) -> object:
    return values[_key(table).name]


@cache
def _key(table: Table) -> Any:
    return next(iter(table.primary_key))


@cache
def _secrets(table: Table) -> tuple[tuple[str, Secret], ...]:
    return tuple((column.name, column.type) for column in table.c if isinstance(column.type, Secret))


def _plain(values: Iterable[Any]) -> bool:
    """Whether these are values only, no SQL: then the statement is one we keep."""
    return not any(isinstance(value, ClauseElement) for value in values)


@cache
def _insert(table: Table, columns: tuple[str, ...]) -> Prepared:
    given: dict[str, Any] = {name: bindparam(name) for name in columns}
    # what a column falls back on belongs to the statement, because the driver knows nothing of it
    left = {
        column.name: column.default.arg
        for column in table.c
        if column.name not in given and isinstance(column.default, ScalarElementColumnDefault)
    }
    return Prepared(insert(table).values(**given, **left).inline())


@cache
def _update(table: Table, columns: tuple[str, ...]) -> Prepared:
    given: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
    return Prepared(update(table).where(_key(table) == bindparam("the_row")).values(**given))
