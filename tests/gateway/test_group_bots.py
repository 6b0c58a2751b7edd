"""What a bot hears, says and may do in a group: privacy, buttons and keyboards, members, files (tests/gateway/circle.py)."""

from __future__ import annotations

import pytest

from tests.gateway.circle import ABOUT, JIANGUO, XIULAN, Circle, settled
from tests.gateway.conftest import XIUYING, new_bot
from tests.gateway.sides import BotSide, Json, Phone, Refused


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("大家好", False),
        ("/today", True),
        ("/today@xiaomiao_bot", True),
        ("/today@other_bot", False),
        ("请 @Xiaomiao_Bot 说说", True),
        ("看 /today 怎么用", False),
    ],
)
async def test_a_bot_with_privacy_hears_only_what_is_meant_for_it(circle: Circle, text: str, heard: bool) -> None:
    await circle.xiuying.send(text)
    assert bool(await circle.bot.updates()) is heard


async def test_an_answer_to_the_bot_is_meant_for_it(circle: Circle) -> None:
    question = await circle.bot.call("sendMessage", chat_id=circle.id, text="谁去?")
    sent = await circle.xiuying.post(
        "messages", {"text": "我去", "reply_to_message_id": question["message_id"], "client_id": "a"}
    )
    (update,) = await circle.bot.updates()
    assert update["message"]["text"] == "我去"
    assert update["message"]["reply_to_message"]["message_id"] == question["message_id"]
    where = f"messages/{sent.json()['message']['message_id']}/edit"
    assert (await circle.jianguo.post(where, {"text": "我不去"})).status_code == 410
    assert (await circle.xiuying.post(where, {"text": "我不去"})).status_code == 200
    assert (await circle.bot.updates())[-1]["edited_message"]["text"] == "我不去"


async def test_an_administrator_and_a_bot_without_privacy_hear_everything(circle: Circle) -> None:
    await circle.by_admin()
    other = await new_bot(circle.gateway, "other_bot", "另一个")
    await circle.gateway.gateway.db.write(lambda tx: tx.run("UPDATE bots SET privacy = 0 WHERE username = 'other_bot'"))
    await circle.gateway.change_group(circle.id, add_bots=["other_bot"])
    await circle.rest()
    await settled(other)
    assert (await circle.bot.call("getMe"))["can_read_all_group_messages"] is False
    assert (await other.call("getMe"))["can_read_all_group_messages"] is True
    await circle.xiuying.send("大家好")
    for bot in (circle.bot, other):
        (update,) = await bot.updates()
        assert update["message"]["text"] == "大家好"


async def test_two_bots_share_one_conversation_and_do_not_hear_each_other(circle: Circle) -> None:
    other = await new_bot(circle.gateway, "other_bot", "另一个")
    await circle.gateway.change_group(circle.id, add_bots=["other_bot"])
    await circle.rest()
    await settled(other)
    first = await circle.bot.call("sendMessage", chat_id=circle.id, text="一")
    second = await other.call("sendMessage", chat_id=circle.id, text="二")
    assert second["message_id"] == first["message_id"] + 1
    assert [m["text"] for m in (await circle.xiuying.history())["messages"][-2:]] == ["一", "二"]
    assert (await circle.bot.updates(), await other.updates()) == ([], [])
    await circle.xiuying.send("/today")  # without a name: for the one that wrote last
    assert (len(await circle.bot.updates()), len(await other.updates())) == (0, 1)
    for bot, number in ((circle.bot, second["message_id"]), (other, first["message_id"])):
        with pytest.raises(Refused, match="message can't be edited"):
            await bot.call("editMessageText", chat_id=circle.id, message_id=number, text="三")
        with pytest.raises(Refused, match="message can't be deleted"):
            await bot.call("deleteMessage", chat_id=circle.id, message_id=number)
    await circle.by_admin()
    assert await circle.bot.call("deleteMessage", chat_id=circle.id, message_id=second["message_id"])


