"""How a bot hears of things by getUpdates."""

from __future__ import annotations

import asyncio

import pytest

from tests.gateway.conftest import XIUYING
from tests.gateway.sides import BotSide, Phone, Refused, Running


async def test_what_a_person_writes_reaches_the_bot(bot: BotSide, phone: Phone) -> None:
    sent = await phone.send("昨天去了小虎家")
    (update,) = await bot.updates()
    assert update["message"]["text"] == "昨天去了小虎家"
    assert update["message"]["message_id"] == sent["message_id"]
    assert update["message"]["from"] == {"id": XIUYING, "is_bot": False, "first_name": "王秀英"}
    assert update["message"]["chat"] == {"id": XIUYING, "type": "private", "first_name": "王秀英"}


async def test_a_command_is_marked_as_one(bot: BotSide, phone: Phone) -> None:
    await phone.send("👍 /visit now")
    (update,) = await bot.updates()
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 3, "length": 6}]


async def test_updates_come_again_until_they_are_confirmed(bot: BotSide, phone: Phone) -> None:
    await phone.send("一")
    await phone.send("二")
    first = await bot.updates()
    assert await bot.updates() == first
    ids = [update["update_id"] for update in first]
    assert ids == sorted(set(ids))
    (left,) = await bot.updates(offset=ids[1])
    assert left["message"]["text"] == "二"
    assert await bot.updates(offset=ids[1] + 1) == []
    assert await bot.updates() == []


async def test_update_ids_go_on_growing_after_all_were_confirmed(bot: BotSide, phone: Phone) -> None:
    await phone.send("一")
    (first,) = await bot.updates()
    await bot.updates(offset=first["update_id"] + 1)
    await phone.send("二")
    (second,) = await bot.updates()
    assert second["update_id"] == first["update_id"] + 1


async def test_a_negative_offset_keeps_only_the_last_ones(bot: BotSide, phone: Phone) -> None:
    for text in "一二三":
        await phone.send(text)
    assert [update["message"]["text"] for update in await bot.updates(offset=-2)] == ["二", "三"]
    assert [update["message"]["text"] for update in await bot.updates()] == ["二", "三"]


async def test_limit_is_kept_and_may_be_nonsense(bot: BotSide, phone: Phone) -> None:
    for text in "一二三":
        await phone.send(text)
    assert len(await bot.updates(limit=2)) == 2
    assert len(await bot.updates(limit=-5)) == 1
    assert len(await bot.updates(limit=1000)) == 3


async def test_a_long_poll_answers_as_soon_as_somebody_writes(bot: BotSide, phone: Phone, gateway: Running) -> None:
    poll = asyncio.create_task(bot.updates(timeout=30))
    while not gateway.gateway.polls:
        await asyncio.sleep(0)
    assert not poll.done()
    await phone.send("在吗")
    async with asyncio.timeout(5):
        (update,) = await poll
    assert update["message"]["text"] == "在吗"


async def test_a_second_poller_ends_the_first_with_a_conflict(bot: BotSide, phone: Phone, gateway: Running) -> None:
    older = asyncio.create_task(bot.updates(timeout=30))
    while not gateway.gateway.polls:
        await asyncio.sleep(0)
    (listener,) = gateway.gateway.polls.values()
    newer = asyncio.create_task(bot.updates(timeout=30))
    with pytest.raises(Refused, match=r"^Conflict: terminated by other getUpdates request; make sure that only one"):
        await older
    while gateway.gateway.polls.get(7_000_000_001) in (None, listener):
        await asyncio.sleep(0)
    await phone.send("在吗")
    assert len(await newer) == 1


async def test_a_webhook_and_polling_exclude_each_other(bot: BotSide, gateway: Running) -> None:
    waiting = asyncio.create_task(bot.updates(timeout=30))
    while not gateway.gateway.polls:
        await asyncio.sleep(0)
    await bot.call("setWebhook", url="http://127.0.0.1:9/hook")
    for poll in (waiting, bot.updates()):
        with pytest.raises(Refused, match="can't use getUpdates method while webhook is active") as refused:
            await poll
        assert refused.value.code == 409
    await bot.call("deleteWebhook")
    assert await bot.updates() == []


async def test_kinds_the_bot_does_not_want_are_not_queued(bot: BotSide, phone: Phone) -> None:
    await bot.updates(allowed_updates=["callback_query"])
    await phone.send("没人听")
    assert await bot.updates() == []
    await bot.updates(allowed_updates=[])
    await phone.send("又有人听了")
    assert [update["message"]["text"] for update in await bot.updates()] == ["又有人听了"]


async def test_an_edited_message_is_an_update_of_its_own(bot: BotSide, phone: Phone) -> None:
    sent = await phone.send("去了小唬家")
    answer = await phone.post(f"messages/{sent['message_id']}/edit", {"text": "去了小虎家"})
    assert answer.json()["message"]["text"] == "去了小虎家"
    _, edited = await bot.updates()
    assert edited["edited_message"]["text"] == "去了小虎家"
    assert edited["edited_message"]["message_id"] == sent["message_id"]
    assert "edit_date" in edited["edited_message"]


async def test_stopping_and_taking_back_a_bot_is_told_to_it(bot: BotSide, phone: Phone, gateway: Running) -> None:
    await gateway.admin("block", {"user_id": XIUYING, "bot": bot.username, "blocked": True})
    with pytest.raises(Refused, match=r"^Forbidden: bot was blocked by the user$") as refused:
        await bot.call("sendMessage", chat_id=XIUYING, text="在吗")
    assert refused.value.code == 403
    stopped = await phone.post("messages", {"text": "你好"})
    assert (stopped.status_code, stopped.json()["error"]["code"]) == (403, "stopped")
    await phone.send("/start")
    updates = await bot.updates()
    assert [update["my_chat_member"]["new_chat_member"]["status"] for update in updates[:2]] == ["kicked", "member"]
    assert updates[2]["message"]["text"] == "/start"
    await bot.call("sendMessage", chat_id=XIUYING, text="欢迎回来")


async def test_two_bots_do_not_hear_of_each_others_chats(gateway: Running, bot: BotSide, phone: Phone) -> None:
    from tests.gateway.conftest import new_bot

    other = await new_bot(gateway, "other_bot")
    await phone.send("只给小苗")
    assert await other.updates() == []
    with pytest.raises(Refused, match="chat not found"):
        await other.call("sendMessage", chat_id=XIUYING, text="你好")
