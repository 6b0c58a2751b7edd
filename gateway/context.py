"""The running gateway: the few things every part needs, made in one place."""

import asyncio
import contextlib
import logging
import secrets
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.hub import Hub, Listener
from gateway.limits import Limits
from gateway.meter import Meter
from gateway.settings import Settings
from gateway.store import bots
from gateway.store.database import Database, Effects
from gateway.store.files import Blobs
from gateway.store.vault import write_secret

if TYPE_CHECKING:
    from gateway.hook import Hook
    from gateway.push import Pushes
    from gateway.webhooks import Webhooks

log = logging.getLogger("gateway")
LOOK_SECONDS = 1.0


@dataclass
class Gateway:
    data: Path
    settings: Settings
    demo: bool
    base_url: str | None
    clock: Callable[[], float]
    hub: Hub
    db: Database
    blobs: Blobs
    admin_key: str
    limits: Limits = field(default_factory=Limits)
    meter: Meter = field(default_factory=Meter)
    polls: dict[int, Listener] = field(default_factory=dict)  # the one getUpdates that waits, by bot
    webhooks: "Webhooks | None" = None
    pushes: "Pushes | None" = None
    hook: "Hook | None" = None

    def now(self) -> int:
        return int(self.clock())

    def wait_for(self, key: object, rate_name: str) -> int:
        """Seconds to wait before this may be done again; 0: go on."""
        return self.limits.take((rate_name, key), getattr(self.settings, rate_name), time.monotonic())


def build(data: Path, demo: bool, base_url: str | None, settings: Settings, clock: Callable[[], float]) -> Gateway:
    """Raises CannotServe."""
    hub = Hub()

    def committed(effects: Effects) -> None:
        hub.tell(effects)
        if gateway.webhooks is not None:
            gateway.webhooks.changed(effects.webhooks)
        for arrived in effects.arrived:
            if gateway.pushes is not None:
                gateway.pushes.arrived(arrived)
            if gateway.hook is not None and arrived.urgent:
                gateway.hook.wake()

    db = Database(data, committed)
    gateway = Gateway(
        data, settings, demo, base_url and base_url.rstrip("/"), clock,
        hub, db, Blobs(data / "files", db.vault), admin_key(data),
    )  # fmt: skip
    return gateway


def admin_key(data: Path) -> str:
    """The key of our own bot and of the operator, made at the first start."""
    path = data / "admin.key"
    with contextlib.suppress(FileExistsError):
        write_secret(path, secrets.token_urlsafe(32) + "\n")
    return path.read_text("ascii").strip()


def log_failure(what: str, broken: BaseException) -> None:
    """Log where it broke and what kind it was; never its words, which may hold what a person wrote."""
    log.error("%s failed: %s at %s", what, type(broken).__name__, places(broken))


def places(broken: BaseException) -> str:
    """The last few places in the code it came through."""
    frames = traceback.extract_tb(broken.__traceback__)[-6:]
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)


async def notice_other_processes(gateway: Gateway) -> None:
    """The command line writes into the store by itself: what it did is seen within a second, by everybody."""
    while not gateway.hub.closing:
        with contextlib.suppress(Exception):
            if await gateway.db.others_wrote():
                gateway.hub.wake_all()
                if gateway.webhooks is not None:
                    gateway.webhooks.changed(await gateway.db.read(bots.with_webhook))
        await asyncio.sleep(LOOK_SECONDS)


async def forget_old(gateway: Gateway) -> None:
    """Housekeeping while the gateway runs: what has had its time is forgotten, a blob without a row is removed."""
    from gateway import forget  # it needs the Gateway of this file

    while not gateway.hub.closing:
        try:
            await forget.once_over(gateway)
        except Exception as broken:
            log_failure("housekeeping", broken)
        await asyncio.sleep(3600)
