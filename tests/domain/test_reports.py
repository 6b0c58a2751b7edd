"""Situations and routes, who is gone around, and the states of a case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import count

import pytest
from hypothesis import given as given_values
from hypothesis import settings
from hypothesis import strategies as st

from domain import forms, units
from domain.children import Sex
from domain.forms import Draft, Invalid, Review, Said, World
from domain.people import Post, Role, Unit, UnitKind
from domain.reports import form as report_form
from domain.reports.case import (
    HOLDING,
    Act,
    DeskState,
    Event,
    Impossible,
    Part,
    ReportState,
    Seat,
    check,
    desks,
    possible,
    state,
)
from domain.reports.conflict import Conflict, conflict_of, gone_around, tells_supervisor
from domain.reports.form import REPORT
from domain.reports.situations import ASKS, GROUPS, SITUATIONS, help_lines, in_danger, is_urgent, route, situation_of

POLICE, EDUCATION, COUNTY = "620724.police", "620724.education", "620724"
VILLAGE, TOWN = "620724106001", "620724106"
_clock = count()


def happened(kind: Act, unit: str | None = None, *, to: str | None = None) -> Event:
    return Event(kind, datetime(2026, 11, 18, tzinfo=UTC) + timedelta(minutes=next(_clock)), unit, "p", to)


def filed(*to: str) -> list[Event]:
    return [happened(Act.FILED), *(happened(Act.SENT, to=one) for one in to)]


# --- situations ---


def test_the_nine_situations_and_eleven_triggers_are_all_there() -> None:
    assert set(SITUATIONS) == {f"R{n}" for n in range(1, 10)} | {f"X{n}" for n in range(1, 12)}


def test_each_situation_can_be_picked_and_at_most_ten_buttons_lead_to_them() -> None:
    assert {code for codes in GROUPS.values() for code in codes} == set(SITUATIONS)
    assert len(GROUPS) <= 10


def test_each_situation_goes_to_departments_of_the_county() -> None:
    for situation in SITUATIONS.values():
        assert situation.route
        assert set(situation.route) <= set(units.DEPARTMENTS)


def test_the_nine_situations_go_to_the_police_first() -> None:
    for n in range(1, 10):
        assert route(SITUATIONS[f"R{n}"], danger=False)[0] == "police"


@pytest.mark.parametrize("code", sorted(SITUATIONS))
def test_danger_puts_the_police_first_and_drops_nobody(code: str) -> None:
    found = route(SITUATIONS[code], danger=True)
    assert found[0] == "police"
    assert set(found) == {"police", *SITUATIONS[code].route}
    assert len(found) == len(set(found))


def test_a_drop_out_goes_to_the_education_bureau_alone() -> None:
    assert route(SITUATIONS["X6"], danger=False) == ("education",)


def test_what_nobody_can_sort_is_other_serious_harm() -> None:
    assert situation_of({}).code == "R9"
    assert situation_of({"kind": "unsorted"}).code == "R9"
    assert situation_of({"kind": None, "exact": "R1"}).code == "R9"  # an answer that no longer applies


def test_age_and_sex_tell_girls_of_fourteen_apart() -> None:
    assert situation_of({"kind": "private"}, Sex.FEMALE, 13).code == "R2"
    assert situation_of({"kind": "private"}, Sex.FEMALE, 14).code == "R3"
    assert situation_of({"kind": "private"}, Sex.MALE, 9).code == "R1"
    assert situation_of({"kind": "private", "exact": "R1"}, Sex.FEMALE, 15).code == "R1"
    assert situation_of({"kind": "private"}).code == "R2"


def test_not_clear_whether_safe_counts_as_danger() -> None:
    assert in_danger({"safe": "unclear"})
    assert in_danger({})
    assert not in_danger({"safe": "safe"})
    assert is_urgent({"safe": "unclear"}, SITUATIONS["X6"])
    assert not is_urgent({"safe": "safe"}, SITUATIONS["X6"])
    assert is_urgent({"safe": "safe"}, SITUATIONS["R4"])


def test_words_of_self_harm_bring_the_help_lines_whatever_was_picked() -> None:
    assert "12356" in help_lines({"kind": "school", "seen": "她说不想活了"})
    assert help_lines({"kind": "school", "seen": "不想上学"}) == ()


# --- who is gone around ---


def _post(role: Role, code: str, holder: str, deputy: str | None = None) -> Post:
    kind = UnitKind.VILLAGE if len(code) == 12 else UnitKind.TOWN if len(code) == 9 else UnitKind.DEPARTMENT
    return Post(holder, role, Unit(code, kind, "", None), holder, deputy)


POSTS = (
    _post(Role.CHILD_DIRECTOR, VILLAGE, "director", "deputy"),
    _post(Role.CHILD_DIRECTOR, "620724106002", "neighbour"),
    _post(Role.SUPERVISOR, TOWN, "supervisor"),
    _post(Role.SUPERVISOR, "620724107", "other supervisor"),
    _post(Role.DEPARTMENT, POLICE, "officer"),
    _post(Role.COUNTY, COUNTY, "county"),
)


@pytest.mark.parametrize(
    ("conflict", "hidden"),
    [
        (Conflict.NONE, set()),
        (Conflict.VILLAGE, {"director", "deputy"}),
        (Conflict.TOWN, {"supervisor"}),
        (Conflict.UNSAID, {"director", "deputy", "supervisor"}),
    ],
)
def test_the_level_that_is_involved_is_gone_around_and_no_other(conflict: Conflict, hidden: set[str]) -> None:
    assert gone_around(conflict, [VILLAGE], POSTS) == hidden
    assert tells_supervisor(conflict) is ("supervisor" not in hidden)


def test_both_the_childs_and_the_reporters_town_are_gone_around() -> None:
    hidden = gone_around(Conflict.TOWN, [VILLAGE, "620724107001"], POSTS)
    assert hidden == {"supervisor", "other supervisor"}


def test_places_that_are_departments_or_the_county_hide_nobody() -> None:
    assert gone_around(Conflict.UNSAID, [POLICE, COUNTY], POSTS) == frozenset()


def test_a_report_sent_before_the_question_was_answered_goes_around_both() -> None:
    assert conflict_of({}) is Conflict.UNSAID
    assert conflict_of({"involved": "none"}) is Conflict.NONE


# --- the form ---

NOW = datetime(2026, 11, 18, 10, 30, tzinfo=timezone(timedelta(hours=8)))
HERE = World(NOW, {"roster": lambda: [("c1", "甲")], "find": lambda words: [("c1", "甲")] if words == "甲" else []})
ENOUGH = {"safe": "safe", "child": "c1", "where": "school", "kind": "hurt", "involved": "none", "seen": "有伤"}


def test_after_what_and_where_everything_else_can_be_passed_over_at_once() -> None:
    draft, now = forms.skip_rest(REPORT, Draft("report", dict(ENOUGH)))
    assert isinstance(now, Review)
    assert draft.answers["phone"] is None


def test_before_what_and_where_nothing_is_passed_over() -> None:
    for missing in ("where", "seen"):
        answers = {key: value for key, value in ENOUGH.items() if key != missing}
        draft = Draft("report", answers)
        assert not forms.is_enough(REPORT, draft)
        assert forms.skip_rest(REPORT, draft)[0] == draft


def test_only_safety_child_where_involved_and_what_must_be_answered() -> None:
    must = [one.key for one in REPORT.questions if not one.skip and not one.aside]
    assert must == ["safe", "called", "child", "where", "involved", "seen"]  # 还没打 is an answer too


@pytest.mark.parametrize("called", ["called", "not_yet"])
@pytest.mark.parametrize("safe", ["safe", "danger", "unclear"])
def test_at_most_eight_questions_follow_safety_and_conflict(safe: str, called: str) -> None:
    """who and exact belong to child and kind, the added ones to their situation; the longest way through stays short."""
    values = {
        "safe": safe, "called": [called, "2026-11-18T10:30"], "child": "other", "who": "x", "where": "school",
        "kind": "private", "exact": "R1", "involved": "none", "seen": "x", "when": "now", "suspect": "unclear",
        "police": ["not_yet", ""], "receipt": "1", "phone": "10000000101", "doctor": "x",
    }  # fmt: skip
    answers: dict[str, object] = {}
    asked: list[str] = []
    while (now := forms.turn(REPORT, Draft("report", answers))) and not isinstance(now, Review):
        asked.append(now.question.key)
        answers[now.question.key] = values[now.question.key]
    assert len([key for key in asked if key not in ("safe", "called", "involved", "who", "exact", *ASKS)]) == 8


def test_no_question_takes_a_picture_but_the_paper() -> None:
    for question in REPORT.questions:
        if question.key != "paper":
            with pytest.raises(Invalid) as refused:
                question.read(Said(text="看", files=("f1",)), HERE, {})
            assert refused.value.key == "report.problem.no_photo"


def test_i_have_called_keeps_the_moment_and_a_typed_receipt_number() -> None:
    assert report_form.called(Said(choice="called"), HERE, {}) == ["called", "2026-11-18T10:30+08:00"]
    assert report_form.called(Said(text="ＪＪ２０２６-07"), HERE, {})[2] == "JJ2026-07"
    with pytest.raises(Invalid):
        report_form.called(Said(text="明天再说"), HERE, {})


def test_a_child_is_a_button_a_name_or_plain_words() -> None:
    assert report_form.child(Said(choice="c1"), HERE, {}) == "c1"
    assert report_form.child(Said(text="甲"), HERE, {}) == "c1"
    assert report_form.child(Said(text="隔壁的娃"), HERE, {}) == ["described", "隔壁的娃"]
    with pytest.raises(Invalid):
        report_form.child(Said(choice="another villages child"), HERE, {})


@pytest.mark.parametrize("said", ["12", "abc", "138 0000", "１００００００００１"])
def test_a_phone_is_a_number(said: str) -> None:
    if said.startswith("１") or said == "138 0000":
        assert report_form.phone(Said(text=said), HERE, {}).isdigit()
    else:
        with pytest.raises(Invalid):
            report_form.phone(Said(text=said), HERE, {})


# --- the states of a case ---

OFFICER, WATCHER, BUREAU = Seat(Part.RECEIVER, POLICE), Seat(Part.WATCHER, TOWN), Seat(Part.WATCHER, COUNTY)


def test_a_filed_report_waits_and_a_signed_one_is_in_hand() -> None:
    events = filed(POLICE)
    assert state(events) is ReportState.WAITING
    events.append(happened(Act.RECEIVED, POLICE))
    assert state(events) is ReportState.RECEIVED
    events.append(happened(Act.ANSWER, POLICE))
    assert state(events) is ReportState.ANSWERED
    events.append(happened(Act.CLOSED, POLICE))
    assert state(events) is ReportState.FOLLOW_UP  # the file closes after the home visit
    events.append(happened(Act.VISITED))
    assert state(events) is ReportState.CLOSED


def test_several_departments_hold_a_report_each_with_its_own_state() -> None:
    events = [*filed(POLICE, EDUCATION), happened(Act.RECEIVED, POLICE), happened(Act.CLOSED, POLICE)]
    assert desks(events) == {POLICE: DeskState.CLOSED, EDUCATION: DeskState.WAITING}
    assert state(events) is not ReportState.CLOSED


def test_a_report_everybody_sent_back_has_nobody_and_the_county_may_pass_it_on() -> None:
    events = [*filed(POLICE), happened(Act.RETURNED, POLICE)]
    assert state(events) is ReportState.HOMELESS
    assert Act.FORWARDED in possible(events, BUREAU)
    check(events, BUREAU, Act.FORWARDED, "请接", EDUCATION)
    events.append(happened(Act.FORWARDED, COUNTY, to=EDUCATION))
    assert desks(events)[EDUCATION] is DeskState.WAITING


def test_a_report_that_was_rightly_refused_can_be_taken_and_closed_by_the_county() -> None:
    events = [*filed(POLICE), happened(Act.REFUSED, POLICE)]
    check(events, BUREAU, Act.FORWARDED, "县里核实", COUNTY)
    events.append(happened(Act.FORWARDED, COUNTY, to=COUNTY))
    bureau = Seat(Part.RECEIVER, COUNTY)
    assert Act.RETURNED not in possible(events, bureau)
    check(events, bureau, Act.RECEIVED)
    events.append(happened(Act.RECEIVED, COUNTY))
    check(events, bureau, Act.CLOSED, "查无此事")
    assert state([*events, happened(Act.CLOSED, COUNTY)]) is ReportState.FOLLOW_UP


def test_handed_over_it_is_held_by_the_first_until_the_next_has_signed() -> None:
    events = [*filed(POLICE), happened(Act.RECEIVED, POLICE), happened(Act.FORWARDED, POLICE, to=EDUCATION)]
    assert desks(events) == {POLICE: DeskState.PASSING, EDUCATION: DeskState.WAITING}
    taken = [*events, happened(Act.RECEIVED, EDUCATION)]
    assert desks(taken) == {POLICE: DeskState.RELEASED, EDUCATION: DeskState.RECEIVED}
    back = [*events, happened(Act.RETURNED, EDUCATION)]
    assert desks(back) == {POLICE: DeskState.RECEIVED, EDUCATION: DeskState.RETURNED}


@pytest.mark.parametrize("act", [Act.SUPPLEMENT, Act.ANSWER, Act.REFUSED, Act.CLOSED, Act.FORWARDED])
def test_no_step_but_the_receipt_goes_without_words(act: Act) -> None:
    events = [*filed(POLICE), happened(Act.RECEIVED, POLICE)]
    for words in (None, "", "  "):
        with pytest.raises(Impossible) as refused:
            check(events, OFFICER, act, words, EDUCATION)
        assert refused.value.why == "reason_wanted"
    check(events, OFFICER, act, "因为", EDUCATION)


def test_nothing_is_closed_before_it_was_signed_for() -> None:
    with pytest.raises(Impossible) as refused:
        check(filed(POLICE), OFFICER, Act.CLOSED, "好了")
    assert refused.value.why == "receive_first"


def test_the_second_receipt_is_refused() -> None:
    with pytest.raises(Impossible) as refused:
        check([*filed(POLICE), happened(Act.RECEIVED, POLICE)], OFFICER, Act.RECEIVED)
    assert refused.value.why == "received_already"


def test_a_supervisor_and_the_reporter_move_no_desk() -> None:
    events = [*filed(POLICE), happened(Act.CALLED)]
    assert possible(events, WATCHER) == (Act.SUPPLEMENT, Act.RISK, Act.ASKED)
    assert possible(events, Seat(Part.REPORTER)) == (Act.SUPPLEMENT, Act.FOLLOWED, Act.RETRACTED)
    assert possible(events, Seat(Part.OVERSEER, "620724.procuratorate")) == ()
    assert possible(events, Seat(Part.WATCHER, EDUCATION)) == (Act.SUPPLEMENT,)


def test_a_mistaken_report_can_no_longer_be_touched() -> None:
    events = [happened(Act.MISTAKEN)]
    assert state(events) is ReportState.MISTAKEN
    for seat in (OFFICER, WATCHER, BUREAU, Seat(Part.REPORTER)):
        assert possible(events, seat) == ()


SEATS = (OFFICER, Seat(Part.RECEIVER, COUNTY), Seat(Part.RECEIVER, EDUCATION), BUREAU, WATCHER, Seat(Part.REPORTER))


@settings(deadline=None)
@given_values(st.lists(st.tuples(st.sampled_from(SEATS), st.sampled_from(list(Act)), st.sampled_from((POLICE, EDUCATION)))))
def test_whatever_is_done_the_report_is_held_by_somebody_or_the_county_can_act(
    steps: list[tuple[Seat, Act, str]],
) -> None:
    events = filed(POLICE)
    for seat, act, to in steps:
        try:
            check(events, seat, act, "因为", to if act is Act.FORWARDED else None)
        except Impossible:
            continue
        events.append(happened(act, seat.unit, to=to if act is Act.FORWARDED else None))
        held = any(one in HOLDING and one is not DeskState.PASSING for one in desks(events).values())
        over = state(events) in (ReportState.FOLLOW_UP, ReportState.CLOSED, ReportState.VOIDED)
        assert held or over or Act.FORWARDED in possible(events, BUREAU)
