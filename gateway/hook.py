"""The outbound hook: a county gives an address (`GATEWAY_HOOK_URL`) and wires it to its SMS or WeCom. It is told that
somebody has something waiting: `{code, user_id, urgent, waiting_seconds}`, never words, names or numbers of phones.

Urgent messages at once; others once, when they have not been seen for some minutes, and not again before the person
has looked. What was not taken is tried again with growing pauses, across restarts, for a day.
"""

import asyncio
import contextlib
from typing import Any

import aiohttp

from gateway.context import Gateway, log, log_failure
from gateway.store import seen, urgent
from gateway.store.database import Tx

Json = dict[str, Any]
PAUSES = (5, 15, 60, 300, 900)  # seconds, the last one again and again
GIVEN_UP_AFTER = 24 * 3600  # and what is older when a hook is set up first is left alone
AT_ONCE = 100
LOOK_AGAIN_SECONDS = 30.0
TIMEOUT_SECONDS = 20


class Hook:
    """Runs where an address is set."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._woken = asyncio.Event()
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        if self._gateway.settings.hook_url:
            # the operator's own address: it may well be inside the county's network
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS))
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def wake(self) -> None:
        """An urgent message has arrived."""
        self._woken.set()

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            try:
                if await self.once():
                    continue
            except Exception as broken:
                log_failure("outbound hook", broken)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN_SECONDS):
                    await self._woken.wait()

    async def once(self) -> bool:
        """Tell of everything whose turn it is; whether anything was taken."""
        async with self._turn:
            return await self._once()

    async def _once(self) -> bool:
        gateway, now = self._gateway, self._gateway.now()
        after = gateway.settings.hook_after_seconds

        def look(tx: Tx) -> tuple[list[urgent.Urgent], list[seen.Unseen]]:
            return urgent.to_hook(tx, now, AT_ONCE), seen.waiting(tx, now - after, now)[:AT_ONCE]

        at_once, unseen = await gateway.db.read(look)
        taken = False
        for one in at_once:
            taken |= await self._tell_urgent(one, now)
        for waiting in unseen:
            taken |= await self._tell_unseen(waiting, now)
        return taken

    async def _tell_urgent(self, one: urgent.Urgent, now: int) -> bool:
        old = now - one.sent_at > GIVEN_UP_AFTER
        taken = not old and await self._post(one.message_id, one.user_id, True, now - one.sent_at)
        pause = PAUSES[min(one.tries, len(PAUSES) - 1)]

        def note(tx: Tx) -> None:
            if taken or old:
                urgent.hooked(tx, one.id, now)
            else:
                urgent.hook_later(tx, one.id, now + pause)

        await self._gateway.db.write(note)
        return taken

    async def _tell_unseen(self, waiting: seen.Unseen, now: int) -> bool:
        old = now - waiting.since > GIVEN_UP_AFTER
        taken = not old and await self._post(waiting.message_id, waiting.user_id, False, now - waiting.since)
        pause = PAUSES[min(waiting.tries, len(PAUSES) - 1)]

        def note(tx: Tx) -> None:
            if taken or old:
                seen.hooked(tx, waiting)
            else:
                seen.later(tx, waiting, now + pause)

        await self._gateway.db.write(note)
        return taken

    async def _post(self, code: int, user_id: int, is_urgent: bool, waiting_seconds: int) -> bool:
        settings = self._gateway.settings
        assert self._session is not None
        assert settings.hook_url is not None
        body = {"code": code, "user_id": user_id, "urgent": is_urgent, "waiting_seconds": max(0, waiting_seconds)}
        headers = {"X-Gateway-Secret": settings.hook_secret} if settings.hook_secret else {}
        try:
            async with self._session.post(
                settings.hook_url, json=body, headers=headers, allow_redirects=False
            ) as response:
                if 200 <= response.status < 300:
                    return True
                log.warning("outbound hook: not taken, status %s", response.status)
        except (aiohttp.ClientError, OSError, TimeoutError) as failed:
            log.warning("outbound hook: %s", type(failed).__name__)  # its words may hold the address
        return False
