"""One phone on the gateway's page API: signs in, sends until it is acknowledged, hears what comes, remembers it all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp

Json = dict[str, Any]
QUIET = 0.25  # seconds without news after which the answer is taken to be complete
ANSWER_WITHIN = aiohttp.ClientTimeout(total=6)


@dataclass(eq=False)
class Act:
    """One message or button press, in the order of sending. `acknowledged` once the gateway said 200."""

    what: tuple[Any, ...]  # ("say", message_id, words) | ("press", message_id, data)
    acknowledged: bool = False


@dataclass
class Phone:
    """`say` and `press` come back when the gateway has acknowledged. A repeated POST carries the same client_id."""

    http: aiohttp.ClientSession
    base: str
    user: int
    acts: list[Act] = field(default_factory=list)
    events: int = 0
    messages: dict[int, Json] = field(default_factory=dict)
    troubles: int = 0
    contradicted: int = 0  # a repeated POST that was not answered as the first one
    _headers: dict[str, str] = field(default_factory=dict)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _last_event: int = 0
    _sent: int = 0

    async def sign_in(self, link: str) -> None:
        """By the one-time link, as the page's button does."""
        async with self.http.post(link, allow_redirects=False) as answer:
            answer.raise_for_status()
            cookie = answer.cookies["xm_session"].value
            path = urlsplit(answer.headers["Location"]).path
        self.base = f"{self.base}{path}/api"
        self._headers = {"Cookie": f"xm_session={cookie}"}
        async with self.http.get(f"{self.base}/me", headers=self._headers) as answer:
            me = await answer.json()
        self._headers["X-CSRF"] = me["csrf"]
        self._last_event = me["last_event_id"]

    async def say(self, words: str, *, again: bool = False) -> None:
        act = Act(("say", None, words))
        self.acts.append(act)
        answer = await self._send("messages", {"text": words}, again)
        act.what, act.acknowledged = ("say", answer["message"]["message_id"], words), True

    async def press(self, message_id: int, data: str, *, again: bool = False) -> bool:
        """False where the gateway refused: the button is not there any more."""
        act = Act(("press", message_id, data))
        self.acts.append(act)
        if await self._send("callback", {"message_id": message_id, "data": data}, again) is None:
            self.acts.remove(act)
            return False
        act.acknowledged = True
        return True

    async def _send(self, what: str, body: Json, again: bool) -> Any:
        """POST until there is an answer, however long the gateway is away; None for a refusal (410: gone)."""
        self._sent += 1
        body |= {"client_id": f"{self.user}-{self._sent}"}
        first = await self._post(what, body)
        if again and first is not None and await self._post(what, body) != first:
            self.contradicted += 1
        return first

    async def _post(self, what: str, body: Json) -> Any:
        while True:
            try:
                async with self.http.post(
                    f"{self.base}/{what}", json=body, headers=self._headers, timeout=ANSWER_WITHIN
                ) as answer:
                    if answer.status == 200:
                        return await answer.json()
                    if answer.status < 429:
                        return None
                    pause = float(answer.headers.get("Retry-After", 0.5))
            except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
                pause = 0.3
            self.troubles += 1
            await asyncio.sleep(pause)

    async def listen(self) -> None:
        """The page's event stream, resumed wherever it broke. Until cancelled."""
        while True:
            with suppress(aiohttp.ClientError, OSError, TimeoutError, ValueError):
                timeout = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=20)
                url = f"{self.base}/events?after={self._last_event}"
                async with self.http.get(url, headers=self._headers, timeout=timeout) as answer:
                    if answer.status == 200:
                        await self._hear(answer.content)
            await asyncio.sleep(0.3)

    async def _hear(self, lines: aiohttp.StreamReader) -> None:
        number, name = self._last_event, ""
        while line := (await lines.readline()).decode().rstrip("\n"):
            key, _, value = line.partition(": ")
            if key == "id":
                number = int(value)
            elif key == "event":
                name = value
            elif key == "data":
                self._last_event = number
                await self._notice(name, json.loads(value))
                await lines.readline()  # the empty line behind it
            elif key == "retry" or not key:
                await lines.readline()

    async def _notice(self, name: str, data: Json) -> None:
        if name in ("message", "edited"):
            message = data["message"]
            if message.get("out"):
                return  # our own words come back to every page of ours
            self.messages[message["message_id"]] = message
        elif name != "callback_answer":
            return
        self.events += 1
        async with self._news:
            self._news.notify_all()

    async def look(self, seen: int, patience: float) -> None:
        """Wait for something new since `seen`, and until it is quiet again; at most `patience` seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience), self._news:
                await self._news.wait_for(lambda: self.events > seen)
        with suppress(TimeoutError):
            while True:
                async with asyncio.timeout(QUIET), self._news:
                    await self._news.wait()

    def newest_form(self, form: str) -> tuple[int | None, list[tuple[str, str, str]]]:
        """The newest message that shows this form, and its buttons as (tag, choice, data)."""
        for number in sorted(self.messages, reverse=True)[:3]:
            rows = self.messages[number].get("reply_markup", {}).get("inline_keyboard", [])
            data = [button["callback_data"] for row in rows for button in row if "callback_data" in button]
            found = [(one.split(":")[0], one.split(":")[-1], one) for one in data if _belongs(one.split(":"), form)]
            if found:
                return number, found
        return None, []

    def newest_button(self, fits: Callable[[str], bool]) -> tuple[int, str] | None:
        """The newest message that shows such a button, and what it carries."""
        for number in sorted(self.messages, reverse=True):
            for row in self.messages[number].get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if fits(button.get("callback_data", "")):
                        return number, button["callback_data"]
        return None


# "b" goes back and is never pressed: where it stands alone, the question wants words
def _belongs(parts: list[str], form: str) -> bool:
    return (parts[0] == "n" and parts[1] == form) or (
        parts[0] in ("p", "t", "d", "s", "f", "ok", "b") and parts[2] == form
    )
