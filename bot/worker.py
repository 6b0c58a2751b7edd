"""Inbox → work: each row in a transaction of its own making, exactly once, in order within its chat.

Several rows of different chats share one commit, each inside its own SAVEPOINT: a message that breaks a handler rolls
back all it did and nothing else. It is tried three times, then put aside, and the person is told kindly.
"""

from __future__ import annotations

import asyncio
import secrets
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Connection
from telegram import Bot, Update
from telegram.error import BadRequest, TelegramError

from bot.readable import readable
from bot.reminders.watch import LOOK_EVERY, watch
from bot.routes import Router, TooBig, file_of
from bot.words import Words
from bot.work import File, Refused, Work
from db import inbox, outbox, people
from db import policy as policy_rows
from db.inbox import Received
from db.models import attachments
from db.prepared import Savepoint, is_gone
from db.rows import add
from db.session import Database, is_contended, is_full
from db.types import new_id
from domain.access import Denied
from domain.units import UnitTree

log = structlog.get_logger("work")

BIGGEST = 20 * 1024 * 1024
SHARE = 8  # on PostgreSQL, where other workers wait for the chats this one has locked
REST, SHORT_REST = 0.5, 0.02  # seconds without being woken; short where what is left was locked by another worker
BATCH = 50  # messages that share one commit: a commit costs as much as working five


class Broke(Exception):
    """A handler broke. Carries the inbox row, so that the failure can be counted after the rollback."""


@dataclass
class House:
    """What every message's work shares: read once at the start, the same for all."""

    tree: UnitTree
    demo: bool
    phones: dict[str, str] = field(default_factory=dict)
    links_tel: bool = True
    login_links: bool = False
    templates: Path | None = None  # where the county keeps its own Word templates and its style of workbooks