async def test_a_pressed_button_says_who_pressed_and_the_answer_is_only_for_them(circle: Circle) -> None:
    markup = {"inline_keyboard": [[{"text": "我去", "callback_data": "go"}]]}
    asked = await circle.bot.call("sendMessage", chat_id=circle.id, text="谁去?", reply_markup=markup)
    async with circle.xiuying.listen() as xiuying, circle.jianguo.listen() as jianguo:
        assert (await circle.xiuying.press(asked["message_id"], "go")).status_code == 200
        (update,) = await circle.bot.updates()
        query = update["callback_query"]
        assert (query["from"]["id"], query["message"]["chat"]["id"]) == (XIUYING, circle.id)
        await circle.bot.call("answerCallbackQuery", callback_query_id=query["id"], text="记下了")
        await circle.bot.call("sendMessage", chat_id=circle.id, text="王秀英去")
        assert [event.name for event in await xiuying.take(2)] == ["callback_answer", "message"]
        assert (await jianguo.next()).name == "message"


async def test_a_button_of_the_other_bot_goes_to_that_bot(circle: Circle) -> None:
    other = await new_bot(circle.gateway, "other_bot", "另一个")
    await circle.gateway.change_group(circle.id, add_bots=["other_bot"])
    await circle.rest()
    await settled(other)
    markup = {"inline_keyboard": [[{"text": "好", "callback_data": "ok"}]]}
    asked = await other.call("sendMessage", chat_id=circle.id, text="好吗?", reply_markup=markup)
    await circle.xiuying.press(asked["message_id"], "ok")
    assert await circle.bot.updates() == []
    (update,) = await other.updates()
    assert await other.call("answerCallbackQuery", callback_query_id=update["callback_query"]["id"])


async def test_a_selective_keyboard_is_for_those_who_are_answered(circle: Circle) -> None:
    await circle.by_admin()
    asked = await circle.xiuying.send("怎么办")
    keyboard = {"keyboard": [[{"text": "今天"}]], "selective": True}
    reply = {"message_id": asked["message_id"]}
    await circle.bot.call(
        "sendMessage", chat_id=circle.id, text="选一个", reply_parameters=reply, reply_markup=keyboard
    )
    assert (await circle.xiuying.me())["reply_keyboard"]["keyboard"] == [[{"text": "今天"}]]
    assert (await circle.jianguo.me())["reply_keyboard"] is None
    await circle.bot.call("sendMessage", chat_id=circle.id, text="大家", reply_markup={"keyboard": [[{"text": "都"}]]})
    assert (await circle.jianguo.me())["reply_keyboard"]["keyboard"] == [[{"text": "都"}]]
    ask = {"force_reply": True, "selective": True}
    await circle.bot.call("sendMessage", chat_id=circle.id, text="说吧", reply_parameters=reply, reply_markup=ask)
    assert "force_reply" in (await circle.xiuying.history())["messages"][-1]
    assert "force_reply" not in (await circle.jianguo.history())["messages"][-1]
    private = await circle.bot.call("sendMessage", chat_id=XIUYING, text="私下", reply_markup=keyboard)
    assert private["chat"]["type"] == "private"


async def test_a_bot_asks_who_is_there(circle: Circle) -> None:
    call = circle.bot.call
    about = await call("getChat", chat_id=circle.id)
    assert (about["type"], about["title"]) == ("group", ABOUT["title"])
    assert about["permissions"]["can_send_messages"] is True
    assert await call("getChatMemberCount", chat_id=circle.id) == 3
    owner = await call("getChatMember", chat_id=circle.id, user_id=JIANGUO)
    assert (owner["status"], owner["user"]["first_name"]) == ("creator", "李建国")
    assert (await call("getChatMember", chat_id=circle.id, user_id=XIUYING))["status"] == "member"
    with pytest.raises(Refused, match="Bad Request: member not found"):
        await call("getChatMember", chat_id=circle.id, user_id=XIULAN)
    assert [one["user"]["id"] for one in await call("getChatAdministrators", chat_id=circle.id)] == [JIANGUO]
    await circle.by_admin()
    own = (await call("getChatAdministrators", chat_id=circle.id))[-1]
    assert (own["user"]["username"], own["status"], own["can_delete_messages"]) == ("xiaomiao_bot", "administrator", True)  # fmt: skip


