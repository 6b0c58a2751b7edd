"""The clocks of a report in the chats: warned, risen, acknowledged, handed on, and asked again. Several chats at once."""

from __future__ import annotations

from datetime import UTC, date, time

import pytest
from sqlalchemy import Connection, select, update

from db import people as people_rows
from db import reports as report_rows
from db.models import people, posts
from domain.calendar import DAY, at
from domain.people import Role
from domain.reports.case import Act, ReportState, state
from tests import cast
from tests.cast import CUIFANG, HEJING, JIANGUO, LEADER, LUOLAOSHI, MAGUANG, YULAN
from tests.done import staff_offices
from tests.house import TestHouse
from tests.stories.report_hours import (
    NEVER_SAID,
    NUMBER,
    events_of,
    file_report,
    journaled,
    later,
    newest,
    proved,
    seat,
)

pytestmark = pytest.mark.slow  # left out of ./test --fast


async def test_a_missed_clock_rises_up_the_whole_ladder_by_code_and_clock_only(house: TestHouse) -> None:
    deputy = await seat(house, Role.DEPARTMENT, cast.POLICE, 888, "任磊", deputy=True)
    head = await seat(house, Role.LEADER, cast.POLICE, 889, "冯局")
    procurator = await seat(house, Role.DEPARTMENT, f"{cast.COUNTY}.procuratorate", 890, "许检")
    officer, leader = house.phone(MAGUANG), house.phone(LEADER)
    report = await file_report(house)

    await later(house, minutes=21)
    assert f"⏰ 编号 {NUMBER}：签收还剩" in officer.text
    assert "还剩" not in deputy.everything
    for phone in (officer, deputy, head, leader, procurator):
        told = len(phone.messages)
        await later(house, minutes=15)
        assert f"{NUMBER}" in phone.text and "签收超了" in phone.text, phone.name
        assert len(phone.messages) == told + 1  # looking twice says it once
    assert head.last.labels == leader.last.labels == ["👌 我知道了"]  # nothing to open: a number and a clock
    for phone in (officer, deputy, head, leader, procurator):
        assert not [word for word in NEVER_SAID if word in phone.everything], phone.name
    rungs = [one.said("rung") for one in await events_of(house, report) if one.said("clock") == "receipt"]
    assert rungs == ["officer", "deputy", "head", "leader", "procuratorate"]
    assert await proved(house)


async def test_whoever_acknowledges_spares_the_next_and_only_who_was_told_may(house: TestHouse) -> None:
    deputy = await seat(house, Role.DEPARTMENT, cast.POLICE, 888, "任磊", deputy=True)
    leader = house.phone(LEADER)
    report = await file_report(house)
    await later(house, minutes=31)
    message, button = house.phone(MAGUANG).find_button("我知道了")
    assert "没有找到" in await house.phone(CUIFANG).press_raw(button["callback_data"], 1)
    assert "没有找到" in await leader.press_raw(button["callback_data"], 1)
    assert await journaled(house, "case.refused") == 2
    await house.phone(MAGUANG).press("我知道了")
    assert "记下了" in house.phone(MAGUANG).text
    assert "已经有人" in await house.phone(MAGUANG).press_raw(button["callback_data"], message.id)
    before = deputy.everything
    await later(house, minutes=50)
    assert deputy.everything == before
    await later(house, hours=24)  # seen, and still nobody has signed: it goes on
    assert "签收超了" in deputy.text
    assert Act.ACKNOWLEDGED in [one.kind for one in await events_of(house, report)]


async def test_the_receipt_stops_its_clock_and_the_replayed_button_is_told_so(house: TestHouse) -> None:
    await file_report(house)
    officer = house.phone(MAGUANG)
    await later(house, minutes=31)
    _, button = officer.find_button("我知道了")
    await officer.press("看内容")
    assert "签收（公安）：超了" in officer.text
    assert "现在该：公安经办人" in officer.text
    await officer.press("签收")
    assert "第一次反馈（公安）：还剩" in officer.text
    assert "已经有人办了" in await officer.press_raw(button["callback_data"], 1)
    told = len(officer.messages)
    await later(house, minutes=40)
    assert len(officer.messages) == told