class Worker:
    """Takes inbox rows and works them. `wake_sender` is called after each commit that may have queued answers."""

    def __init__(
        self,
        db: Database,
        bot: Bot,
        router: Router,
        house: House,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        wake_sender: Callable[[], None] = lambda: None,
        batch: int = BATCH,
    ) -> None:
        self.db, self.bot, self.router, self.house, self.now = db, bot, router, house, now
        self.wake_sender, self.batch = wake_sender, batch
        self.wake = asyncio.Event()
        self._fetching: dict[int, asyncio.Task[None]] = {}
        self._full_said = False
        self._watched: datetime | None = None

    async def run(self) -> None:
        """Until cancelled."""
        rest = REST
        try:
            while True:
                self.wake.clear()
                worked = False
                try:
                    worked = await self.once()
                    self._full_said = False
                except Exception as problem:
                    self._say_trouble(problem)
                    await asyncio.sleep(1)
                rest = SHORT_REST if worked and not self.db.is_sqlite else min(rest * 2, REST)
                if not worked:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(rest):  # wait_for of Python 3.11 may swallow the word to stop
                            await self.wake.wait()
        finally:
            for task in self._fetching.values():
                task.cancel()
            await asyncio.gather(*self._fetching.values(), return_exceptions=True)

    async def once(self) -> bool:
        """Work what is waiting, one commit; whether there was anything."""
        to_fetch: list[Received] = []
        worked = await self.db.run(lambda conn: self._batch(conn, to_fetch), together=True)
        for row in to_fetch:
            self._fetching[row.chat_id] = asyncio.create_task(self._fetch(row))
        if worked:
            self.wake_sender()
        return bool(worked or to_fetch)

    async def drain(self) -> None:
        """Work until nothing is waiting (tests)."""
        while True:
            fetching = bool(self._fetching)  # looked at before: a task may end while `once` works
            if not await self.once() and not fetching and not self._fetching:
                return
            if self._fetching:
                await asyncio.wait(list(self._fetching.values()), return_when=asyncio.FIRST_COMPLETED)

    def _batch(self, conn: Connection, to_fetch: list[Received]) -> int:
        worked, without = 0, set(self._fetching)
        while worked < self.batch:
            most = self.batch if self.db.is_sqlite else min(self.batch, SHARE)
            taken = inbox.take(conn, self.now(), without, most - worked)
            for row in taken:
                if file_of(row.body) is not None:  # its bytes must be fetched first, outside any transaction
                    to_fetch.append(row)
                    without.add(row.chat_id)
                else:
                    self._attempt(conn, row, ())
                    worked += 1
            if not taken or not self.db.is_sqlite:  # the other workers want their share of the chats
                break
        if worked:
            self._watch(conn)
        return worked

    def _watch(self, conn: Connection) -> None:
        """Whether the reminders still go out: looked at by those who do not send them."""
        now = self.now()
        if self._watched is not None and timedelta(0) <= now - self._watched < LOOK_EVERY:
            return
        self._watched = now
        try:
            with Savepoint(conn):
                watch(conn, now)
        except Exception as problem:
            log.error("watch", trouble=type(problem).__name__)

    def _attempt(self, conn: Connection, row: Received, files: tuple[File, ...]) -> None:
        now = self.now()
        if not readable(row.body):
            self._unreadable(conn, row)
            return
        try:
            plain = self.router.plainly(row.body) is not None  # then a telegram.Update is not worth its price
            update = None if plain else parse(row.body, self.bot)
            try:
                with Savepoint(conn):
                    work = self._open(conn, row, update, files, now)
                    self.router.route(work, update, row.body)
                    self._done(conn, work, row, now)
            except (Denied, Refused) as refusal:  # what the handler had done is undone, the words remain
                with Savepoint(conn):
                    work = self._open(conn, row, update, files, now)
                    self._refuse(work, refusal)
                    self._done(conn, work, row, now)
        except Exception as problem:
            if is_full(problem) or is_contended(problem) or is_gone(conn):  # not the message's fault
                raise
            self._count_failure(conn, row, problem, now)

    def _unreadable(self, conn: Connection, row: Received) -> None:
        """Nothing in it can be answered, and trying again makes it no better."""
        reference = secrets.token_hex(4)
        log.error("unreadable", reference=reference, row=row.id)
        inbox.set_aside(conn, row.id, reference)

    def _done(self, conn: Connection, work: Work, row: Received, now: datetime) -> None:
        work.toast()  # a pressed button never stays waiting
        inbox.done(conn, row.id, now)

    def _refuse(self, work: Work, refusal: Denied | Refused) -> None:
        if isinstance(refusal, Refused):
            text = work.say(refusal.key, **refusal.params)
            work.toast(text)
            work.reply(text)
            return
        work.toast(work.say("access.denied_short"))
        if work.me is None:
            self.router.stranger(work)
        else:
            work.reply(work.say("access.denied"))
        work.note("denied")

    def _open(
        self, conn: Connection, row: Received, update: Update | None, files: tuple[File, ...], now: datetime
    ) -> Work:
        outbox.reachable(conn, row.chat_id)
        me, language = people.who_is(conn, row.chat_id)
        work = Work(
            conn, now, row.chat_id, me, Words(language or "zh_CN"), self.house.tree,
            policy_rows.current(conn, now), self.house.demo, files=files, phones=self.house.phones,
            links_tel=self.house.links_tel, login_links=self.house.login_links, templates=self.house.templates,
        )  # fmt: skip
        work.query, work.pressed, work.said, work.message_id = read(row.body, update)
        if work.query is not None:
            work.newest = inbox.newest_message(conn, row.chat_id)
        return work

    def _count_failure(self, conn: Connection, row: Received, problem: Exception, now: datetime) -> None:
        reference = secrets.token_hex(4)
        # places only: the words of an exception may hold what a person typed
        frames = traceback.extract_tb(problem.__traceback__)
        where = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames[-6:]]
        log.error("broke", reference=reference, trouble=type(problem).__name__, where=where, row=row.id)
        if inbox.failed(conn, row, reference, now):
            words = Words(people.language_of(conn, row.chat_id) or "zh_CN")
            outbox.put(
                conn, row.chat_id, "sendMessage", {"text": words("trouble.kept", reference=reference)}, now
            )  # fmt: skip

    async def _fetch(self, row: Received) -> None:
        """Get the file of a message, let the subjects prepare what they make of it, then work the row."""
        try:
            found = file_of(row.body)
            assert found is not None
            content: bytes | None = None
            try:
                if (found.size or 0) > BIGGEST:
                    raise TooBig
                file = await self.bot.get_file(found.file_id)
                if (file.file_size or 0) > BIGGEST:  # the message itself may not have said
                    raise TooBig
                content = bytes(await file.download_as_bytearray())
            except TooBig:
                pass
            except BadRequest:
                pass  # gone at the server: the handler says that it could not be read
            except TelegramError:
                when = self.now() + timedelta(seconds=3)
                await self.db.run(lambda conn: inbox.later(conn, row.id, when))
                return
            prepared = await self._prepare(content, found.name) if content and found.kind == "document" else None

            def work(conn: Connection) -> None:
                if not inbox.lock_chat(conn, row.chat_id) or not inbox.still_waiting(conn, row.id):
                    return
                file = File(new_id(), found.kind, found.name, found.mime, content, prepared)
                if content is not None:
                    add(
                        conn, attachments, id=file.id, chat_id=row.chat_id, received_at=row.received_at,
                        kind=file.kind, mime=file.mime[:80], size=len(content), name=file.name,
                        file_id=found.file_id, content=content,
                    )  # fmt: skip
                self._attempt(conn, row, (file,))

            await self.db.run(work)
            self.wake_sender()
        except asyncio.CancelledError:
            raise
        except Exception as problem:
            self._say_trouble(problem)
            await asyncio.sleep(1)
        finally:
            self._fetching.pop(row.chat_id, None)
            self.wake.set()

    async def _prepare(self, content: bytes, name: str) -> Any:
        prepare = next((subject.prepare for subject in self.router.subjects if subject.prepare), None)
        return await asyncio.to_thread(prepare, content, name) if prepare else None

    def _say_trouble(self, problem: Exception) -> None:
        if is_full(problem):
            if not self._full_said:
                log.error("disk_full", advice="磁盘满了：腾出空间后会自动继续，收到的消息都还在。")
            self._full_said = True
        else:
            log.error("worker", trouble=type(problem).__name__)


def read(body: dict[str, Any], update: Update | None) -> tuple[str | None, int | None, str, int | None]:
    """(id of the press, message pressed, words, message they came in): off the update as it came where it is plain."""
    if update is None:
        if query := body.get("callback_query"):
            pressed = query.get("message")
            return query["id"], pressed["message_id"] if pressed else None, "", None
        return None, None, body["message"]["text"].strip(), body["message"]["message_id"]
    if query := update.callback_query:
        return query.id, query.message.message_id if query.message else None, "", None
    if message := update.effective_message:
        return None, None, (message.text or message.caption or "").strip(), message.message_id
    return None, None, "", None


PLAIN = ("message_id", "date", "chat", "from", "text", "caption", "entities")


def parse(body: dict[str, Any], bot: Bot) -> Update:
    """The update. One that holds something newer than the library knows is read for its plain parts only."""
    try:
        return Update.de_json(body, bot)
    except (TypeError, KeyError, ValueError, AttributeError):
        plain = {
            kind: {key: value for key, value in content.items() if key in PLAIN} if "message_id" in content else content
            for kind, content in body.items()
            if kind in ("message", "edited_message", "callback_query")
        }
        return Update.de_json({"update_id": body["update_id"], **plain}, bot)

