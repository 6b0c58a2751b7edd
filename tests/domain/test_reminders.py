"""Reminders: steps, recipients, digests, quiet hours, the daily proof, and help that is asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import DAY, at, days, working_day
from domain.children import Child, Tier
from domain.duties import (
    CONTACT,
    SUPERVISOR_CONTACT,
    VISIT,
    Duty,
    Fact,
    FactKind,
    OpenDuty,
    WaitingReport,
    receipts_due,
)
from domain.help_needed import HelpNeeded, help_needed
from domain.people import Post, Role, Unit, UnitKind
from domain.policy import COUNTY_DEFAULTS, Policy
from domain.reminder_steps import latest_step, next_step
from domain.reminders import (
    Key,
    Rota,
    State,
    Urgency,
    digests,
    may_send,
    may_send_from,
    owed,
    reconcile,
    settle,
)

GAOTAI = Unit("620724", UnitKind.COUNTY, "高台县", None)
XIANGDAO = Unit("620724103", UnitKind.TOWN, "巷道镇", "620724")
YINJIAZHUANG = Unit("620724103018", UnitKind.VILLAGE, "殷家庄村", "620724103")
QUKOU = Unit("620724103001", UnitKind.VILLAGE, "渠口村", "620724103")
POLICE = Unit("620724.police", UnitKind.DEPARTMENT, "县公安局", "620724")
UNITS = (GAOTAI, XIANGDAO, YINJIAZHUANG, QUKOU, POLICE)

LI = Post("post-li", Role.CHILD_DIRECTOR, YINJIAZHUANG, holder="li")
EMPTY = Post("post-empty", Role.CHILD_DIRECTOR, QUKOU)
WANG = Post("post-wang", Role.SUPERVISOR, XIANGDAO, holder="wang")
ZHAO = Post("post-zhao", Role.COUNTY, GAOTAI, holder="zhao")
OFFICER = Post("post-officer", Role.DEPARTMENT, POLICE, holder="officer")
ROTA = Rota(UNITS, (LI, EMPTY, WANG, ZHAO, OFFICER))

FRIDAY = date(2026, 11, 20)
SATURDAY, MONDAY = FRIDAY + DAY, FRIDAY + 3 * DAY


def open_duty(
    due: date, duty: Duty = CONTACT, name: str = "xiaohu", unit: Unit = YINJIAZHUANG, tier: Tier = Tier.GREEN
) -> OpenDuty:
    child = Child(name, f"GT-{name}", name, unit.code, tier=tier, added_on=date(2026, 1, 5))
    return OpenDuty(duty, f"child:{name}", unit.code, due, Fact(FactKind.CONTACT, date(2026, 10, 1)), child)


def keys(*duties: OpenDuty, today: date, rota: Rota = ROTA) -> list[Key]:
    return [row.key for row in owed(duties, rota, today, COUNTY_DEFAULTS)]


# --- steps -----------------------------------------------------------------------------------------------------------


def steps_of(due: date, policy: Policy, today: date, rule: str = "") -> tuple[date, ...]:
    """Every step up to today, the earliest first."""
    found: list[date] = []
    day = latest_step(due, policy, today, rule)
    while day is not None:
        found.append(day)
        day = latest_step(due, policy, day - DAY, rule)
    return tuple(reversed(found))


def test_a_duty_is_brought_up_three_days_before_on_the_day_and_every_three_days_after() -> None:
    due = date(2026, 11, 10)
    assert steps_of(due, COUNTY_DEFAULTS, due + 7 * DAY) == tuple(due + DAY * n for n in (-3, 0, 3, 6))
    assert steps_of(due, COUNTY_DEFAULTS, due - 4 * DAY) == ()


def test_a_receipt_is_asked_for_every_day_from_the_day_after() -> None:
    assert steps_of(FRIDAY, COUNTY_DEFAULTS, FRIDAY, "receipt") == ()
    assert steps_of(FRIDAY, COUNTY_DEFAULTS, MONDAY, "receipt") == tuple(FRIDAY + DAY * n for n in (1, 2, 3))


@given(st.integers(-10, 400), st.sampled_from(["contact", "receipt"]))
def test_the_latest_step_is_today_or_gone_and_the_next_is_to_come(offset: int, rule: str) -> None:
    due = date(2026, 3, 31)
    today = due + DAY * offset
    steps = steps_of(due, COUNTY_DEFAULTS, due + 500 * DAY, rule)
    assert latest_step(due, COUNTY_DEFAULTS, today, rule) == max((s for s in steps if s <= today), default=None)
    assert next_step(due, COUNTY_DEFAULTS, today, rule) == min(step for step in steps if step > today)


# --- whom ------------------------------------------------------------------------------------------------------------


def test_each_duty_goes_to_the_post_that_owes_it() -> None:
    receipt = receipts_due([WaitingReport("r1", POLICE.code, FRIDAY)])[0]
    found = keys(open_duty(FRIDAY), open_duty(FRIDAY, SUPERVISOR_CONTACT), receipt, today=SATURDAY)
    assert [(rule, person) for rule, _, person, _ in found] == [
        ("contact", "li"),
        ("supervisor_contact", "wang"),
        ("receipt", "officer"),
    ]


def test_a_deputy_stands_in_for_an_empty_chair_and_the_supervisor_for_a_vacant_post() -> None:
    deputy = Rota(UNITS, (Post("p", Role.CHILD_DIRECTOR, QUKOU, deputy="sun"), WANG))
    duty = open_duty(FRIDAY, unit=QUKOU)
    assert keys(duty, today=FRIDAY, rota=deputy) == [("contact", "child:xiaohu", "sun", FRIDAY)]
    assert keys(duty, today=FRIDAY) == [("contact", "child:xiaohu", "wang", FRIDAY)]
    assert keys(duty, today=FRIDAY, rota=Rota(UNITS, (EMPTY, ZHAO))) == [("contact", "child:xiaohu", "zhao", FRIDAY)]


def test_a_post_with_holder_and_deputy_reminds_its_holder() -> None:
    rota = Rota(UNITS, (Post("p", Role.CHILD_DIRECTOR, YINJIAZHUANG, holder="li", deputy="sun"),))
    assert [key[2] for key in keys(open_duty(FRIDAY), today=FRIDAY, rota=rota)] == ["li"]


def test_two_directors_of_one_village_are_both_reminded() -> None:
    both = Rota(UNITS, (LI, Post("p2", Role.CHILD_DIRECTOR, YINJIAZHUANG, holder="sun")))
    assert [key[2] for key in keys(open_duty(FRIDAY), today=FRIDAY, rota=both)] == ["li", "sun"]


# --- what is owed ----------------------------------------------------------------------------------------------------


def test_asking_twice_on_one_day_owes_the_same_row() -> None:
    assert keys(open_duty(FRIDAY), today=FRIDAY) == keys(open_duty(FRIDAY), today=FRIDAY + 2 * DAY)


def test_after_a_long_silence_only_the_latest_step_is_owed_and_says_that_it_is_late() -> None:
    (row,) = owed([open_duty(date(2026, 10, 30))], ROTA, date(2026, 11, 19), COUNTY_DEFAULTS)
    assert (row.day, row.late) == (date(2026, 11, 17), True)


def test_a_step_of_today_is_not_late() -> None:
    (row,) = owed([open_duty(FRIDAY)], ROTA, FRIDAY, COUNTY_DEFAULTS)
    assert not row.late


def test_a_saturdays_step_goes_out_on_monday_and_is_late_only_after_it() -> None:
    on_monday = owed([open_duty(SATURDAY)], ROTA, MONDAY, COUNTY_DEFAULTS)[0]
    assert (on_monday.day, on_monday.late) == (SATURDAY, False)
    (next_week,) = owed([open_duty(FRIDAY)], ROTA, FRIDAY + 2 * DAY, COUNTY_DEFAULTS)
    assert (next_week.day, next_week.late) == (FRIDAY, True), "Friday's step, not sent on Friday"


def test_a_receipt_does_not_wait_for_monday() -> None:
    (row,) = owed(receipts_due([WaitingReport("r1", POLICE.code, FRIDAY)]), ROTA, SATURDAY, COUNTY_DEFAULTS)
    assert (row.day, row.late, row.urgency) == (SATURDAY, False, Urgency.NOTICE)


# --- digests ---------------------------------------------------------------------------------------------------------


def test_a_digest_reads_receipts_first_then_overdue_then_today_then_soon() -> None:
    both = Rota(UNITS, (LI, Post("p", Role.DEPARTMENT, POLICE, holder="li")))
    duties = [
        open_duty(FRIDAY + 2 * DAY, name="soon"),
        open_duty(FRIDAY, name="today"),
        open_duty(FRIDAY - 3 * DAY, name="overdue"),
        open_duty(FRIDAY - 40 * DAY, VISIT, name="long"),
        *receipts_due([WaitingReport("r1", POLICE.code, FRIDAY - DAY)]),
    ]
    (digest,) = digests(owed(duties, both, FRIDAY, COUNTY_DEFAULTS))
    assert [item.subject for item in digest.items] == [
        "report:r1", "child:long", "child:overdue", "child:today", "child:soon",
    ]  # fmt: skip
    assert digest.urgency is Urgency.NOTICE
    assert digest.late, "the long overdue one's last step was the day before"


def test_on_the_same_due_day_red_comes_before_green() -> None:
    duties = [open_duty(FRIDAY, name="a"), open_duty(FRIDAY, name="b", tier=Tier.RED)]
    (digest,) = digests(owed(duties, ROTA, FRIDAY, COUNTY_DEFAULTS))
    assert [item.subject for item in digest.items] == ["child:b", "child:a"]
    assert digest.urgency is Urgency.REMINDER


def test_each_person_gets_one_digest_and_a_day_without_steps_is_silent() -> None:
    duties = [open_duty(FRIDAY, name="a"), open_duty(FRIDAY, name="b"), open_duty(FRIDAY, SUPERVISOR_CONTACT, name="a")]
    found = digests(owed(duties, ROTA, FRIDAY, COUNTY_DEFAULTS))
    assert [(digest.person, len(digest.items)) for digest in found] == [("li", 2), ("wang", 1)]
    assert digests(owed([open_duty(FRIDAY + 10 * DAY)], ROTA, FRIDAY, COUNTY_DEFAULTS)) == ()


# --- when ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("urgency", "day", "clock", "may"),
    [
        (Urgency.EMERGENCY, SATURDAY, "03:00", True),
        (Urgency.ANSWER, SATURDAY, "03:00", True),
        (Urgency.NOTICE, SATURDAY, "03:00", False),
        (Urgency.NOTICE, SATURDAY, "08:00", True),
        (Urgency.NOTICE, FRIDAY, "13:00", False),
        (Urgency.REMINDER, FRIDAY, "08:59", False),
        (Urgency.REMINDER, FRIDAY, "09:00", True),
        (Urgency.REMINDER, FRIDAY, "12:30", False),
        (Urgency.REMINDER, FRIDAY, "15:00", True),
        (Urgency.REMINDER, FRIDAY, "21:00", False),
        (Urgency.REMINDER, SATURDAY, "10:00", False),
        (Urgency.REMINDER, date(2026, 10, 1), "10:00", False),
        (Urgency.REMINDER, date(2026, 10, 10), "10:00", True),  # a Saturday made up for
    ],
)
def test_what_may_go_out_when(urgency: Urgency, day: date, clock: str, may: bool) -> None:
    assert may_send(at(day, time.fromisoformat(clock)), urgency, COUNTY_DEFAULTS) is may


def test_the_hour_is_the_countys_wherever_the_server_stands() -> None:
    assert may_send(datetime(2026, 11, 20, 1, 0, tzinfo=UTC), Urgency.REMINDER, COUNTY_DEFAULTS)
    assert not may_send(
        datetime(2026, 11, 20, 9, 0, tzinfo=UTC) + timedelta(hours=5), Urgency.REMINDER, COUNTY_DEFAULTS
    )


def test_a_person_may_have_an_hour_of_their_own_but_not_one_in_quiet_hours() -> None:
    evening = time(19, 30)
    assert not may_send(at(FRIDAY, time(10, 0)), Urgency.REMINDER, COUNTY_DEFAULTS, evening)
    assert may_send(at(FRIDAY, evening), Urgency.REMINDER, COUNTY_DEFAULTS, evening)
    assert may_send(at(FRIDAY, time(9, 0)), Urgency.REMINDER, COUNTY_DEFAULTS, time(22, 0)), "the county's hour instead"


def test_a_reminder_of_the_national_day_is_held_until_the_first_morning_after_it() -> None:
    held = may_send_from(at(date(2026, 9, 30), time(21, 30)), Urgency.REMINDER, COUNTY_DEFAULTS)
    assert held == at(date(2026, 10, 8), time(9, 0))


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001 - made aware below
    st.sampled_from(Urgency),
    st.none() | st.times(),
)
def test_everything_held_is_released_at_the_first_moment_it_may_go(
    clock: datetime, urgency: Urgency, hour: time | None
) -> None:
    now = at(clock.date(), clock.time())
    free = may_send_from(now, urgency, COUNTY_DEFAULTS, hour)
    assert may_send(free, urgency, COUNTY_DEFAULTS, hour)
    assert now <= free < now + timedelta(days=12)
    if free > now:
        assert not may_send(free - timedelta(microseconds=1), urgency, COUNTY_DEFAULTS, hour)
        probes = (now + (free - now) * n / 50 for n in range(50))
        assert not any(may_send(probe, urgency, COUNTY_DEFAULTS, hour) for probe in probes)


# --- settling and proof ----------------------------------------------------------------------------------------------


def test_what_was_done_meanwhile_is_moot_even_where_nobody_could_be_reached() -> None:
    assert settle(still_owed=False, reachable=False, may_go_now=False) is State.MOOT
    assert settle(still_owed=True, reachable=False, may_go_now=False) is State.UNREACHABLE
    assert settle(still_owed=True, reachable=True, may_go_now=False) is State.HELD
    assert settle(still_owed=True, reachable=True, may_go_now=True) is State.SENT


def key(name: str) -> Key:
    return ("contact", f"child:{name}", "li", FRIDAY)


def test_a_day_on_which_everything_is_accounted_for_balances() -> None:
    rows = [(key("a"), State.SENT), (key("b"), State.MOOT), (key("c"), State.UNREACHABLE), (key("d"), State.HELD)]
    line = reconcile([key("a"), key("c"), key("d")], rows)  # b was done meanwhile: expected no more, still accounted
    assert (line.due, line.sent, line.moot, line.unreachable, line.held) == (4, 1, 1, 1, 1)
    assert line.balanced


def test_a_reminder_never_planned_or_left_lying_is_missed() -> None:
    line = reconcile([key("a"), key("b")], [(key("b"), State.PLANNED)])
    assert line.missed == (key("a"), key("b"))
    assert not line.balanced


def test_a_row_sent_twice_is_found() -> None:
    line = reconcile([key("a")], [(key("a"), State.SENT), (key("a"), State.SENT)])
    assert (line.due, line.sent, line.duplicates, line.balanced) == (1, 1, 1, False)


@given(st.sets(st.sampled_from("abcdef")), st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(State)))
def test_due_is_always_the_sum_of_what_became_of_it(expected: set[str], rows: dict[str, State]) -> None:
    line = reconcile(map(key, expected), [(key(name), state) for name, state in rows.items()])
    assert line.due == line.sent + line.moot + line.unreachable + line.held + len(line.missed)


def test_a_month_of_mornings_with_an_outage_sends_each_step_at_most_once_and_misses_none() -> None:
    duty = open_duty(date(2026, 9, 25))
    down = set(days(date(2026, 9, 28), date(2026, 10, 12)))
    planned: dict[Key, tuple[date, bool]] = {}
    for today in days(date(2026, 9, 20), date(2026, 10, 20)):
        if today not in down and working_day(today):
            for row in owed([duty], ROTA, today, COUNTY_DEFAULTS):
                planned.setdefault(row.key, (today, row.late))
    assert {key[3]: sent for key, sent in planned.items()} == {
        date(2026, 9, 22): (date(2026, 9, 22), False),
        date(2026, 10, 13): (date(2026, 10, 13), False),
        date(2026, 10, 16): (date(2026, 10, 16), False),
        date(2026, 10, 19): (date(2026, 10, 19), False),
    }


# --- help needed -----------------------------------------------------------------------------------------------------


def helped(*duties: OpenDuty, today: date, rota: Rota = ROTA) -> tuple[HelpNeeded, ...]:
    return help_needed(duties, rota, today, COUNTY_DEFAULTS)


def test_after_a_week_the_supervisor_hears_and_after_three_the_county() -> None:
    due = date(2026, 10, 31)
    duty = open_duty(due)
    assert helped(duty, today=due + 7 * DAY) == ()
    (to_supervisor,) = helped(duty, today=due + 8 * DAY)
    assert (to_supervisor.person, to_supervisor.level, to_supervisor.unit) == (
        "wang",
        Role.SUPERVISOR,
        YINJIAZHUANG.code,
    )
    assert [note.person for note in helped(duty, today=due + 21 * DAY)] == ["wang"]
    assert [note.person for note in helped(duty, today=due + 22 * DAY)] == ["wang", "zhao"]


def test_a_call_already_made_is_not_made_again_when_the_newest_of_it_is_done() -> None:
    older, newer = open_duty(date(2026, 10, 20), name="c1"), open_duty(date(2026, 10, 31), name="c2")
    (call,) = helped(older, newer, today=date(2026, 11, 8))[:1]
    told = {call.key[:3]: call.key[3]}
    assert help_needed([older], ROTA, date(2026, 11, 9), COUNTY_DEFAULTS, told)[0].key == call.key
    later = open_duty(date(2026, 11, 5), name="c3")
    risen = help_needed([older, later], ROTA, date(2026, 11, 13), COUNTY_DEFAULTS, told)[0]
    assert risen.day == date(2026, 11, 13)


def test_a_village_is_told_of_once_with_all_its_children_the_red_first() -> None:
    today = date(2026, 11, 20)
    duties = [
        open_duty(today - 9 * DAY, name="green"),
        open_duty(today - 8 * DAY, name="red", tier=Tier.RED),
        open_duty(today - 9 * DAY, name="other", unit=QUKOU),
    ]
    first, second = helped(*duties, today=today)
    assert (first.unit, [duty.subject for duty in second.duties]) == (QUKOU.code, ["child:red", "child:green"])


def test_the_same_help_is_not_asked_for_again_until_more_has_become_overdue() -> None:
    due = date(2026, 10, 31)
    one, two = open_duty(due, name="a"), open_duty(due + 2 * DAY, name="b")
    monday, tuesday = (helped(one, two, today=due + DAY * n)[0] for n in (8, 9))
    assert monday.key == tuesday.key
    assert helped(one, two, today=due + 10 * DAY)[0].key > tuesday.key
    assert helped(one, today=due + 10 * DAY)[0].key == tuesday.key, "the second was done meanwhile"


def test_what_the_supervisor_owes_rises_to_the_county_not_to_the_supervisor() -> None:
    due = date(2025, 12, 31)
    duty = open_duty(due, SUPERVISOR_CONTACT)
    assert helped(duty, today=due + 20 * DAY) == ()
    assert [note.person for note in helped(duty, today=due + 22 * DAY)] == ["zhao"]
