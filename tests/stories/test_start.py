"""Coming in: strangers, links, the menu, feedback."""

from __future__ import annotations

from tests.cast import HEJING, YULAN
from tests.house import TestHouse


async def test_a_stranger_gets_the_emergency_numbers_and_nothing_else(house: TestHouse) -> None:
    phone = house.stranger()
    for words in ("你好", "/start", "/child 小虎", "走访", "殷小虎", "/nonsense"):
        said = await phone.send(words)
        assert "110" in said and "12345" in said
        assert "暖泉" not in said and "小虎" not in said


async def test_a_director_is_greeted_with_name_post_and_keys(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    said = await phone.send("/start")
    assert "柴玉兰" in said and "暖泉村" in said and "儿童主任" in said
    assert phone.last.keyboard is not None
    assert "🆘 报告" in [key for row in phone.last.keyboard for key in row]


async def test_feedback_is_reviewed_saved_once_and_told_to_the_county(house: TestHouse) -> None:
    phone, county = house.phone(YULAN), house.phone(HEJING)
    await phone.send("意见反馈")
    said = await phone.send("字太小了")
    assert "字太小了" in said
    card = phone.last
    message, button = phone.find_button("确认")
    await phone.press("确认")
    assert "谢谢" in phone.text
    await phone.press_raw(button["callback_data"], card.id)
    assert "已经交了" in phone.toast
    assert county.everything.count("新的意见反馈") == 1


async def test_cancel_throws_a_feedback_away(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("意见反馈")
    assert "不记了" in await phone.send("取消")
    assert "没有正在填" in await phone.send("取消")
