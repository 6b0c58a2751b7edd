"""The days of the simulation: people do things, the clockwork looks, messages go out, and the books are kept."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import Connection
from telegram import Bot

from bot.app import tell_supervisor
from bot.handlers import SUBJECTS
from bot.outbox import Sender
from bot.rates import UNLIMITED
from bot.reminders import proof, tick
from bot.routes import Router
from bot.simulation.books import Books, Verdict
from bot.simulation.county import County
from bot.simulation.happenings import Happening, People
from bot.simulation.line import Line
from bot.simulation.weather import Part, Weather
from bot.worker import House, Worker
from db import child_due, outbox
from db import policy as policies
from db.crypto import new_keyring
from db.migrate import check_keys, migrate
from db.session import Database
from domain import units
from domain.calendar import at, local_day
from domain.units import UnitTree

FIRST_DAY = date(2026, 1, 5)
PROGRESS = 20  # days
PROOF_EVERY = 10  # days
MOMENT = 0.05  # seconds
MEMORY = Path("/dev/shm")  # nothing here has to outlive the run, so nothing waits for a disk
Beat = Callable[[Connection, datetime, UnitTree], int]


async def play(
    days: int, seed: int, count: int, *, beat: Beat = tick.beat, say: Callable[[str], None] = lambda words: None
) -> Verdict:
    """Play a county of so many children from 5 January 2026 on. `beat` is the scheduler's, for tests another.

    Everything is invented and lies in a temporary folder that is removed at the end.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xiaomiao-simulate-", dir=_in_memory())))
        async with Database(f"sqlite+aiosqlite:///{folder / 'county.db'}", new_keyring()) as db:
            return await Play(db, seed, beat).through(days, count, say)


def _in_memory() -> Path | None:
    return MEMORY if os.access(MEMORY, os.W_OK) else None


