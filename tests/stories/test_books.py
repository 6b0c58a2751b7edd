"""The county's small books: whom to ring at night, work near home, what was reported online."""

from __future__ import annotations

from datetime import date

import pytest

from db import jobs, online_clues
from tests.cast import HEJING, LEADER, MAGUANG, XIAOHU, YULAN
from tests.house import TestHouse

pytestmark = pytest.mark.slow
YEAR = date(2026, 1, 1)


async def test_the_county_names_who_answers_at_night_and_everybody_can_ask_and_print_it(house: TestHouse) -> None:
    county, yulan = house.phone(HEJING), house.phone(YULAN)
    assert "还没登记" in await yulan.send("晚上打谁？") and "110" in yulan.text and not yulan.has_button("登记换人")
    for name, number in (("马守夜", "13800000000 "), ("马新班", "0936-6620000")):
        await county.send("夜间联系表")
        await county.press("登记换人")
        await county.send("新坝")
        await county.send(name)
        assert "拨通" in await county.send("没有")
        await county.send(number)
        await county.press("确认")
    said = await yulan.send("值班电话")
    assert "马新班" in said and "0936-6620000" in said and "马守夜" not in said
    await yulan.press("打印")
    assert (yulan.messages[-1].document or b"").startswith(b"%PDF")
    assert "马新班" in await house.phone(LEADER).send("晚上打谁")
    await county.send("夜间联系表")
    await county.press("撤掉一个")
    await county.press("新坝镇")
    assert "马新班" not in await yulan.send("夜里打谁")


async def test_work_near_home_is_posted_once_and_passed_on_as_it_is(house: TestHouse) -> None:
    county, yulan = house.phone(HEJING), house.phone(YULAN)
    for words, days in (("县工业园招缝纫工，月薪3500，包午饭", "一个月"), ("张家庄养老护理班，免费，发证", "一周")):
        await county.send("找活")
        await county.press("登一条")
        await county.press("培训" if "班" in words else "招工")
        await county.send(words)
        await county.press(days)
        await county.press("确认")
    said = await yulan.send("招工")
    assert said.index("养老护理班") < said.index("缝纫工") and not yulan.has_button("登一条")
    await yulan.press("转发2")
    assert any(one.text.startswith("💼县工业园招缝纫工") for one in yulan.messages[-2:])
    assert "【1个村转了】" in await county.send("找活")
    assert await house.look(lambda conn: jobs.measure_jobs(conn, YEAR, house.today)) == {"posted": 2, "villages": 1}
    await county.press("招满了2")
    house.pass_time(days=8)
    assert "现在没有" in await yulan.send("找活")


async def test_what_was_reported_online_waits_for_its_answer_and_names_no_child(house: TestHouse) -> None:
    yulan, police = house.phone(YULAN), house.phone(MAGUANG)
    await yulan.send("清朗")
    await yulan.press("记一条")
    await yulan.press("引诱孩子")
    assert "不写孩子名字" in await yulan.send(f"有人在短视频上找{XIAOHU.name}")
    await yulan.send("某短视频，账号尾号8821")
    await yulan.press("今天")
    await yulan.press("跳过")
    await yulan.press("确认")
    house.pass_time(days=16)
    assert "网上举报问回音" in await yulan.send("今天")
    assert "该问问了" in await police.send("清朗")
    await yulan.send("清朗")
    await yulan.press("有回音1")
    await yulan.press("下架")
    assert "网上举报问回音" not in await yulan.send("今天")
    assert "下架" in await police.send("清朗")
    counts = await house.look(lambda conn: online_clues.measure_clues(conn, YEAR, house.today))
    assert counts == {"reported": 1, "answered": 1}
