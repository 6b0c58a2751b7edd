"""Due days: the county's counting rules one by one (test_duties_oracle.py walks day by day beside them)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from domain.calendar import Quiet
from domain.children import Child, Tier
from domain.contacts import Contact, Kind
from domain.duties import (
    CONTACT,
    DUTIES,
    FIRST_VISIT,
    NOTHING_DUE,
    DueDays,
    FactKind,
    Per,
    WaitingReport,
    due_days,
    open_duties,
    receipts_due,
    why,
)
from domain.people import Role
from domain.policy import COUNTY_DEFAULTS, Frequency, Level, Policy, PolicyRefused, Steps

DAY = timedelta(days=1)
XIAOHU = Child("xiaohu", "GT-103-018-0001", "小虎", "620724103018", added_on=date(2026, 3, 2))


def contact(day: date, kind: Kind = Kind.PHONE, reached: bool = True, **more: object) -> Contact:
    return Contact(f"{day}-{kind}", XIAOHU.id, day, kind, reached, **more)  # type: ignore[arg-type]


def visit(day: date, seen: bool = True, reached: bool = True) -> Contact:
    return contact(day, Kind.HOME_VISIT, reached, child_seen=seen)


def due(*contacts: Contact, child: Child = XIAOHU, **changes: object) -> DueDays:
    return due_days(replace(child, **changes), contacts, COUNTY_DEFAULTS)  # type: ignore[arg-type]


# --- contact ---------------------------------------------------------------------------------------------------------


def test_a_green_child_contacted_this_month_is_due_by_the_end_of_the_next() -> None:
    assert due(contact(date(2026, 5, 3))).contact == date(2026, 6, 30)
    assert due(contact(date(2026, 5, 31))).contact == date(2026, 6, 30)
    assert due(contact(date(2026, 12, 31))).contact == date(2027, 1, 31)
    assert due(contact(date(2028, 1, 31))).contact == date(2028, 2, 29)


def test_a_child_never_contacted_is_due_in_the_month_it_was_added() -> None:
    assert due(added_on=date(2026, 3, 2)).contact == date(2026, 3, 31)
    assert due(added_on=date(2026, 3, 24)).contact == date(2026, 3, 31)


def test_a_child_added_in_the_last_seven_days_of_a_month_has_until_the_end_of_the_next() -> None:
    assert due(added_on=date(2026, 3, 25)).contact == date(2026, 4, 30)
    assert due(added_on=date(2026, 12, 31)).contact == date(2027, 1, 31)


def test_a_yellow_child_is_due_after_two_weeks_a_red_one_after_one() -> None:
    last = contact(date(2026, 5, 3))
    assert due(last, tier=Tier.YELLOW).contact == date(2026, 5, 17)
    assert due(last, tier=Tier.RED).contact == date(2026, 5, 10)
    assert due(tier=Tier.RED, added_on=date(2026, 3, 28)).contact == date(2026, 4, 4)


def test_an_attempt_that_reached_nobody_does_not_count() -> None:
    earlier = contact(date(2026, 5, 3))
    assert due(earlier, contact(date(2026, 6, 3), reached=False)) == due(earlier)
    assert due(earlier, visit(date(2026, 6, 3), reached=False)) == due(earlier)


def test_a_completed_visit_is_also_that_months_contact() -> None:
    after = due(visit(date(2026, 5, 3)))
    assert after.contact == date(2026, 6, 30)
    assert after.contact_since is not None
    assert after.contact_since.how is Kind.HOME_VISIT


def test_a_home_visit_without_the_child_is_a_contact_but_no_visit() -> None:
    after = due(visit(date(2026, 4, 10)), visit(date(2026, 6, 10), seen=False))
    assert after.contact == date(2026, 7, 31)
    assert after.visit == date(2026, 7, 10)


def test_another_childs_contact_does_not_count() -> None:
    stranger = replace(contact(date(2026, 5, 3)), child_id="somebody else")
    assert due(stranger) == due()


# --- visit -----------------------------------------------------------------------------------------------------------


def test_a_visit_is_due_three_two_or_one_months_after_the_last_by_tier() -> None:
    last = visit(date(2026, 5, 31))
    assert due(last).visit == date(2026, 8, 31)
    assert due(last, tier=Tier.YELLOW).visit == date(2026, 7, 31)
    assert due(last, tier=Tier.RED).visit == date(2026, 6, 30)


def test_three_months_after_the_30th_of_november_is_the_last_of_february() -> None:
    assert due(visit(date(2026, 11, 30))).visit == date(2027, 2, 28)


def test_a_new_child_is_visited_within_five_working_days_whatever_its_tier() -> None:
    new = due(added_on=date(2026, 9, 27))
    assert new.visit == date(2026, 10, 9), "28, 29, 30 September, then 8 and 9 October"
    assert due(added_on=date(2026, 9, 27), tier=Tier.RED).visit == new.visit


def test_a_first_visit_that_was_missed_stays_due_on_its_day() -> None:
    days = due(contact(date(2026, 5, 3)))
    first = next(duty for duty in open_duties(XIAOHU, days, date(2026, 8, 1)) if duty.duty is FIRST_VISIT)
    assert first.due == date(2026, 3, 9)
    assert first.overdue_days(date(2026, 8, 1)) == 145


# --- supervisor ------------------------------------------------------------------------------------------------------


def test_the_supervisor_owes_every_child_a_contact_each_calendar_year() -> None:
    assert due().supervisor == date(2026, 12, 31)
    assert due(added_on=date(2026, 12, 30)).supervisor == date(2026, 12, 31)
    assert due(contact(date(2026, 3, 5), by_role=Role.SUPERVISOR)).supervisor == date(2027, 12, 31)


def test_the_directors_contact_is_not_the_supervisors() -> None:
    assert due(contact(date(2026, 5, 3))).supervisor == date(2026, 12, 31)


def test_the_county_may_ask_supervisors_for_a_quarterly_contact_with_red_children() -> None:
    policy = Policy(red=Frequency(visit_months=1, contact_days=7, supervisor_months=3))
    called = [contact(date(2026, 5, 3), by_role=Role.SUPERVISOR)]
    assert due_days(replace(XIAOHU, tier=Tier.RED), [], policy).supervisor == date(2026, 3, 31)
    assert due_days(replace(XIAOHU, tier=Tier.RED), called, policy).supervisor == date(2026, 9, 30)


# --- pauses, closing, odd facts --------------------------------------------------------------------------------------


def test_a_child_away_with_its_parents_is_due_a_week_after_it_is_back() -> None:
    away = due(visit(date(2026, 5, 3)), paused_until=date(2026, 8, 20))
    assert (away.contact, away.visit, away.supervisor) == (date(2026, 8, 27), date(2026, 8, 27), date(2026, 12, 31))
    assert away.contact_since is not None
    assert away.contact_since.day == date(2026, 5, 3)
    assert away.contact_since.paused_until == date(2026, 8, 20)


def test_a_pause_that_is_long_over_moves_nothing() -> None:
    assert due(visit(date(2026, 5, 3)), paused_until=date(2026, 4, 1)) == due(visit(date(2026, 5, 3)))


def test_a_closed_child_owes_nothing() -> None:
    assert due(contact(date(2026, 5, 3)), closed_on=date(2026, 6, 1)) == NOTHING_DUE
    assert open_duties(XIAOHU, NOTHING_DUE, date(2030, 1, 1)) == ()


def test_a_visit_on_which_the_child_was_found_counts_though_the_file_is_younger() -> None:
    assert due(visit(date(2026, 2, 25))).visit == date(2026, 5, 25)


def test_a_child_visited_at_once_is_counted_from_that_visit_however_long_the_first_one_could_have_waited() -> None:
    patient = Policy(first_visit_working_days=20)
    child = replace(XIAOHU, tier=Tier.RED, added_on=date(2026, 2, 10))
    assert due_days(child, [], patient).visit == date(2026, 3, 16), "the Spring Festival lies between"
    assert due_days(child, [visit(date(2026, 2, 10))], patient).visit == date(2026, 3, 10)


def test_an_old_fact_makes_nothing_due_before_the_file_was_opened() -> None:
    assert due(visit(date(2024, 2, 25)), contact(date(2024, 6, 1), by_role=Role.SUPERVISOR)) == due()


def test_a_child_of_whom_no_day_is_known_owes_nothing_until_there_is_a_fact() -> None:
    assert due(added_on=None) == NOTHING_DUE
    assert due(contact(date(2026, 5, 3)), added_on=None).contact == date(2026, 6, 30)


# --- open duties and reasons -----------------------------------------------------------------------------------------


def test_open_duties_reach_as_far_as_the_horizon_and_begin_with_the_earliest() -> None:
    days = due(visit(date(2026, 4, 10)), contact(date(2026, 5, 3)))
    today = date(2026, 6, 29)
    assert open_duties(XIAOHU, days, today) == ()
    assert [duty.duty.code for duty in open_duties(XIAOHU, days, today, horizon=1)] == ["contact"]
    assert [duty.duty.code for duty in open_duties(XIAOHU, days, today, horizon=11)] == ["contact", "visit"]
    later = open_duties(XIAOHU, days, date(2026, 7, 31))
    assert [duty.overdue_days(date(2026, 7, 31)) for duty in later] == [31, 21]


def test_a_duty_is_not_overdue_on_its_due_day() -> None:
    duty = open_duties(XIAOHU, due(), date(2026, 3, 31))[-1]
    assert duty.duty is CONTACT
    assert (duty.overdue_days(date(2026, 3, 31)), duty.overdue_days(date(2026, 4, 1))) == (0, 1)


def test_a_report_without_receipt_is_due_at_its_department_on_the_day_it_came() -> None:
    (receipt,) = receipts_due([WaitingReport("r1", "620724.police", date(2026, 11, 20))])
    assert (receipt.subject, receipt.unit, receipt.due) == ("report:r1", "620724.police", date(2026, 11, 20))
    assert receipt.duty.who is Role.DEPARTMENT
    assert receipt.tier is None
    reason = why(receipt, COUNTY_DEFAULTS)
    assert (reason.key, reason.per) == ("why.receipt", Per.AT_ONCE)


def test_the_reason_names_rule_last_fact_tier_and_source() -> None:
    def reasons(tier: Tier) -> dict[str, tuple[int, Per, str, FactKind, Tier | None]]:
        child = replace(XIAOHU, tier=tier)
        days = due_days(child, [visit(date(2026, 4, 10)), contact(date(2026, 5, 3))], COUNTY_DEFAULTS)
        found = [why(duty, COUNTY_DEFAULTS) for duty in open_duties(child, days, date(2027, 1, 1))]
        return {
            reason.duty: (reason.every, reason.per, reason.source, reason.since.kind, reason.tier) for reason in found
        }

    green = reasons(Tier.GREEN)
    assert green["contact"] == (1, Per.CALENDAR_MONTH, "plan.t9.h1", FactKind.CONTACT, Tier.GREEN)
    assert green["visit"] == (3, Per.MONTHS, "plan.t9.h2", FactKind.VISIT, Tier.GREEN)
    assert green["supervisor_contact"] == (12, Per.CALENDAR_PERIOD, "plan.t9.h3", FactKind.ADDED, Tier.GREEN)
    yellow = reasons(Tier.YELLOW)
    assert yellow["contact"] == (14, Per.DAYS, "plan.t9.h4", FactKind.CONTACT, Tier.YELLOW)
    assert yellow["visit"] == (2, Per.MONTHS, "plan.t9.h4", FactKind.VISIT, Tier.YELLOW)


def test_a_first_visit_is_explained_by_the_day_the_child_was_added() -> None:
    duty = next(duty for duty in open_duties(XIAOHU, due(), date(2026, 3, 20)) if duty.duty is FIRST_VISIT)
    reason = why(duty, COUNTY_DEFAULTS)
    assert (reason.every, reason.per, reason.since.day) == (5, Per.WORKING_DAYS, XIAOHU.added_on)


def test_every_duty_has_its_own_code_reason_and_source() -> None:
    assert all(code == duty.code for code, duty in DUTIES.items())
    assert (
        len({duty.explain for duty in DUTIES.values()}) == len({duty.source for duty in DUTIES.values()}) == len(DUTIES)
    )


# --- policy ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "key"),
    [
        ({"visit_months": 4}, "policy.below_plan"),
        ({"visit_months": 0}, "policy.not_positive"),
        ({"contact_days": 32}, "policy.below_plan"),
        ({"contact_days": 0}, "policy.not_positive"),
        ({"supervisor_months": 24}, "policy.below_plan"),
        ({"supervisor_months": 5}, "policy.no_calendar_period"),
    ],
)
def test_a_frequency_looser_than_the_plan_or_of_nothing_is_refused(numbers: dict[str, int], key: str) -> None:
    with pytest.raises(PolicyRefused) as refused:
        Frequency(**numbers)
    assert refused.value.key == key
    (what,) = numbers
    assert refused.value.params["what"] == what


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"red": Frequency(visit_months=3)}, "policy.tiers_upside_down"),
        ({"quiet_hours": (Quiet(time(0), time(0)),)}, "policy.always_quiet"),
        ({"quiet_hours": (Quiet(time(8), time(20)), Quiet(time(20), time(8)))}, "policy.always_quiet"),
        ({"digest_hour": time(13, 0)}, "policy.digest_in_quiet_hours"),
        ({"grace_days": 30}, "policy.out_of_range"),
        ({"first_visit_working_days": 0}, "policy.out_of_range"),
        ({"after_pause_days": -1}, "policy.out_of_range"),
        ({"help_levels": (Level(21, Role.COUNTY), Level(7, Role.SUPERVISOR))}, "policy.help_levels"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_with_its_reason(changes: dict[str, object], key: str) -> None:
    with pytest.raises(PolicyRefused) as refused:
        Policy(**changes)  # type: ignore[arg-type]
    assert refused.value.key == key


def test_steps_of_no_days_are_refused() -> None:
    with pytest.raises(PolicyRefused):
        Steps(every=0)
    with pytest.raises(PolicyRefused):
        Steps(before=(3, 0))
