"""What the sender tells our gateway of a message beside the Bot API: how urgent it is, and how long it may be kept."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web
from telegram import Bot

from bot.login_links import HOLE, order
from bot.outbox import Sender
from bot.rates import UNLIMITED
from bot.refusals import without_words
from bot.request import AioRequest
from db import outbox
from db.outbox import Urgency
from tests.house import TestHouse

SENT = {"message_id": 1, "date": 1, "chat": {"id": 100_001, "type": "private"}}


@pytest.fixture
async def told(house: TestHouse) -> list[dict[str, str | None]]:
    """The headers of every call, in order, after five messages were sent."""
    got: list[dict[str, str | None]] = []

    async def answer(request: web.Request) -> web.Response:
        names = ("X-Urgency", "X-Message-Class", "X-Idempotency-Key")
        got.append({name: request.headers.get(name) for name in names})
        await request.read()
        return web.json_response({"ok": True, "result": SENT})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()

    async def link(wanted: dict[str, object]) -> str:
        return "http://127.0.0.1/l/code"

    request = AioRequest()
    bot = Bot("1:test", base_url=f"{site.name}/bot", request=request, get_updates_request=request)
    sender = Sender(house.db, bot, rates=UNLIMITED, now=lambda: house.now, links=link)
    login = {"caption": HOLE, "_login_link": order("code", "张玉兰", 24)}

    def put(conn: object) -> None:
        chat = 100_001
        for params, urgency in (({"text": "紧急"}, Urgency.EMERGENCY), ({"text": "提醒"}, Urgency.REMINDER)):
            outbox.put(conn, chat, "sendMessage", params, house.now, urgency=urgency)  # type: ignore[arg-type]
        outbox.put(conn, chat, "sendPhoto", login, house.now)  # type: ignore[arg-type]
        outbox.put(conn, chat, "sendDocument", {}, house.now, file=b"1", file_name="a.xlsx")  # type: ignore[arg-type]
        names = {"text": "殷小虎", outbox.AFTERWARDS: {"text": "收起来了", "seconds": 60}}
        outbox.put(conn, chat, "sendMessage", names, house.now)  # type: ignore[arg-type]

    await house.db.run(put)
    await sender.drain()
    await request.shutdown()
    await runner.cleanup()
    return got


async def test_the_gateway_hears_how_urgent_each_message_is(told: list[dict[str, str | None]]) -> None:
    assert [headers["X-Urgency"] for headers in told] == ["0", "3", "1", "1", "1"]
    assert len({headers["X-Idempotency-Key"] for headers in told}) == 5


async def test_login_links_tables_and_names_are_to_be_forgotten_sooner_than_talk(
    told: list[dict[str, str | None]],
) -> None:
    assert [headers["X-Message-Class"] for headers in told] == [None, None, "login", "report", "sensitive"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("chat not found", "chat not found"),
        ("message can't be edited", "message can't be edited"),
        ("can't parse entities: unsupported start tag \"殷小虎\" at byte offset 7", "can't parse entities: unsupported start tag … at byte offset 7"),
        ("inline keyboard button url 'tel:10012345678' is invalid: wrong port", "inline keyboard button url … is invalid: wrong port"),
        ("button tel:10012345678 refused", "button … refused"),
    ],
)
def test_what_a_server_quotes_of_a_message_is_not_kept(said: str, kept: str) -> None:
    assert without_words(said) == kept


async def test_a_sender_that_begins_anew_says_nothing_another_has_said_meanwhile(house: TestHouse) -> None:
    def put(conn: object) -> None:
        for chat in range(100_001, 100_006):
            outbox.put(conn, chat, "sendMessage", {"text": "好"}, house.now)  # type: ignore[arg-type]

    await house.db.run(put)
    first = Sender(house.db, house.bot, rates=UNLIMITED, now=lambda: house.now, most=1, keyed=True)
    await first.once()  # one goes, the others are read ahead
    await asyncio.wait(first._busy.values())
    await house.sender.drain()  # the lease is another's for a while
    running = asyncio.create_task(first.run())
    await asyncio.sleep(0)
    await first.drain()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert [name for name, _ in house.line.calls].count("sendMessage") == 5
