"""Signs of harm: found in everyday words, quiet about idioms, lessons, denials and settled history."""

import json
from pathlib import Path

import pytest

from domain.reading.sign_described import DESCRIBED
from domain.reading.sign_lexicon import LEXICON, Entry
from domain.reading.sign_terse import TERSE
from domain.reading.signs import Standing, denies, find_signs, is_alarming, listed_signs

DATA = Path(__file__).parent / "data"
ENTRIES = (*LEXICON, *DESCRIBED, *TERSE)
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
    [
        "身上没有发现淤青，也没有人欺负她",
        "新伤旧伤都没有",
        "爷爷也说没动过手",
        "没有打娃的情况",
        "没发现啥伤",
        "不是谁打的，是摔的，大家都看见",
    ],
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


@pytest.mark.parametrize(
    "text",
    [
        "问了他，说家里人从来没碰过他一指头",
        "邻居都说没听见打骂声",
        "娃不是捡的，出生证我看了",
        "他没有离家出走，去同学家写作业了",
        "不是不上学，是请了病假",
        "姥姥急了，说我养了他八年啥时候打过他",
        "娃说哪有的事，爸爸可疼我了",
        "掀起来看了娃的背，什么也没有",
    ],
)
def test_a_denial_is_read_by_how_it_is_built(text: str) -> None:
    signs = find_signs(text)
    assert denies(signs) and not is_alarming(signs)


@pytest.mark.parametrize(
    "text",
    [
        "没少挨打，身上旧印子压新印子",
        "不是第一次了，又打得鼻子出血",
        "没想到他爸下手那么重",
        "不知道谁打的，眼睛肿着",
        "没几天又跑了，到现在没找着",
        "没啥大事，就是被踢了几脚",
    ],
)
def test_words_that_only_begin_like_a_denial_take_nothing_away(text: str) -> None:
    signs = find_signs(text)
    assert is_alarming(signs) and not denies(signs)


@pytest.mark.parametrize(
    "text",
    [
        "没打疫苗，约了下周",
        "没有冬衣",
        "电话没打通",
        "爷爷说不打算出去打工了",
        "大门没锁，进去坐了坐",
        "没打场，麦子还堆着",
    ],
)
def test_what_is_missing_or_undone_denies_no_harm(text: str) -> None:
    assert not denies(find_signs(text))


def test_a_rumour_denied_right_after_does_not_alarm() -> None:
    assert not is_alarming(find_signs("外面传她跟人跑了，没跑，在县医院陪奶奶"))
    assert is_alarming(find_signs("外面传她跟人跑了，问了奶奶没说话"))


@pytest.mark.parametrize(
    "text",
    [
        "今天去看了身上没有伤可是他说爸爸晚上拿皮带抽他",
        "没人打他就是饿着肚子睡柴房",
        "学校没有欺负人的但他爸天天拿棍子打",
        "不是同学打的是他爸打的",
        "没说谁打的脸肿得厉害",
        "没见着娃邻居说昨晚被打得直叫",
    ],
)
def test_a_denial_dictated_in_one_breath_with_harm_does_not_silence_it(text: str) -> None:
    assert is_alarming(find_signs(text))


def test_a_weak_word_in_an_everyday_note_is_waved_but_never_one_that_names_harm() -> None:
    assert Standing.EVERYDAY in {
        sign.standing for sign in find_signs("今天去了两家，俩娃都在写作业，奶奶炕上纳鞋底，耳根肿了抹的牙膏，留我吃饭")
    }
    assert is_alarming(find_signs("今天去了两家，俩娃都在写作业，奶奶炕上纳鞋底，留我吃饭，走时娃说想死"))
