"""The heartbeat of the reminders: plan, claim, send."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from bot.worker import House
from db.session import Database


class Scheduler:
    def __init__(
        self,
        db: Database,
        house: House,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        wake_sender: Callable[[], None] = lambda: None,
    ) -> None:
        self.db, self.house, self.now, self.wake_sender = db, house, now, wake_sender

    async def run(self) -> None:
        while True:
            await asyncio.sleep(60)
