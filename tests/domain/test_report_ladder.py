"""The ladder and the clocks of a report, one by one: who is told when, and what stops a clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain import units
from domain.calendar import LOCAL
from domain.reports import case, situations
from domain.reports.clocks import BY_CODE, CLOCKS, clocks
from domain.reports.crew import BY_CODE_ONLY, Crew, Rung
from domain.reports.events import Act, Event, Impossible, Part, Seat
from domain.reports.life import DeskState, ReportState, life
from domain.reports.rising import WARN, Signal, signals
from domain.reports.situations import GROUPS, SITUATIONS
from tests.domain.report_county import (
    CIVIL,
    COUNTY,
    EDUCATION,
    FRIDAY_NIGHT,
    NOON,
    POLICE,
    POLICY,
    POSTS,
    TOWN,
    escalated,
    filed,
    happened,
    matter,
)


def _at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def _signals(events: list[Event], minutes: float, crew: Crew | None = None, **how: object) -> list[Signal]:
    return signals(life(events), matter(**how), crew or Crew(POSTS, COUNTY), _at(minutes), POLICY)  # type: ignore[arg-type]


def test_a_missed_receipt_rises_from_the_officer_to_the_procuratorate_and_stays_with_the_last() -> None:
    events, risen = filed(NOON, POLICE), []
    for minutes in range(0, 60 * 26, 5):
        for signal in _signals(events, minutes):
            if signal.running.clock.code == "receipt" and signal.step != WARN:
                events.append(escalated(signal, _at(minutes)))
                risen.append((minutes, signal.step))
    assert [step for _, step in risen[:5]] == ["officer", "deputy", "head", "leader", "procuratorate"]
    assert [minutes for minutes, _ in risen[:5]] == [30, 45, 60, 75, 90]
    assert risen[5:] == [(90 + 24 * 60, "procuratorate")]  # once a day, to the last who can be reached


def test_the_receipt_is_owed_in_half_an_hour_when_the_child_is_not_safe_and_in_two_hours_else() -> None:
    for unsafe, minutes in ((True, 30), (False, 120)):
        running = clocks(life(filed(NOON, POLICE)), matter(unsafe=unsafe), NOON, POLICY)
        receipt = next(one for one in running if one.clock.code == "receipt")
        assert receipt.left == timedelta(minutes=minutes)


def test_each_desk_has_a_clock_of_its_own() -> None:
    events = [*filed(NOON, POLICE, CIVIL), happened(Act.RECEIVED, _at(10), POLICE)]
    running = {(one.clock.code, one.desk) for one in clocks(life(events), matter(), _at(20), POLICY)}
    assert {("receipt", CIVIL), ("feedback", POLICE)} <= running
    assert ("receipt", POLICE) not in running


def test_feedback_is_owed_in_three_working_days_and_then_every_thirty_days() -> None:
    events = [*filed(NOON, POLICE), happened(Act.RECEIVED, NOON, POLICE)]
    first = next(one for one in clocks(life(events), matter(), NOON, POLICY) if one.clock.code == "feedback")
    assert first.deadline.astimezone(LOCAL).strftime("%m-%d %H:%M") == "11-23 10:30"  # Wednesday, then over a weekend
    events.append(happened(Act.ANSWER, NOON, POLICE))
    then = next(one for one in clocks(life(events), matter(), NOON, POLICY) if one.clock.code == "progress")
    assert then.deadline.astimezone(LOCAL).strftime("%m-%d") == "12-18"


def test_nights_and_weekends_stand_still_for_routine_and_not_for_what_must_never_wait() -> None:
    for code, unsafe, said in (("X6", False, "11-23 09:00"), ("X6", True, "11-20 21:00"), ("R6", False, "11-20 22:30")):
        now = life(filed(FRIDAY_NIGHT, EDUCATION))
        running = clocks(now, matter(code=code, unsafe=unsafe), FRIDAY_NIGHT, POLICY)
        receipt = next(one for one in running if one.clock.code == "receipt")
        assert receipt.deadline.astimezone(LOCAL).strftime("%m-%d %H:%M") == said, code


def test_a_judgement_that_the_child_is_safe_lets_the_night_be_night_again() -> None:
    events = [*filed(FRIDAY_NIGHT, POLICE, CIVIL), happened(Act.RECEIVED, FRIDAY_NIGHT, POLICE)]
    events.append(happened(Act.JUDGED, FRIDAY_NIGHT, POLICE, safe="moved"))
    receipt = next(one for one in clocks(life(events), matter(), FRIDAY_NIGHT, POLICY) if one.clock.code == "receipt")
    assert receipt.deadline.astimezone(LOCAL).strftime("%m-%d") == "11-23"
    assert "safety" not in {one.clock.code for one in clocks(life(events), matter(), FRIDAY_NIGHT, POLICY)}


def test_acknowledging_spares_the_next_rung_for_a_day_and_then_it_goes_on() -> None:
    events = filed(NOON, POLICE)
    [signal] = [one for one in _signals(events, 30) if one.running.clock.code == "receipt"]
    events.append(escalated(signal, _at(30)))
    detail = {"clock": "receipt", "desk": POLICE, "since": NOON.isoformat()}
    events.append(Event(Act.ACKNOWLEDGED, _at(31), person="officer", detail=detail))
    quiet = [one for one in _signals(events, 31 + 23 * 60) if one.running.clock.code == "receipt"]
    assert quiet == []
    [then] = [one for one in _signals(events, 32 + 24 * 60) if one.running.clock.code == "receipt"]
    assert then.step == Rung.DEPUTY


def test_a_rung_nobody_stands_on_is_passed_at_once() -> None:
    deaf = Crew(POSTS, COUNTY, frozenset({"officer"}))
    [signal] = [one for one in _signals(filed(NOON, POLICE), 1, deaf) if one.running.clock.code == "receipt"]
    assert (signal.step, signal.absent) == (Rung.DEPUTY, True)


def test_a_red_child_is_visited_again_until_a_supervisor_lowers_the_risk() -> None:
    events = [*filed(NOON, POLICE), happened(Act.RECEIVED, NOON, POLICE), happened(Act.RISK, NOON, tier="red")]
    events.append(happened(Act.CLOSED, NOON, POLICE, outcome="handled"))
    assert [one.clock.code for one in clocks(life(events), matter(), NOON, POLICY)] == ["visit"]
    events.append(happened(Act.VISITED, NOON))
    assert [one.clock.code for one in clocks(life(events), matter(), NOON, POLICY)] == ["revisit"]
    assert Act.LOWERED in case.possible(events, Seat(Part.WATCHER, TOWN))
    assert Act.LOWERED not in case.possible(events, Seat(Part.REPORTER))
    events.append(happened(Act.LOWERED, NOON))
    assert life(events).state is ReportState.CLOSED


def test_what_was_passed_on_twice_before_anybody_signed_comes_loose_together() -> None:
    events = [*filed(NOON, POLICE), happened(Act.RECEIVED, NOON, POLICE)]
    events += [happened(Act.FORWARDED, NOON, POLICE, CIVIL), happened(Act.FORWARDED, NOON, CIVIL, EDUCATION)]
    events.append(happened(Act.RECEIVED, NOON, EDUCATION))
    assert {unit: desk.state for unit, desk in life(events).desks.items()} == {
        POLICE: DeskState.RELEASED, CIVIL: DeskState.RELEASED, EDUCATION: DeskState.RECEIVED,
    }  # fmt: skip


def test_a_reporter_who_takes_it_back_closes_nothing_and_the_county_only_what_nobody_has_signed_for() -> None:
    events = [*filed(NOON, POLICE), happened(Act.RETRACTED, NOON)]
    assert life(events).open
    bureau = Seat(Part.WATCHER, COUNTY)
    assert Act.VOIDED in case.possible(events, bureau)
    assert Act.VOIDED not in case.possible([*events, happened(Act.RECEIVED, NOON, POLICE)], bureau)
    assert life([*events, happened(Act.VOIDED, NOON)]).state is ReportState.VOIDED


def test_a_report_nobody_holds_is_owed_a_home_since_the_last_gave_it_back_whatever_is_said_meanwhile() -> None:
    events = [*filed(NOON, POLICE), happened(Act.REFUSED, _at(10), POLICE), happened(Act.SUPPLEMENT, _at(20))]
    [homeless] = [one for one in clocks(life(events), matter(), _at(21), POLICY) if one.clock.code == "homeless"]
    assert (homeless.since, homeless.left) == (_at(10), timedelta(minutes=19))


def test_a_slip_closed_before_it_was_filed_asks_nothing_of_anybody() -> None:
    now = life([happened(Act.MISTAKEN, NOON)])
    assert (now.state, now.open) == (ReportState.MISTAKEN, False)
    assert clocks(now, matter(), _at(60), POLICY) == []
    assert case.possible(now, Seat(Part.REPORTER)) == ()


def test_a_child_of_another_county_is_handed_to_where_it_belongs_and_visited_there() -> None:
    events = [*filed(NOON, POLICE), happened(Act.OUTSIDE, NOON, to=COUNTY), happened(Act.RECEIVED, NOON, POLICE)]
    transfer = next(one for one in clocks(life(events), matter(), NOON, POLICY) if one.clock.code == "transfer")
    assert transfer.left == timedelta(hours=24)
    events.append(happened(Act.CLOSED, _at(60), POLICE, outcome="elsewhere"))
    assert life(events).state is ReportState.FOLLOW_UP  # nobody has said yet who has the child now
    with pytest.raises(Impossible, match="reason_wanted"):
        case.take(life(events), Event(Act.TRANSFERRED, _at(90), COUNTY, "p"), Seat(Part.WATCHER, COUNTY))
    events.append(happened(Act.TRANSFERRED, _at(90), COUNTY))
    assert life(events).state is ReportState.CLOSED


@pytest.mark.parametrize(
    ("code", "more", "due"),
    [
        ("X3", (), True), ("R6", (), True), ("R4", (), False),
        ("R4", ((Act.STEP, {"step": "temporary_guardian"}),), True), ("R4", ((Act.STEP, {"step": "admonished"}),), False),
        ("R4", ((Act.FOLLOWED, {"step": "h2", "safe": "no"}),), True), ("R4", ((Act.FOLLOWED, {"step": "h2", "safe": "yes"}),), False),
        ("X3", ((Act.GUARDIANSHIP, {"items": ""}),), False), ("X3", ((Act.VOIDED, {}),), False),
    ],
)  # fmt: skip
def test_the_seven_cases_are_asked_about_when_the_guardian_is_missing(
    code: str, more: tuple[tuple[Act, dict[str, str]], ...], due: bool
) -> None:
    events = [*filed(NOON, CIVIL), *(happened(act, NOON, CIVIL, **said) for act, said in more)]
    assert case.guardianship_due(life(events), code) is due


def test_every_rule_of_a_reminder_about_a_clock_fits_its_column() -> None:
    for clock in CLOCKS:
        for step in (WARN, *clock.ladder, Rung.PROCURATORATE):
            running = clocks(life(filed(NOON, POLICE)), matter(), NOON, POLICY)[0]
            assert len(Signal(replace(running, clock=clock), step, ("p",), NOON, True).rule) <= 24


def test_leaders_and_the_procuratorate_are_told_by_code_only() -> None:
    assert set(BY_CODE_ONLY) == {Rung.HEAD, Rung.LEADER, Rung.PROCURATORATE}


@pytest.mark.parametrize("code", sorted(SITUATIONS))
def test_every_situation_has_a_group_a_card_and_somebody_to_go_to(code: str) -> None:
    situation = SITUATIONS[code]
    assert code in GROUPS[situation.group]
    assert situation.card in situations.CARDS
    assert set(situation.asks) <= set(situations.ASKS)
    assert set(situation.copies) <= set(units.DEPARTMENTS)
    assert not set(situation.copies) & set(situation.route)
    assert situation.any_hour or not code.startswith("R")  # domain.md 1.10


def test_the_table_of_clocks_names_each_once() -> None:
    assert len(BY_CODE) == len(CLOCKS)
