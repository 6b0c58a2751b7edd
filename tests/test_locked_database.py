"""Another process holds the database longer than we wait: the bot goes on living, and nothing is lost."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Connection, Table, func, select

from bot import app as application
from bot.app import App
from db import outbox as outbox_rows
from db.models import inbox, outbox
from db.session import Database
from domain import units
from tests.cast import PEOPLE, YULAN
from tests.far_side import TOKEN, FarSide
from tests.house import KEYS, NOON, copy_template

IMPATIENT = "PRAGMA busy_timeout=20"  # milliseconds, instead of fifteen seconds


@asynccontextmanager
async def a_bot(path: Path, far: FarSide) -> AsyncIterator[App]:
    async with Database(f"sqlite:///{path}", KEYS) as db:
        await db.run(lambda conn: conn.exec_driver_sql(IMPATIENT))
        app = await application.build(db, TOKEN, far.url, units.load(demo=True), demo=True, long_poll=1)
        await app.bot.initialize()
        yield app
        await app.bot.shutdown()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Somebody else's write transaction."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@asynccontextmanager
async def at_work(app: App) -> AsyncIterator[asyncio.Task[None]]:
    running = asyncio.create_task(app.run(scheduler=False))
    try:
        yield running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def count(table: Table, *where: ColumnElement[bool]) -> Callable[[Connection], int]:
    return lambda conn: conn.execute(select(func.count()).select_from(table).where(*where)).scalar_one()


async def until_none(app: App, table: Table, *where: ColumnElement[bool]) -> None:
    async with asyncio.timeout(20):
        while await app.db.read(count(table, *where)):
            await asyncio.sleep(0.05)


@pytest.mark.slow
async def test_updates_wait_at_the_server_while_the_database_is_locked(template: Path, tmp_path: Path) -> None:
    path = copy_template(template, tmp_path / "locked.db")
    async with FarSide() as far, a_bot(path, far) as app, at_work(app) as running:
        await far.put(YULAN.chat_id, "/start")
        await far.until(lambda: len(far.said) == 1)
        await until_none(app, outbox, outbox.c.state == "waiting")
        with locked(path):
            await far.put(YULAN.chat_id, "意见反馈")
            delivered = far.deliveries
            await far.until(lambda: far.deliveries >= delivered + 2)  # given again, because it was not confirmed
            assert not running.done()
        await far.until(lambda: len(far.said) == 2 and not far.updates)
        assert await app.db.read(count(inbox)) == 2


@pytest.mark.slow
async def test_what_was_sent_is_not_sent_again_because_it_could_not_be_marked(template: Path, tmp_path: Path) -> None:
    path = copy_template(template, tmp_path / "locked.db")
    async with FarSide() as far, a_bot(path, far) as app:
        refused = 0
        mark = outbox_rows.sent

        def once_locked(*args: Any) -> None:
            nonlocal refused
            refused += 1
            if refused < 3:
                raise sqlite3.OperationalError("database is locked")
            mark(*args)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(outbox_rows, "sent", once_locked)
            async with at_work(app):
                await far.put(YULAN.chat_id, "/start")
                await far.until(lambda: bool(far.said))
                await until_none(app, outbox, outbox.c.state == "waiting")
        assert refused == 3 and len(far.said) == 1


async def test_who_cannot_write_the_lease_down_does_not_take_it_and_does_not_lose_it(
    template: Path, tmp_path: Path
) -> None:
    path = copy_template(template, tmp_path / "locked.db")
    async with FarSide() as far, a_bot(path, far) as app:
        with locked(path):
            assert not await app._lease("sender", "me:1:1")
        assert await app._lease("sender", "me:1:1")
        with locked(path):
            assert await app._lease("sender", "me:1:1", held=True)


async def test_one_row_that_cannot_be_marked_does_not_keep_the_others_from_it(template: Path, tmp_path: Path) -> None:
    path = copy_template(template, tmp_path / "locked.db")
    async with FarSide() as far, a_bot(path, far) as app:
        mark = outbox_rows.sent

        def breaks_for_one(conn: Connection, row: outbox_rows.Outgoing, *rest: Any) -> None:
            if row.chat_id == YULAN.chat_id:
                raise ValueError("broken")
            mark(conn, row, *rest)

        await app.db.run(lambda conn: [outbox_rows.put(conn, one.chat_id, "sendMessage", {"text": "好"}, NOON) for one in PEOPLE])
        rows = await app.db.read(lambda conn: outbox_rows.next_waiting(conn, NOON, ()))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(outbox_rows, "sent", breaks_for_one)
            await app.sender.marks.write([(row, 1, NOON) for row in rows])
        left = await app.db.read(lambda conn: conn.execute(select(outbox.c.chat_id).where(outbox.c.state == "waiting")).all())
        assert [row.chat_id for row in left] == [YULAN.chat_id] and len(rows) == len(PEOPLE)


async def test_the_word_to_stop_is_heard_also_at_the_moment_of_being_woken(template: Path, tmp_path: Path) -> None:
    path = copy_template(template, tmp_path / "locked.db")
    async with FarSide() as far, a_bot(path, far) as app:
        for part, turns in product((app.sender, app.worker), range(4)):
            running = asyncio.create_task(part.run())
            while not part.wake._waiters:  # it has nothing to do and waits to be woken
                await asyncio.sleep(0)
            part.wake.set()
            for _ in range(turns):  # on its way from being woken to running again
                await asyncio.sleep(0)
            running.cancel()
            done, _ = await asyncio.wait([running], timeout=5)
            assert done and running.cancelled()
