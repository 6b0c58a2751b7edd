"""The calls to our own gateway, over real sockets: kept connections, and what is said when they break."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web
from telegram.error import NetworkError, TimedOut
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.plain_http import Broken, PlainHttp, Unreachable
from bot.request import IDEMPOTENCY_KEY, AioRequest, NotSent

Serve = Callable[[Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]], Awaitable[str]]
FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    servers: list[asyncio.Server] = []

    async def start(talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]) -> str:
        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        servers.append(server)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/bot1:secret/sendMessage"

    yield start
    for server in servers:
        server.close()


@pytest.fixture
async def http() -> AsyncIterator[PlainHttp]:
    http = PlainHttp(connections=2, connect_timeout=2)
    yield http
    http.close()


async def heard(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
    )
    return head + await reader.readexactly(length)


async def test_many_calls_share_one_connection(serve: Serve, http: PlainHttp) -> None:
    lines: list[int] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.append(0)
        while not reader.at_eof():
            try:
                call = await heard(reader)
            except asyncio.IncompleteReadError:
                break
            body = call.rpartition(b"\r\n\r\n")[2]
            lines[-1] += 1
            writer.write(
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
            )
        writer.close()

    url = await serve(talk)
    said = [await http.post(url, "", b"text=%d" % number, 5) for number in range(5)]
    assert said == [(200, b"text=%d" % number) for number in range(5)] and lines == [5]


async def test_a_connection_the_server_closed_meanwhile_is_not_used_again(serve: Serve, http: PlainHttp) -> None:
    gone = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await heard(reader)
        writer.write(FINE)
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        gone.set()

    url = await serve(talk)
    for _ in range(3):
        assert await http.post(url, "", b"", 5) == (200, b"{}")
        await gone.wait()
        gone.clear()
        async with asyncio.timeout(5):
            while any(line.reusable for lines in http._idle.values() for line in lines):
                await asyncio.sleep(0)  # until the word of it has arrived here


async def test_a_line_cut_in_the_middle_of_the_answer_is_broken_not_answered(serve: Serve, http: PlainHttp) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await heard(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{")
        writer.close()

    with pytest.raises(Broken):
        await http.post(await serve(talk), "", b"", 5)


async def test_garbage_instead_of_http_is_broken(serve: Serve, http: PlainHttp) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await heard(reader)
        writer.write(b"\0\1garbage\r\n\r\n")

    with pytest.raises(Broken):
        await http.post(await serve(talk), "", b"", 5)


async def test_a_server_that_says_nothing_is_given_up_after_its_time_and_the_line_with_it(
    serve: Serve, http: PlainHttp
) -> None:
    ended = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        ended.set()

    url = await serve(talk)
    with pytest.raises(TimeoutError):
        await http.post(url, "", b"", 0.05)
    await asyncio.wait_for(ended.wait(), 5)


async def test_where_nobody_listens_nothing_was_done(http: PlainHttp) -> None:
    with pytest.raises(Unreachable):
        await http.post("http://127.0.0.1:9/x", "", b"", 5)


@pytest.mark.parametrize("url", ["https://a.cn/x", "http://a.cn/x y", "http://a.cn/儿", "ftp://a"])
async def test_an_address_it_does_not_speak_to_is_refused(http: PlainHttp, url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        await http.post(url, "", b"", 5)


async def test_the_request_class_says_it_in_the_librarys_own_errors() -> None:
    got: list[tuple[dict[str, object], str | None]] = []
    slow = asyncio.Event()

    async def answer(request: web.BaseRequest) -> web.Response:
        got.append((dict(await request.post()), request.headers.get("X-Idempotency-Key")))
        if request.path.endswith("slow"):
            await slow.wait()
        if request.path.endswith("cut"):
            assert request.transport is not None
            request.transport.abort()
        return web.json_response({"ok": True, "result": 1})

    runner = web.ServerRunner(web.Server(answer), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    request = AioRequest(read_timeout=0.1)
    data = RequestData([RequestParameter.from_input("text", "殷 小虎&=")])
    IDEMPOTENCY_KEY.set("k1")
    try:
        status, body = await request.do_request(f"{site.name}/sendMessage", "POST", data, read_timeout=5)
        assert (status, body) == (200, b'{"ok": true, "result": 1}') and got == [({"text": "殷 小虎&="}, "k1")]
        with pytest.raises(TimedOut):
            await request.do_request(f"{site.name}/slow", "POST", data)
        with pytest.raises(NetworkError) as cut:
            await request.do_request(f"{site.name}/cut", "POST", data, read_timeout=5)
        assert not isinstance(cut.value, NotSent) and "/" not in str(cut.value)  # the address holds the token
        with pytest.raises(NotSent):
            await request.do_request("http://127.0.0.1:9/sendMessage", "POST", data)
    finally:
        slow.set()
        await request.shutdown()
        await runner.cleanup()
