"""设置: the county changes its own numbers; what it would do is shown first."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, select

from db import policy as policies
from db.models import children, journal
from domain.children import Tier
from tests.cast import HEJING, JIANGUO, XIAOYU, YULAN
from tests.house import TestHouse
from tests.phone import Phone


async def test_the_county_sees_what_holds_and_changes_how_often_yellow_children_are_visited(house: TestHouse) -> None:
    phone = house.phone(HEJING)
    said = await phone.send("设置")
    assert "黄色:联系每14天,走访每2个月,督导员每季度一次" in said.replace("：", ":").replace("，", ",")
    await phone.press("多久联系走访")
    assert "现在是 每2个月" in await phone.press("黄色·走访")
    await phone.press("每月一次")
    said = await phone.press("下月1日")
    assert "黄色1人" in said and "照这样改吗" in said  # one yellow child: 0.5 → 1 visit a month
    said = await phone.press("看明白了")
    assert "再看一遍" in said and "从 12月1日 起" in said
    assert "✅" in await phone.press("确认")
    before, after = await _visit_months(house, date(2026, 11, 30)), await _visit_months(house, date(2026, 12, 1))
    assert (before, after) == (2, 1)
    noted = await house.look(lambda conn: conn.execute(select(journal).where(journal.c.action == "policy.changed")).all())
    assert len(noted) == 1


async def _visit_months(house: TestHouse, day: date) -> int:
    policy = await house.look(lambda conn: policies.on(conn, day))
    return policy.frequency(Tier.YELLOW).visit_months


async def test_on_its_day_the_change_moves_the_due_days_of_the_children(house: TestHouse) -> None:
    phone = house.phone(HEJING)
    before = await house.look(_contact_due)
    await _change(phone, "黄色·联系", "每周", "明天")
    await house.scheduler.once()
    assert await house.look(_contact_due) == before
    house.pass_time(days=1)
    await house.scheduler.once()
    after = await house.look(_contact_due)
    assert after is not None and before is not None and after < before


def _contact_due(conn: Connection) -> date | None:
    found: date | None = conn.execute(select(children.c.contact_due).where(children.c.id == XIAOYU.id)).scalar()
    return found


async def _change(phone: Phone, name: str, value: str, day: str) -> str:
    await phone.send("设置")
    await phone.press("多久联系走访")
    await phone.press(name)
    await phone.send(value)
    await phone.press(day)
    await phone.press("看明白了")
    return await phone.press("确认")


async def test_numbers_looser_than_the_plan_are_refused_with_the_reason(house: TestHouse) -> None:
    phone = house.phone(HEJING)
    await phone.send("设置")
    await phone.press("多久联系走访")
    await phone.press("绿色·走访")
    assert "底线是 3" in await phone.send("四个月")
    assert "要大于0" in await phone.send("0")
    assert "没看懂" in await phone.send("差不多就行")
    await phone.send("取消")
    await phone.send("设置")
    await phone.press("提醒时间")
    await phone.press("安静时间")
    assert "没有能提醒的时间" in await phone.send("0:00到12:00，12:00到24:00")


async def test_a_change_that_does_not_hold_yet_can_be_taken_back(house: TestHouse) -> None:
    phone = house.phone(HEJING)
    await _change(phone, "红色·走访", "1", "下月1日")
    await phone.send("设置")
    said = await phone.press("改动记录")
    assert "何静" in said
    assert "还没有改动过" in await phone.press("撤回")


async def test_the_holidays_of_next_year_are_typed_in_from_the_notice(house: TestHouse) -> None:
    phone = house.phone(HEJING)
    assert "2027年放假安排还没录入" in await phone.send("/policy")
    await phone.press("放假和学期")
    await phone.press("放假和补班")
    await phone.send("2027年 放假 1月1日到1月3日 2月5日到2月12日 上班 2月14日 2月20日")
    await phone.press("明天")
    await phone.press("看明白了")
    assert "放假11天,补班2天" in (await phone.press("确认")).replace("，", ",")
    policy = await house.look(lambda conn: policies.on(conn, date(2026, 11, 30)))
    assert not policy.calendar.provisional(date(2027, 2, 8))


async def test_nobody_but_the_county_changes_anything(house: TestHouse) -> None:
    for person in (YULAN, JIANGUO):
        said = await house.phone(person).send("/policy")
        assert "要改哪一类" not in said
