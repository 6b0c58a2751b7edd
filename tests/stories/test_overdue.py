"""超期: children by urgency, with who can help."""

from __future__ import annotations

import re

from sqlalchemy import Connection, select, update

from db import people
from db.models import journal, posts
from domain.contacts import Kind
from domain.people import Role
from tests import cast
from tests.cast import ADMIN, CUIFANG, HEJING, JIANGUO, LEADER, MAGUANG, YULAN
from tests.house import TestHouse
from tests.stories.summary_figures import add_children, meet


def order(text: str) -> list[str]:
    """The names in the order they are listed."""
    return re.findall(r"^\d+\. .(\w+)", text, re.MULTILINE)


async def test_red_comes_first_then_who_waits_longest(house: TestHouse) -> None:
    said = await house.phone(YULAN).send("超期")
    assert order(said) == ["蒋浩然", "殷小雨", "殷小虎"]
    assert "超期 3 名（2026年11月18日）" in said
    assert "联系2025年3月17日到期，已超611天；还有第一次家访" in said


async def test_a_child_reached_leaves_the_list(house: TestHouse) -> None:
    await meet(house, cast.XIAOHU, Kind.HOME_VISIT)
    await meet(house, cast.XIAOYU, Kind.PHONE)
    said = await house.phone(YULAN).send("/overdue")
    assert order(said) == ["蒋浩然", "殷小雨"]
    assert "还有" not in said.split("殷小雨")[1]  # contact made, visit still owed


async def test_a_director_is_not_shown_the_supervisors_work(house: TestHouse) -> None:
    assert "督导联系" not in await house.phone(YULAN).send("超期")
    assert "督导联系" in await house.phone(JIANGUO).send("超期")


async def test_a_director_sees_the_own_village_only(house: TestHouse) -> None:
    said = await house.phone(CUIFANG).send("超期")
    assert "罗一诺" in said
    assert "殷小虎" not in said
    assert "不在您的范围内" in await house.phone(CUIFANG).send("/overdue 暖泉村")
    assert "不能做这个" in await house.phone(CUIFANG).press_raw("do:overdue.page:0|620724106001", 1)


async def test_who_can_help_is_named_by_post(house: TestHouse) -> None:
    assert "可找：新坝镇儿童督导员" in await house.phone(YULAN).send("超期")
    assert "可找：暖泉村儿童主任" in await house.phone(JIANGUO).send("超期")
    said = await house.phone(HEJING).send("超期")
    assert "可找：暖泉村儿童主任、新坝镇儿童督导员" in said
    assert "柴玉兰" not in said


async def test_a_vacant_post_is_said_and_a_deputy_too(house: TestHouse) -> None:
    def empty(conn: Connection) -> None:
        director = people.posts_at(conn, Role.CHILD_DIRECTOR, cast.NUANQUAN)[0]
        conn.execute(update(posts).where(posts.c.id == director.id).values(holder=None))
        other = people.posts_at(conn, Role.CHILD_DIRECTOR, cast.XINGOU)[0]
        conn.execute(update(posts).where(posts.c.id == other.id).values(deputy=director.holder))

    await house.db.run(empty)
    said = await house.phone(HEJING).send("超期")
    assert "可找：儿童主任岗位空缺、新坝镇儿童督导员" in said
    assert "新沟村儿童主任（有代理）" in said


async def test_with_both_posts_vacant_the_county_is_asked(house: TestHouse) -> None:
    def empty(conn: Connection) -> None:
        for role, unit in ((Role.SUPERVISOR, cast.XINBA),):
            post = people.posts_at(conn, role, unit)[0]
            conn.execute(update(posts).where(posts.c.id == post.id).values(holder=None))

    await house.db.run(empty)
    assert "可找：儿童督导员岗位空缺、县民政局" in await house.phone(YULAN).send("超期")


async def test_the_supervisor_and_the_county_see_where_first(house: TestHouse) -> None:
    said = await house.phone(JIANGUO).send("超期")
    assert said.split("\n")[1] == "在：暖泉村 3、新沟村 1"
    phone = house.phone(HEJING)
    said = await phone.send("超期")
    assert said.split("\n")[1] == "在：新坝镇 4、黑泉镇 1"
    said = await phone.press("黑泉镇 1")
    assert said.split("\n")[1] == "在：定安村 1"


async def test_the_county_gets_file_numbers_where_the_village_gets_names(house: TestHouse) -> None:
    said = await house.phone(HEJING).send("超期")
    assert "GT-106-001-0003（新坝镇暖泉村）" in said
    for child in cast.CHILDREN:
        assert child.name not in said


async def test_ten_to_a_page_with_the_way_on_and_back(house: TestHouse) -> None:
    await add_children(house, *[cast.NUANQUAN] * 9)
    phone = house.phone(YULAN)
    said = await phone.send("超期")
    assert len(order(said)) == 10
    assert "第 1/2 页" in said
    said = await phone.press("下一页")
    assert re.findall(r"^(\d+)\.", said, re.MULTILINE) == ["11", "12"]
    assert order(await phone.press("上一页"))[0] == "蒋浩然"


async def test_an_entry_opens_the_child_and_the_form(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("超期")
    said = await phone.press("1 蒋浩然")
    assert "蒋浩然" in said
    assert "GT-106-001-0003" in said
    await phone.send("超期")
    said = await phone.press("📝 记家访")  # the first of the list
    assert "蒋浩然" in said
    assert "家里见到谁了" in said  # as a home visit already


async def test_reading_names_is_journaled(house: TestHouse) -> None:
    await house.phone(YULAN).send("超期")
    await house.phone(HEJING).send("超期")
    rows = await house.look(lambda conn: conn.execute(select(journal).where(journal.c.action == "overdue.read")).all())
    assert [row.detail for row in rows] == [{"count": 3}]  # the county read file numbers, no names


async def test_when_everybody_was_reached_it_says_so(house: TestHouse) -> None:
    await meet(house, cast.YINUO, Kind.HOME_VISIT)
    assert "没有超期的孩子" in await house.phone(CUIFANG).send("超期")


async def test_others_have_no_list_of_children(house: TestHouse) -> None:
    for who in (MAGUANG, LEADER, ADMIN):
        assert "不能做这个" in await house.phone(who).send("超期")
