"""Places, contacts and dice, from bots and from the page."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.conftest import XIUYING
from tests.gateway.sides import BotSide, Json, Phone, Refused, Running

YARD = {"latitude": 39.378, "longitude": 99.816}


async def test_a_bot_sends_places_and_contacts(bot: BotSide, phone: Phone) -> None:
    place = await bot.call("sendLocation", chat_id=XIUYING, **YARD, horizontal_accuracy=20.2)
    assert place["location"] == {**YARD, "horizontal_accuracy": 21}
    venue = await bot.call("sendVenue", chat_id=XIUYING, **YARD, title="村委会", address="一组", google_place_id="x")
    assert venue["venue"] == {"location": YARD, "title": "村委会", "address": "一组", "google_place_id": "x"}
    assert venue["location"] == YARD
    contact = await bot.call(
        "sendContact", chat_id=XIUYING, phone_number="10012345678", first_name="值班<b>", last_name="员"
    )
    assert contact["contact"] == {"phone_number": "10012345678", "first_name": "值班<b>", "last_name": "员"}


@pytest.mark.parametrize(
    ("method", "params", "words"),
    [
        ("sendLocation", {"latitude": 39}, "longitude is empty"),
        ("sendLocation", {"latitude": 91, "longitude": 0}, "invalid location specified"),
        ("sendLocation", {"latitude": "north", "longitude": 0}, 'parameter "latitude" must be a Float'),
        ("sendLocation", {**YARD, "live_period": 30}, "wrong live location period specified"),
        ("sendLocation", {**YARD, "live_period": 60, "heading": 361}, "wrong live location heading specified"),
        (
            "sendLocation",
            {**YARD, "live_period": 60, "proximity_alert_radius": 100_001},
            "wrong live location proximity alert radius specified",
        ),
        ("sendVenue", {**YARD, "title": " ", "address": "a"}, "title is empty"),
        ("sendContact", {"phone_number": "", "first_name": "a"}, "phone number is empty"),
        ("sendContact", {"phone_number": "1", "first_name": " "}, "first name is empty"),
        (
            "sendContact",
            {"phone_number": "1", "first_name": "a", "vcard": "字" * 700},
            "vcard must be 0-2048 bytes long",
        ),
        ("sendDice", {"emoji": "🐶"}, "EMOTICON_INVALID"),
        ("sendChatAction", {"action": "dancing"}, "wrong parameter action in request"),
    ],
)
async def test_what_is_none_is_refused(bot: BotSide, phone: Phone, method: str, params: Json, words: str) -> None:
    with pytest.raises(Refused) as refused:
        await bot.call(method, chat_id=XIUYING, **params)
    assert refused.value.words == f"Bad Request: {words}"


async def test_a_live_place_moves_until_its_time_is_over(bot: BotSide, phone: Phone, gateway: Running) -> None:
    live = await bot.call("sendLocation", chat_id=XIUYING, **YARD, live_period=600, heading=90)
    where = {"chat_id": XIUYING, "message_id": live["message_id"]}
    moved = await bot.call("editMessageLiveLocation", **where, latitude=39.5, longitude=99.9)
    assert moved["location"] == {"latitude": 39.5, "longitude": 99.9, "live_period": 600}
    gateway.clock.forward(601)
    with pytest.raises(Refused, match="message can't be edited"):
        await bot.call("editMessageLiveLocation", **where, **YARD)


async def test_a_live_place_can_be_stopped(bot: BotSide, phone: Phone) -> None:
    live = await bot.call("sendLocation", chat_id=XIUYING, **YARD, live_period=600)
    where = {"chat_id": XIUYING, "message_id": live["message_id"]}
    assert (await bot.call("stopMessageLiveLocation", **where))["location"] == YARD
    for method, params in (("stopMessageLiveLocation", {}), ("editMessageLiveLocation", YARD)):
        with pytest.raises(Refused, match="there is no live location in the message to edit"):
            await bot.call(method, **where, **params)


@pytest.mark.parametrize(("emoji", "faces"), [("🎲", 6), ("🎯", 6), ("🎳", 6), ("🏀", 5), ("⚽", 5), ("🎰", 64)])
async def test_dice_fall_on_every_face(bot: BotSide, phone: Phone, emoji: str, faces: int) -> None:
    from gateway.api_places import throw

    assert {throw(emoji)["value"] for _ in range(faces * 60)} == set(range(1, faces + 1))
    assert (await bot.call("sendDice", chat_id=XIUYING, emoji=emoji))["dice"]["emoji"] == emoji


async def test_a_person_shares_the_own_number(bot: BotSide, phone: Phone, gateway: Running) -> None:
    keyboard = {"keyboard": [[{"text": "发送我的号码", "request_contact": True}]]}
    asked = await bot.call("sendMessage", chat_id=XIUYING, text="请分享号码", reply_markup=keyboard)
    refused = await phone.post("contact", {"client_id": "c0"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "no_phone")
    await gateway.person("王秀英", bot, id=XIUYING, phone_number="10012345678")
    await gateway.person("王秀英", bot, id=XIUYING, last_name="王")  # named anew; the number stays
    body = {"client_id": "c1", "reply_to_message_id": asked["message_id"]}
    answers = [(await phone.post("contact", body)).json() for _ in range(2)]
    assert answers[0] == answers[1]
    (update,) = await bot.updates()
    assert update["message"]["contact"] == {
        "phone_number": "10012345678",
        "first_name": "王秀英",
        "last_name": "王",
        "user_id": XIUYING,
    }
    assert update["message"]["reply_to_message"]["message_id"] == asked["message_id"]


async def test_a_person_shares_a_place(bot: BotSide, phone: Phone) -> None:
    answer = await phone.post("location", {**YARD, "horizontal_accuracy": 12.3, "client_id": "l1"})
    assert answer.json()["message"]["location"] == {**YARD, "horizontal_accuracy": 13}
    (update,) = await bot.updates()
    assert update["message"]["location"]["latitude"] == YARD["latitude"]


@pytest.mark.parametrize(
    "body",
    [{}, {"latitude": 39}, {"latitude": 91, "longitude": 0}, {"latitude": "39", "longitude": 9}, {"latitude": True, "longitude": 1}],
)  # fmt: skip
async def test_a_place_that_is_none_is_refused(bot: BotSide, phone: Phone, body: dict[str, Any]) -> None:
    assert (await phone.post("location", body)).json()["error"]["code"] == "bad_request"
    assert await bot.updates() == []
