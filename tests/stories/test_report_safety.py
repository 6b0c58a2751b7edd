"""The child while a report runs: 110 asked about, where it sleeps tonight, its red tier, safety and guardianship judged."""

from __future__ import annotations

import pytest

from db.reports import Report
from domain.children import Tier
from domain.contacts import Kind
from domain.reports.case import Act, ReportState, state
from tests import cast
from tests.cast import HEJING, JIANGUO, MAGUANG, XIAOHU, YULAN
from tests.done import done
from tests.house import TestHouse
from tests.stories.report_hours import (
    NEVER_SAID,
    NUMBER,
    events_of,
    file_report,
    later,
)

pytestmark = pytest.mark.slow  # left out of ./test --fast


async def asked(house: TestHouse, report: Report) -> int:
    """How often the reporter was asked about 110."""
    return sum(one.kind is Act.ESCALATED and one.said("clock") == "call" for one in await events_of(house, report))


async def tier_of(house: TestHouse) -> Tier:
    from db import children

    entry = await house.look(lambda conn: children.by_file_no(conn, XIAOHU.file_no, frozenset([cast.NUANQUAN])))
    found: Tier = entry.child.tier
    return found


async def test_110_is_asked_about_until_a_call_is_recorded_with_its_receipt_number(house: TestHouse) -> None:
    report = await file_report(house)
    phone = house.phone(YULAN)
    await later(house, minutes=10)
    assert "110 打了吗？登记不等于报警" in phone.text
    assert await asked(house, report) == 1
    await later(house, minutes=20)
    assert await asked(house, report) == 1
    await later(house, minutes=11)
    assert await asked(house, report) == 2
    await phone.press("我已拨打")
    await phone.press("记回执号")
    await phone.send("JJ2026-118")
    await phone.press("确认")
    events = await events_of(house, report)
    assert "JJ2026-118" in str(events[-1].note)
    for _ in range(3):
        await later(house, minutes=40)
    assert await asked(house, report) == 2


async def test_110_is_no_longer_asked_about_once_a_person_has_taken_the_report(house: TestHouse) -> None:
    await file_report(house)
    await house.phone(MAGUANG).press("看内容")
    await house.phone(MAGUANG).press("签收")
    await later(house, minutes=45)
    assert "110 打了吗" not in house.phone(YULAN).everything


async def test_where_the_child_sleeps_is_asked_and_no_safe_place_alarms_everybody(house: TestHouse) -> None:
    await file_report(house)
    await house.phone(MAGUANG).press("看内容")
    await house.phone(MAGUANG).press("签收")
    phone = house.phone(YULAN)
    await later(house, hours=2, minutes=1)
    assert "孩子今晚有安全的地方住吗" in phone.text
    await later(house, hours=2, minutes=5)
    assert "报告人没有回话" in house.phone(JIANGUO).everything
    await phone.press("没有，不安全")
    assert "马上打 110" in phone.text
    for person in (MAGUANG, JIANGUO, HEJING):
        assert "孩子今晚没有安全的地方住" in house.phone(person).text
        assert not [word for word in NEVER_SAID if word in house.phone(person).everything.split("看内容")[-1][-80:]]


async def test_a_confirmed_red_tier_stands_in_the_childs_file_and_ends_when_the_risk_is_lowered(
    house: TestHouse,
) -> None:
    report = await file_report(house)
    supervisor, officer = house.phone(JIANGUO), house.phone(MAGUANG)
    await later(house, hours=2, minutes=40)
    assert "建议" not in supervisor.everything  # the noon rest is kept: no danger hangs on it
    await later(house, hours=1, minutes=30)
    await supervisor.press("风险等级")
    await supervisor.press("调成红色")
    await supervisor.press("确认")
    assert (await tier_of(house)) is Tier.RED
    await officer.press("看内容")
    await officer.press("签收")
    await officer.press("结案")
    await officer.press("已处置")
    await officer.send("已训诫")
    await officer.press("确认")
    house.pass_time(days=2)
    await done(house, XIAOHU, house.today, Kind.HOME_VISIT)  # logged as any visit; nobody says it twice
    await later(house, minutes=1)
    events = await events_of(house, report)
    assert Act.VISITED in [one.kind for one in events]
    assert state(events) is ReportState.FOLLOW_UP  # red: the re-visits go on
    await supervisor.send(f"/cases {NUMBER}")
    await supervisor.press("调低风险")
    await supervisor.send("三次回访都好")
    await supervisor.press("确认")
    assert (await tier_of(house)) is Tier.YELLOW
    assert state(await events_of(house, report)) is ReportState.CLOSED


async def test_steps_safety_and_guardianship_are_noted_and_the_reporter_hears_in_careful_words(
    house: TestHouse,
) -> None:
    await file_report(house)
    officer, reporter = house.phone(MAGUANG), house.phone(YULAN)
    await officer.press("看内容")
    await officer.press("签收")
    await officer.press("记处置")
    assert officer.last.labels[0] == "受案"
    await officer.press("训诫")
    await officer.press("跳过")
    await officer.press("确认")
    assert "公安处置：训诫" in officer.text.replace("（马光）", "")
    await officer.press("安全评估")
    await officer.press("已带到安全的地方")
    await officer.press("跳过")
    await officer.press("确认")
    assert "3个工作日内给您回话" in reporter.everything
    assert "公安有新的处置" in reporter.everything
    assert "训诫" not in reporter.everything
    assert "训诫" in await reporter.press("看进展")
    county = house.phone(HEJING)
    await county.send(f"/cases {NUMBER}")
    await county.press("核实")
    await county.press("临时监护核对")
    await county.press("④")
    await county.press("选好了")
    await county.press("确认")
    assert "第4项" in county.text
