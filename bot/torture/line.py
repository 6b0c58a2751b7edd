"""A bad line between the bot and the gateway: a proxy on loopback that cuts, delays, repeats and reorders requests."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from random import Random

BIGGEST = 1024 * 1024
NO_COPY = (b"/getUpdates", b"/getFile")
"""Never repeated: a second getUpdates at the same time is answered 409 and the bot rightly steps back for ten seconds."""

FATES = ("copied", "deaf", "dropped", "wrong", "overtaken", "slow")
_WRONG = (
    (
        429,
        '{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 1","parameters":{"retry_after":1}}',
    ),
    (500, '{"ok":false,"error_code":500,"description":"Internal Server Error"}'),
    (502, "<html>Bad Gateway</html>"),
    (200, "<html>Welcome to the hotel. Accept our terms to go online.</html>"),
)


@dataclass(frozen=True)
class Weather:
    """How often something happens to one request, from 0 to 1."""

    copied: float = 0.06  # the server gets it twice, the copy up to `late` seconds later, so perhaps behind others
    deaf: float = 0.03  # the server gets it, its answer is lost
    dropped: float = 0.03  # the connection breaks before the server gets it
    wrong: float = 0.04  # somebody in between answers: 429, 500, or something that is no JSON
    overtaken: float = 0.05  # it waits until the next request of another connection has gone by, `late` seconds at most
    slow: float = 0.10  # it is under way for up to `late` seconds
    late: float = 1.5


class Line:
    """Listens on a port of its own (`url`) and hands every request on to `port`. `async with` opens and closes it."""

    def __init__(self, port: int, rng: Random, weather: Weather = Weather()) -> None:
        self._to, self._rng, self._weather = port, rng, weather
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._down = False
        self._passing = asyncio.Event()  # set whenever a request goes by, for those that wait to be overtaken
        self.polled = asyncio.Event()  # the bot has asked for updates once: it works
        self.done = dict.fromkeys((*FATES, "cut"), 0)

    async def __aenter__(self) -> Line:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0, limit=BIGGEST)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self._break_all()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def cut(self, seconds: float) -> None:
        """Every connection breaks, and no new one gets through for a while."""
        self.done["cut"] += 1
        self._down = True
        self._break_all()
        try:
            await asyncio.sleep(seconds)
        finally:
            self._down = False

    def _break_all(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            # cancelled only by ourselves at the end; asyncio's server would print a traceback if it came through
            with suppress(OSError, EOFError, asyncio.LimitOverrunError, ValueError, asyncio.CancelledError):
                if not self._down:
                    await self._between(reader, writer)
        finally:
            writer.transport.abort()
            self._writers.discard(writer)
            self._tasks.discard(task)

    async def _between(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: requests one by one, answers as they come."""
        back, onward = await asyncio.open_connection("127.0.0.1", self._to)
        self._writers.add(onward)
        answers = self._start(_pump(back, writer))
        try:
            while request := await _request(reader):
                if b"/getUpdates" in request.partition(b"\r\n")[0]:
                    self.polled.set()
                what = self._fate()
                if what:
                    self.done[what] += 1
                if what == "dropped":
                    return
                if what == "wrong":
                    writer.write(_answer(*self._rng.choice(_WRONG)))
                    await writer.drain()
                    continue
                if what == "slow":
                    await asyncio.sleep(self._rng.uniform(0, self._weather.late))
                if what == "overtaken":
                    await self._be_overtaken()
                if what == "deaf":
                    answers.cancel()
                    await asyncio.wait([answers])
                if what == "copied" and not any(name in request.partition(b"\r\n")[0] for name in NO_COPY):
                    self._start(self._again(request, self._rng.uniform(0, self._weather.late)))
                onward.write(request)
                await onward.drain()
                self._passing.set()
                if what == "deaf":
                    await asyncio.wait_for(back.read(1), 5)  # it is done there, and nobody hears of it
                    return
        finally:
            answers.cancel()
            onward.transport.abort()
            self._writers.discard(onward)

    def _fate(self) -> str | None:
        chance, weather = self._rng.random(), self._weather
        for what in FATES:
            chance -= getattr(weather, what)
            if chance < 0:
                return what
        return None

    async def _be_overtaken(self) -> None:
        """Until another request has gone by: two of one moment reach the server in the other order."""
        self._passing.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._weather.late):
                await self._passing.wait()

    async def _again(self, request: bytes, after: float) -> None:
        """The same request once more, by another way; its answer reaches nobody."""
        await asyncio.sleep(after)
        with suppress(OSError, EOFError, TimeoutError):
            back, onward = await asyncio.open_connection("127.0.0.1", self._to)
            try:
                onward.write(request)
                await asyncio.wait_for(back.read(1), 5)
            finally:
                onward.transport.abort()

    def _start(self, job: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(job)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.transport.abort()


def _answer(status: int, body: str) -> bytes:
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body.encode())}\r\n\r\n"
    return (head + body).encode()


async def _request(reader: asyncio.StreamReader) -> bytes:
    """One whole HTTP/1.1 request, as aiohttp sends them; b"" when the client has gone."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    fields = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(b":") for line in head.split(b"\r\n")[1:])
    }
    if b"chunked" in fields.get(b"transfer-encoding", b"").lower():
        body = b""
        while True:
            size = await reader.readuntil(b"\r\n")
            chunk = await reader.readexactly(int(size.split(b";")[0], 16) + 2)
            body += size + chunk
            if int(size.split(b";")[0], 16) == 0:
                return head + body
    return head + await reader.readexactly(int(fields.get(b"content-length", b"0")))
