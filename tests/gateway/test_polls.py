"""Polls and quizzes: asked by a bot, voted on from the page, ended by time or by the bot."""

from __future__ import annotations

from typing import Any

import pytest

from gateway import polling
from gateway.store import polls
from tests.gateway.conftest import XIUYING, Start, new_bot, new_phone
from tests.gateway.sides import BotSide, Json, Phone, Refused, Running

DAYS = [{"text": "周六"}, {"text": "周日"}, {"text": "都行"}]


async def ask(bot: BotSide, **more: Any) -> Json:
    asked: Json = await bot.call("sendPoll", chat_id=XIUYING, question="哪天开会？", **{"options": DAYS, **more})
    return asked


async def vote(phone: Phone, message: Json, *chosen: int, client_id: str | None = None) -> Json:
    body = {"message_id": message["message_id"], "option_ids": list(chosen), "client_id": client_id}
    return (await phone.post("vote", body)).json()  # type: ignore[no-any-return]


def counts(poll: Json) -> list[int]:
    return [option["voter_count"] for option in poll["options"]]


async def test_a_vote_is_counted_told_and_shown_on_every_page(bot: BotSide, phone: Phone) -> None:
    asked = await ask(bot, is_anonymous=False)
    assert (asked["poll"]["type"], asked["poll"]["total_voter_count"]) == ("regular", 0)
    async with phone.listen() as stream:
        answer = await vote(phone, asked, 1)
        event = await stream.next()
    assert (event.name, event.data["message"]["voted"]) == ("edited", [1])
    assert answer["message"] == event.data["message"]
    poll, told = await bot.updates()
    assert counts(poll["poll"]) == [0, 1, 0]
    assert (told["poll_answer"]["user"]["id"], told["poll_answer"]["option_ids"]) == (XIUYING, [1])
    assert told["poll_answer"]["option_persistent_ids"] == [asked["poll"]["options"][1]["persistent_id"]]


async def test_an_anonymous_poll_tells_no_names(bot: BotSide, phone: Phone) -> None:
    asked = await ask(bot)
    await vote(phone, asked, 0)
    (update,) = await bot.updates()
    assert counts(update["poll"]) == [1, 0, 0]
    assert str(XIUYING) not in str(update)


async def test_a_vote_may_be_changed_and_taken_back(bot: BotSide, phone: Phone) -> None:
    asked = await ask(bot, is_anonymous=False)
    for chosen in ((0,), (2,), ()):
        await vote(phone, asked, *chosen)
    answers = [update["poll_answer"]["option_ids"] for update in await bot.updates() if "poll_answer" in update]
    assert answers == [[0], [2], []]
    (shown,) = (await phone.history())["messages"]
    assert (counts(shown["poll"]), "voted" in shown) == ([0, 0, 0], False)


async def test_several_answers_only_where_the_bot_allows_them(bot: BotSide, phone: Phone) -> None:
    one, several = await ask(bot), await ask(bot, allows_multiple_answers=True)
    assert (await vote(phone, one, 0, 1))["error"]["code"] == "cannot_vote"
    assert (await vote(phone, one, 7))["error"]["code"] == "cannot_vote"
    answer = await vote(phone, several, 2, 0, 2)
    assert (answer["message"]["voted"], answer["message"]["poll"]["total_voter_count"]) == ([0, 2], 1)


