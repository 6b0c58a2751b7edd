"""HTTP/1.1 as far as the Bot API on our own network needs it: POST, keep-alive, nothing else.

A general client spends three times as long on a call as python-telegram-bot and the socket together, and the calls are
what a busy bot does most. So what goes to a plain http:// address (our gateway, on this machine or beside it) leaves
through here, parsed by httptools, the parser our own servers use; TLS, proxies and files stay with aiohttp.
"""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import cast
from urllib.parse import urlsplit

import httptools


class Unreachable(Exception):
    """No connection: nothing of the call can have been done."""


class Broken(Exception):
    """The connection broke or made no sense after the call had left: whether it was done is not known."""


class PlainHttp:
    """Kept connections to any number of servers; at most so many at once."""

    def __init__(self, connections: int = 64, connect_timeout: float = 10.0) -> None:
        self._places = asyncio.Semaphore(connections)
        self._connect_timeout = connect_timeout
        self._idle: dict[tuple[str, int], list[_Line]] = {}
        self._closed = False

    async def post(self, url: str, headers: str, body: bytes, timeout: float) -> tuple[int, bytes]:
        """The answer's status and body. `headers` are whole lines, each ending in CRLF.

        Raises Unreachable, Broken or TimeoutError (no answer within so many seconds).
        """
        server, head = _target(url)
        call = b"%b%bContent-Length: %d\r\n\r\n%b" % (head, headers.encode("latin-1"), len(body), body)
        async with self._places:
            line = await self._line(server)
            try:
                answer = await line.ask(call, timeout)
            except BaseException:
                line.close()
                raise
            if line.reusable and not self._closed:
                self._idle.setdefault(server, []).append(line)
            else:
                line.close()
            return answer

    async def _line(self, server: tuple[str, int]) -> _Line:
        idle = self._idle.get(server)
        while idle:
            line = idle.pop()
            if line.reusable:
                return line
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._connect_timeout):
                _, made = await loop.create_connection(_Line, *server)
        except (OSError, TimeoutError) as problem:
            raise Unreachable(type(problem).__name__) from problem
        return made

    def close(self) -> None:
        self._closed = True
        for idle in self._idle.values():
            for line in idle:
                line.close()
        self._idle.clear()


class _Line(asyncio.Protocol):
    """One connection: one call at a time."""

    def __init__(self) -> None:
        self.reusable = False
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._parts: list[bytes] = []

    async def ask(self, call: bytes, timeout: float) -> tuple[int, bytes]:
        assert self._transport is not None
        loop = asyncio.get_running_loop()
        self.reusable, self._parts = False, []
        self._answer = loop.create_future()
        clock = loop.call_later(timeout, self._too_late)
        self._transport.write(call)
        try:
            return await self._answer
        finally:
            clock.cancel()
            self._answer = None

    def close(self) -> None:
        self.reusable = False
        if self._transport is not None:
            self._transport.abort()

    def _too_late(self) -> None:
        self._fail(TimeoutError())

    def _fail(self, problem: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(problem)

    # --- told by the transport ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport, self.reusable = cast(asyncio.Transport, transport), True  # uvloop's is of no class of asyncio

    def data_received(self, data: bytes) -> None:
        if self._answer is None:  # words nobody asked for: this line is not to be trusted
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as problem:
            self._fail(Broken(type(problem).__name__))

    def connection_lost(self, problem: Exception | None) -> None:
        self.reusable = False
        self._fail(Broken("connection lost"))

    # --- told by the parser ---

    def on_body(self, part: bytes) -> None:
        self._parts.append(part)

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < 200:  # 100 Continue: the answer itself is still to come
            self._parts = []
            return
        self.reusable = bool(self._parser.should_keep_alive())
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((status, b"".join(self._parts)))


@lru_cache(maxsize=256)
def _target(url: str) -> tuple[tuple[str, int], bytes]:
    """(host, port) and the first lines of a call to this URL."""
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError("not an http:// address")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    head = f"POST {path} HTTP/1.1\r\nHost: {parts.netloc.rpartition('@')[2]}\r\n"
    if not path.isascii() or not path.isprintable() or " " in path:
        raise ValueError("not an address")
    return (parts.hostname, parts.port or 80), head.encode("ascii")
