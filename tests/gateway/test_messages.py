"""What a bot sends, changes and deletes."""

from __future__ import annotations

import httpx
import pytest

from gateway.settings import Rate, Settings
from tests.gateway.conftest import XIUYING, Start, new_bot, new_phone
from tests.gateway.sides import BotSide, Phone, Refused, Running

BUTTONS = {"inline_keyboard": [[{"text": "确认", "callback_data": "ok"}, {"text": "取消", "callback_data": "no"}]]}


async def test_a_message_shows_on_the_page_as_the_bot_gets_it_back(bot: BotSide, phone: Phone) -> None:
    sent = await bot.call("sendMessage", chat_id=XIUYING, text="<b>您好</b>", parse_mode="HTML", reply_markup=BUTTONS)
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 2}]
    assert sent["from"]["username"] == "xiaomiao_bot"
    (shown,) = (await phone.history())["messages"]
    assert shown == {**sent, "out": False}


@pytest.mark.parametrize("how", ["query", "form", "json", "multipart"])
async def test_parameters_may_come_in_every_way_telegram_takes_them(bot: BotSide, phone: Phone, how: str) -> None:
    params = {
        "chat_id": str(XIUYING),
        "text": "您好",
        "reply_markup": '{"inline_keyboard":[[{"text":"a","url":"https://a.cn"}]]}',
    }
    request = {
        "query": {"method": "GET", "params": params},
        "form": {"method": "POST", "data": params},
        "json": {"method": "POST", "json": params},
        "multipart": {"method": "POST", "data": params, "files": {"unused": b"x"}},
    }[how]
    answer = await bot.http.request(url="SENDmessage", **request)  # type: ignore[arg-type]
    assert answer.json()["result"]["text"] == "您好"
    assert answer.json()["result"]["reply_markup"]["inline_keyboard"][0][0]["url"] == "https://a.cn"


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"text": "a"}, "chat_id is empty"),
        ({"chat_id": XIUYING}, "message text is empty"),
        ({"chat_id": XIUYING, "text": " \n "}, "message text is empty"),
        ({"chat_id": XIUYING, "text": "字" * 4097}, "message is too long"),
        ({"chat_id": 99, "text": "a"}, "chat not found"),
        ({"chat_id": "@nobody", "text": "a"}, "chat not found"),
        ({"chat_id": XIUYING, "text": "<b>a", "parse_mode": "HTML"}, "can't parse entities: Can't find end tag"),
        ({"chat_id": XIUYING, "text": "a", "reply_markup": "{"}, "can't parse reply markup JSON object"),
        ({"chat_id": XIUYING, "text": "a", "reply_markup": "5"}, "object expected as reply markup"),
        ({"chat_id": XIUYING, "text": "a", "reply_parameters": {"message_id": 7}}, "message to be replied not found"),
        ({"chat_id": XIUYING, "text": "\ud800"}, "strings must be encoded in UTF-8"),
        (
            {"chat_id": XIUYING, "text": "a", "reply_markup": {"inline_keyboard": [[{"text": "b", "callback_data": "字" * 22}]]}},
            "BUTTON_DATA_INVALID",
        ),
        (
            {"chat_id": XIUYING, "text": "a", "reply_markup": {"inline_keyboard": [[{"text": "b"}]]}},
            "text buttons are unallowed in the inline keyboard",
        ),
        (
            {"chat_id": XIUYING, "text": "a", "reply_markup": {"inline_keyboard": [[{"text": "b", "url": "javascript:x"}]]}},
            "inline keyboard button URL is invalid",
        ),
    ],
)  # fmt: skip
async def test_what_telegram_refuses_is_refused_in_its_words(
    bot: BotSide, phone: Phone, params: dict, words: str
) -> None:
    import json

    answer = await bot.http.post(
        "sendMessage", content=json.dumps(params), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 400
    assert answer.json()["description"].startswith(f"Bad Request: {words}")
    assert (await phone.history())["messages"] == []


async def test_4096_emoji_are_not_too_long(bot: BotSide, phone: Phone) -> None:
    sent = await bot.call("sendMessage", chat_id=XIUYING, text="👍" * 4096)
    assert len(sent["text"]) == 4096


async def test_message_ids_grow_and_are_never_given_twice(bot: BotSide, phone: Phone) -> None:
    first = (await bot.call("sendMessage", chat_id=XIUYING, text="一"))["message_id"]
    second = (await phone.send("二"))["message_id"]
    await bot.call("deleteMessage", chat_id=XIUYING, message_id=second)
    third = (await bot.call("sendMessage", chat_id=XIUYING, text="三"))["message_id"]
    assert (second, third) == (first + 1, first + 2)


async def test_an_answer_carries_the_message_it_answers(bot: BotSide, phone: Phone) -> None:
    asked = await phone.send("几点？")
    sent = await bot.call(
        "sendMessage", chat_id=XIUYING, text="九点", reply_parameters={"message_id": asked["message_id"]}
    )
    assert sent["reply_to_message"]["text"] == "几点？"
    lost = {"message_id": 999, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await bot.call("sendMessage", chat_id=XIUYING, text="好", reply_parameters=lost)


async def test_a_reply_keyboard_stays_until_it_is_removed(bot: BotSide, phone: Phone) -> None:
    keyboard = {"keyboard": [["今天", {"text": "走访"}]], "resize_keyboard": True}
    async with phone.listen() as stream:
        await bot.call("sendMessage", chat_id=XIUYING, text="选", reply_markup=keyboard)
        _, shown = await stream.take(2)
        expected = {"keyboard": [[{"text": "今天"}, {"text": "走访"}]], "resize_keyboard": True}
        assert (shown.name, shown.data) == ("keyboard", {"reply_keyboard": expected})
        assert (await phone.me())["reply_keyboard"] == expected
        await bot.call("sendMessage", chat_id=XIUYING, text="完", reply_markup={"remove_keyboard": True})
        _, gone = await stream.take(2)
    assert gone.data == {"reply_keyboard": None}
    assert (await phone.me())["reply_keyboard"] is None


async def test_force_reply_is_told_to_the_page_only(bot: BotSide, phone: Phone) -> None:
    sent = await bot.call("sendMessage", chat_id=XIUYING, text="叫什么？", reply_markup={"force_reply": True})
    assert "force_reply" not in sent
    assert (await phone.history())["messages"][0]["force_reply"] == {"force_reply": True}


async def test_editing_replaces_text_and_buttons(bot: BotSide, phone: Phone) -> None:
    sent = await bot.call("sendMessage", chat_id=XIUYING, text="确认吗", reply_markup=BUTTONS)
    where = {"chat_id": XIUYING, "message_id": sent["message_id"]}
    edited = await bot.call("editMessageText", **where, text="已确认")
    assert edited["text"] == "已确认"
    assert "reply_markup" not in edited
    assert edited["date"] == sent["date"]
    again = await bot.call("editMessageReplyMarkup", **where, reply_markup=BUTTONS)
    assert again["reply_markup"] == BUTTONS
    for method, params in (
        ("editMessageText", {"text": "已确认", "reply_markup": BUTTONS}),
        ("editMessageReplyMarkup", {"reply_markup": BUTTONS}),
    ):
        with pytest.raises(Refused, match="Bad Request: message is not modified: specified new message content"):
            await bot.call(method, **where, **params)


async def test_what_cannot_be_edited_says_why(bot: BotSide, phone: Phone) -> None:
    theirs = await phone.send("我的话")
    cases = [
        ({"message_id": 999, "text": "a"}, "message to edit not found"),
        ({"message_id": theirs["message_id"], "text": "a"}, "message can't be edited"),
        ({"text": "a"}, "message identifier is not specified"),
    ]
    for params, words in cases:
        with pytest.raises(Refused, match=words):
            await bot.call("editMessageText", chat_id=XIUYING, **params)


async def test_deleting_takes_messages_from_the_page(bot: BotSide, phone: Phone) -> None:
    numbers = [(await bot.call("sendMessage", chat_id=XIUYING, text=text))["message_id"] for text in "一二三"]
    async with phone.listen() as stream:
        await bot.call("deleteMessage", chat_id=XIUYING, message_id=numbers[0])
        assert (await stream.next()).data == {"message_ids": [numbers[0]]}
        await bot.call("deleteMessages", chat_id=XIUYING, message_ids=[numbers[2], numbers[0], 999])
        assert (await stream.next()).data == {"message_ids": [numbers[2]]}
    assert [message["text"] for message in (await phone.history())["messages"]] == ["二"]
    with pytest.raises(Refused, match="message to delete not found"):
        await bot.call("deleteMessage", chat_id=XIUYING, message_id=numbers[0])


async def test_a_pressed_button_reaches_the_bot_and_its_answer_the_page(bot: BotSide, phone: Phone) -> None:
    sent = await bot.call("sendMessage", chat_id=XIUYING, text="确认吗", reply_markup=BUTTONS)
    async with phone.listen() as stream:
        assert (await phone.press(sent["message_id"], "ok")).json() == {}
        (update,) = await bot.updates()
        query = update["callback_query"]
        assert (query["data"], query["message"]["message_id"], query["from"]["id"]) == (
            "ok",
            sent["message_id"],
            XIUYING,
        )
        await bot.call("answerCallbackQuery", callback_query_id=query["id"], text="已保存", show_alert=True)
        answer = await stream.next()
    assert answer.name == "callback_answer"
    expected = {"message_id": sent["message_id"], "text": "已保存", "show_alert": True, "url": ""}
    assert answer.data == expected
    with pytest.raises(Refused, match="query is too old and response timeout expired or query ID is invalid"):
        await bot.call("answerCallbackQuery", callback_query_id=query["id"])


async def test_a_query_is_too_old_after_ten_minutes(bot: BotSide, phone: Phone, gateway: Running) -> None:
    sent = await bot.call("sendMessage", chat_id=XIUYING, text="确认吗", reply_markup=BUTTONS)
    await phone.press(sent["message_id"], "ok")
    (update,) = await bot.updates()
    gateway.clock.forward(601)
    with pytest.raises(Refused, match="query is too old"):
        await bot.call("answerCallbackQuery", callback_query_id=update["callback_query"]["id"])


async def test_only_a_button_that_is_there_can_be_pressed(bot: BotSide, phone: Phone) -> None:
    sent = await bot.call("sendMessage", chat_id=XIUYING, text="确认吗", reply_markup=BUTTONS)
    forged = await phone.press(sent["message_id"], "admin")
    assert (forged.status_code, forged.json()["error"]["code"]) == (410, "button_gone")
    await bot.call("editMessageText", chat_id=XIUYING, message_id=sent["message_id"], text="晚了")
    assert (await phone.press(sent["message_id"], "ok")).status_code == 410
    assert await bot.updates() == []


async def test_a_double_tap_is_one_press(bot: BotSide, phone: Phone) -> None:
    sent = await bot.call("sendMessage", chat_id=XIUYING, text="确认吗", reply_markup=BUTTONS)
    for _ in range(2):
        assert (await phone.press(sent["message_id"], "ok", client_id="tap-1")).json() == {}
    assert len(await bot.updates()) == 1


async def test_typing_is_told_to_open_pages(bot: BotSide, phone: Phone) -> None:
    async with phone.listen() as stream:
        await bot.call("sendChatAction", chat_id=XIUYING, action="typing")
        event = await stream.next()
    assert (event.id, event.name, event.data) == (None, "typing", {"seconds": 5})
    with pytest.raises(Refused, match="wrong parameter action"):
        await bot.call("sendChatAction", chat_id=XIUYING, action="dancing")


async def test_a_key_that_was_accepted_sends_nothing_twice(bot: BotSide, phone: Phone) -> None:
    first = await bot.call("sendMessage", key="outbox-1", chat_id=XIUYING, text="一次")
    assert await bot.call("sendMessage", key="outbox-1", chat_id=XIUYING, text="一次") == first
    assert len((await phone.history())["messages"]) == 1
    await bot.call("sendMessage", key="outbox-2", chat_id=XIUYING, text="一次")
    assert len((await phone.history())["messages"]) == 2


async def test_a_refused_call_does_not_use_its_key_up(bot: BotSide, phone: Phone) -> None:
    with pytest.raises(Refused):
        await bot.call("sendMessage", key="outbox-1", chat_id=XIUYING, text="")
    await bot.call("sendMessage", key="outbox-1", chat_id=XIUYING, text="好了")


async def test_a_late_copy_of_a_change_that_was_none_does_not_bring_old_words_back(bot: BotSide, phone: Phone) -> None:
    sent = await bot.call("sendMessage", chat_id=XIUYING, text="谁在家？")
    where = {"chat_id": XIUYING, "message_id": sent["message_id"]}
    for text, key in (("谁在家？", "outbox-1"), ("都好吗？", "outbox-2"), ("谁在家？", "outbox-1")):
        if key == "outbox-2":
            await bot.call("editMessageText", key=key, **where, text=text)
        else:
            with pytest.raises(Refused, match="message is not modified"):
                await bot.call("editMessageText", key=key, **where, text=text)
    assert (await phone.history())["messages"][0]["text"] == "都好吗？"


async def test_keys_of_two_bots_have_nothing_to_do_with_each_other(
    gateway: Running, bot: BotSide, phone: Phone
) -> None:
    other = await new_bot(gateway, "other_bot")
    await gateway.person("王秀英", other, id=XIUYING)
    await bot.call("sendMessage", key="1", chat_id=XIUYING, text="小苗")
    assert (await other.call("sendMessage", key="1", chat_id=XIUYING, text="别的"))["text"] == "别的"


async def test_limits_for_bots_say_how_long_to_wait(start: Start) -> None:
    gateway = await start(Settings(bot_send_per_chat=Rate(2, 0.1)))
    bot = await new_bot(gateway)
    await new_phone(gateway, bot)
    for text in "一二":
        await bot.call("sendMessage", chat_id=XIUYING, text=text)
    with pytest.raises(Refused, match="Too Many Requests: retry after 10") as refused:
        await bot.call("sendMessage", chat_id=XIUYING, text="三")
    assert (refused.value.code, refused.value.parameters) == (429, {"retry_after": 10})


async def test_a_wrong_token_and_an_unknown_method_get_telegrams_errors(bot: BotSide, gateway: Running) -> None:
    async with httpx.AsyncClient(base_url=gateway.url, verify=False) as http:
        for token in ("1:x", "nonsense", bot.token[:-1] + "~", "7000000001:"):
            answer = await http.get(f"/bot{token}/getMe")
            assert answer.status_code == 401
            assert answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
        answer = await http.get(f"/bot{bot.token}/getNothing")
    assert answer.json() == {"ok": False, "error_code": 404, "description": "Not Found: method not found"}


async def test_guessing_tokens_is_slowed_down(gateway: Running, caplog: pytest.LogCaptureFixture) -> None:
    async with httpx.AsyncClient(base_url=gateway.url, verify=False) as http:
        codes = [(await http.get(f"/bot7000000001:guess{number}/getMe")).status_code for number in range(22)]
    assert codes[0] == 401
    assert codes[-1] == 429
    assert "guess0" not in caplog.text


async def test_the_command_menu_is_kept_and_shown(bot: BotSide, phone: Phone) -> None:
    commands = [{"command": "today", "description": "今天"}, {"command": "visit", "description": "走访"}]
    async with phone.listen() as stream:
        await bot.call("setMyCommands", commands=commands)
        event = await stream.next()
        assert (event.name, event.data) == ("commands", {"commands": commands})
        await bot.call("setMyCommands", commands=commands)  # as bots do at every start: nothing changed, no event
        own = {"type": "chat", "chat_id": XIUYING}
        await bot.call("setMyCommands", commands=commands[:1], scope=own)
        assert (await stream.next()).data == {"commands": commands[:1]}
    assert (await phone.me())["commands"] == commands[:1]
    assert await bot.call("getMyCommands") == commands
    assert await bot.call("getMyCommands", scope=own) == commands[:1]
    await bot.call("deleteMyCommands", scope=own)
    assert (await phone.me())["commands"] == commands
    with pytest.raises(Refused, match="BOT_COMMAND_INVALID"):
        await bot.call("setMyCommands", commands=[{"command": "走访", "description": "走访"}])


async def test_a_bot_may_name_and_describe_itself(bot: BotSide, phone: Phone) -> None:
    await bot.call("setMyName", name="小苗苗")
    await bot.call("setMyDescription", description="儿童主任的帮手")
    await bot.call("setMyShortDescription", short_description="帮手", language_code="zh")
    assert (await bot.call("getMe"))["first_name"] == "小苗苗"
    assert await bot.call("getMyName") == {"name": "小苗苗"}
    assert await bot.call("getMyDescription", language_code="zh") == {"description": "儿童主任的帮手"}
    assert await bot.call("getMyShortDescription", language_code="zh") == {"short_description": "帮手"}
    assert (await phone.me())["bot"]["first_name"] == "小苗苗"


async def test_get_chat_knows_the_person(bot: BotSide, phone: Phone) -> None:
    chat = await bot.call("getChat", chat_id=XIUYING)
    assert (chat["type"], chat["first_name"]) == ("private", "王秀英")
