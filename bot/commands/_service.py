"""What `up`, `bot` and the parts that run apart have in common."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import secrets
import signal
import sys
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import uvicorn
from sqlalchemy import Connection
from starlette.applications import Starlette
from starlette.routing import Route
from telegram.error import InvalidToken, TelegramError

from bot import app as application
from bot import duty_calls, health, lexicon, logs
from bot.app import App
from bot.commands import _backups, rotate_key
from bot.commands._open import is_new, kind_of, mark, open_database, tree_of
from bot.errors import Refusal
from bot.intake import ALLOWED
from bot.settings import Settings
from bot.wall import server as wall
from db.migrate import put_meta
from db.session import Database
from domain.reports import situations

REGION = "situations.json"  # in DATA_DIR
PHONES = ("police_station", "civil_affairs", "child_protection_centre", "procuratorate", "education_bureau")


def say(sentence: str) -> None:
    """A line for the person at the terminal."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


async def database(settings: Settings) -> tuple[Database, str]:
    """The database, made if there is none yet, and what it is for ('demo' or 'county')."""
    fresh = is_new(settings)
    if fresh:
        say(f"正在建立数据文件夹 {settings.data_dir} …… / Making the data folder …")
    db = await open_database(settings, make=True)
    logs.set_up(settings.data_dir / "logs", settings.log_level)
    try:
        kind = await db.run(lambda conn: mark(conn, settings))
    except BaseException:
        await db.close()
        raise
    return db, kind


def only_one(settings: Settings) -> IO[str]:
    """Hold the data directory for this process; the lock goes with it, however it ends. Raises Refusal."""
    file = (settings.data_dir / "running.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise Refusal(
            f"{settings.data_dir} 已经有一个小苗在运行。先停掉它，或换一个 DATA_DIR。 / "
            "Xiaomiao is already running on this data folder; stop it first, or choose another DATA_DIR."
        ) from None
    return file


def _read_region(file: Path) -> None:
    """The region's own reportable situations, where it has any (docs: the fields of domain.reports.situations)."""
    if file.exists():
        try:
            situations.add_region(file.read_text(encoding="utf-8"))
        except (situations.BadRegion, UnicodeDecodeError) as problem:
            raise Refusal(f"{file} 用不了 / cannot be used: {problem}") from None


async def bot_of(settings: Settings, db: Database, token: str, api_url: str) -> App:
    """The bot on this database against that server, introduced to it."""
    _read_region(settings.data_dir / REGION)
    lexicon.use(settings.data_dir)
    kind, tree = await db.read(lambda conn: (kind_of(conn), tree_of(conn)))
    phones = {name: getattr(settings, f"{name}_phone") for name in PHONES if getattr(settings, f"{name}_phone")}
    app = await application.build(
        db, token, api_url, tree, demo=kind == "demo", phones=phones,
        gateway_key=settings.data_dir / "gateway" / "admin.key", templates=settings.data_dir / "templates",
    )  # fmt: skip
    app.scheduler.heartbeat = settings.data_dir / "heartbeat"
    app.beside = _beside(settings, db, kind)
    if settings.wall_port:
        address = str(settings.wall_url) if settings.wall_url else None
        app.beside = (
            *app.beside,
            lambda: wall.serve(
                db, tree, demo=kind == "demo", host=settings.wall_host, port=settings.wall_port, address=address
            ),
        )
    gateway, key_file = api_url.rstrip("/"), settings.data_dir / "gateway" / "admin.key"
    if gateway != application.TELEGRAM and key_file.exists():
        key = key_file.read_text().strip()
        app.beside = (*app.beside, lambda: duty_calls.watch(db, gateway, key, app.sender.wake.set))
    await _introduce(app)
    await db.run(lambda conn: _remember_bot(conn, app))
    return app


def _beside(settings: Settings, db: Database, kind: str) -> tuple[Callable[[], Coroutine[Any, Any, None]], ...]:
    """The daily backup, and the numbers for a watcher where the settings ask for them."""
    jobs: list[Callable[[], Coroutine[Any, Any, None]]] = []
    if settings.xiaomiao_keys is None:
        jobs.append(lambda: rotate_key.watch_file(settings, db))
    folder = _backups.folder_of(settings, kind)
    if folder is not None:
        jobs.append(lambda: _backups.watch(settings, db, folder))
    if settings.metrics_port:
        jobs.append(lambda: health.serve(db, settings.metrics_port))
    if settings.heartbeat_url:
        every = timedelta(minutes=settings.heartbeat_minutes)
        jobs.append(lambda: health.call_out(db, str(settings.heartbeat_url), every))
    return tuple(jobs)


