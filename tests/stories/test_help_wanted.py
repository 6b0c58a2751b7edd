"""求助: asked in one tap, answered, risen by itself; and the question from above that blames nobody."""

from __future__ import annotations

from datetime import date

import pytest

from domain.calendar import DAY
from tests.cast import HEJING, JIANGUO, MAGUANG, NUANQUAN, YULAN
from tests.house import TestHouse
from tests.stories.mornings import beat_at

pytestmark = pytest.mark.slow


async def test_a_director_asks_in_two_taps_and_the_answer_comes_back(house: TestHouse) -> None:
    yulan, supervisor, county = (house.phone(one) for one in (YULAN, JIANGUO, HEJING))
    await yulan.send("/start")
    assert "求助" in str(yulan.last.keyboard) and "汇总" not in str(yulan.last.keyboard)
    await yulan.send("🤝 求助")
    await yulan.press("不知道怎么办")
    await yulan.press("说是哪个孩子")
    await yulan.press("殷小虎")
    await yulan.send("小虎不愿意跟我说话 咋弄")
    assert "告诉督导员了" in yulan.text
    assert "暖泉村：不知道怎么办（1号）" in supervisor.everything
    assert "小虎" not in supervisor.everything  # a push carries codes
    await supervisor.press("看一看")
    assert "不愿意跟我说话" in supervisor.text and "殷小虎" in supervisor.text
    await supervisor.send("今天")
    assert "等回话的求助" in supervisor.text
    await supervisor.press("💬 回话")
    await supervisor.send("别急，先陪着写作业，下周我跟您一起去")
    assert "有回话了" in yulan.everything and "一起去" not in yulan.everything
    await yulan.press("看一看")
    assert "一起去" in yulan.text
    await yulan.press("还没解决")
    await yulan.send("还是不开口")
    assert "还没解决" in supervisor.everything
    await supervisor.press("转县里")
    assert "镇上转来一件求助" in county.everything and "转到县里" in yulan.everything
    await county.press("我来办")
    assert "有人接手" in yulan.everything
    await county.press("办好了")
    await county.send("心理老师周三到校")
    await yulan.press("看一看")
    await yulan.press("解决了")
    assert "记下解决" in yulan.text


async def test_words_behind_the_command_are_kept_and_words_of_harm_bring_the_emergency_card(house: TestHouse) -> None:
    yulan = house.phone(YULAN)
    await yulan.send("求助 手机上的录入老是点不动")
    await yulan.press("确认")
    assert "告诉督导员了" in yulan.text
    await house.phone(JIANGUO).press("看一看")
    assert "点不动" in house.phone(JIANGUO).text
    await yulan.send("求助")
    await yulan.press("其他")
    await yulan.send("小虎被他爸打得胳膊上全是伤")
    assert "110" in yulan.everything


async def test_an_office_goes_straight_to_the_needs_of_families(house: TestHouse) -> None:
    officer = house.phone(MAGUANG)
    await officer.send("求助")
    assert "忙不过来" not in str(officer.last.buttons) and "不能做这个" not in officer.text


async def test_without_a_word_for_two_working_days_the_county_has_it(quiet_house: TestHouse) -> None:
    yulan, county = quiet_house.phone(YULAN), quiet_house.phone(HEJING)
    await beat_at(quiet_house, date(2026, 12, 3), 10)
    await yulan.send("求助")
    await yulan.press("我忙不过来")
    await yulan.press("跳过")
    await beat_at(quiet_house, date(2026, 12, 7))  # Monday, the second working day
    assert "没有回话" not in county.everything
    await beat_at(quiet_house, date(2026, 12, 8))
    await beat_at(quiet_house, date(2026, 12, 8) + DAY)
    assert county.everything.count("两个工作日没有回话") == 1 and "请再等一等" in yulan.everything
    await county.press("看一看")
    await county.press("💬 回话")
    await county.send("这几天请邻村先帮您")
    assert "有回话了" in yulan.everything


async def test_a_supervisor_asks_what_is_in_the_way_and_one_tap_answers(house: TestHouse) -> None:
    yulan, supervisor = house.phone(YULAN), house.phone(JIANGUO)
    await supervisor.send("/start")
    await supervisor.press_raw(f"do:hw.ask:{NUANQUAN}", supervisor.last.id)
    assert "已经问了" in supervisor.text
    await supervisor.press_raw(f"do:hw.ask:{NUANQUAN}", supervisor.last.id)
    assert "还没回话" in supervisor.text
    assert "不是催" in yulan.text
    await yulan.press("家里不让去")
    assert "谢谢您" in yulan.text
    await supervisor.press("看一看")
    assert "家里不让去" in supervisor.text
    await yulan.send("/start")
    await yulan.press_raw(f"do:hw.ask:{NUANQUAN}", yulan.last.id)
    assert "不能做这个" in yulan.text