async def test_in_private_chats_the_same_questions_have_telegrams_answers(bot: BotSide, phone: Phone) -> None:
    assert await bot.call("getChatMemberCount", chat_id=XIUYING) == 2
    assert (await bot.call("getChatMember", chat_id=XIUYING, user_id=XIUYING))["status"] == "member"
    me = await bot.call("getMe")
    assert (await bot.call("getChatMember", chat_id=XIUYING, user_id=me["id"]))["user"]["is_bot"] is True
    refusals: list[tuple[str, Json, str]] = [
        ("getChatMember", {"user_id": 5}, "member not found"),
        ("getChatMember", {"user_id": 0}, "invalid user_id specified"),
        ("getChatAdministrators", {}, "there are no administrators in the private chat"),
        ("leaveChat", {}, "chat member status can't be changed in private chats"),
        ("banChatMember", {"user_id": XIUYING}, "can't ban members in private chats"),
        ("unbanChatMember", {"user_id": XIUYING}, "method is available only in supergroup and channel chats"),
        ("restrictChatMember", {"user_id": XIUYING, "permissions": {}}, "method is available only in supergroups"),
    ]
    for method, params, words in refusals:
        with pytest.raises(Refused, match=f"^Bad Request: {words}$"):
            await bot.call(method, chat_id=XIUYING, **params)


async def test_an_administrator_bans_and_unbans(circle: Circle) -> None:
    with pytest.raises(Refused, match="not enough rights to restrict/unrestrict chat member"):
        await circle.bot.call("banChatMember", chat_id=circle.id, user_id=XIUYING)
    await circle.by_admin()
    await circle.bot.updates(allowed_updates=["message", "chat_member"])
    with pytest.raises(Refused, match="can't remove chat owner"):
        await circle.bot.call("banChatMember", chat_id=circle.id, user_id=JIANGUO)
    async with circle.xiuying.listen() as stream:
        assert await circle.bot.call("banChatMember", chat_id=circle.id, user_id=XIUYING)
        assert await stream.ended()
    changed, left = await circle.bot.updates()
    assert changed["chat_member"]["old_chat_member"]["status"] == "member"
    assert changed["chat_member"]["new_chat_member"] == {
        "user": {"id": XIUYING, "is_bot": False, "first_name": "王秀英"}, "status": "kicked", "until_date": 0,
    }  # fmt: skip
    assert left["message"]["from"]["username"] == circle.bot.username
    assert (await circle.bot.call("getChatMember", chat_id=circle.id, user_id=XIUYING))["status"] == "kicked"
    await circle.bot.call("unbanChatMember", chat_id=circle.id, user_id=XIUYING)
    assert (await circle.bot.call("getChatMember", chat_id=circle.id, user_id=XIUYING))["status"] == "left"
    await circle.gateway.change_group(circle.id, add=[XIUYING])
    await circle.bot.call("unbanChatMember", chat_id=circle.id, user_id=XIUYING, only_if_banned=True)
    assert (await circle.bot.call("getChatMember", chat_id=circle.id, user_id=XIUYING))["status"] == "member"


async def test_chat_member_comes_only_to_those_who_asked_for_it(circle: Circle) -> None:
    await circle.by_admin()
    await circle.gateway.change_group(circle.id, add=[XIULAN])
    assert [set(update) - {"update_id"} for update in await circle.bot.updates()] == [{"message"}]


