"""Whose desks a report comes to, what they are told of it, and whom it goes around."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from db import reports as report_rows
from db.models import people, posts
from db.rows import add
from db.types import new_id
from domain.reports.case import Act
from tests import cast
from tests.cast import AUDITOR, CHANGMING, CUIFANG, HEJING, JIANGUO, LEADER, LUOLAOSHI, MAGUANG, YULAN
from tests.house import TestHouse
from tests.phone import Phone
from tests.stories.report_told import all_reports, send


async def test_a_report_gets_a_number_and_reaches_police_supervisor_and_county(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await send(phone)
    assert "已登记，编号 BG-2026-0001" in phone.everything
    assert "已转给：公安" in phone.everything
    assert "等签收" in phone.everything
    assert "已报告" not in phone.everything
    assert "有一份强制报告等您签收（编号 BG-2026-0001，紧急）" in house.phone(MAGUANG).text
    for person in (JIANGUO, HEJING):
        assert "BG-2026-0001" in house.phone(person).text
    for person in (CUIFANG, CHANGMING, LUOLAOSHI, LEADER, AUDITOR):
        assert house.phone(person).everything == ""


async def test_pushes_carry_no_name_and_no_injury(house: TestHouse) -> None:
    await send(house.phone(YULAN), safe="现在有危险")
    for person in (MAGUANG, JIANGUO, HEJING):
        pushed = house.phone(person).everything
        for word in ("殷小虎", "小虎", "柴玉兰", "玉兰", "暖泉", "皮带", "胳膊", "伤", "打", "GT-", "学校"):
            assert word not in pushed, (person.name, word)


async def test_in_danger_without_a_call_the_answer_repeats_110_and_the_call_can_be_recorded(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await send(phone, safe="现在有危险")
    answer = next(message for message in phone.messages if "已登记" in message.text)
    assert "110 还没打" in answer.text
    await phone.press("我已拨打", on=answer)
    [report] = await all_reports(house)
    events = await house.look(lambda conn: report_rows.events(conn, report.id))
    assert events[-1].kind is Act.CALLED
    assert "报告人说已经报警" in house.phone(MAGUANG).text


async def test_a_drop_out_goes_to_the_education_bureau(house: TestHouse) -> None:
    await send(house.phone(YULAN), kind="不上学了")
    assert "等您签收" in house.phone(LUOLAOSHI).text
    assert "一般" in house.phone(LUOLAOSHI).text
    assert house.phone(MAGUANG).everything == ""


async def test_danger_brings_the_police_first_whatever_the_situation(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await send(phone, safe="不清楚", kind="不上学了")
    assert "已转给：公安、教育" in phone.everything
    assert "等您签收" in house.phone(MAGUANG).text


async def test_the_county_is_told_when_a_department_has_nobody(house: TestHouse) -> None:
    await house.db.run(lambda conn: conn.execute(update(posts).where(posts.c.unit == cast.POLICE).values(holder=None)))
    phone, county = house.phone(YULAN), house.phone(HEJING)
    await send(phone)
    assert "县公安局没有人接收，请马上打电话转告" in county.text
    assert "等您签收" in county.text
    assert "县公安局现在没有人接收" in phone.everything
    assert "已转给：县民政局" in phone.everything


async def test_nobody_at_all_is_said_plainly_with_the_numbers(house: TestHouse) -> None:
    gone = posts.c.unit.in_([cast.POLICE, cast.COUNTY])
    await house.db.run(lambda conn: conn.execute(update(posts).where(gone).values(holder=None)))
    phone = house.phone(YULAN)
    await send(phone)
    assert "现在没有人能收到" in phone.everything
    assert "已转给" not in phone.everything


async def test_a_report_about_the_town_office_is_neither_told_nor_shown_there(house: TestHouse) -> None:
    phone, supervisor = house.phone(YULAN), house.phone(JIANGUO)
    await send(phone, involved="镇上有人")
    assert "绕开了镇上" in phone.everything
    assert supervisor.everything == ""
    assert "没有案件" in await supervisor.send("/cases")
    assert "BG-2026-0001" in house.phone(MAGUANG).text
    assert "BG-2026-0001" in house.phone(HEJING).text
    [report] = await all_reports(house)
    assert "没有找到" in await supervisor.press_raw(f"do:case.open:{report.id}", 1)
    assert "没有找到" in await supervisor.send("/cases BG-2026-0001")


async def test_rather_not_say_goes_around_village_and_town(house: TestHouse) -> None:
    phone, supervisor = house.phone(YULAN), house.phone(JIANGUO)
    await send(phone, involved="不方便说")
    assert "绕开了村里和镇上" in phone.everything
    assert supervisor.everything == ""
    assert "没有案件" in await supervisor.send("案件")


async def test_somebody_in_the_village_leaves_the_supervisor_in_and_other_village_posts_out(house: TestHouse) -> None:
    def second_director(conn: Connection) -> None:
        person = new_id()
        add(conn, people, id=person, name="贾兰", chat_id=777, language="zh_CN", bound_at=house.now, demo=True)
        conn.execute(update(posts).where(posts.c.unit == cast.NUANQUAN).values(deputy=person))

    await house.db.run(second_director)
    await send(house.phone(YULAN), involved="村里有人")
    other = Phone(house, 777)
    assert other.everything == ""
    assert "没有案件" in await other.send("/cases")
    assert "BG-2026-0001" in house.phone(JIANGUO).text


async def test_a_supervisor_who_also_stands_in_at_a_department_is_gone_around_there_too(house: TestHouse) -> None:
    def stands_in(conn: Connection) -> None:
        person = conn.execute(select(people.c.id).where(people.c.chat_id == JIANGUO.chat_id)).scalar_one()
        conn.execute(update(posts).where(posts.c.unit == cast.POLICE).values(deputy=person))

    await house.db.run(stands_in)
    await send(house.phone(YULAN), involved="镇上有人")
    assert house.phone(JIANGUO).everything == ""
    [report] = await all_reports(house)
    assert "没有找到" in await house.phone(JIANGUO).press_raw(f"do:case.open:{report.id}", 1)
