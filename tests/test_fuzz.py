"""Random updates of every kind at the real worker: nothing breaks, nothing stays unworked."""

from __future__ import annotations

from random import Random

import pytest

from bot.fuzz.run import faults, fuzz
from bot.fuzz.updates import Stream
from bot.readable import readable

pytestmark = pytest.mark.slow


async def test_two_thousand_random_updates_break_nothing() -> None:
    said: list[str] = []
    found = await fuzz(2000, seed=20261122, say=said.append)
    assert found.broke == {}, found.first
    assert found.unworked == 0
    assert found.cases == 2000 and found.answers > 2500
    assert found.unreadable < 200  # only what was spoiled on purpose
    assert "2,000 / 2,000" in said[-1] and "--seed 20261122 --round 0" in said[-1]


def test_the_seed_fixes_the_stream() -> None:
    one, two, other = (Stream(Random(seed), [1, 2], ["走访"], ["小虎"]) for seed in (5, 5, 6))
    first = [one.next() for _ in range(200)]
    assert first == [two.next() for _ in range(200)] != [other.next() for _ in range(200)]


def test_an_answer_a_server_would_refuse_is_found() -> None:
    assert faults("sendMessage", {"text": "好"}) == []
    assert faults("sendMessage", {"text": " \n"}) == ["no words"]
    assert faults("sendMessage", {"text": "好" * 4097}) == ["too many words"]
    keyboard = {"inline_keyboard": [[{"text": "", "callback_data": "x" * 65}]]}
    assert faults("sendMessage", {"text": "好", "reply_markup": keyboard}) == [
        "a button too long",
        "a button without words",
    ]


def test_what_no_person_can_send_is_told_from_what_a_person_can() -> None:
    sound = {"message_id": 1, "date": 1, "text": "好"}
    assert readable({"message": sound}) and readable({"my_chat_member": {}})
    assert readable({"callback_query": {"id": "1", "from": {}, "data": "x"}})  # its message is too old to be told
    for spoiled in ({"message_id": "1"}, {"date": None}, {"date": 2**53}, {"text": 5}, {"message_id": True}):
        assert not readable({"message": sound | spoiled})
    assert not readable({"callback_query": {"id": "1", "from": {}, "data": "x", "message": {}}})
