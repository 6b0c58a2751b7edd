"""How a bot hears of things by being called."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from gateway.addresses import forbidden_host
from gateway.settings import Settings
from gateway.store import bots
from gateway.store.bots import Webhook
from gateway.store.database import Tx
from tests.gateway.conftest import QUICK, XIUYING, Start, new_bot, new_phone
from tests.gateway.sides import BotSide, Json, Phone, Refused, Running


class Receiver:
    """A bot's own little web server. `answers` says what the next calls get; then 200."""

    def __init__(self) -> None:
        self.calls: asyncio.Queue[tuple[dict[str, str], Json]] = asyncio.Queue()
        self.answers: list[web.Response] = []
        self.poison: str | None = None  # a message with these words is never taken
        self.gate: asyncio.Event | None = None  # calls are held here
        self.at_once = 0
        self.url = ""

    async def hook(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.calls.put_nowait((dict(request.headers), update))
        if self.gate is not None:
            self.at_once += 1
            await self.gate.wait()
        if self.poison is not None and update.get("message", {}).get("text") == self.poison:
            return web.Response(status=500)
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


async def test_one_chat_that_cannot_be_served_does_not_hold_up_the_others(
    gateway: Running, bot: BotSide, phone: Phone, receiver: Receiver
) -> None:
    other = await new_phone(gateway, bot, "李建国")
    receiver.poison = "坏的"
    await bot.call("setWebhook", url=receiver.url)
    await phone.send("坏的")
    await phone.send("之后")
    for text in ("一", "二"):
        await other.send(text)
    heard: list[str] = []
    while heard.count("坏的") < 2 or "二" not in heard:
        heard.append((await receiver.next())["message"]["text"])
    assert [text for text in heard if text != "坏的"] == ["一", "二"]
    receiver.poison = None
    while heard[-1] != "之后":
        heard.append((await receiver.next())["message"]["text"])
    await pending(bot, 0)


@pytest.mark.parametrize("most", [1, 3])
async def test_no_more_calls_at_once_than_the_bot_allowed(
    gateway: Running, bot: BotSide, receiver: Receiver, most: int
) -> None:
    phones = [await new_phone(gateway, bot, f"主任{number}") for number in range(4)]
    for phone in phones:
        await phone.send("一")
        await phone.send("二")
    receiver.gate = asyncio.Event()
    await bot.call("setWebhook", url=receiver.url, max_connections=most)
    first = [await receiver.next() for _ in range(most)]
    assert receiver.at_once == most
    assert receiver.calls.empty()
    receiver.gate.set()
    rest = [await receiver.next() for _ in range(8 - most)]
    order: dict[int, list[str]] = {}
    for update in first + rest:
        order.setdefault(update["message"]["chat"]["id"], []).append(update["message"]["text"])
    assert list(order.values()) == [["一", "二"]] * 4


async def test_a_bot_that_asks_for_rest_gets_it(bot: BotSide, phone: Phone, receiver: Receiver) -> None:
    receiver.answers = [web.Response(status=429, headers={"Retry-After": "9999"})]
    await bot.call("setWebhook", url=receiver.url)
    await phone.send("一")
    await receiver.next()
    async with asyncio.timeout(10):
        while "last_error_message" not in (info := await bot.call("getWebhookInfo")):
            await asyncio.sleep(0.01)
    assert info["last_error_message"] == "Wrong response from the webhook: 429 Too Many Requests"
    await bot.call("setWebhook", url=receiver.url)  # said again: at once, whatever pause was on
    assert (await receiver.next())["message"]["text"] == "一"


async def test_waiting_updates_are_dropped_when_the_bot_says_so(bot: BotSide, phone: Phone, receiver: Receiver) -> None:
    await phone.send("旧的")
    await bot.call("setWebhook", url=receiver.url, drop_pending_updates=True)
    await phone.send("新的")
    assert (await receiver.next())["message"]["text"] == "新的"


async def test_a_fixed_address_is_called_instead_of_the_one_of_the_name(
    bot: BotSide, phone: Phone, receiver: Receiver
) -> None:
    port = receiver.url.rpartition(":")[2].partition("/")[0]
    await bot.call("setWebhook", url=f"http://bot.example.invalid:{port}/hook", ip_address="127.0.0.1")
    await phone.send("你好")
    headers, update = await receiver.calls.get()
    assert headers["Host"] == f"bot.example.invalid:{port}"
    assert update["message"]["text"] == "你好"
    assert (await pending(bot, 0))["ip_address"] == "127.0.0.1"


async def test_a_name_nobody_knows_is_told_as_such(bot: BotSide, phone: Phone) -> None:
    await bot.call("setWebhook", url="https://bot.example.invalid/hook")
    await phone.send("你好")
    async with asyncio.timeout(10):
        while "last_error_message" not in (info := await bot.call("getWebhookInfo")):
            await asyncio.sleep(0.01)
    assert info["last_error_message"] == "Failed to resolve host: Name or service not known"


async def test_an_own_certificate_is_noted(bot: BotSide) -> None:
    certificate = {"certificate": ("public.pem", b"-----BEGIN CERTIFICATE-----")}
    assert await bot.upload("setWebhook", certificate, url="https://127.0.0.1:9/hook")
    assert (await bot.call("getWebhookInfo"))["has_custom_certificate"] is True


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"ip_address": "169.254.169.254"}, "bad webhook: IP address is reserved"),
        ({"ip_address": "not an address"}, "bad webhook: invalid IP address specified"),
    ],
)
async def test_a_fixed_address_must_be_one_that_may_be_called(bot: BotSide, params: Json, words: str) -> None:
    with pytest.raises(Refused, match=words):
        await bot.call("setWebhook", url="https://a.cn/", **params)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "169.254.1.1", "100.64.0.1", "::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1",
     "64:ff9b::7f00:1", "2002:7f00:1::", "0.0.0.0", "[::1]", "localhost.", "224.0.0.1"],
)  # fmt: skip
def test_addresses_inside_in_every_disguise_are_known(address: str) -> None:
    assert forbidden_host(address, local=False)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "chat.example.cn", "64:ff9b::101:101"])
