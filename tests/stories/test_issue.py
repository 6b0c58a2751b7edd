"""发现问题和解决方案: raised alone, due, passed on with the reason, solved above, opened again."""

from __future__ import annotations

import pytest

from tests.cast import CUIFANG, HEJING, JIANGUO, XIAOHU, YULAN
from tests.house import TestHouse

pytestmark = pytest.mark.slow


async def test_an_issue_is_raised_falls_due_goes_up_is_solved_and_opened_again(house: TestHouse) -> None:
    yulan, jianguo, county = house.phone(YULAN), house.phone(JIANGUO), house.phone(HEJING)
    await yulan.send("儿童 小虎")  # a child without an issue: the way to its first one is in its file, or by its name
    await yulan.press("📁 档案")
    assert yulan.has_button("🧩 问题")
    assert XIAOHU.name in await yulan.send("问题 小虎")
    await yulan.press("记个问题")
    await yulan.press("就学")
    await yulan.send("转学手续办不下来")
    await yulan.send("去年")
    assert "没看懂" in yulan.text
    await yulan.press("一周")
    await yulan.press("确认")
    assert "提醒您看一看" in yulan.text
    house.pass_time(days=8)
    assert "没解决的问题" in await yulan.send("今天")
    assert XIAOHU.name in await yulan.send("问题")
    await yulan.press(f"{XIAOHU.name} 就学")
    assert "现在看也不晚" in yulan.text
    await yulan.press("转交")
    await yulan.press("镇儿童督导员")
    await yulan.send("跑了两趟学校，要镇上说句话")
    await yulan.press("确认")
    assert (
        "转给您了" in jianguo.everything and XIAOHU.name not in jianguo.everything and "转学" not in jianguo.everything
    )
    assert "1 件已经交给" in await yulan.send("问题")
    await jianguo.press("看这个问题")
    assert "转学手续" in jianguo.text and "跑了两趟学校" in jianguo.text
    await jianguo.press("转交")
    await jianguo.press("县民政局")
    await jianguo.send("两个镇的事")
    await jianguo.press("确认")
    await county.press("看这个问题")
    await county.press("已解决")
    await county.send("和教育局说好了，周一去报到")
    await county.press("确认")
    assert "解决了" in yulan.everything
    await yulan.press_raw(f"do:issue.past:{XIAOHU.file_no}", yulan.last.id)
    assert "周一去报到" in yulan.text
    await yulan.press("重新打开")
    await yulan.send("学校又说名额满了")
    await yulan.press("确认")
    assert "重新打开了" in yulan.text
    await yulan.press("看这个问题")
    assert "周一去报到" in yulan.text and "名额满了" in yulan.text


async def test_nobody_else_can_touch_it_and_harm_typed_into_it_brings_the_emergency_card(house: TestHouse) -> None:
    yulan, cuifang = house.phone(YULAN), house.phone(CUIFANG)
    await yulan.send("/start")
    await yulan.press_raw(f"do:issue.new:{XIAOHU.file_no}", yulan.last.id)
    await yulan.press("安全")
    await yulan.send("他爸喝了酒拿皮带打他，身上都是青的")
    assert "110" in yulan.everything
    await cuifang.send("/start")
    await cuifang.press_raw(f"do:issue.new:{XIAOHU.file_no}", cuifang.last.id)
    assert XIAOHU.name not in cuifang.everything
