"""Is the bot well, and do the reminders go out: /healthz and /metrics on this machine, and a beat for a watcher outside.

Numbers only: no ids, no names, no words. Off unless METRICS_PORT or HEARTBEAT_URL is set.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp
import structlog
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import Connection, case, func, select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.reminders import proof
from db import backup, beats
from db.models import chats, inbox, journal, outbox
from db.session import Database

log = structlog.get_logger("health")

LATE_AFTER = timedelta(minutes=15)  # the database hears of every tenth minute's beat
BOOKS = ("due", "sent", "moot", "unreachable", "held", "duplicates")


@dataclass(frozen=True)
class State:
    """What is measured, at one moment."""

    last_beat: datetime | None
    waiting: dict[str, int]  # inbox, outbox, journal, aside, held
    oldest: dict[str, float]  # seconds, of inbox, outbox and the journal's lines that are not in the chain yet
    unreachable: int
    kept: proof.Kept | None
    last_backup: datetime | None = None

    def well(self, now: datetime) -> bool:
        """The reminders beat, or have never been started here."""
        return self.last_beat is None or now - self.last_beat <= LATE_AFTER


def look(conn: Connection, now: datetime) -> State:
    waiting, oldest = {}, {}
    # what has an hour of its own is not old before it has come
    due = func.coalesce(outbox.c.not_before, outbox.c.created_at)
    since = case((outbox.c.trouble.is_(None), due), else_=outbox.c.created_at)
    for name, moment, waits in (
        ("inbox", inbox.c.received_at, inbox.c.state == "waiting"),
        ("outbox", since, outbox.c.state == "waiting"),
        ("journal", journal.c.at, journal.c.seq.is_(None)),
    ):
        count, first = conn.execute(select(func.count(), func.min(moment)).where(waits)).one()
        waiting[name] = count
        oldest[name] = max(0.0, (now - first).total_seconds()) if first is not None else 0.0
    for name, table, state in (("aside", inbox, "aside"), ("held", outbox, "held")):
        waiting[name] = conn.execute(select(func.count()).select_from(table).where(table.c.state == state)).scalar_one()
    gone = conn.execute(
        select(func.count()).select_from(chats).where(chats.c.unreachable_since.is_not(None))
    ).scalar_one()
    return State(beats.beat_at(conn), waiting, oldest, gone, proof.kept(conn), backup.last_good(conn, now))


def metrics(state: State, now: datetime) -> bytes:
    """In the text format of Prometheus."""
    registry = CollectorRegistry()

    def gauge(name: str, says: str, values: dict[str, float], label: str = "") -> None:
        made = Gauge(f"xiaomiao_{name}", says, [label] if label else [], registry=registry)
        for key, value in values.items():
            (made.labels(key) if label else made).set(value)

    gauge(
        "queue_length", "Rows that wait, by queue", {key: float(value) for key, value in state.waiting.items()}, "queue"
    )
    gauge("queue_age_seconds", "Age of the oldest waiting row", state.oldest, "queue")
    gauge("unreachable_chats", "Chats nobody can be reached in", {"": state.unreachable})
    if state.last_beat is not None:
        gauge("last_beat_timestamp_seconds", "When the reminders last beat", {"": state.last_beat.timestamp()})
    if state.last_backup is not None:
        gauge(
            "last_backup_timestamp_seconds", "When the newest good backup was made", {"": state.last_backup.timestamp()}
        )
        age = (now - state.last_backup).total_seconds()
        gauge("backup_age_seconds", "Age of the newest good backup", {"": max(0.0, age)})
    if state.kept is not None:
        books = {name: float(getattr(state.kept.books, name)) for name in BOOKS} | {"missed": float(state.kept.missed)}
        gauge("reminders", "The newest line of the books: due = sent + moot + unreachable + held", books, "state")
        gauge("reminders_proved_timestamp_seconds", "When that line was drawn", {"": state.kept.at.timestamp()})
    return generate_latest(registry)


def application(db: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Starlette:
    async def healthz(request: Request) -> Response:
        moment = now()
        try:
            state = await db.read(lambda conn: look(conn, moment))
        except Exception as problem:
            log.error("healthz", trouble=type(problem).__name__)
            return JSONResponse({"ok": False}, 503)
        last = state.last_beat.isoformat() if state.last_beat else None
        return JSONResponse({"ok": state.well(moment), "last_beat": last}, 200 if state.well(moment) else 503)

    async def numbers(request: Request) -> Response:
        moment = now()
        state = await db.read(lambda conn: look(conn, moment))
        return Response(metrics(state, moment), media_type=CONTENT_TYPE_LATEST)

    return Starlette(routes=[Route("/healthz", healthz), Route("/metrics", numbers)])


async def serve(db: Database, port: int) -> None:
    """On this machine only, until cancelled. A port in use is said in the log and disturbs nothing."""
    config = uvicorn.Config(
        application(db), host="127.0.0.1", port=port, log_config=None, access_log=False, server_header=False,
        timeout_graceful_shutdown=2, lifespan="off",
    )  # fmt: skip
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment] # ours are set already
    try:
        await server.serve()
    except SystemExit:
        log.error("metrics_port", port=port)


async def call_out(db: Database, url: str, every: timedelta) -> None:
    """Ask for that address while the reminders beat, so that a watcher outside misses us when they stop. No content.

    Whatever goes wrong there never disturbs anything here.
    """
    while True:
        with contextlib.suppress(Exception):
            state = await db.read(lambda conn: look(conn, datetime.now(UTC)))
            if state.last_beat is not None and state.well(datetime.now(UTC)):
                await beat_out(url)
        await asyncio.sleep(every.total_seconds())


async def beat_out(url: str) -> bool:
    """One call; whether it was answered well."""
    try:
        timeout = aiohttp.ClientTimeout(total=10)
        async with aiohttp.ClientSession(timeout=timeout) as http, http.get(url, allow_redirects=False) as answer:
            return answer.status < 400
    except (aiohttp.ClientError, TimeoutError, OSError) as problem:
        log.warning("heartbeat_url", trouble=type(problem).__name__)
        return False
