"""Which days somebody means, and what those days asked of each child."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.people import Unit, UnitKind
from domain.policy import COUNTY_DEFAULTS as POLICY
from domain.summaries import (
    FEWEST_SHOWN,
    BadPeriod,
    ChildMonths,
    Period,
    PeriodSummary,
    find_period,
    missed_in,
    summarise_period,
    suppress_period,
)

TODAY = date(2026, 11, 22)
TOWN = Unit("620724106", UnitKind.TOWN, "新坝镇", "620724")
NUANQUAN = Unit("620724106001", UnitKind.VILLAGE, "暖泉村", TOWN.code)
XIAOBA = Unit("620724106009", UnitKind.VILLAGE, "小坝村", TOWN.code)
UNITS = (TOWN, NUANQUAN, XIAOBA)


@pytest.mark.parametrize(
    ("words", "first", "last", "rest"),
    [
        ("新坝镇 上个月", "2026-10-01", "2026-10-31", "新坝镇"),
        ("新坝镇9月", "2026-09-01", "2026-09-30", "新坝镇"),
        ("今年3月到6月", "2026-03-01", "2026-06-30", ""),
        ("三月至六月", "2026-03-01", "2026-06-30", ""),
        ("3-6月 暖泉村", "2026-03-01", "2026-06-30", "暖泉村"),
        ("2026-03-01 到 2026-06-30", "2026-03-01", "2026-06-30", ""),
        ("2026年3月1日至2026年6月30日", "2026-03-01", "2026-06-30", ""),
        ("3月5日到6月12号", "2026-03-05", "2026-06-12", ""),
        ("去年11月到2月", "2025-11-01", "2026-02-28", ""),
        ("全年", "2026-01-01", "2026-12-31", ""),
        ("去年的四季度", "2025-10-01", "2025-12-31", ""),
        ("上个季度", "2026-07-01", "2026-09-30", ""),
        ("上半年", "2026-01-01", "2026-06-30", ""),
        ("近三个月", "2026-09-01", "2026-11-30", ""),
        ("12月", "2025-12-01", "2025-12-31", ""),
        ("上周", "2026-11-09", "2026-11-15", ""),
        ("2025年", "2025-01-01", "2025-12-31", ""),
        ("明年3月", "2027-03-01", "2027-03-31", ""),
    ],
)
def test_days_are_found_among_the_words(words: str, first: str, last: str, rest: str) -> None:
    period, others = find_period(words, TODAY)
    assert (period, others) == (Period(date.fromisoformat(first), date.fromisoformat(last)), rest)


@pytest.mark.parametrize(
    "words", ["五一村", "六一村", "八一村", "国庆村", "上坝村", "前进村", "新建东村", "照中村", ""]
)
def test_a_village_whose_name_looks_like_a_day_is_a_village(words: str) -> None:
    assert find_period(words, TODAY) == (None, words)


@pytest.mark.parametrize("words", ["13月", "2月30日", "2026-02-30", "1926年", "2026年3月1日到2026年13月"])
def test_days_that_do_not_exist_are_refused(words: str) -> None:
    with pytest.raises(BadPeriod):
        find_period(words, TODAY)


@given(st.dates(date(2015, 1, 1), date(2035, 1, 1)), st.integers(0, 900))
def test_a_button_gives_the_period_back_and_the_one_before_it_ends_the_day_before(first: date, days: int) -> None:
    period = Period(first, date.fromordinal(first.toordinal() + days))
    assert Period.of_code(period.code) == period
    assert (period.first - period.before().last).days == 1
    assert period.before().shape == period.shape


@pytest.mark.parametrize("code", ["", "x", "261301-261302", "261130-261101", "1|2"])
def test_a_forged_period_is_none(code: str) -> None:
    assert Period.of_code(code) is None


def child(name: str, *months: int, unit: Unit = NUANQUAN, visited: int = 0, **more: date | None) -> ChildMonths:
    """On file since last year unless said, reached in these months of the period (0 is its first)."""
    added = more.get("added") or date(2025, 3, 2)
    return ChildMonths(name, unit.code, added, more.get("closed"), sum(1 << n for n in months), visited)


def over(period: Period, *children: ChildMonths) -> PeriodSummary:
    return summarise_period(TOWN, UNITS, children, period, TODAY, POLICY)


OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
SUMMER = Period(date(2026, 7, 1), date(2026, 9, 30))
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


def test_a_month_counts_children_and_adds_up_by_village() -> None:
    table = over(OCTOBER, child("a", 0), child("b"), child("c", 0, unit=XIAOBA))
    assert (table.total.children, table.total.contacts_due, table.total.contacts_done) == (3, 3, 2)
    assert [(row.unit.name, row.children, row.reached) for row in table.rows] == [("暖泉村", 2, 1), ("小坝村", 1, 1)]
    assert table.total.visits_due == 0  # a month asks for no home visit


def test_over_several_months_a_child_counts_once_in_each() -> None:
    table = over(SUMMER, child("a", 0, 1, 2, visited=0b010), child("b", 0))
    assert (table.total.contacts_due, table.total.contacts_done, table.total.reached) == (6, 4, 2)
    assert (table.total.visits_due, table.total.visits_done, table.total.visited) == (2, 1, 1)


def test_the_running_month_is_not_held_against_anybody() -> None:
    table = over(YEAR, child("a", *range(10)))
    assert (table.total.contacts_due, table.total.contacts_done) == (10, 10)
    assert table.total.visits_due == 3


def test_a_file_opened_late_owes_what_came_after_and_one_closed_nothing_after() -> None:
    late = child("late", 2, added=date(2026, 8, 29))  # too near the end of August to owe it
    closed = child("closed", 0, closed=date(2026, 8, 10))
    table = over(SUMMER, late, closed)
    assert (table.total.contacts_due, table.total.contacts_done) == (2, 2)
    assert table.total.children == 2  # the closed one was reached in the period


def test_odd_days_without_a_whole_month_ask_for_one_contact() -> None:
    table = over(Period(date(2026, 11, 2), date(2026, 11, 20)), child("a", 0), child("b"))
    assert (table.total.contacts_due, table.total.contacts_done, table.total.children) == (2, 1, 2)


def test_the_children_behind_a_number_are_those_it_lacks() -> None:
    children = [child("a", 0, 1, 2, visited=1), child("b", 0, 2), child("c")]
    named = {
        what: [one.child_id for one in missed_in(children, SUMMER, TODAY, POLICY, what)]
        for what in ("contacts", "reached", "visits", "visited", "supervised")
    }
    assert named == {
        "contacts": ["b", "c"], "reached": ["c"], "visits": ["b", "c"], "visited": ["b", "c"],
        "supervised": ["a", "b", "c"],
    }  # fmt: skip


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=60))
def test_leaders_learn_of_no_group_under_five_even_by_subtraction(facts: list[tuple[bool, bool, bool]]) -> None:
    children = [
        child(str(n), *([0] if met else []), unit=XIAOBA if there else NUANQUAN, visited=int(seen))
        for n, (met, there, seen) in enumerate(facts)
    ]
    table, shown = over(OCTOBER, *children), suppress_period(over(OCTOBER, *children))
    for row in (shown.total, *shown.rows):
        count = row.cells
        assert all(number is None or number >= FEWEST_SHOWN for number in count.values())
        for part, whole in (("contacts_done", "contacts_due"), ("reached", "children"), ("visited", "children")):
            done, due = count[part], count[whole]
            assert done is None or due is None or due == done or due - done >= FEWEST_SHOWN
    for column in ("children", "reached", "visited"):
        hidden = [
            getattr(real, column) for real, row in zip(table.rows, shown.rows, strict=True) if row.cells[column] is None
        ]
        if shown.total.cells[column] is not None and hidden:
            assert len(hidden) > 1
            assert sum(hidden) >= FEWEST_SHOWN
