"""晚点再提醒 and 延期: with a reason and a cap, shown, taken back; what may not wait, does not."""

from __future__ import annotations

from datetime import UTC, date, time
from typing import Any

import pytest
from sqlalchemy import select

from db.models import journal, snoozes
from domain.calendar import DAY, at
from tests.cast import HAORAN, JIANGUO, YULAN
from tests.done import done
from tests.house import TestHouse
from tests.phone import Phone
from tests.stories.mornings import balanced, beat_at, rows

pytestmark = pytest.mark.slow
TUESDAY = date(2026, 11, 24)  # the red child's call was due on Monday


async def later(phone: Phone, reason: str = "下地忙", until: str = "3天后") -> str:
    await phone.send("今天")
    await phone.press("1 ⏰ 晚点")
    await phone.press(reason)
    return await phone.press(until)


def clock(house: TestHouse, day: date, hour: int = 10) -> None:
    house.now = at(day, time(hour)).astimezone(UTC)


async def test_what_is_put_off_is_not_brought_up_before_that_day_and_then_again(quiet_house: TestHouse) -> None:
    phone = quiet_house.phone(YULAN)
    await beat_at(quiet_house, TUESDAY)
    assert "3号" in phone.text
    assert "11月27日再提醒您" in await later(phone)
    assert "⏰已延后到11月27日" in await phone.send("今天")
    told = len(phone.messages)
    for days in (1, 2):
        await beat_at(quiet_house, TUESDAY + days * DAY, 0, 5)
        await beat_at(quiet_house, TUESDAY + days * DAY)  # Thursday would have been a step
        assert await balanced(quiet_house)
    assert len(phone.messages) == told
    await beat_at(quiet_house, TUESDAY + 3 * DAY)
    assert "🔴3号：联系已超4天" in phone.text and "补发" not in phone.text
    assert [row.day for row in await rows(quiet_house) if row.state == "sent"][-1] == TUESDAY + 3 * DAY
    assert await balanced(quiet_house)


async def test_taken_back_it_is_brought_up_as_usual(quiet_house: TestHouse) -> None:
    phone = quiet_house.phone(YULAN)
    await beat_at(quiet_house, TUESDAY)
    await later(phone)
    await phone.send("今天")
    assert "收回了" in await phone.press("1 ↩️ 收回")
    assert "已延后" not in await phone.send("今天")
    told = len(phone.messages)
    await beat_at(quiet_house, TUESDAY + 2 * DAY)
    assert len(phone.messages) == told + 1 and "3号" in phone.text
    assert await balanced(quiet_house)


async def test_twice_in_a_row_is_the_end_of_it(quiet_house: TestHouse) -> None:
    phone = quiet_house.phone(YULAN)
    clock(quiet_house, TUESDAY)
    for _ in range(2):
        await later(phone, until="明天")
        clock(quiet_house, quiet_house.today + 2 * DAY)
    await phone.send("今天")
    assert "已经推过两次" in await phone.press("1 ⏰ 晚点")
    await done(quiet_house, HAORAN, quiet_house.today)  # the next one is another item
    clock(quiet_house, quiet_house.today + 9 * DAY)
    await phone.send("今天")
    assert "为什么要晚点" in await phone.press("1 ⏰ 晚点")


async def test_never_longer_than_the_county_allows_whatever_an_old_button_says(quiet_house: TestHouse) -> None:
    clock(quiet_house, TUESDAY)
    phone = quiet_house.phone(YULAN)
    await phone.send("今天")
    await phone.press_raw("do:snooze.put:GT-106-001-0003|farm|99", 1)
    until = await quiet_house.look(lambda conn: conn.execute(select(snoozes.c.until)).scalars().all())
    assert until == [TUESDAY + 7 * DAY]


async def test_a_red_childs_overdue_visit_does_not_wait(quiet_house: TestHouse) -> None:
    clock(quiet_house, date(2026, 12, 18))
    await done(quiet_house, HAORAN, quiet_house.today)
    await quiet_house.phone(YULAN).press_raw("do:snooze.ask:GT-106-001-0003", 1)
    assert "红色" in quiet_house.phone(YULAN).text


async def test_somebody_elses_child_cannot_be_put_off(quiet_house: TestHouse) -> None:
    clock(quiet_house, TUESDAY)
    await quiet_house.phone(YULAN).press_raw("do:snooze.put:GT-106-002-0001|farm|1", 1)
    assert await quiet_house.look(lambda conn: conn.execute(select(snoozes)).all()) == []


async def test_the_supervisors_call_for_help_goes_on_counting(quiet_house: TestHouse) -> None:
    day = TUESDAY
    await beat_at(quiet_house, day)
    await later(quiet_house.phone(YULAN), until="一周后")
    while day <= date(2026, 12, 1):
        await beat_at(quiet_house, day)
        day += DAY
    assert "暖泉村：1 件" in quiet_house.phone(JIANGUO).text


async def test_the_supervisor_gives_more_time_and_the_village_hears_of_it(quiet_house: TestHouse) -> None:
    clock(quiet_house, date(2026, 12, 1))
    await quiet_house.phone(JIANGUO).press_raw("do:snooze.extend:GT-106-001-0003", 1)
    supervisor, director = quiet_house.phone(JIANGUO), quiet_house.phone(YULAN)
    await supervisor.press("天气不好")
    await supervisor.press("3天后")
    assert "延到12月4日" in supervisor.text
    assert "督导员给您延到12月4日" in director.text and HAORAN.name not in director.text
    told = len(director.messages)
    await beat_at(quiet_house, date(2026, 12, 2))
    assert all("3号：联系" not in message.text for message in director.messages[told:])


async def test_it_is_journaled_with_its_reason(quiet_house: TestHouse) -> None:
    clock(quiet_house, TUESDAY)
    await later(quiet_house.phone(YULAN), reason="天气不好")
    found: Any = await quiet_house.look(
        lambda conn: conn.execute(select(journal.c.detail).where(journal.c.action == "snooze.made")).scalar_one()
    )
    assert found == {"reason": "weather", "until": "2026-11-27", "count": 1}
