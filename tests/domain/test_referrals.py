"""Referrals as values: where they go, where they stand, when a word is owed, what may stand on the board."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from bot.words import catalogue
from domain.calendar import LOCAL
from domain.children import Child, Guardian, Label, Relation
from domain.forms import Invalid, Said, World
from domain.policy import COUNTY_DEFAULTS, Policy, PolicyRefused, ReferralTimes
from domain.referrals import asked, board, eligibility, guidance
from domain.referrals.clocks import clock_of, signal
from domain.referrals.eligibility import Facts, may_apply
from domain.referrals.events import Act, Event
from domain.referrals.forms import REFERRAL, coming_day, public_words
from domain.referrals.life import Life, State, after, life
from domain.referrals.steps import Impossible, Part, Seat, may_name, possible, take
from domain.referrals.types import KINDS, SIGNS, lead, next_units

EDUCATION, POLICE, COUNTY, VILLAGE = "620724.education", "620724.police", "620724", "620724106001"
MONDAY = datetime(2026, 11, 2, 10, tzinfo=LOCAL)
LEAD, HOME = Seat(Part.LEAD, EDUCATION), Seat(Part.HOME, VILLAGE)


def _event(
    act: Act, days: float = 0, unit: str | None = None, to: str | None = None, note: str | None = None, **detail: str
) -> Event:
    return Event(act, MONDAY + timedelta(days=days), "p", unit, to, note, detail or None)


SENT = (_event(Act.RAISED), _event(Act.SENT, to=EDUCATION))


def test_a_referral_goes_from_waiting_through_steps_to_a_result_and_closes_when_the_family_was_told() -> None:
    now = life(SENT)
    assert now.state is State.WAITING
    for event, state in (
        (_event(Act.ACCEPTED, 1, EDUCATION), State.ACCEPTED), (_event(Act.STEP, 2, EDUCATION, step="talked"), State.WORKING),
        (_event(Act.RESULT, 9, EDUCATION, outcome="better"), State.DONE), (_event(Act.TOLD, 10, VILLAGE), State.CLOSED),
    ):  # fmt: skip
        now = after(now, event)
        assert now.state is state
    assert not now.open


def test_a_suggestion_closes_with_its_reply_as_no_family_waits_for_it() -> None:
    now = life([*SENT, _event(Act.ACCEPTED), _event(Act.RESULT, 5, EDUCATION, outcome="replied")], family=False)
    assert now.state is State.CLOSED


def test_sent_back_it_lies_with_the_county_until_it_is_handed_on() -> None:
    now = life([*SENT, _event(Act.RETURNED, 1, EDUCATION, to=COUNTY, note="不归我们")])
    assert (now.state, now.desk) == (State.RETURNED, COUNTY)
    now = take(now, KINDS["psychology"], _event(Act.FORWARDED, 2, COUNTY, to="620724.health"), Seat(Part.LEAD, COUNTY))
    assert (now.state, now.desk) == (State.WAITING, "620724.health")


@pytest.mark.parametrize(
    ("kind", "answers", "unit"),
    [
        ("psychology", {}, EDUCATION),
        ("neglect", {"serious": "no"}, VILLAGE),
        ("neglect", {"serious": "yes"}, POLICE),
        ("benefits", {"benefit": "rehabilitation"}, "620724.disabled"),
        ("online", {"phone_use": ["late_night"], "threat": "no"}, EDUCATION),
        ("online", {"phone_use": ["spread"], "threat": "no"}, "620724.cyberspace"),
        ("online", {"phone_use": ["late_night"], "threat": "yes"}, POLICE),
        ("suggestion", {"to_unit": EDUCATION}, EDUCATION),
    ],
)
def test_the_kind_and_its_answers_name_the_lead_unit(kind: str, answers: dict[str, object], unit: str) -> None:
    assert lead(KINDS[kind], answers, VILLAGE) == unit


def test_who_holds_it_works_on_it_and_nobody_accepts_it_twice() -> None:
    waiting = life(SENT)
    assert possible(waiting, KINDS["psychology"], LEAD) == (Act.ACCEPTED, Act.RETURNED, Act.FORWARDED)
    assert Act.ACCEPTED not in possible(waiting, KINDS["psychology"], HOME)
    accepted = after(waiting, _event(Act.ACCEPTED))
    with pytest.raises(Impossible, match="accepted_already"):
        take(accepted, KINDS["psychology"], _event(Act.ACCEPTED), LEAD)
    with pytest.raises(Impossible, match="words_wanted"):
        take(accepted, KINDS["psychology"], _event(Act.RETURNED, to=COUNTY), LEAD)


def test_no_name_goes_to_the_unit_before_the_guardian_agreed_where_that_is_asked() -> None:
    now = life(SENT)
    assert not may_name(now, "psychology", LEAD) and may_name(now, "psychology", HOME)
    assert may_name(after(now, _event(Act.CONSENT, given="yes")), "psychology", LEAD)
    assert may_name(now, "schooling", LEAD)


def test_the_second_to_claim_a_need_is_told_so_and_nothing_is_matched_without_consent() -> None:
    kind = KINDS["social"]
    now = take(life([*SENT, _event(Act.ACCEPTED)]), kind, _event(Act.CLAIMED, helper="a"), Seat(Part.PAST))
    with pytest.raises(Impossible, match="claimed_already"):
        take(now, kind, _event(Act.CLAIMED, helper="b"), Seat(Part.PAST))
    with pytest.raises(Impossible, match="consent_first"):
        take(now, kind, _event(Act.STEP, unit=EDUCATION, step="matched"), LEAD)
    assert now.helper == "a"


def test_the_unit_is_reminded_once_and_then_the_county_hears_once() -> None:
    now, policy = life(SENT), COUNTY_DEFAULTS
    assert signal(now, "psychology", date(2026, 11, 5), policy) is None  # three working days are not over
    first = signal(now, "psychology", date(2026, 11, 6), policy)
    assert first is not None and not first.risen and first.clock.unit == EDUCATION
    since = first.clock.since.isoformat()
    now = after(now, _event(Act.NUDGED, 4, clock="accept", since=since))
    assert signal(now, "psychology", date(2026, 11, 11), policy) is None
    second = signal(now, "psychology", date(2026, 11, 12), policy)
    assert second is not None and second.risen
    now = after(now, _event(Act.RISEN, 10, clock="accept", since=since))
    assert signal(now, "psychology", date(2026, 12, 20), policy) is None


def test_after_acceptance_a_first_word_is_owed_in_ten_working_days_and_then_every_thirty_days() -> None:
    now = life([*SENT, _event(Act.ACCEPTED, 1, EDUCATION)])
    clock = clock_of(now, "psychology", COUNTY_DEFAULTS)
    assert clock is not None and (clock.code, clock.due) == ("first_word", date(2026, 11, 16))
    now = after(now, _event(Act.STEP, 7, EDUCATION, step="talked"))
    clock = clock_of(now, "psychology", COUNTY_DEFAULTS)
    assert clock is not None and (clock.code, clock.due) == ("word", date(2026, 12, 9))
    now = after(now, _event(Act.STEP, 7, VILLAGE, step="talked"))
    assert now.word_at == MONDAY + timedelta(days=7)  # a word of the village is none of the unit's


def test_a_suggestion_is_answered_within_a_month() -> None:
    clock = clock_of(life([*SENT, _event(Act.ACCEPTED, 1, EDUCATION)], family=False), "suggestion", COUNTY_DEFAULTS)
    assert clock is not None and clock.due == date(2026, 12, 2)


def test_the_county_sets_the_days_within_reason() -> None:
    assert Policy(referrals=ReferralTimes(accept_working_days=5)).referrals.accept_working_days == 5
    with pytest.raises(PolicyRefused):
        ReferralTimes(word_days=365)


# --- questions ---


def test_nobody_is_asked_more_than_four_questions_beside_what_and_whom() -> None:
    for kind in KINDS.values():
        if not kind.family:
            continue
        answers: dict[str, object] = {"kind": kind.code, "child": "x"}
        asked_for = 0
        while (question := REFERRAL.walk(answers)[1]) is not None:
            asked_for += 1
            option = question.choices(World(MONDAY), answers)[0].key if question.choices else "words"
            answers[question.key] = [option] if question.many else option
        assert asked_for <= 4, kind.code


def test_a_starred_sign_is_no_referral() -> None:
    question = REFERRAL.question("signs")
    assert question is not None and len(SIGNS) == 12
    with pytest.raises(Invalid, match="harm"):
        question.read(Said(choice="crying,dying"), World(MONDAY), {})
    assert question.read(Said(choice="crying"), World(MONDAY), {}) == ["crying"]


def test_a_need_that_tells_who_it_is_is_held_back_with_an_example_of_how_to_say_it() -> None:
    world = World(MONDAY, {"names": lambda: ["殷小虎", "王秀英"], "places": lambda: ["暖泉村"]})
    with pytest.raises(Invalid) as held:
        public_words(Said(text="暖泉村小虎缺冬衣，电话10012345678"), world, {})
    assert held.value.params["found"] == "暖泉村、小虎、10012345678"
    assert held.value.params["masked"] == "□□□□□缺冬衣，电话□□□"
    assert public_words(Said(text="9岁男孩，身高1米3，缺一身冬衣"), world, {}) == "9岁男孩，身高1米3，缺一身冬衣"


@pytest.mark.parametrize("words", ["由于家庭困难缺被子", "在学校住，缺一床被子", "平时家里没人辅导功课"])
def test_plain_words_are_not_taken_for_names(words: str) -> None:
    assert board.held_back(words, ["殷小虎"], ["暖泉村"]) == []


@pytest.mark.parametrize(
    ("words", "kind", "topic", "whom"),
    [
        ("小虎要看心理老师", "psychology", None, "小虎"), ("李家要办低保", "benefits", "low_income", "李"),
        ("小虎看心理老师", "psychology", None, "小虎"), ("皓宇缺棉衣，想请社会上帮帮", "social", None, "皓宇缺棉衣"),
        ("给小雨申请康复训练", "benefits", "rehabilitation", "小雨"), ("小雨她妈想回来找活干", "work", None, "小雨"),
    ],
)  # fmt: skip
def test_a_request_is_read_from_plain_words(words: str, kind: str, topic: str | None, whom: str) -> None:
    assert asked.request_in(words) == asked.Request(kind, topic, whom)


@pytest.mark.parametrize(
    "words", ["残疾两补要啥材料", "在学校见到心理老师", "昨天去小虎家说要办低保", "低保已经办好了", "小虎家不用办低保"]
)
def test_a_question_or_what_was_done_is_no_request(words: str) -> None:
    assert asked.request_in(words) is None


def test_a_day_to_come_is_read_and_a_past_one_means_next_year() -> None:
    world = World(MONDAY)
    assert coming_day(Said(text="12月5日"), world, {}) == "2026-12-05"
    assert coming_day(Said(text="10月1号"), world, {}) == "2027-10-01"
    assert coming_day(Said(choice="7"), world, {}) == "2026-11-09"
    with pytest.raises(Invalid):
        coming_day(Said(text="过两天"), world, {})


# --- what may apply ---


def _codes(**facts: str) -> list[str]:
    return [one.code for one in may_apply(Facts(**{"study": "minor", **facts}))]


def test_the_map_names_what_may_apply() -> None:
    assert "orphan" in _codes(father="dead", mother="dead")
    assert "de_facto_unattended" in _codes(father="dead", mother="unable") and "orphan" not in _codes(
        father="dead", mother="unable"
    )
    assert _codes(father="ok", mother="ok", money="very_poor", disability="severe") == [
        "low_income", "disabled_living", "disabled_care", "rehabilitation",
    ]  # fmt: skip
    assert _codes(father="ok", mother="ok", sudden="illness") == ["medical", "temporary"]
    assert _codes(father="ok", mother="ok", money="enough", disability="none", sudden="none") == []


def test_the_study_grant_is_for_orphans_who_study_on_after_eighteen() -> None:
    assert _codes(father="dead", mother="dead", study="adult_student") == ["education"]
    assert _codes(father="ok", mother="ok", study="adult_student") == []


def test_the_file_answers_what_it_knows_and_the_rest_is_asked() -> None:
    child = Child(
        "c", "GT", "某某", VILLAGE, birth_date=date(2016, 5, 8), labels=(Label.LOW_INCOME,), disability="肢体二级",
        guardians=(Guardian(Relation.FATHER, "甲", state="死亡"), Guardian(Relation.MOTHER, "乙", state="服刑在押")),
    )  # fmt: skip
    facts = eligibility.facts_of(child, date(2026, 11, 22))
    assert facts == Facts("dead", "unable", "very_poor", "severe", None, "minor")
    assert facts.missing == ("sudden",)
    assert "de_facto_unattended" in eligibility.not_enrolled(child, date(2026, 11, 22))
    assert "low_income" not in eligibility.not_enrolled(child, date(2026, 11, 22))


# --- words ---


def test_every_kind_step_end_sign_benefit_and_text_has_its_words() -> None:
    words = catalogue("zh_CN")
    keys = [f"referral.kind.{code}" for code in KINDS]
    keys += [f"referral.step.{step}" for kind in KINDS.values() for step in kind.steps]
    keys += [f"referral.outcome.{end}" for kind in KINDS.values() for end in kind.outcomes]
    keys += [f"eligible.{what}.{one.code}" for one in eligibility.BENEFITS for what in ("what",)]
    keys += [f"eligible.where.{one.where}" for one in eligibility.BENEFITS]
    keys += [f"eligible.paper.{paper}" for one in eligibility.BENEFITS for paper in one.papers]
    keys += [f"guidance.{what}.{one.code}" for one in guidance.TEXTS for what in ("name", "text")]
    for question in REFERRAL.questions:
        if question.key not in ("child", "issue") and question.choices is not None:
            keys += [f"referral.{question.key}.{option.key}" for option in question.choices(World(MONDAY), {})]
    assert [key for key in keys if key not in words] == []


def test_the_texts_for_families_can_be_read_aloud_in_about_a_minute_and_hold_no_promise_of_money() -> None:
    words = catalogue("zh_CN")
    lengths = {one.code: len(words[f"guidance.text.{one.code}"]) for one in guidance.TEXTS}
    assert len(lengths) >= 16
    assert all(90 <= length <= 300 for length in lengths.values()), lengths


def test_the_texts_of_a_topic_are_those_of_the_childs_age() -> None:
    child = Child("c", "GT", "某某", VILLAGE, birth_date=date(2021, 1, 1))
    assert [one.code for one in guidance.of_topic("phone", child, date(2026, 11, 22))] == ["phone_small"]


def test_it_is_handed_on_to_another_unit_and_never_to_where_it_lies() -> None:
    assert next_units(KINDS["psychology"], EDUCATION) == ("620724.health", COUNTY)
    assert isinstance(life(SENT), Life)
