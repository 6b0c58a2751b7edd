"""Which day a worker means."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from domain.reading.dates import Future, Impossible, NoDate, Vague, find_day, read_day

DATA = Path(__file__).parent / "data"
WEDNESDAY = datetime(2026, 11, 18, 16, 30)  # noqa: DTZ001 - county time, as the data sets give it


def cases(name: str) -> list[dict]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


def missed(rows: list[dict]) -> list[str]:
    wrong = []
    for row in rows:
        day = read_day(row["text"], datetime.fromisoformat(row["ref"]))
        got = day.isoformat() if isinstance(day, date) else None
        if got != row["expect"]:
            wrong.append(f"{row['text']}: {got}, not {row['expect']}")
    return wrong


@pytest.mark.parametrize("name", ["dates_dev.jsonl", "own_dates.jsonl", "unseen_dates.jsonl"])
def test_at_least_98_of_100_expressions_are_read_right(name: str) -> None:
    rows = cases(name)
    wrong = missed(rows)
    assert len(wrong) <= 0.02 * len(rows), wrong


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("本日", (11, 18)), ("本月头一天", (11, 1)), ("上周最后一天", (11, 15)), ("上周这个时候", (11, 11)), ("上个月这个时候", (10, 18)),
        ("前个礼拜三", (11, 11)), ("国庆假期头一天", (10, 1)), ("国庆假最后一天", (10, 7)), ("整整十天前", (11, 8)),
    ],
)  # fmt: skip
def test_a_day_told_by_its_place_in_a_stretch(words: str, day: tuple[int, int]) -> None:
    assert read_day(words, WEDNESDAY) == date(2026, *day)


def test_the_day_before_a_festival_may_be_today() -> None:
    assert read_day("霜降前一天", datetime(2026, 10, 22, 19)) == date(2026, 10, 22)  # noqa: DTZ001


def test_a_vague_expression_says_why_and_within_what() -> None:
    vague = [row for row in cases("dates_dev.jsonl") if row["kind"] == "vague"]
    for row in vague:
        day = read_day(row["text"], datetime.fromisoformat(row["ref"]))
        assert isinstance(day, Vague), row["text"]
        assert day.reason


def test_no_expression_is_ever_read_as_a_day_to_come() -> None:
    for row in cases("dates_dev.jsonl") + cases("own_dates.jsonl"):
        ref = datetime.fromisoformat(row["ref"])
        day = read_day(row["text"], ref)
        assert not isinstance(day, date) or day <= ref.date(), row["text"]


@pytest.mark.parametrize("words", ["明天", "下周一", "本月20号", "今年12月3号", "2027-01-01"])
def test_a_coming_day_is_told_apart_from_no_day(words: str) -> None:
    assert isinstance(read_day(words, WEDNESDAY), Future)


@pytest.mark.parametrize("words", ["2月30日", "２月３０日", "二月三十号", "4月31号", "13月5日", "2026年2月29日", "上个月32号"])
def test_a_day_no_calendar_has_is_refused_as_impossible(words: str) -> None:
    assert isinstance(read_day(words, WEDNESDAY), Impossible)


@pytest.mark.parametrize("words", ["五一村", "六一村", "八一村", "国庆村", "", "   ", "😀", "3号娃", "第三十二号", "ab\x00c"])
def test_villages_and_numbers_of_children_are_no_days(words: str) -> None:
    assert read_day(words, WEDNESDAY) == NoDate()


def test_what_the_grammar_does_not_know_goes_to_dateparser_only_as_a_whole() -> None:
    assert read_day("Nov 5", WEDNESDAY) == date(2026, 11, 5)
    assert read_day("Nov 5 was the day of the goat", WEDNESDAY) == NoDate()


def test_the_day_is_that_of_the_county_whatever_zone_the_moment_comes_in() -> None:
    assert read_day("今天", datetime(2026, 11, 17, 17, 0, tzinfo=UTC)) == date(2026, 11, 18)


@pytest.mark.parametrize(
    ("text", "day", "words"),
    [
        ("去年摔断了腿，昨天下午去家里看了", date(2026, 11, 17), "昨天下午"),
        ("都好", date(2026, 11, 18), ""),
        ("她妈上周三回来的，打了个电话问了问", date(2026, 11, 18), ""),
        ("不是昨天，是前天去的", date(2026, 11, 16), "前天"),
    ],
)
def test_the_contacts_own_day_is_found_with_its_words(text: str, day: date, words: str) -> None:
    mention = find_day(text, WEDNESDAY)
    assert mention.day == day
    assert text[mention.start : mention.end] == words


def test_a_childs_name_is_not_read_as_a_day() -> None:
    assert find_day("周一诺家去了", WEDNESDAY, ["周一诺"]).day == WEDNESDAY.date()
    assert find_day("给周一打了电话", WEDNESDAY, ["周一"]).day == WEDNESDAY.date()
