"""python-telegram-bot's HTTP, on aiohttp, and the plain calls to our own gateway on bot/plain_http.py.

Its default client costs half of all CPU time and collapses with many requests in flight. Same contract
(`BaseRequest`), same errors; only the bytes travel differently.
"""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlencode

import aiohttp
from telegram._utils.defaultvalue import DEFAULT_NONE, DefaultValue
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.plain_http import Broken, PlainHttp, Unreachable

IDEMPOTENCY_KEY: ContextVar[str | None] = ContextVar("idempotency_key", default=None)
"""Set by the sender around one call: on our gateway a repeated key sends nothing twice."""
URGENCY: ContextVar[int | None] = ContextVar("urgency", default=None)
"""Set beside it: 0 is an emergency, for which our gateway keeps a call list until somebody acknowledges it."""
MESSAGE_CLASS: ContextVar[str | None] = ContextVar("message_class", default=None)
"""Set beside it where the gateway is to forget the message earlier than ordinary talk: `login`, `report`."""


class NotSent(NetworkError):
    """The connection failed before the request was out: nothing can have been done, try again at once."""


class AioRequest(BaseRequest):
    """One aiohttp session. The updates' long poll gets an instance of its own."""

    def __init__(self, connections: int = 64, read_timeout: float = 20.0) -> None:
        self._connections, self._read_timeout = connections, read_timeout
        self._session: aiohttp.ClientSession | None = None
        self._plain = PlainHttp(connections)

    @property
    def read_timeout(self) -> float | None:
        return self._read_timeout

    async def initialize(self) -> None:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=self._connections))

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
        self._plain.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = DEFAULT_NONE,
        write_timeout: Any = DEFAULT_NONE,
        connect_timeout: Any = DEFAULT_NONE,
        pool_timeout: Any = DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        read = DefaultValue.get_value(read_timeout)
        if method == "POST" and url.startswith("http://") and not (request_data and request_data.contains_files):
            return await self._plainly(url, request_data, read if read is not None else self._read_timeout)
        if self._session is None:
            await self.initialize()
        assert self._session is not None
        timeout = aiohttp.ClientTimeout(
            sock_connect=_seconds(connect_timeout, 10.0), sock_read=read if read is not None else self._read_timeout
        )
        headers = _headers()
        data: Any = None
        if request_data:
            data = _form(request_data)
        try:
            async with self._session.request(method, url, data=data, headers=headers, timeout=timeout) as answer:
                return answer.status, await answer.read()
        except aiohttp.ClientConnectorError as problem:
            raise NotSent(f"no connection ({type(problem).__name__})") from problem
        except asyncio.TimeoutError as problem:  # noqa: UP041 - aiohttp's own subclasses this name
            raise TimedOut from problem
        except (aiohttp.ClientError, OSError, ValueError) as problem:
            raise NetworkError(f"{type(problem).__name__}") from problem  # no URL in it: it holds the token

    async def _plainly(self, url: str, request_data: RequestData | None, timeout: float) -> tuple[int, bytes]:
        body = urlencode(request_data.json_parameters).encode() if request_data else b""
        headers = "".join(f"{name}: {value}\r\n" for name, value in (_headers() | _FORM).items())
        try:
            return await self._plain.post(url, headers, body, timeout)
        except Unreachable as problem:
            raise NotSent(f"no connection ({problem})") from problem
        except TimeoutError as problem:
            raise TimedOut from problem
        except (Broken, OSError, ValueError) as problem:
            raise NetworkError(f"{type(problem).__name__}") from problem  # no URL in it: it holds the token


_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def _headers() -> dict[str, str]:
    headers = {"User-Agent": BaseRequest.USER_AGENT}
    key, urgency, message_class = IDEMPOTENCY_KEY.get(), URGENCY.get(), MESSAGE_CLASS.get()
    if key:
        headers["X-Idempotency-Key"] = key
    if urgency is not None:
        headers["X-Urgency"] = str(urgency)
    if message_class is not None:
        headers["X-Message-Class"] = message_class
    return headers


def _form(request_data: RequestData) -> Any:
    if not request_data.contains_files:
        return request_data.json_parameters
    form = aiohttp.FormData(quote_fields=False)  # file names travel as they are, 名册.xlsx
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (file_name, content, mime) in request_data.multipart_data.items():
        form.add_field(name, content, filename=file_name, content_type=mime)
    return form


def _seconds(value: Any, default: float) -> float:
    plain = DefaultValue.get_value(value)
    return default if plain is None else float(plain)
