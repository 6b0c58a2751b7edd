"""What a case asks for by itself, and what it sets going beside: art. 92, help, a child of another county, a likeness."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from db import issues as issue_rows
from db import reports as report_rows
from db.models import issues
from db.reports import Report
from domain.people import Role
from domain.reports.case import Act, ReportState, state
from tests import cast
from tests.cast import HEJING, JIANGUO, LUOLAOSHI, MAGUANG, XIAOHU, YULAN, Person
from tests.house import TestHouse
from tests.phone import Phone
from tests.stories.report_hours import events_of, later, newest, seat
from tests.stories.report_told import send

pytestmark = pytest.mark.slow  # left out of ./test --fast

CIVIL = f"{cast.COUNTY}.civil_affairs"


async def tell(house: TestHouse, by: Phone | Person, child: str, **how: str) -> Report:
    """File a report about a child that is safe: `child` is a button, or words."""
    phone = house.phone(by) if isinstance(by, Person) else by
    await send(phone, child=child, seen="胳膊上有伤", **how)
    return await newest(house)


# --- the same matter told twice, where no roster says so ---


async def test_two_reports_of_a_child_nobody_knows_are_offered_to_the_desks_as_one_matter_and_to_no_reporter(
    house: TestHouse,
) -> None:
    first = await tell(house, YULAN, "石磊，三年级")
    house.pass_time(days=2)
    second = await tell(house, JIANGUO, "时雷")  # the supervisor of the town, who only heard the name
    assert first.child_id is second.child_id is None
    for report, other in ((first, second), (second, first)):
        assert (await house.look(lambda conn, one=report: report_rows.life_of(conn, one.id))).linked == (other.id,)
    officer = house.phone(MAGUANG)
    said = await officer.send(f"/cases {first.number}")
    assert f"可能和另一份报告是同一个孩子：{second.number}，请核对" in said
    await officer.press(f"🔗 {second.number}")
    assert officer.text.startswith(f"📁 {second.number}")
    reporter = house.phone(YULAN)
    assert second.number not in await reporter.send(f"/cases {first.number}")
    assert not [label for label in reporter.last.labels if second.number in label]
    for phone in (reporter, house.phone(JIANGUO)):
        assert "还有别人报过" not in phone.everything


async def test_another_day_another_place_another_kind_or_another_name_is_another_matter(house: TestHouse) -> None:
    first = await tell(house, YULAN, "石磊")
    neighbour = await seat(house, Role.CHILD_DIRECTOR, cast.XIAOBA, 779, "安小兰")
    await tell(house, neighbour, "石磊")
    await tell(house, YULAN, "石磊", kind="不上学了")
    await tell(house, YULAN, "王芳")
    house.pass_time(days=5)
    await tell(house, YULAN, "石磊")
    assert (await house.look(lambda conn: report_rows.life_of(conn, first.id))).linked == ()


async def test_a_likeness_is_not_shown_to_whom_the_other_report_goes_around(house: TestHouse) -> None:
    first = await tell(house, YULAN, "石磊")
    second = await tell(house, YULAN, "石磊", involved="镇上有人")
    supervisor = house.phone(JIANGUO)
    await supervisor.send(f"/cases {first.number}")
    assert second.number not in await supervisor.press("督查")
    assert not [label for label in supervisor.last.labels if second.number in label]
    await house.phone(HEJING).send(f"/cases {first.number}")
    assert second.number in await house.phone(HEJING).press("督查")


# --- art. 92 ---


async def test_civil_affairs_is_asked_for_the_seven_cases_where_nobody_looks_after_the_child(house: TestHouse) -> None:
    report = await tell(house, YULAN, "殷小虎", kind="没人管")
    assert report.situation == "R6"
    county, officer = house.phone(HEJING), house.phone(MAGUANG)
    said = await county.send(f"/cases {report.number}")
    assert "👥 请核对第92条" in said
    assert county.last.labels[0] == "👥 临时监护核对"
    assert "第92条" not in await officer.send(f"/cases {report.number}")
    await county.press("临时监护核对")
    await county.press("④")
    await county.press("选好了")
    await county.press("确认")
    assert "第4项" in county.text and "请核对第92条" not in county.text
    [checked] = [one for one in await events_of(house, report) if one.kind is Act.GUARDIANSHIP]
    assert checked.said("items") == "4"


async def test_no_safe_place_tonight_asks_for_the_seven_cases_too(house: TestHouse) -> None:
    report = await tell(house, YULAN, "殷小虎")
    county, reporter = house.phone(HEJING), house.phone(YULAN)
    await county.send(f"/cases {report.number}")
    assert "第92条" not in await county.press("核实")
    await later(house, hours=2, minutes=1)
    await later(house, hours=3)
    await reporter.press("没有，不安全")
    assert "👥 请核对第92条" in await county.send(f"/cases {report.number}")


# --- help ---


async def test_help_asked_for_out_of_a_case_stands_in_the_childs_file_without_a_word_of_the_case(
    house: TestHouse,
) -> None:
    report = await tell(house, YULAN, "殷小虎")
    officer, director = house.phone(MAGUANG), house.phone(YULAN)
    await officer.press("看内容")
    await officer.press("签收")
    await officer.press("求助")
    await officer.press("心理")
    assert "别写案情" in officer.text
    await officer.press("跳过")
    heard = director.everything
    await officer.press("确认")
    assert "公安（马光）求助：心理" in officer.text
    [need] = await house.look(lambda conn: issue_rows.open_of_child(conn, report.child_id or ""))
    assert (need.type, need.text, need.help_wanted) == ("mind", "心理", True)
    assert director.everything == heard  # the reporter is not told of it
    await director.send(XIAOHU.name)
    await director.press("问题")
    assert "心理" in director.text and "请镇上帮" in director.text
    assert not [word for word in ("BG-", "公安", "马光", "报告") if word in director.text]


async def test_help_on_a_report_that_goes_around_the_village_stays_off_the_childs_file(house: TestHouse) -> None:
    report = await tell(house, YULAN, "殷小虎", involved="镇上有人")
    officer = house.phone(MAGUANG)
    await officer.press("看内容")
    await officer.press("签收")
    await officer.press("求助")
    await officer.press("临时照料")
    await officer.press("跳过")
    await officer.press("确认")
    assert Act.ASKED in [one.kind for one in await events_of(house, report)]
    assert await house.look(lambda conn: conn.execute(select(issues.c.id)).all()) == []
    assert "求助" in house.phone(HEJING).text  # the county hears of it


# --- a child of another county ---


async def test_a_child_of_another_county_is_the_countys_to_hand_on_with_a_clock_and_a_name_at_the_end(
    house: TestHouse,
) -> None:
    report = await tell(house, YULAN, "外县的或不知哪里的", who="十来岁男孩，说是邻县的")
    county, officer = house.phone(HEJING), house.phone(MAGUANG)
    assert "请移送当地" in county.text and "12345" in county.text and "110" in county.text
    assert "请移送当地" not in officer.everything
    await county.send(f"/cases {report.number}")
    said = await county.press("办案")
    assert "⏳ 移送：还剩24小时" in said and county.last.labels[0] == "📮 移送"
    await later(house, hours=24 * 4)
    assert "移送超了" in county.everything
    await officer.press("看内容")
    await officer.press("签收")
    await officer.press("结案")
    await officer.press("移送其他地方办理")
    await officer.send("家人已接走")
    await officer.press("确认")
    assert state(await events_of(house, report)) is ReportState.FOLLOW_UP  # nobody has said who has the child now
    await county.send(f"/cases {report.number}")
    await county.press("办案")  # another day
    await county.press("📮 移送", county.last)
    assert "交给了哪里" in county.text
    await county.send("临泽县民政局 王科 0936-0000000")
    await county.press("确认")
    handed = (await events_of(house, report))[-1]
    assert (handed.kind, handed.unit, handed.note) == (Act.TRANSFERRED, cast.COUNTY, "临泽县民政局 王科 0936-0000000")
    assert state(await events_of(house, report)) is ReportState.CLOSED  # its own county goes to see it
    reporter = house.phone(YULAN)
    assert "已移送孩子所在地" in reporter.text
    assert "王科" not in await reporter.press("看进展")


# --- what is said, and what is left to the card ---


async def test_a_return_to_whoever_still_has_it_says_who_goes_on(house: TestHouse) -> None:
    await tell(house, YULAN, "殷小虎")
    officer, teacher = house.phone(MAGUANG), house.phone(LUOLAOSHI)
    for button in ("看内容", "签收", "转办", "教育"):
        await officer.press(button)
    await officer.send("请学校看护")
    await officer.press("确认")
    await teacher.press("看内容")
    await teacher.press("退回")
    await teacher.send("不在本县上学")
    await teacher.press("确认")
    assert "已退回，公安接着办" in teacher.text
    assert "教育退回，公安接着办" in house.phone(YULAN).text
    assert "另转" not in house.phone(HEJING).everything


async def test_who_only_watches_hears_of_turns_and_not_of_every_step(house: TestHouse) -> None:
    await tell(house, YULAN, "殷小虎")
    officer, reporter = house.phone(MAGUANG), house.phone(YULAN)
    await officer.press("看内容")
    await officer.press("签收")
    for button in ("记处置", "训诫", "跳过", "确认", "安全评估", "已带到安全的地方", "跳过", "确认"):
        await officer.press(button)
    await reporter.press("看进展")
    await reporter.press("补充")
    await reporter.send("今天也见了")
    await reporter.press("确认")
    assert "公安已签收" not in house.phone(HEJING).everything
    house.pass_time(minutes=5)
    await house.settle()
    for person in (HEJING, JIANGUO):
        said = house.phone(person).everything
        assert "公安已签收" in said
        assert not [word for word in ("补充了内容", "新的处置", "是否安全") if word in said]
    await officer.send("/cases")
    await officer.press("BG-2026-0001")
    await officer.press("安全评估")
    await officer.press("不安全", officer.last)
    await officer.press("跳过")
    await officer.press("确认")
    assert "是否安全" in house.phone(HEJING).text  # that one turns everything
    await officer.press("结案")
    await officer.press("已处置")
    await officer.send("已训诫")
    await officer.press("确认")
    assert "7天内上门看看孩子" in reporter.text


async def test_the_card_no_longer_says_that_nobody_called_once_somebody_has(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("/report")
    for button in ("现在有危险", "还没打", "殷小虎", "在学校", "身上有伤", "没有"):
        await phone.press(button)
    await phone.send("胳膊上有伤")
    await phone.press("先交上去")
    await phone.press("确认")
    officer = house.phone(MAGUANG)
    assert "110：还没打" in await officer.press("看内容")
    assert "报告时孩子：现在有危险" in officer.text
    assert "回话" not in officer.text  # what the reporter is asked is no clock of the police
    await phone.press("我已拨打")
    assert "还没打" not in await officer.press("看进展")


async def test_the_list_opens_with_what_is_not_finished_and_keeps_the_rest_one_tap_away(house: TestHouse) -> None:
    done = await tell(house, YULAN, "殷小虎")
    officer = house.phone(MAGUANG)
    await officer.press("看内容")
    await officer.press("签收")
    county = house.phone(HEJING)
    other = await tell(house, YULAN, "殷小雨")
    await county.send(f"/cases {other.number}")
    await county.press("核实")
    await county.press("作废")
    await county.send("重复了")
    await county.press("确认")
    await county.send("/cases")
    assert [label for label in county.last.labels if other.number in label] == []
    assert [label for label in county.last.labels if done.number in label]
    await county.press("全部（2）")
    assert [label for label in county.last.labels if other.number in label]
