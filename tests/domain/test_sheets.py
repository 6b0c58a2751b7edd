"""What a message answers of the visit form, and what a correction changes in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

import pytest

from domain.corrected import corrected
from domain.forms import Answers
from domain.reading.corrections import read_correction
from domain.reading.days import Vague
from domain.reading.note import understand
from domain.sheets import Sheet, likely_days, sheets
from domain.visit_children import chosen_children
from domain.visit_findings import answers_for, outcome
from domain.visits import VISIT

REF = datetime(2026, 11, 18, 10, 30)  # noqa: DTZ001 - county time, as the reader takes it
TODAY = REF.date()


@dataclass(frozen=True)
class Kid:
    id: str
    name: str
    guardian: str
    village: str = "暖泉村"


ROSTER = (Kid("hu", "殷小虎", "王秀英"), Kid("yu", "殷小雨", "王秀英"), Kid("ran", "蒋浩然", "蒋万福"))
NUMBERS = {"hu": "GT-1-1-0001", "yu": "GT-1-1-0002", "ran": "GT-1-1-0003"}


def _read(words: str) -> tuple[Sheet, ...]:
    return sheets(understand(words, REF, ROSTER), NUMBERS, words, TODAY)


def _answers(words: str) -> Answers:
    (sheet,) = _read(words)
    return sheet.answers


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "昨天去了小虎家，奶奶和娃都在，都好",
            {"child": "GT-1-1-0001", "day": "2026-11-17", "how": "home_visit", "met": "both", "state": []},
        ),
        ("去了浩然家，锁着门没人", {"how": "home_visit", "met": "nobody"}),
        ("去了小虎家，奶奶在，娃在学校没见着", {"met": "adult", "state": None}),
        ("给浩然打了电话，爷爷接的，都好", {"how": "phone", "outcome": "adult_fine"}),
        ("给浩然打了电话", {"how": "phone", "outcome": "reached"}),
        ("给浩然打了电话，没人接", {"outcome": "no_answer"}),
        ("给浩然打了电话，爷爷说娃咳嗽", {"outcome": "worry", "state": ["body"], "worries": "爷爷说娃咳嗽"}),
        ("昨天去了小虎家，奶奶和娃都在，都好，就是缺棉鞋，讲了防溺水", {"needs": ["clothes"], "talks": ["drowning"]}),
    ],
)
def test_a_sentence_answers_what_it_says(words: str, expected: Answers) -> None:
    answers = _answers(words)
    assert {key: answers.get(key) for key in expected} == expected


@pytest.mark.parametrize(
    "words", ["昨天去了小虎家，奶奶和娃都在，都好", "给浩然打了电话，没人接", "给小虎小雨浩然都打了电话，就浩然没接"]
)
def test_a_whole_sentence_leaves_nothing_to_ask(words: str) -> None:
    kept, still_open = VISIT.walk(_answers(words))
    assert still_open is None
    assert all(outcome(answers_for(kept, one)) for one in chosen_children(kept))


def test_what_is_not_said_is_asked_and_never_assumed() -> None:
    kept, still_open = VISIT.walk(_answers("今天上午去了浩然家"))
    assert still_open is not None and still_open.key == "met" and "met" not in kept
    assert "day" not in _answers("前几天去了浩然家，爷爷和娃都在，挺好")


def test_every_source_is_a_place_in_the_message_and_holds_the_words() -> None:
    words = "昨天下午去了小虎家，奶奶在，娃学习还行，就是没冬衣"
    (sheet,) = _read(words)
    quoted = {key: [words[start:end] for start, end in places] for key, places in sheet.sources.items()}
    assert quoted["day"] == ["昨天下午"] and quoted["child"] == ["小虎"] and "奶奶" in quoted["met"]
    assert quoted["need.clothes"] == ["没冬衣"]
    assert all(quoted.values())


def test_each_of_several_children_keeps_its_own_result() -> None:
    answers = _answers("今天给小虎小雨浩然都打了电话，就浩然没接")
    kept, _ = VISIT.walk(answers)
    reached = {one: outcome(answers_for(kept, one)).reached for one in chosen_children(kept)}
    assert reached == {"GT-1-1-0001": True, "GT-1-1-0002": True, "GT-1-1-0003": False}


def test_a_worry_about_one_child_is_not_the_others() -> None:
    answers = _answers("今天给小虎和浩然都打了电话，小虎咳嗽，浩然都好")
    kept, _ = VISIT.walk(answers | {"help": "self"})
    assert answers_for(kept, "GT-1-1-0001").get("state") == ["body"]
    assert not answers_for(kept, "GT-1-1-0003").get("state")


def test_two_visits_are_two_sheets_with_their_own_words() -> None:
    first, second = _read("今天上午去了小虎家，奶奶和娃都在，都好。下午给浩然打了视频，爷爷接的，都好")
    assert (first.answers["how"], second.answers["how"]) == ("home_visit", "video")
    assert "浩然" not in first.answers["note"] and "小虎" not in second.answers["note"]


def test_likely_days_lie_in_the_stretch_and_not_ahead() -> None:
    assert likely_days(Vague("some_days"), TODAY) == [date(2026, 11, day) for day in (17, 16, 15, 14, 13)]
    month = likely_days(Vague("month", date(2026, 11, 1), date(2026, 11, 30)), TODAY)
    assert month[0] == TODAY and all(later > earlier for later, earlier in pairwise(month))
    assert likely_days(Vague("range", date(2026, 11, 3), date(2026, 11, 5)), TODAY) == [
        date(2026, 11, day) for day in (5, 4, 3)
    ]


# --- corrections ---

CALL: Answers = {"child": "GT-1-1-0001", "day": "2026-11-17", "how": "phone", "outcome": "adult_fine", "note": "…"}


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        ("上次记错了 是10号去的", {"day": "2026-11-10"}),
        ("记错了 不是小虎是小雨", {"child": "GT-1-1-0002"}),
        ("记错了 其实没人接", {"outcome": "no_answer"}),
    ],
)
def test_a_correction_changes_what_it_names_and_nothing_else(words: str, changed: Answers) -> None:
    correction = read_correction(words, REF, ROSTER)
    assert correction is not None
    assert corrected(CALL, correction, NUMBERS, TODAY) == CALL | changed


def test_another_kind_of_contact_takes_over_what_it_can_and_asks_the_rest() -> None:
    visit: Answers = {"child": "GT-1-1-0001", "day": "2026-11-17", "how": "home_visit", "met": "adult", "state": []}
    correction = read_correction("刚才那个不对 是打的电话", REF, ROSTER)
    assert correction is not None
    assert VISIT.walk(corrected(visit, correction, NUMBERS, TODAY))[0]["outcome"] == "adult_fine"


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("月初", date(2026, 11, 1), date(2026, 11, 7)),
        ("上个月底", date(2026, 10, 24), date(2026, 10, 31)),
        ("月中", date(2026, 11, 11), date(2026, 11, 17)),
    ],
)
def test_a_part_of_a_month_offers_its_days(said: str, first: date, last: date) -> None:
    days = likely_days(Vague("month"), TODAY, said)
    assert (days[-1], days[0]) == (first, last)
