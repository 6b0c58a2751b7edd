"""The one place where everything meets, in order."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Connection
from telegram import Bot
from telegram.error import TelegramError

from bot import likeness_night
from bot.handlers import SUBJECTS
from bot.importing import Importer
from bot.intake import Intake
from bot.login_links import maker
from bot.memory import give_back
from bot.outbox import Sender
from bot.rates import UNLIMITED, Rates
from bot.reminders.tick import Scheduler
from bot.request import AioRequest
from bot.routes import Router
from bot.words import Words
from bot.worker import House, Worker
from db import clock, journal, leases, outbox, people, retention
from db.session import Database, is_busy, is_full
from domain.units import UnitTree

log = structlog.get_logger("app")

LEASE = timedelta(seconds=20)
TURN = 0.0005  # seconds a thread keeps Python to itself; the default of 5 ms makes every call wait for the database's
TELEGRAM = "https://api.telegram.org"


@dataclass
class App:
    """A bot on a database, against one Bot API server. `run` until cancelled."""

    db: Database
    bot: Bot
    house: House
    intake: Intake
    worker: Worker
    sender: Sender
    scheduler: Scheduler
    beside: tuple[Callable[[], Coroutine[Any, Any, None]], ...] = ()  # what runs as long as any part does

    async def run(self, *, intake: bool = True, worker: bool = True, sender: bool = True, scheduler: bool = True) -> None:
        """All parts by default; with PostgreSQL they also run apart, in any number."""
        sys.setswitchinterval(TURN)
        gc.collect()
        gc.freeze()  # what is there now stays: it need not be walked again and again
        gc.set_threshold(20_000, 20, 20)
        try:
            async with asyncio.TaskGroup() as group:
                for job in self.beside:
                    group.create_task(job())
                if intake:
                    group.create_task(self.intake.poll())
                if worker:
                    group.create_task(self.worker.run())
                if sender:
                    group.create_task(self._as_only("sender", self.sender.run))
                if scheduler:
                    group.create_task(self._as_only("scheduler", self._scheduled))
        finally:
            with suppress(Exception):
                await self.bot.shutdown()

    async def _scheduled(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self.scheduler.run())
            group.create_task(self._importer().run())
            group.create_task(self._seal())
            group.create_task(self._tidy())
            group.create_task(self._after_a_jump())

    def _importer(self) -> Importer:
        """The long imports; the scheduler's lease keeps it to one."""
        return Importer(self.db, self.house, now=self.scheduler.now, wake_sender=self.sender.wake.set)

    async def _seal(self) -> None:
        """Chain the journal in commit order, outside the workers' transactions. A trouble is said once as long as it lasts."""
        said = ""
        while True:
            try:
                while await self.db.run(journal.seal):
                    pass
                said = ""
            except Exception as problem:
                if said != (said := type(problem).__name__):
                    log.error("seal", trouble=said)
            await asyncio.sleep(2)

    async def _tidy(self) -> None:
        """What is past its time goes, once a night; asked often, the database remembers."""
        in_the_log = False
        while True:
            try:
                counts = await self.db.run(lambda conn: retention.nightly(conn, self.scheduler.now()))
                in_the_log = in_the_log or any((counts or {}).values())
                if in_the_log and self.db.is_sqlite:
                    in_the_log = not await asyncio.to_thread(retention.fold, str(self.db.url.database))
            except Exception as problem:
                log.error("retention", trouble=type(problem).__name__)
            try:
                if await likeness_night.nightly(self.db, self.house.tree, self.scheduler.now):
                    self.sender.wake.set()
            except Exception as problem:
                log.error("duplicates", trouble=type(problem).__name__)
            await asyncio.to_thread(give_back)
            await asyncio.sleep(600)

    async def _after_a_jump(self) -> None:
        """A clock that went back must keep nothing waiting for as long as it went."""
        while True:
            try:
                if await self.db.run(lambda conn: clock.put_right(conn, self.scheduler.now())):
                    self.worker.wake.set()
                    self.sender.wake.set()
            except Exception as problem:
                log.error("clock", trouble=type(problem).__name__)
            await asyncio.sleep(20)

    async def _as_only(self, name: str, job: Callable[[], Any]) -> None:
        """Run the job while we hold its lease; one holder in all the county."""
        me = f"{socket.gethostname()}:{os.getpid()}:{id(self)}"
        try:
            while True:
                while not await self._lease(name, me):
                    await asyncio.sleep(2)
                task = asyncio.ensure_future(job())
                try:
                    while not task.done():
                        await asyncio.wait([task], timeout=5)
                        if not await self._lease(name, me, held=True):
                            break
                    if task.done():
                        _unless_it_passes(task, name)
                finally:
                    task.cancel()
                    await asyncio.gather(task, return_exceptions=True)
        finally:
            with suppress(Exception):
                await self.db.run(lambda conn: leases.release(conn, name, me))

    async def _lease(self, name: str, me: str, *, held: bool = False) -> bool:
        """Take the lease, or stretch the one `held`."""
        now = datetime.now(UTC)

        def work(conn: Connection) -> bool:
            if leases.take(conn, name, me, now, LEASE):
                return True
            other = leases.holder(conn, name)
            if other is None or not _died_here(other):
                return False
            leases.release(conn, name, other)  # killed on this machine: nobody waits for its time to run out
            return leases.take(conn, name, me, now, LEASE)

        try:
            return await self.db.run(work)
        except Exception as problem:
            if is_busy(problem) or is_full(problem):  # nobody else can write it down either: it stays as it is
                log.warning("lease", name=name, trouble=type(problem).__name__)
                return held
            raise

    async def close(self) -> None:
        with suppress(Exception):
            await self.bot.shutdown()
        await self.db.close()