class Play:
    """A county on a database, with a clock."""

    def __init__(self, db: Database, seed: int, beat: Beat) -> None:
        self.db, self.seed, self.beat = db, seed, beat
        self.now = at(FIRST_DAY, time(0))
        self.tree = units.load(demo=True)
        self.county, self.weather, self.line = County(self.tree, seed, FIRST_DAY), Weather(seed), Line(seed)
        self.bot = Bot("1:simulate", request=self.line, get_updates_request=self.line)
        self.waiting: list[Happening] = []  # at the server, while the bot is down
        self.looked = 0
        self.books: Books
        self.sender: Sender
        self.worker: Worker

    async def through(self, days: int, count: int, say: Callable[[str], None]) -> Verdict:
        """All the days, one after the other."""
        await self.bot.initialize()
        await self.db.run(lambda conn: self._found(conn, count))
        self.books = Books(self.county.facts)
        people = People(self.county, self.seed)
        self._start()
        for number in range(days):
            day = FIRST_DAY + timedelta(days=number)
            await self._day(day, people)
            if number % PROGRESS == PROGRESS - 1:
                planned = len(self.books.rows)
                say(f"第 {number + 1} 天 / 共 {days} 天,{day},到现在应发 {planned} 条 / day {number + 1} of {days}")
        return await self._close()

    def _found(self, conn: Connection, count: int) -> None:
        migrate(conn)
        check_keys(conn)
        self.county.settle_in(conn, self.now, count)

    def _start(self) -> None:
        """The process starts: nothing of the last one is remembered but what is in the database."""
        # one at a time: the weather of the line falls on calls in their order, and a seed must play the same county
        self.sender = Sender(
            self.db, self.bot, rates=UNLIMITED, now=lambda: self.now, told=self._told, most=1, clock=self._seconds
        )
        self.worker = Worker(self.db, self.bot, Router(SUBJECTS), House(self.tree, demo=True), now=lambda: self.now)

    def _seconds(self) -> float:
        """The clock of the permitted rate: each look at it is a moment later, whatever this machine is busy with."""
        self.looked += 1
        return self.now.timestamp() + self.looked * MOMENT

    async def _told(self, chat: int) -> None:
        await self.db.run(lambda conn: tell_supervisor(conn, chat, self.now))

    # --- a day ---

    async def _day(self, day: date, people: People) -> None:
        looks = self.weather.on(day)
        timeline: list[tuple[datetime, Happening | None]] = [(one.moment, one) for one in people.on(day)]
        timeline += [(moment, None) for moment in looks]
        for moment, happening in sorted(timeline, key=lambda entry: (entry[0], entry[1] is None)):
            self.now = max(self.now, moment)
            if happening is not None and happening.to_bot and self.weather.down(Part.BOT, moment):
                self.waiting.append(happening)
            elif happening is not None:
                await self._happen(happening)
            elif not self.weather.down(Part.BOT, moment):
                await self._catch_up()
                if not self.weather.down(Part.SCHEDULER, moment):
                    await self._look()
                await self._send()

    async def _catch_up(self) -> None:
        """The bot is back: what waited at the server comes in now."""
        if self.waiting:
            self._start()
        while self.waiting:
            await self._happen(self.waiting.pop(0))

    async def _happen(self, happening: Happening) -> None:
        before = self.county.messages
        await self.db.run(lambda conn: happening.do(conn, self.now))
        self.books.changed()
        if self.county.messages > before:
            await self.worker.drain()

    async def _look(self) -> None:
        now = self.now - self.weather.put_back
        if local_day(now) != local_day(self.now):
            now = self.now  # a clock that jumps into yesterday is another matter
        for _ in range(2 if self.weather.twice else 1):
            await self.db.run(lambda conn: self.beat(conn, now, self.tree))
        if await self.db.read(self.county.handed_over) | await self.db.read(
            lambda conn: self.county.read_named(conn, local_day(now))
        ):
            self.books.changed()
        await self.db.read(lambda conn: self.books.unsigned(conn, now))
        whole = await self.db.read(lambda conn: self.books.looked(conn, now))
        if whole and local_day(now).toordinal() % PROOF_EVERY == 0:
            await self._prove(now)
        if self.weather.dies:
            self._start()

    async def _send(self) -> None:
        """Send what may go, with a minute's patience for what failed in passing."""
        self.line.down = self.weather.down(Part.LINE, self.now)
        self.line.blocked = {one.chat for one in self.county.facts.humans.values() if one.blocked and one.chat}
        for _ in range(8):
            await self.sender.drain()
            taken, self.line.taken = self.line.taken, []
            if taken:
                await self.db.read(lambda conn, taken=taken: self.books.arrivals(conn, taken))  # type: ignore[misc]
            if self.line.down or not await self.db.read(outbox.waiting):
                return
            self.now += timedelta(seconds=15)

    # --- the end ---

    async def _close(self) -> Verdict:
        """Midnight after the last day: all is well again, every rule is asked once more, and the books are closed."""
        self.weather.outages.clear()
        self.now = max(self.now, at(local_day(self.now) + timedelta(days=1), time(0)))
        await self._catch_up()
        await self._look()
        await self._send()
        verdict = await self.db.read(self.books.close)
        return replace(verdict, wrong=(*verdict.wrong, *await self.db.run(lambda conn: self._own_books(conn, verdict))))

    async def _prove(self, now: datetime) -> None:
        """The proof the county sees has to balance whenever every rule has just been asked."""
        own = (await self.db.read(lambda conn: proof.prove(conn, now))).books
        if not own.balanced:
            self.books.wrong.append(f"./run reconcile at {now:%Y-%m-%d %H:%M} says {len(own.missed)} missed")

    def _own_books(self, conn: Connection, verdict: Verdict) -> list[str]:
        """The bot's own daily proof has to say the same, and every due day has to stand as it is counted anew."""
        own, wrong = proof.prove(conn, self.now).books, []
        if not own.balanced or (own.due, own.sent, own.moot) != (verdict.due, verdict.sent, verdict.moot):
            wrong.append(
                f"./run reconcile says {own.due} due, {own.sent} sent, {own.moot} moot, {len(own.missed)} missed"
            )
        if changed := child_due.recompute(conn, policies.current(conn, self.now)):
            wrong.append(f"{changed} due days were not as the facts have them")
        return wrong
