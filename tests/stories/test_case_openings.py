"""A case as each reader needs it: why it is opened, which clocks come first, 110 above all, the way back, and few messages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from bot.reminders import clocks
from db import policy as policy_rows
from db.models import journal, outbox
from domain.reports.case import Act
from tests.cast import CUIFANG, HEJING, JIANGUO, MAGUANG, YULAN
from tests.house import TestHouse
from tests.stories.case_desks import filed, step
from tests.stories.report_hours import events_of
from tests.stories.test_case_tasks import tell


async def reasons(house: TestHouse) -> list[str]:
    """Why cases were opened, one for every opening."""

    def query(conn: Connection) -> list[dict[str, Any]]:
        rows = conn.execute(select(journal.c.detail).where(journal.c.action == "case.read").order_by(journal.c.id))
        return list(rows.scalars())

    return [detail["reason"] for detail in await house.look(query)]


async def later(house: TestHouse, **span: float) -> None:
    house.pass_time(**span)
    await house.db.run(
        lambda conn: clocks.beat(conn, house.now, house.tree, policy_rows.current(conn, house.now))
    )
    await house.settle()


async def test_each_opening_has_its_reason_asked_once_a_case_and_day(house: TestHouse) -> None:
    report = await filed(house)
    officer, county, reporter = house.phone(MAGUANG), house.phone(HEJING), house.phone(YULAN)
    await officer.send(f"/cases {report.number}")
    assert "胳膊" in officer.text  # the receipt is owed: nobody is held up
    await officer.press("签收")
    await county.send(f"/cases {report.number}")
    assert "为什么打开" in county.text and "胳膊" not in county.text
    assert len(county.text.splitlines()) == 1
    await county.press("误点")
    assert "案件" in county.text and "胳膊" not in county.everything
    assert await reasons(house) == ["receipt", "step"]
    await county.press(report.number)
    await county.press("督查")
    assert "胳膊" in county.text
    await county.press("案件列表")
    await county.press(report.number)
    assert "胳膊" in county.text  # not asked twice
    await reporter.press("看进展")
    house.pass_time(days=1)
    await county.send(f"/cases {report.number}")
    assert "为什么打开" in county.text
    assert await reasons(house) == ["receipt", "step", "oversee", "oversee", "own"]


async def test_a_clock_says_by_itself_why_the_case_is_opened(house: TestHouse) -> None:
    report = await filed(house)
    await later(house, hours=2, minutes=1)
    officer = house.phone(MAGUANG)
    await officer.press("看内容", on=next(one for one in reversed(officer.messages) if "签收超了" in one.text))
    assert report.number in officer.text
    assert await reasons(house) == ["clock"]


async def test_the_turns_of_one_case_reach_a_watcher_in_one_message(house: TestHouse) -> None:
    report = await filed(house)
    officer, county, supervisor = house.phone(MAGUANG), house.phone(HEJING), house.phone(JIANGUO)
    before = len(supervisor.messages)
    await officer.press("看内容")
    await officer.press("签收")
    await step(officer, "反馈", "已上门看过。")
    house.pass_time(minutes=2)
    assert "公安有反馈" in house.phone(YULAN).text  # the reporter hears at once
    await step(officer, "结案", "已训诫。", choice="已处置")
    await house.settle()
    assert len(supervisor.messages) == before
    house.pass_time(minutes=3)
    await house.settle()
    assert len(supervisor.messages) == before + 1
    assert supervisor.text.count(report.number) == 1
    assert [word in supervisor.text for word in ("公安已签收", "公安有反馈", "公安已结案")] == [True] * 3
    await house.restart()
    house.pass_time(minutes=30)
    await house.settle()
    assert len(supervisor.messages) == before + 1
    assert county.text == supervisor.text


async def test_what_the_county_must_act_on_is_said_at_once_with_what_came_before(house: TestHouse) -> None:
    await filed(house)
    officer, county, supervisor = house.phone(MAGUANG), house.phone(HEJING), house.phone(JIANGUO)
    await officer.press("看内容")
    await officer.press("签收")
    assert "公安已签收" not in county.everything
    await step(officer, "不予受理", "经查系同学打闹。")
    assert "公安已签收" in county.text and "公安不予受理" in county.text and "没有部门接" in county.text
    assert "不予受理" not in supervisor.everything
    said = len(county.messages)
    house.pass_time(minutes=6)
    await house.settle()
    assert "公安不予受理" in supervisor.text
    assert len(county.messages) == said  # nothing is said twice


async def test_whoever_looked_meanwhile_is_not_told_again(house: TestHouse) -> None:
    report = await filed(house)
    officer, supervisor = house.phone(MAGUANG), house.phone(JIANGUO)
    await officer.press("看内容")
    await officer.press("签收")
    await supervisor.press("看内容")
    assert "公安（马光）签收" in supervisor.text
    said = len(supervisor.messages)
    house.pass_time(minutes=10)
    await house.settle()
    assert len(supervisor.messages) == said
    states = await house.look(lambda conn: conn.execute(select(outbox.c.state, outbox.c.params)).all())
    assert [row.params for row in states if row.state == "withdrawn"] == [None]
    assert report.number


async def test_small_news_waits_for_the_morning(house: TestHouse) -> None:
    house.pass_time(hours=12)  # 22:30
    await filed(house)
    officer, supervisor = house.phone(MAGUANG), house.phone(JIANGUO)
    assert "新的强制报告" in supervisor.text  # the report itself never waits
    await officer.press("看内容")
    await officer.press("签收")
    house.pass_time(hours=1)
    await house.settle()
    assert "公安已签收" not in supervisor.text
    assert "公安已签收" in house.phone(YULAN).text
    house.pass_time(hours=11)
    await house.settle()
    assert "公安已签收" in supervisor.text


async def test_each_reader_sees_the_clocks_that_matter_to_them(house: TestHouse) -> None:
    report = await tell(house, YULAN, "殷小虎", kind="没人管")  # police and civil affairs
    officer, county, reporter = house.phone(MAGUANG), house.phone(HEJING), house.phone(YULAN)
    await officer.press("看内容")
    first = next(line for line in officer.text.splitlines() if line[0] in "⏳🔴")
    assert first.startswith("⏳ 签收（公安）")  # the own department's, with the time left
    await reporter.press("看进展")
    assert "到时候没有回话，可以打 <a" in reporter.text and "12309" in reporter.text
    await later(house, hours=3)
    await county.send(f"/cases {report.number}")
    late = [line for line in county.text.splitlines() if line.startswith("🔴")]
    assert late[0].startswith(("🔴 公安：签收超了", "🔴 县民政局：签收超了"))
    assert not county.text.splitlines()[2].startswith("⏳")  # who is late comes first
    await reporter.send(f"/cases {report.number}")
    assert "没有按时回话" in reporter.text


async def test_110_stands_above_a_case_as_long_as_there_may_be_danger(house: TestHouse) -> None:
    report = await filed(house)
    officer, supervisor, reporter = house.phone(MAGUANG), house.phone(JIANGUO), house.phone(YULAN)
    await reporter.press("看进展")
    assert reporter.text.startswith('🆘 还没打 <a href="tel:110">110</a>？')  # a tap dials
    await supervisor.press("看内容")
    assert supervisor.text.startswith("🆘 有危险随时打")
    await officer.press("看内容")
    assert "🆘" not in officer.text  # they are 110
    await officer.press("签收")
    await officer.press("安全评估")
    for button in ("已带到安全的地方", "跳过", "确认"):
        await officer.press(button)
    await supervisor.send(f"/cases {report.number}")
    await reporter.send(f"/cases {report.number}")
    assert "🆘" not in supervisor.text and "🆘" not in reporter.text  # a person has judged the child safe


async def test_words_on_a_card_can_never_become_markup_and_a_long_account_is_shown_whole(house: TestHouse) -> None:
    reporter = house.phone(YULAN)
    await filed(house)
    await reporter.press("看进展")
    await step(reporter, "补充", "<b>5<6</b> & 明天")
    assert "&lt;b&gt;5&lt;6&lt;/b&gt; &amp; 明天" in reporter.text
    await reporter.press("补充")
    long = "<" * 1990
    await reporter.send(long)
    await reporter.press("确认")
    assert long in reporter.everything  # marked up it would not fit one message: said plainly


async def test_back_always_says_where_to_and_a_step_not_taken_leads_back_to_the_case(house: TestHouse) -> None:
    report = await filed(house)
    officer = house.phone(MAGUANG)
    await officer.press("看内容")
    await officer.press("签收")
    await officer.press("记处置")
    await officer.press("训诫")
    assert officer.has_button("↩️ 返回上一题")
    await officer.press("返回上一题")
    assert "做了什么" in officer.text
    await officer.press("取消")
    await officer.press(f"返回案件 {report.number}")
    assert officer.text.startswith(f"📁 {report.number}")
    await officer.press("反馈")
    await officer.send("已上门。")
    await officer.press("修改")
    assert officer.has_button("↩️ 返回核对")
    assert [one.kind for one in await events_of(house, report)][-1] is Act.RECEIVED


async def test_several_late_clocks_of_one_case_are_one_message_and_one_tap_says_they_were_seen(house: TestHouse) -> None:
    report = await tell(house, YULAN, "殷小虎")
    officer = house.phone(MAGUANG)
    await officer.press("看内容")
    await officer.press("签收")
    said = len(officer.messages)
    await later(house, days=5, hours=1)  # nobody looked for days: the judgement and the first answer are both late
    mine = [one.text for one in officer.messages[said:] if report.number in one.text]
    assert mine == [f"🔴 编号 {report.number} 有几项超时，请马上办：\n· 公安：安全评估\n· 公安：第一次反馈"]
    await officer.press("我知道了")
    seen = [one.said("clock") for one in await events_of(house, report) if one.kind is Act.ACKNOWLEDGED]
    assert len(seen) == len(set(seen)) == 2
    data = f"do:clock.seen:{report.id}|all"
    assert "没有找到" in await house.phone(CUIFANG).press_raw(data, 1)  # who was not told says nothing
    assert "已经有人说知道了" in await officer.press_raw(data, 1)