def run(main: Coroutine[Any, Any, None]) -> None:
    """Like asyncio.run, on the faster loop where it is installed."""
    try:
        from uvloop import new_event_loop
    except ImportError:
        new_event_loop = asyncio.new_event_loop  # type: ignore[assignment]
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(main)


def _unless_it_passes(task: asyncio.Future[Any], name: str) -> None:
    """Raise what ended the job, unless the database was only away: then it is begun anew."""
    problem = task.exception()
    if problem is None:
        return
    if not _passes(problem):
        raise problem
    log.warning("begun_anew", name=name, trouble=type(problem).__name__)


def _passes(problem: BaseException) -> bool:
    if isinstance(problem, BaseExceptionGroup):
        return all(_passes(one) for one in problem.exceptions)
    return is_busy(problem) or is_full(problem)


def _died_here(holder: str) -> bool:
    """Whether the holder was a process of this machine that is no more."""
    host, _, rest = holder.rpartition(":")[0].rpartition(":")
    if host != socket.gethostname() or not rest.isdecimal() or int(rest) == os.getpid():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return False


async def build(
    db: Database,
    token: str,
    api_url: str,
    tree: UnitTree,
    *,
    demo: bool,
    phones: dict[str, str] | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    long_poll: int = 25,
    gateway_key: Path | None = None,
    templates: Path | None = None,
) -> App:
    """Everything in its place, nothing started yet. `db` is started, migrated and holds the units."""
    base = api_url.rstrip("/")
    bot = Bot(
        token, base_url=f"{base}/bot", base_file_url=f"{base}/file/bot", request=AioRequest(),
        get_updates_request=AioRequest(connections=2),
    )  # fmt: skip
    on_telegram = base == TELEGRAM
    links = maker(base, gateway_key, lambda: bot.username) if gateway_key is not None and not on_telegram else None
    house = House(tree, demo, phones or {}, links_tel=not on_telegram, login_links=links is not None, templates=templates)
    router = Router(SUBJECTS)
    sender = Sender(db, bot, rates=Rates() if on_telegram else UNLIMITED, now=now, links=links, keyed=links is not None)
    worker = Worker(db, bot, router, house, now=now, wake_sender=sender.wake.set)
    intake = Intake(db, bot, wake=worker.wake.set, now=now, long_poll=long_poll)
    scheduler = Scheduler(db, house, now=now, wake_sender=sender.wake.set)

    async def told(chat_id: int) -> None:
        await db.run(lambda conn: tell_supervisor(conn, chat_id, now()))
        sender.wake.set()

    sender.told = told
    return App(db, bot, house, intake, worker, sender, scheduler)


def tell_supervisor(conn: Connection, chat_id: int, now: datetime) -> None:
    """Somebody no longer gets messages: the post above hears of it, by post and place, not by name."""
    person_id = outbox.unreachable_person(conn, chat_id)
    if person_id is None:
        return
    journal.note(conn, now, "unreachable", subject=f"person:{person_id}")
    for held in people.posts_of(conn, person_id):
        above = people.posts_above(conn, held)
        for post in above:
            for chat in people.chats_of_post(conn, post):
                if chat == chat_id:
                    continue
                words = Words(people.language_of(conn, chat) or "zh_CN")
                text = words("trouble.unreachable", post=words(f"role.{held.role.value}"), unit=held.unit.name)
                outbox.put(conn, chat, "sendMessage", {"text": text}, now, urgency=outbox.Urgency.NOTICE)


async def announce(app: App, *, webhook: bool = False) -> None:
    """Tell the server who we are and what the menu holds. Passing trouble is no reason not to start."""
    words = Words()
    commands = [
        {"command": command.name, "description": words(f"menu.{command.name}")}
        for subject in SUBJECTS
        for command in subject.commands
        if command.menu
    ]
    try:
        await app.bot.do_api_request("setMyCommands", api_kwargs={"commands": commands})
        if not webhook:
            await app.bot.do_api_request("deleteWebhook", api_kwargs={})
    except TelegramError as problem:
        log.warning("announce", trouble=type(problem).__name__)

