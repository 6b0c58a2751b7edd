"""Messages in strangers' voices, and what was learnt from them: denials, third-party word, who was really seen."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from benchmarks.reading import measure
from domain.contacts import Kind
from domain.reading.corrections import read_correction
from domain.reading.days import Vague
from domain.reading.message import Sort, read_message
from domain.reading.note import Reading, understand
from tests.domain.reading.roster import TWO_VILLAGES

DATA = Path(__file__).parent / "data" / "strangers_messages.jsonl"
REF = datetime(2026, 11, 20, 19, 0)  # noqa: DTZ001 - county time, as the data sets give it


ROSTER = TWO_VILLAGES


def read(text: str) -> Reading:
    return understand(text, REF, ROSTER)


def test_the_first_example_reads_as_the_visit_to_the_tiger() -> None:
    reading = read("昨天下午去了殷家庄小虎家，奶奶在，娃学习还行，就是没冬衣")
    assert (reading.date, reading.children, reading.kind, reading.red_flag) == (
        date(2026, 11, 19),
        ("t",),
        Kind.HOME_VISIT,
        False,
    )


# Rules were corrected after reading these; the limits say only that they stay read. The honest figures are in docs/reading.md.
@pytest.fixture(scope="module")
def figures() -> dict[str, float | int | None]:
    return measure([json.loads(line) for line in DATA.read_text("utf-8").splitlines()]).figures()


@pytest.mark.parametrize(
    ("figure", "at_least"),
    [("date", 0.97), ("children", 0.97), ("kind", 0.97), ("harm_recall", 0.99), ("denial", 0.97), ("whole", 0.88)],
)
def test_strangers_messages_stay_read(figures: dict[str, float | int | None], figure: str, at_least: float) -> None:
    found = figures[figure]
    assert found is not None
    assert found >= at_least


@pytest.mark.parametrize(
    "text",
    [
        "没去浩然家 打的电话",
        "浩然家我没去，是在集上碰见他爷爷带着他",
        "今天没进门，在巷口跟浩然爷爷说的话",
        "不是大的，是小虎 今天学校门口见的",
        "不是打给小虎家的，是浩然",
        "去看浩然，没打没骂，爷俩好着",
        "浩然胳膊上的青紫是抽血留下的，不是人打的，今天家访",
        "外头传浩然挨饿，没有的事，今天去家里看了",
        "浩然家去了，不存在有人欺负他",
    ],
)
def test_a_denial_is_heard(text: str) -> None:
    assert read(text).negative


@pytest.mark.parametrize(
    "text",
    [
        "谁说我没去？浩然家我昨天就去了",
        "说我没打电话？9号打的！浩然爷爷接的",
        "我还没进去看浩然",
        "浩然两次没在家，今天才见着，在家",
    ],
)
def test_what_is_thrown_back_or_not_yet_done_denies_nothing(text: str) -> None:
    assert not read(text).negative


def test_what_a_guardian_says_of_a_mark_takes_no_alarm_away() -> None:
    assert read("浩然身上青一块紫一块，爷爷说不是打的，今天家访").red_flag


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("卫生所大夫跟我说静静肚子疼", Kind.OTHER),
        ("静静姥姥发来照片 孩子在写字", Kind.OTHER),
        ("浩然姑姑让她儿子送来一包枣", Kind.OTHER),
        ("静静姥姥给我留了条语音，说娃发烧在卫生所挂吊瓶", Kind.OTHER),
        ("跟浩然视频了八次都断，最后发了几句语音", Kind.OTHER),
        ("浩然爷爷来电反映低保没到账", Kind.PHONE),
        ("跟静静姥姥打了个语音电话，原说视频的她不会弄", Kind.PHONE),
        ("📞昨晚 浩然爷爷 说娃咳嗽", Kind.PHONE),
        ("今天到校走访浩然，班主任介绍有进步", Kind.IN_PERSON),
        ("浩然爷爷没让我进门，在门口站着跟他讲了讲", Kind.IN_PERSON),
        ("刚看见浩然跟同学打球", Kind.IN_PERSON),
        ("浩然家我拍门半天没人开", Kind.HOME_VISIT),
    ],
)
def test_the_contact_is_the_one_that_was_made(text: str, kind: Kind) -> None:
    assert read(text).kind is kind


def test_a_failed_visit_and_the_call_after_it_share_their_day() -> None:
    assert read("昨天路滑没能上门，跟浩然爷爷通了个电话").date == date(2026, 11, 19)
    assert read("浩然家昨天没去成，今天补上了").date == date(2026, 11, 20)


def test_who_did_not_come_was_not_met() -> None:
    assert read("昨天开家长会，见了小虎和浩然，静静没来").children == ("t", "h")


def test_two_names_mixed_up_count_only_as_put_right() -> None:
    assert read("小虎和浩然弄混了，上午打电话的是浩然爷爷").children == ("h",)


def test_a_villages_households_are_counted_as_households() -> None:
    assert read("殷家庄村一户全走完了").children == ("t", "r")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("今天去小虎家 奶奶和娃都在", True),
        ("小虎家 爷爷和娃都在，挺好", True),
        ("去了小虎家，奶奶一个人在", None),
        ("去了小虎家 奶奶在 娃在学校没见着", False),
    ],
)
def test_a_child_at_home_is_seen_and_a_grandmother_is_not_the_child(text: str, seen: bool | None) -> None:
    assert read(text).contact.child_seen is seen


def test_a_child_who_answers_the_phone_was_met() -> None:
    assert read("给浩然打了电话 娃接的 都好").contact.met == ("娃",)


def test_each_outcome_says_which_words_named_its_child() -> None:
    outcomes = read("昨天去了小虎家，今天给浩然打电话没接").outcomes
    assert [(o.child, [s.words for s in o.spans["child"]]) for o in outcomes] == [("t", ["小虎"]), ("h", ["浩然"])]


def test_a_correction_takes_the_one_day_it_names() -> None:
    correction = read_correction("上次记错了 是10号打的", REF, ROSTER)
    assert correction is not None
    assert correction.date == date(2026, 11, 10)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("月初去了小虎家", date(2026, 11, 1), date(2026, 11, 10)),
        ("上个月底去了小虎家", date(2026, 10, 21), date(2026, 10, 31)),
    ],
)
def test_a_part_of_the_month_offers_its_days(text: str, first: date, last: date) -> None:
    assert read(text).day == Vague("month", first, last)


def test_where_the_worker_was_is_no_contact_with_anybody() -> None:
    assert read_message("上午在村委会打扫卫生", REF, ROSTER).sort is Sort.OTHER


def test_a_kind_word_at_the_end_is_no_question() -> None:
    message = read_message("昨天在路上碰见小雨了，好着呢", REF, ROSTER)
    assert (message.sort, message.question) == (Sort.LOG, None)