async def test_a_refusal_goes_to_the_county_at_once_and_is_handed_over_until_the_next_has_signed(
    house: TestHouse,
) -> None:
    await staff_offices(house, LUOLAOSHI)
    report = await file_report(house)
    officer, county, reporter, teacher = (house.phone(one) for one in (MAGUANG, HEJING, YULAN, LUOLAOSHI))
    await officer.press("看内容")
    await officer.press("不予受理")
    await officer.send("不属公安管辖，建议教育")
    await officer.press("确认")
    assert "公安不予受理" in county.everything and "没有部门接" in county.text
    assert "不予受理" in reporter.text
    await later(house, minutes=31)
    assert f"{NUMBER} 没有部门接，超了" in county.text  # the county has a clock of its own
    await county.press("看内容")
    await county.press("转办")
    await county.press("教育")
    await county.send("请教育先接")
    await county.press("确认")
    assert "等您签收" in teacher.text
    events = await events_of(house, report)
    assert state(events) is ReportState.WAITING
    await teacher.press("看内容")
    await teacher.press("签收")
    await teacher.press("转办")
    await teacher.press("公安")
    await teacher.send("发现伤情，请公安再看")
    await teacher.press("确认")
    desks = (await house.look(lambda conn: report_rows.life_of(conn, report.id))).desks
    assert desks[cast.EDUCATION].state == "passing"  # held until the next has signed
    await officer.press("看内容")
    await officer.press("签收")
    desks = (await house.look(lambda conn: report_rows.life_of(conn, report.id))).desks
    assert desks[cast.EDUCATION].state == "released"
    assert desks[cast.POLICE].received_by is not None


async def test_a_conflict_in_the_village_and_town_is_gone_around_through_every_clock(house: TestHouse) -> None:
    def stands_in(conn: Connection) -> None:  # the supervisor is also the police's deputy, and leads it
        person = conn.execute(select(people.c.id).where(people.c.chat_id == JIANGUO.chat_id)).scalar_one()
        conn.execute(update(posts).where(posts.c.unit == cast.POLICE).values(deputy=person))
        head = people_rows.ensure_post(conn, Role.LEADER, cast.POLICE, date(2025, 1, 1))
        conn.execute(update(posts).where(posts.c.id == head.id).values(holder=person))

    await house.db.run(stands_in)
    second = await seat(house, Role.CHILD_DIRECTOR, cast.NUANQUAN, 777, "贾兰", deputy=True)
    await file_report(house, involved="不方便说")
    for _ in range(12):
        await later(house, minutes=20)
    for hidden in (house.phone(JIANGUO), second):
        assert hidden.everything == ""
        assert "没有案件" in await hidden.send("/cases")
    assert "签收超了" in house.phone(LEADER).everything
    counts = await house.look(lambda conn: report_rows.open_by_unit(conn, people_rows.me_of(conn, JIANGUO.chat_id)))
    assert counts == {}


async def test_an_officer_who_blocks_the_bot_is_passed_over_and_an_empty_desk_goes_to_the_county(
    house: TestHouse,
) -> None:
    deputy = await seat(house, Role.DEPARTMENT, cast.POLICE, 888, "任磊", deputy=True)
    report = await file_report(house)
    house.line.blocked.add(MAGUANG.chat_id)
    await later(house, minutes=21)  # the warning finds out
    await later(house, minutes=1)
    assert "经办人联系不上，请您接着办" in deputy.text
    assert Act.VACANT not in [one.kind for one in await events_of(house, report)]


async def test_a_desk_that_falls_silent_altogether_is_given_to_the_county_at_once(house: TestHouse) -> None:
    house.line.blocked.add(MAGUANG.chat_id)
    report = await file_report(house)
    await later(house, minutes=1)
    county = house.phone(HEJING)
    assert "公安现在没有人能收到，已转县民政局" in county.everything.replace("县公安局", "公安")
    told = len(county.messages)
    await later(house, minutes=1)
    assert len(county.messages) == told
    desks = (await house.look(lambda conn: report_rows.life_of(conn, report.id))).desks
    assert list(desks) == [cast.POLICE, cast.COUNTY]


async def test_nothing_fed_back_tells_the_reporter_whom_to_call_and_the_case_says_so(house: TestHouse) -> None:
    report = await file_report(house)
    await house.phone(MAGUANG).press("看内容")
    await house.phone(MAGUANG).press("签收")
    house.now = at(date(2026, 11, 23), time(10)).astimezone(UTC)
    await later(house)
    phone = house.phone(YULAN)
    assert "12309" not in phone.everything
    await later(house, minutes=40)
    assert "可以打 12345 或 12309" in phone.everything
    assert Act.UNANSWERED in [one.kind for one in await events_of(house, report)]
    assert "没有按时来" in await phone.press("看进展")


async def test_a_routine_report_keeps_its_peace_over_the_weekend(house: TestHouse) -> None:
    house.now = at(date(2026, 11, 20), time(20)).astimezone(UTC)  # Friday evening
    await file_report(house, safe="安全", kind="不上学了")
    teacher = house.phone(LUOLAOSHI)
    told = len(teacher.messages)
    for hours in (1, 3, 12, 20):
        await later(house, hours=hours)
    clocks = [one for one in teacher.messages[told:] if "⏰" in one.text or "🔴" in one.text]
    assert clocks == []
    house.now = at(date(2026, 11, 23), time(8, 31)).astimezone(UTC)
    await later(house)
    assert "签收超了" in teacher.text


