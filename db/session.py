"""How a unit of work reaches the database: one function over a Core Connection, in one hop, in one transaction.

How it gets there is this file's secret. On SQLite the driver is aiosqlite: its thread owns the raw connection, and a
synchronous Core engine is laid over that same connection on that same thread, so a unit of work costs one hop instead
of one await per statement. On PostgreSQL it is asyncpg under SQLAlchemy's own bridge.
"""

from __future__ import annotations

import asyncio
import errno
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
from sqlalchemy import Connection, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from db.crypto import Keyring
from db.prepared import Savepoint, always_in_transaction, is_gone
from domain.policy import COUNTY_DEFAULTS, Policy

T = TypeVar("T")
Work = Callable[[Connection], T]
MOST_TOGETHER = 16  # units of work in one commit
CACHE = 4 * 1024  # KiB of pages SQLite keeps at hand; the writer's twice that


class DatabaseTrouble(Exception):
    """The database cannot be used. Carries a person's sentence."""


@dataclass
class _Unit:
    """A unit of work that waits for its lane, and who waits for it."""

    work: Work[Any]
    together: bool
    done: asyncio.Future[Any]


class _SqliteLane:
    """One aiosqlite connection with a Core engine over it, and the units of work that wait for it, in order.

    Units that say they may go `together` and stand next to each other share one commit, each in its own SAVEPOINT:
    nobody is told of success before the commit, and one that fails takes nothing of the others with it.
    """

    def __init__(self, path: str, info: dict[str, Any], *, writes: bool) -> None:
        self.path, self.info, self.writes = path, info, writes
        self.begin = "BEGIN IMMEDIATE" if writes else "BEGIN"
        self.waiting: deque[_Unit] = deque()
        self.running: asyncio.Task[None] | None = None
        self.driver: aiosqlite.Connection | None = None
        self.conn: Connection | None = None

    async def open(self) -> None:
        self.driver = await aiosqlite.connect(self.path, isolation_level=None, timeout=15, cached_statements=512)
        await self.driver._execute(self._lay_engine)

    def _lay_engine(self) -> None:
        assert self.driver is not None
        raw = self.driver._conn
        prepare_sqlite(raw, read_only=not self.writes)
        engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)

        @event.listens_for(engine, "begin")
        def _begin(conn: Connection) -> None:
            # pysqlite's own BEGIN comes too late: concurrent read-then-write would lose updates silently
            raw.execute(self.begin)

        self.conn = engine.connect()
        self.conn.info.update(self.info)
        always_in_transaction(self.conn, raw)

    async def run(self, work: Work[T], *, together: bool = False) -> T:
        assert self.driver is not None
        unit = _Unit(work, together, asyncio.get_running_loop().create_future())
        self.waiting.append(unit)
        if self.running is None:
            self.running = asyncio.create_task(self._run_all())
        try:
            result: T = await asyncio.shield(unit.done)
        except asyncio.CancelledError:
            if unit in self.waiting:
                self.waiting.remove(unit)
                unit.done.cancel()
            else:
                with suppress(Exception):
                    await unit.done  # the thread cannot be stopped half way; the next one waits for it
            raise
        return result

    async def _run_all(self) -> None:
        assert self.driver is not None
        try:
            while self.waiting:
                units = [self.waiting.popleft()]
                while units[0].together and self.waiting and self.waiting[0].together and len(units) < MOST_TOGETHER:
                    units.append(self.waiting.popleft())
                try:
                    ends = await self.driver._execute(self._units, units)
                except Exception as problem:
                    ends = [problem] * len(units)
                for unit, end in zip(units, ends, strict=True):
                    if isinstance(end, BaseException):
                        unit.done.set_exception(end)
                    else:
                        unit.done.set_result(end[0])
        finally:
            self.running = None

    def _units(self, units: Sequence[_Unit]) -> list[Any]:
        """For each a tuple with its result, or what it raised. Raises itself if nothing at all was committed."""
        assert self.conn is not None
        conn = self.conn
        with conn.begin():
            if len(units) == 1:
                return [(units[0].work(conn),)]
            ends: list[Any] = []
            for unit in units:
                try:
                    with Savepoint(conn):
                        ends.append((unit.work(conn),))
                except Exception as problem:
                    if is_gone(conn):
                        raise
                    ends.append(problem)
            return ends

    async def close(self) -> None:
        if self.running is not None:
            await asyncio.wait([self.running])
        if self.driver is not None:
            if self.conn is not None:
                await self.driver._execute(self.conn.close)
            await self.driver.close()  # an open aiosqlite connection keeps the process alive
            self.driver = None


