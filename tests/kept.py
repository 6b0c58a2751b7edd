"""What the database of a house keeps at a moment, on SQLite and on PostgreSQL: to be read as bytes, or to go on from."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from bot.commands import _postgres
from tests.house import TestHouse
from tests.postgres import Server


def keep(house: TestHouse, to: Path) -> None:
    """What a power cut would leave of it just now. Also in the middle of a transaction: that one is not in it."""
    if house.on_postgresql:
        _postgres.dump(house.url, to)
        return
    for suffix in ("", "-wal"):
        source = Path(f"{house.path}{suffix}")
        if source.exists():
            shutil.copy(source, f"{to}{suffix}")


@asynccontextmanager
async def another_house(house: TestHouse, kept: Path) -> AsyncIterator[TestHouse]:
    """A house that goes on from what was kept of this one."""
    with ExitStack() as stack:
        url = None
        if house.on_postgresql:
            url = stack.enter_context(Server(house.url).fresh_database())
            await asyncio.to_thread(_postgres.restore, url, kept)
        again = await TestHouse(kept, house.keys, url).open()
        again.now = house.now
        try:
            yield again
        finally:
            await again.close()


def stored(house: TestHouse) -> bytes:
    """All of it as it is stored; on SQLite with what lies in the write-ahead log."""
    if not house.on_postgresql:
        files = sorted(house.path.parent.glob(f"{house.path.name}*"))
        return b"".join(path.read_bytes() for path in files)
    parts: list[bytes] = []
    with psycopg.connect(house.url) as conn:
        tables = conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").fetchall()
        for (table,) in tables:
            copy = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(table))
            with conn.cursor() as cursor, cursor.copy(copy) as rows:
                parts += [bytes(chunk) for chunk in rows]
    return b"".join(parts)
