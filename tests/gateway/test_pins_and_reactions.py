"""What stays on top of a chat, and how people and bots react."""

from __future__ import annotations

import pytest

from tests.gateway.conftest import XIUYING
from tests.gateway.sides import BotSide, Json, Phone, Refused
from tests.gateway.test_files import png
from tests.gateway.test_media import album, item


async def say(bot: BotSide, text: str) -> int:
    return int((await bot.call("sendMessage", chat_id=XIUYING, text=text))["message_id"])


async def test_a_pinned_message_is_on_top_of_every_page(bot: BotSide, phone: Phone) -> None:
    first, second = await say(bot, "一"), await say(bot, "二")
    async with phone.listen() as stream:
        await bot.call("pinChatMessage", chat_id=XIUYING, message_id=second)
        service, pinned = await stream.take(2)
        assert service.data["message"]["pinned_message"]["message_id"] == second
        assert (pinned.name, pinned.data["message"]["text"]) == ("pinned", "二")
        await bot.call("pinChatMessage", chat_id=XIUYING, message_id=first)
        await stream.take(2)
        await bot.call("unpinChatMessage", chat_id=XIUYING)
        assert (await stream.next()).data["message"]["text"] == "一"
        await bot.call("unpinAllChatMessages", chat_id=XIUYING)
        assert (await stream.next()).data == {"message": None}
    assert (await phone.me())["pinned"] is None
    assert "pinned_message" not in await bot.call("getChat", chat_id=XIUYING)
    updates = await bot.updates()
    assert [update["message"]["pinned_message"]["message_id"] for update in updates] == [second, first]


async def test_get_chat_and_the_page_know_the_pinned_message(bot: BotSide, phone: Phone) -> None:
    number = await say(bot, "通知")
    await bot.call("pinChatMessage", chat_id=XIUYING, message_id=number)
    assert (await bot.call("getChat", chat_id=XIUYING))["pinned_message"]["text"] == "通知"
    assert (await phone.me())["pinned"]["text"] == "通知"


async def test_a_deleted_message_is_not_on_top_any_more(bot: BotSide, phone: Phone) -> None:
    number = await say(bot, "通知")
    await bot.call("pinChatMessage", chat_id=XIUYING, message_id=number)
    async with phone.listen() as stream:
        await bot.call("deleteMessage", chat_id=XIUYING, message_id=number)
        told = {event.name: event.data for event in await stream.take(3)}
    assert (told["deleted"], told["pinned"]) == ({"message_ids": [number]}, {"message": None})
    assert "通知" not in str(told["edited"])  # the line that says it was pinned


async def test_what_cannot_be_pinned_says_why(bot: BotSide, phone: Phone) -> None:
    number = await say(bot, "a")
    for method, params, words in (
        ("pinChatMessage", {"message_id": 999}, "message to pin not found"),
        ("unpinChatMessage", {"message_id": number}, "message to unpin not found"),
        ("unpinChatMessage", {}, "message to unpin not found"),
    ):
        with pytest.raises(Refused, match=words):
            await bot.call(method, chat_id=XIUYING, **params)
    await bot.call("pinChatMessage", chat_id=XIUYING, message_id=number)
    with pytest.raises(Refused, match="message can't be pinned"):
        await bot.call("pinChatMessage", chat_id=XIUYING, message_id=number + 1)


def emoji(sign: str) -> list[Json]:
    return [{"type": "emoji", "emoji": sign}]


async def react(phone: Phone, number: int, sign: str | None, client_id: str | None = None) -> Json:
    answer = await phone.post("reactions", {"message_id": number, "emoji": sign, "client_id": client_id})
    return answer.json()  # type: ignore[no-any-return]


