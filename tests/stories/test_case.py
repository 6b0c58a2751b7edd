"""A report's life behind the desks, seen from three sides."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from bot.words import LANGUAGES, catalogue
from db import reports as report_rows
from db.models import posts
from domain.reports.case import NEEDS_REASON, OUTCOMES, Act, DeskState, ReportState, desks, state
from domain.reports.clocks import CLOCKS
from domain.reports.conflict import Conflict
from domain.reports.crew import Rung
from domain.reports.events import JUDGEMENTS, SAFE_ANSWERS, STEPS
from domain.reports.form import ART_92, INVOLVED, REPORT
from domain.reports.situations import CARDS, GROUPS, SITUATIONS
from tests import cast
from tests.cast import HEJING, JIANGUO, LUOLAOSHI, MAGUANG, YULAN
from tests.house import TestHouse
from tests.stories.case_desks import filed, second_officer, step
from tests.stories.report_hours import events_of

ROOT = Path(__file__).parents[2]


CODE = "".join((ROOT / one).read_text() for one in ("domain/reports/case.py", "db/reports/desks.py"))


STEPPING = (Act.RECEIVED, Act.CALLED, Act.STEP, Act.JUDGED, Act.RISK, Act.GUARDIANSHIP)


async def test_the_whole_life_of_a_report_seen_from_three_sides(house: TestHouse) -> None:
    report = await filed(house)
    reporter, police, supervisor = house.phone(YULAN), house.phone(MAGUANG), house.phone(JIANGUO)

    said = await police.press("看内容")
    for word in ("BG-2026-0001", "殷某某", "皮带", "暖泉村"):
        assert word in said
    assert "签收" in " ".join(police.last.labels)
    assert "结案" not in " ".join(police.last.labels)
    await police.press("显示姓名")
    said = await police.press("办案核实")
    for word in ("殷小虎", "王秀英", "柴玉兰"):
        assert word in said

    house.pass_time(minutes=25)
    await police.press("签收")
    assert "编号 BG-2026-0001 有新进展：公安已签收" in reporter.text
    assert "公安已签收" not in supervisor.text
    house.pass_time(minutes=5)
    await house.settle()
    assert "公安已签收" in supervisor.text  # who only watches hears of it a little later

    await step(police, "反馈", "民警已到家里，孩子今晚住在姑姑家。")
    assert "公安有反馈" in reporter.text
    assert "姑姑" not in reporter.text
    said = await reporter.press("看进展")
    assert "姑姑家" in said
    assert "马光" not in said  # an office, not an officer

    await step(reporter, "补充", "今天又见到孩子，精神好些。")
    assert "报告人补充了内容" in police.text
    assert "精神好些" in await police.press("看进展")

    await step(police, "结案", "已训诫，亲属轮流照看。", choice="已处置")
    assert "公安已结案" in reporter.text
    assert "已训诫" in await reporter.press("看进展")
    await supervisor.send("/cases")
    assert "等回访" in " ".join(supervisor.last.labels)  # the file closes after the home visit
    await reporter.press("列表")
    await reporter.press("BG-2026-0001")
    await step(reporter, "已回访", "上门看了，孩子精神好，姑姑陪着。")
    await supervisor.send("/cases")
    assert "已结案" in " ".join(supervisor.last.labels)
    kinds = [one.kind for one in await events_of(house, report)]
    assert kinds == [Act.FILED, Act.SENT, Act.RECEIVED, Act.ANSWER, Act.SUPPLEMENT, Act.CLOSED, Act.VISITED]


async def test_two_officers_sign_and_the_second_is_told_who_was_first(house: TestHouse) -> None:
    report = await filed(house)
    first, data = house.phone(MAGUANG), f"do:case.act:{report.id}|received"
    second = await second_officer(house)
    await first.press_raw(data, first.last.id)
    await second.press_raw(data, 1)
    assert "已经签收了" in second.text
    assert "马光" in second.text
    kinds = [one.kind for one in await events_of(house, report)]
    assert kinds.count(Act.RECEIVED) == 1
    assert house.phone(YULAN).everything.count("公安已签收") == 1


async def test_a_case_can_only_be_closed_after_it_was_signed_for(house: TestHouse) -> None:
    report = await filed(house)
    police = house.phone(MAGUANG)
    await police.press_raw(f"do:case.act:{report.id}|closed", police.last.id)
    assert "请先签收" in police.text
    await police.press("看内容")
    await police.press("签收")
    await police.press("结案")
    await police.press("查无此事")
    assert "办理结果" in police.text  # a result in words is required
    await police.send("走访核实，是摔伤，已告知学校。")
    await police.press("确认")
    assert "查无此事" in police.text


async def test_a_case_handed_over_stays_until_the_next_has_signed(house: TestHouse) -> None:
    report = await filed(house)
    police, education = house.phone(MAGUANG), house.phone(LUOLAOSHI)
    await police.press("看内容")
    await police.press("签收")
    assert education.everything == ""
    await police.press("转办")
    assert [label for label in police.last.labels if "公安" in label] == []  # has it already
    await police.send("取消")
    await police.send("/cases")
    await police.press("BG-2026-0001")
    await step(police, "转办", "涉及校园，请教育先查。", choice="教育")
    assert "有一份强制报告等您签收（编号 BG-2026-0001" in education.text
    assert desks(await events_of(house, report))[cast.POLICE] is DeskState.PASSING
    assert "公安转给教育" in house.phone(YULAN).text
    await education.press("看内容")
    assert "皮带" in education.text
    await education.press("签收")
    assert "教育已签收" in house.phone(YULAN).text
    assert desks(await events_of(house, report))[cast.POLICE] is DeskState.RELEASED
    assert "没有找到" in await police.press_raw(f"do:case.open:{report.id}", 1)  # least authority
    assert "没有案件" in await police.send("/cases")


async def test_a_department_sends_it_back_and_the_county_finds_the_next(house: TestHouse) -> None:
    report = await filed(house, kind="不上学了")
    education, county = house.phone(LUOLAOSHI), house.phone(HEJING)
    await education.press("看内容")
    await step(education, "退回", "孩子不在本县学籍。")
    assert "已退回" in education.text
    assert "没有部门接" in county.text
    assert "教育退回" in house.phone(YULAN).text
    assert state(await events_of(house, report)) is ReportState.HOMELESS
    await county.press("看进展")
    assert "不在本县学籍" in county.text
    await step(county, "转办", "请公安核实去向。", choice="公安")
    assert "等您签收" in house.phone(MAGUANG).text
    assert state(await events_of(house, report)) is ReportState.WAITING


async def test_a_refusal_needs_a_reason_which_the_reporter_reads(house: TestHouse) -> None:
    await filed(house)
    police, reporter = house.phone(MAGUANG), house.phone(YULAN)
    await police.press("看内容")
    await police.press("不予受理")
    assert "为什么不予受理" in police.text
    await police.send("经查系同学打闹。")
    await police.press("确认")
    assert "公安不予受理" in reporter.text
    assert "同学打闹" in await reporter.press("看进展")


async def test_open_and_urgent_cases_come_first_and_the_longest_waiting_before_all(house: TestHouse) -> None:
    await filed(house, kind="不上学了")
    house.pass_time(hours=1)
    await filed(house)
    house.pass_time(hours=1)
    await filed(house)
    house.pass_time(minutes=5)
    police = house.phone(MAGUANG)
    await police.press_raw(f"do:case.act:{(await filed(house)).id}|received", 1)
    await police.send("/cases")
    numbers = [label.split()[1] for label in police.last.labels if "BG-" in label]
    assert numbers == ["BG-2026-0002", "BG-2026-0003", "BG-2026-0004"]
    assert "1小时" in police.last.labels[0]
    county = house.phone(HEJING)
    await county.send("案件")
    assert county.last.labels[3].startswith("🟡 BG-2026-0001")


async def test_a_receipt_that_is_owed_is_found_by_the_scheduler_until_it_is_given(house: TestHouse) -> None:
    report = await filed(house)
    [owed] = await house.look(report_rows.waiting)
    assert (owed.id, owed.department, owed.urgent) == (report.id, cast.POLICE, True)
    assert owed.owed.sent_on == house.today
    police_post = await house.look(
        lambda conn: conn.execute(select(posts.c.id).where(posts.c.unit == cast.POLICE)).scalar_one()
    )
    assert owed.posts == (police_post,)
    await house.phone(MAGUANG).press("看内容")
    await house.phone(MAGUANG).press("签收")
    assert await house.look(report_rows.waiting) == []


async def test_numbers_begin_anew_each_year(house: TestHouse) -> None:
    assert (await filed(house)).number == "BG-2026-0001"
    assert (await filed(house)).number == "BG-2026-0002"
    house.now = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)  # 00:30 on New Year's Day in Gaotai
    assert (await filed(house)).number == "BG-2027-0001"


async def test_a_restart_between_the_words_and_the_confirmation_keeps_the_step(house: TestHouse) -> None:
    await filed(house)
    police = house.phone(MAGUANG)
    await police.press("看内容")
    await police.press("签收")
    await police.press("反馈")
    await police.send("已受案，正在调查。")
    await house.restart()
    card, button = police.find_button("确认")
    await police.press("确认")
    await police.press_raw(button["callback_data"], card.id)
    assert house.phone(YULAN).everything.count("公安有反馈") == 1


def test_every_step_state_and_situation_has_its_words() -> None:
    keys = [f"case.event.{act.value}" for act in Act]
    keys += [f"case.{part}.{act.value}" for part in ("do", "done", "news") for act in (*STEPPING, *NEEDS_REASON)]
    keys += [f"case.ask.{act.value}" for act in NEEDS_REASON] + [f"case.line.{act.value}" for act in NEEDS_REASON]
    keys += [f"case.state.{one.value}" for one in ReportState] + [f"case.desk.{one.value}" for one in DeskState]
    keys += [f"case.outcome.{one}" for one in OUTCOMES] + [f"report.situation.{code}" for code in SITUATIONS]
    keys += [f"report.kind.{group}" for group in GROUPS] + [f"report.card.{card}" for card in CARDS]
    keys += [f"case.step.{one}" for one in STEPS] + [f"case.safe.{one}" for one in JUDGEMENTS]
    keys += [f"case.tonight.{one}" for one in SAFE_ANSWERS] + [f"clock.tonight.{one}" for one in SAFE_ANSWERS]
    keys += [f"case.items.{one}" for one in ART_92] + [f"report.involved.{one}" for one in INVOLVED]
    keys += [f"clock.name.{one.code}" for one in CLOCKS] + [f"clock.rung.{one.value}" for one in Rung]
    keys += [f"report.around.{one.value}" for one in Conflict if one is not Conflict.NONE]
    keys += [f"report.exact.{code}" for codes in GROUPS.values() if len(codes) > 1 for code in codes]
    keys += [f"report.number.{line}" for one in SITUATIONS.values() for line in one.lines]
    keys += [f"report.line.{one.key}" for one in REPORT.questions] + [
        f"report.ask.{one.key}" for one in REPORT.questions
    ]
    keys += [f"case.impossible.{why}" for why in re.findall(r'Impossible\("(\w+)"\)', CODE)]
    for language in LANGUAGES:
        assert [key for key in keys if key not in catalogue(language)] == []
