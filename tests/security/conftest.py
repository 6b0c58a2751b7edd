"""A small demo county on disk, made once for the walks over it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Connection

from db import demo
from db.crypto import new_keyring
from db.migrate import check_keys, migrate
from db.session import Database
from domain.calendar import at, time

T = TypeVar("T")
KEYS = new_keyring()
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


class _Undone(Exception):
    """Thrown so that the database stays as it was made."""


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """100 children with everything a year of work leaves behind."""
    path = tmp_path_factory.mktemp("county") / "county.sqlite3"

    def fill(conn: Connection) -> None:
        migrate(conn)
        check_keys(conn)
        demo.seed(conn, children=100, seed=1, at=at(date(2026, 11, 22), time(6)))

    async def go() -> None:
        async with Database(f"sqlite+aiosqlite:///{path}", KEYS) as db:
            await db.run(fill)

    asyncio.run(go())
    return path


def inside(path: Path, work: Callable[[Connection], T]) -> T:
    """What this finds out in one transaction that is never committed."""
    found: list[T] = []

    def then_undo(conn: Connection) -> None:
        found.append(work(conn))
        raise _Undone

    async def go() -> None:
        async with Database(f"sqlite+aiosqlite:///{path}", KEYS) as db:
            try:
                await db.run(then_undo)
            except _Undone:
                return

    asyncio.run(go())
    return found[0]
