"""What a report goes around shows nowhere else either: not in the child's file, not in the day's work, not by its list."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, update

from db import people
from db.models import children, posts
from domain.people import Role
from tests.cast import COUNTY, DINGAN, HEJING, JIANGUO, NUANQUAN, XIAOHU, YULAN
from tests.house import TestHouse
from tests.phone import Phone
from tests.stories.case_desks import step
from tests.stories.report_hours import newest
from tests.stories.report_told import send

pytestmark = pytest.mark.slow

WORDS = "背上的伤是旧伤叠新伤"


async def red_by_the_county(house: TestHouse, *, involved: str) -> str:
    """The supervisor reports, the county confirms red; the director sits on no desk. The tier in the file afterwards."""
    await send(house.phone(JIANGUO), child="殷小虎", involved=involved)
    report = await newest(house)
    assert report.child_id == XIAOHU.id
    county = house.phone(HEJING)
    await county.send(f"/cases {report.number}")
    await county.press("督查")
    await step(county, "🔴 风险等级", WORDS, choice="红")
    tier: str = await house.look(
        lambda conn: conn.execute(children.select().where(children.c.id == XIAOHU.id)).one().tier
    )
    return tier


async def test_a_tier_confirmed_on_a_case_says_nothing_of_it_to_whoever_has_no_desk_there(house: TestHouse) -> None:
    assert await red_by_the_county(house, involved="没有") == "red"
    director, supervisor, county = house.phone(YULAN), house.phone(JIANGUO), house.phone(HEJING)
    await supervisor.press_raw(f"do:tier.show:{XIAOHU.file_no}", supervisor.last.id)
    assert "有报告正在处理" in supervisor.text
    assert "🟢绿色→🔴红色" in await all_it_says(director)
    await step(county, "调低风险", WORDS)
    assert "🔴红色→🟡黄色" in await all_it_says(director)


async def all_it_says(director: Phone) -> str:
    """What a child's file says about its tier; nothing of the case is in it."""
    said = []
    await director.send("/start")
    for press in ("tier.show", "file.history", "child.why"):
        said.append(await director.press_raw(f"do:{press}:{XIAOHU.file_no}", director.last.id))
    whole = "\n".join(said)
    assert "报告" not in whole and "案" not in whole.replace("档案", "").replace("方案", "") and WORDS not in whole
    return whole


async def test_the_tier_of_a_report_that_goes_around_the_village_stays_on_the_case(house: TestHouse) -> None:
    assert await red_by_the_county(house, involved="村里有人") == "green"
    director = house.phone(YULAN)
    await director.send("儿童 小虎")
    await director.press_raw(f"do:tier.show:{XIAOHU.file_no}", director.last.id)
    assert "🔴" not in director.everything and WORDS not in director.everything


async def test_a_report_around_somebody_is_not_counted_in_the_day_of_a_post_they_stand_in_for(house: TestHouse) -> None:
    """The supervisor it goes around is deputy at the county bureau, whose desk it lies on."""
    await send(house.phone(YULAN), involved="镇上有人")

    def stand_in(conn: Connection) -> None:
        me = people.me_of(conn, JIANGUO.chat_id)
        assert me is not None
        where = (posts.c.unit == COUNTY, posts.c.role == Role.COUNTY.value)
        conn.execute(update(posts).where(*where).values(deputy=me.person_id))

    await house.db.run(stand_in)
    assert "没人签收" in await house.phone(HEJING).send("今天")
    said = await house.phone(JIANGUO).send("今天")
    assert "签收" not in said
    assert "BG-" not in await house.phone(JIANGUO).send("案件")


async def test_a_list_of_what_was_handed_over_names_no_child_that_has_moved_away_since(house: TestHouse) -> None:
    supervisor, yulan = house.phone(JIANGUO), house.phone(YULAN)
    await house.db.run(lambda conn: conn.execute(update(children).where(children.c.id == XIAOHU.id).values(tier="red")))
    await supervisor.send("交接 暖泉村")
    await supervisor.press("开始交接")
    await house.db.run(
        lambda conn: conn.execute(update(children).where(children.c.id == XIAOHU.id).values(unit=DINGAN))
    )
    await yulan.send("工作交接")
    await yulan.press("红黄孩子")
    assert "殷小虎" not in yulan.text and XIAOHU.file_no in yulan.text and "蒋浩然" in yulan.text
    assert NUANQUAN not in yulan.text
