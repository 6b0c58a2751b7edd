"""Groups: founded, with pages only their members see, in and out, and sealed at rest (tests/gateway/circle.py)."""

from __future__ import annotations

import pytest

from tests.gateway.circle import ABOUT, JIANGUO, XIULAN, Circle
from tests.gateway.conftest import XIUYING, Start, new_bot, new_phone
from tests.gateway.sides import BotSide, Json, Phone, Running


async def test_founding_a_group_is_told_to_the_bot(gateway: Running, bot: BotSide, phone: Phone) -> None:
    group = await gateway.group("南华镇儿童主任", [bot], [XIUYING])
    joined, founded = await bot.updates()
    assert group < 0
    assert joined["my_chat_member"]["chat"] == {"id": group, **ABOUT}
    assert joined["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert joined["my_chat_member"]["new_chat_member"]["user"]["username"] == bot.username
    assert founded["message"]["group_chat_created"] is True
    assert founded["message"]["from"]["id"] == XIUYING


async def test_what_a_bot_says_reaches_every_members_page(circle: Circle) -> None:
    async with circle.xiuying.listen() as xiuying, circle.jianguo.listen() as jianguo:
        sent = await circle.bot.call("sendMessage", chat_id=circle.id, text="请私聊")
        for stream in (xiuying, jianguo):
            event = await stream.next()
            assert (event.name, event.data["message"]["text"]) == ("message", "请私聊")
            assert event.data["message"]["out"] is False
    assert sent["chat"] == {"id": circle.id, **ABOUT}
    assert (await circle.xiuying.history())["messages"][-1]["text"] == "请私聊"


async def test_what_a_member_says_is_own_words_only_on_own_pages(circle: Circle) -> None:
    async with circle.xiuying.listen() as xiuying, circle.jianguo.listen() as jianguo:
        sent = await circle.xiuying.send("大家好")
        assert sent["out"] is True
        assert (await xiuying.next()).data["message"]["out"] is True
        heard = (await jianguo.next()).data["message"]
    assert (heard["out"], heard["from"]["first_name"], heard["text"]) == (False, "王秀英", "大家好")
    assert (await circle.jianguo.history())["messages"][-1]["out"] is False


async def test_the_page_of_a_group_knows_where_it_is(circle: Circle) -> None:
    me = await circle.xiuying.me()
    assert (me["chat_id"], me["chat"]) == (circle.id, {"id": circle.id, **ABOUT})
    assert me["user"]["id"] == XIUYING
    private, group = me["chats"]
    assert (private["id"], private["type"], private["title"]) == (XIUYING, "private", "小苗")
    assert (group["id"], group["title"], group["url"]) == (circle.id, ABOUT["title"], circle.xiuying.base)
    assert (await circle.xiuying.http.get(group["url"])).status_code == 200
    assert [one["id"] for one in (await circle.xiulan.in_group(1).http.get(f"/c/{XIULAN}/xiaomiao_bot/api/me")).json()["chats"]] == [XIULAN]  # fmt: skip


@pytest.mark.parametrize("path", ["", "/api/me", "/api/messages", "/api/events", "/file/abc"])
async def test_only_members_see_a_group(circle: Circle, path: str) -> None:
    assert (await circle.xiulan.http.get(circle.xiulan.base + path)).status_code == 404
    other = circle.xiulan.base.replace(str(XIULAN), str(XIUYING))
    assert (await circle.xiulan.http.get(other + path)).status_code == 403
    answer = await circle.xiulan.post("messages", {"text": "我也在"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_yours")
    assert (await circle.xiuying.http.get("/c/100001/xiaomiao_bot/g/99999999999999999999/api/me")).status_code == 404


async def test_whoever_is_taken_out_sees_and_hears_nothing_from_that_moment(circle: Circle) -> None:
    async with circle.xiuying.listen() as stream, circle.jianguo.listen() as staying:
        assert (await circle.gateway.change_group(circle.id, remove=[XIUYING]))["members"] == [JIANGUO]
        assert await stream.ended()
        left = (await staying.next()).data["message"]
    assert left["left_chat_member"]["id"] == XIUYING
    assert (await circle.xiuying.http.get(f"{circle.xiuying.base}/api/messages")).status_code == 404
    (update,) = await circle.bot.updates()
    assert update["message"]["left_chat_member"]["first_name"] == "王秀英"


async def test_what_came_into_the_group_before_the_stream_was_open_is_told_when_it_opens(circle: Circle) -> None:
    private = circle.xiuying.in_group(1)
    private.base = f"/c/{XIUYING}/xiaomiao_bot"
    seen = {one["id"]: one["unread"] for one in (await private.me())["chats"]}
    await circle.bot.call("sendMessage", chat_id=circle.id, text="页面刚打开时来的")
    async with private.listen() as stream:
        event = await stream.next()
    assert event.name == "chats"
    assert {one["id"]: one["unread"] for one in event.data["chats"]}[circle.id] == seen[circle.id] + 1


async def test_whoever_comes_in_finds_the_group_in_the_list_of_chats(circle: Circle) -> None:
    private = circle.xiulan.in_group(1)
    private.base = f"/c/{XIULAN}/xiaomiao_bot"
    async with private.listen() as stream:
        await circle.gateway.change_group(circle.id, add=[XIULAN])
        event = await stream.next()
    assert (event.name, event.id) == ("chats", None)
    assert [chat["id"] for chat in event.data["chats"]] == [XIULAN, circle.id]
    (update,) = await circle.bot.updates()
    assert [user["id"] for user in update["message"]["new_chat_members"]] == [XIULAN]
    assert await circle.gateway.change_group(circle.id, add=[XIULAN])
    assert len(await circle.bot.updates()) == 1


async def test_a_picture_in_a_group_is_for_its_members(circle: Circle) -> None:
    from tests.gateway.test_files import png

    sent = await circle.xiuying.send_file("a.png", png(), "photo")
    file_id = sent.raise_for_status().json()["message"]["photo"][0]["file_id"]
    for phone, status in ((circle.jianguo, 200), (circle.xiulan, 404)):
        assert (await phone.http.get(f"{phone.base}/file/{file_id}")).status_code == status


async def test_a_new_menu_shows_in_the_group_as_well(circle: Circle) -> None:
    general, here = [{"command": "today", "description": "今天"}], [{"command": "town", "description": "汇总"}]
    async with circle.xiuying.listen() as stream:
        await circle.bot.call("setMyCommands", commands=general)
        assert (await stream.next()).data["commands"] == general
        await circle.bot.call("setMyCommands", commands=here, scope={"type": "all_group_chats"})
        assert (await stream.next()).data["commands"] == here
    assert (await circle.xiuying.me())["commands"] == here


async def test_a_page_that_was_away_resumes_without_what_was_for_others(circle: Circle) -> None:
    markup = {"inline_keyboard": [[{"text": "我去", "callback_data": "go"}]]}
    asked = await circle.bot.call("sendMessage", chat_id=circle.id, text="谁去?", reply_markup=markup)
    last = (await circle.jianguo.me())["last_event_id"]
    await circle.xiuying.press(asked["message_id"], "go")
    (update,) = await circle.bot.updates()
    await circle.bot.call("answerCallbackQuery", callback_query_id=update["callback_query"]["id"], text="记下了")
    await circle.bot.call("sendMessage", chat_id=circle.id, text="好")
    async with circle.jianguo.listen(last_event_id=last) as stream:
        event = await stream.next()
    assert (event.name, event.id) == ("message", last + 2)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("groups", {"title": "空的", "bots": [], "members": [XIUYING]}),
        ("groups", {"title": "谁", "bots": ["xiaomiao_bot"], "members": [5]}),
        ("groups", {"title": "", "bots": ["xiaomiao_bot"], "members": [XIUYING]}),
        ("groups", {"title": "哪个", "bots": ["nobody"], "members": [XIUYING]}),
        ("groups/change", {"id": -5}),
        ("groups/change", {"id": "x"}),
    ],
)
async def test_a_group_that_cannot_be_is_refused(gateway: Running, phone: Phone, path: str, body: Json) -> None:
    assert (await gateway.admin(path, body)).status_code == 400


async def test_groups_are_sealed_at_rest(start: Start) -> None:
    gateway = await start()
    bot = await new_bot(gateway)
    await new_phone(gateway, bot)
    await gateway.group("绝密的群名", [bot], [XIUYING])
    kept = b"".join(path.read_bytes() for path in gateway.gateway.data.glob("gateway.db*"))
    assert "绝密".encode() not in kept
