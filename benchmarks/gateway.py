"""Through the gateway: delivery to open pages beside a bare echo, memory, and opening a chat in a full store.

    ./run python benchmarks/gateway.py [--people 1000] [--rate 50] [--seconds 60] [--stored 1000000] [--json]

The gateway and the echo are processes of their own, the people's streams and the bot are a third (this one); all of
them share two cores. The echo is a starlette app in the same server that keeps nothing: POST a text for somebody, and
it goes to that person's event stream. `echo_kept` is the same echo that appends the text to a file and waits for the
disk (fsync) first, which is the least that accepting a message means. The gateway does its whole work: the bot's token,
SQLite at synchronous=FULL, everything sealed, every page asked again whether it still may see. All have a stream open
for everybody; they take turns of one second, so that what else the machine does meets all alike.

- *Delivery*: from the bot's hearing that its message was accepted to the event's arrival at the person's stream (0 when
  the event was faster); and *whole way*, from the bot's call to the event's arrival, which has the disk in it.
- *Memory*: what is resident (`VmRSS`), every second while this runs.
- *Opening a chat*: GET me and GET messages one after the other, of a chat with 1,000 messages when the store holds
  nothing else, of such a chat when the store holds `--stored` messages, and of a chat that has a fifth of these; in
  turns. Delivery and memory are those of the full store.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import random
import re
import resource
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import uvloop

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.gateway_store import BOT, FIRST, OF_ONE_CHAT, WORDS, fill, fill_up, people_of  # noqa: E402

TURN, WARM_UP = 1.0, 20
OPENINGS = 200
NUMBER = re.compile(rb"\xe7\xac\xac(\d+)\xe6\x9d\xa1")  # 第(\d+)条


# --- the two servers ---


class Server:
    """A process that prints a line ending in its address when it serves."""

    def __init__(self, *command: str) -> None:
        self._command = command
        self.url = ""
        self.highest_mb = 0.0

    async def __aenter__(self) -> Server:
        out = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(sys.executable, *self._command, cwd=ROOT, stdout=out)
        assert self._process.stdout is not None
        line = (await self._process.stdout.readline()).decode()
        if "http://" not in line:
            raise SystemExit(f"{self._command} did not start")
        self.url = line.split()[-1]
        self._watching = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._watching.cancel()
        self._process.send_signal(signal.SIGTERM)
        await self._process.wait()

    async def _watch(self) -> None:
        while True:
            self.highest_mb = max(self.highest_mb, self.resident_mb())
            await asyncio.sleep(1)

    def resident_mb(self) -> float:
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def serve_echo(folder: str) -> None:
    """The yardstick: what a text for somebody costs when nothing is kept, asked or sealed."""
    import socket

    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse, StreamingResponse
    from starlette.routing import Route

    queues: dict[int, asyncio.Queue[str]] = defaultdict(asyncio.Queue)

    async def events(request: Request) -> StreamingResponse:
        queue = queues[request.path_params["user"]]

        async def lines() -> AsyncIterator[str]:
            yield "retry: 2000\n\n"
            while True:
                yield f"event: message\ndata: {await queue.get()}\n\n"

        return StreamingResponse(lines(), media_type="text/event-stream")

    async def send(request: Request) -> JSONResponse:
        said = await request.json()
        text = json.dumps(said, ensure_ascii=False)
        if "keep" in request.query_params:
            await asyncio.to_thread(keep, text)
        queues[said["chat_id"]].put_nowait(text)
        return JSONResponse({"ok": True})

    def keep(text: str) -> None:
        os.write(kept, text.encode())
        os.fsync(kept)

    app = Starlette(routes=[Route("/events/{user:int}", events), Route("/sendMessage", send, methods=["POST"])])
    kept = os.open(folder, os.O_WRONLY | os.O_TMPFILE)
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen(1024)
    config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=1)
    print(f"echo ready http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    uvicorn.Server(config).run([listening])


# --- the bot and the people ---


@dataclass
class Side:
    """One server as the bot and the people meet it, and when what happened."""

    call: str  # the address of sendMessage
    stream: str  # the address of a person's stream, with a hole for the person
    cookies: list[str]  # of everybody
    sent: dict[int, float] = field(default_factory=dict)
    accepted: dict[int, float] = field(default_factory=dict)
    arrived: dict[int, float] = field(default_factory=dict)
    counted: list[int] = field(default_factory=list)

    async def listen(self, http: aiohttp.ClientSession, number: int, open_now: asyncio.Event) -> None:
        cookie = {"Cookie": f"xm_session={self.cookies[number]}"}
        async with http.get(self.stream.format(FIRST + number), headers=cookie) as response:
            response.raise_for_status()
            begun = b""
            async for part in response.content.iter_any():
                at = time.perf_counter()
                open_now.set()
                *whole, begun = (begun + part).split(b"\n\n")
                for event in whole:
                    if number := NUMBER.search(event):
                        self.arrived.setdefault(int(number[1]), at)

    async def send(self, http: aiohttp.ClientSession, user: int, number: int) -> None:
        body = {"chat_id": user, "text": WORDS.format(number)}
        self.sent[number] = time.perf_counter()
        async with http.post(self.call, json=body) as response:
            await response.read()
            self.accepted[number] = time.perf_counter()
            response.raise_for_status()

    def figures(self) -> dict[str, Any]:
        after = [max(0.0, self.arrived[number] - self.accepted[number]) for number in self.counted]
        whole = [self.arrived[number] - self.sent[number] for number in self.counted]
        return {
            "messages": len(self.counted),
            "delivery_p50_ms": percentile(after, 0.5), "delivery_p95_ms": percentile(after, 0.95),
            "whole_way_p50_ms": percentile(whole, 0.5), "whole_way_p95_ms": percentile(whole, 0.95),
        }  # fmt: skip


def percentile(times: list[float], part: float) -> float:
    return round(sorted(times)[min(len(times) - 1, int(len(times) * part))] * 1000, 2)


@asynccontextmanager
async def everybody_listens(side: Side) -> AsyncIterator[aiohttp.ClientSession]:
    """With a stream open for each of the people; the session the bot calls with."""
    forever = aiohttp.ClientTimeout(total=None)
    async with AsyncExitStack() as stack:
        pages = await stack.enter_async_context(
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0), timeout=forever, cookie_jar=aiohttp.DummyCookieJar()
            )
        )
        bot = await stack.enter_async_context(aiohttp.ClientSession(timeout=forever))
        listening = []
        try:
            for start in range(0, len(side.cookies), 20):
                opened = [asyncio.Event() for _ in side.cookies[start : start + 20]]
                for number, event in enumerate(opened, start):
                    listening.append(asyncio.create_task(side.listen(pages, number, event)))
                await asyncio.gather(*(asyncio.wait_for(event.wait(), 60) for event in opened))
            yield bot
            broken = [task.exception() for task in listening if task.done()]
            if broken:
                raise SystemExit(f"{len(broken)} streams ended: {broken[0]}")
        finally:
            for task in listening:
                task.cancel()
            await asyncio.gather(*listening, return_exceptions=True)


async def deliver(sides: dict[str, Side], rate: float, seconds: float) -> None:
    """Messages to anybody at this rate, the sides taking turns."""
    numbers, dice = iter(range(10**9)), random.Random(1)
    async with AsyncExitStack() as stack:
        bots = {name: await stack.enter_async_context(everybody_listens(side)) for name, side in sides.items()}
        gc.collect()
        gc.freeze()
        gc.disable()  # a pause of this process is nobody's delivery
        for turn in range(max(1, round(seconds / TURN))):
            for name, side in sides.items():
                sending, began, in_turn = [], time.perf_counter(), []
                for tick in range(int(TURN * rate) + (WARM_UP if turn == 0 else 0)):
                    await asyncio.sleep(max(0.0, began + tick / rate - time.perf_counter()))
                    in_turn.append(next(numbers))
                    user = FIRST + dice.randrange(len(side.cookies))
                    sending.append(asyncio.create_task(side.send(bots[name], user, in_turn[-1])))
                await asyncio.gather(*sending)
                await asyncio.wait_for(arrival(side, in_turn), 30)
                side.counted += in_turn[WARM_UP:] if turn == 0 else in_turn
        gc.enable()


async def arrival(side: Side, numbers: list[int]) -> None:
    while any(number not in side.arrived for number in numbers):
        await asyncio.sleep(0.01)


async def opening(chats: dict[str, tuple[str, str]]) -> dict[str, dict[str, float]]:
    """Each chat by its address and cookie, opened in turns."""
    took: dict[str, list[float]] = {name: [] for name in chats}
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        for round_ in range(OPENINGS + 10):
            for name, (base, cookie) in chats.items():
                began = time.perf_counter()
                for part in ("me", "messages"):
                    async with http.get(f"{base}/{part}", headers={"Cookie": f"xm_session={cookie}"}) as response:
                        response.raise_for_status()
                        body = await response.json()
                if round_ >= 10:
                    took[name].append(time.perf_counter() - began)
                assert len(body["messages"]) == 40
    return {name: {"p50_ms": percentile(times, 0.5), "p95_ms": percentile(times, 0.95)} for name, times in took.items()}


async def measure(people: int, rate: float, seconds: float, stored: int, folder: Path) -> dict[str, Any]:
    small, full = folder / "small", folder / "full"
    _, small_cookies = people_of(small, 2)
    token, cookies = people_of(full, people)
    fill(small, FIRST, OF_ONE_CHAT)
    fill(full, FIRST, OF_ONE_CHAT)
    fill_up(full, people, stored)
    print("filled", file=sys.stderr)
    command, yardstick = ("-m", "gateway", "--port", "0", "--data"), (__file__, "--echo", str(folder))
    async with Server(*command, str(full)) as gateway:
        async with Server(*command, str(small)) as other:
            opened = await opening(
                {
                    f"store_{OF_ONE_CHAT}": (f"{other.url}/c/{FIRST}/{BOT}/api", small_cookies[0]),
                    f"store_{stored}": (f"{gateway.url}/c/{FIRST}/{BOT}/api", cookies[0]),
                    f"store_{stored}_fifth": (f"{gateway.url}/c/{FIRST + 1}/{BOT}/api", cookies[1]),
                }
            )
        async with Server(*yardstick) as echo, Server(*yardstick) as keeping:
            streams = f"{gateway.url}/c/{{}}/{BOT}/api/events"
            sides = {
                "echo": Side(f"{echo.url}/sendMessage", f"{echo.url}/events/{{}}", cookies),
                "echo_kept": Side(f"{keeping.url}/sendMessage?keep", f"{keeping.url}/events/{{}}", cookies),
                "gateway": Side(f"{gateway.url}/bot{token}/sendMessage", streams, cookies),
            }
            before = gateway.cpu_seconds()
            await deliver(sides, rate, seconds)
            cpu = gateway.cpu_seconds() - before
    found: dict[str, Any] = {name: side.figures() for name, side in sides.items()}
    found["ratio"] = {
        f"{what}_to_{side}": round(found["gateway"][f"{what}_p95_ms"] / max(found[side][f"{what}_p95_ms"], 0.01), 2)
        for what in ("delivery", "whole_way")
        for side in ("echo", "echo_kept")
    }
    found["memory_mb"] = round(gateway.highest_mb, 1)
    found["gateway_cpu_s"] = round(cpu, 1)
    found["opening"] = opened
    return {"people": people, "rate": rate, "stored": stored, **found, "load": round(os.getloadavg()[0], 1)}


def table(found: dict[str, Any]) -> None:
    print(f"{'':<32}{'p50':>10}{'p95':>10}   gateway beside it, p95")
    for what in ("delivery", "whole_way"):
        for side in ("echo", "echo_kept", "gateway"):
            p50, p95 = found[side][f"{what}_p50_ms"], found[side][f"{what}_p95_ms"]
            ratio = "" if side == "gateway" else f"{found['ratio'][f'{what}_to_{side}']:>8} x"
            print(f"{what + ', ' + side:<32}{p50:>7} ms{p95:>7} ms{ratio}")
    for name, figures in found["opening"].items():
        print(f"{'opening, ' + name:<32}{figures['p50_ms']:>7} ms{figures['p95_ms']:>7} ms")
    print(f"{'memory of the gateway':<32}{found['memory_mb']:>17} MB")
    print(f"{'its processor time':<32}{found['gateway_cpu_s']:>17} s")
    print(f"load of the machine: {found['load']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--stored", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--echo", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.echo:
        serve_echo(given.echo)
        return
    os.umask(0o077)
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 65536) if most > 0 else 65536, most))
    with tempfile.TemporaryDirectory(prefix="gateway-benchmark-") as folder:
        found = uvloop.run(measure(given.people, given.rate, given.seconds, given.stored, Path(folder)))
    table(found)
    if given.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
