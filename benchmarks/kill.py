"""600 waiting updates and six SIGKILLs: what python-telegram-bot's stock loops lose, and what ours loses.

    ./run python benchmarks/kill.py [--updates 600] [--kills 6] [--json]

Each bot is a process of its own against the same fake Bot API server, over HTTP. It is killed with SIGKILL as soon as
it has answered a few more messages, started again, and after the last kill let run until it says nothing more. An
update that the server was told is in good hands (a higher offset, or 200 to the webhook call) and that nobody ever
answered is lost. The stock bots are the library's own echo: `run_polling`, and its documented custom webhook that puts
each update into the application's queue.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

from updates import ME, TOKEN, county  # noqa: E402

NAMES = ("ptb_polling", "ptb_webhook", "ours_polling", "ours_webhook")
MORE = 5  # answers between two kills
SECRET = "benchmark-secret"
QUIET = 4.0  # seconds without a word after the last start: it has nothing more to say
AT_ONCE = 40  # webhook calls at once, as Telegram makes them


class Server:
    """Holds the updates until they are confirmed; counts the answers to each."""

    def __init__(self, chats: list[int], count: int) -> None:
        self.queue = {number: _update(number, chats[number % len(chats)]) for number in range(1, count + 1)}
        self.texts = {update["message"]["text"] for update in self.queue.values()}
        self.answers: Counter[str] = Counter()
        self.keys: dict[str, dict[str, Any]] = {}  # honoured as our gateway does; the stock bots send none
        self.repeated = 0
        self.news = asyncio.Condition()

    async def handle(self, request: web.BaseRequest) -> web.Response:
        method = request.path.rsplit("/", 1)[-1]
        params: dict[str, Any] = {**request.query, **(await request.post())}
        result: Any = True
        if method == "getMe":
            result = ME
        elif method == "getUpdates":
            result = await self._updates(int(params.get("offset") or 0), float(params.get("timeout") or 0))
        elif method == "sendMessage" and (key := request.headers.get("X-Idempotency-Key")) in self.keys:
            self.repeated += 1
            result = self.keys[str(key)]
        elif method == "sendMessage":
            if params["text"] in self.texts:  # a morning's digest is no answer to a message
                self.answers[str(params["text"])] += 1
            chat = {"id": int(params["chat_id"]), "type": "private"}
            result = {"message_id": 10**6 + self.answers.total(), "date": 1, "chat": chat, "text": params["text"]}
            if key:
                self.keys[key] = result
            async with self.news:
                self.news.notify_all()
        return web.json_response({"ok": True, "result": result})

    async def _updates(self, offset: int, timeout: float) -> list[dict[str, Any]]:
        for number in [number for number in self.queue if number < offset]:
            del self.queue[number]
        if not self.queue and timeout:
            await asyncio.sleep(min(timeout, 1.0))
        return list(self.queue.values())[:100]

    async def answered(self, more: int, patience: float) -> bool:
        """Wait for so many more answers; whether they came."""
        goal = self.answers.total() + more
        with suppress(TimeoutError):
            async with asyncio.timeout(patience), self.news:
                await self.news.wait_for(lambda: self.answers.total() >= goal)
            return True
        return False

    async def deliver(self, url: str) -> None:
        """Call the webhook with what is not confirmed, in order, a few at once, until cancelled."""
        places = asyncio.Semaphore(AT_ONCE)

        async def call(session: aiohttp.ClientSession, number: int, update: dict[str, Any]) -> None:
            async with places:
                with suppress(aiohttp.ClientError, OSError):
                    body, headers = (
                        json.dumps(update),
                        {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"},
                    )
                    async with session.post(url, data=body, headers=headers) as answer:
                        if answer.status == 200:
                            self.queue.pop(number, None)

        async with aiohttp.ClientSession() as session:
            while True:
                waiting = list(self.queue.items())
                await asyncio.gather(*(call(session, number, update) for number, update in waiting))
                await asyncio.sleep(0.05)


def _update(number: int, chat: int) -> dict[str, Any]:
    sender = {"id": chat, "first_name": "某人"}
    message = {
        "message_id": number, "date": 1_795_000_000, "text": f"第{number}条，家里都好",
        "chat": {**sender, "type": "private"}, "from": {**sender, "is_bot": False},
    }  # fmt: skip
    return {"update_id": number, "message": message}


async def measure(name: str, updates: int, kills: int) -> dict[str, int]:
    with tempfile.TemporaryDirectory(prefix="xiaomiao-kill-") as folder:
        server = Server(await county(Path(folder)), updates)
        runner = web.ServerRunner(web.Server(server.handle), shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url, port = f"http://127.0.0.1:{runner.addresses[0][1]}", _free_port()
        calls = (
            asyncio.create_task(server.deliver(f"http://127.0.0.1:{port}/hook")) if name.endswith("webhook") else None
        )
        command = [
            sys.executable,
            str(Path(__file__)),
            "--bot",
            name,
            "--url",
            url,
            "--folder",
            folder,
            "--port",
            str(port),
        ]
        nothing = asyncio.subprocess.DEVNULL
        for life in range(kills + 1):
            bot = await asyncio.create_subprocess_exec(*command, stdout=nothing, stderr=nothing)
            try:
                if life < kills:
                    await server.answered(MORE, 20)
                else:
                    while len(server.answers) < updates and await server.answered(1, QUIET + 16 * bool(server.queue)):
                        pass
            finally:
                bot.send_signal(signal.SIGKILL)
                await bot.wait()
        if calls is not None:
            calls.cancel()
        await runner.cleanup()
    lost = updates - len(server.answers) - len(server.queue)
    twice = server.answers.total() - len(server.answers)
    return {
        "updates": updates,
        "kills": kills,
        "lost": lost,
        "answered_twice": twice,
        "repeats_held_back_by_key": server.repeated,
    }


def _free_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


# --- the bots, each in a process of its own ---


def stock(url: str, port: int, *, webhook: bool) -> None:
    """python-telegram-bot's echo, by polling or by its documented custom webhook."""
    from telegram import Update
    from telegram.ext import Application, ContextTypes, MessageHandler, filters

    async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message and update.message.text:
            await update.message.reply_text(update.message.text)

    made = Application.builder().token(TOKEN).base_url(f"{url}/bot")
    if not webhook:
        app = made.build()
        app.add_handler(MessageHandler(filters.TEXT, echo))
        app.run_polling()
        return
    app = made.updater(None).build()
    app.add_handler(MessageHandler(filters.TEXT, echo))

    async def serve() -> None:
        import uvicorn
        from starlette.applications import Starlette
        from starlette.requests import Request
        from starlette.responses import Response
        from starlette.routing import Route

        async def hook(request: Request) -> Response:
            await app.update_queue.put(Update.de_json(await request.json(), app.bot))
            return Response()

        site = Starlette(routes=[Route("/hook", hook, methods=["POST"])])
        server = uvicorn.Server(uvicorn.Config(site, host="127.0.0.1", port=port, log_level="critical"))
        async with app:
            await app.start()
            await server.serve()

    asyncio.run(serve())


