"""Working days, months and quiet hours of the county."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import (
    DAY,
    LOCAL,
    STATUTORY,
    Break,
    Quiet,
    add_months,
    add_working_days,
    at,
    days,
    local_day,
    month_end,
    next_working_day,
    period_end,
    period_start,
    quiet,
    quiet_until,
    working_day,
)
from domain.festivals import festivals

ANY_DAY = st.dates(date(2024, 1, 1), date(2030, 12, 31))


def test_the_spring_festival_of_2026_is_nine_days_off_between_two_worked_saturdays() -> None:
    off = [day for day in days(date(2026, 2, 14), date(2026, 2, 28)) if not working_day(day)]
    assert off == list(days(date(2026, 2, 15), date(2026, 2, 23)))


def test_make_up_days_are_worked_although_they_are_on_a_weekend() -> None:
    made_up = [date(2026, m, d) for m, d in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))]
    assert all(day.weekday() >= 5 and working_day(day) for day in made_up)


def test_2026_has_the_number_of_working_days_the_state_council_arranged() -> None:
    worked = sum(map(working_day, days(date(2026, 1, 1), date(2026, 12, 31))))
    weekdays = sum(day.weekday() < 5 for day in days(date(2026, 1, 1), date(2026, 12, 31)))
    weekday_holidays = 2 + 6 + 1 + 3 + 1 + 1 + 5  # 元旦 春节 清明 劳动 端午 中秋 国庆
    assert worked == weekdays - weekday_holidays + 6


def test_a_year_nobody_has_entered_has_the_likely_holidays_and_says_that_they_may_move() -> None:
    spring_festival = date(2027, 2, 8)  # a Monday
    assert not working_day(spring_festival)
    assert working_day(date(2027, 2, 15))
    assert STATUTORY.provisional(spring_festival)
    assert not STATUTORY.provisional(date(2026, 1, 1))


def test_the_festivals_of_2027_fall_where_the_almanac_has_them() -> None:
    assert festivals(2027) == {
        "小年": date(2027, 1, 30),
        "除夕": date(2027, 2, 5),
        "春节": date(2027, 2, 6),
        "元宵": date(2027, 2, 20),
        "清明": date(2027, 4, 5),
        "端午": date(2027, 6, 9),
        "中秋": date(2027, 9, 15),
    }


def test_a_break_announced_again_replaces_the_one_of_that_winter() -> None:
    first = Break("winter", date(2027, 1, 10), date(2027, 2, 27))
    again = Break("winter", date(2027, 1, 17), date(2027, 2, 28))
    summer = Break("summer", date(2027, 7, 12), date(2027, 8, 31))
    assert STATUTORY.with_breaks([first, summer]).with_breaks([again]).breaks == (again, summer)


def test_entering_a_year_replaces_that_year_and_no_other() -> None:
    calendar = STATUTORY.with_year(2027, [date(2027, 1, 1)], [date(2027, 1, 3)])
    corrected = calendar.with_year(2027, [date(2027, 1, 4)], [])
    assert not working_day(date(2027, 1, 1), calendar)
    assert working_day(date(2027, 1, 3), calendar)
    assert working_day(date(2027, 1, 1), corrected)
    assert not working_day(date(2027, 1, 3), corrected)
    assert not working_day(date(2026, 10, 1), corrected)
    assert not corrected.provisional(date(2027, 6, 1))


def test_five_working_days_before_national_day_end_after_it() -> None:
    # Mon 28, Tue 29, Wed 30 September, then Thu 8 and Fri 9 October
    assert add_working_days(date(2026, 9, 27), 5) == date(2026, 10, 9)


def test_counting_working_days_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="forwards"):
        add_working_days(date(2026, 6, 1), -1)


def test_the_next_working_day_is_the_day_itself_when_people_work() -> None:
    assert next_working_day(date(2026, 11, 20)) == date(2026, 11, 20)
    assert next_working_day(date(2026, 11, 21)) == date(2026, 11, 23)
    assert next_working_day(date(2026, 2, 15)) == date(2026, 2, 24)


@given(ANY_DAY, st.integers(0, 40))
def test_so_many_working_days_on_there_have_been_so_many(day: date, count: int) -> None:
    end = add_working_days(day, count)
    assert sum(working_day(between) for between in days(day + DAY, end)) == count
    assert count == 0 or working_day(end)


def test_a_month_after_the_31st_of_january_is_the_last_of_february() -> None:
    assert add_months(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert add_months(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert add_months(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert add_months(date(2026, 8, 31), 3) == date(2026, 11, 30)
    assert add_months(date(2026, 12, 15), 1) == date(2027, 1, 15)
    assert add_months(date(2026, 1, 31), -1) == date(2025, 12, 31)


@given(ANY_DAY, st.integers(-30, 30))
def test_adding_months_lands_in_the_right_month_on_the_same_day_or_its_last(day: date, months: int) -> None:
    found = add_months(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found.day < day.day and found == month_end(found))


@given(ANY_DAY)
def test_the_day_after_a_months_end_is_a_first(day: date) -> None:
    assert month_end(day).month == day.month
    assert (month_end(day) + DAY).day == 1


@pytest.mark.parametrize(
    ("months", "first", "last"),
    [
        (1, date(2026, 11, 1), date(2026, 11, 30)),
        (3, date(2026, 10, 1), date(2026, 12, 31)),
        (6, date(2026, 7, 1), date(2026, 12, 31)),
        (12, date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_periods_are_those_of_the_calendar(months: int, first: date, last: date) -> None:
    assert period_start(date(2026, 11, 22), months) == first
    assert period_end(date(2026, 11, 22), months) == last


def test_after_four_in_the_afternoon_utc_it_is_tomorrow_in_the_county() -> None:
    assert local_day(datetime(2026, 12, 31, 15, 59, tzinfo=UTC)) == date(2026, 12, 31)
    assert local_day(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)) == date(2027, 1, 1)


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        local_day(datetime(2026, 11, 22, 9, 0))  # noqa: DTZ001 - the mistake under test


@pytest.mark.parametrize(
    ("clock", "is_quiet"),
    [("07:29", True), ("07:30", False), ("11:59", False), ("12:00", True), ("14:29", True), ("14:30", False),
     ("20:59", False), ("21:00", True), ("23:59", True), ("00:00", True)],
)  # fmt: skip
def test_nights_and_noons_are_quiet(clock: str, is_quiet: bool) -> None:
    assert quiet(at(date(2026, 11, 20), time.fromisoformat(clock))) is is_quiet


def test_quiet_is_read_on_the_countys_clock_not_on_the_servers() -> None:
    assert quiet(datetime(2026, 11, 20, 13, 30, tzinfo=UTC))  # 21:30 in the county
    assert not quiet(datetime(2026, 11, 20, 1, 0, tzinfo=UTC))  # 09:00 in the county


def test_a_night_ends_the_next_morning() -> None:
    assert quiet_until(at(date(2026, 12, 31), time(22, 0))) == at(date(2027, 1, 1), time(7, 30))
    assert quiet_until(at(date(2027, 1, 1), time(3, 0))) == at(date(2027, 1, 1), time(7, 30))
    assert quiet_until(at(date(2027, 1, 1), time(10, 0))) == at(date(2027, 1, 1), time(10, 0))


def test_quiet_hours_that_touch_are_waited_through_together() -> None:
    hours = (Quiet(time(21, 0), time(8, 0)), Quiet(time(8, 0), time(9, 30)))
    assert quiet_until(at(date(2026, 11, 20), time(23, 0)), hours) == at(date(2026, 11, 21), time(9, 30))


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)))  # noqa: DTZ001 - made aware below
def test_a_quiet_time_ends_within_a_day_and_not_before_it_is_over(clock: datetime) -> None:
    now = clock.replace(tzinfo=LOCAL)
    free = quiet_until(now)
    assert now <= free < now + timedelta(days=1)
    assert not quiet(free)
    assert quiet(now) or free == now
    if free > now:
        assert quiet(free - timedelta(minutes=1)), "it could have ended earlier"
