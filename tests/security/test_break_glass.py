"""紧急查看: another town's child for half an hour, with a reason, told above at once, ended by itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from db.models import children, glass_openings, journal
from db.rows import change
from domain.break_glass import SEARCHED, SEARCHES_A_DAY
from tests.cast import CHANGMING, CUIFANG, GUIXIANG, HAORAN, HEJING, JIANGUO, LUOLAOSHI, XIAOHU, YULAN
from tests.house import TestHouse


async def lines_of(house: TestHouse, action: str) -> list[Any]:
    return list(await house.look(lambda conn: conn.execute(select(journal).where(journal.c.action == action)).all()))


async def test_a_found_child_of_another_town_is_opened_for_half_an_hour_and_closes_by_itself(house: TestHouse) -> None:
    director = house.phone(GUIXIANG)
    assert "为什么要看" in await director.send("紧急查看 殷小虎")
    assert (
        "王秀英" not in director.everything
        and await house.look(lambda c: c.execute(select(glass_openings)).all()) == []
    )
    await director.press("走失找到")
    assert "王秀英" in director.everything and "10012345678" in director.everything and "暖泉村" in director.everything
    assert [row.subject for row in await lines_of(house, "glass.opened")] == [f"child:{XIAOHU.id}"]
    house.pass_time(minutes=29)
    await director.press("再看一次")
    assert len(await lines_of(house, "glass.read")) == 2
    house.pass_time(minutes=2)
    assert "时间到了" in await director.press("再看一次")
    assert len(await lines_of(house, "glass.read")) == 2
    await house.settle()
    assert "王秀英" not in director.everything  # the screen itself was hidden again


async def test_the_county_and_the_supervisor_concerned_hear_of_it_at_once_and_without_a_name(house: TestHouse) -> None:
    director = house.phone(GUIXIANG)
    await director.send("紧急查看 殷小虎")
    await director.press("受伤生病")
    for person in (HEJING, JIANGUO):
        heard = house.phone(person).text
        assert XIAOHU.file_no in heard and "定安" in heard and "受伤生病" in heard and XIAOHU.name not in heard
    assert house.phone(CHANGMING).messages == [] and house.phone(YULAN).messages == []
    await house.phone(HEJING).press("马上关上")
    assert "提前关上" in director.everything
    assert "时间到了" in await director.press("再看一次")


async def test_only_a_whole_name_or_number_is_found_and_never_without_bound(house: TestHouse) -> None:
    director = house.phone(GUIXIANG)
    assert "没有找到" in await director.send("紧急查看 小虎")
    assert "没有找到" in await director.send("紧急查看 王秀英")
    assert "为什么要看" in await director.send(f"紧急查看 {XIAOHU.id_no}")
    for file_no in (XIAOHU.file_no, "GT-106-001-0002", "GT-106-001-0003"):
        await director.press_raw(f"do:glass.open:{file_no}|danger", director.last.id)
    assert "最多" in await director.press_raw("do:glass.open:GT-106-002-0001|danger", director.last.id)


async def test_ones_own_child_needs_no_glass_and_an_office_has_none(house: TestHouse) -> None:
    own = house.phone(YULAN)
    assert "不用紧急查看" in await own.send("紧急查看 殷小虎")
    office = house.phone(LUOLAOSHI)
    assert "不能做这个" in await office.send("紧急查看 殷小虎")


async def test_somebody_elses_opening_is_nobody_elses(house: TestHouse) -> None:
    director = house.phone(GUIXIANG)
    await director.send("紧急查看 殷小虎")
    await director.press("走失找到")
    opening = (await house.look(lambda conn: conn.execute(select(glass_openings)).one())).id
    other = house.phone(CUIFANG)
    await other.send("/start")
    assert "时间到了" in await other.press_raw(f"do:glass.again:{opening}", other.last.id)
    supervisor = house.phone(CHANGMING)  # of another town than the child's
    await supervisor.send("/start")
    assert "不能做这个" in await supervisor.press_raw(f"do:glass.end:{opening}", supervisor.last.id)


async def test_nobody_tries_out_names_all_day(house: TestHouse) -> None:
    """Each answer tells whether there is such a child somewhere in the county."""
    director = house.phone(GUIXIANG)
    for _ in range(SEARCHES_A_DAY):
        assert "没有找到" in await director.send("紧急查看 殷某某")
    assert "打县民政局电话" in await director.send("紧急查看 殷小虎") and "110" in director.text
    assert len(await lines_of(house, SEARCHED)) == SEARCHES_A_DAY
    house.pass_time(hours=25)
    assert "为什么要看" in await director.send("紧急查看 殷小虎")


async def test_two_of_one_name_in_one_village_are_told_apart_by_their_numbers(house: TestHouse) -> None:
    await house.db.run(lambda conn: change(conn, children, HAORAN.id, name=XIAOHU.name))
    director = house.phone(GUIXIANG)
    assert "哪里的孩子" in await director.send("紧急查看 殷小虎")
    assert director.last.labels == [f"新坝镇暖泉村 {one.file_no}" for one in (XIAOHU, HAORAN)]
