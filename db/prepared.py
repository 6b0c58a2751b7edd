"""Statements built once for the hot path: the life of a message, and every row written through `db.rows`.

Core builds a statement anew for each call and asks its cache for the SQL: 60-100 µs, ten times what SQLite needs for
the work itself. A `Prepared` is built once as a module's constant, with `bindparam`s. On SQLite its SQL goes straight
to the driver, inside the transaction SQLAlchemy holds open, with the same bind and result processing of our column
types; on PostgreSQL it is executed through Core as usual. Either way the result is rows with attributes.

Only for statements that are fixed but for plain values: no `IN` over a list (use Core).
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Executable
from sqlalchemy.dialects.sqlite.pysqlite import dialect as sqlite_dialect
from sqlalchemy.exc import DBAPIError

from db.types import Moment

_SQLITE = sqlite_dialect()
_Process = Callable[[Any], Any]


class _Compiled:
    """One statement as SQLite's driver takes it."""

    def __init__(self, statement: Any) -> None:
        compiled = statement.compile(dialect=_SQLITE, for_executemany=bool(getattr(statement, "is_insert", False)))
        self.sql = str(compiled)
        names = list(compiled.positiontup or ())
        binds: dict[str, _Process] = dict(compiled._bind_processors)
        binds |= {name: _moment for name, bind in compiled.binds.items() if isinstance(bind.type, Moment)}
        known = {name: bind for name, bind in compiled.binds.items() if not bind.required}
        given = [name for name in names if name not in known]
        self._take = _taker(given)
        self._processes = [(place, binds[name]) for place, name in enumerate(given) if name in binds]
        # a value that stands in the statement itself is processed once; one that is given, at every call
        self._fixed = [
            (place, _fixed(known[name], binds.get(name))) for place, name in enumerate(names) if name in known
        ]
        self.fields = tuple(entry.keyname for entry in compiled._result_columns or ())
        self.row: Any = namedtuple("Row", self.fields, rename=True) if self.fields else None  # type: ignore[misc]
        makers = [
            _from_moment if isinstance(entry.type, Moment) else entry.type._cached_result_processor(_SQLITE, None)
            for entry in compiled._result_columns or ()
        ]
        self.opened_by = [(place, make) for place, make in enumerate(makers) if make is not None]

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        done = [*self._take(given)]
        for place, process in self._processes:
            done[place] = process(done[place])
        for place, value in self._fixed:
            done.insert(place, value)
        return done

    def make(self, raw: tuple[Any, ...]) -> Any:
        if self.opened_by:
            done = list(raw)
            for place, process in self.opened_by:
                if done[place] is not None:
                    done[place] = process(done[place])
            return _new(self.row, done)
        return _new(self.row, raw)


_new = tuple.__new__  # a namedtuple's own _make counts again what the driver has just counted


