"""Updates a second and time to answer: our bot doing its durable work, beside stock echo bots that store nothing.

    ./run python benchmarks/updates.py [--updates 2000] [--seconds 5] [--only NAME] [--json]

Every bot is a process of its own against the same fake Bot API server (this process), over HTTP on loopback. Ours
takes each message through its inbox, one transaction (contact record, due days, journal, outbox) and its sender, with
SQLite at synchronous=FULL; the others answer and forget. Throughput: so many waiting updates at once, from the moment
they wait to the last answer. Time to answer: 50 updates a second, from waiting at the server to the answer's arrival.
A library that is not installed is left out (null).
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from aiohttp import web

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
TOKEN = "4711:AAbenchmark-token-of-a-bot-that-is-nowhere"
NEEDS = {"ours": "telegram", "ptb_echo": "telegram", "aiogram_echo": "aiogram", "telebot_echo": "telebot"}
A_SECOND, PATIENCE = 50, 180
ME = {"id": 4711, "is_bot": True, "first_name": "小苗", "username": "xiaomiao_bot"}


class Server:
    """The Bot API as far as an echo bot needs it; remembers when each update began to wait and was answered."""

    def __init__(self, chats: list[int]) -> None:
        self.chats, self.queue = chats, list[dict[str, Any]]()
        self.put_at: dict[str, float] = {}
        self.answered_at: dict[str, float] = {}
        self.news, self.goal, self.reached = asyncio.Event(), 0, asyncio.Event()

    def put(self, count: int) -> list[str]:
        """So many new messages, dealt out over the chats; their texts."""
        texts = []
        for number in range(len(self.put_at) + 1, len(self.put_at) + 1 + count):
            chat, text = self.chats[number % len(self.chats)], f"第{number}条，家里都好"
            sender = {"id": chat, "first_name": "某人"}
            message = {
                "message_id": number, "date": 1_795_000_000, "text": text, "chat": {**sender, "type": "private"},
                "from": {**sender, "is_bot": False},
            }  # fmt: skip
            self.queue.append({"update_id": number, "message": message})
            texts.append(text)
        self.put_at |= dict.fromkeys(texts, time.perf_counter())
        self.goal = len(self.put_at)
        self.reached.clear()
        self.news.set()
        return texts

    async def all_answered(self) -> None:
        await asyncio.wait_for(self.reached.wait(), PATIENCE)

    async def handle(self, request: web.BaseRequest) -> web.Response:
        method = request.path.rsplit("/", 1)[-1]
        body = await request.json() if request.content_type == "application/json" else dict(await request.post())
        params = {**request.query, **body}
        result: Any = True
        if method == "getMe":
            result = ME
        elif method == "getUpdates":
            result = await self._updates(int(params.get("offset") or 0), float(params.get("timeout") or 0))
        elif method == "sendMessage":
            text, chat = params["text"], {"id": int(params["chat_id"]), "type": "private"}
            if text in self.put_at:  # a morning's digest is no answer to a message
                self.answered_at.setdefault(text, time.perf_counter())
            if len(self.answered_at) >= self.goal:
                self.reached.set()
            result = {"message_id": len(self.answered_at) + 10**6, "date": 1_795_000_000, "chat": chat, "text": text}
        return web.json_response({"ok": True, "result": result})

    async def _updates(self, offset: int, timeout: float) -> list[dict[str, Any]]:
        while self.queue and self.queue[0]["update_id"] < offset:
            self.queue.pop(0)
        if not self.queue and timeout:
            self.news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.news.wait(), timeout)
        return self.queue[:100]


@asynccontextmanager
async def serving(server: Server) -> AsyncIterator[str]:
    runner = web.ServerRunner(web.Server(server.handle), shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def measure(name: str, chats: list[int], folder: Path, updates: int, seconds: float) -> dict[str, float]:
    """One bot: throughput, then time to answer."""
    server = Server(chats)
    async with serving(server) as url:
        command = [sys.executable, str(Path(__file__)), "--bot", name, "--url", url, "--folder", str(folder)]
        bot = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL)
        try:
            server.put(len(chats))  # every bot has met every chat once
            await server.all_answered()
            texts = server.put(updates)
            await server.all_answered()
            took = max(server.answered_at[text] for text in texts) - server.put_at[texts[0]]
            texts, began = [], time.perf_counter()
            for number in range(int(seconds * A_SECOND)):
                await asyncio.sleep(max(0.0, began + number / A_SECOND - time.perf_counter()))
                texts += server.put(1)
            await server.all_answered()
        finally:
            bot.send_signal(signal.SIGKILL)
            await bot.wait()
    times = sorted((server.answered_at[text] - server.put_at[text]) * 1000 for text in texts)
    p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
    return {"updates_per_s": round(updates / took, 1), "p50_ms": round(statistics.median(times), 2), "p95_ms": round(p95, 2)}


# --- the bots, each in a process of its own ---


def keeping() -> Any:
    """The one plain handler: a free message is a contact with a child, kept, journaled and answered."""
    from bot.subject import Subject
    from bot.work import Work
    from db import child_due, children, contacts
    from db.types import new_id
    from domain.access import Action
    from domain.contacts import Contact, Kind
    from domain.people import Role

    known: dict[int, list[str]] = {}

    def keep(work: Work) -> bool:
        me = work.demand(Action.LOG_CONTACT)
        if work.chat_id not in known:
            entries = children.in_units(work.conn, work.visible(Action.LOG_CONTACT))
            known[work.chat_id] = [entry.child.id for entry in entries]
        child = known[work.chat_id][hash(work.said) % len(known[work.chat_id])]
        contact = Contact(new_id(), child, work.today, Kind.PHONE, True, True, Role.CHILD_DIRECTOR, me.person_id)
        contacts.put(work.conn, contact, {"note": work.said}, work.now, batch=new_id(), demo=True)
        child_due.refresh_due(work.conn, [child], work.policy)
        work.note("contact.kept", f"child:{child}", kind="phone")
        work.reply(work.said)
        return True

    return Subject("benchmark", free=keep)


async def ours(url: str, folder: Path) -> None:
    """The whole of our bot, with one plain handler."""
    from bot import app as application
    from bot.reminders import tick
    from db.crypto import load_keyring
    from db.session import Database
    from domain import units

    application.SUBJECTS = (keeping(),)
    tick.beat = lambda *_: 0  # type: ignore[assignment]  # on a working morning it has digests to send; the others have none
    async with Database(f"sqlite:///{folder / 'xiaomiao.db'}", load_keyring(folder / "keys.json", make=False)) as db:
        app = await application.build(db, TOKEN, url, units.load(demo=True), demo=True)
        await app.bot.initialize()
        await app.run()


def ptb_echo(url: str) -> None:
    from telegram import Update
    from telegram.ext import Application, ContextTypes, MessageHandler, filters

    async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message and update.message.text:
            await update.message.reply_text(update.message.text)

    app = Application.builder().token(TOKEN).base_url(f"{url}/bot").build()
    app.add_handler(MessageHandler(filters.TEXT, echo))
    app.run_polling()


def aiogram_echo(url: str) -> None:
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import Message

    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(message.text or "")

    dispatcher.run_polling(Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url))))


def telebot_echo(url: str) -> None:
    import telebot

    telebot.apihelper.API_URL = url + "/bot{0}/{1}"
    bot = telebot.TeleBot(TOKEN)

    @bot.message_handler(func=lambda message: True)
    def echo(message: Any) -> None:
        bot.send_message(message.chat.id, message.text)

    bot.infinity_polling()


def seeded(conn: Any) -> list[int]:
    """Make a demo county of 300 children in an empty database; the chats of the directors who have children."""
    from datetime import UTC, datetime

    from sqlalchemy import select

    from db import demo
    from db.migrate import check_keys, migrate
    from db.models import children, people, posts

    migrate(conn)
    check_keys(conn)
    demo.seed(conn, children=300, seed=1, at=datetime.now(UTC))
    held = select(people.c.chat_id).join(posts, posts.c.holder == people.c.id)
    held = held.where(posts.c.role == "child_director", posts.c.unit.in_(select(children.c.unit)))
    return list(conn.execute(held.where(people.c.chat_id.is_not(None)).order_by(people.c.chat_id)).scalars())


async def county(folder: Path) -> list[int]:
    """The same in a SQLite file for ours."""
    from db.crypto import load_keyring
    from db.session import Database

    async with Database(f"sqlite:///{folder / 'xiaomiao.db'}", load_keyring(folder / "keys.json", make=True)) as db:
        return await db.run(seeded)


async def compare(updates: int, seconds: float, names: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = dict.fromkeys(NEEDS)
    with tempfile.TemporaryDirectory(prefix="xiaomiao-updates-") as folder:
        chats = await county(Path(folder))
        for name in names:
            if importlib.util.find_spec(NEEDS[name]) is None:
                print(f"{name}: 没有装 {NEEDS[name]}，不比。 / {NEEDS[name]} is not installed; left out.", file=sys.stderr)
                continue
            figures = found[name] = await measure(name, chats, Path(folder), updates, seconds)
            print(f"{name:<14}{figures['updates_per_s']:>9.1f} updates/s   p50 {figures['p50_ms']:.2f} ms   p95 {figures['p95_ms']:.2f} ms")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--updates", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--only", choices=list(NEEDS), action="append")
    parser.add_argument("--json", action="store_true")
    for hidden in ("--bot", "--url", "--folder"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.bot == "ours":
        from bot import app

        app.run(ours(given.url, Path(given.folder)))
    elif given.bot:
        {"ptb_echo": ptb_echo, "aiogram_echo": aiogram_echo, "telebot_echo": telebot_echo}[given.bot](given.url)
    else:
        os.umask(0o077)
        found = asyncio.run(compare(given.updates, given.seconds, given.only or list(NEEDS)))
        if given.json:
            print(json.dumps(found))


if __name__ == "__main__":
    main()
