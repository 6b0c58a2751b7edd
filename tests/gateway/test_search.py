"""Finding words in a chat, and jumping to a message."""

from __future__ import annotations

from typing import Any

import pytest

from gateway import search
from gateway.settings import Settings
from tests.gateway.conftest import XIUYING, Start, new_bot, new_phone
from tests.gateway.sides import BotSide, Phone, Running


async def find(phone: Phone, q: str, **more: Any) -> dict[str, Any]:
    answer = await phone.post("search", {"q": q, **more})
    return answer.raise_for_status().json()  # type: ignore[no-any-return]


def texts(found: dict[str, Any]) -> list[str]:
    return [message.get("text") or message.get("caption", "") for message in found["messages"]]


async def test_words_are_found_newest_first_whoever_wrote_them(bot: BotSide, phone: Phone) -> None:
    await phone.send("昨天去了小虎家")
    await bot.call("sendMessage", chat_id=XIUYING, text="小虎：已保存", protect_content=True)
    await phone.send("今天去了小红家")
    found = await find(phone, "小虎")
    assert texts(found) == ["小虎：已保存", "昨天去了小虎家"]
    assert [message["out"] for message in found["messages"]] == [False, True]
    assert found["messages"][0]["has_protected_content"] is True
    assert found["more"] is False


@pytest.mark.parametrize("q", ["abc 12", "ＡＢＣ", "ａＢｃ　１２", "12 Abc"])
async def test_case_and_width_do_not_matter_and_all_words_have_to_be_there(bot: BotSide, phone: Phone, q: str) -> None:
    await phone.send("表ＡＢＣ第12号")
    await phone.send("第12号")
    assert texts(await find(phone, q)) == ["表ＡＢＣ第12号"]


async def test_names_of_files_and_captions_are_found(bot: BotSide, phone: Phone) -> None:
    await bot.upload("sendDocument", {"document": ("七月台账.xlsx", b"1")}, chat_id=XIUYING, caption="请查收")
    assert len((await find(phone, "台账"))["messages"]) == 1
    assert len((await find(phone, "查收"))["messages"]) == 1


async def test_nobody_finds_what_is_not_theirs(gateway: Running, bot: BotSide, phone: Phone) -> None:
    await phone.send("秘密")
    neighbour = await new_phone(gateway, bot, "李建国")
    assert (await find(neighbour, "秘密"))["messages"] == []
    neighbour.base = phone.base
    assert (await neighbour.post("search", {"q": "秘密"})).status_code == 403


async def test_a_long_chat_is_searched_in_steps(bot: BotSide, phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "BATCH", 3)
    monkeypatch.setattr(search, "MOST_OPENED", 6)
    for number in range(10):
        await bot.call("sendMessage", chat_id=XIUYING, text="要找的" if number in (0, 7, 9) else f"第{number}条")
    first = await find(phone, "要找", limit=1)
    assert (texts(first), first["more"]) == (["要找的"], True)
    second = await find(phone, "要找", before=first["next"])
    assert ([message["message_id"] for message in second["messages"]], second["more"]) == ([8], True)
    third = await find(phone, "要找", before=second["next"])
    assert ([message["message_id"] for message in third["messages"]], third["more"]) == ([1], False)


async def test_a_search_for_nothing_is_refused_and_searching_without_end_is_slowed_down(start: Start) -> None:
    gateway = await start(Settings())
    phone = await new_phone(gateway, await new_bot(gateway))
    for q in ("", "  ", "字" * 101):
        assert (await phone.post("search", {"q": q})).status_code == 400
    answers = [await phone.post("search", {"q": "a"}) for _ in range(22)]
    assert (answers[0].status_code, answers[-1].status_code) == (200, 429)


async def test_the_page_jumps_to_a_message_and_sees_what_is_around_it(bot: BotSide, phone: Phone) -> None:
    for number in range(1, 11):
        await bot.call("sendMessage", chat_id=XIUYING, text=str(number))

    async def around(message_id: int, limit: int) -> tuple[list[str], bool, bool]:
        found = await phone.history(around=message_id, limit=limit)
        return texts(found), found["more"], found["more_after"]

    assert await around(5, 4) == (["3", "4", "5", "6"], True, True)
    assert await around(1, 4) == (["1", "2"], False, True)
    assert await around(10, 4) == (["8", "9", "10"], True, False)
    assert await around(5, 1) == (["5"], True, True)
    await bot.call("deleteMessage", chat_id=XIUYING, message_id=5)
    assert await around(5, 4) == (["3", "4", "6", "7"], True, True)
    assert await around(999, 4) == (["9", "10"], True, False)