async def test_two_reports_about_one_child_are_linked_and_each_keeps_its_life(house: TestHouse) -> None:
    first = await file_report(house)
    second = await file_report(house, involved="镇上有人")
    for report, other in ((first, second), (second, first)):
        assert (await house.look(lambda conn, one=report: report_rows.life_of(conn, one.id))).linked == (other.id,)
    assert "还有别人报过" in house.phone(YULAN).everything
    supervisor = house.phone(JIANGUO)
    await supervisor.send(f"/cases {first.number}")
    said = await supervisor.press("督查")
    assert second.number not in said and "同一件事" not in said  # it goes around the town: nothing is said of it
    await house.phone(HEJING).send(f"/cases {first.number}")
    assert second.number in await house.phone(HEJING).press("督查")


async def test_a_drill_runs_every_clock_says_so_everywhere_and_is_counted_nowhere(house: TestHouse) -> None:
    assert "县民政局" in await house.phone(YULAN).send("/drill") or "不" in house.phone(YULAN).text
    county = house.phone(HEJING)
    await county.send("/drill")
    await county.press("自己填内容")
    assert "【演练】" in county.text
    await county.press("现在有危险")
    await county.press("还没打")
    await county.send("演练的孩子")
    await county.press("在学校")
    await county.press("身上有伤")
    await county.press("没有")
    await county.send("照着演练脚本写的")
    await county.press("先交上去")
    await county.press("确认")
    report = await newest(house)
    assert report.number == "YL-2026-0001"
    officer = house.phone(MAGUANG)
    assert officer.text.startswith("【演练】")
    await later(house, minutes=31)
    assert officer.text.startswith("【演练】") and "签收超了" in officer.text
    assert await house.look(report_rows.open_by_unit) == {}
    assert (await file_report(house)).number == NUMBER


async def test_the_procuratorate_opens_any_report_and_finds_no_button_of_the_case(house: TestHouse) -> None:
    procurator = await seat(house, Role.DEPARTMENT, f"{cast.COUNTY}.procuratorate", 890, "许检")
    await file_report(house, involved="不方便说")
    assert procurator.everything == ""  # it reads when it likes; only clocks come to it
    await procurator.send("/cases")
    await procurator.press(NUMBER)
    assert "为什么打开" in procurator.text and "皮带" not in procurator.text
    await procurator.press("督查")
    assert "皮带" in procurator.text
    steps = [button for row in procurator.last.buttons for button in row if "case.act" in button["callback_data"]]
    assert steps == []  # reading on and away is all there is
    assert await journaled(house, "case.read") == 1


async def test_an_office_nobody_sits_in_is_an_alarm_long_before_any_report(house: TestHouse) -> None:
    county = house.phone(HEJING)

    async def morning(day: date, hour: int) -> int:
        house.now = at(day, time(hour)).astimezone(UTC)
        await house.scheduler.once()
        await house.settle()
        return county.everything.count("没有人能收到强制报告")

    thursday = date(2026, 11, 19)
    assert await morning(thursday, 8) == 0
    assert await morning(thursday, 9) == 1
    said = next(one.text for one in county.messages if "没有人能收到强制报告" in one.text)
    nobody, _, no_head = said.partition("👔")
    assert "县卫健局" in nobody and "县公安局" not in nobody
    assert "还没有登记负责人" in no_head and "县公安局" in no_head  # a late clock finds nobody above the officer there
    assert await morning(thursday + DAY, 9) == 1
    assert await morning(thursday + 4 * DAY, 9) == 2  # the next week


async def test_where_only_heads_are_missing_the_county_hears_of_it_once_a_month(house: TestHouse) -> None:
    def officers_only(conn: Connection) -> None:
        holder = conn.execute(select(people.c.id).where(people.c.chat_id == LUOLAOSHI.chat_id)).scalar_one()
        for code in report_rows.vacant_offices(conn):
            post = people_rows.ensure_post(conn, Role.DEPARTMENT, code, date(2025, 1, 1))
            conn.execute(update(posts).where(posts.c.id == post.id).values(holder=holder))

    await house.db.run(officers_only)
    county = house.phone(HEJING)
    for day in (19, 20, 23, 30):
        house.now = at(date(2026, 11, day), time(10)).astimezone(UTC)
        await house.scheduler.once()
        await house.settle()
    assert county.everything.count("还没有登记负责人") == 1
    assert "没有人能收到" not in county.everything
    house.now = at(date(2026, 12, 1), time(10)).astimezone(UTC)
    await house.scheduler.once()
    await house.settle()
    assert county.everything.count("还没有登记负责人") == 2
