"""Is it well, and how much goes through it: for a supervisor of processes and for Prometheus. Numbers only."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway import access, admin, disk, forget
from gateway.context import Gateway, log_failure
from gateway.errors import ApiError
from gateway.store import meta, updates
from gateway.store.database import Tx

Json = dict[str, Any]
FORGOTTEN = "Forgotten because its time was over (overdue: should be, and is not yet)"
KEPT_SECONDS = 2.0  # whoever asks more often gets the same answer: every look writes to the disk


@dataclass(frozen=True)
class Load:
    """How much there is, as `/metrics` tells it."""

    bots: int
    people: int
    groups: int
    devices: int
    webhooks: int
    webhooks_failing: int
    updates_waiting: int
    oldest_update_at: int | None
    messages_ever: int
    files: int


async def healthz(request: Request) -> Response:
    """200 while the store takes writes and the disk has room; else 503, so that nothing is sent here. Who asks from
    this machine or with the admin key hears the numbers as well."""
    gateway: Gateway = request.app.state.gateway
    state = request.app.state
    lock = state.__dict__.setdefault("_health_lock", asyncio.Lock())
    async with lock:
        found, at = getattr(state, "last_health", (None, 0.0))
        if found is None or time.monotonic() - at > KEPT_SECONDS:
            found = await _look(gateway)
            state.last_health = (found, time.monotonic())
    shown = found if _may_see_numbers(request) else {"ok": found["ok"]}
    return JSONResponse(shown, 200 if found["ok"] else 503)


async def _look(gateway: Gateway) -> Json:
    now = gateway.now()
    free = await disk.free_bytes(gateway)
    try:
        await gateway.db.write(lambda tx: meta.put(tx, "looked_at", str(now)))
        oldest = await gateway.db.read(updates.oldest_at)
        waiting = await gateway.db.read(lambda tx: tx.value("SELECT count(*) FROM updates"))
        writable = True
    except Exception as broken:
        log_failure("health", broken)
        oldest, waiting, writable = None, None, False
    room = disk.has_room(gateway, free)
    return {
        "ok": writable and room,
        "store_writable": writable,
        "disk_has_room": room,
        "disk_free_bytes": free,
        "updates_waiting": waiting,
        "oldest_update_seconds": max(0, now - oldest) if oldest else 0,
    }


async def metrics(request: Request) -> Response:
    gateway: Gateway = request.app.state.gateway
    if not _may_see_numbers(request):
        raise HTTPException(404)
    load = await gateway.db.read(_load)
    forgot = await gateway.db.read(lambda tx: forget.numbers(tx, gateway))
    forgotten = {name: (number, FORGOTTEN) for name, number in forgot.items()}
    free = await disk.free_bytes(gateway)
    size = sum(path.stat().st_size for path in gateway.data.glob("gateway.db*"))
    waits = max(0, gateway.now() - load.oldest_update_at) if load.oldest_update_at else 0
    text = generate_latest(gateway.meter.registry) + _gauges(
        open_streams=(gateway.hub.open_pages(), "Pages that listen"),
        open_polls=(len(gateway.polls), "Bots that wait in getUpdates"),
        bots=(load.bots, "Bots"),
        people=(load.people, "People"),
        groups=(load.groups, "Groups"),
        devices=(load.devices, "Devices signed in"),
        webhooks=(load.webhooks, "Bots with a webhook"),
        webhooks_failing=(load.webhooks_failing, "Bots whose webhook refused an update that still waits"),
        updates_waiting=(load.updates_waiting, "Updates no bot has confirmed"),
        oldest_update_seconds=(waits, "How long the oldest update has waited"),
        messages_ever=(load.messages_ever, "Messages carried since the beginning"),
        files_kept=(load.files, "Files in the store"),
        **forgotten,
        store_bytes=(size, "Size of the database"),
        disk_free_bytes=(free, "Free room where the store is"),
    )
    return Response(text, headers={"Content-Type": CONTENT_TYPE_LATEST})


def _gauges(**values: tuple[float, str]) -> bytes:
    registry = CollectorRegistry()
    for name, (value, words) in values.items():
        Gauge(f"gateway_{name}", words, registry=registry).set(value)
    return generate_latest(registry)


def _load(tx: Tx) -> Load:
    def count(what: str) -> int:
        number: int = tx.value(f"SELECT count(*) FROM {what}")  # noqa: S608
        return number

    return Load(
        bots=count("bots"),
        people=count("users"),
        groups=count("groups"),
        devices=count("sessions"),
        webhooks=count("webhooks"),
        webhooks_failing=count("webhooks w WHERE error_at IS NOT NULL AND EXISTS"
                               " (SELECT 1 FROM updates u WHERE u.bot_id = w.bot_id)"),
        updates_waiting=count("updates"),
        oldest_update_at=updates.oldest_at(tx),
        messages_ever=tx.value("SELECT coalesce((SELECT sum(last_message_id) FROM chats), 0)"
                               " + coalesce((SELECT sum(last_message_id) FROM groups), 0)"),
        files=count("files"),
    )  # fmt: skip


def _may_see_numbers(request: Request) -> bool:
    if "authorization" not in request.headers:
        return access.on_loopback(request)
    try:
        admin.demand_key(request)
    except ApiError:
        return False
    return True
