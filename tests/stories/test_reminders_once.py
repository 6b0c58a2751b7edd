"""Every reminder exactly once: several schedulers, crashes, outages, people who cannot be reached, clocks put back."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.reminders.tick import Scheduler, beat
from bot.worker import House
from db.models import outbox, reminders
from domain.calendar import DAY, at
from domain.contacts import Kind
from tests.cast import HAORAN, XIAOHU, YULAN
from tests.done import all_done, done
from tests.house import KEYS, TestHouse, fill
from tests.stories.mornings import FRIDAY, MONDAY, balanced, beat_at, rows

pytestmark = pytest.mark.slow  # left out of ./test --fast


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


async def test_after_an_outage_the_first_digest_says_how_long_nothing_came(quiet_house: TestHouse) -> None:
    phone = quiet_house.phone(YULAN)
    await beat_at(quiet_house, FRIDAY - DAY)
    await beat_at(quiet_house, date(2026, 12, 2))  # thirteen days over the end of the month
    assert "⚠️ 提醒停了 12 天（11月20日到12月1日）" in phone.text
    await beat_at(quiet_house, date(2026, 12, 3))
    await beat_at(quiet_house, date(2026, 12, 5))
    assert all("提醒停了" not in message.text for message in phone.messages[1:])
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
    # settings, when it last beat, two for open reports and half-told ones, drills, survey, rows …; and PostgreSQL's lock
    assert len(asked) <= 9 + quiet_house.on_postgresql


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
