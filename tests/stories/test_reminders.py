"""The morning digest: what is due for whom, exactly once, at the right hour, caught up after an outage."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from bot.reminders.proof import prove
from bot.reminders.tick import Scheduler, beat
from bot.worker import House
from db import child_due, children, contacts, deeds, reports
from db.models import outbox, people, posts, reminders
from db.outbox import Urgency, put
from domain.calendar import DAY, at
from domain.contacts import Kind
from domain.policy import COUNTY_DEFAULTS
from domain.reports.case import Act, Event
from domain.reports.conflict import Conflict
from tests.cast import GUIXIANG, HAORAN, HEJING, JIANGUO, MAGUANG, NUANQUAN, POLICE, XIAOHU, XIAOYU, YULAN
from tests.done import all_done, done, id_of, staff_offices
from tests.house import KEYS, TestHouse, fill

pytestmark = pytest.mark.slow  # left out of ./test --fast

MONDAY = date(2026, 11, 16)
FRIDAY = date(2026, 11, 20)


async def file_report(house: TestHouse) -> None:
    """A report that has reached the police and that nobody has signed for."""

    def work(conn: Any) -> None:
        reporter = conn.execute(select(people.c.id).where(people.c.chat_id == YULAN.chat_id)).scalar_one()
        report = reports.file(
            conn, reporter, {}, house.now, situation="R1", urgent=False, conflict=Conflict.NONE, child_id=XIAOHU.id,
            unit=NUANQUAN,
        )  # fmt: skip
        reports.put_event(conn, report, Event(Act.FILED, house.now, person=reporter))
        reports.put_event(conn, report, Event(Act.SENT, house.now, to=POLICE))
        reports.seat_unit(conn, report, POLICE, house.now)

    await house.db.run(work)


async def beat_at(house: TestHouse, day: date, hour: int = 9, minute: int = 0) -> None:
    """The clock stands at that local time, the scheduler beats, and what it says goes out."""
    house.now = at(day, time(hour, minute)).astimezone(UTC)
    await house.scheduler.once()
    await house.settle()


async def rows(house: TestHouse, rule: str = "contact") -> list[Any]:
    return await house.look(
        lambda conn: conn.execute(select(reminders).where(reminders.c.rule == rule).order_by(reminders.c.day)).all()
    )


async def balanced(house: TestHouse) -> bool:
    proof = await house.look(lambda conn: prove(conn, house.now))
    return proof.books.balanced


@pytest.fixture
async def quiet_house(house: TestHouse) -> TestHouse:
    """All work was done on Monday: the red child wants a contact a week later, the others later still.

    Every office a report may go to is staffed: a vacant one is an alarm of its own (test_report_clocks.py).
    """
    await all_done(house, MONDAY)
    await house.db.run(lambda conn: settle_units(conn, house.now))
    await staff_offices(house)
    return house


def settle_units(conn: Connection, now: datetime) -> None:
    """Every unit has done what the plan asks of it this year and at the turn of the next: another story."""
    for duty in deeds.open_duties(conn, now):
        for weeks in range(0, 14, 2):
            day = now.date() + weeks * 7 * DAY
            deeds.put(conn, duty.duty.code, duty.unit, day, now, by=None, demo=True)


async def test_what_a_unit_owes_stands_in_the_digest_below_the_children(house: TestHouse) -> None:
    await all_done(house, MONDAY)
    supervisor = house.phone(JIANGUO)
    await beat_at(house, date(2026, 12, 1))  # 30 days ahead
    assert "📌 本单位要做的：\n• 全面摸底排查12月31日到期" in supervisor.text
    await supervisor.press("单位任务")
    await supervisor.press("全面摸底排查做了")
    await supervisor.press("今天")
    await supervisor.press("跳过")
    await supervisor.press("跳过")
    await supervisor.press("确认")
    told = len(supervisor.messages)
    await beat_at(house, date(2026, 12, 24))  # a week ahead: settled, so nothing more is said
    assert all("摸底排查12月31日" not in message.text for message in supervisor.messages[told:])


async def test_three_days_before_it_is_due_the_director_is_told_in_codes_not_names(quiet_house: TestHouse) -> None:
    phone = quiet_house.phone(YULAN)
    await beat_at(quiet_house, FRIDAY - DAY)
    assert phone.messages == []
    await beat_at(quiet_house, FRIDAY)
    assert "🔴3号" in phone.text and "11月23日到期" in phone.text
    assert "蒋" not in phone.everything and "浩然" not in phone.everything
    assert phone.has_button("3号 记联系") and phone.has_button("今天")


async def test_the_button_opens_the_form_of_that_child(quiet_house: TestHouse) -> None:
    phone = quiet_house.phone(YULAN)
    await beat_at(quiet_house, FRIDAY)
    await phone.press("3号 记联系")
    assert "蒋浩然" in phone.text


async def test_beating_again_says_nothing_twice(quiet_house: TestHouse) -> None:
    phone = quiet_house.phone(YULAN)
    for minute in (0, 1, 30):
        await beat_at(quiet_house, FRIDAY, 9, minute)
    await quiet_house.restart()
    await beat_at(quiet_house, FRIDAY, 16)
    assert len(phone.messages) == 1
    assert await balanced(quiet_house)


async def test_two_schedulers_at_once_send_one_digest(quiet_house: TestHouse) -> None:
    other = Scheduler(quiet_house.db, House(quiet_house.tree, demo=True), now=lambda: quiet_house.now)
    quiet_house.now = at(FRIDAY, time(9)).astimezone(UTC)
    assert await quiet_house.scheduler.once() + await other.once() == 1


async def test_nothing_goes_out_before_nine_and_a_contact_logged_at_eight_makes_it_moot(quiet_house: TestHouse) -> None:
    phone = quiet_house.phone(YULAN)
    await beat_at(quiet_house, FRIDAY, 0, 5)
    assert [row.state for row in await rows(quiet_house)] == ["held"]
    assert await balanced(quiet_house)
    await beat_at(quiet_house, FRIDAY, 8, 30)
    await done(quiet_house, HAORAN, FRIDAY)
    await beat_at(quiet_house, FRIDAY, 9)
    assert phone.messages == []
    assert [row.state for row in await rows(quiet_house)] == ["moot"]
    assert await balanced(quiet_house)


async def test_a_record_withdrawn_again_brings_the_reminder_back_the_next_morning(quiet_house: TestHouse) -> None:
    phone = quiet_house.phone(YULAN)
    monday = date(2026, 11, 23)
    await beat_at(quiet_house, FRIDAY, 0, 5)
    logged = await done(quiet_house, HAORAN, FRIDAY)
    await beat_at(quiet_house, FRIDAY)
    await quiet_house.db.run(lambda conn: contacts.withdraw(conn, logged.id))
    await quiet_house.db.run(lambda conn: child_due.refresh_due(conn, [HAORAN.id], COUNTY_DEFAULTS))
    assert phone.messages == []
    await beat_at(quiet_house, monday - DAY)
    await beat_at(quiet_house, monday)
    assert "今天到期" in phone.text
    assert await balanced(quiet_house)


async def test_what_falls_due_on_saturday_goes_out_on_monday_and_is_not_late(quiet_house: TestHouse) -> None:
    phone = quiet_house.phone(YULAN)
    saturday = FRIDAY + DAY
    await done(quiet_house, HAORAN, MONDAY + DAY)  # due on the 24th: three days before is Saturday
    await beat_at(quiet_house, saturday)
    assert phone.messages == []
    assert [row.state for row in await rows(quiet_house)] == ["held"]
    await beat_at(quiet_house, saturday + 2 * DAY)
    assert "11月24日到期" in phone.text and "补发" not in phone.text


async def test_a_person_has_their_own_hour(quiet_house: TestHouse) -> None:
    phone = quiet_house.phone(YULAN)
    await quiet_house.db.run(
        lambda conn: conn.execute(update(people).where(people.c.chat_id == YULAN.chat_id).values(digest_hour="18:30"))
    )
    await beat_at(quiet_house, FRIDAY, 9)
    await beat_at(quiet_house, FRIDAY, 18, 29)
    assert phone.messages == []
    await beat_at(quiet_house, FRIDAY, 18, 30)
    assert "3号" in phone.text


async def test_after_an_outage_the_missed_step_comes_once_and_says_that_it_is_late(quiet_house: TestHouse) -> None:
    phone = quiet_house.phone(YULAN)
    await beat_at(quiet_house, FRIDAY - DAY)
    # down from Friday to Wednesday: the steps of the 20th and the 23rd pass unseen
    await beat_at(quiet_house, date(2026, 11, 25), 10)
    assert len(phone.messages) == 1
    assert "已超2天" in phone.text and "补发" in phone.text
    assert {row.day: (row.state, row.late) for row in await rows(quiet_house)} == {
        date(2026, 11, 20): ("moot", True),
        date(2026, 11, 23): ("sent", True),
    }
    await beat_at(quiet_house, date(2026, 11, 25), 10, 30)
    assert len(phone.messages) == 1
    assert await balanced(quiet_house)


async def test_before_the_first_beat_nothing_was_promised_so_nothing_is_late(house: TestHouse) -> None:
    await beat_at(house, FRIDAY)
    phone = house.phone(YULAN)
    assert "已超" in phone.text and "补发" not in phone.text


async def test_a_digest_the_sender_could_not_deliver_by_noon_is_asked_anew_in_the_afternoon(
    quiet_house: TestHouse,
) -> None:
    phone = quiet_house.phone(YULAN)
    quiet_house.now = at(FRIDAY, time(9)).astimezone(UTC)
    await quiet_house.scheduler.once()  # queued; the line is down, nothing is sent
    quiet_house.now = at(FRIDAY, time(12, 5)).astimezone(UTC)
    await quiet_house.scheduler.once()
    await quiet_house.settle()
    assert phone.messages == []
    await done(quiet_house, HAORAN, FRIDAY)
    await done(quiet_house, XIAOHU, date(2026, 8, 21), Kind.HOME_VISIT)  # long ago, entered late: changes nothing
    await beat_at(quiet_house, FRIDAY, 14, 30)
    assert phone.messages == []
    assert [row.state for row in await rows(quiet_house)] == ["moot"]


async def test_a_digest_taken_back_goes_out_when_quiet_hours_end(quiet_house: TestHouse) -> None:
    phone = quiet_house.phone(YULAN)
    quiet_house.now = at(FRIDAY, time(9)).astimezone(UTC)
    await quiet_house.scheduler.once()
    quiet_house.now = at(FRIDAY, time(12, 5)).astimezone(UTC)
    await quiet_house.scheduler.once()
    await beat_at(quiet_house, FRIDAY, 14, 30)
    assert len(phone.messages) == 1
    assert [row.state for row in await rows(quiet_house)] == ["sent"]


async def test_a_crash_between_sending_and_marking_sends_again_and_loses_nothing(quiet_house: TestHouse) -> None:
    phone = quiet_house.phone(YULAN)
    await beat_at(quiet_house, FRIDAY)

    def forget(conn: Any) -> None:  # as if the process had died before it could write down that it was sent
        conn.execute(update(outbox).where(outbox.c.digest_id.is_not(None)).values(state="waiting"))
        conn.execute(update(reminders).values(state="held", settled_at=None))

    await quiet_house.db.run(forget)
    await quiet_house.restart()
    await beat_at(quiet_house, FRIDAY, 9, 1)
    assert len(phone.messages) == 2
    assert [row.state for row in await rows(quiet_house)] == ["sent"]


async def test_who_blocked_the_bot_is_unreachable_and_the_books_still_balance(quiet_house: TestHouse) -> None:
    quiet_house.line.blocked.add(YULAN.chat_id)
    await beat_at(quiet_house, FRIDAY)
    assert [row.state for row in await rows(quiet_house)] == ["unreachable"]
    await beat_at(quiet_house, date(2026, 11, 23))
    assert [row.state for row in await rows(quiet_house)] == ["unreachable", "unreachable"]
    assert await balanced(quiet_house)


async def test_of_somebody_without_a_chat_the_supervisor_hears_by_post_and_place(quiet_house: TestHouse) -> None:
    await quiet_house.db.run(
        lambda conn: conn.execute(update(people).where(people.c.chat_id == YULAN.chat_id).values(chat_id=None))
    )
    await beat_at(quiet_house, FRIDAY)
    await beat_at(quiet_house, date(2026, 11, 23))
    supervisor = quiet_house.phone(JIANGUO)
    assert len(supervisor.messages) == 1 and "暖泉村" in supervisor.text and "儿童主任" in supervisor.text
    assert YULAN.name not in supervisor.text
    assert [row.state for row in await rows(quiet_house)] == ["unreachable", "unreachable"]
    assert await balanced(quiet_house)


async def test_the_work_of_a_vacant_post_reaches_the_supervisor_with_the_village_named(quiet_house: TestHouse) -> None:
    await quiet_house.db.run(
        lambda conn: conn.execute(update(posts).where(posts.c.unit == NUANQUAN).values(holder=None))
    )
    await beat_at(quiet_house, FRIDAY)
    assert quiet_house.phone(YULAN).messages == []
    assert "🔴3号" in quiet_house.phone(JIANGUO).text


async def test_work_a_week_overdue_asks_the_supervisor_to_help_and_three_weeks_the_county(
    quiet_house: TestHouse,
) -> None:
    supervisor, county = quiet_house.phone(JIANGUO), quiet_house.phone(HEJING)
    due = date(2026, 11, 23)
    day = FRIDAY
    while day <= due + 7 * DAY:
        await beat_at(quiet_house, day)
        day += DAY
    assert supervisor.messages == []
    await beat_at(quiet_house, due + 8 * DAY)
    assert "需要帮一把" in supervisor.text and "暖泉村：1 件，最久超8天" in supervisor.text
    assert YULAN.name not in supervisor.everything
    assert "暖泉村" not in county.everything  # on the 1st it has had its month, and nothing has risen to it yet
    told = len(supervisor.messages)
    await beat_at(quiet_house, due + 9 * DAY)
    assert len(supervisor.messages) == told  # told once, and again only when more has risen
    await beat_at(quiet_house, due + 22 * DAY)
    assert "暖泉村" in county.text


async def test_the_five_most_urgent_stand_in_the_digest_with_the_number_left(quiet_house: TestHouse) -> None:
    from dataclasses import replace

    from db.types import new_id

    many = [
        replace(
            XIAOYU,
            id=new_id(),
            file_no=f"GT-106-001-{serial:04}",
            id_no=None,
            household=None,
            added_on=date(2026, 11, 13),
        )
        for serial in range(11, 23)
    ]
    await quiet_house.db.run(
        lambda conn: children.add_children(
            conn, many, quiet_house.now, COUNTY_DEFAULTS, by=None, source="test", demo=True
        )
    )
    await beat_at(quiet_house, FRIDAY)
    phone = quiet_house.phone(YULAN)
    assert "有 13 个孩子" in phone.text and "还有 8 个" in phone.text
    first = phone.text.splitlines()[1:6]  # the first visits are due today, the red child's call in three days
    assert all("第一次家访今天到期（建档后还没有过）" in line for line in first)
    assert len(phone.text.splitlines()) <= 12 and len(phone.last.buttons) <= 6


async def test_brother_and_sister_stand_on_one_line(quiet_house: TestHouse) -> None:
    await done(quiet_house, HAORAN, date(2026, 12, 29))
    await beat_at(quiet_house, date(2026, 12, 31))  # the month of both ends today; they live with their grandmother
    lines = quiet_house.phone(YULAN).text.splitlines()
    assert any(line.startswith("🟡2号、🟢1号（同户）：") for line in lines)


async def test_five_hundred_children_make_one_short_digest(quiet_house: TestHouse) -> None:
    from dataclasses import replace

    from db.types import new_id

    many = [
        replace(XIAOYU, id=new_id(), file_no=f"GT-106-001-{serial:04}", id_no=None, household=f"h{serial // 2}",
                added_on=date(2026, 11, 13))
        for serial in range(500, 1000)
    ]  # fmt: skip
    await quiet_house.db.run(
        lambda conn: children.add_children(
            conn, many, quiet_house.now, COUNTY_DEFAULTS, by=None, source="test", demo=True
        )
    )
    await beat_at(quiet_house, FRIDAY)
    phone = quiet_house.phone(YULAN)
    assert len(phone.messages) == 1 and len(phone.text) < 700
    assert "有 501 个孩子" in phone.text and "还有 491 个" in phone.text and phone.text.count("（同户）") == 5
    assert await balanced(quiet_house)


async def test_after_an_outage_the_first_digest_says_how_long_nothing_came(quiet_house: TestHouse) -> None:
    phone = quiet_house.phone(YULAN)
    await beat_at(quiet_house, FRIDAY - DAY)
    await beat_at(quiet_house, date(2026, 12, 2))  # thirteen days over the end of the month
    assert "⚠️ 提醒停了 12 天（11月20日到12月1日）" in phone.text
    await beat_at(quiet_house, date(2026, 12, 3))
    await beat_at(quiet_house, date(2026, 12, 5))
    assert all("提醒停了" not in message.text for message in phone.messages[1:])
    assert await balanced(quiet_house)


async def test_more_messages_than_a_day_may_have_come_together_the_next_morning(quiet_house: TestHouse) -> None:
    phone = quiet_house.phone(YULAN)

    def tell(conn: Any, text: str, urgency: Urgency = Urgency.NOTICE) -> None:
        put(conn, YULAN.chat_id, "sendMessage", {"text": text}, quiet_house.now, urgency=urgency)

    quiet_house.now = at(FRIDAY - DAY, time(15)).astimezone(UTC)
    for number in range(1, 9):
        await quiet_house.db.run(lambda conn, number=number: tell(conn, f"通知{number}"))
    await quiet_house.db.run(lambda conn: tell(conn, "马上", Urgency.EMERGENCY))
    await quiet_house.settle()
    assert [message.text for message in phone.messages] == [*(f"通知{number}" for number in range(1, 6)), "马上"]
    await beat_at(quiet_house, FRIDAY, 0, 5)
    assert len(phone.messages) == 6
    await beat_at(quiet_house, FRIDAY)
    assert "3号" in phone.messages[6].text  # the morning's digest has a place of its own
    assert "共 3 条" in phone.text and all(f"通知{number}" in phone.text for number in (6, 7, 8))
    await beat_at(quiet_house, FRIDAY + DAY)
    assert len(phone.messages) == 8
    assert await balanced(quiet_house)


async def test_getting_part_of_the_work_done_is_no_new_call_for_help(quiet_house: TestHouse) -> None:
    supervisor = quiet_house.phone(JIANGUO)
    day = FRIDAY
    while day <= date(2026, 12, 31):
        if day == date(2026, 12, 23):
            await done(quiet_house, XIAOYU, day)
        await beat_at(quiet_house, day)
        day += DAY
    calls = await quiet_house.look(
        lambda conn: conn.execute(
            select(reminders.c.day).where(
                reminders.c.rule == "help_needed.supervisor", reminders.c.subject == f"unit:{NUANQUAN}",
                reminders.c.state == "sent",
            ).order_by(reminders.c.settled_at)
        ).scalars().all()
    )  # fmt: skip
    assert len(calls) > 1 and calls == sorted(calls)  # each is of a later rise than the one before
    assert supervisor.messages
    assert await balanced(quiet_house)


async def test_a_clock_put_back_and_forth_says_nothing_twice(quiet_house: TestHouse) -> None:
    phone = quiet_house.phone(YULAN)
    await beat_at(quiet_house, FRIDAY, 9, 10)
    await beat_at(quiet_house, FRIDAY, 8, 10)
    await beat_at(quiet_house, FRIDAY - DAY, 9)
    await beat_at(quiet_house, FRIDAY, 9)
    assert len(phone.messages) == 1


async def test_a_beat_with_nothing_to_do_asks_no_rule(quiet_house: TestHouse) -> None:
    await beat_at(quiet_house, FRIDAY)
    asked: list[str] = []

    def count(conn: Any) -> None:
        from sqlalchemy import event

        event.listen(conn, "before_cursor_execute", lambda *args: asked.append(args[2]))
        beat(conn, quiet_house.now + timedelta(minutes=1), quiet_house.tree)

    await quiet_house.db.run(count)
    assert not any("FROM children" in statement or "FROM contacts" in statement for statement in asked)
    assert (
        len(asked) <= 9
    )  # settings, when it last beat, two for open reports and half-told ones, drills, survey, rows …


async def test_a_report_without_receipt_is_brought_up_the_next_day_even_on_saturday_but_not_at_night(
    quiet_house: TestHouse,
) -> None:
    saturday = FRIDAY + DAY
    officer = quiet_house.phone(MAGUANG)
    quiet_house.now = at(FRIDAY, time(16)).astimezone(UTC)
    await file_report(quiet_house)
    await beat_at(quiet_house, FRIDAY, 16)
    await beat_at(quiet_house, saturday, 0, 5)
    await beat_at(quiet_house, saturday, 7)
    assert "还没有签收" not in officer.everything  # the clock of 30 minutes has been at work at night, this has not
    await beat_at(quiet_house, saturday, 7, 30)
    assert "1 份强制报告还没有签收" in officer.text and "11月20日" in officer.text
    assert "小虎" not in officer.everything
    assert officer.has_button("打开案件")
    await beat_at(quiet_house, saturday, 10)
    assert officer.everything.count("还没有签收") == 1
    assert await balanced(quiet_house)


async def test_the_deputy_of_an_empty_chair_gets_the_digest(quiet_house: TestHouse) -> None:
    deputy = await id_of(quiet_house, GUIXIANG)
    await quiet_house.db.run(
        lambda conn: conn.execute(update(posts).where(posts.c.unit == NUANQUAN).values(holder=None, deputy=deputy))
    )
    await beat_at(quiet_house, FRIDAY)
    assert "🔴3号" in quiet_house.phone(GUIXIANG).text
    assert quiet_house.phone(YULAN).messages == []


async def test_the_clockwork_beats_at_once_when_it_starts_and_ends_when_it_is_stopped(quiet_house: TestHouse) -> None:
    quiet_house.now = at(FRIDAY, time(9)).astimezone(UTC)
    said = asyncio.Event()
    shared = House(quiet_house.tree, demo=True)
    scheduler = Scheduler(quiet_house.db, shared, now=lambda: quiet_house.now, wake_sender=said.set)
    running = asyncio.create_task(scheduler.run())
    await asyncio.wait_for(said.wait(), 20)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await quiet_house.settle()
    assert "3号" in quiet_house.phone(YULAN).text


async def test_a_beat_that_fails_rolls_back_and_the_next_one_makes_up_for_it(
    quiet_house: TestHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet_house.now = at(FRIDAY, time(9)).astimezone(UTC)
    with monkeypatch.context() as broken:
        broken.setattr("bot.reminders.rules.morning", lambda *args: 1 / 0)
        await quiet_house.scheduler._safely()
    assert await rows(quiet_house) == []
    await beat_at(quiet_house, FRIDAY, 9, 1)
    assert len(quiet_house.phone(YULAN).messages) == 1


@pytest.mark.postgres
@pytest.mark.slow
async def test_four_schedulers_on_postgresql_send_one_digest_to_each(postgres_url: str, tmp_path: Path) -> None:
    await fill(postgres_url)
    house = await TestHouse(tmp_path / "unused", KEYS, postgres_url).open()
    try:
        await all_done(house, MONDAY)
        shared = House(house.tree, demo=True)
        four = [Scheduler(house.db, shared, now=lambda: house.now) for _ in range(4)]
        for day in (FRIDAY, FRIDAY + DAY, FRIDAY + 3 * DAY):
            house.now = at(day, time(9)).astimezone(UTC)
            await asyncio.gather(*(one.once() for one in four))
            await house.settle()
            assert await balanced(house)
        assert len(house.phone(YULAN).messages) == 2
        house.now = at(FRIDAY + 6 * DAY, time(9)).astimezone(UTC)
        await four[0].once()
        house.now = at(FRIDAY + 6 * DAY, time(12, 30)).astimezone(UTC)
        await four[1].once()  # the line was down: taken back for the quiet hours
        house.now = at(FRIDAY + 6 * DAY, time(14, 30)).astimezone(UTC)
        assert sum(await asyncio.gather(*(one.once() for one in four))) >= 1
        await house.settle()
        assert len(house.phone(YULAN).messages) == 3
    finally:
        await house.close()