def test_addresses_outside_may_be_called(address: str) -> None:
    assert not forbidden_host(address, local=False)


@pytest.mark.parametrize("name", ["127.1", "0x7f.1", "2130706433", "localhost"])
async def test_a_name_is_looked_at_when_it_is_called_and_the_call_goes_just_there(
    start: Start, receiver: Receiver, name: str
) -> None:
    """Whatever the resolver makes of a name, an address inside is not called, also when the bot had set the webhook
    while that was allowed."""
    port = receiver.url.rpartition(":")[2].partition("/")[0]
    gateway = await start(dataclasses.replace(QUICK, local_webhooks=False))
    bot = await new_bot(gateway)
    phone = await new_phone(gateway, bot)
    hook = Webhook(f"http://{name}:{port}/hook", None, 1, None, has_certificate=False, error_at=None, error=None)
    bot_id = (await bot.call("getMe"))["id"]

    def put(tx: Tx) -> None:
        bots.set_webhook(tx, bot_id, hook)
        tx.effects.webhooks.add(bot_id)

    await gateway.gateway.db.write(put)
    await phone.send("偷看")
    async with asyncio.timeout(10):
        while "last_error_message" not in (info := await bot.call("getWebhookInfo")):
            await asyncio.sleep(0.01)
    # some of these the client library takes for no host at all
    assert info["last_error_message"] in ("IP address is reserved", "Connection failed: InvalidUrlClientError")
    assert receiver.calls.empty()


@pytest.mark.parametrize(
    ("host", "base_url", "inside"),
    [
        ("127.0.0.1", None, True),
        ("127.0.0.1", "http://localhost:8081", True),
        ("127.0.0.1", "https://chat.example.cn", False),
        ("0.0.0.0", None, False),
    ],
)
def test_behind_a_proxy_webhooks_inside_are_refused_unless_allowed(
    host: str, base_url: str | None, inside: bool
) -> None:
    from gateway.server import _is_for_itself

    assert _is_for_itself(host, base_url) is inside


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
