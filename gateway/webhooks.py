"""Calling bots: one sender a bot, the oldest update first, the next only after the one before was taken.

An update is deleted when the bot answered 2xx, so a kill in between brings it again (Telegram promises no more).
"""

import asyncio
import contextlib
import json
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from starlette.requests import Request
from starlette.types import Message

from gateway import api
from gateway.addresses import GuardedResolver, forbidden_host
from gateway.context import Gateway, log, log_failure
from gateway.errors import ApiError
from gateway.hub import Listener
from gateway.params import Body, read_form
from gateway.store import bots, updates
from gateway.store.bots import Webhook
from gateway.store.database import Tx

Json = dict[str, Any]
LONGEST_REPLY = 1_000_000
LOOK_AGAIN_SECONDS = 5.0


class NoWebhook(Exception):
    """The webhook was deleted; the sender's work is done."""


class Webhooks:
    """Keeps one sender running for every bot that has a webhook."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._senders: dict[int, asyncio.Task[None]] = {}
        self._changed: dict[int, asyncio.Event] = {}
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        settings = self._gateway.settings
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=GuardedResolver(settings.local_webhooks), limit=0),
            timeout=aiohttp.ClientTimeout(total=settings.webhook_timeout_seconds),
        )
        self.changed(await self._gateway.db.read(bots.with_webhook))

    def changed(self, bot_ids: Collection[int]) -> None:
        """The webhook of these bots was set or deleted: try at once, whatever pause was on."""
        if self._session is None:
            return
        for bot_id in bot_ids:
            self._changed.setdefault(bot_id, asyncio.Event()).set()
            if bot_id not in self._senders or self._senders[bot_id].done():
                self._senders[bot_id] = asyncio.create_task(self._send_all(bot_id))

    async def stop(self) -> None:
        for sender in self._senders.values():
            sender.cancel()
        await asyncio.gather(*self._senders.values(), return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def _send_all(self, bot_id: int) -> None:
        pause = first_pause = self._gateway.settings.webhook_first_pause
        with self._gateway.hub.bot(bot_id) as listener:
            while not self._gateway.hub.closing:
                self._changed[bot_id].clear()
                try:
                    outcome = await self._send_next(bot_id, listener)
                except NoWebhook:
                    if self._changed[bot_id].is_set():
                        continue  # it was set again after we looked
                    return
                except Exception as broken:
                    log_failure(f"webhook of bot {bot_id}", broken)
                    outcome = pause
                if outcome is None:
                    pause = first_pause
                    continue
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(max(pause, outcome)):
                        await self._changed[bot_id].wait()
                        pause = first_pause
                        continue
                pause = min(pause * 2, self._gateway.settings.webhook_longest_pause)

    async def _send_next(self, bot_id: int, listener: Listener) -> float | None:
        """Send one update, or wait for one. None: go on; else the least number of seconds to rest."""

        def look(tx: Tx) -> tuple[Webhook | None, list[Json]]:
            return bots.webhook(tx, bot_id), updates.waiting(tx, bot_id, 1)

        hook, found = await self._gateway.db.read(look)
        if hook is None:
            raise NoWebhook
        if not found:
            await listener.wait(LOOK_AGAIN_SECONDS)
            return None
        update = found[0]
        try:
            problem, rest, reply = await self._post(hook, update)
        except (aiohttp.ClientError, OSError, TimeoutError) as failed:
            # the words of a client error may hold the URL; its kind is enough
            problem, rest, reply = f"Connection failed: {type(failed).__name__}", 0.0, None
        if problem is not None:
            log.warning("webhook of bot %s: update %s not taken: %s", bot_id, update["update_id"], problem)
            await self._gateway.db.write(lambda tx: bots.webhook_failed(tx, bot_id, problem, self._gateway.now()))
            return rest
        if reply is not None:
            await self._run_reply(bot_id, update["update_id"], reply)
        await self._gateway.db.write(lambda tx: updates.confirm_before(tx, bot_id, update["update_id"] + 1))
        return None

    async def _post(self, hook: Webhook, update: Json) -> tuple[str | None, float, Body | None]:
        """(what went wrong, seconds to rest, a method the bot wants called in answer)"""
        # exactly this type: python-telegram-bot refuses one with a charset
        headers = {"Content-Type": "application/json"}
        if hook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret
        body = json.dumps(update, ensure_ascii=False).encode()
        assert self._session is not None
        if forbidden_host(urlsplit(hook.url).hostname or "", self._gateway.settings.local_webhooks):
            return "IP address is reserved", 0.0, None
        async with self._session.post(hook.url, data=body, headers=headers, allow_redirects=False) as response:
            if not 200 <= response.status < 300:
                after = response.headers.get("Retry-After", "")
                rest = float(after) if after.isascii() and after.isdigit() and len(after) < 6 else 0.0
                return f"Wrong response from the webhook: {response.status} {response.reason}", rest, None
            return None, 0.0, await _reply(response)

    async def _run_reply(self, bot_id: int, update_id: int, reply: Body) -> None:
        """Telegram's short way: the answer to the call names a method. Delivered again, it is still done once."""
        bot = await self._gateway.db.read(lambda tx: bots.by_id(tx, bot_id))
        try:
            await api.call(self._gateway, bot, str(reply.values["method"]), reply, f"webhook:{update_id}")
        except ApiError as refused:
            log.warning("webhook of bot %s: its answer to update %s: %s", bot_id, update_id, refused.code)


async def _reply(response: aiohttp.ClientResponse) -> Body | None:
    """The method call in the bot's answer, as JSON or (aiogram) as a form; None when there is none."""
    content = await response.content.read(LONGEST_REPLY)
    body = Body()
    with contextlib.suppress(ValueError, RecursionError):
        if response.content_type == "application/json":
            reply = json.loads(content)
            body = Body(reply) if isinstance(reply, dict) else body
        elif response.content_type in ("multipart/form-data", "application/x-www-form-urlencoded"):
            body = await read_form(_as_request(response.headers["Content-Type"], content))
    return body if body.values.get("method") else None


def _as_request(content_type: str, content: bytes) -> Request:
    async def receive() -> Message:
        return {"type": "http.request", "body": content, "more_body": False}

    headers = [(b"content-type", content_type.encode("latin-1"))]
    return Request({"type": "http", "method": "POST", "headers": headers}, receive)