def prepare_sqlite(raw: sqlite3.Connection, *, read_only: bool = False) -> None:
    """Power loss counts (synchronous=FULL); readers do not wait for the writer (WAL)."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "busy_timeout=15000"):
        raw.execute(f"PRAGMA {pragma}")
    raw.execute(f"PRAGMA cache_size={-CACHE if read_only else -2 * CACHE}")
    if read_only:
        raw.execute("PRAGMA query_only=ON")


class Database:
    """`run` for units of work that write, `read` for those that only look. Both are one transaction each."""

    def __init__(self, url: str | URL, keys: Keyring, policy: Policy = COUNTY_DEFAULTS) -> None:
        self.url, self.keys = make_url(url), keys
        # what every unit of work finds in `conn.info`
        self._info: dict[str, Any] = {"keys": keys, "policy": policy}
        self._writer: _SqliteLane | None = None
        self._reader: _SqliteLane | None = None
        self._engine: AsyncEngine | None = None
        self._looking: AsyncEngine | None = None  # the same connections, for looking only

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    async def start(self) -> Database:
        if self.is_sqlite:
            path = self.url.database or ":memory:"
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            self._writer = _SqliteLane(path, self._info, writes=True)
            self._reader = _SqliteLane(path, self._info, writes=False)
            try:
                await self._writer.open()
                await self._reader.open()
            except sqlite3.Error as problem:
                await self.close()
                raise DatabaseTrouble(f"数据库文件打不开：{path}（{problem}）。") from None
        else:
            self._engine = create_async_engine(
                self.url.set(drivername="postgresql+asyncpg").update_query_dict({"prepared_statement_cache_size": "500"}),
                pool_size=8, max_overflow=4, pool_pre_ping=True,
            )  # fmt: skip
            self._looking = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

            @event.listens_for(self._engine.sync_engine, "connect")
            def _keys(_: Any, record: Any) -> None:
                record.info.update(self._info)

        return self

    async def run(self, work: Work[T], *, together: bool = False) -> T:
        """One transaction: committed when `work` returns, rolled back when it raises.

        With `together` it may share its commit with its neighbours in the queue, inside a SAVEPOINT of its own: for
        the many small ones of a message's life, which do nothing but statements on this connection.
        """
        if self._writer is not None:
            return await self._writer.run(work, together=together)
        assert self._engine is not None
        async with self._engine.begin() as conn:
            return await conn.run_sync(work)

    async def read(self, work: Work[T]) -> T:
        """One consistent look. Writing in it fails."""
        if self._reader is not None:
            return await self._reader.run(work)
        assert self._looking is not None
        async with self._looking.connect() as conn:
            return await conn.run_sync(work)

    async def close(self) -> None:
        for lane in (self._reader, self._writer):
            if lane is not None:
                await lane.close()
        if self._engine is not None:
            await self._engine.dispose()

    async def __aenter__(self) -> Database:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.close()


# PostgreSQL's own words for it: deadlock, serialization, too many connections, shut down, crashed, starting up, line gone
_PASSING = {"40P01", "40001", "53300", "57P01", "57P02", "57P03", "08000", "08001", "08003", "08006"}


def is_contended(problem: BaseException) -> bool:
    """Whether the database itself said that this must be tried again as a whole: lock, deadlock, server restarted."""
    if isinstance(problem, OperationalError | sqlite3.Error) and "database is locked" in str(problem):
        return True
    if not isinstance(problem, DBAPIError):
        return False
    return problem.connection_invalidated or getattr(problem.orig, "sqlstate", None) in _PASSING


def is_busy(problem: BaseException) -> bool:
    """Whether the database cannot be had just now, and it passes: SQLite locked for longer than we wait, PostgreSQL away.

    For what comes from `run` and `read`. Inside a unit of work, where a missing file may be anybody's, ask `is_contended`.
    """
    away = isinstance(problem, ConnectionError | FileNotFoundError)  # its port or its socket
    return is_contended(problem) or away or getattr(problem, "sqlstate", None) in _PASSING


def is_full(problem: BaseException) -> bool:
    """Whether this is a full disk: a passing trouble for the machine, to be said in plain words."""
    return isinstance(problem, OperationalError | sqlite3.Error | OSError) and (
        "disk is full" in str(problem)
        or "disk I/O error" in str(problem)  # what SQLite says of a quota or a size limit
        or getattr(problem, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    )
