"""How a unit of work reaches the database: one function over a Core Connection, in one hop, in one transaction.

How it gets there is this file's secret. On SQLite the driver is aiosqlite: its thread owns the raw connection, and a
synchronous Core engine is laid over that same connection on that same thread, so a unit of work costs one hop instead
of one await per statement. On PostgreSQL it is asyncpg under SQLAlchemy's own bridge.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from db.crypto import Keyring
from domain.policy import COUNTY_DEFAULTS, Policy

T = TypeVar("T")
Work = Callable[[Connection], T]


class DatabaseTrouble(Exception):
    """The database cannot be used. Carries a person's sentence."""


class _SqliteLane:
    """One aiosqlite connection with a Core engine over it."""

    def __init__(self, path: str, info: dict[str, Any], *, writes: bool) -> None:
        self.path, self.info, self.writes = path, info, writes
        self.lock = asyncio.Lock()
        self.driver: aiosqlite.Connection | None = None
        self.engine: Engine | None = None

    async def open(self) -> None:
        self.driver = await aiosqlite.connect(self.path, isolation_level=None, timeout=15)
        await self.driver._execute(self._lay_engine)

    def _lay_engine(self) -> None:
        assert self.driver is not None
        raw = self.driver._conn
        prepare_sqlite(raw, read_only=not self.writes)
        self.engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
        begin = "BEGIN IMMEDIATE" if self.writes else "BEGIN"

        @event.listens_for(self.engine, "begin")
        def _begin(conn: Connection) -> None:
            # pysqlite's own BEGIN comes too late: concurrent read-then-write would lose updates silently
            conn.exec_driver_sql(begin)

    async def run(self, work: Work[T]) -> T:
        assert self.driver is not None
        async with self.lock:
            done = asyncio.ensure_future(self.driver._execute(self._unit, work))
            try:
                result: T = await asyncio.shield(done)
            except asyncio.CancelledError:
                with suppress(Exception):
                    await done  # the thread cannot be stopped half way; the next one waits for it
                raise
            return result

    def _unit(self, work: Work[T]) -> T:
        assert self.engine is not None
        with self.engine.connect() as conn:
            conn.info.update(self.info)
            with conn.begin():
                return work(conn)

    async def close(self) -> None:
        if self.driver is not None:
            await self.driver.close()  # an open aiosqlite connection keeps the process alive
            self.driver = None


def prepare_sqlite(raw: sqlite3.Connection, *, read_only: bool = False) -> None:
    """Power loss counts (synchronous=FULL); readers do not wait for the writer (WAL)."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        raw.execute(f"PRAGMA {pragma}")
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
                self.url.set(drivername="postgresql+asyncpg"), pool_size=8, max_overflow=4, pool_pre_ping=True
            )

            @event.listens_for(self._engine.sync_engine, "connect")
            def _keys(_: Any, record: Any) -> None:
                record.info.update(self._info)

        return self

    async def run(self, work: Work[T]) -> T:
        """One transaction: committed when `work` returns, rolled back when it raises."""
        if self._writer is not None:
            return await self._writer.run(work)
        assert self._engine is not None
        async with self._engine.begin() as conn:
            return await conn.run_sync(work)

    async def read(self, work: Work[T]) -> T:
        """One consistent look. Writing in it fails on SQLite."""
        if self._reader is not None:
            return await self._reader.run(work)
        assert self._engine is not None
        async with self._engine.connect() as conn:
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


def is_busy(problem: BaseException) -> bool:
    """Whether another process holds SQLite's write lock for longer than we wait: it passes."""
    return isinstance(problem, OperationalError | sqlite3.Error) and "database is locked" in str(problem)


def is_full(problem: BaseException) -> bool:
    """Whether this is a full disk: a passing trouble for the machine, to be said in plain words."""
    return isinstance(problem, OperationalError | sqlite3.Error | OSError) and (
        "disk is full" in str(problem) or getattr(problem, "errno", None) == 28
    )
