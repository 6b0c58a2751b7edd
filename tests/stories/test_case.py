"""A report's life behind the desks, seen from three sides."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select, update

from bot.words import LANGUAGES, catalogue
from db import reports as report_rows
from db.models import attachments, journal, people, posts
from db.models import reports as report_table
from db.reports import Report
from db.rows import add
from db.types import new_id
from domain.reports.case import NEEDS_REASON, OUTCOMES, Act, DeskState, Event, ReportState, desks, state
from domain.reports.clocks import CLOCKS
from domain.reports.conflict import Conflict
from domain.reports.crew import Rung
from domain.reports.events import JUDGEMENTS, SAFE_ANSWERS, STEPS
from domain.reports.form import ART_92, INVOLVED, REPORT
from domain.reports.situations import CARDS, GROUPS, SITUATIONS
from tests import cast
from tests.cast import ADMIN, CHANGMING, CUIFANG, HEJING, JIANGUO, LEADER, LUOLAOSHI, MAGUANG, YULAN, Person
from tests.house import TestHouse
from tests.phone import Phone

ROOT = Path(__file__).parents[2]
CODE = "".join((ROOT / one).read_text() for one in ("domain/reports/case.py", "db/reports/desks.py"))
SEEN = "胳膊上青一块紫一块，他说“爸爸用皮带抽我”"


async def filed(house: TestHouse, *, by: Person = YULAN, involved: str = "没有", kind: str = "身上有伤") -> Report:
    phone = house.phone(by)
    await phone.send("/report")
    if "没填完" in phone.text:
        await phone.press("新填一份")
    await phone.press("安全")
    if by is YULAN:
        await phone.press("殷小虎")
    else:
        await phone.send("隔壁家的男孩")
    await phone.press("在学校")
    await phone.press(kind)
    await phone.press(involved)
    await phone.send(SEEN)
    await phone.press("先交上去")
    await phone.press("确认")

    def newest(conn: Connection) -> Report:
        found = conn.execute(select(report_table.c.id).order_by(report_table.c.number.desc())).scalars().first()
        report = report_rows.get(conn, str(found))
        assert report is not None
        return report

    report: Report = await house.look(newest)
    return report


async def step(phone: Phone, button: str, words: str, choice: str | None = None) -> str:
    """A step that wants words: open it, perhaps choose, write, confirm."""
    await phone.press(button)
    if choice:
        await phone.press(choice)
    await phone.send(words)
    return await phone.press("确认")


async def events_of(house: TestHouse, report: Report) -> tuple[Event, ...]:
    found: tuple[Event, ...] = await house.look(lambda conn: report_rows.events(conn, report.id))
    return found


async def second_officer(house: TestHouse) -> Phone:
    def add_deputy(conn: Connection) -> None:
        person = new_id()
        add(conn, people, id=person, name="任磊", chat_id=888, language="zh_CN", bound_at=house.now, demo=True)
        conn.execute(update(posts).where(posts.c.unit == cast.POLICE).values(deputy=person))

    await house.db.run(add_deputy)
    return Phone(house, 888, "任磊")


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


async def test_news_carries_no_name_and_no_injury(house: TestHouse) -> None:
    await filed(house)
    police = house.phone(MAGUANG)
    await police.press("看内容")
    await police.press("签收")
    await step(police, "反馈", "殷小虎的伤已验，柴玉兰可放心。")
    for person in (JIANGUO, HEJING):
        for word in ("殷小虎", "柴玉兰", "马光", "皮带", "伤"):
            assert word not in house.phone(person).everything
    for message in house.phone(YULAN).messages:
        if "有新进展" in message.text:
            assert "伤" not in message.text
            assert "小虎" not in message.text


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


async def test_the_supervisor_reads_and_adds_but_does_not_sign(house: TestHouse) -> None:
    report = await filed(house)
    supervisor = house.phone(JIANGUO)
    said = await supervisor.press("看内容")
    assert "殷某某" in said
    assert [label for label in supervisor.last.labels if "签收" in label or "结案" in label or "转办" in label] == []
    await supervisor.press_raw(f"do:case.act:{report.id}|received", supervisor.last.id)
    assert "现在做不了" in supervisor.text
    await step(supervisor, "补充", "镇上已派人到校。")
    assert "补充了内容" in house.phone(MAGUANG).text


async def test_forged_buttons_of_others_get_the_same_answer_as_a_report_that_does_not_exist(house: TestHouse) -> None:
    report = await filed(house)
    for person in (CHANGMING, CUIFANG, LUOLAOSHI, LEADER, ADMIN):
        phone = house.phone(person)
        said = await phone.press_raw(f"do:case.open:{report.id}", 1)
        nothing = await phone.press_raw(f"do:case.open:{new_id()}", 1)
        assert said == nothing
        for act in ("received", "supplement", "closed", "nonsense"):
            assert await phone.press_raw(f"do:case.act:{report.id}|{act}", 1) == nothing
        assert await phone.press_raw(f"do:case.papers:{report.id}", 1) == nothing
        assert await phone.send("/cases BG-2026-0001") == nothing
    assert [one.kind for one in await events_of(house, report)] == [Act.FILED, Act.SENT]
    tried = await house.look(
        lambda conn: conn.execute(
            select(journal.c.person_id).where(
                journal.c.action == "case.refused", journal.c.subject == f"report:{report.id}"
            )
        ).all()
    )
    assert len({row.person_id for row in tried}) == 5


async def test_a_step_begun_before_the_desk_was_lost_is_refused(house: TestHouse) -> None:
    await filed(house)
    police, second = house.phone(MAGUANG), await second_officer(house)
    await police.press("看内容")
    await police.press("补充")
    await police.send("晚了一步")
    await second.send("/cases")
    await second.press("BG-2026-0001")
    await step(second, "退回", "不归我们。")
    await police.press("确认")
    assert "没有找到" in police.text


async def test_the_reporter_follows_own_reports_and_nobody_elses(house: TestHouse) -> None:
    await filed(house)
    reporter = house.phone(YULAN)
    await reporter.send("我的报告")
    assert "BG-2026-0001" in reporter.last.labels[0]
    assert "我报的" in reporter.last.labels[0]
    await reporter.press("BG-2026-0001")
    assert "皮带" in reporter.text
    assert "签收" not in " ".join(reporter.last.labels)
    assert "没有案件" in await house.phone(CUIFANG).send("我的报告")


async def test_a_leader_who_reported_follows_that_report_too(house: TestHouse) -> None:
    await filed(house, by=LEADER)
    leader = house.phone(LEADER)
    await leader.press("看进展")
    assert "皮带" in leader.text
    await house.phone(MAGUANG).press("看内容")
    await house.phone(MAGUANG).press("签收")
    assert "公安已签收" in leader.text


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


async def test_each_opening_is_written_into_the_journal(house: TestHouse) -> None:
    report = await filed(house)
    await house.phone(MAGUANG).press("看内容")
    rows = await house.look(
        lambda conn: conn.execute(select(journal).where(journal.c.action == "case.read")).all()
    )
    assert [row.subject for row in rows] == [f"report:{report.id}"]
    assert rows[0].detail == {"part": "receiver", "reason": "news"}


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


async def test_whom_a_report_goes_around_is_not_reminded_of_it_either(house: TestHouse) -> None:
    def stands_in(conn: Connection) -> str:
        person: str = conn.execute(select(people.c.id).where(people.c.chat_id == JIANGUO.chat_id)).scalar_one()
        conn.execute(update(posts).where(posts.c.unit == cast.POLICE).values(deputy=person))
        return person

    person = await house.db.run(stands_in)
    await filed(house, involved="镇上有人")
    [owed] = await house.look(report_rows.waiting)
    assert owed.hidden == {person}


async def test_numbers_begin_anew_each_year(house: TestHouse) -> None:
    assert (await filed(house)).number == "BG-2026-0001"
    assert (await filed(house)).number == "BG-2026-0002"
    house.now = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)  # 00:30 on New Year's Day in Gaotai
    assert (await filed(house)).number == "BG-2027-0001"


async def test_open_reports_are_counted_only_for_those_who_may_open_them(house: TestHouse) -> None:
    await filed(house, involved="镇上有人")
    await filed(house)

    def counts(conn: Connection, who: Person | None) -> dict[str, int]:
        from db.people import me_of

        return report_rows.open_by_unit(conn, me_of(conn, who.chat_id) if who else None)

    assert await house.look(lambda conn: counts(conn, None)) == {cast.NUANQUAN: 2}
    assert await house.look(lambda conn: counts(conn, JIANGUO)) == {cast.NUANQUAN: 1}
    assert await house.look(lambda conn: counts(conn, HEJING)) == {cast.NUANQUAN: 2}


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


async def test_an_officer_who_left_hears_nothing_more(house: TestHouse) -> None:
    report = await filed(house)
    second = await second_officer(house)

    def leave(conn: Connection) -> None:
        conn.execute(update(people).where(people.c.chat_id == MAGUANG.chat_id).values(left_on=house.today))

    await house.db.run(leave)
    before = house.phone(MAGUANG).everything
    await second.press_raw(f"do:case.act:{report.id}|received", 1)
    assert "公安已签收" in house.phone(YULAN).text
    assert house.phone(MAGUANG).everything == before
    assert "还没有登记" in await house.phone(MAGUANG).press_raw(f"do:case.open:{report.id}", 1)


async def test_no_picture_reaches_a_case_but_a_paper(house: TestHouse) -> None:
    await filed(house)
    police = house.phone(MAGUANG)
    await police.press("看内容")
    await police.press("补充")
    await police.send_photo()
    kept = await house.look(lambda conn: conn.execute(select(attachments.c.subject)).scalars().all())
    assert [subject for subject in kept if subject] == []


STEPPING = (Act.RECEIVED, Act.CALLED, Act.STEP, Act.JUDGED, Act.RISK, Act.GUARDIANSHIP)


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
    keys += [f"report.line.{one.key}" for one in REPORT.questions] + [f"report.ask.{one.key}" for one in REPORT.questions]
    keys += [f"case.impossible.{why}" for why in re.findall(r'Impossible\("(\w+)"\)', CODE)]
    for language in LANGUAGES:
        assert [key for key in keys if key not in catalogue(language)] == []