async def _introduce(app: App) -> None:
    """Ask the server who we are. A wrong token is final; a server that does not answer is waited for."""
    pause = 1.0
    while True:
        try:
            await app.bot.initialize()
            return
        except InvalidToken:
            await app.close()
            raise Refusal(
                "BOT_TOKEN 不对，服务器不认。请核对 .env。 / The server does not know this BOT_TOKEN; check .env."
            ) from None
        except TelegramError as problem:
            say(
                f"连不上 Bot API 服务器（{type(problem).__name__}），{pause:.0f} 秒后再试。 / "
                f"The Bot API server does not answer; trying again in {pause:.0f} s."
            )
            await asyncio.sleep(pause)
            pause = min(pause * 2, 30.0)


def _remember_bot(conn: Connection, app: App) -> None:
    put_meta(conn, "bot_username", app.bot.username)


def demand_token(settings: Settings) -> str:
    if not settings.bot_token:
        raise Refusal(
            "没有 BOT_TOKEN。请写进 .env：BotFather 给的，或 ./run gateway add-bot 给的。 / "
            "BOT_TOKEN is missing: put the one from BotFather or ./run gateway add-bot into .env."
        )
    return settings.bot_token.get_secret_value()


async def demand_fit_channel(settings: Settings, db: Database) -> None:
    """County data does not go to Telegram's servers abroad unless the settings say so in full words (个保法 art. 36)."""
    kind = await db.read(kind_of)
    if kind == "county" and settings.talks_to_telegram and not settings.county_data_may_go_to_telegram:
        raise Refusal(
            "本县的正式数据不能交给 Telegram 的境外服务器。请用自带的网关（BOT_API_URL），"
            "或在 .env 里一字不差写上 ALLOW_TELEGRAM_FOR_COUNTY_DATA=我知道数据会离开本县。 / "
            "County data may not go to Telegram's servers; use our gateway (BOT_API_URL)."
        )


async def serve_bot(settings: Settings, app: App, **parts: bool) -> None:
    """Run the bot: by polling, or by webhook where WEBHOOK_URL is set."""
    if not settings.webhook_url or not parts.get("intake", True):
        await application.announce(app)
        await app.run(**parts)
        return
    secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else secrets.token_urlsafe(32)
    url = str(settings.webhook_url)
    path = urlsplit(url).path or "/"
    endpoint = Route(path, app.intake.webhook(secret), methods=["POST"])
    config = uvicorn.Config(
        Starlette(routes=[endpoint]), host=settings.webhook_host, port=settings.webhook_port, log_config=None,
        access_log=False, server_header=False, timeout_graceful_shutdown=3,
    )  # fmt: skip
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment] # ours are set already
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.02)
        await application.announce(app, webhook=True)
        await app.bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED)
        group.create_task(app.run(**{**parts, "intake": False}))


def run_until_stopped(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run until SIGINT or SIGTERM, then close in order."""

    async def go() -> None:
        task = asyncio.ensure_future(main())
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    try:
        application.run(go())  # uvloop
    except BaseExceptionGroup as group:  # the first refusal inside is what the person needs to read
        raise _first(group) from None


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


async def run_part(settings: Settings, **parts: bool) -> None:
    """One or more parts of the bot against the configured server."""
    token = demand_token(settings)
    db, _ = await database(settings)
    try:
        lock = only_one(settings) if all(parts.values()) else contextlib.nullcontext()
        await demand_fit_channel(settings, db)
        app = await bot_of(settings, db, token, str(settings.bot_api_url))
        name = "、".join(part for part, on in parts.items() if on)
        say(f"@{app.bot.username} 在工作（{name}）。按 Ctrl-C 停下。 / Working ({name}). Ctrl-C stops it.")
        with lock:
            await serve_bot(settings, app, **parts)
    finally:
        await db.close()


def part_command(name: str, says: str, **parts: bool) -> Callable[[], None]:
    from bot.settings import load

    def command() -> None:
        settings = load()
        run_until_stopped(lambda: run_part(settings, **parts))

    command.__doc__ = says
    command.__name__ = name
    return command

