"""任务: what units owe the plan, and the short form that settles it."""

from __future__ import annotations

from datetime import date

from db import deeds
from tests.cast import COUNTY, HEJING, JIANGUO, LUOLAOSHI, XINBA, YULAN
from tests.house import TestHouse


async def test_the_county_sees_what_the_year_still_wants_and_records_the_training(house: TestHouse) -> None:
    phone = house.phone(HEJING)
    said = await phone.send("年底缺口")
    assert "儿童主任培训：12月31日前，还有43天" in said and "每年培训一次" in said
    await phone.press("儿童主任培训做了")
    await phone.press("昨天")
    await phone.send("145人")
    await phone.send("县城集中培训，讲强制报告")
    assert "人数：145" in phone.text
    assert "✅" in await phone.press("确认")
    kept = await house.look(lambda conn: deeds.of_units(conn, [COUNTY], date(2026, 1, 1)))
    assert [(one.duty, one.day, one.reached) for one in kept] == [("training", date(2026, 11, 17), 145)]
    said = await phone.press("看单位任务")
    assert "儿童主任培训：2027" in said.replace("年12月31日", "") or "2027年12月31日" in said


async def test_a_mistake_of_today_can_be_taken_back_and_the_task_is_owed_again(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    await phone.send("任务")
    await phone.press("全面摸底排查做了")
    await phone.press("今天")
    await phone.press("跳过")
    await phone.press("跳过")
    await phone.press("确认")
    await phone.send("任务")
    said = await phone.press("记错了")
    assert "全面摸底排查：12月31日前" in said
    assert await house.look(lambda conn: deeds.of_units(conn, [XINBA], date(2026, 1, 1))) == []


async def test_each_sees_only_what_the_own_post_owes(house: TestHouse) -> None:
    assert "安全教育进村活动" in await house.phone(LUOLAOSHI).send("任务")
    said = await house.phone(YULAN).send("任务")
    assert "风险等级复核" in said and "摸底排查" not in said


async def test_what_cannot_be_a_number_is_asked_again_and_a_future_day_is_refused(house: TestHouse) -> None:
    phone = house.phone(HEJING)
    await phone.send("任务")
    await phone.press("档案抽查做了")
    assert "哪天做的" in await phone.send("明天")
    await phone.press("今天")
    assert "打一个数字" in await phone.send("好多人")
