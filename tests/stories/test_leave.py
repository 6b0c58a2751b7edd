"""请假: while somebody is away what falls due goes to the deputy or to the post above, and comes back by itself."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from db.models import posts
from db.reminder_people import rota
from domain.calendar import DAY
from domain.people import Role
from tests.cast import CUIFANG, JIANGUO, NUANQUAN, YULAN
from tests.done import id_of
from tests.house import TestHouse
from tests.stories.mornings import balanced, beat_at

pytestmark = pytest.mark.slow
FRIDAY = date(2026, 12, 4)


async def answering(house: TestHouse) -> tuple[str, ...]:
    """Who gets what falls due in 暖泉村."""
    return await house.db.read(lambda conn: rota(conn).persons(Role.CHILD_DIRECTOR, NUANQUAN))


async def test_a_director_on_leave_hears_nothing_and_the_deputy_gets_the_village_until_the_day_it_ends(
    quiet_house: TestHouse,
) -> None:
    yulan, cuifang, supervisor = (quiet_house.phone(one) for one in (YULAN, CUIFANG, JIANGUO))
    await yulan.send("请假")
    await yulan.send("到去年")
    assert "没看懂" in yulan.text
    await yulan.press("一周")
    await yulan.press("新沟村")
    await yulan.press("确认")
    assert "由新沟村主任代办" in yulan.text
    assert "请您代办" in cuifang.everything and "新坝镇暖泉村" in cuifang.everything
    assert "请假" in supervisor.everything and YULAN.name not in supervisor.everything
    assert await answering(quiet_house) == (await id_of(quiet_house, CUIFANG),)
    await yulan.send("请假")
    assert "我回来了" in str(yulan.last.buttons)
    before = yulan.everything
    await beat_at(quiet_house, quiet_house.now.date() + DAY * 3)
    assert yulan.everything == before
    await beat_at(quiet_house, quiet_house.now.date() + DAY * 5)
    assert "假期到了" in yulan.everything and "代办结束了" in cuifang.everything
    assert await answering(quiet_house) == (await id_of(quiet_house, YULAN),)
    held = await quiet_house.db.read(
        lambda conn: conn.execute(select(posts.c.deputy).where(posts.c.unit == NUANQUAN)).scalar()
    )
    assert held is None
    assert await balanced(quiet_house)


async def test_without_a_deputy_the_supervisor_gets_it_and_coming_back_early_ends_it(quiet_house: TestHouse) -> None:
    yulan = quiet_house.phone(YULAN)
    await yulan.send("请假 到12月25日")
    await yulan.press("由上一级管")
    await yulan.press("确认")
    assert await answering(quiet_house) == (await id_of(quiet_house, JIANGUO),)
    await yulan.press("我回来了")
    assert "欢迎回来" in yulan.text
    assert await answering(quiet_house) == (await id_of(quiet_house, YULAN),)


async def test_a_supervisor_appoints_a_deputy_for_a_week_and_it_ends_by_itself(quiet_house: TestHouse) -> None:
    supervisor, cuifang = quiet_house.phone(JIANGUO), quiet_house.phone(CUIFANG)
    await supervisor.send("/start")
    await supervisor.press_raw(f"do:help.deputies:{NUANQUAN}", supervisor.last.id)
    await supervisor.press("新沟村")
    await supervisor.press("一周")
    assert "自动结束" in supervisor.text
    await beat_at(quiet_house, quiet_house.now.date() + DAY * 8)
    assert "代办结束了" in cuifang.everything


async def test_who_holds_no_post_of_their_own_is_told_so(quiet_house: TestHouse) -> None:
    from tests.cast import HEJING

    assert "不用在这里请假" in await quiet_house.phone(HEJING).send("请假")