async def test_a_silenced_member_is_told_so_until_the_time_is_over(circle: Circle) -> None:
    await circle.by_admin()
    until = int(circle.gateway.clock.seconds) + 3600
    quiet = {"can_send_messages": False}
    await circle.bot.call("restrictChatMember", chat_id=circle.id, user_id=XIUYING, permissions=quiet, until_date=until)
    member = await circle.bot.call("getChatMember", chat_id=circle.id, user_id=XIUYING)
    assert (member["status"], member["is_member"], member["until_date"]) == ("restricted", True, until)
    answer = await circle.xiuying.post("messages", {"text": "我想说"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "silenced")
    await circle.jianguo.send("别急")
    circle.gateway.clock.forward(3601)
    await circle.xiuying.send("现在可以了")
    assert (await circle.bot.call("getChatMember", chat_id=circle.id, user_id=XIUYING))["status"] == "member"
    await circle.bot.call("restrictChatMember", chat_id=circle.id, user_id=XIUYING, permissions=quiet)
    await circle.bot.call(
        "restrictChatMember", chat_id=circle.id, user_id=XIUYING,
        permissions={"can_send_other_messages": True, "can_send_polls": True, "can_pin_messages": True,
                     "can_add_web_page_previews": True},
    )  # fmt: skip
    await circle.xiuying.send("又可以了")


async def test_a_bot_that_left_or_was_thrown_out_can_say_nothing(circle: Circle) -> None:
    assert await circle.bot.call("leaveChat", chat_id=circle.id)
    with pytest.raises(Refused, match=r"^Forbidden: bot is not a member of the group chat$") as refused:
        await circle.bot.call("sendMessage", chat_id=circle.id, text="还在")
    assert refused.value.code == 403
    assert (await circle.xiuying.http.get(f"{circle.xiuying.base}/api/me")).status_code == 404
    await circle.gateway.change_group(circle.id, add_bots=[circle.bot.username])
    await circle.bot.call("sendMessage", chat_id=circle.id, text="回来了")
    await circle.gateway.change_group(circle.id, remove_bots=[circle.bot.username])
    with pytest.raises(Refused, match=r"^Forbidden: bot was kicked from the group chat$"):
        await circle.bot.call("sendMessage", chat_id=circle.id, text="还在")
    statuses = [update["my_chat_member"]["new_chat_member"]["status"] for update in await circle.bot.updates() if "my_chat_member" in update]  # fmt: skip
    assert statuses == ["left", "member", "kicked"]
    other = await new_bot(circle.gateway, "other_bot")
    with pytest.raises(Refused, match="Bad Request: chat not found"):
        await other.call("sendMessage", chat_id=circle.id, text="偷听")


async def test_every_bot_that_heard_of_a_file_may_have_it(circle: Circle) -> None:
    from tests.gateway.test_files import fetch

    other = await new_bot(circle.gateway, "other_bot", "另一个")
    stranger = await new_bot(circle.gateway, "third_bot", "第三个")
    await circle.gateway.change_group(circle.id, administrators=["other_bot"])
    await settled(other)
    sent = await circle.xiuying.send_file("报告.txt", b"words", "document")
    (update,) = await other.updates()
    file_id = update["message"]["document"]["file_id"]
    assert file_id == sent.json()["message"]["document"]["file_id"]
    assert await fetch(circle.bot, file_id) == b"words"
    assert await fetch(other, file_id) == b"words"
    path = (await other.call("getFile", file_id=file_id))["file_path"]
    assert (await other.http.get(f"{other.url}/file/bot{stranger.token}/{path}")).status_code == 404
    with pytest.raises(Refused, match="invalid file_id"):
        await stranger.call("getFile", file_id=file_id)
    await circle.gateway.change_group(circle.id, remove_bots=["other_bot"])
    with pytest.raises(Refused, match="invalid file_id"):
        await other.call("getFile", file_id=file_id)
