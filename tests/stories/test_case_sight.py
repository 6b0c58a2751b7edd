"""Who sees a case and hears of it: the reporter, the supervisor, the desks; nobody else, and no more than they need."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from db import reports as report_rows
from db.models import attachments, journal, people, posts
from db.types import new_id
from domain.reports.case import Act
from tests import cast
from tests.cast import ADMIN, CHANGMING, CUIFANG, HEJING, JIANGUO, LEADER, LUOLAOSHI, MAGUANG, YULAN, Person
from tests.house import TestHouse
from tests.stories.case_desks import filed, second_officer, step
from tests.stories.report_hours import events_of


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


async def test_each_opening_is_written_into_the_journal(house: TestHouse) -> None:
    report = await filed(house)
    await house.phone(MAGUANG).press("看内容")
    rows = await house.look(lambda conn: conn.execute(select(journal).where(journal.c.action == "case.read")).all())
    assert [row.subject for row in rows] == [f"report:{report.id}"]
    assert rows[0].detail == {"part": "receiver", "reason": "news"}


async def test_whom_a_report_goes_around_is_not_reminded_of_it_either(house: TestHouse) -> None:
    def stands_in(conn: Connection) -> str:
        person: str = conn.execute(select(people.c.id).where(people.c.chat_id == JIANGUO.chat_id)).scalar_one()
        conn.execute(update(posts).where(posts.c.unit == cast.POLICE).values(deputy=person))
        return person

    person = await house.db.run(stands_in)
    await filed(house, involved="镇上有人")
    [owed] = await house.look(report_rows.waiting)
    assert owed.hidden == {person}


async def test_open_reports_are_counted_only_for_those_who_may_open_them(house: TestHouse) -> None:
    await filed(house, involved="镇上有人")
    await filed(house)

    def counts(conn: Connection, who: Person | None) -> dict[str, int]:
        from db.people import me_of

        return report_rows.open_by_unit(conn, me_of(conn, who.chat_id) if who else None)

    assert await house.look(lambda conn: counts(conn, None)) == {cast.NUANQUAN: 2}
    assert await house.look(lambda conn: counts(conn, JIANGUO)) == {cast.NUANQUAN: 1}
    assert await house.look(lambda conn: counts(conn, HEJING)) == {cast.NUANQUAN: 2}


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
