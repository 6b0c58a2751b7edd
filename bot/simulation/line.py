"""The far side of the wire: a Bot API in process that takes every message, breaks down at times, and keeps a list.

Like our gateway it honours the sender's key: a call repeated under the same key is answered again and shown once.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

from telegram.error import TimedOut
from telegram.request import RequestData

from bot.in_process import InProcess
from bot.request import IDEMPOTENCY_KEY, NotSent

# Of each hundred calls while the line holds: no connection, an error of the server, asked to wait, answer lost.
NO_CONNECTION, BROKEN, SLOW_DOWN, ANSWER_LOST = 0.03, 0.01, 0.01, 0.01


@dataclass(frozen=True)
class Delivered:
    """A message that reached a telephone. `key` is the id of its row in the outbox."""

    key: str
    chat: int
    text: str


@dataclass
class Line(InProcess):
    """`down`: nobody answers. `blocked`: chats that refuse us. `taken` collects what arrived since it was last emptied."""

    seed: int
    down: bool = False
    blocked: set[int] = field(default_factory=set)
    taken: list[Delivered] = field(default_factory=list)
    calls: Counter[int] = field(default_factory=Counter)
    _answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *timeouts: Any, **more: Any
    ) -> tuple[int, bytes]:
        name = url.rsplit("/", 1)[-1]
        if name == "getMe":
            return _fine({"id": 1, "is_bot": True, "first_name": "小苗", "username": "xiaomiao_bot"})
        params: dict[str, Any] = dict(request_data.parameters) if request_data else {}
        chat = int(params.get("chat_id", 0))
        if self.down:
            raise NotSent("the line is down")
        self.calls[chat] += 1
        # of the chat and the number of the call, so that the same seed breaks the same calls
        luck = Random(f"{self.seed}/{chat}/{self.calls[chat]}").random()
        if luck < NO_CONNECTION:
            raise NotSent("no connection")
        if (luck := luck - NO_CONNECTION) < BROKEN:
            return _refused(502, "Bad Gateway")
        if (luck := luck - BROKEN) < SLOW_DOWN:
            return _refused(429, "Too Many Requests: retry after 1", retry_after=1)
        if chat in self.blocked:
            return _refused(403, "Forbidden: bot was blocked by the user")
        answer = self._take(name, chat, params)
        if luck - SLOW_DOWN < ANSWER_LOST:
            raise TimedOut
        return _fine(answer)

    def _take(self, name: str, chat: int, params: dict[str, Any]) -> Any:
        if not name.startswith("send"):
            return True
        key = IDEMPOTENCY_KEY.get() or ""
        if key not in self._answers:
            self.taken.append(Delivered(key, chat, str(params.get("text", ""))))
            number = len(self._answers) + 1
            self._answers[key] = {"message_id": number, "date": 0, "chat": {"id": chat, "type": "private"}}
        return self._answers[key]


def _fine(result: Any) -> tuple[int, bytes]:
    return 200, json.dumps({"ok": True, "result": result}).encode()


def _refused(code: int, words: str, **parameters: int) -> tuple[int, bytes]:
    answer = {"ok": False, "error_code": code, "description": words, "parameters": parameters}
    return code, json.dumps(answer).encode()
