"""The outbound hook against a county's address on this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.gateway.conftest import QUICK, XIUYING, Start, new_bot, new_phone
from tests.gateway.far_services import Service, service
from tests.gateway.sides import BotSide, Phone, Running

HALF_AN_HOUR = 1800


@pytest.fixture
async def far() -> AsyncIterator[Service]:
    async with service(200) as kept:
        yield kept


@pytest.fixture
async def gateway(start: Start, far: Service) -> Running:
    return await start(replace(QUICK, hook_url=f"{far.url}/sms", hook_secret="county-secret"))


async def say(bot: BotSide, text: str, urgency: int | None = None) -> int:
    headers = {} if urgency is None else {"X-Urgency": str(urgency)}
    answer = await bot.http.post("sendMessage", json={"chat_id": XIUYING, "text": text}, headers=headers)
    return int(answer.json()["result"]["message_id"])


async def look(gateway: Running, seconds: int = 0) -> None:
    """Time passes, and the hook's turn comes."""
    gateway.clock.forward(seconds)
    assert gateway.gateway.hook is not None
    await gateway.gateway.hook.once()


async def test_an_urgent_message_is_told_at_once_by_its_number_alone(
    gateway: Running, bot: BotSide, phone: Phone, far: Service
) -> None:
    number = await say(bot, "殷小虎：紧急", 0)
    (got,) = await far.wait_for(1)
    assert got.json() == {"code": number, "user_id": XIUYING, "urgent": True, "waiting_seconds": 0}
    assert (got.path, got.headers["X-Gateway-Secret"]) == ("/sms", "county-secret")
    assert got.headers["Content-Type"].startswith("application/json")


async def test_other_messages_are_told_of_once_when_they_were_not_seen_for_long(
    gateway: Running, bot: BotSide, phone: Phone, far: Service
) -> None:
    first = await say(bot, "一")
    await look(gateway, HALF_AN_HOUR - 1)
    assert far.got == []
    await say(bot, "二")
    await look(gateway, 1)
    assert [got.json() for got in far.got] == [
        {"code": first, "user_id": XIUYING, "urgent": False, "waiting_seconds": HALF_AN_HOUR}
    ]
    last = await say(bot, "三")
    await look(gateway, 2 * HALF_AN_HOUR)
    assert len(far.got) == 1  # they know already
    await phone.post("seen", {"message_id": last})
    again = await say(bot, "四")
    await look(gateway, HALF_AN_HOUR)
    assert [got.json()["code"] for got in far.got] == [first, again]


async def test_who_has_seen_it_is_left_in_peace(gateway: Running, bot: BotSide, phone: Phone, far: Service) -> None:
    await phone.post("seen", {"message_id": await say(bot, "一")})
    await phone.send("我写的不算")
    await look(gateway, HALF_AN_HOUR)
    assert far.got == []


async def test_what_was_not_taken_is_told_again_with_growing_pauses(
    gateway: Running, bot: BotSide, phone: Phone, far: Service
) -> None:
    far.statuses = [500, 302, 500]
    await say(bot, "紧急", 0)
    await far.wait_for(1)
    tries = []
    for seconds in (5, 10, 5, 60, 300):
        await look(gateway, seconds)
        tries.append(len(far.got))
    assert tries == [2, 2, 3, 4, 4]
    assert far.got[-1].json()["waiting_seconds"] == 80


async def test_an_urgent_message_that_was_acknowledged_meanwhile_is_not_told_of(
    gateway: Running, bot: BotSide, phone: Phone, far: Service
) -> None:
    far.statuses = [500]
    number = await say(bot, "紧急", 0)
    await far.wait_for(1)
    await phone.post("seen", {"message_id": number})
    await look(gateway, 60)
    assert len(far.got) == 1


async def test_an_address_that_is_set_up_late_is_not_flooded_with_old_messages(start: Start, far: Service) -> None:
    gateway = await start(QUICK)
    bot = await new_bot(gateway)
    await new_phone(gateway, bot)
    gateway.clock.forward(-2 * 86400)
    await say(bot, "旧的")
    await say(bot, "旧的紧急", 0)
    later = await start(replace(QUICK, hook_url=far.url))
    await look(later)
    assert far.got == []


async def test_without_an_address_nothing_is_told(start: Start, far: Service) -> None:
    gateway = await start(QUICK)
    bot = await new_bot(gateway)
    await new_phone(gateway, bot)
    await say(bot, "紧急", 0)
    gateway.clock.forward(700)
    assert len((await gateway.admin("calls", {}, "GET")).json()["calls"]) == 1
    assert far.got == []
