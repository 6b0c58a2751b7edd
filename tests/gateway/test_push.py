"""Web Push against a push service on this machine that really opens what it is sent."""

from __future__ import annotations

import asyncio
import logging
import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from gateway.push import checked
from gateway.settings import Settings
from tests.gateway.conftest import QUICK, XIUYING, Start, new_bot, new_phone
from tests.gateway.far_services import Browser, Service, service, signed_claims
from tests.gateway.sides import BotSide, Phone, Running

LOCAL = replace(QUICK, local_push=True, push_first_pause=0.01)


@pytest.fixture
async def gateway(start: Start) -> Running:
    return await start(LOCAL)


@pytest.fixture
async def far() -> AsyncIterator[Service]:
    async with service() as kept:
        yield kept


@pytest.fixture
async def browser(far: Service, phone: Phone) -> Browser:
    browser = Browser(f"{far.url}/send/abc")
    (await phone.post("push", {"subscription": browser.subscription()})).raise_for_status()
    return browser


async def say(bot: BotSide, text: str, urgency: int = 1, chat_id: int = XIUYING) -> int:
    answer = await bot.http.post(
        "sendMessage", json={"chat_id": chat_id, "text": text}, headers={"X-Urgency": str(urgency)}
    )
    return int(answer.json()["result"]["message_id"])


async def test_a_push_carries_the_number_and_nothing_else(
    phone: Phone, bot: BotSide, far: Service, browser: Browser
) -> None:
    number = await say(bot, "殷小虎家请走访")
    (got,) = await far.wait_for(1)
    assert browser.opened(got) == {"code": number, "urgent": False}
    assert (got.path, got.headers["TTL"], got.headers["Urgency"]) == ("/send/abc", "86400", "normal")
    key = (await phone.me())["push"]["key"]
    claims = signed_claims(got, key)
    assert (claims["aud"], claims["sub"].startswith("mailto:")) == (far.url, True)


async def test_who_has_the_chat_open_is_not_pushed_unless_it_is_urgent(
    phone: Phone, bot: BotSide, far: Service, browser: Browser
) -> None:
    async with phone.listen():
        await say(bot, "平常的")
        urgent = await say(bot, "紧急", 0)
        (got,) = await far.wait_for(1)
    assert browser.opened(got) == {"code": urgent, "urgent": True}
    assert got.headers["Urgency"] == "high"


async def test_what_a_person_writes_is_not_pushed_to_that_person(
    phone: Phone, bot: BotSide, far: Service, browser: Browser
) -> None:
    await phone.send("我写的")
    number = await say(bot, "答复")
    assert [browser.opened(got)["code"] for got in await far.wait_for(1)] == [number]


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_a_browser_that_is_gone_is_not_tried_again(
    gateway: Running, bot: BotSide, phone: Phone, far: Service, browser: Browser, status: int
) -> None:
    far.statuses = [status]
    other = Browser(f"{far.url}/send/other")
    await say(bot, "一")
    await far.wait_for(1)
    second = await new_phone(gateway, bot, user_id=XIUYING)
    await second.post("push", {"subscription": other.subscription()})
    await say(bot, "二")
    got = await far.wait_for(2)
    assert [one.path for one in got] == ["/send/abc", "/send/other"]


