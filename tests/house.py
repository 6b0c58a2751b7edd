"""A whole bot on a real SQLite file, with a clock in hand: what the story tests live in."""

from __future__ import annotations

import asyncio
import copy
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from telegram import Bot

from bot.handlers import SUBJECTS
from bot.importing import Importer
from bot.intake import Intake
from bot.outbox import Sender
from bot.rates import UNLIMITED
from bot.reminders.tick import Scheduler
from bot.routes import Router
from bot.worker import House as Shared
from bot.worker import Worker
from db import inbox, people
from db.crypto import Keyring, new_keyring
from db.migrate import check_keys, migrate
from db.session import Database
from domain import units
from tests import cast
from tests.phone import Line, Phone
from tests.postgres import Server

NOON = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)  # Wednesday 10:30 in Gaotai
KEYS = new_keyring()


class TestHouse:
    """The bot, its database, the line, and the clock (`now`, moved by the tests)."""

    __test__ = False

    def __init__(self, path: Path, keys: Keyring, url: str | None = None) -> None:
        self.url = url or f"sqlite+aiosqlite:///{path}"
        self.now = NOON
        self.line = Line()
        self.path, self.keys = path, keys
        self.tree = units.load(demo=True)
        self._updates = 0
        self._queries = 0

    async def open(self) -> TestHouse:
        self.db = await Database(self.url, self.keys).start()
        bot = Bot("1:test", request=self.line, get_updates_request=self.line)
        await bot.initialize()
        shared = Shared(self.tree, demo=True)
        router = Router(SUBJECTS)
        self.sender = Sender(self.db, bot, rates=UNLIMITED, now=lambda: self.now, told=self._told)
        self.worker = Worker(self.db, bot, router, shared, now=lambda: self.now)
        self.importer = Importer(self.db, shared, now=lambda: self.now)
        self.intake = Intake(self.db, bot, now=lambda: self.now)
        self.scheduler = Scheduler(self.db, shared, now=lambda: self.now)
        self.bot = bot
        return self

    async def _told(self, chat_id: int) -> None:
        from bot.app import tell_supervisor

        await self.db.run(lambda conn: tell_supervisor(conn, chat_id, self.now))

    @property
    def on_postgresql(self) -> bool:
        return self.url.startswith("postgres")

    async def close(self) -> None:
        await self.db.close()

    async def restart(self) -> None:
        """Stop the program and start it anew on the same file; the phones notice nothing."""
        await self.close()
        await self.open()

    def phone(self, person: cast.Person) -> Phone:
        return Phone(self, person.chat_id, person.name)

    def stranger(self, chat_id: int = 999_001) -> Phone:
        return Phone(self, chat_id, "生人")

    async def receive(self, update: dict[str, Any], *, work: bool = True) -> None:
        """The server delivers an update; it is worked and answered at once unless told otherwise."""
        self._updates += 1
        entry = copy.deepcopy(update) | {"update_id": self._updates}
        await self.db.run(lambda conn: inbox.put(conn, 1, [entry], self.now))
        if work:
            await self.settle()

    async def settle(self) -> None:
        """Work all that waits and send all that is to be said."""
        await self.worker.drain()
        await self.sender.drain()
        while await self.importer.once():
            await self.sender.drain()

    def next_query(self) -> str:
        self._queries += 1
        return f"q{self._queries}"

    def pass_time(self, **span: float) -> None:
        self.now += timedelta(**span)

    @property
    def today(self) -> date:
        return (self.now + timedelta(hours=8)).date()

    async def look(self, query: Any) -> Any:
        return await self.db.read(query)


async def make_template(folder: Path) -> Path:
    """A migrated database with the cast in it, made once and copied for each test."""
    path = folder / "template.sqlite3"

    await fill(f"sqlite+aiosqlite:///{path}")
    return path


async def fill(url: str) -> None:
    """Migrate a database and settle the cast in."""

    def work(conn: Connection) -> None:
        migrate(conn)
        check_keys(conn)
        people.put_units(conn, list(units.load(demo=True)))
        cast.settle_in(conn, NOON)

    async with Database(url, KEYS) as db:
        await db.run(work)


@asynccontextmanager
async def house_on_postgresql(server: Server, unused: Path) -> AsyncIterator[TestHouse]:
    """A house as the tests have it on SQLite, its database a PostgreSQL of its own; nothing is ever at that path."""
    whose = f"the cast of {cast.XIAOHU.id}"  # each process of the tests has made its own ids
    template = await asyncio.to_thread(server.template, whose, lambda url: asyncio.run(fill(url)))
    with server.fresh_database(template) as url:
        house = await TestHouse(unused, KEYS, url).open()
        yield house
        await house.close()


def copy_template(template: Path, to: Path) -> Path:
    for suffix in ("", "-wal", "-shm"):
        source = Path(str(template) + suffix)
        if source.exists():
            shutil.copy(source, str(to) + suffix)
    return to