async def ours(url: str, folder: Path, port: int, *, webhook: bool) -> None:
    """Our whole bot with a handler that answers the same words."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.routing import Route

    from bot import app as application
    from bot.subject import Subject
    from bot.work import Work
    from db.crypto import load_keyring
    from db.session import Database
    from domain import units

    def echo(work: Work) -> bool:
        work.reply(work.said)
        return True

    application.SUBJECTS = (Subject("benchmark", free=echo),)
    async with Database(f"sqlite:///{folder / 'xiaomiao.db'}", load_keyring(folder / "keys.json", make=False)) as db:
        app = await application.build(db, TOKEN, url, units.load(demo=True), demo=True)
        await app.bot.initialize()
        if not webhook:
            await app.run()
            return
        site = Starlette(routes=[Route("/hook", app.intake.webhook(SECRET), methods=["POST"])])
        server = uvicorn.Server(uvicorn.Config(site, host="127.0.0.1", port=port, log_level="critical"))
        async with asyncio.TaskGroup() as group:
            group.create_task(server.serve())
            group.create_task(app.run(intake=False))


async def compare(updates: int, kills: int, names: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in names:
        found[name] = await measure(name, updates, kills)
        print(f"{name:<14} lost {found[name]['lost']:>4} of {updates}   answered twice {found[name]['answered_twice']}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--updates", type=int, default=600)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--only", choices=NAMES, action="append")
    parser.add_argument("--json", action="store_true")
    for hidden in ("--bot", "--url", "--folder"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    webhook = bool(given.bot) and given.bot.endswith("webhook")
    if given.bot and given.bot.startswith("ours"):
        from bot import app

        app.run(ours(given.url, Path(given.folder), given.port, webhook=webhook))
    elif given.bot:
        stock(given.url, given.port, webhook=webhook)
    else:
        os.umask(0o077)
        found = asyncio.run(compare(given.updates, given.kills, given.only or list(NAMES)))
        if given.json:
            print(json.dumps(found))


if __name__ == "__main__":
    main()
