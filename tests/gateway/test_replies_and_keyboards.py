"""What a bot's message answers, and what it puts under the person's thumb."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.conftest import XIUYING
from tests.gateway.sides import BotSide, Json, Phone, Refused, Running


async def say(bot: BotSide, text: str = "a", **more: Any) -> Json:
    sent: Json = await bot.call("sendMessage", chat_id=XIUYING, text=text, **more)
    return sent


async def test_an_answer_shows_what_it_answers(bot: BotSide, phone: Phone) -> None:
    first = await phone.send("去了小虎家")
    second = await say(bot, "记下了", reply_parameters={"message_id": first["message_id"]})
    third = await say(bot, "好", reply_parameters={"message_id": second["message_id"]})
    assert second["reply_to_message"]["text"] == "去了小虎家"
    assert (third["reply_to_message"]["text"], "reply_to_message" in third["reply_to_message"]) == ("记下了", False)


async def test_an_answer_to_nothing_is_sent_only_when_allowed(bot: BotSide, phone: Phone) -> None:
    with pytest.raises(Refused, match="message to be replied not found"):
        await say(bot, reply_parameters={"message_id": 999})
    sent = await say(bot, reply_parameters={"message_id": 999, "allow_sending_without_reply": True})
    assert "reply_to_message" not in sent
    with pytest.raises(Refused, match="message identifier is not specified"):
        await say(bot, reply_parameters={"quote": "a"})


async def test_an_answer_may_quote(bot: BotSide, phone: Phone) -> None:
    said = await phone.send("👍小虎很好，小虎的奶奶也好")
    reply = {"message_id": said["message_id"], "quote": "<b>小虎</b>", "quote_parse_mode": "HTML"}
    first = await say(bot, reply_parameters=reply)
    bold = [{"type": "bold", "offset": 0, "length": 2}]
    assert first["quote"] == {"text": "小虎", "position": 2, "is_manual": True, "entities": bold}
    second = await say(bot, reply_parameters={**reply, "quote_position": 7})
    assert second["quote"]["position"] == 7
    for quote in ("小豹", "字" * 1025):
        with pytest.raises(Refused, match="QUOTE_TEXT_INVALID"):
            await say(bot, reply_parameters={**reply, "quote": quote})


async def test_an_option_of_a_poll_can_be_answered(bot: BotSide, phone: Phone) -> None:
    asked = await bot.call("sendPoll", chat_id=XIUYING, question="哪天？", options=[{"text": "周六"}])
    option = asked["poll"]["options"][0]["persistent_id"]
    sent = await say(bot, reply_parameters={"message_id": asked["message_id"], "poll_option_id": option})
    assert sent["reply_to_poll_option_id"] == option


async def test_older_names_of_parameters_still_work(bot: BotSide, phone: Phone) -> None:
    first = await phone.send("a")
    sent = await say(bot, "https://a.cn", reply_to_message_id=first["message_id"], disable_web_page_preview=True)
    assert sent["reply_to_message"]["message_id"] == first["message_id"]
    assert sent["link_preview_options"] == {"is_disabled": True}
    assert "reply_to_message" not in await say(bot, reply_to_message_id=999, allow_sending_without_reply=True)


async def test_what_telegram_ignores_is_ignored(bot: BotSide, phone: Phone) -> None:
    sent = await say(
        bot, message_effect_id="5104841245755180586", colour="red", business_connection_id="", link_preview_options={}
    )
    assert set(sent) == {"message_id", "from", "chat", "date", "text"}


async def test_keyboards_come_change_and_go(bot: BotSide, phone: Phone) -> None:
    keyboard = {
        "keyboard": [
            ["今天", {"text": "我的号码", "request_contact": True}],
            [{"text": "位置", "request_location": True}],
        ],
        "resize_keyboard": True,
        "input_field_placeholder": "说说今天",
    }
    async with phone.listen() as stream:
        await say(bot, reply_markup=keyboard)
        shown = [await stream.next(), await stream.next()][1]
        assert shown.data["reply_keyboard"]["keyboard"][0] == [
            {"text": "今天"},
            {"text": "我的号码", "request_contact": True},
        ]
        assert (await phone.me())["reply_keyboard"]["input_field_placeholder"] == "说说今天"
        await say(bot, reply_markup={"remove_keyboard": True})
        assert [(await stream.next()).data for _ in range(2)][1] == {"reply_keyboard": None}


async def test_a_wish_for_an_answer_reaches_the_page_only(bot: BotSide, phone: Phone) -> None:
    wish = {"force_reply": True, "input_field_placeholder": "孩子叫什么？"}
    sent = await say(bot, "名字？", reply_markup=wish)
    assert "reply_markup" not in sent
    assert (await phone.history())["messages"][0]["force_reply"] == wish


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ({"inline_keyboard": [[{"text": "a", "callback_data": ""}]]}, "text buttons are unallowed in the inline keyboard"),
        ({"inline_keyboard": [[{"text": "a", "callback_data": "x" * 65}]]}, "BUTTON_DATA_INVALID"),
        ({"inline_keyboard": [[{"text": "a", "url": "a", "callback_data": "a"}]]}, "inline keyboard button must have exactly one action"),
        ({"inline_keyboard": [["a"]]}, "can't parse inline keyboard JSON object"),
        ({"keyboard": []}, "reply keyboard must have at least one button"),
        ({"keyboard": [[" "]]}, "keyboard button text must be non-empty"),
        ({"force_reply": True, "input_field_placeholder": "字" * 65}, "input_field_placeholder must be 1-64 characters long"),
        ("[]", 'object expected as reply markup'),
    ],
)  # fmt: skip
async def test_keyboards_that_are_none_are_refused(bot: BotSide, phone: Phone, markup: Any, words: str) -> None:
    with pytest.raises(Refused) as refused:
        await say(bot, reply_markup=markup)
    assert refused.value.words.startswith(f"Bad Request: {words}")


async def test_buttons_of_every_kind_may_stand_there(bot: BotSide, phone: Phone) -> None:
    row = [
        {"text": "网页", "url": "https://a.cn"},
        {"text": "抄", "copy_text": {"text": "号"}},
        {"text": "问", "switch_inline_query_current_chat": ""},
        {"text": "应用", "web_app": {"url": "https://a.cn"}},
    ]
    assert (await say(bot, reply_markup={"inline_keyboard": [row]}))["reply_markup"]["inline_keyboard"] == [row]


async def test_the_menu_button_and_the_words_about_the_bot(bot: BotSide, phone: Phone, gateway: Running) -> None:
    assert await bot.call("getChatMenuButton") == {"type": "commands"}
    app = {"type": "web_app", "text": "台账", "web_app": {"url": "https://a.cn/app"}}
    await bot.call("setChatMenuButton", menu_button=app)
    assert (await phone.me())["menu_button"] == app
    await bot.call("setChatMenuButton", chat_id=XIUYING, menu_button={"type": "commands"})
    assert (await phone.me())["menu_button"] == {"type": "commands"}
    await bot.call("setChatMenuButton", chat_id=XIUYING)
    assert await bot.call("getChatMenuButton", chat_id=XIUYING) == {"type": "default"}
    with pytest.raises(Refused, match="BUTTON_URL_INVALID"):
        await bot.call("setChatMenuButton", menu_button={**app, "web_app": {"url": "http://a.cn"}})
    await bot.call("setMyDescription", description="帮手")
    await bot.call("setMyDescription", description="儿童主任的帮手", language_code="zh")
    await bot.call("setMyName", name="小苗苗", language_code="zh")
    await gateway.person("王秀英", bot, id=XIUYING, language_code="zh-hans")
    me = (await phone.me())["bot"]
    assert (me["first_name"], me["description"]) == ("小苗苗", "儿童主任的帮手")


async def test_the_rights_a_bot_asks_for_are_kept(bot: BotSide, phone: Phone) -> None:
    assert set((await bot.call("getMyDefaultAdministratorRights")).values()) == {False}
    names = ("is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
             "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
             "can_delete_stories")  # fmt: skip
    rights = dict.fromkeys(names, False) | {"can_delete_messages": True}
    await bot.call("setMyDefaultAdministratorRights", rights=rights)
    assert (await bot.call("getMyDefaultAdministratorRights"))["can_delete_messages"] is True
    assert (await bot.call("getMyDefaultAdministratorRights", for_channels=True))["can_delete_messages"] is False


async def test_people_have_no_portraits(bot: BotSide, phone: Phone) -> None:
    assert await bot.call("getUserProfilePhotos", user_id=XIUYING) == {"total_count": 0, "photos": []}
    with pytest.raises(Refused, match="user not found"):
        await bot.call("getUserProfilePhotos", user_id=5)


async def test_the_narrowest_menu_in_the_persons_language_is_shown(
    bot: BotSide, phone: Phone, gateway: Running
) -> None:
    await gateway.person("王秀英", bot, id=XIUYING, language_code="zh-hans")
    scopes: list[Json] = [
        {},
        {"language_code": "zh"},
        {"scope": {"type": "all_private_chats"}},
        {"scope": {"type": "all_private_chats"}, "language_code": "zh"},
        {"scope": {"type": "chat", "chat_id": XIUYING}},
        {"scope": {"type": "chat", "chat_id": XIUYING}, "language_code": "zh"},
    ]
    for number, where in enumerate(scopes):
        await bot.call("setMyCommands", commands=[{"command": f"c{number}", "description": "d"}], **where)
        assert (await phone.me())["commands"][0]["command"] == f"c{number}"
    await bot.call("setMyCommands", commands=[{"command": "g", "description": "d"}], scope={"type": "all_group_chats"})
    for number in reversed(range(6)):
        assert (await bot.call("getMyCommands", **scopes[number]))[0]["command"] == f"c{number}"
        assert (await phone.me())["commands"][0]["command"] == f"c{number}"
        await bot.call("deleteMyCommands", **scopes[number])
    assert (await phone.me())["commands"] == []