async def test_a_vote_sent_twice_is_one(bot: BotSide, phone: Phone) -> None:
    asked = await ask(bot, is_anonymous=False)
    answers = [await vote(phone, asked, 1, client_id="v1") for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(await bot.updates()) == 2  # the poll and the answer


async def test_a_quiz_keeps_its_answer_until_one_has_voted(bot: BotSide, phone: Phone) -> None:
    asked = await ask(
        bot, type="quiz", correct_option_ids=[1], explanation="<b>因为</b>", explanation_parse_mode="HTML"
    )
    assert asked["poll"]["correct_option_ids"] == [1]
    (shown,) = (await phone.history())["messages"]
    assert {"correct_option_ids", "explanation", "explanation_entities"}.isdisjoint(shown["poll"])
    answer = await vote(phone, asked, 0)
    assert (answer["message"]["poll"]["correct_option_ids"], answer["message"]["poll"]["explanation"]) == ([1], "因为")
    refused = await vote(phone, asked, 1)
    assert refused["error"]["message"] == "您已经投过票，不能再改了。"


async def test_an_explanation_is_measured_without_its_tags(bot: BotSide, phone: Phone) -> None:
    quiz = {"type": "quiz", "correct_option_ids": [0], "explanation_parse_mode": "HTML"}
    asked = await ask(bot, explanation=f"<b>{'字' * 200}</b>", **quiz)
    assert len(asked["poll"]["explanation"]) == 200


async def test_results_that_are_hidden_show_when_it_closes(bot: BotSide, phone: Phone) -> None:
    asked = await ask(bot, hide_results_until_closes=True)
    answer = await vote(phone, asked, 0)
    assert (counts(answer["message"]["poll"]), answer["message"]["voted"]) == ([0, 0, 0], [0])
    stopped = await bot.call("stopPoll", chat_id=XIUYING, message_id=asked["message_id"])
    assert (stopped["is_closed"], counts(stopped)) == (True, [1, 0, 0])
    (shown,) = (await phone.history())["messages"]
    assert counts(shown["poll"]) == [1, 0, 0]


async def test_a_stopped_poll_takes_no_votes_and_new_buttons(bot: BotSide, phone: Phone) -> None:
    asked = await ask(bot, reply_markup={"inline_keyboard": [[{"text": "看", "callback_data": "see"}]]})
    await bot.call("stopPoll", chat_id=XIUYING, message_id=asked["message_id"])
    (update,) = await bot.updates()
    assert update["poll"]["is_closed"] is True
    assert (await vote(phone, asked, 0))["error"]["message"] == "投票已经结束了。"
    (shown,) = (await phone.history())["messages"]
    assert "reply_markup" not in shown
    text = await bot.call("sendMessage", chat_id=XIUYING, text="a")
    for number, words in (
        (asked["message_id"], "poll has already been closed"),
        (text["message_id"], "message is not a poll"),
        (999, "message with poll to stop not found"),
    ):
        with pytest.raises(Refused, match=words):
            await bot.call("stopPoll", chat_id=XIUYING, message_id=number)


async def test_a_poll_closes_when_its_time_is_over(bot: BotSide, phone: Phone, gateway: Running) -> None:
    asked = await ask(bot, open_period=60)
    assert asked["poll"]["close_date"] == asked["date"] + 60
    db = gateway.gateway.db
    assert await db.write(lambda tx: polling.close_due(tx, gateway.gateway.now())) == 0
    gateway.clock.forward(61)
    assert (await vote(phone, asked, 0))["error"]["code"] == "cannot_vote"
    assert await db.write(lambda tx: polling.close_due(tx, gateway.gateway.now())) == 1
    (update,) = await bot.updates()
    assert update["poll"]["is_closed"] is True
    assert await db.read(polls.next_closing) is None


async def test_a_running_gateway_closes_polls_by_itself(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "LOOK_AGAIN_SECONDS", 0.02)
    gateway = await start()
    bot = await new_bot(gateway)
    phone = await new_phone(gateway, bot)
    asked = await ask(bot, close_date=int(gateway.clock.seconds) + 5)
    gateway.clock.forward(6)
    async with phone.listen() as stream:
        event = await stream.next()
    assert event.data["message"]["message_id"] == asked["message_id"]
    assert event.data["message"]["poll"]["is_closed"] is True


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"question": ""}, "poll question must be non-empty"),
        ({"question": "字" * 301}, "poll question length must not exceed 300"),
        ({"options": []}, "poll must have at least 1 option"),
        ({"options": DAYS * 5}, "poll can't have more than 12 options"),
        ({"options": [{"text": "   "}]}, "poll options must be non-empty"),
        ({"options": [{"text": "字" * 101}]}, "text must be 1-100 characters long"),
        ({"type": "guess"}, "unsupported poll type specified"),
        ({"type": "quiz"}, "wrong correct option ID specified"),
        ({"type": "quiz", "correct_option_ids": [3]}, "wrong correct option ID specified"),
        ({"type": "quiz", "correct_option_ids": [0, 1]}, "wrong correct option ID specified"),
        ({"type": "quiz", "correct_option_ids": [0], "explanation": "a\nb\nc\nd"}, "quiz explanation is too long"),
        ({"open_period": 4}, "wrong open period specified"),
        ({"close_date": 5}, "wrong close date specified"),
        ({"open_period": 60, "close_date": 5}, "open_period and close_date can't be specified together"),
    ],
)
async def test_what_is_no_poll_is_refused(bot: BotSide, phone: Phone, params: Json, words: str) -> None:
    with pytest.raises(Refused) as refused:
        await bot.call("sendPoll", **{"chat_id": XIUYING, "question": "哪天？", "options": DAYS, **params})
    assert refused.value.words == f"Bad Request: {words}"


