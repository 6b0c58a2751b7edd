"""Polls, reactions, pins and files in a group: the same methods, several people."""

from __future__ import annotations

import pytest

from tests.gateway.circle import JIANGUO, Circle
from tests.gateway.conftest import XIUYING
from tests.gateway.sides import Json, Phone, Refused
from tests.gateway.test_files import png
from tests.gateway.test_media import OGG


async def last(phone: Phone) -> Json:
    found: Json = (await phone.history())["messages"][-1]
    return found


async def test_everybody_votes_once_and_sees_the_own_vote(circle: Circle) -> None:
    options = [{"text": "周六"}, {"text": "周日"}]
    asked = await circle.bot.call("sendPoll", chat_id=circle.id, question="哪天？", options=options, is_anonymous=False)
    for phone, chosen in ((circle.xiuying, 0), (circle.jianguo, 1)):
        body = {"message_id": asked["message_id"], "option_ids": [chosen]}
        assert (await phone.post("vote", body)).status_code == 200
    assert ((await last(circle.xiuying))["voted"], (await last(circle.jianguo))["voted"]) == ([0], [1])
    answers = [update["poll_answer"] for update in await circle.bot.updates() if "poll_answer" in update]
    assert [(one["user"]["id"], one["option_ids"]) for one in answers] == [(XIUYING, [0]), (JIANGUO, [1])]


async def test_a_reaction_is_mine_on_my_page_only(circle: Circle) -> None:
    await circle.bot.updates(allowed_updates=["message_reaction"])
    sent = await circle.bot.call("sendMessage", chat_id=circle.id, text="通知")
    body = {"message_id": sent["message_id"], "emoji": "👌"}
    await circle.xiuying.post("reactions", body)
    assert (await last(circle.xiuying))["reactions"] == [{"emoji": "👌", "count": 1, "mine": True}]
    assert (await last(circle.jianguo))["reactions"] == [{"emoji": "👌", "count": 1, "mine": False}]
    assert await circle.bot.updates() == []  # only administrators hear of reactions
    await circle.gateway.change_group(circle.id, administrators=[circle.bot.username])
    await circle.jianguo.post("reactions", body)
    (update,) = await circle.bot.updates(allowed_updates=["message_reaction"])
    assert update["message_reaction"]["user"]["id"] == JIANGUO


async def test_only_an_administrator_pins(circle: Circle) -> None:
    sent = await circle.bot.call("sendMessage", chat_id=circle.id, text="通知")
    where = {"chat_id": circle.id, "message_id": sent["message_id"]}
    with pytest.raises(Refused, match="not enough rights to manage pinned messages in the chat"):
        await circle.bot.call("pinChatMessage", **where)
    await circle.by_admin()
    await circle.bot.call("pinChatMessage", **where)
    assert (await circle.jianguo.me())["pinned"]["text"] == "通知"
    assert (await circle.bot.call("getChat", chat_id=circle.id))["pinned_message"]["text"] == "通知"


async def test_files_of_a_group_open_for_its_members_and_go_on_to_others(circle: Circle) -> None:
    sent = await circle.jianguo.send_file("a.oga", OGG, "voice", duration="4")
    assert sent.status_code == 200
    photo = await circle.bot.upload("sendPhoto", {"photo": ("a.png", png())}, chat_id=circle.id)
    where = f"{circle.xiuying.base}/file/{photo['photo'][-1]['file_id']}"
    assert (await circle.xiuying.http.get(where)).status_code == 200
    private = await circle.bot.call(
        "forwardMessage", chat_id=XIUYING, from_chat_id=circle.id, message_id=sent.json()["message"]["message_id"]
    )
    assert (private["voice"]["duration"], private["forward_origin"]["sender_user"]["id"]) == (4, JIANGUO)


async def test_administrators_and_members_may_have_menus_of_their_own(circle: Circle) -> None:
    for name, scope in (
        ("all", {"type": "all_group_chats"}),
        ("here", {"type": "chat", "chat_id": circle.id}),
        ("one", {"type": "chat_member", "chat_id": circle.id, "user_id": JIANGUO}),
    ):
        await circle.bot.call("setMyCommands", commands=[{"command": name, "description": "d"}], scope=scope)
    assert (await circle.xiuying.me())["commands"][0]["command"] == "here"
    assert (await circle.jianguo.me())["commands"][0]["command"] == "one"
    boss = {"type": "chat_administrators", "chat_id": circle.id}
    await circle.bot.call("setMyCommands", commands=[{"command": "boss", "description": "d"}], scope=boss)
    assert (await circle.jianguo.me())["commands"][0]["command"] == "one"
