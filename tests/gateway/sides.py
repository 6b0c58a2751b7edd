"""The two sides of the gateway as tests meet them: a bot that calls the Bot API, a person's phone with the page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from gateway import spec
from gateway.context import Gateway

Json = dict[str, Any]


class Clock:
    """The gateway's clock in a test's hand."""

    def __init__(self) -> None:
        self.seconds = 1_790_000_000.0

    def __call__(self) -> float:
        return self.seconds

    def forward(self, seconds: float) -> None:
        self.seconds += seconds


class Refused(Exception):
    def __init__(self, answer: Json) -> None:
        super().__init__(answer["description"])
        self.code: int = answer["error_code"]
        self.words: str = answer["description"]
        self.parameters: Json = answer.get("parameters", {})


class BotSide:
    """A bot: `await bot.send_message(...)` style calls by their Bot API names."""

    def __init__(self, url: str, token: str, username: str) -> None:
        self.token = token
        self.username = username
        self.url = url
        self.http = httpx.AsyncClient(base_url=f"{url}/bot{token}/", timeout=20, verify=False)

    async def call(self, method: str, key: str | None = None, **params: Any) -> Any:
        headers = {"X-Idempotency-Key": key} if key else {}
        return self._result(method, await self.http.post(method, json=params, headers=headers))

    async def upload(self, method: str, files: Json, key: str | None = None, **params: Any) -> Any:
        headers = {"X-Idempotency-Key": key} if key else {}
        return self._result(method, await self.http.post(method, data=params, files=files, headers=headers))

    async def updates(self, **params: Any) -> list[Json]:
        found: list[Json] = await self.call("getUpdates", **params)
        return found

    def _result(self, method: str, response: httpx.Response) -> Any:
        """What was answered; in every test it has to be what the specification says, updates included."""
        answer = response.json()
        if not answer["ok"]:
            assert response.status_code == answer["error_code"]
            raise Refused(answer)
        returns = spec.load().methods[method].returns
        assert list(spec.problems(returns, answer["result"])) == []
        return answer["result"]


@dataclass
class Event:
    id: int | None
    name: str
    data: Json


class Phone:
    """One device of a person: a cookie jar, the page's API, its event stream."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.AsyncClient(base_url=url, timeout=20, verify=False)
        self.base = ""
        self.csrf = ""

    async def open(self, link: str) -> Json:
        """Sign in by a link, as a browser does it, and load the page's first facts."""
        answer = await self.http.post(link, headers={"Origin": self.url})
        assert answer.status_code == 303, answer.text
        self.base = answer.headers["location"]
        return await self.me()

    def in_group(self, group_id: int) -> Phone:
        """The same device with the page of a group open."""
        phone = Phone(self.url)
        phone.http, phone.csrf = self.http, self.csrf
        phone.base = f"{self.base.partition('/g/')[0]}/g/{-group_id}"
        return phone

    async def me(self) -> Json:
        me = (await self.http.get(f"{self.base}/api/me")).raise_for_status().json()
        self.csrf = me["csrf"]
        return me  # type: ignore[no-any-return]

    async def post(self, path: str, body: Json) -> httpx.Response:
        return await self.http.post(f"{self.base}/api/{path}", json=body, headers={"X-CSRF": self.csrf})

    async def send(self, text: str, client_id: str | None = None) -> Json:
        answer = await self.post("messages", {"text": text, "client_id": client_id})
        return answer.raise_for_status().json()["message"]  # type: ignore[no-any-return]

    async def send_file(self, name: str, content: bytes, kind: str, **fields: str) -> httpx.Response:
        return await self.http.post(
            f"{self.base}/api/files",
            data={"kind": kind, **fields},
            files={"file": (name, content)},
            headers={"X-CSRF": self.csrf},
        )

    async def press(self, message_id: int, data: str, client_id: str | None = None) -> httpx.Response:
        return await self.post("callback", {"message_id": message_id, "data": data, "client_id": client_id})

    async def history(self, **params: Any) -> Json:
        answer = await self.http.get(f"{self.base}/api/messages", params=params)
        return answer.raise_for_status().json()  # type: ignore[no-any-return]

    @asynccontextmanager
    async def listen(self, after: int | None = None, last_event_id: int | None = None) -> AsyncIterator[Stream]:
        headers = {"Last-Event-ID": str(last_event_id)} if last_event_id is not None else {}
        params = {"after": after} if after is not None else {}
        async with self.http.stream("GET", f"{self.base}/api/events", params=params, headers=headers) as response:
            response.raise_for_status()
            assert response.headers["content-type"].startswith("text/event-stream")
            stream = Stream(response)
            await stream.opened()
            yield stream


class Stream:
    """The events of an open page, one after the other."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()

    async def opened(self) -> None:
        """The server listens for this page from here on."""
        assert (await anext(self._lines)).startswith("retry:")

    async def next(self) -> Event:
        async with asyncio.timeout(10):
            event_id, name = None, ""
            async for line in self._lines:
                field, _, value = line.partition(": ")
                if field == "id":
                    event_id = int(value)
                elif field == "event":
                    name = value
                elif field == "data":
                    return Event(event_id, name, json.loads(value))
        raise EOFError

    async def take(self, count: int) -> list[Event]:
        return [await self.next() for _ in range(count)]

    async def ended(self) -> bool:
        try:
            await self.next()
        except EOFError:
            return True
        return False


@dataclass
class Running:
    """A gateway that answers on `url`."""

    url: str
    gateway: Gateway
    clock: Clock

    async def admin(self, path: str, body: Json, method: str = "POST", key: str | None = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {key or self.gateway.admin_key}"}
        async with httpx.AsyncClient(base_url=self.url, verify=False) as http:
            return await http.request(method, f"/admin/{path}", json=body, headers=headers)

    async def person(self, first_name: str, bot: BotSide, **more: Any) -> int:
        answer = await self.admin("users", {"first_name": first_name, "bot": bot.username, **more})
        return int(answer.raise_for_status().json()["id"])

    async def group(self, title: str, bots: list[BotSide], members: list[int], **more: Any) -> int:
        body = {"title": title, "bots": [bot.username for bot in bots], "members": members, **more}
        return int((await self.admin("groups", body)).raise_for_status().json()["id"])

    async def change_group(self, group_id: int, **changes: Any) -> Json:
        answer = await self.admin("groups/change", {"id": group_id, **changes})
        return answer.raise_for_status().json()  # type: ignore[no-any-return]

    async def link(self, user_id: int, bot: BotSide, **more: Any) -> str:
        answer = await self.admin("links", {"user_id": user_id, "bot": bot.username, **more})
        return str(answer.raise_for_status().json()["url"])
