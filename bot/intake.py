"""Updates → inbox. An update is confirmed to the server only when it rests, committed, in our inbox.

python-telegram-bot's own updater confirms when it queues, so what was queued is lost with the process; ours asks with
offset = last committed + 1, and answers a webhook call only after the commit.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from db import inbox
from db.session import Database, is_busy, is_full

log = structlog.get_logger("intake")

ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]
LONG_POLL = 25
BIGGEST_CALL = 1024 * 1024


class Intake:
    """Takes updates in. `wake` is called whenever something new was kept."""

    def __init__(
        self,
        db: Database,
        bot: Bot,
        *,
        wake: Callable[[], None] = lambda: None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        long_poll: int = LONG_POLL,
    ) -> None:
        self.db, self.bot, self.wake, self.now, self.long_poll = db, bot, wake, now, long_poll
        self.last_success = time.monotonic()  # for the watchdog: no poll for minutes means the line is dead

    async def poll(self) -> None:
        """Until cancelled. Trouble passes: the server keeps what we did not confirm."""
        pause = 1.0
        while True:
            try:
                await self.poll_once()
                pause = 1.0
            except Conflict:
                log.warning("another_poller", advice="另有一个程序在用同一个 BOT_TOKEN 收消息，请只留一个。")
                await asyncio.sleep(10)
            except InvalidToken:
                log.error("bad_token", advice="BOT_TOKEN 不对，服务器不认。请核对 .env。")
                await asyncio.sleep(30)
            except RetryAfter as problem:
                await asyncio.sleep(float(problem.retry_after) if not hasattr(problem.retry_after, "total_seconds")
                                    else problem.retry_after.total_seconds())  # fmt: skip
            except TelegramError as problem:
                log.warning("poll", trouble=type(problem).__name__, again_in=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 30.0)
            except Exception as problem:
                if is_busy(problem):
                    log.error("database_locked", advice="另一个程序占着数据库，新消息先留在服务器上，放开后自动继续。")
                elif is_full(problem):
                    log.error("disk_full", advice="磁盘满了，新消息先留在服务器上，腾出空间后自动继续。")
                else:
                    raise
                await asyncio.sleep(1)

    async def poll_once(self) -> int:
        """One long poll; how many updates were new."""
        last = await self.db.read(lambda conn: inbox.last_update_id(conn, self.bot.id))
        raw = await self.bot.do_api_request(
            "getUpdates",
            api_kwargs={
                "offset": last + 1 if last is not None else None,
                "timeout": self.long_poll,
                "limit": 100,
                "allowed_updates": ALLOWED,
            },
            read_timeout=self.long_poll + 10,
        )
        self.last_success = time.monotonic()
        if not raw:
            return 0
        return await self._keep(list(raw))

    async def _keep(self, updates: list[dict[str, Any]]) -> int:
        if self.db.is_sqlite:  # its one writer works in order: woken now, the worker stands next, and both share a commit
            self.wake()
        new = await self.db.run(lambda conn: inbox.put(conn, self.bot.id, updates, self.now()), together=True)
        if new and not self.db.is_sqlite:
            self.wake()
        return new

    def webhook(self, secret: str) -> Callable[[Request], Any]:
        """A Starlette endpoint. An unsigned or foreign call is refused before its body is read."""

        async def endpoint(request: Request) -> Response:
            signed = request.headers.get("x-telegram-bot-api-secret-token", "")
            if not hmac.compare_digest(signed.encode(), secret.encode()):
                return PlainTextResponse("unsigned\n", 403)
            body = bytearray()
            async for part in request.stream():  # whatever length was announced, or none
                body += part
                if len(body) > BIGGEST_CALL:
                    return PlainTextResponse("too large\n", 413)
            try:
                update = json.loads(body)
                int(update["update_id"])
                inbox.chat_of(update)
            except (ValueError, KeyError, TypeError):
                return PlainTextResponse("not an update\n", 400)
            await self._keep([update])
            self.last_success = time.monotonic()
            return Response(status_code=200)

        return endpoint