async def test_a_slip_in_the_list_of_push_services_ends_no_subscription(
    start: Start, bot: BotSide, far: Service, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    looked = asyncio.Event()
    slip = await start(replace(LOCAL, local_push=False, push_hosts=("fcm.goggleapis.com",)))
    told = logging.Handler(logging.WARNING)
    told.emit = lambda record: looked.set() if "127.0.0.1" in record.getMessage() else None  # type: ignore[method-assign]
    logging.getLogger("gateway").addHandler(told)
    try:
        await say(BotSide(slip.url, bot.token, bot.username), "没人被叫醒")
        async with asyncio.timeout(10):
            await looked.wait()
    finally:
        logging.getLogger("gateway").removeHandler(told)
    mended = await start(LOCAL)
    number = await say(BotSide(mended.url, bot.token, bot.username), "又叫得醒了")
    (got,) = await far.wait_for(1)
    assert browser.opened(got)["code"] == number
    assert sum("127.0.0.1" in record.getMessage() for record in caplog.records) == 1


async def test_a_passing_failure_is_tried_again_a_few_times(
    phone: Phone, bot: BotSide, far: Service, browser: Browser
) -> None:
    far.statuses = [500, 429, 503]
    number = await say(bot, "一")
    got = await far.wait_for(4)
    assert {browser.opened(one)["code"] for one in got} == {number}


async def test_a_push_service_that_hangs_up_delays_nobody(bot: BotSide, phone: Phone) -> None:
    silent = Browser("http://127.0.0.1:9/nobody")
    await phone.post("push", {"subscription": silent.subscription()})
    await say(bot, "照样到")
    assert (await phone.history())["messages"][-1]["text"] == "照样到"


async def test_unsubscribing_and_signing_out_end_it(
    gateway: Running, bot: BotSide, phone: Phone, far: Service, browser: Browser
) -> None:
    await phone.post("push/remove", {"endpoint": browser.endpoint})
    second, kept = await new_phone(gateway, bot, user_id=XIUYING), Browser(f"{far.url}/send/second")
    await second.post("push", {"subscription": kept.subscription()})
    await say(bot, "一")
    assert [got.path for got in await far.wait_for(1)] == ["/send/second"]
    await gateway.admin("sign-out", {"user_id": XIUYING})
    left = await gateway.gateway.db.read(lambda tx: tx.value("SELECT count(*) FROM push_subscriptions"))
    assert left == 0


async def test_a_browser_that_subscribes_again_is_pushed_once(
    phone: Phone, bot: BotSide, far: Service, browser: Browser
) -> None:
    newer = Browser(f"{far.url}/send/newer")
    await phone.post("push", {"subscription": newer.subscription()})
    await say(bot, "一")
    await say(bot, "二", 0)
    assert [got.path for got in await far.wait_for(2)] == ["/send/newer", "/send/newer"]


def given(**more: Any) -> Any:
    return {**Browser("https://fcm.googleapis.com/x").subscription(), **more}


@pytest.mark.parametrize(
    "subscription",
    [
        None,
        {},
        "https://fcm.googleapis.com",
        given(endpoint="http://fcm.googleapis.com/x"),
        given(endpoint="https://127.0.0.1/x"),
        given(endpoint="https://localhost/x"),
        given(endpoint="https://10.0.0.8/x"),
        given(endpoint="https://[::ffff:169.254.169.254]/x"),
        given(endpoint="https://fcm.googleapis.com:8443/x"),
        given(endpoint="https://user@fcm.googleapis.com/x"),
        given(endpoint="https://fcm.googleapis.com:99999/x"),
        given(endpoint="https://fcm.googleapis.com/" + "x" * 3000),
        given(endpoint="https://push.example.org/x"),  # no push service any browser has
        given(endpoint="https://fcm.googleapis.com.example.org/x"),
        given(endpoint=17),
        given(keys={"p256dh": "AAAA", "auth": "AAAA"}),
        given(keys=[]),
    ],
)
async def test_only_public_push_services_are_ever_called(start: Start, subscription: Any) -> None:
    gateway = await start()
    phone = await new_phone(gateway, await new_bot(gateway))
    answer = await phone.post("push", {"subscription": subscription})
    assert (answer.status_code, "不影响收发" in answer.json()["error"]["message"]) == (400, True)


def test_only_what_is_needed_of_a_subscription_is_kept() -> None:
    kept = checked(given(expirationTime=None, name="王秀英"), False, Settings().push_hosts)
    assert set(kept) == {"endpoint", "keys"}


async def test_the_key_is_made_once_and_is_nobody_elses(start: Start) -> None:
    gateway = await start()
    path = gateway.gateway.data / "vapid.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    phone = await new_phone(gateway, await new_bot(gateway))
    first = (await phone.me())["push"]["key"]
    again = await start()
    assert again.gateway.pushes is not None
    assert again.gateway.pushes.public_key == first
