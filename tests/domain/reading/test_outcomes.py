"""Several children in one message, each with its own outcome."""

from dataclasses import dataclass
from datetime import date, datetime

import pytest

from domain.contacts import Kind
from domain.reading.folding import number
from domain.reading.note import Reading, understand
from domain.reading.outcomes import Outcome

REF = datetime(2026, 11, 18, 16, 30)  # noqa: DTZ001 - county time, as the data sets give it


@dataclass(frozen=True)
class Pupil:
    id: str
    name: str
    guardian: str = ""
    village: str = ""
    group: str = ""
    birth: date | None = None
    sex: str = ""
    file_no: str = ""


TIGER = Pupil("t", "殷小虎", "奶奶王秀英", "殷家庄", "三组", file_no="GT-101-001-0007")
RAIN = Pupil("r", "殷小雨", "奶奶王秀英", "殷家庄", "三组", file_no="GT-101-001-0008")
ARMY = Pupil("a", "王小军", "爷爷王建国", "六一村", "三组", date(2014, 1, 5), "男", "GT-101-002-0001")
FINE = Pupil("f", "王佳佳", "爷爷王建国", "六一村", "三组", date(2016, 8, 2), "女", "GT-101-002-0002")
SKY = Pupil("s", "赵天", "爷爷赵四海", "六一村", "四组", file_no="GT-101-002-0003")
ROSTER = [TIGER, RAIN, ARMY, FINE, SKY]


def read(text: str) -> Reading:
    return understand(text, REF, ROSTER)


def by_child(text: str) -> dict[str, Outcome]:
    return {outcome.child: outcome for outcome in read(text).outcomes}


def test_everybody_was_called_and_only_the_second_of_the_wangs_did_not_answer() -> None:
    found = by_child("今天给三组四个娃都打了电话，就王家老二没接")
    assert {child: one.reached for child, one in found.items()} == {"t": True, "r": True, "a": True, "f": False}
    assert {one.kind for one in found.values()} == {Kind.PHONE}
    assert found["f"].spans["reached"][0].words == "就王家老二没接"


def test_a_group_written_in_digits_is_the_same_group() -> None:
    assert set(by_child("3组四个娃今天都打了电话")) == {"t", "r", "a", "f"}


def test_a_number_of_children_that_is_not_the_groups_is_asked() -> None:
    reading = read("今天给三组六个娃都打了电话，小虎没接")
    assert reading.children == ("t",)
    assert [ask.reason for ask in reading.ask] == ["count"]


def test_a_child_whose_name_is_a_word_is_known_where_only_it_was_not_reached() -> None:
    reading = read("今天给三个娃都打了电话，就小雨没接")
    assert reading.children == ("r",)
    assert reading.outcomes[0].reached is False
    assert [ask.reason for ask in reading.ask] == ["count"]


def test_all_children_of_a_village_where_the_number_fits() -> None:
    assert set(by_child("六一村三个娃今天都去看了")) == {"a", "f", "s"}


def test_each_child_has_its_own_kind_and_its_own_day() -> None:
    found = by_child("小军上周三去的，佳佳昨天打的视频")
    assert (found["a"].date, found["a"].kind) == (date(2026, 11, 11), Kind.HOME_VISIT)
    assert (found["f"].date, found["f"].kind) == (date(2026, 11, 17), Kind.VIDEO)


def test_one_at_home_and_one_behind_a_locked_door() -> None:
    found = by_child("给小虎奶奶打了电话，赵天家去了门锁着")
    assert (found["t"].kind, found["t"].reached) == (Kind.PHONE, True)
    assert (found["s"].kind, found["s"].reached) == (Kind.HOME_VISIT, False)


def test_two_names_in_one_clause_are_told_apart() -> None:
    found = by_child("昨天去小虎家，小虎在小雨没见着")
    assert found["r"].reached is False
    assert found["t"].reached is True


def test_an_exception_at_the_beginning_counts_too() -> None:
    found = by_child("除了小雨没接，小虎小军都打通了")
    assert {child: one.reached for child, one in found.items()} == {"r": False, "t": True, "a": True}


def test_what_was_found_belongs_to_the_child_it_was_said_of() -> None:
    found = by_child("小虎小雨都见了，小虎感冒了，小雨学习进步了，都缺棉衣")
    assert {f.words for f in found["t"].findings} == {"感冒", "缺棉衣"}
    assert {f.words for f in found["r"].findings} == {"学习进步", "缺棉衣"}


def test_a_sign_of_harm_of_one_child_is_not_the_others() -> None:
    found = by_child("小虎和小雨家去了，小虎胳膊上青一块紫一块，小雨挺好")
    assert [s.code for s in found["t"].signs] == ["R4"]
    assert found["r"].signs == ()


def test_a_list_of_names_is_one_visit() -> None:
    (visit,) = read("小虎、小雨 小军今天都去了，都好").visits
    assert [one.child for one in visit] == ["t", "r", "a"]


def test_three_visits_of_three_kinds_are_three_records() -> None:
    visits = read("昨天去了小虎家，今天上午给小军打了电话，前天在学校见了佳佳").visits
    assert [(v[0].child, v[0].date, v[0].kind) for v in visits] == [
        ("t", date(2026, 11, 17), Kind.HOME_VISIT),
        ("a", date(2026, 11, 18), Kind.PHONE),
        ("f", date(2026, 11, 16), Kind.IN_PERSON),
    ]


@pytest.mark.parametrize(
    ("text", "children"),
    [
        ("王家老大今天打了电话", ("a",)),
        ("老王家孙女今天在路上碰见", ("f",)),
        ("7号娃今天打了电话", ("t",)),
        ("今天去了殷家", ("t", "r")),
        ("给小虎打了电话，他俩都好", ("t", "r")),
    ],
)
def test_children_are_known_by_rank_sex_number_and_house(text: str, children: tuple[str, ...]) -> None:
    assert read(text).children == children


def test_which_of_two_is_asked_where_nothing_tells_the_younger() -> None:
    roster = [Pupil("1", "马强", "爷爷马六", "东村"), Pupil("2", "马壮", "爷爷马六", "东村")]
    reading = understand("马家老二今天打了电话", REF, roster)
    assert reading.children == ()
    assert reading.ask[0].options == ("1", "2")


def test_every_span_shows_words_of_the_text_as_typed() -> None:
    text = "昨日ＴＡ：小虎家去了　奶奶在，佳佳打的电话，没接"
    reading = read(text)
    spans = [span for one in (reading, *reading.outcomes) for group in one.spans.values() for span in group]
    assert spans
    assert all(text[span.start : span.end] == span.words for span in spans)


@pytest.mark.parametrize("words", ["①", "⑩", "²"])
def test_a_number_in_a_circle_is_no_number_and_breaks_nothing(words: str) -> None:
    assert number(words) is None
