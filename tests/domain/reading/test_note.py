"""A whole message, understood."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from domain.contacts import Kind
from domain.reading.note import Reading, understand
from tests.domain.reading.roster import Pupil

DATA = Path(__file__).parent / "data"
REF = datetime(2026, 9, 16, 18, 10)  # noqa: DTZ001 - county time, as the data sets give it


ROSTER = [
    Pupil("1", "马小麦", "爷爷马德福", "云杏村"),
    Pupil("2", "马小禾", "爷爷马德福", "云杏村"),
    Pupil("3", "张雨桐", "奶奶余翠娥", "青穗沟村"),
    Pupil("4", "张语彤", "姥爷卜庆丰", "望麦村"),
    Pupil("5", "关欣", "爷爷关保全", "望麦村"),
]


def read(text: str) -> Reading:
    return understand(text, REF, ROSTER)


def missed(name: str) -> tuple[dict[str, list[str]], int]:
    """The texts misread, by field, and how many messages there are."""
    wrong: dict[str, list[str]] = {"date": [], "children": [], "kind": [], "red_flag": [], "negative": [], "whole": []}
    rows = [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]
    for row in rows:
        reading = understand(row["text"], datetime.fromisoformat(row["ref"]), [Pupil(**child) for child in row["roster"]])
        got = {
            "date": reading.date.isoformat() if reading.date else None,
            "children": sorted(reading.children),
            "kind": reading.kind.value,
            "red_flag": reading.red_flag,
            "negative": reading.negative,
        }
        expect = {**row["expect"], "children": sorted(row["expect"]["children"])}
        fields = [field for field in got if got[field] != expect[field]]
        for field in [*fields, *(["whole"] if fields else [])]:
            wrong[field].append(row["text"])
    return wrong, len(rows)


@pytest.mark.parametrize("name", ["visit_messages_dev.jsonl", "own_messages.jsonl", "more_messages.jsonl"])
def test_messages_are_read_at_least_as_well_as_the_issue_asks(name: str) -> None:
    wrong, count = missed(name)
    allowed = {"date": 0.03, "children": 0.04, "kind": 0.07, "negative": 0.10, "whole": 0.18}
    for field, share in allowed.items():
        assert len(wrong[field]) <= share * count, (field, wrong[field])


def test_the_village_lends_no_name_to_a_child() -> None:
    roster = [Pupil("1", "殷小虎", "奶奶王秀英", "殷家庄"), Pupil("2", "殷小雨", "奶奶王秀英", "殷家庄"), Pupil("3", "黄家驹", "爷爷黄兴旺", "黄家庄")]
    assert understand("昨天下午去了殷家庄小虎家，奶奶在，娃学习还行，就是没冬衣", REF, roster).children == ("1",)
    assert understand("去黄家庄看了小雨", REF, roster).children == ("2",)
    assert set(understand("今天去了殷家", REF, roster).children) == {"1", "2"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("上午先给小禾爷爷打了电话，他说在家，我就过去了", Kind.HOME_VISIT),
        ("本来说好今天入户小禾家，他爷爷住院，改成电话了", Kind.PHONE),
        ("给小禾爷爷打视频没接，又打语音，接了", Kind.PHONE),
        ("今天本来要去小禾家，半道上碰见他，就在路边说了会", Kind.IN_PERSON),
        ("让邻居给小禾爷爷捎了两袋煤", Kind.OTHER),
        ("刚跟小禾爷爷通完话", Kind.PHONE),
    ],
)
def test_what_was_tried_first_is_not_the_contact_made(text: str, kind: Kind) -> None:
    assert read(text).kind is kind


def test_the_contact_of_today_wins_over_an_earlier_one() -> None:
    assert read("上周三给小禾打电话，没打通，今天又打，通了").date == date(2026, 9, 16)
    assert read("上周一家访小禾").date == date(2026, 9, 7)


def test_every_value_shows_the_words_it_came_from() -> None:
    reading = read("昨天下午去了马小禾家，爷爷在")
    assert reading.date == date(2026, 9, 15)
    assert [span.words for span in reading.spans["date"]] == ["昨天下午"]
    assert [span.words for span in reading.spans["children"]] == ["马小禾"]
    assert reading.spans["kind"][0].words.startswith("去了")


def test_a_name_that_sounds_like_two_children_is_asked_and_never_guessed() -> None:
    reading = read("今天去了章雨童家")
    assert reading.children == ()
    (ask,) = [a for a in reading.ask if a.field == "children"]
    assert (ask.reason, set(ask.options)) == ("tie", {"3", "4"})


def test_the_village_settles_a_tie() -> None:
    assert read("今天到望麦村看了章雨童").children == ("4",)


def test_a_guardian_alone_means_all_their_children_and_a_named_child_only_that_one() -> None:
    assert set(read("今天去了马德福家").children) == {"1", "2"}
    assert read("今天给小禾爷爷马德福打了电话").children == ("2",)


def test_a_word_that_sounds_like_a_child_is_not_that_child() -> None:
    assert read("今天关心了一下小禾的作业，电话里说的").children == ("2",)


def test_another_family_of_that_given_name_is_not_ours() -> None:
    assert read("今天在路上碰见王小禾").children == ()


def test_a_planned_child_is_not_a_visited_child() -> None:
    assert read("今天去了小禾家，明天去关欣家").children == ("2",)


@pytest.mark.parametrize(
    ("text", "kind", "reached"),
    [
        ("给小禾爷爷打视频没人接，后来打电话通了", Kind.PHONE, True),
        ("给小禾爷爷打了电话，下午又去了家里", Kind.HOME_VISIT, True),
        ("给小禾打电话没人接", Kind.PHONE, False),
        ("小禾家去了，门锁着", Kind.HOME_VISIT, False),
        ("在学校见了小禾", Kind.IN_PERSON, True),
        ("给小禾爷爷发了条微信", Kind.OTHER, True),
        ("跟小禾爷爷微信语音聊了会儿", Kind.PHONE, True),
    ],
)
def test_the_kind_is_that_of_the_contact_made(text: str, kind: Kind, reached: bool) -> None:
    reading = read(text)
    assert (reading.kind, reading.contact.reached) == (kind, reached)


def test_a_visit_without_seeing_the_child_says_so() -> None:
    assert read("去了小禾家 爷爷在 娃在学校没见着").contact.child_seen is False


def test_a_vague_day_is_asked() -> None:
    reading = read("前几天去过小禾家")
    assert reading.date is None
    assert [a.field for a in reading.ask] == ["date"]


def test_what_was_found_is_sorted_and_hearsay_is_marked() -> None:
    reading = read("今天去小禾家，学习还行，就是没冬衣，听邻居说老哭")
    found = {finding.group.value: finding for finding in reading.findings}
    assert found["study"].state.value == "fine"
    assert found["needs"].words.endswith("冬衣")
    assert found["mood"].hearsay


@pytest.mark.parametrize("text", ["", " ", "😀😀", "\x00\u202e", "1" * 4000, "去" * 4000, "，" * 4000, "مرحبا", "()[*+?\\", "2月30日去小禾家"])
def test_no_text_breaks_the_reader(text: str) -> None:
    reading = read(text)
    assert reading.ask


def test_a_sign_at_the_end_of_a_very_long_text_is_not_dropped() -> None:
    assert read("今天去了小禾家看了看都好。" * 300 + "娃说不想活了").red_flag
