"""What units owe: yearly, at reviews, before breaks, around festivals."""

from __future__ import annotations

from datetime import date

from domain import units
from domain.calendar import STATUTORY, Break
from domain.unit_duties import UNIT_DUTIES, all_open, open_now
from domain.units import COUNTY

BEGUN = date(2025, 1, 1)
TODAY = date(2026, 11, 22)
TOWN = "620724106"


def due(code: str, *done: date, unit: str = TOWN, today: date = TODAY, begun: date = BEGUN) -> date | None:
    owed = open_now(UNIT_DUTIES[code], unit, done, begun, today, STATUTORY)
    return owed.due if owed else None


def test_a_sweep_not_yet_made_this_year_is_due_at_its_end() -> None:
    assert due("sweep") == date(2026, 12, 31)
    assert due("sweep", date(2025, 6, 1)) == date(2026, 12, 31)


def test_once_it_is_made_the_next_year_asks_again() -> None:
    assert due("sweep", date(2026, 3, 5)) == date(2027, 12, 31)


def test_a_missed_year_stays_owed_until_the_next_one_is_spoken_of_and_late_work_counts_for_the_new_year() -> None:
    assert due("sweep", today=date(2027, 2, 1)) == date(2026, 12, 31)
    assert due("sweep", date(2027, 2, 10), today=date(2027, 3, 1)) == date(2028, 12, 31)
    assert due("sweep", today=date(2027, 11, 15)) == date(2027, 12, 31)


def test_what_fell_due_before_the_county_began_is_not_asked() -> None:
    assert due("tier_review", unit=f"{TOWN}001", today=date(2026, 3, 10), begun=date(2026, 4, 1)) == date(2026, 9, 30)


def test_tiers_are_reviewed_each_march_and_september() -> None:
    village = f"{TOWN}001"
    assert due("tier_review", date(2026, 3, 12), unit=village, today=date(2026, 4, 2)) == date(2026, 9, 30)
    assert due("tier_review", date(2026, 3, 12), date(2026, 9, 9), unit=village) == date(2027, 3, 31)


def test_lectures_are_owed_before_each_break_as_the_education_bureau_announced_it() -> None:
    told = STATUTORY.with_breaks([Break("winter", date(2027, 1, 16), date(2027, 2, 28))])
    education = f"{COUNTY}.education"
    owed = open_now(UNIT_DUTIES["lecture"], education, [date(2026, 6, 20)], BEGUN, date(2026, 12, 20), told)
    assert owed is not None and owed.due == date(2027, 1, 15)
    assert due("lecture", date(2026, 6, 20), unit=education, today=date(2026, 12, 20)) == date(2027, 1, 9)


def test_the_plans_own_deadline_comes_once() -> None:
    assert due("plan_close", unit=COUNTY) == date(2026, 12, 31)
    assert due("plan_close", date(2026, 12, 20), unit=COUNTY, today=date(2027, 1, 5)) is None


def test_the_five_departments_each_owe_a_safety_activity_and_no_other_does() -> None:
    found = all_open(units.load(), {}, BEGUN, TODAY, STATUTORY, frozenset())
    owing = {one.unit for one in found if one.duty.code == "safety_activity"}
    assert owing == {f"{COUNTY}.{slug}" for slug in ("education", "police", "civil_affairs", "youth", "women")}
    assert sum(one.duty.code == "sweep" for one in found) == 9


def test_villages_without_children_owe_no_review() -> None:
    village = f"{TOWN}001"
    found = all_open(units.load(), {}, BEGUN, TODAY, STATUTORY, frozenset({village}))
    assert {one.unit for one in found if one.duty.code in ("tier_review", "holiday_visits")} == {village}


def test_around_spring_festival_2027_visits_are_owed_by_its_eve() -> None:
    village = f"{TOWN}001"
    assert due("holiday_visits", date(2026, 9, 20), unit=village, today=date(2027, 1, 28)) == date(2027, 2, 5)
