"""Whatever comes in gets a clear sentence; nothing is lost, nothing leaks, no chat gets stuck."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from db.models import inbox, outbox
from tests.cast import GUIXIANG, JIANGUO, LEADER, MAGUANG, PEOPLE, XIAOHU, YULAN
from tests.house import TestHouse
from tests.phone import Phone

pytestmark = pytest.mark.slow  # left out of ./test --fast


async def _nothing_put_aside(house: TestHouse) -> None:
    left = await house.look(
        lambda conn: conn.execute(select(func.count()).where(inbox.c.state != "done")).scalar_one()
    )
    assert left == 0
    refused = await house.look(
        lambda conn: conn.execute(select(func.count()).where(outbox.c.state != "sent")).scalar_one()
    )
    assert refused == 0


async def _raw(house: TestHouse, phone: Phone, **content: Any) -> str:
    await house.receive({"message": phone._message(phone.line.next_id(phone.chat_id), **content)})
    return phone.text


STICKER = {"file_id": "s", "file_unique_id": "s", "width": 1, "height": 1, "is_animated": False, "is_video": False,
           "type": "regular"}  # fmt: skip
ODD: list[dict[str, Any]] = [
    {"sticker": STICKER},
    {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}},
    {"location": {"longitude": 99.8, "latitude": 39.4}},
    {"contact": {"phone_number": "1", "first_name": "x"}},
    {"dice": {"emoji": "🎲", "value": 3}},
    {"video": {"file_id": "v", "file_unique_id": "v", "width": 1, "height": 1, "duration": 1}},
    {"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False,
              "is_anonymous": True, "type": "regular", "allows_multiple_answers": False}},
]  # fmt: skip


@pytest.mark.parametrize("content", ODD, ids=lambda content: next(iter(content)))
async def test_what_we_cannot_read_is_answered_kindly_and_the_open_question_stays(
    house: TestHouse, content: dict[str, Any]
) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访 小虎")
    await _raw(house, phone, **content)
    assert "只能看文字" in phone.everything or "语音" in phone.everything
    assert phone.has_button("电话")
    await phone.press("电话")
    await _nothing_put_aside(house)


@pytest.mark.parametrize(
    "words",
    [
        "/nonsense",
        "/",
        "/visit@someone_else_bot",
        "x" * 10_000,
        "😀" * 4096,
        "\u202eabc\x00\x07",
        "{child} {0} %s %(a)s",
        "<b>粗</b> & <script>alert(1)</script>",
        "' OR 1=1 --",
        "2月30日",
        "。",
        " ",
        "走访 " + "很" * 3000,
        "儿童 %_%",
        "汇总 不存在的镇",
        "/start ' OR 1=1",
        "/start " + "a" * 500,
    ],
    ids=range(17),
)
async def test_odd_words_never_break_anything(house: TestHouse, words: str) -> None:
    for person in (YULAN, JIANGUO, MAGUANG, LEADER):
        phone = house.phone(person)
        for opener in (None, "走访", "报告", "意见反馈"):
            if opener:
                await phone.send(opener)
            await phone.send(words)
            assert "Traceback" not in phone.everything
    await _nothing_put_aside(house)


async def test_too_long_words_say_how_long_they_may_be_and_the_question_stays(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("意见反馈")
    said = await phone.send("长" * 2500)
    assert "2500" in said and "2000" in said
    assert "谢谢" not in phone.everything
    await phone.send("短")
    assert "谢谢" in await phone.press("确认")


@pytest.mark.parametrize(
    "data",
    [
        "", "x", "p", "p:::", "p:aaaaaaaa:visit:child:GT-1", "ok:zzzzzzzz:visit", "do:nothing", "do:", "do:go|nothing",
        "do:visit.fix|x", "do:visit.fix:x", "do:case.open:1", "do:child.open:GT-106-001-0001", "n:report", "n:nothing",
        "g:a:visit:child:-1", "g:a:visit:child:99999999999999999999", "e:a:visit:nothing", "😀", "do:child.open",
        "do:visit.start", "do:today.why:GT-106-001-0001", "r:aaaaaaaa:report", "t:a:visit:child:many",
    ],
    ids=range(24),
)  # fmt: skip
async def test_forged_and_broken_buttons_never_break_anything(house: TestHouse, data: str) -> None:
    for person in (YULAN, MAGUANG, LEADER):
        phone = house.phone(person)
        await phone.send("/start")
        await phone.press_raw(data, phone.last.id)
        await phone.send("走访" if person is YULAN else "报告")
        await phone.press_raw(data, phone.last.id)
        assert not phone.line.queries  # the press itself is always answered
    await _nothing_put_aside(house)


async def test_an_emoji_name_and_a_forwarded_message_are_no_trouble(house: TestHouse) -> None:
    phone = house.stranger()
    phone.name = "😈\u202e<b>"
    assert "110" in await phone.send("/start")
    forwarded = {"type": "hidden_user", "sender_user_name": "某人", "date": 1}
    said = await _raw(house, house.phone(YULAN), text="走访", forward_origin=forwarded)
    assert "哪个孩子" in said


async def test_in_a_group_the_bot_says_only_that_it_talks_in_private(house: TestHouse) -> None:
    group = {"id": -500, "type": "group", "title": "暖泉村工作群"}
    person = {"id": YULAN.chat_id, "is_bot": False, "first_name": "x"}
    entities = [{"type": "bot_command", "offset": 0, "length": 6}]
    message = {"message_id": 1, "date": 1, "chat": group, "from": person, "text": "/child 小虎", "entities": entities}
    await house.receive({"message": message})
    await house.receive({"message": {**message, "message_id": 2, "text": "小虎昨天被打了", "entities": []}})
    said = [one.text for one in house.line.chats[-500] if not one.out]
    assert len(said) == 1 and "私聊" in said[0] and "小虎" not in said[0]


async def test_a_file_that_is_no_workbook_and_a_photo_nobody_asked_for_get_a_sentence(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    said = await phone.send_file(b"\x00\x01not a workbook", "名册.xlsx")
    assert "Traceback" not in said and said
    assert "没有在填的表" in await phone.send_photo()
    await _nothing_put_aside(house)


async def test_an_edited_message_changes_no_record_and_says_so(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await house.receive({"edited_message": phone._message(1, text="改过的话") | {"edit_date": 2}})
    assert "不会跟着变" in phone.text


async def test_nobody_outside_the_village_learns_whether_a_child_exists(house: TestHouse) -> None:
    other = house.phone(GUIXIANG)
    await other.send("/start")
    for number in (XIAOHU.file_no, "GT-999-999-9999"):
        await other.press_raw(f"do:child.open:{number}", other.last.id)
    answers = [message.text for message in other.messages if not message.out][-2:]
    assert answers[0] == answers[1]
    assert "小虎" not in other.everything


async def test_everybody_gets_an_answer_to_every_command_word(house: TestHouse) -> None:
    router = house.worker.router
    for person in PEOPLE:
        phone = house.phone(person)
        for command in router.commands.values():
            before = len(phone.messages)
            await phone.send(f"/{command.name}")
            assert len(phone.messages) > before + 1, (person.role, command.name)
            await phone.send("/cancel")
    await _nothing_put_aside(house)
