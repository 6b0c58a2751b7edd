"""`./run up`: the gateway with its chat page and the bot, in one process, on an embedded database."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import click
from sqlalchemy import Connection, select

from bot import app as application
from bot import national_sync
from bot.commands import _service
from bot.commands._open import tree_of
from bot.commands._service import say
from bot.errors import Refusal
from bot.settings import Settings, load
from db import demo
from db.migrate import get_meta, put_meta
from db.models import people
from db.rows import opened
from db.session import Database
from gateway import env_file
from gateway.errors import CannotServe
from gateway.server import serve
from gateway.store import bots
from gateway.store.database import opened as gateway_store

BOT = "xiaomiao_bot"
DEMO_CHILDREN = 1300


@click.command("up")
@click.option("--children", default=DEMO_CHILDREN, show_default=True, type=click.IntRange(demo.FEWEST, demo.MOST), help="新建演示县时造多少个孩子")
@click.option("--port", type=click.IntRange(0, 65535), help="网页的端口，代替 GATEWAY_PORT")
def command(children: int, port: int | None) -> None:
    """启动网页和机器人。第一次会建好数据库；没写 COUNTY 就是演示县。 / Start the page and the bot; a demo county by default."""
    settings = load()
    try:
        env_file.read()
    except CannotServe as problem:
        raise Refusal(str(problem)) from None
    _service.run_until_stopped(lambda: up(settings, children, settings.gateway_port if port is None else port))


async def up(settings: Settings, children: int, port: int) -> None:
    """Everything, until cancelled."""
    db, kind = await _service.database(settings)
    lock = None
    try:
        lock = _service.only_one(settings)
        folder = settings.data_dir / "gateway"
        token = await asyncio.to_thread(_token, folder)
        ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        async with asyncio.TaskGroup() as group:
            group.create_task(_gateway(settings, port, folder, kind, ready.set_result))
            url = await ready  # a port in use is said before the long part begins
            if kind == "demo":
                await _seed(db, children)
            app = await _service.bot_of(settings, db, token, url)
            if kind == "demo":
                await _people_of_the_demo(db, url, folder, app.bot.username)
            await application.announce(app)
            await db.run(lambda conn: put_meta(conn, "gateway_url", url))  # where ./run invite finds us
            _tell(settings, url, kind)
            group.create_task(app.run())
    finally:
        if lock is not None:
            lock.close()
        await db.close()


async def _gateway(settings: Settings, port: int, folder: Path, kind: str, ready: Callable[[str], None]) -> None:
    try:
        await serve(
            settings.gateway_host, port, folder, kind == "demo", str(settings.base_url) if settings.base_url else None,
            ready, handle_signals=False,
        )  # fmt: skip
    except CannotServe as problem:
        raise Refusal(str(problem)) from None


async def _seed(db: Database, children: int) -> None:
    if await db.read(lambda conn: get_meta(conn, "seeded_at")) is not None:
        return
    say(f"第一次启动：正在造一个演示县（{children} 个孩子，一年的记录），大约一分钟…… / Making the demo county …")
    now = datetime.now(UTC)

    def work(conn: Connection) -> Any:
        done = demo.seed(conn, children=children, seed=1, at=now, progress=_progress)
        national_sync.seed_demo(conn, tree_of(conn), now, 1)
        put_meta(conn, "seeded_at", now.isoformat())
        return done

    await db.run(work)
    say("演示县造好了，里面的人和事都是编的。 / The demo county is ready; all people and events in it are invented.")


def _progress(words: str) -> None:
    say(f"  {words}")


def _token(folder: Path) -> str:
    """The token of our bot at our gateway; made at the first start and kept beside the gateway's own keys (0600)."""
    path = folder / "xiaomiao.token"
    if path.exists():
        return path.read_text().strip()
    try:
        with gateway_store(folder) as tx:
            known = bots.named(tx, BOT)
            token = bots.new_token(tx, known) if known else bots.add(tx, "小苗", BOT)
    except CannotServe as problem:
        raise Refusal(str(problem)) from None
    draft = path.with_suffix(f".{secrets.token_hex(4)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(token)
    draft.replace(path)
    return token


async def _people_of_the_demo(db: Database, url: str, folder: Path, username: str) -> None:
    """Make the demo's people known to the gateway, so that each has a chat, and offer the personas."""
    key = (folder / "admin.key").read_text().strip()
    personas, chats, known = await db.read(lambda conn: (demo.personas(conn), _chats(conn), get_meta(conn, "demo_users")))
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {key}"}) as http:
        if known != str(len(chats)):
            say("正在给演示的人开聊天…… / Opening the chats of the demo …")
            for chat_id, name in chats:
                body = {"id": chat_id, "first_name": name, "language_code": "zh", "bot": username}
                async with http.post(f"{url}/admin/users", json=body) as answer:
                    answer.raise_for_status()
            await db.run(lambda conn: put_meta(conn, "demo_users", str(len(chats))))
        async with http.put(f"{url}/admin/personas", json={"bot": username, "personas": personas}) as answer:
            answer.raise_for_status()


def _chats(conn: Connection) -> list[tuple[int, str]]:
    rows = conn.execute(select(people).where(people.c.chat_id.is_not(None), people.c.demo.is_(True)))
    return [(values["chat_id"], values["name"]) for values in (opened(conn, people, row) for row in rows)]


def _tell(settings: Settings, url: str, kind: str) -> None:
    public = str(settings.base_url or url).rstrip("/")
    if kind == "demo":
        sys.stdout.write(f"{url}/demo\n")
        say("小苗在工作。打开上面的链接，选一个角色试试。按 Ctrl-C 停下。")
        say("Xiaomiao is running. Open the link above and pick a persona. Ctrl-C stops it.")
    else:
        sys.stdout.write(f"{public}\n")
        say("小苗在工作。用 ./run invite 给每个岗位发链接。按 Ctrl-C 停下。")
        say("Xiaomiao is running. Send each post its link with ./run invite. Ctrl-C stops it.")
    sys.stdout.flush()