def _taker(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Iterable[Any]]:
    """The values of these names, in this order."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda given: [given[name] for name in names]


_moment_in: Any = Moment()._cached_bind_processor(_SQLITE)
_moment_out: Any = Moment()._cached_result_processor(_SQLITE, None)
# a message's rows all carry the same few moments: written and read once
_moment: _Process = lru_cache(maxsize=512)(_moment_in)
_from_moment: _Process = lru_cache(maxsize=512)(_moment_out)


def _fixed(bind: Any, process: _Process | None) -> Any:
    if bind is None:
        return None
    value = bind.effective_value
    return value if process is None else process(value)


class Prepared:
    """A statement built once. `all`, `first`, `scalar` for queries, `run` and `many` for changes."""

    __slots__ = ("_compiled", "statement")

    def __init__(self, statement: Executable) -> None:
        self.statement: Any = statement
        self._compiled: _Compiled | None = None

    def all(self, conn: Connection, **given: Any) -> Sequence[Any]:
        """Every row, its columns as attributes."""
        raw = raw_of(conn)
        if raw is None:
            return conn.execute(self.statement, given).all()
        found, compiled = self._execute(raw, given)
        rows = found.fetchall()
        return [compiled.make(row) for row in rows]

    def all_but(self, conn: Connection, column: str, left_out: Container[Any], **given: Any) -> Sequence[Any]:
        """Every row whose plain `column` is none of these. Nothing is made of the others: cheaper than to sort them out."""
        raw = raw_of(conn)
        if raw is None:
            return [row for row in conn.execute(self.statement, given) if getattr(row, column) not in left_out]
        found, compiled = self._execute(raw, given)
        place = compiled.fields.index(column)
        return [compiled.make(row) for row in found.fetchall() if row[place] not in left_out]

    def first(self, conn: Connection, **given: Any) -> Any | None:
        """The first row or None."""
        raw = raw_of(conn)
        if raw is None:
            return conn.execute(self.statement, given).first()
        found, compiled = self._execute(raw, given)
        row = found.fetchone()
        found.close()
        return None if row is None else compiled.make(row)

    def scalar(self, conn: Connection, **given: Any) -> Any:
        """The first column of the first row, or None."""
        row = self.first(conn, **given)
        return None if row is None else row[0]

    def run(self, conn: Connection, **given: Any) -> int:
        """Do it; how many rows it touched."""
        raw = raw_of(conn)
        if raw is None:
            return int(conn.execute(self.statement, given).rowcount)
        return self._execute(raw, given)[0].rowcount

    def many(self, conn: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Do it for each of these."""
        given = list(rows)
        raw = raw_of(conn)
        if not given:
            return
        if raw is None:
            conn.execute(self.statement, given)
            return
        compiled = self._compile()
        try:
            raw.executemany(compiled.sql, [compiled.values(row) for row in given])
        except sqlite3.Error as problem:
            raise _wrapped(compiled.sql, problem) from problem

    def _compile(self) -> _Compiled:
        if self._compiled is None:
            self._compiled = _Compiled(self.statement)
        return self._compiled

    def _execute(self, raw: sqlite3.Connection, given: Mapping[str, Any]) -> tuple[sqlite3.Cursor, _Compiled]:
        compiled = self._compile()
        try:
            return raw.execute(compiled.sql, compiled.values(given)), compiled
        except sqlite3.Error as problem:
            raise _wrapped(compiled.sql, problem) from problem


def raw_of(conn: Connection) -> sqlite3.Connection | None:
    """SQLite's own connection, once SQLAlchemy has begun the transaction; None where Core is to do it."""
    raw: sqlite3.Connection | None = conn.__dict__.get("our_raw")  # of a lane: inside its transaction, always
    if raw is None and conn.dialect.name == "sqlite" and conn.in_transaction():
        raw = conn.connection.dbapi_connection  # type: ignore[assignment]
    return raw


def always_in_transaction(conn: Connection, raw: sqlite3.Connection) -> None:
    """Remember the driver's connection: whoever gets to see `conn` gets it inside a transaction (db/session.py)."""
    conn.__dict__["our_raw"] = raw


def _wrapped(sql: str, problem: sqlite3.Error) -> BaseException:
    """As SQLAlchemy would raise it, without the values: they may be what somebody typed."""
    return DBAPIError.instance(sql, None, problem, sqlite3.Error, hide_parameters=True, dialect=_SQLITE)


class Savepoint:
    """`with Savepoint(conn):` what is done inside is undone if it raises, and nothing else is."""

    __slots__ = ("_conn", "_nested", "_raw")

    def __init__(self, conn: Connection) -> None:
        self._conn, self._nested = conn, None
        self._raw = raw_of(conn)

    def __enter__(self) -> None:
        if self._raw is None:
            self._nested = self._conn.begin_nested()  # type: ignore[assignment]
        else:
            self._raw.execute("SAVEPOINT message")

    def __exit__(self, kind: object, problem: object, trace: object) -> None:
        if self._nested is not None:
            self._nested.__exit__(kind, problem, trace)  # type: ignore[attr-defined]
        elif self._raw is not None:
            if problem is not None:
                if not self._raw.in_transaction:  # a full disk takes the whole transaction with it
                    return
                self._raw.execute("ROLLBACK TO message")
            self._raw.execute("RELEASE message")


def is_gone(conn: Connection) -> bool:
    """Whether SQLite has rolled back the whole transaction by itself (disk full, I/O error): nothing may follow in it."""
    raw = raw_of(conn)
    return raw is not None and not raw.in_transaction
