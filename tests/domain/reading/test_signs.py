"""Signs of harm: found in everyday words, quiet about idioms, lessons, denials and settled history."""

import json
from pathlib import Path

import pytest

from domain.reading.sign_described import DESCRIBED
from domain.reading.sign_lexicon import LEXICON, Entry
from domain.reading.signs import Standing, denies, find_signs, is_alarming, listed_signs

DATA = Path(__file__).parent / "data"
ENTRIES = (*LEXICON, *DESCRIBED)
SENTENCES = [json.loads(line) for line in (DATA / "own_signs.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.example)
def test_every_entry_catches_its_example_and_leaves_its_counter_example_alone(entry: Entry) -> None:
    assert entry.code in {sign.code for sign in find_signs(entry.example) if sign.alarming}
    assert not is_alarming(listed_signs(entry.counter))


def test_every_situation_of_the_law_has_an_entry() -> None:
    codes = {entry.code for entry in ENTRIES}
    # R3 is R2's words with another age; X1, X2 and X5 are R6's and X4's: the age and the duty are for people to judge.
    assert {"R1", "R2", "R4", "R5", "R6", "R7", "R8", "R9", "X3", "X4", "X6", "X7", "X8", "X9", "X10", "X11"} <= codes


@pytest.mark.parametrize("row", [r for r in SENTENCES if r["alarm"]], ids=lambda r: r["text"])
def test_harm_that_is_only_described_alarms(row: dict) -> None:
    assert is_alarming(find_signs(row["text"]))


@pytest.mark.parametrize("row", [r for r in SENTENCES if not r["alarm"]], ids=lambda r: r["text"])
def test_everyday_words_that_only_look_like_harm_do_not_trip_the_lists(row: dict) -> None:
    assert not is_alarming(listed_signs(row["text"]))


def test_nine_in_ten_look_alikes_do_not_alarm_at_all() -> None:
    quiet = [row["text"] for row in SENTENCES if not row["alarm"]]
    alarmed = [text for text in quiet if is_alarming(find_signs(text))]
    assert len(alarmed) <= 0.1 * len(quiet), alarmed


@pytest.mark.parametrize(
    "text",
    ["身上没有发现淤青，也没有人欺负她", "新伤旧伤都没有", "爷爷也说没动过手", "没有打娃的情况", "没发现啥伤", "不是谁打的，是摔的，大家都看见"],
)
def test_a_denied_sign_does_not_alarm_and_counts_as_a_denial(text: str) -> None:
    signs = find_signs(text)
    assert not is_alarming(signs)
    assert denies(signs)


def test_a_denial_by_the_family_does_not_silence_what_the_worker_saw() -> None:
    signs = find_signs("奶奶说没打过，可是胳膊上青一块紫一块")
    assert is_alarming(signs)
    assert denies(signs)


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("上次挨打的事派出所已经处理了", Standing.SETTLED),
        ("膝盖上青了一块，体育课上摔的，老师看见了", Standing.WITNESSED),
        ("活动上讲了防性侵防拐卖的知识", Standing.TAUGHT),
    ],
)
def test_settled_witnessed_and_taught_signs_are_kept_but_do_not_alarm(text: str, standing: Standing) -> None:
    signs = find_signs(text)
    assert standing in {sign.standing for sign in signs}
    assert not is_alarming(signs)


def test_a_sign_carries_the_words_it_came_from() -> None:
    text = "今天去家里，胳膊上有几块青的"
    (sign,) = [s for s in find_signs(text) if s.code == "R4"]
    assert text[sign.start : sign.end] == sign.words
    assert "青" in sign.words
