"""The run: a demo county, the real worker on a real database, a server that takes everything, and what broke.

Found is every exception of a handler (where, how often, and the first update that did it), and every answer a Bot API
server would refuse: no words, too many, a button too long.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, select, update
from telegram import Bot
from telegram.request import RequestData

from bot.fuzz.updates import GROUP, HEADS, Stream
from bot.handlers import SUBJECTS
from bot.in_process import InProcess
from bot.routes import Router
from bot.worker import House, Worker
from db import demo, inbox
from db import people as people_rows
from db.crypto import Keyring, new_keyring
from db.inbox import Received
from db.migrate import check_keys, migrate, put_meta
from db.models import children, outbox, people
from db.models import inbox as inbox_table
from db.rows import opened
from db.session import Database
from domain import units

CHILDREN = 100
TOGETHER = 20  # updates taken in at once
FRESH_AFTER = 20_000  # then a new copy of the county, so that no case stands on a mountain of the others
SAY_EVERY = 10.0  # seconds
LONGEST, LONGEST_CAPTION, LONGEST_BUTTON = 4096, 1024, 64
START = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
Say = Callable[[str], None]


@dataclass
class Found:
    """What was sent and what broke. `broke`: where → how often, with the first update that did it."""

    cases: int = 0
    answers: int = 0
    broke: dict[str, int] = field(default_factory=dict)
    first: dict[str, dict[str, Any]] = field(default_factory=dict)
    unreadable: int = 0  # spoiled so far that no server sends it, and put aside at once
    unworked: int = 0

    @property
    def clean(self) -> bool:
        return not self.broke and not self.unworked

    def add(self, where: str, update: dict[str, Any]) -> None:
        self.broke[where] = self.broke.get(where, 0) + 1
        self.first.setdefault(where, update)


class _Progress:
    """Now and then one line: how many, how fast, what broke, and where to begin to see it again."""

    def __init__(self, cases: int, seed: int, say: Say) -> None:
        self.cases, self.seed, self._say = cases, seed, say
        self.round, self._began, self._said = 0, time.monotonic(), time.monotonic()

    def look(self, found: Found) -> None:
        now = time.monotonic()
        if now - self._said < SAY_EVERY and found.cases < self.cases:
            return
        self._said = now
        rate = found.cases / max(now - self._began, 0.001)
        self._say(
            f"{found.cases:,} / {self.cases:,}，每秒 {rate:,.0f} 条，出错 {sum(found.broke.values())}"
            f" / broke（--seed {self.seed} --round {self.round}）"
        )


class _Server(InProcess):
    """Answers every call; a file is what a seed makes of it."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *timeouts: Any, **more: Any
    ) -> tuple[int, bytes]:
        if "/file/" in url:
            return 200, self.rng.choice(HEADS) + self.rng.randbytes(self.rng.choice((0, 10, 3000)))
        result: Any = True
        if url.endswith("getMe"):
            result = {"id": 1, "is_bot": True, "first_name": "小苗", "username": "xiaomiao_bot"}
        elif url.endswith("getFile"):
            result = {"file_id": "f", "file_unique_id": "u", "file_path": "x/y"}
        return 200, json.dumps({"ok": True, "result": result}).encode()


class _Witness(Worker):
    """The worker, which tells what broke instead of trying it twice more."""

    found: Found

    def _count_failure(self, conn: Connection, row: Received, problem: Exception, now: datetime) -> None:
        frames = [
            frame for frame in traceback.extract_tb(problem.__traceback__) if "site-packages" not in frame.filename
        ]
        at = frames[-1]
        self.found.add(f"{type(problem).__name__} {Path(at.filename).name}:{at.lineno} {problem!s:.80}", row.body)
        conn.execute(update(inbox_table).where(inbox_table.c.id == row.id).values(state="aside"))

    def _unreadable(self, conn: Connection, row: Received) -> None:
        self.found.unreadable += 1
        super()._unreadable(conn, row)


