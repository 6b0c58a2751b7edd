"""Due days against an oracle that only knows how to walk day by day.

It shares nothing with the code under test: no month arithmetic, only "tomorrow", and its own list of holidays.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.children import Child, Tier
from domain.contacts import Contact, Kind
from domain.duties import DueDays, FactKind, due_days
from domain.people import Role
from domain.policy import COUNTY_DEFAULTS

pytestmark = pytest.mark.slow  # left out of ./test --fast

DAY = timedelta(days=1)
XIAOHU = Child("xiaohu", "GT-103-018-0001", "小虎", "620724103018", added_on=date(2026, 3, 2))

HOLIDAY_SPANS = {  # 2026 by its notice; the others as they will most likely be, copied from a printed almanac
    2024: ["0101-0101", "0209-0216", "0404-0404", "0501-0505", "0610-0610", "0917-0917", "1001-1007"],
    2025: ["0101-0101", "0128-0204", "0404-0404", "0501-0505", "0531-0531", "1006-1006", "1001-1007"],
    2026: ["0101-0103", "0215-0223", "0404-0406", "0501-0505", "0619-0621", "0925-0927", "1001-1007"],
    2027: ["0101-0101", "0205-0212", "0405-0405", "0501-0505", "0609-0609", "0915-0915", "1001-1007"],
    2028: ["0101-0101", "0125-0201", "0404-0404", "0501-0505", "0528-0528", "1003-1003", "1001-1007"],
}
WORKED_WEEKENDS = {"0104", "0214", "0228", "0509", "0920", "1010"}


def oracle_works(day: date) -> bool:
    if day.year == 2026 and f"{day:%m%d}" in WORKED_WEEKENDS:
        return True
    if any(span[:4] <= f"{day:%m%d}" <= span[5:] for span in HOLIDAY_SPANS[day.year]):
        return False
    return f"{day:%a}" not in ("Sat", "Sun")


def last_of_month(day: date) -> bool:
    return (day + DAY).month != day.month


def oracle_contact(since: date, new: bool, tier: Tier) -> date:
    limit = {Tier.GREEN: 10**6, Tier.YELLOW: 14, Tier.RED: 7}[tier]
    left_in_month, day = 0, since
    while not last_of_month(day):
        day, left_in_month = day + DAY, left_in_month + 1
    months_to_end = 1 if new and left_in_month >= 7 else 2
    day, walked = since, 0
    while True:
        if walked == limit:
            return day
        if last_of_month(day):
            months_to_end -= 1
            if not months_to_end:
                return day
        day, walked = day + DAY, walked + 1


def oracle_visit(since: date, new: bool, tier: Tier) -> date:
    day = since
    if new:
        worked = 0
        while worked < 5:
            day += DAY
            worked += oracle_works(day)
        return day
    months = {Tier.GREEN: 3, Tier.YELLOW: 2, Tier.RED: 1}[tier]
    while months or (day.day != since.day and not last_of_month(day)):
        day += DAY
        months -= day.day == 1
    return day


def oracle_supervisor(since: date, new: bool, tier: Tier) -> date:
    def period(day: date) -> tuple[int, ...]:
        quarter = "111222333444"[day.month - 1]
        return {Tier.RED: (day.year, day.month), Tier.YELLOW: (day.year, int(quarter)), Tier.GREEN: (day.year,)}[tier]

    day = since
    while not new and period(day) == period(since):
        day += DAY
    while period(day + DAY) == period(day):
        day += DAY
    return day


def oracle(child: Child, contacts: list[Contact]) -> tuple[date | None, date | None, date | None]:
    if child.closed_on is not None:
        return None, None, None
    assert child.added_on is not None

    def walk_back(counts: list[date]) -> date | None:
        day = date(2029, 12, 31)
        while day >= date(2023, 1, 1):
            if day in counts:
                return day
            day -= DAY
        return None

    happened = [fact for fact in contacts if fact.reached]
    found = []
    for rule, counts in (
        (oracle_contact, [fact.day for fact in happened]),
        (oracle_visit, [fact.day for fact in happened if fact.kind is Kind.HOME_VISIT and fact.child_seen]),
        (oracle_supervisor, [fact.day for fact in happened if fact.by_role is Role.SUPERVISOR]),
    ):
        from_file = rule(child.added_on, True, child.tier)
        last = walk_back(counts)
        by = from_file
        if last is not None:
            by = rule(last, False, child.tier)
            if last < child.added_on:
                by = max(by, from_file)
        if child.paused_until is not None:
            by = max(by, child.paused_until + 7 * DAY)
        found.append(by)
    return found[0], found[1], found[2]


DAYS = st.dates(date(2024, 11, 1), date(2028, 4, 30))
FACTS = st.lists(
    st.builds(
        Contact,
        id=st.uuids().map(str),
        child_id=st.just(XIAOHU.id),
        day=DAYS,
        kind=st.sampled_from(Kind),
        reached=st.booleans(),
        child_seen=st.sampled_from([True, False, None]),
        by_role=st.sampled_from([Role.CHILD_DIRECTOR, Role.CHILD_DIRECTOR, Role.SUPERVISOR]),
    ),
    max_size=8,
)
CHILDREN = st.builds(
    replace,
    st.just(XIAOHU),
    added_on=DAYS,
    tier=st.sampled_from(Tier),
    paused_until=st.none() | DAYS,
    closed_on=st.none() | st.none() | st.none() | DAYS,
)


def columns(days: DueDays) -> tuple[date | None, date | None, date | None]:
    return days.contact, days.visit, days.supervisor


@given(CHILDREN, FACTS)
def test_due_days_are_those_found_by_walking_day_by_day(child: Child, contacts: list[Contact]) -> None:
    assert columns(due_days(child, contacts, COUNTY_DEFAULTS)) == oracle(child, contacts)


@given(CHILDREN, FACTS, st.randoms(use_true_random=False))
def test_facts_entered_late_and_in_any_order_give_the_same_days(
    child: Child, contacts: list[Contact], chance: random.Random
) -> None:
    shuffled = chance.sample(contacts, len(contacts))
    assert due_days(child, shuffled, COUNTY_DEFAULTS) == due_days(child, contacts, COUNTY_DEFAULTS)


@given(CHILDREN, FACTS, FACTS)
def test_a_correction_leaves_the_days_as_if_it_had_been_entered_right_at_once(
    child: Child, contacts: list[Contact], corrections: list[Contact]
) -> None:
    """Corrected versions replace facts one by one; after each, the days are those of the facts as they stand."""
    standing = dict(enumerate(contacts))
    for place, corrected in enumerate(corrections):
        standing[place] = corrected
        assert columns(due_days(child, list(standing.values()), COUNTY_DEFAULTS)) == oracle(child, [*standing.values()])
    for place in list(standing):  # entered by mistake: taken back one by one
        del standing[place]
        assert columns(due_days(child, list(standing.values()), COUNTY_DEFAULTS)) == oracle(child, [*standing.values()])


@given(CHILDREN, FACTS)
def test_a_higher_tier_is_never_due_later(child: Child, contacts: list[Contact]) -> None:
    red, yellow, green = (due_days(replace(child, tier=tier), contacts, COUNTY_DEFAULTS) for tier in Tier)
    for higher, lower in ((red, yellow), (yellow, green)):
        assert all(a is None or b is None or a <= b for a, b in zip(columns(higher), columns(lower), strict=True))


@given(CHILDREN, FACTS, FACTS)
def test_one_more_contact_never_makes_anything_due_earlier(
    child: Child, contacts: list[Contact], more: list[Contact]
) -> None:
    before, after = (due_days(child, facts, COUNTY_DEFAULTS) for facts in (contacts, contacts + more))
    assert all(a is None or b is None or a <= b for a, b in zip(columns(before), columns(after), strict=True))


@given(CHILDREN, FACTS)
def test_every_due_day_has_the_fact_it_came_from(child: Child, contacts: list[Contact]) -> None:
    days = due_days(child, contacts, COUNTY_DEFAULTS)
    for day, since in (
        (days.contact, days.contact_since),
        (days.visit, days.visit_since),
        (days.supervisor, days.supervisor_since),
    ):
        assert (day is None) == (since is None)
        if since is not None and day is not None:
            known = (
                {child.added_on} if since.kind is FactKind.ADDED else {fact.day for fact in contacts if fact.reached}
            )
            assert since.day in known
            assert since.paused_until in (None, child.paused_until)
            if since.paused_until is not None:
                assert day == since.paused_until + 7 * DAY