async def test_options_may_be_bare_strings_and_a_quiz_may_name_one_answer(bot: BotSide, phone: Phone) -> None:
    """As older libraries send them."""
    asked = await ask(bot, options='["甲", "乙"]', type="quiz", correct_option_id=1)
    assert [option["text"] for option in asked["poll"]["options"]] == ["甲", "乙"]
    assert asked["poll"]["correct_option_ids"] == [1]


async def test_a_forwarded_poll_is_the_same_poll(bot: BotSide, phone: Phone, gateway: Running) -> None:
    other = await new_phone(gateway, bot, "李建国")
    jianguo = XIUYING + 1
    asked = await ask(bot)
    forward = await bot.call("forwardMessage", chat_id=jianguo, from_chat_id=XIUYING, message_id=asked["message_id"])
    copied = await bot.call("copyMessage", chat_id=jianguo, from_chat_id=XIUYING, message_id=asked["message_id"])
    assert forward["poll"]["id"] == asked["poll"]["id"]
    await vote(other, forward, 0)
    await vote(phone, asked, 1)
    (shown,) = (await phone.history())["messages"]
    assert (counts(shown["poll"]), shown["voted"]) == ([1, 1, 0], [1])
    there, copy = (await other.history())["messages"]
    assert (counts(there["poll"]), there["voted"]) == ([1, 1, 0], [0])
    assert copy["message_id"] == copied["message_id"]
    assert (copy["poll"]["id"] == asked["poll"]["id"], counts(copy["poll"])) == (False, [0, 0, 0])
    await bot.call("deleteMessage", chat_id=XIUYING, message_id=asked["message_id"])
    assert (await vote(other, forward, 2))["message"]["voted"] == [2]


async def test_a_poll_goes_with_its_last_message(bot: BotSide, phone: Phone, gateway: Running) -> None:
    asked = await ask(bot)
    await vote(phone, asked, 0)
    await bot.call("deleteMessage", chat_id=XIUYING, message_id=asked["message_id"])
    left = await gateway.gateway.db.read(
        lambda tx: [tx.value(f"SELECT count(*) FROM {table}") for table in ("polls", "poll_votes", "poll_messages")]
    )
    assert left == [0, 0, 0]
    assert (await vote(phone, asked, 0))["error"]["code"] == "message_gone"


async def test_a_poll_may_carry_a_picture_and_a_description(bot: BotSide, phone: Phone) -> None:
    from tests.gateway.test_files import png

    sent = await bot.upload(
        "sendPoll", {"yard": ("a.png", png())}, chat_id=XIUYING, question="哪个？", options='["甲"]',
        description="*说明*", description_parse_mode="MarkdownV2", media='{"type":"photo","media":"attach://yard"}',
    )  # fmt: skip
    assert sent["poll"]["description_entities"][0]["type"] == "bold"
    file_id = sent["poll"]["media"]["photo"][-1]["file_id"]
    assert (await phone.http.get(f"{phone.base}/file/{file_id}")).status_code == 200
    await vote(phone, sent, 0)
    (update,) = await bot.updates()
    assert {"description", "media"}.isdisjoint(update["poll"])
