"""安全卡: found by season or by name, passed on, worded anew, and one a week with the digest."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import ADMIN, HEJING, JIANGUO, YULAN
from tests.house import TestHouse
from tests.stories.mornings import beat_at

pytestmark = pytest.mark.slow
NEW = "炉子边上要留人。" * 10


async def test_a_director_finds_a_card_and_passes_it_on_without_a_name(house: TestHouse) -> None:
    yulan, supervisor = house.phone(YULAN), house.phone(JIANGUO)
    await yulan.send("安全卡 炉子冒烟")
    assert "防煤烟中毒" in yulan.text and "烟囱" in yulan.text
    await yulan.press("转发给家长")
    assert any(message.text.startswith("【防煤烟中毒】") for message in yulan.messages)
    await yulan.press("已转发")
    assert "宣传记录" in yulan.text
    await supervisor.send("安全卡 煤烟")
    assert "已有 1 个村转发过" in supervisor.text
    await yulan.send("卡片 外星人")
    assert "没找到“外星人”" in yulan.text and "防火" in str(yulan.last.buttons)
    await yulan.send("安全卡")
    assert "防溺水" not in str(yulan.last.buttons)  # November
    await yulan.press("🏠 家里")
    assert "手机咋管" in str(yulan.last.buttons)
    assert "不能做这个" in await house.phone(ADMIN).send("安全卡")


async def test_the_county_words_a_card_anew_and_can_go_back(house: TestHouse) -> None:
    county, yulan = house.phone(HEJING), house.phone(YULAN)
    await county.send("安全卡 煤烟")
    await county.press("改文字")
    await county.send("太短")
    assert "60" in county.everything
    await county.send(NEW)
    await county.press("确认")
    assert "第2稿" in county.text
    assert NEW in await yulan.send("安全卡 煤烟")
    await county.press("看一看")
    await county.press("改过几次")
    await county.press("用回第1稿")
    assert "烟囱" in county.text and "烟囱" in await yulan.send("安全卡 煤烟")
    await yulan.press_raw("do:cd.edit:fire", yulan.last.id)
    assert "不能做这个" in yulan.text


async def test_one_card_a_week_comes_with_the_first_digest_and_the_picked_one_in_the_months_first_week(
    house: TestHouse,
) -> None:
    county, yulan = house.phone(HEJING), house.phone(YULAN)
    await beat_at(house, date(2026, 11, 23))
    assert yulan.everything.count("本周安全卡") == 1
    for day in range(24, 28):
        await beat_at(house, date(2026, 11, day))
    assert yulan.everything.count("本周安全卡") == 1
    assert "本周安全卡" not in county.everything
    house.now = house.now.replace(month=12, day=1)
    await county.send("安全卡 毒品")
    await county.press("定为本月卡")
    await beat_at(house, date(2026, 12, 7))
    assert "本周安全卡：毒品和烟酒" in yulan.everything
