"""微课: read at one's own pace, resumed where it was left, explained kindly, and nobody else sees the result."""

from __future__ import annotations

import json

from sqlalchemy import select

from db.models import journal, lessons_learnt
from domain.lessons import all_lessons, lesson
from tests.cast import HEJING, YULAN
from tests.house import TestHouse


def test_there_are_twelve_lessons_of_short_cards_and_five_questions_each_with_a_reason() -> None:
    found = all_lessons()
    assert len(found) == len({one.code for one in found}) == 12
    for one in found:
        assert 4 <= len(one.cards) <= 6 and all(len(card) <= 120 for card in one.cards), one.code
        assert len(one.quiz) == 5 and all(len(quiz.options) == 3 and quiz.why for quiz in one.quiz), one.code
        assert len({quiz.right for quiz in one.quiz}) > 1, f"{one.code}: the right answer always stands at one place"


async def test_a_lesson_goes_on_after_a_restart_and_tells_the_result_to_the_learner_alone(house: TestHouse) -> None:
    phone, one = house.phone(YULAN), lesson("report")
    assert one is not None
    await phone.send("微课")
    await phone.press("强制报告怎么做")
    assert one.cards[0] in phone.text
    old = phone.last
    _, first = phone.find_button("下一张")
    for _ in one.cards[1:]:
        await phone.press("下一张")
    await phone.press_raw(first["callback_data"], old.id)  # an old button repeats where one is
    assert one.cards[-1] in phone.text
    await house.restart()
    await phone.send("微课 强制报告")
    assert one.cards[-1] in phone.text
    await phone.press("试试五道题")
    for place, quiz in enumerate(one.quiz):
        assert quiz.ask in phone.text
        wrong = (quiz.right + 1) % 3
        await phone.press(quiz.options[wrong if place == 0 else quiz.right])
        assert quiz.why in phone.text and (("不急" in phone.text) == (place == 0))
        await phone.press("下一题" if place < 4 else "学完了")
    assert "答对 4 题" in phone.text and "未成年人保护法第11条" in phone.text
    row = await house.look(lambda conn: conn.execute(select(lessons_learnt)).mappings().one())
    assert row["finished_on"] == house.today and bytes(row["right"]) != b"4"
    said = await house.look(lambda conn: conn.execute(select(journal.c.detail)).scalars().all())
    assert not any("right" in json.dumps(one, ensure_ascii=False, default=str) for one in said)
    county = house.phone(HEJING)
    await county.send("微课")
    await county.press("学完人数")
    assert "强制报告怎么做 1" in county.text and "柴玉兰" not in county.text
    await phone.press("再学一遍")
    assert one.cards[0] in phone.text
    await phone.send("学习")
    assert phone.has_button("✅ 强制报告怎么做")
