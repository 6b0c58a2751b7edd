"""交接: one list, signed from both sides; what nobody took is the supervisor's, and no post is ever without somebody."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from db import issues, people
from db.models import posts
from db.reminder_people import rota
from domain.people import Role
from tests.cast import GUIXIANG, HAORAN, JIANGUO, NUANQUAN, XIAOHU, XIAOYU, YULAN
from tests.done import id_of
from tests.house import TestHouse
from tests.phone import Phone
from tests.stories.report_told import send as send_report

pytestmark = pytest.mark.slow


async def begun(house: TestHouse) -> tuple[Phone, Phone]:
    await house.db.run(lambda conn: issues.put(conn, XIAOHU.id, "school", "转学", None, date(2026, 11, 1)))
    jianguo, yulan = house.phone(JIANGUO), house.phone(YULAN)
    await jianguo.send("交接 暖泉村")
    assert "红黄孩子 2" in jianguo.text
    await jianguo.press("开始交接")
    assert "件没人接" in jianguo.text
    return jianguo, yulan


async def test_both_sides_sign_part_by_part_and_the_new_director_goes_on(house: TestHouse) -> None:
    jianguo, yulan = await begun(house)
    assert "谢谢您这些年" in yulan.everything and HAORAN.name not in yulan.everything
    await yulan.press("工作交接")
    await yulan.press("红黄孩子")
    assert HAORAN.name in yulan.text and XIAOYU.name in yulan.text
    await yulan.press("1 已交")
    assert "📤" in yulan.text
    await yulan.press("都已交")
    for part in ("近期要办的", "协议要办的", "没解决的问题"):
        await yulan.press(part)
        await yulan.press("都已交")
    assert "都已交，请看一看" in jianguo.everything

    def invited(conn):  # type: ignore[no-untyped-def]
        return people.invite(conn, people.posts_at(conn, Role.CHILD_DIRECTOR, NUANQUAN)[0], "石春梅", house.now).code

    code = await house.db.run(invited)
    chunmei = house.stranger()
    await chunmei.send(f"/start {code}")
    assert "交接清单" in chunmei.everything and HAORAN.name not in chunmei.everything
    await chunmei.press("工作交接")
    for part in ("红黄孩子", "近期要办的", "协议要办的"):
        await chunmei.press(part)
        await chunmei.press("都已接")
    await jianguo.send("交接 暖泉村")
    assert "还有 1 件没人接" in jianguo.text
    await jianguo.press("结束交接")
    assert "没解决的问题 1" in jianguo.text
    await jianguo.press("🏁 结束")
    assert "新主任管" in jianguo.text
    await chunmei.send("交接")
    assert "没有工作交接" in chunmei.text


async def test_who_has_left_signs_until_all_is_given_and_is_a_stranger_afterwards(house: TestHouse) -> None:
    jianguo, yulan = await begun(house)

    def invited(conn):  # type: ignore[no-untyped-def]
        return people.invite(conn, people.posts_at(conn, Role.CHILD_DIRECTOR, NUANQUAN)[0], "石春梅", house.now).code

    await house.stranger().send(f"/start {await house.db.run(invited)}")
    assert "前任也还能点「已交」" in jianguo.everything
    answering = await house.look(lambda conn: rota(conn).persons(Role.CHILD_DIRECTOR, NUANQUAN))
    assert await id_of(house, YULAN) not in answering
    await yulan.press("工作交接")
    for part in ("红黄孩子", "近期要办的", "协议要办的"):
        await yulan.press(part)
        await yulan.press("都已交")
    await yulan.press("没解决的问题")
    await yulan.press("1 已交")
    assert "都已交，请看一看" in jianguo.everything
    assert "还没有登记" in await yulan.send("今天")


async def test_without_a_successor_the_supervisor_takes_it_and_the_vacant_post_falls_to_them(house: TestHouse) -> None:
    jianguo, yulan = await begun(house)
    await jianguo.press("没解决的问题")
    await jianguo.press("都已接")
    await jianguo.press("结束交接")
    await jianguo.press("🏁 结束")
    held = await house.look(lambda conn: conn.execute(select(posts.c.holder).where(posts.c.unit == NUANQUAN)).scalar())
    assert held is None
    answering = await house.look(lambda conn: rota(conn).persons(Role.CHILD_DIRECTOR, NUANQUAN))
    assert answering == (await id_of(house, JIANGUO),)
    assert XIAOHU.name not in await yulan.send("交接")


async def test_a_report_that_goes_around_the_town_is_on_the_list_of_its_writer_alone(house: TestHouse) -> None:
    yulan = house.phone(YULAN)
    await send_report(yulan, involved="镇上有人")
    jianguo, yulan = await begun(house)
    await yulan.press("工作交接")
    await yulan.press("在办的报告")
    assert "1. ▫️ 报告 " in yulan.text
    assert "报告" not in jianguo.text
    guixiang = house.phone(GUIXIANG)
    await guixiang.send("/start")
    button = next(
        button["callback_data"] for message in yulan.messages for row in message.buttons for button in row
        if "ho.see" in button["callback_data"]
    )  # fmt: skip
    await guixiang.press_raw(button, guixiang.last.id)
    assert "不归您看" in guixiang.everything
