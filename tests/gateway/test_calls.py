"""What was seen, the badge, and the urgent messages for which somebody has to be phoned."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from gateway.__main__ import cli
from gateway.store import bots, people, urgent
from gateway.store.database import opened
from tests.gateway.conftest import XIUYING, new_phone
from tests.gateway.sides import BotSide, Phone, Running

BUTTON = {"inline_keyboard": [[{"text": "收到", "callback_data": "got"}]]}
TEN_MINUTES = 600


async def say(bot: BotSide, text: str, urgency: int | None = 0, **more: Any) -> int:
    headers = {} if urgency is None else {"X-Urgency": str(urgency)}
    answer = await bot.http.post("sendMessage", json={"chat_id": XIUYING, "text": text, **more}, headers=headers)
    return int(answer.json()["result"]["message_id"])


async def see(phone: Phone, message_id: int) -> None:
    (await phone.post("seen", {"message_id": message_id})).raise_for_status()


async def calls(gateway: Running) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await gateway.admin("calls", {}, "GET")).raise_for_status().json()["calls"]
    return found


async def codes_after(gateway: Running, seconds: int = TEN_MINUTES) -> list[int]:
    gateway.clock.forward(seconds)
    return [call["code"] for call in await calls(gateway)]


async def test_an_urgent_message_nobody_acknowledged_in_ten_minutes_is_to_be_phoned(
    gateway: Running, bot: BotSide, phone: Phone
) -> None:
    since = int(gateway.clock())
    urgent = await say(bot, "紧急：请立即回复")
    await say(bot, "月底前请走访", 1)
    await say(bot, "没有说多急", None)
    assert await codes_after(gateway, TEN_MINUTES - 1) == []
    gateway.clock.forward(1)
    (call,) = await calls(gateway)
    assert call == {"id": call["id"], "user_id": XIUYING, "code": urgent, "since": since}
    assert (await gateway.admin(f"calls/{call['id']}/done", {})).json() == {}
    assert await calls(gateway) == []
    assert (await gateway.admin(f"calls/{call['id']}/done", {})).status_code == 404
    assert (await gateway.admin("calls", {}, "GET", key="wrong")).status_code == 401


async def test_an_open_stream_and_a_loaded_page_are_not_being_seen(
    gateway: Running, bot: BotSide, phone: Phone
) -> None:
    async with phone.listen() as stream:
        urgent = await say(bot, "紧急")
        event = await stream.next()
        assert event.data["message"]["urgent"] is True
        await phone.history()
        assert await codes_after(gateway) == [urgent]


async def test_without_buttons_being_on_the_screen_is_enough(gateway: Running, bot: BotSide, phone: Phone) -> None:
    await see(phone, await say(bot, "紧急"))
    assert await codes_after(gateway) == []


async def test_with_buttons_it_takes_a_press(gateway: Running, bot: BotSide, phone: Phone) -> None:
    urgent = await say(bot, "紧急", reply_markup=BUTTON)
    await see(phone, urgent)
    assert await codes_after(gateway) == [urgent]
    await phone.press(urgent, "got")
    assert await calls(gateway) == []


async def test_an_answer_to_it_is_enough(gateway: Running, bot: BotSide, phone: Phone) -> None:
    urgent = await say(bot, "紧急", reply_markup=BUTTON)
    await phone.post("messages", {"text": "好", "reply_to_message_id": urgent})
    assert await codes_after(gateway) == []


async def test_words_that_cross_it_are_no_answer_and_words_after_it_was_seen_are(
    gateway: Running, bot: BotSide, phone: Phone
) -> None:
    urgent = await say(bot, "紧急", reply_markup=BUTTON)
    await phone.send("奶奶在家")  # still about the visit; the urgent one was not on the screen yet
    assert await codes_after(gateway) == [urgent]
    await see(phone, urgent)
    await phone.send("收到，马上去")
    assert await calls(gateway) == []


async def test_a_message_the_bot_took_back_or_settled_is_not_phoned_about(
    gateway: Running, bot: BotSide, phone: Phone
) -> None:
    gone, settled, kept = [await say(bot, f"紧急{number}", reply_markup=BUTTON) for number in range(3)]
    await see(phone, kept)
    await bot.call("deleteMessage", chat_id=XIUYING, message_id=gone)
    await bot.call("editMessageText", chat_id=XIUYING, message_id=settled, text="已由他人处理")
    assert await codes_after(gateway) == [kept]


async def test_a_wrong_urgency_is_refused(bot: BotSide, phone: Phone) -> None:
    for headers in ({"X-Urgency": "4"}, {"X-Urgency": "x"}, {"X-Message-Class": "secret"}):
        answer = await bot.http.post("sendMessage", json={"chat_id": XIUYING, "text": "a"}, headers=headers)
        assert answer.status_code == 400
        assert " must be " in answer.json()["description"]


async def test_the_badge_counts_what_others_wrote_since_it_was_seen(bot: BotSide, phone: Phone) -> None:
    async def unread() -> int:
        return int((await phone.me())["chats"][0]["unread"])

    first = await say(bot, "一", None)
    second = await say(bot, "二", None)
    await phone.send("我写的")
    assert await unread() == 2
    await see(phone, first)
    assert await unread() == 1
    await see(phone, second)
    await see(phone, first)  # never backwards
    assert await unread() == 0
    await see(phone, 999)  # never ahead of the chat
    await say(bot, "三", None)
    assert await unread() == 1


async def test_one_persons_seeing_is_not_anothers(gateway: Running, bot: BotSide, phone: Phone) -> None:
    urgent = await say(bot, "紧急")
    neighbour = await new_phone(gateway, bot, "李建国")
    await see(neighbour, 99)
    assert await codes_after(gateway) == [urgent]
    for bad in (0, -1, "1", True, None, 2**60):
        assert (await phone.post("seen", {"message_id": bad})).status_code == 400


async def test_bots_never_hear_what_was_seen(bot: BotSide, phone: Phone) -> None:
    await see(phone, await say(bot, "紧急"))
    assert await bot.updates() == []


def test_the_duty_officer_reads_the_list_on_the_command_line(tmp_path: Path) -> None:
    with opened(tmp_path) as tx:
        bots.add(tx, "小苗", "xiaomiao_bot")
        people.put(tx, "王秀英")
        people.open_chat(tx, 7_000_000_001, XIUYING)
        for number, minutes in ((7, 11), (8, 9)):
            urgent.note(tx, 7_000_000_001, XIUYING, number, False, int(time.time()) - 60 * minutes)

    def run(*options: str) -> Result:
        return CliRunner().invoke(cli, ["calls", *options, "--data", str(tmp_path)])

    (line,) = run().stdout.splitlines()
    assert line.split("\t")[:4] == ["1", str(XIUYING), "王秀英", "7"]
    assert run("--done", "1").exit_code == 0
    assert run().stdout == ""
    again = run("--done", "1")
    assert (again.exit_code, "已处理" in again.stderr) == (1, True)
