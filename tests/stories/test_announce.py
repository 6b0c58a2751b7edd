"""通知: sent to a scope, counted by 知道了, changed, withdrawn, and answered to one person."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.cast import CUIFANG, GUIXIANG, HEJING, JIANGUO, YULAN
from tests.house import TestHouse

pytestmark = pytest.mark.slow
FLOOD = "今晚有暴雨，住在沟边的人家马上撤到村委会。"


async def test_the_county_tells_all_directors_and_sees_how_many_know_it(house: TestHouse) -> None:
    county, yulan, cuifang, supervisor = (house.phone(one) for one in (HEJING, YULAN, CUIFANG, JIANGUO))
    assert "「殷小虎」" in await county.send("通知 殷小虎的协议还没签")
    await county.send("通知 12月4日前把返乡家长的新电话记上")
    await county.press("全县")
    await county.press("儿童主任")
    await county.press("不急")
    assert "儿童主任，3人" in county.text
    await county.press("确认")
    assert "已经发给3人" in county.text
    assert "县民政局通知" in yulan.text and "新电话" in yulan.text and "新电话" not in supervisor.everything
    assert "记下您知道了" in await yulan.send("知道了")
    await yulan.press("知道了")
    await yulan.press_raw(f"do:an.known:{'x' * 36}", yulan.last.id)
    assert "找不到" in yulan.text
    await cuifang.press("问一句")
    await cuifang.send("外地号码也要记吗")
    await county.press("看一看")
    assert "外地号码" in county.text
    await county.press("回这个人")
    await county.send("要的，手机号都行")
    await cuifang.press("看一看")
    assert "手机号都行" in cuifang.text and "手机号都行" not in yulan.everything
    await county.send("通知")
    assert "知道了 2/3" in county.text
    await county.press("看第1条")
    await county.press("还没点的")
    assert GUIXIANG.phone in county.text and YULAN.phone not in county.text
    await county.press("再提醒")
    assert "还没点的1人" in county.text
    await county.press("再提醒")
    assert "今天已经再提醒过" in county.text
    await county.press("改一改")
    assert "发给大家不合适" in await county.send(
        "小虎家长的新电话记上了吗"
    )  # only those who work with him know his name
    await county.send("12月10日前把返乡家长的新电话记上")
    await county.press("确认")
    assert "改过了" in yulan.text and "12月10日" in yulan.text
    await county.press("看谁知道了")
    assert "知道了 0 人" in county.text
    await county.press("撤回")
    assert "撤回了，不用管了" in yulan.text
    await yulan.press("知道了")
    assert "已经撤回" in yulan.text


async def test_one_at_night_waits_for_the_morning_and_a_flood_warning_does_not(house: TestHouse) -> None:
    house.now = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)  # 22:30
    supervisor, yulan = house.phone(JIANGUO), house.phone(YULAN)
    await supervisor.send("通知 明天下午在镇上开会")
    await supervisor.press("不急")
    await supervisor.press("确认")
    assert "休息时间一过" in supervisor.text and "开会" not in yulan.everything
    await supervisor.send("发通知 " + FLOOD)
    await supervisor.press("马上发")
    await supervisor.press("确认")
    assert "紧急通知" in yulan.text and "沟边" in yulan.text
    assert "沟边" not in house.phone(GUIXIANG).everything  # another town
    house.pass_time(hours=10)
    await house.settle()
    assert "开会" in yulan.text


async def test_an_id_number_is_not_sent_to_everybody_and_a_director_only_reads(house: TestHouse) -> None:
    supervisor, yulan = house.phone(JIANGUO), house.phone(YULAN)
    await supervisor.send("通知")
    assert "写通知内容" in supervisor.text
    await supervisor.send("请核对 620799201605080119 这个孩子")
    assert "身份证号" in supervisor.text
    assert "还没有通知" in await yulan.send("通知")
    await yulan.press_raw("do:an.new:", yulan.last.id)
    assert "不能做这个" in yulan.text
