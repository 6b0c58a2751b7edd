"""Where help is needed: the supervisor's week, what can be done about it, the county's month, and its burden."""

from __future__ import annotations

from datetime import UTC, date, time

import pytest
from sqlalchemy import select

from db.models import journal, posts
from domain.calendar import DAY, at
from tests.cast import CUIFANG, HAORAN, HEJING, JIANGUO, LEADER, MAGUANG, NUANQUAN, XINGOU, YULAN
from tests.done import id_of
from tests.house import TestHouse
from tests.phone import Phone
from tests.stories.mornings import balanced, beat_at

pytestmark = pytest.mark.slow
MONDAY = date(2026, 12, 7)  # the red child is two weeks late


async def a_monday(house: TestHouse) -> Phone:
    """Beats from Friday on; on Monday the supervisor's week."""
    for day in (MONDAY - 3 * DAY, MONDAY):
        await beat_at(house, day)
    return house.phone(JIANGUO)


def week_of(phone: Phone) -> str:
    return next(message.text for message in phone.messages if "这周有" in message.text)


async def test_on_monday_the_supervisor_hears_which_children_of_which_village_in_codes(quiet_house: TestHouse) -> None:
    phone = await a_monday(quiet_house)
    said = week_of(phone)
    assert "新坝镇暖泉村：" in said and "3号" in said and "最久超14天" in said
    assert HAORAN.name not in phone.everything and YULAN.name not in phone.everything
    count = phone.everything.count("这周有")
    await beat_at(quiet_house, MONDAY, 15)
    await beat_at(quiet_house, MONDAY + DAY)
    assert phone.everything.count("这周有") == count == 1
    assert await balanced(quiet_house)


async def test_the_supervisor_calls_takes_over_or_gives_time_from_the_place(quiet_house: TestHouse) -> None:
    phone = await a_monday(quiet_house)
    place = next(message for message in phone.messages if "这周有" in message.text)
    assert "联系已超14天" in await phone.press("🤝 暖泉村", place)
    await phone.press("📞 打电话")
    assert YULAN.phone in phone.text
    await phone.press_raw(f"do:help.place:{NUANQUAN}", phone.last.id)
    await phone.press("3号 延期")
    assert "给暖泉村3号多一些时间" in phone.text
    await phone.press_raw(f"do:help.place:{NUANQUAN}", phone.last.id)
    assert "蒋浩然" in await phone.press("3号 我来做")


async def test_a_director_of_the_town_stands_in_and_the_holder_keeps_the_post(quiet_house: TestHouse) -> None:
    phone = await a_monday(quiet_house)
    await phone.press_raw(f"do:help.place:{NUANQUAN}", phone.last.id)
    await phone.press("指定代办")
    await phone.press("新沟村主任")
    assert "由新沟村主任代办" in phone.text
    deputy, holder = await id_of(quiet_house, CUIFANG), await id_of(quiet_house, YULAN)
    row = await quiet_house.look(
        lambda conn: conn.execute(select(posts.c.holder, posts.c.deputy).where(posts.c.unit == NUANQUAN)).one()
    )
    assert (row.holder, row.deputy) == (holder, deputy)
    assert "代办新坝镇暖泉村" in quiet_house.phone(CUIFANG).text
    assert "蒋浩然" in await quiet_house.phone(CUIFANG).send("今天")
    await phone.press_raw(f"do:help.deputies:{NUANQUAN}", phone.last.id)
    await phone.press("不再代办")
    assert "蒋浩然" not in await quiet_house.phone(CUIFANG).send("今天")
    actions = await quiet_house.look(
        lambda conn: conn.execute(select(journal.c.action).where(journal.c.action.like("post.%"))).scalars().all()
    )
    assert actions == ["post.deputy", "post.deputy_ended"]


@pytest.mark.parametrize("person", [YULAN, MAGUANG, LEADER])
async def test_nobody_else_opens_it(quiet_house: TestHouse, person: object) -> None:
    phone = quiet_house.phone(person)  # type: ignore[arg-type]
    for press in (
        f"help.place:{XINGOU}",
        f"help.deputies:{NUANQUAN}",
        f"help.appoint:{NUANQUAN}|{XINGOU}",
        "burden.show:",
    ):
        await phone.press_raw(f"do:{press}", 1)
    assert "件，最久" not in phone.everything and "每人每天" not in phone.everything
    assert (
        await quiet_house.look(
            lambda conn: conn.execute(select(posts.c.deputy).where(posts.c.deputy.is_not(None))).all()
        )
        == []
    )


async def test_on_the_first_working_day_of_the_month_the_county_hears_of_towns_books_and_its_own_burden(
    quiet_house: TestHouse,
) -> None:
    await quiet_house.phone(YULAN).send("菜单")
    day = date(2026, 12, 31)
    await beat_at(quiet_house, day)
    await beat_at(quiet_house, date(2027, 1, 1))  # a holiday
    county = quiet_house.phone(HEJING)
    assert "月各镇情况" not in county.everything
    await beat_at(quiet_house, date(2027, 1, 4))
    said = next(message.text for message in county.messages if "1月各镇情况" in message.text)
    assert "新坝镇：" in said and "提醒核对" in said and "县里给每位主任平均每天发" in said
    assert YULAN.name not in county.everything and county.everything.count("月各镇情况") == 1
    quiet_house.now = at(date(2027, 1, 4), time(10)).astimezone(UTC)
    await county.press_raw("do:burden.show:", county.last.id)
    assert "新坝镇：每人每天" in county.text and "这是县里要减的负担" in county.text
