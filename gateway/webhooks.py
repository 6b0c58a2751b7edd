"""Calling bots. The updates of one chat go one after the other, the next only after the one before was taken; those of
different chats go side by side, as many at once as the bot allowed (max_connections).

An update is deleted when the bot answered 2xx, so a kill in between brings it again (Telegram promises no more).
"""

import asyncio
import contextlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from starlette.requests import Request
from starlette.types import Message

from gateway import api
from gateway.addresses import GuardedResolver, forbidden_host, is_among
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
CONNECT_SECONDS = 10
WINDOW = 1000  # how far to look for chats whose turn it is


class NotTaken(Exception):
    """An update was not taken. `everybody`: the bot cannot be reached or asks for rest, so no other chat's turn comes
    either; else only this chat waits."""

    def __init__(self, problem: str, everybody: bool, rest: float = 0.0) -> None:
        super().__init__(problem)
        self.problem = problem
        self.everybody = everybody
        self.rest = rest


@dataclass
class Pause:
    """Growing pauses between attempts."""

    seconds: float
    until: float


class Webhooks:
    """Keeps one sender running for every bot that has a webhook."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._senders: dict[int, asyncio.Task[None]] = {}
        self._changed: dict[int, asyncio.Event] = {}
        self._started = False

    async def start(self) -> None:
        self._started = True
        self.changed(await self._gateway.db.read(bots.with_webhook))

    def changed(self, bot_ids: Collection[int]) -> None:
        """The webhook of these bots was set or deleted: try at once, whatever pause was on."""
        if not self._started:
            return
        for bot_id in bot_ids:
            self._changed.setdefault(bot_id, asyncio.Event()).set()
            if bot_id not in self._senders or self._senders[bot_id].done():
                self._senders[bot_id] = asyncio.create_task(self._keep_sending(bot_id))

    async def stop(self) -> None:
        self._started = False
        for sender in self._senders.values():
            sender.cancel()
        await asyncio.gather(*self._senders.values(), return_exceptions=True)

    async def _keep_sending(self, bot_id: int) -> None:
        changed = self._changed[bot_id]
        while not self._gateway.hub.closing:
            changed.clear()
            hook = await self._gateway.db.read(lambda tx: bots.webhook(tx, bot_id))
            if hook is None:
                if changed.is_set():
                    continue  # it was set again after we looked
                return
            try:
                await _Sender(self._gateway, bot_id, hook, changed).send_until_changed()
            except Exception as broken:
                log_failure(f"webhook of bot {bot_id}", broken)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(changed.wait(), self._gateway.settings.webhook_longest_pause)


class _Sender:
    """Sends to one webhook until it is changed."""

    def __init__(self, gateway: Gateway, bot_id: int, hook: Webhook, changed: asyncio.Event) -> None:
        self._gateway = gateway
        self._bot_id = bot_id
        self._hook = hook
        self._changed = changed
        self._calls: dict[int, asyncio.Task[None]] = {}  # by chat
        self._pauses: dict[int | None, Pause] = {}  # by chat; None: of the whole bot
        self._reached = True  # while it is not, one call at a time tries

    async def send_until_changed(self) -> None:
        settings, hook = self._gateway.settings, self._hook
        connector = aiohttp.TCPConnector(
            resolver=GuardedResolver(settings.local_webhooks, hook.ip_address), limit=hook.max_connections
        )
        timeout = aiohttp.ClientTimeout(total=settings.webhook_timeout_seconds, sock_connect=CONNECT_SECONDS)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as self._session:
            try:
                with self._gateway.hub.bot(self._bot_id) as listener:
                    while not (self._changed.is_set() or self._gateway.hub.closing):
                        await self._start_calls()
                        await self._something_happens(listener)
            finally:
                for call in self._calls.values():
                    call.cancel()
                await asyncio.gather(*self._calls.values(), return_exceptions=True)

    async def _start_calls(self) -> None:
        """One call for every chat whose turn it is."""

        def look(tx: Tx) -> tuple[Webhook | None, list[tuple[int, int]]]:
            return bots.webhook(tx, self._bot_id), updates.oldest_by_chat(tx, self._bot_id, WINDOW)

        hook, waiting = await self._gateway.db.read(look)
        if hook is None or (hook.url, hook.secret) != (self._hook.url, self._hook.secret):
            self._changed.set()  # another process did it
            return
        now = asyncio.get_running_loop().time()
        most = self._hook.max_connections if self._reached else 1
        for chat_id, update_id in waiting:
            if len(self._calls) >= most or self._rests(None, now):
                return
            if chat_id not in self._calls and not self._rests(chat_id, now):
                self._calls[chat_id] = asyncio.create_task(self._send(chat_id, update_id))

    def _rests(self, key: int | None, now: float) -> bool:
        pause = self._pauses.get(key)
        return pause is not None and pause.until > now

    async def _something_happens(self, listener: Listener) -> None:
        """A call is done, a pause is over, there is a new update, or the webhook was changed."""
        now = asyncio.get_running_loop().time()
        over = [pause.until - now for pause in self._pauses.values() if pause.until > now]
        waits = [asyncio.create_task(listener.wait(LOOK_AGAIN_SECONDS)), asyncio.create_task(self._changed.wait())]
        everything: set[asyncio.Task[Any]] = {*waits, *self._calls.values()}
        await asyncio.wait(everything, timeout=min(over, default=None), return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        self._calls = {chat_id: call for chat_id, call in self._calls.items() if not call.done()}

    async def _send(self, chat_id: int, update_id: int) -> None:
        gateway, bot_id = self._gateway, self._bot_id
        update = await gateway.db.read(lambda tx: updates.get(tx, bot_id, update_id))
        if update is None:
            return  # dropped meanwhile
        try:
            reply = await self._post(update)
        except NotTaken as refused:
            problem = refused.problem
            gateway.meter.webhook_calls.labels("not_taken").inc()
            log.warning("webhook of bot %s: update %s not taken: %s", bot_id, update_id, problem)
            await gateway.db.write(lambda tx: bots.webhook_failed(tx, bot_id, problem, gateway.now()))
            self._reached = self._reached and not refused.everybody
            self._pause(None if refused.everybody else chat_id, refused.rest)
            return
        except Exception as broken:
            log_failure(f"webhook of bot {bot_id}", broken)
            self._pause(chat_id, 0.0)
            return
        if reply is not None:
            await self._run_reply(update_id, reply)
        await gateway.db.write(lambda tx: updates.confirm(tx, bot_id, update_id))
        gateway.meter.webhook_calls.labels("taken").inc()
        self._reached = True
        self._pauses.pop(chat_id, None)
        self._pauses.pop(None, None)

    def _pause(self, key: int | None, rest: float) -> None:
        settings = self._gateway.settings
        before = self._pauses.get(key)
        seconds = min(before.seconds * 2, settings.webhook_longest_pause) if before else settings.webhook_first_pause
        self._pauses[key] = Pause(seconds, asyncio.get_running_loop().time() + max(seconds, rest))

    async def _post(self, update: Json) -> Body | None:
        """The method the bot wants called in answer, if any. Raises NotTaken."""
        hook, local = self._hook, self._gateway.settings.local_webhooks
        # exactly this type: python-telegram-bot refuses one with a charset
        headers = {"Content-Type": "application/json"}
        if hook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret
        if forbidden_host(urlsplit(hook.url).hostname or "", local) or forbidden_host(hook.ip_address or "", local):
            raise NotTaken("IP address is reserved", everybody=True)
        if not is_among(urlsplit(hook.url).hostname or "", self._gateway.settings.webhook_hosts):
            raise NotTaken("this gateway calls only the hosts its operator named", everybody=True)
        body = json.dumps(update, ensure_ascii=False).encode()
        try:
            async with self._session.post(hook.url, data=body, headers=headers, allow_redirects=False) as response:
                if 200 <= response.status < 300:
                    return await _reply(response)
                after = response.headers.get("Retry-After", "")
                rest = float(after) if after.isascii() and after.isdecimal() and len(after) < 6 else 0.0
                problem = f"Wrong response from the webhook: {response.status} {_plain(response.reason or '')}"
                raise NotTaken(problem, everybody=bool(rest), rest=rest)
        except (aiohttp.ClientError, OSError, TimeoutError) as failed:
            # it hangs or hangs up over this very update, perhaps: the others still have their turn
            here = isinstance(failed, aiohttp.ServerDisconnectedError) or type(failed) is TimeoutError
            raise NotTaken(_why(failed), everybody=not here) from None

    async def _run_reply(self, update_id: int, reply: Body) -> None:
        """Telegram's short way: the answer to the call names a method. Delivered again, it is still done once."""
        bot = await self._gateway.db.read(lambda tx: bots.by_id(tx, self._bot_id))
        try:
            await api.call(self._gateway, bot, str(reply.values["method"]), reply, f"webhook:{update_id}")
        except ApiError as refused:
            log.warning("webhook of bot %s: its answer to update %s: %s", self._bot_id, update_id, refused.code)


def _plain(reason: str) -> str:
    """The far side's words for its status go into our log and into getWebhookInfo: short, and no more than words."""
    return "".join(one if one.isascii() and one.isprintable() else "?" for one in reason[:60])


def _why(failed: BaseException) -> str:
    """In Telegram's words where it has them. Never the words of the error itself: they may hold the URL."""
    if isinstance(failed, aiohttp.ClientConnectorCertificateError):
        return "SSL error {certificate verify failed}"
    if isinstance(failed, aiohttp.ClientSSLError):
        return "SSL error"
    if isinstance(failed, aiohttp.ClientConnectorDNSError):
        reserved = "reserved" in str(failed.os_error)
        return "IP address is reserved" if reserved else "Failed to resolve host: Name or service not known"
    if isinstance(failed, TimeoutError):
        return "Connection timed out"
    if isinstance(failed, aiohttp.ClientConnectorError):
        return "Connection failed: Connection refused"
    return f"Connection failed: {type(failed).__name__}"


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
