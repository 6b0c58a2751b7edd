"""How a bot hears of things by being called."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from gateway.settings import Settings
from tests.gateway.conftest import XIUYING, Start, new_bot
from tests.gateway.sides import BotSide, Json, Phone, Refused


class Receiver:
    """A bot's own little web server. `answers` says what the next calls get; then 200."""

    def __init__(self) -> None:
        self.calls: asyncio.Queue[tuple[dict[str, str], Json]] = asyncio.Queue()
        self.answers: list[web.Response] = []
        self.url = ""

    async def hook(self, request: web.Request) -> web.Response:
        self.calls.put_nowait((dict(request.headers), await request.json()))
        return self.answers.pop(0) if self.answers else web.Response()

    async def next(self) -> Json:
        async with asyncio.timeout(10):
            return (await self.calls.get())[1]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.hook)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def pending(bot: BotSide, count: int) -> Json:
    """The webhook's state once `count` updates wait."""
    async with asyncio.timeout(10):
        while (info := await bot.call("getWebhookInfo"))["pending_update_count"] != count:
            await asyncio.sleep(0.01)
    return info  # type: ignore[no-any-return]


async def test_updates_are_posted_with_the_secret_and_the_exact_type(
    bot: BotSide, phone: Phone, receiver: Receiver
) -> None:
    await bot.call("setWebhook", url=receiver.url, secret_token="s3cret_-")
    await phone.send("你好")
    headers, update = await receiver.calls.get()
    assert headers["Content-Type"] == "application/json"
    assert headers["X-Telegram-Bot-Api-Secret-Token"] == "s3cret_-"
    assert update["message"]["text"] == "你好"
    info = await pending(bot, 0)
    assert info["url"] == receiver.url
    assert "last_error_date" not in info


async def test_updates_that_waited_are_delivered_in_order(bot: BotSide, phone: Phone, receiver: Receiver) -> None:
    for text in "一二三":
        await phone.send(text)
    await bot.call("setWebhook", url=receiver.url)
    assert [(await receiver.next())["message"]["text"] for _ in range(3)] == ["一", "二", "三"]


async def test_a_refused_update_comes_again_before_the_next_one(bot: BotSide, phone: Phone, receiver: Receiver) -> None:
    receiver.answers = [web.Response(status=500), web.Response(status=503)]
    await bot.call("setWebhook", url=receiver.url)
    await phone.send("一")
    await phone.send("二")
    assert [(await receiver.next())["message"]["text"] for _ in range(4)] == ["一", "一", "一", "二"]
    info = await pending(bot, 0)
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"


async def test_a_bot_that_is_away_gets_its_updates_at_its_new_address(
    bot: BotSide, phone: Phone, receiver: Receiver
) -> None:
    await bot.call("setWebhook", url="http://127.0.0.1:9/hook")
    await phone.send("等着")
    async with asyncio.timeout(10):
        while "last_error_message" not in (info := await bot.call("getWebhookInfo")):
            await asyncio.sleep(0.01)
    assert info["last_error_message"].startswith("Connection failed")
    assert info["pending_update_count"] == 1
    await bot.call("setWebhook", url=receiver.url)
    assert (await receiver.next())["message"]["text"] == "等着"


async def test_a_deleted_webhook_is_not_called_and_keeps_or_drops_what_waits(
    bot: BotSide, phone: Phone, receiver: Receiver
) -> None:
    await bot.call("setWebhook", url=receiver.url)
    await bot.call("deleteWebhook")
    await phone.send("留着")
    assert (await bot.call("getWebhookInfo"))["pending_update_count"] == 1
    await bot.call("deleteWebhook", drop_pending_updates=True)
    assert await bot.updates() == []
    assert receiver.calls.empty()


async def test_the_answer_to_a_call_may_name_a_method(bot: BotSide, phone: Phone, receiver: Receiver) -> None:
    reply = {"method": "sendMessage", "chat_id": XIUYING, "text": "收到"}
    receiver.answers = [web.json_response(reply)]
    async with phone.listen() as stream:
        await bot.call("setWebhook", url=receiver.url)
        await phone.send("你好")
        _, answer = await stream.take(2)
    assert answer.data["message"]["text"] == "收到"


async def test_wanted_kinds_and_connections_are_remembered(bot: BotSide, receiver: Receiver) -> None:
    await bot.call("setWebhook", url=receiver.url, allowed_updates=["message"], max_connections=7)
    info = await bot.call("getWebhookInfo")
    assert (info["allowed_updates"], info["max_connections"]) == (["message"], 7)


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"url": "ftp://a.cn/"}, "bad webhook: invalid webhook URL specified"),
        ({"url": "http://[::1"}, "bad webhook: invalid webhook URL specified"),
        ({"url": "http://169.254.169.254/latest"}, "bad webhook: IP address is reserved"),
        ({"url": "https://a.cn/", "secret_token": "包子"}, "secret token contains unallowed characters"),
        ({}, 'parameter "url" is required'),
    ],
)
async def test_a_webhook_that_cannot_be_is_refused(bot: BotSide, params: Json, words: str) -> None:
    with pytest.raises(Refused, match=f"^Bad Request: {words}"):
        await bot.call("setWebhook", **params)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.8", "[::1]", "[::ffff:127.0.0.1]", "192.168.1.1"])
async def test_a_gateway_open_to_others_calls_nobody_inside(start: Start, host: str) -> None:
    bot = await new_bot(await start(Settings(local_webhooks=False)))
    with pytest.raises(Refused, match="IP address is reserved"):
        await bot.call("setWebhook", url=f"https://{host}/hook")


async def test_a_name_that_leads_inside_is_not_called_either() -> None:
    from gateway.addresses import GuardedResolver

    resolver = GuardedResolver(local=False)
    with pytest.raises(OSError, match="reserved"):
        await resolver.resolve("localhost", 80)
    assert await GuardedResolver(local=True).resolve("localhost", 80)
