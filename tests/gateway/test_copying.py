"""Forwarding and copying: what goes along, what does not, what must not be passed on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.conftest import XIUYING
from tests.gateway.sides import BotSide, Json, Phone, Refused
from tests.gateway.test_files import png
from tests.gateway.test_media import album, item
from tests.gateway.test_messages import BUTTONS


def again(number: int, **more: Any) -> Json:
    return {"chat_id": XIUYING, "from_chat_id": XIUYING, "message_id": number, **more}


async def test_a_forward_says_where_it_comes_from(bot: BotSide, phone: Phone) -> None:
    theirs = await phone.send("去了小虎家 /today")
    first = await bot.call("forwardMessage", **again(theirs["message_id"]))
    assert first["forward_origin"] == {"type": "user", "date": theirs["date"], "sender_user": theirs["from"]}
    assert (first["from"]["id"], first["text"], first["entities"]) == (
        7_000_000_001,
        theirs["text"],
        theirs["entities"],
    )
    second = await bot.call("forwardMessage", **again(first["message_id"]))
    assert second["forward_origin"] == first["forward_origin"]
    with pytest.raises(Refused, match="message can't be edited"):
        await bot.call("editMessageText", chat_id=XIUYING, message_id=first["message_id"], text="别的")


async def test_a_copy_is_the_bots_own(bot: BotSide, phone: Phone) -> None:
    question = await bot.call("sendMessage", chat_id=XIUYING, text="问")
    sent = await bot.upload(
        "sendPhoto", {"photo": ("a.png", png())}, chat_id=XIUYING, caption="<b>图</b>", parse_mode="HTML",
        reply_parameters=f'{{"message_id":{question["message_id"]}}}', reply_markup='{"inline_keyboard":[[{"text":"a","callback_data":"a"}]]}',
    )  # fmt: skip
    copied = await bot.call("copyMessage", **again(sent["message_id"]))
    assert set(copied) == {"message_id"}
    shown = (await phone.history())["messages"][-1]
    assert (shown["photo"], shown["caption"], shown["caption_entities"]) == (
        sent["photo"],
        "图",
        sent["caption_entities"],
    )
    assert {"forward_origin", "reply_to_message", "reply_markup"}.isdisjoint(shown)
    await bot.call("deleteMessage", chat_id=XIUYING, message_id=sent["message_id"])
    assert (await phone.http.get(f"{phone.base}/file/{sent['photo'][-1]['file_id']}")).status_code == 200


async def test_a_copy_may_get_other_words_and_buttons(bot: BotSide, phone: Phone) -> None:
    sent = await bot.upload("sendPhoto", {"photo": ("a.png", png())}, chat_id=XIUYING, caption="旧")
    await bot.call(
        "copyMessage", **again(sent["message_id"], caption="_新_", parse_mode="Markdown", reply_markup=BUTTONS)
    )
    await bot.call("copyMessage", **again(sent["message_id"], caption=""))
    changed, bare = (await phone.history())["messages"][-2:]
    assert (changed["caption"], changed["caption_entities"][0]["type"]) == ("新", "italic")
    assert changed["reply_markup"] == BUTTONS
    assert "caption" not in bare


async def test_an_album_stays_one(bot: BotSide, phone: Phone) -> None:
    sent = await album(bot, [item("photo", "attach://a", caption="图"), item("photo", "attach://a")], a=png())
    numbers = [message["message_id"] for message in sent]
    where = {"chat_id": XIUYING, "from_chat_id": XIUYING, "message_ids": [*numbers, 999]}
    copied = await bot.call("copyMessages", **where, remove_caption=True)
    forwarded = await bot.call("forwardMessages", **where)
    assert (len(copied), len(forwarded)) == (2, 2)
    shown = (await phone.history())["messages"]
    groups = [message["media_group_id"] for message in shown]
    assert groups[0] == groups[1] != groups[2] == groups[3] != groups[4] == groups[5]
    assert ["caption" in message for message in shown] == [True, False, False, False, True, False]


async def test_protected_words_are_not_passed_on(bot: BotSide, phone: Phone) -> None:
    secret = await bot.call("sendMessage", chat_id=XIUYING, text="不外传", protect_content=True)
    open_one = await bot.call("sendMessage", chat_id=XIUYING, text="可以")
    with pytest.raises(Refused, match="message has protected content and can't be forwarded"):
        await bot.call("forwardMessage", **again(secret["message_id"]))
    with pytest.raises(Refused, match="message can't be copied"):
        await bot.call("copyMessage", **again(secret["message_id"]))
    both = {"chat_id": XIUYING, "from_chat_id": XIUYING, "message_ids": [secret["message_id"], open_one["message_id"]]}
    assert len(await bot.call("copyMessages", **both)) == 1
    assert len(await bot.call("forwardMessages", **both)) == 1
    assert "不外传" not in str((await phone.history())["messages"][2:])


@pytest.mark.parametrize("method", ["forwardMessage", "copyMessage"])
async def test_what_cannot_be_passed_on_says_why(bot: BotSide, phone: Phone, method: str) -> None:
    doing = method.removesuffix("Message")
    text = await bot.call("sendMessage", chat_id=XIUYING, text="a")
    await bot.call("pinChatMessage", chat_id=XIUYING, message_id=text["message_id"])
    for params, words in (
        (again(999), f"message to {doing} not found"),
        (again(text["message_id"] + 1), "message can't be (copied|forwarded)"),
        (again(text["message_id"], from_chat_id=5), "chat not found"),
        (again(text["message_id"], chat_id=5), "chat not found"),
    ):
        with pytest.raises(Refused, match=words):
            await bot.call(method, **params)
    for numbers, words in (
        ([], "wrong number of message identifiers specified"),
        ([2, 1], "message identifiers must be in a strictly increasing order"),
        ([998, 999], f"there are no messages to {doing}"),
    ):
        with pytest.raises(Refused, match=words):
            await bot.call(f"{method}s", chat_id=XIUYING, from_chat_id=XIUYING, message_ids=numbers)


async def test_a_copied_place_rests_and_copied_dice_are_thrown_anew(bot: BotSide, phone: Phone) -> None:
    live = await bot.call("sendLocation", chat_id=XIUYING, latitude=39.4, longitude=99.8, live_period=600, heading=9)
    dice = await bot.call("sendDice", chat_id=XIUYING, emoji="🎰")
    for number in (live["message_id"], dice["message_id"]):
        await bot.call("copyMessage", **again(number))
    place, thrown = (await phone.history())["messages"][-2:]
    assert place["location"] == {"latitude": 39.4, "longitude": 99.8}
    assert thrown["dice"]["emoji"] == "🎰"


async def test_an_answer_to_another_chat_brings_its_words_along(bot: BotSide, phone: Phone, gateway: Any) -> None:
    jianguo = await gateway.person("李建国", bot)
    there = await bot.call("sendMessage", chat_id=jianguo, text="周六开会")
    reply = {"message_id": there["message_id"], "chat_id": jianguo}
    sent = await bot.call("sendMessage", chat_id=XIUYING, text="看这条", reply_parameters=reply)
    assert sent["quote"] == {"text": "周六开会", "position": 0}
    assert sent["external_reply"]["origin"]["sender_user"]["username"] == "xiaomiao_bot"
    secret = await bot.call("sendMessage", chat_id=jianguo, text="不外传", protect_content=True)
    reply["message_id"] = secret["message_id"]
    with pytest.raises(Refused, match="message to be replied not found"):
        await bot.call("sendMessage", chat_id=XIUYING, text="看", reply_parameters=reply)