async def test_reactions_are_shown_with_who_gave_them(bot: BotSide, phone: Phone) -> None:
    theirs = await phone.send("办好了")
    number = theirs["message_id"]
    async with phone.listen() as stream:
        await bot.call("setMessageReaction", chat_id=XIUYING, message_id=number, reaction=emoji("👍"))
        event = await stream.next()
        assert event.name == "edited"
        assert event.data["message"]["reactions"] == [{"emoji": "👍", "count": 1, "mine": False}]
        answer = await react(phone, number, "👍")
        assert answer["message"]["reactions"] == [{"emoji": "👍", "count": 2, "mine": True}]
        await bot.call("setMessageReaction", chat_id=XIUYING, message_id=number)
        await react(phone, number, "❤️")
        shown = [(await stream.next()).data["message"]["reactions"] for _ in range(3)]
    assert shown[-1] == [{"emoji": "❤", "count": 1, "mine": True}]
    assert "reactions" not in (await react(phone, number, None))["message"]
    assert [next(iter(set(update) - {"update_id"})) for update in await bot.updates()] == ["message"]


async def test_a_bot_that_asked_hears_of_reactions(bot: BotSide, phone: Phone) -> None:
    await bot.updates(allowed_updates=["message_reaction"])
    number = await say(bot, "通知")
    for sign in ("👌", "👌", None):
        await react(phone, number, sign)
    changes = [
        (update["message_reaction"]["old_reaction"], update["message_reaction"]["new_reaction"])
        for update in await bot.updates()
    ]
    assert changes == [([], emoji("👌")), (emoji("👌"), [])]


async def test_a_reaction_sent_twice_is_one(bot: BotSide, phone: Phone) -> None:
    await bot.updates(allowed_updates=["message_reaction"])
    number = await say(bot, "通知")
    await react(phone, number, "👍", "r1")
    await react(phone, number, None)
    assert "reactions" not in (await react(phone, number, "👍", "r1"))["message"]
    assert len(await bot.updates()) == 2


@pytest.mark.parametrize(
    ("reaction", "words"),
    [
        ([*emoji("👍"), *emoji("👎")], "REACTIONS_TOO_MANY"),
        (emoji("🦄🦄"), "REACTION_INVALID"),
        ([{"type": "custom_emoji", "custom_emoji_id": "5"}], "REACTION_INVALID"),
        ([{"type": "paid"}], "can't parse ReactionType: invalid reaction type specified"),
        ([{"type": "smell"}], 'parameter "'),
    ],
)
async def test_a_bot_reacts_with_one_known_emoji(bot: BotSide, phone: Phone, reaction: list[Json], words: str) -> None:
    number = await say(bot, "通知")
    with pytest.raises(Refused, match=f"^Bad Request: {words}"):
        await bot.call("setMessageReaction", chat_id=XIUYING, message_id=number, reaction=reaction)
    with pytest.raises(Refused, match="message to react not found"):
        await bot.call("setMessageReaction", chat_id=XIUYING, message_id=999, reaction=emoji("👍"))


async def test_a_page_reacts_only_with_what_there_is(bot: BotSide, phone: Phone) -> None:
    number = await say(bot, "通知")
    assert (await react(phone, number, "<b>"))["error"]["code"] == "bad_request"
    assert (await react(phone, 999, "👍"))["error"]["code"] == "message_gone"


async def test_in_an_album_the_first_message_carries_the_reactions(bot: BotSide, phone: Phone) -> None:
    sent = await album(bot, [item("photo", "attach://a")] * 3, a=png())
    numbers = [message["message_id"] for message in sent]
    await bot.call("setMessageReaction", chat_id=XIUYING, message_id=numbers[2], reaction=emoji("👍"))
    await bot.call("deleteMessage", chat_id=XIUYING, message_id=numbers[0])
    await bot.call("setMessageReaction", chat_id=XIUYING, message_id=numbers[2], reaction=emoji("🔥"))
    second, third = (await phone.history())["messages"]
    assert (second["reactions"][0]["emoji"], "reactions" in third) == ("🔥", False)