async def fuzz(
    cases: int,
    seed: int,
    say: Say = lambda words: None,
    *,
    first: int = 0,
    county: tuple[Path, Keyring] | None = None,
) -> Found:
    """So many random updates; what broke. Cancelled, it still returns what was found so far.

    They come in rounds of 20,000 on a fresh copy of the county. A round depends on the seed and its number alone:
    `first` begins with a later one, so that what broke in it is seen again without all that came before. `county` is a
    database to copy instead of a demo county of a hundred children made for it.
    """
    found, progress = Found(), _Progress(cases, seed, say)
    folder = Path(tempfile.mkdtemp(prefix="xiaomiao-fuzz-", dir=_in_memory()))
    try:
        tree = units.load(demo=True)
        template, keys = county or await _make(folder / "template.db", seed)
        for number in count(first):
            if found.cases >= cases:
                break
            progress.round = number
            rng, path = Random(f"{seed}:{number}"), folder / f"{number}.db"
            shutil.copyfile(template, path)
            async with Database(f"sqlite:///{path}", keys) as db:
                worker = await _worker(db, rng, House(tree, demo=True))
                worker.found = found
                await _round(db, worker, rng, min(FRESH_AFTER, cases - found.cases), progress)
            await asyncio.to_thread(path.unlink)
    except asyncio.CancelledError:
        say(f"停在第 {found.cases:,} 条 / stopped after {found.cases:,}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return found


def _in_memory() -> str | None:
    """Where files are memory, if the machine has such a place: nothing here is to outlive the power."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


async def _make(path: Path, seed: int) -> tuple[Path, Keyring]:
    keys = new_keyring()

    def work(conn: Connection) -> None:
        migrate(conn)
        check_keys(conn)
        put_meta(conn, "kind", "demo")
        people_rows.put_units(conn, list(units.load(demo=True)))
        demo.seed(conn, children=CHILDREN, seed=seed, at=START)

    async with Database(f"sqlite:///{path}", keys) as db:
        await db.run(work)
    return path, keys


async def _worker(db: Database, rng: Random, house: House) -> _Witness:
    server = _Server(rng)
    bot = Bot("1:fuzz", request=server, get_updates_request=server)
    await bot.initialize()
    return _Witness(db, bot, Router(SUBJECTS), house)


async def _round(db: Database, worker: _Witness, rng: Random, cases: int, progress: _Progress) -> None:
    stream = await db.read(lambda conn: _stream(conn, rng))
    found, now, message = worker.found, START, 1_000_000
    worker.now = lambda: now
    for start in range(0, cases, TOGETHER):
        updates = [stream.next() for _ in range(min(TOGETHER, cases - start))]
        now += timedelta(seconds=rng.choice((1, 30, 600, 7200)))
        await db.run(lambda conn, updates=updates, at=now: inbox.put(conn, 1, updates, at))  # type: ignore[misc]
        await worker.drain()
        message = await db.run(lambda conn, message=message: _say(conn, stream, found, message))  # type: ignore[misc]
        found.cases += len(updates)
        progress.look(found)
    found.unworked += await db.read(inbox.waiting)


def _stream(conn: Connection, rng: Random) -> Stream:
    chats = list(
        conn.execute(select(people.c.chat_id).where(people.c.chat_id.is_not(None)).order_by(people.c.chat_id)).scalars()
    )
    names = [
        opened(conn, children, row)["name"]
        for row in conn.execute(select(children).order_by(children.c.file_no).limit(60))
    ]
    words = [word for subject in SUBJECTS for command in subject.commands for word in (command.name, *command.words)]
    return Stream(
        rng,
        rng.sample(chats, min(40, len(chats))),
        words,
        [*names, *(unit.name for unit in list(units.load(demo=True))[:40])],
    )


def _say(conn: Connection, stream: Stream, found: Found, message: int) -> int:
    """What was queued counts as said, and its buttons can be pressed from now on."""
    for row in conn.execute(select(outbox).where(outbox.c.state == "waiting").order_by(outbox.c.seq)).all():
        params = opened(conn, outbox, row)["params"] or {}
        message += 1
        found.answers += 1
        for fault in faults(row.method, params):
            found.add(f"{row.method}: {fault}", {"said": params.get("text", "")[:200]})
        if row.chat_id != GROUP:
            stream.shown(row.chat_id, params.get("message_id", message), params)
    conn.execute(update(outbox).where(outbox.c.state == "waiting").values(state="sent", params=None, file=None))
    return message


def faults(method: str, params: dict[str, Any]) -> list[str]:
    """Why a Bot API server would refuse this call."""
    found = []
    if method in ("sendMessage", "editMessageText") and not params.get("text", "").strip():
        found.append("no words")
    if len(params.get("text") or "") > LONGEST or len(params.get("caption") or "") > LONGEST_CAPTION:
        found.append("too many words")
    for row in (params.get("reply_markup") or {}).get("inline_keyboard", ()):
        for button in row:
            if len(button.get("callback_data", "").encode()) > LONGEST_BUTTON:
                found.append("a button too long")
            if not button["text"].strip():
                found.append("a button without words")
    return found
