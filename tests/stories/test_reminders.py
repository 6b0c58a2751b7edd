"""The morning digest: what is due for whom, in which words, at the right hour."""

from __future__ import annotations

from datetime import UTC, date, time
from typing import Any

import pytest
from sqlalchemy import select, update

from db import child_changes, child_due, contacts
from db.models import people, posts, reminders
from db.outbox import Urgency, put
from domain.calendar import DAY, at
from domain.policy import COUNTY_DEFAULTS
from tests.cast import GUIXIANG, HAORAN, HEJING, JIANGUO, MAGUANG, NUANQUAN, XIAOYU, YULAN
from tests.done import all_done, done, id_of
from tests.house import TestHouse
from tests.stories.mornings import FRIDAY, MONDAY, balanced, beat_at, file_report, rows

pytestmark = pytest.mark.slow  # left out of ./test --fast


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
        lambda conn: child_changes.add_children(
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
        lambda conn: child_changes.add_children(
            conn, many, quiet_house.now, COUNTY_DEFAULTS, by=None, source="test", demo=True
        )
    )
    await beat_at(quiet_house, FRIDAY)
    phone = quiet_house.phone(YULAN)
    assert len(phone.messages) == 1 and len(phone.text) < 700
    assert "有 501 个孩子" in phone.text and "还有 491 个" in phone.text and phone.text.count("（同户）") == 5
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
