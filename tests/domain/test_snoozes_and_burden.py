"""What may be put off and until when; what a county asks of its people, worked out from counts alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.burden import Done, Load, loads, total
from domain.calendar import DAY
from domain.children import Child, Tier
from domain.duties import CONTACT, FIRST_VISIT, LOST, RECEIPT, VISIT, Duty, Fact, FactKind, OpenDuty
from domain.policy import COUNTY_DEFAULTS
from domain.snoozes import Snooze, by_item, in_force, offers, refusal, step, used_up

TODAY = date(2026, 11, 20)


def owed(duty: Duty, due: date, tier: Tier = Tier.GREEN) -> OpenDuty:
    child = Child("c1", "GT-106-001-0001", "", "620724106001", tier=tier)
    return OpenDuty(duty, "child:c1", child.unit, due, Fact(FactKind.ADDED, due - 30 * DAY), child)


def put_off(made: int, until: int, due: date = TODAY, by: str | None = None) -> Snooze:
    return Snooze(f"s{made}", "contact", "child:c1", "p1", due, TODAY + made * DAY, TODAY + until * DAY, "farm", by)


@pytest.mark.parametrize(
    ("duty", "why"),
    [
        (owed(CONTACT, TODAY - 9 * DAY, Tier.RED), None),
        (owed(VISIT, TODAY - DAY, Tier.RED), "red_visit"),
        (owed(VISIT, TODAY, Tier.RED), None),
        (owed(VISIT, TODAY - 60 * DAY, Tier.YELLOW), None),
        (owed(FIRST_VISIT, TODAY - 5 * DAY), None),
        (owed(FIRST_VISIT, TODAY - 6 * DAY), "first_visit"),
        (owed(LOST, TODAY), "never"),
        (replace(owed(CONTACT, TODAY), duty=RECEIPT, subject="report:r1", child=None), "never"),
    ],
)
def test_what_may_wait_and_what_not(duty: OpenDuty, why: str | None) -> None:
    assert refusal(duty, TODAY) == why


def test_nothing_is_owed_until_the_day_and_then_on_that_day() -> None:
    waits = put_off(0, 2)
    assert step(waits, TODAY, TODAY) is None
    assert step(waits, TODAY, TODAY + DAY) is None
    assert step(waits, TODAY, TODAY + 2 * DAY) == TODAY + 2 * DAY
    assert step(waits, TODAY + 3 * DAY, TODAY + 4 * DAY) == TODAY + 3 * DAY
    assert step(None, TODAY, TODAY) == TODAY


def test_the_newest_counts_and_only_for_the_item_it_was_made_for_and_not_before_it_was_made() -> None:
    there, item = by_item([put_off(0, 3), put_off(1, 2)]), ("contact", "child:c1", "p1")
    assert in_force(there, item, TODAY, TODAY) == put_off(0, 3)
    assert in_force(there, item, TODAY, TODAY + DAY) == put_off(1, 2)
    assert in_force(there, item, TODAY, TODAY - DAY) is None
    assert in_force(there, item, TODAY + 30 * DAY, TODAY + DAY) is None


def test_twice_is_enough_for_each_of_those_who_may_give_time() -> None:
    there, item = by_item([put_off(0, 3), put_off(3, 5), put_off(5, 6, by="boss")]), ("contact", "child:c1", "p1")
    assert used_up(there, item, TODAY, None)
    assert not used_up(there, item, TODAY, "boss")
    assert not used_up(there, item, TODAY + DAY, None)


def test_never_beyond_the_countys_number() -> None:
    assert offers(TODAY, COUNTY_DEFAULTS) == (TODAY + DAY, TODAY + 3 * DAY, TODAY + 7 * DAY)
    assert offers(TODAY, replace(COUNTY_DEFAULTS, snooze_days=2)) == (TODAY + DAY, TODAY + 2 * DAY)


def test_the_burden_is_counted_by_town_and_said_for_one_person_and_day() -> None:
    done = [
        Done("v1", 60, 3000, 10),
        Done("v2", 0, 0, 5, 20),
        Done("x", 9, 9, 0),
    ]
    found = loads(done, 6, {"v1": "t1", "v2": "t1"})
    assert found == {"t1": Load(2, 60, 3000, 110)}
    assert found["t1"].a_day(60) == 1.0 and Load().a_day(0) == 0.0
    assert total([Load(1, 1, 1, 1), Load(2, 2, 2, 2)]) == Load(3, 3, 3, 3)
