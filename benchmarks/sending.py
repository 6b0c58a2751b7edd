"""A morning's digest to 1,000 people at the rate the server permits, and nothing lost or said twice when it is killed.

    ./run python benchmarks/sending.py [--people 1000] [--kills 4] [--json]

The server (this process) permits what Telegram does, 30 calls in any second and one a second to a chat, and answers
429 to the rest. Our sender is a process of its own on a SQLite file that holds the digest. Then the same again, killed
with SIGKILL several times at chance moments: once against a server that honours our idempotency key (as our gateway
does), once against one that does not (as Telegram).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
TOKEN = "4711:AAbenchmark-token-of-a-bot-that-is-nowhere"
PERMITTED = 30
ME = {"id": 4711, "is_bot": True, "first_name": "小苗", "username": "xiaomiao_bot"}


class Server:
    """Accepts so many messages in any second, one a second to a chat; remembers what each chat was told, and when."""

    def __init__(self, *, honours_keys: bool) -> None:
        self.honours_keys = honours_keys
        self.accepted: list[float] = []
        self.told: Counter[int] = Counter()
        self.refused = 0
        self._window: deque[float] = deque()
        self._last: dict[int, float] = {}
        self._keys: dict[str, dict[str, Any]] = {}
        self.news = asyncio.Condition()

    async def handle(self, request: web.BaseRequest) -> web.Response:
        if request.path.endswith("/getMe"):
            return web.json_response({"ok": True, "result": ME})
        params, now = await request.post(), time.perf_counter()
        key = request.headers.get("X-Idempotency-Key", "")
        if self.honours_keys and key in self._keys:
            return web.json_response({"ok": True, "result": self._keys[key]})
        chat = int(str(params["chat_id"]))
        while self._window and self._window[0] <= now - 1:
            self._window.popleft()
        if len(self._window) >= PERMITTED or now - self._last.get(chat, 0.0) < 1:
            self.refused += 1
            error = {
                "ok": False,
                "error_code": 429,
                "description": "Too Many Requests",
                "parameters": {"retry_after": 1},
            }
            return web.json_response(error, status=429)
        self._window.append(now)
        self._last[chat] = now
        self.accepted.append(now)
        self.told[chat] += 1
        result = {"message_id": len(self.accepted), "date": 1, "chat": {"id": chat, "type": "private"}, "text": "…"}
        self._keys[key] = result
        async with self.news:
            self.news.notify_all()
        return web.json_response({"ok": True, "result": result})

    async def until_told(self, chats: int, seconds: float = 180) -> None:
        async with asyncio.timeout(seconds), self.news:
            await self.news.wait_for(lambda: len(self.told) >= chats)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        runner = web.ServerRunner(web.Server(self.handle), shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        await runner.cleanup()


async def digest(folder: Path, people: int) -> None:
    """A migrated database in which the digest waits to be sent."""
    from db import outbox
    from db.crypto import load_keyring
    from db.migrate import check_keys, migrate
    from db.session import Database

    def work(conn: Any) -> None:
        migrate(conn)
        check_keys(conn)
        now = datetime.now(UTC)
        for number in range(people):
            params = {"text": "早上好。今天有 3 件事：" + "走访、电话、复查。" * 8}
            outbox.put(conn, 1_000_000 + number, "sendMessage", params, now, urgency=outbox.Urgency.REMINDER)

    async with Database(f"sqlite:///{folder / 'xiaomiao.db'}", load_keyring(folder / "keys.json", make=True)) as db:
        await db.run(work)


async def waiting(folder: Path) -> int:
    from db import outbox
    from db.crypto import load_keyring
    from db.session import Database

    async with Database(f"sqlite:///{folder / 'xiaomiao.db'}", load_keyring(folder / "keys.json", make=False)) as db:
        return await db.read(outbox.waiting)


async def sender(url: str, folder: Path) -> None:
    """Our sender alone, as on Telegram."""
    from bot import app as application
    from bot.rates import Rates
    from db.crypto import load_keyring
    from db.session import Database
    from domain import units

    async with Database(f"sqlite:///{folder / 'xiaomiao.db'}", load_keyring(folder / "keys.json", make=False)) as db:
        app = await application.build(db, TOKEN, url, units.load(demo=True), demo=True)
        app.sender.rates = Rates()
        await app.bot.initialize()
        await app.run(intake=False, worker=False, scheduler=False)


async def start(url: str, folder: Path) -> asyncio.subprocess.Process:
    nothing = asyncio.subprocess.DEVNULL
    command = [sys.executable, str(Path(__file__)), "--url", url, "--folder", str(folder)]
    return await asyncio.create_subprocess_exec(*command, stdout=nothing, stderr=nothing)


async def end(bot: asyncio.subprocess.Process) -> None:
    bot.send_signal(signal.SIGKILL)
    await bot.wait()


async def at_rate(people: int) -> dict[str, float]:
    """The whole digest, undisturbed."""
    server = Server(honours_keys=True)
    with tempfile.TemporaryDirectory(prefix="xiaomiao-sending-") as folder:
        await digest(Path(folder), people)
        async with server.serving() as url:
            bot = await start(url, Path(folder))
            try:
                await server.until_told(people)
            finally:
                await end(bot)
    took = server.accepted[-1] - server.accepted[0]
    a_second = (people - 1) / took
    return {
        "people": people, "seconds": round(took, 2), "per_s": round(a_second, 2),
        "share_of_permitted": round(a_second / PERMITTED, 3), "answers_429": server.refused,
    }  # fmt: skip


async def killed(people: int, kills: int, seed: int, *, honours_keys: bool) -> dict[str, int]:
    """The same with SIGKILLs at chance moments while messages are on the wire."""
    server, chance = Server(honours_keys=honours_keys), random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="xiaomiao-sending-") as folder:
        await digest(Path(folder), people)
        async with server.serving() as url:
            for number in range(kills):
                bot = await start(url, Path(folder))
                try:
                    await server.until_told(min(people, (number + 1) * people // (kills + 1)))
                    await asyncio.sleep(chance.random() * 0.1)
                finally:
                    await end(bot)
            bot = await start(url, Path(folder))
            try:
                await server.until_told(people)
                async with asyncio.timeout(30):
                    while await waiting(Path(folder)):
                        await asyncio.sleep(0.2)
            finally:
                await end(bot)
    twice = sum(count - 1 for count in server.told.values())
    return {"people": people, "kills": kills, "lost": people - len(server.told), "twice": twice}


async def measure(people: int, kills: int, seed: int) -> dict[str, Any]:
    found: dict[str, Any] = {"digest": await at_rate(people)}
    print(f"{people} people: {found['digest']}")
    for name, honours in (("killed_with_key", True), ("killed_without_key", False)):
        found[name] = await killed(max(60, people // 5), kills, seed, honours_keys=honours)
        print(f"{name}: {found[name]}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    for hidden in ("--url", "--folder"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.url:
        from bot import app

        app.run(sender(given.url, Path(given.folder)))
        return
    os.umask(0o077)
    found = asyncio.run(measure(given.people, given.kills, given.seed))
    if given.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
