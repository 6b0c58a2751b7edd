"""What four batches of fresh messages taught: who speaks, forms, names left open, models beside the patterns."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from benchmarks.reading import measure
from bot import lexicon
from bot.errors import Refusal
from domain.contacts import Kind
from domain.reading.contact_told import KINDS, hear
from domain.reading.days import Vague
from domain.reading.note import Reading, understand
from domain.reading.pasted_form import read_form
from domain.reading.second_opinion import may_tell_of_harm
from domain.reading.signs import find_signs, is_alarming, is_place_only
from tests.domain.reading.roster import TWO_VILLAGES, Pupil

DATA = Path(__file__).parent / "data"
REF = datetime(2026, 11, 20, 19, 0)  # noqa: DTZ001 - county time, as the data sets give it


ROSTER = TWO_VILLAGES


def read(text: str) -> Reading:
    return understand(text, REF, ROSTER)


# No weight is learnt from the last batches, but a few rules were corrected after them; the honest figures are in docs/reading.md.
@pytest.fixture(scope="module")
def last() -> dict[str, float | int | None]:
    return measure([json.loads(line) for name in "dfgh" for line in (DATA / f"unseen_{name}_messages.jsonl").read_text("utf-8").splitlines()]).figures()


@pytest.mark.parametrize(
    ("figure", "at_least"),
    [("date", 0.97), ("children", 0.97), ("kind", 0.93), ("harm_recall", 0.95), ("harm_precision", 0.75), ("denial", 0.90), ("whole", 0.82)],
)
def test_the_last_batches_are_read_as_well_as_asked(last: dict[str, float | int | None], figure: str, at_least: float) -> None:
    found = last[figure]
    assert found is not None
    assert found >= at_least


def test_batches_that_were_learnt_from_stay_read() -> None:
    for name in ("a", "b", "c", "e"):
        figures = measure([json.loads(line) for line in (DATA / f"unseen_{name}_messages.jsonl").read_text("utf-8").splitlines()]).figures()
        assert (figures["whole"] or 0) >= 0.90, name


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("打发我家掌柜的去浩然家看了一趟 回来说好着", Kind.OTHER),
        ("浩然他妈来信儿了，过完年回", Kind.OTHER),
        ("于校门外与静静姥姥交谈片刻", Kind.IN_PERSON),
        ("浩然爷爷来我屋里借梯子，说娃好着", Kind.IN_PERSON),
        ("打打打 打了一上午 浩然爷爷就是不接", Kind.PHONE),
        ("给静静姥姥打了店话", Kind.PHONE),
        ("浩然今天在我家吃的饭", Kind.IN_PERSON),
        ("联系方式 □入户 ☑电话 □视频 对象 蒋浩然 接听 爷爷", Kind.PHONE),
        ("今天没见着静静，在学校补课，我就在她家门缝塞了个条子", Kind.HOME_VISIT),
        ("把宣传单交给班主任让转给静静", Kind.OTHER),
        ("昨晚上浩然是跟我睡的", Kind.IN_PERSON),
        ("浩然没在 我跟他姑说了几句就回来了", Kind.HOME_VISIT),
    ],
)
def test_the_kind_is_heard_in_words_no_pattern_was_written_for(text: str, kind: Kind) -> None:
    assert read(text).kind is kind


def test_the_chances_of_all_kinds_are_one_together_and_names_do_not_matter() -> None:
    heard = hear("某家去了，某在写字")
    assert sum(heard.chances) == pytest.approx(1)
    assert heard.best is Kind.HOME_VISIT and heard.chance(Kind.HOME_VISIT) == max(heard.chance(kind) for kind in KINDS)
    assert read("浩然家去了").contact.kind is read("静静家去了").contact.kind


def test_a_note_of_errands_alone_tells_of_no_harm() -> None:
    assert not may_tell_of_harm("给某爸爸打电话，说工资发了，过年回来")
    assert may_tell_of_harm("某胳膊上青一块紫一块，说是他爸喝了酒打的")


def test_a_pasted_form_says_day_kind_and_answer_outright() -> None:
    reading = read("姓名：蒋浩然 走访日期：2026.11.17 走访形式：电话 是否遭受侵害：否")
    assert (reading.date, reading.children, reading.kind) == (date(2026, 11, 17), ("h",), Kind.PHONE)
    assert reading.negative and not reading.red_flag
    assert read("姓名：蒋浩然 走访日期：2026.11.17 走访形式：电话 是否遭受侵害：是").red_flag
    assert read_form("时间不早了，明天再去") is None


@pytest.mark.parametrize(
    ("text", "children", "reason"),
    [
        ("小虎还是小雨记不清了，昨天打的电话", (), "tie"),
        ("今天给他们都打了电话 就浩然没接", ("h",), "count"),
        ("除了浩然和王军，其他几个娃今天都在学校见着了", ("t", "r", "j"), ""),
        ("除了浩然和大壮，其他几个娃今天都在学校见着了", (), "nobody"),
        ("今天都打了电话，除了浩然", ("t", "r", "j", "w"), ""),
        ("除了大壮都去了", (), "nobody"),
        ("电话打给浩然爷爷，他说静静家来了个生人，浩然学习还行", ("h",), ""),
    ],
)
def test_who_is_meant_is_asked_where_it_stays_open(text: str, children: tuple[str, ...], reason: str) -> None:
    reading = read(text)
    assert reading.children == children
    assert [ask.reason for ask in reading.ask if ask.field == "children"] == ([reason] if reason else [])


def test_what_was_left_at_the_door_is_a_visit_tried() -> None:
    outcome = read("浩然家没人，把宣传单放家门口了").outcomes[0]
    assert (outcome.kind, outcome.reached) == (Kind.HOME_VISIT, False)


def test_a_sound_that_shares_the_written_given_name_is_that_child() -> None:
    roster = [Pupil("a", "邬志刚"), Pupil("b", "吴之刚")]
    assert understand("乌志刚今天家访", REF, roster).children == ("a",)
    assert understand("武智刚今天家访", REF, roster).children == ()


def test_each_visit_of_a_message_has_the_words_of_whom_it_met() -> None:
    first, second = read("昨天去了小虎家奶奶在娃也在，今天在学校门口碰见浩然，他爷爷也在").outcomes
    assert [s.words for s in first.spans["met"]] == ["奶奶"]
    assert [s.words for s in second.spans["met"]] == ["爷爷"]
    assert first.spans["seen"] != second.spans["seen"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("这个月就差浩然没见 打电话他爷接的", date(2026, 11, 20)),
        ("昨天是给浩然打的", date(2026, 11, 19)),
        ("静静上周四没到校，我打电话问了她姥姥", date(2026, 11, 20)),
        ("两周前的星期三给浩然打过视频", date(2026, 11, 4)),
        ("浩然他爸昨晚十二点还没回来 我在浩然家门口等到十二点半", date(2026, 11, 19)),
        ("静静她大伯昨儿又把酒喝高了 娃跑我屋里哭 我留她住了一宿", date(2026, 11, 19)),
        ("周报（11.9-11.15） 本周走访 浩然 1次，入户，11月12日", date(2026, 11, 12)),
        ("浩然姥姥前天把娃塞给我就走", date(2026, 11, 18)),
        ("浩然视频里给我看画，晒黑了一圈", date(2026, 11, 20)),
    ],
)
def test_the_day_is_that_of_the_contact(text: str, day: date) -> None:
    assert read(text).date == day


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("10月份去过浩然家", date(2026, 10, 1), date(2026, 10, 31)),
        ("去年12月中旬去过浩然家", date(2025, 12, 11), date(2025, 12, 20)),
        ("11月初去的浩然家", date(2026, 11, 1), date(2026, 11, 10)),
    ],
)
def test_a_named_month_offers_its_days(text: str, first: date, last: date) -> None:
    assert read(text).day == Vague("month", first, last)


@pytest.mark.parametrize(
    "text",
    ["爸妈都在兰州打工奶奶一个人在", "小虎奶奶腿肿了", "浩然爷爷说手机掉井里了", "谁说浩然没人管的，他爷爷做的饭", "浩然发高烧抽过去了，送医院了"],
)
def test_everyday_trouble_does_not_alarm(text: str) -> None:
    assert not read(text).red_flag


@pytest.mark.parametrize("text", ["小虎掉涝坝里了", "昨晚听见浩然家娃喊救命", "孩子独自在家，屋内无取暖，未进食", "静静作业本上写满了没意思"])
def test_harm_in_few_or_formal_words_alarms(text: str) -> None:
    assert read(text).red_flag


def test_a_dangerous_place_with_nobody_in_it_is_a_hazard() -> None:
    assert is_place_only("涝坝边没有救生圈", find_signs("涝坝边没有救生圈"))
    assert not is_place_only("娃在没盖的机井边玩", find_signs("娃在没盖的机井边玩"))


def test_the_countys_own_file_counts_everywhere_and_a_bad_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / lexicon.FILE
    try:
        assert lexicon.use(tmp_path) == 0
        file.write_text("R4 | 火柱…戳/火柱烫 | 奶奶拿火柱在腿上戳 | 火柱放在炉子边\n", encoding="utf-8")
        assert lexicon.use(tmp_path) == 1
        assert is_alarming(find_signs("今天去看，火柱烫的"))
        file.write_text("# 高台\nR4 | 火柱烫\n", encoding="utf-8")
        with pytest.raises(Refusal, match="第 2 行"):
            lexicon.use(tmp_path)
    finally:
        file.unlink(missing_ok=True)
        lexicon.use(tmp_path)
    assert not is_alarming(find_signs("今天去看，火柱烫的"))


G = tuple(Pupil(f"g{n}", name, guardian) for n, (name, guardian) in enumerate((("冷小冬", "大伯冷天顺"), ("祝福", "爸爸祝永寿"), ("牛淼", "爷爷牛占魁"), ("东方亮", "大伯东方旭"), ("伏立春", "爷爷伏成武"), ("明珠", "姥爷路致远"), ("明竹", "妈妈姬晓琴"), ("臧红霞", "奶奶臧胡氏"), ("臧红旗", "奶奶臧胡氏"))))  # fmt: skip


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("祝福大家新年好！今天给冷小冬家送了慰问品", {"冷小冬"}),
        ("淼淼缺水，名字才起三个水，今天给他爷爷打了电话", {"牛淼"}),
        ("东方靓今天入户 大伯一家都和气", {"东方亮"}),
        ("立春六岁，昨天去他家看了", {"伏立春"}),
        ("说是明珠，其实昨天我去见的是明竹", {"明竹"}),
        ("本来要去红霞家，半道上叫小冬他大伯拦下，在他家坐了坐", {"冷小冬"}),
        ("本来要去红霞家，路上碰见小冬，后来还是去了红霞家", {"臧红霞", "冷小冬"}),
        ("红霞说弟弟红旗拿打火机燎她头发，昨天去她家看了", {"臧红霞"}),
        ("打算后天去红霞家，昨天就在大门口跟她姑说了一句话", {"臧红霞"}),
    ],
)
def test_words_that_are_names_and_names_that_are_not_meant(text: str, names: set[str]) -> None:
    assert {pupil.name for pupil in G if pupil.id in understand(text, REF, G).children} == names


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("静静姥姥手机里发了娃跳舞的视频给我看", Kind.OTHER),
        ("和静静视频了，她站在大门外找信号", Kind.VIDEO),
        ("专门跑到浩然爷爷摆摊的地方，浩然在旁边写作业", Kind.IN_PERSON),
        ("今天我在浩然家门口站半个钟头，没人应，电话也不接", Kind.HOME_VISIT),
    ],
)
def test_where_the_child_stood_and_what_was_only_sent_are_no_meeting(text: str, kind: Kind) -> None:
    assert read(text).kind is kind


@pytest.mark.parametrize(
    ("text", "alarms"),
    [
        ("浩然爷爷给我看他的血压本", False),
        ("浩然说表哥给他看他的手机里的黄片", True),
        ("我在教室门口看着浩然领的书", False),
        ("静静姑姑不像打人的", False),
        ("静静爸爸不像打人的样子可娃身上有伤", True),
    ],
)
def test_a_look_alike_of_harm_does_not_cover_the_harm_beside_it(text: str, alarms: bool) -> None:
    assert read(text).red_flag is alarms
