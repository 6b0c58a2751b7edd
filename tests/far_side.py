"""A Bot API server of the plainest kind, over real HTTP, for the tests that kill the real bot process.

It confirms updates by offset as Telegram does, remembers every message it accepted, and knows no idempotency key:
what it shows is at least once.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web

TOKEN = "4711:test-token-of-a-bot-that-does-not-exist"


class FarSide:
    """`put` queues an update, `said` lists what the bot sent, in order."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.said: list[tuple[int, str]] = []
        self.deliveries = 0
        self.news = asyncio.Condition()
        self._next_update, self._next_message = 1, 1000
        self._status: list[tuple[int, dict[str, Any]]] = []

    async def __aenter__(self) -> FarSide:
        app = web.Application(client_max_size=30 * 2**20)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        self._site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await self._site.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}"

    def fail_next_sends(self, *answers: tuple[int, dict[str, Any]]) -> None:
        self._status += answers

    async def put(self, chat_id: int, text: str) -> None:
        """A person sends words."""
        message: dict[str, Any] = {
            "message_id": self._next_message, "date": 1_795_000_000, "text": text,
            "chat": {"id": chat_id, "type": "private", "first_name": "x"},
            "from": {"id": chat_id, "is_bot": False, "first_name": "x"},
        }  # fmt: skip
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        self.updates.append({"update_id": self._next_update, "message": message})
        self._next_update += 1
        self._next_message += 1
        async with self.news:
            self.news.notify_all()

    async def until(self, condition: Any, seconds: float = 30) -> None:
        """Wait until the condition over this server holds; fails after that many seconds."""

        async def wait() -> None:
            async with self.news:
                await self.news.wait_for(condition)

        await asyncio.wait_for(wait(), seconds)

    async def _answer(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != TOKEN:
            return web.json_response({"ok": False, "error_code": 401, "description": "Unauthorized"}, status=401)
        params: dict[str, Any] = dict(await request.post())
        for key, value in params.items():
            if isinstance(value, str) and value[:1] in "[{":
                params[key] = json.loads(value)
        name = request.match_info["method"]
        if name == "getUpdates":
            return web.json_response({"ok": True, "result": await self._updates(params)})
        if name.startswith("send") and self._status:
            status, answer = self._status.pop(0)
            return web.json_response(answer, status=status)
        result: Any = True
        if name == "getMe":
            result = {"id": 4711, "is_bot": True, "first_name": "小苗", "username": "xiaomiao_bot"}
        elif name in ("sendMessage", "editMessageText", "sendPhoto", "sendDocument"):
            chat_id, text = int(params["chat_id"]), str(params.get("text") or params.get("caption") or "")
            self._next_message += 1
            self.said.append((chat_id, text))
            result = {
                "message_id": self._next_message, "date": 0, "chat": {"id": chat_id, "type": "private"}, "text": text,
            }  # fmt: skip
        async with self.news:
            self.news.notify_all()
        return web.json_response({"ok": True, "result": result})

    async def _updates(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        if params.get("offset"):
            self.updates = [one for one in self.updates if one["update_id"] >= int(params["offset"])]
            async with self.news:
                self.news.notify_all()
        if not self.updates:
            try:
                async with asyncio.timeout(min(float(params.get("timeout", 0)), 2)):
                    async with self.news:
                        await self.news.wait_for(lambda: self.updates)
            except TimeoutError:
                pass
        self.deliveries += len(self.updates)
        return self.updates[: int(params.get("limit", 100))]
