"""Runs the real bot (`./run bot`) with an intake that confirms what it has only in memory, as a stock updater does.

    python -m tests.confirm_early

Only for the test that shows that the torture's account finds what is lost; the product has no such switch.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from bot.intake import ALLOWED, Intake

LATE = 1.5  # seconds between confirming and committing: what a kill can take away


async def poll_once(self: Any) -> int:
    """Asks from behind what was last seen, kept or not, and keeps it a while later."""
    offset = getattr(self, "offset", None)
    raw = await self.bot.do_api_request(
        "getUpdates", api_kwargs={"offset": offset, "timeout": 2, "limit": 100, "allowed_updates": ALLOWED}, read_timeout=10
    )
    if raw:
        self.offset = raw[-1]["update_id"] + 1
        task = asyncio.create_task(_keep_later(self, list(raw), getattr(self, "before", None)))
        self.before = task
    return len(raw)


async def _keep_later(self: Any, updates: list[dict[str, Any]], before: asyncio.Task[None] | None) -> None:
    await asyncio.sleep(LATE)
    if before is not None:
        await before
    await self._keep(updates)


if __name__ == "__main__":
    Intake.poll_once = poll_once  # type: ignore[method-assign]
    from bot.__main__ import main

    sys.exit(main(arguments=["bot"]))
