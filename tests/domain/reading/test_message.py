"""Log, question, correction or something else; what continues a note; and text nobody meant as any of these."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.contacts import Kind
from domain.reading.asked import Asked, Period
from domain.reading.message import Last, Message, Sort, continues, read_message
from domain.reading.signs import Standing
from tests.domain.reading.roster import TWO_VILLAGES, Pupil

DATA = Path(__file__).parent / "data"
REF = datetime(2026, 11, 18, 16, 30)  # noqa: DTZ001 - county time, as the data sets give it


ROSTER = [
    Pupil("t", "殷小虎", "奶奶王秀英", "殷家庄"),
    Pupil("r", "殷小雨", "奶奶王秀英", "殷家庄"),
    Pupil("a", "王小军", "爷爷王建国", "六一村"),
]


def read(text: str, last: Last | None = None) -> Message:
    return read_message(text, REF, ROSTER, last=last)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("这个月还差谁", Asked.LEFT), ("谁家还没去", Asked.LEFT), ("还有几家要跑", Asked.LEFT), ("明天我该跑哪几家", Asked.ROUTE), ("明儿先跑哪家顺路", Asked.ROUTE),
        ("今天要干啥", Asked.TODAY), ("待办", Asked.TODAY), ("哪些超期了", Asked.OVERDUE), ("六一村有几个娃", Asked.COUNT), ("我管着多少个娃", Asked.COUNT),
        ("三组有哪些娃", Asked.LIST), ("协议快到期的有哪些", Asked.AGREEMENTS), ("谁还没签协议", Asked.AGREEMENTS), ("督导员电话多少", Asked.PHONE), ("督导员的电话", Asked.PHONE),
        ("红色的有几个", Asked.TIER), ("哪些村还没走完", Asked.VILLAGES), ("汇总 合黎镇 上个月", Asked.SUMMARY), ("今年走访了多少家", Asked.SUMMARY),
        ("报告咋样了", Asked.REPORT_STATUS), ("上次报的那个案子有消息没", Asked.REPORT_STATUS), ("怎么报警", Asked.HOW), ("怎么记走访", Asked.HOW), ("照片咋传", Asked.HOW),
        ("残疾两补要啥材料", Asked.POLICY), ("孤儿补贴一个月多少钱", Asked.POLICY), ("王家老二满16了不", Asked.AGE), ("上次啥时候去的小虎家", Asked.LAST_CONTACT),
        ("小虎家啥情况", Asked.CHILD), ("这表又要报一遍?", Asked.AGAIN), ("为啥老给我发消息", Asked.UNKNOWN),
    ],
)  # fmt: skip
def test_a_question_is_known_by_its_words(text: str, asked: Asked) -> None:
    message = read(text)
    assert message.sort is Sort.QUESTION
    assert message.question is not None
    assert message.question.asked is asked


def test_a_question_carries_place_period_child_and_whose_number_is_wanted() -> None:
    summary = read("汇总 合黎镇 上个月").question
    assert summary is not None
    assert summary.places == ("合黎镇",)
    assert summary.period == Period(date(2026, 10, 1), date(2026, 10, 31))
    phone = read("小虎奶奶电话多少").question
    assert phone is not None
    assert (phone.who, phone.children) == ("guardian", ("t",))
    tier = read("红色的有几个").question
    assert tier is not None
    assert tier.tier == "red"
    how = read("发现家暴该打什么电话").question
    assert how is not None
    assert how.topic == "report"


@pytest.mark.parametrize(
    "text",
    ["奶奶问低保啥时候发，今天去的小虎家", "昨天去小虎家，问他几岁了，说十三了", "今天给小虎奶奶打电话，她说户口咋办", "不是上门，是在村口小卖部门口见的小虎，她姑也在"],
)
def test_a_note_that_tells_of_a_question_is_a_note(text: str) -> None:
    assert read(text).sort is Sort.LOG
    assert read(text).question is None


def test_a_note_may_end_in_a_question() -> None:
    message = read("昨天去了小虎家，今天给小军打了电话，这个月还差谁")
    assert message.sort is Sort.LOG
    assert message.question is not None
    assert message.question.asked is Asked.LEFT
    assert message.reading.children == ("t", "a")


@pytest.mark.parametrize("text", ["谢谢", "好的", "收到", "明天去小虎家", "今天下雨了", "😀👍", "这破系统真难用", "", "   "])
def test_anything_else_is_neither(text: str) -> None:
    assert read(text).sort is Sort.OTHER


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("上次记错了 是10号去的", ("date",)),
        ("不是小虎是小雨", ("children",)),
        ("刚才那个不对 是打的电话", ("kind",)),
        ("上次记错了 删掉", ("delete",)),
        ("昨天把小虎记成小雨了", ("children",)),
        ("改一下，日期是昨天", ("date",)),
        ("刚刚那条不对，没见着娃", ("reached",)),
        ("记错了", ()),
    ],
)
def test_a_correction_says_what_changes(text: str, fields: tuple[str, ...]) -> None:
    message = read(text)
    assert message.sort is Sort.CORRECTION
    assert message.correction is not None
    assert message.correction.fields == fields


def test_a_correction_carries_the_right_values() -> None:
    day = read("上次记错了 是10号去的").correction
    assert day is not None
    assert day.date == date(2026, 11, 10)
    assert day.spans["date"][0].words == "10号"
    who = read("昨天把小虎记成小雨了").correction
    assert who is not None
    assert (who.children, who.not_children) == (("t",), ("r",))
    kind = read("刚才那个不对 是打的电话").correction
    assert kind is not None
    assert kind.kind is Kind.PHONE


def test_a_note_that_corrects_itself_is_a_note() -> None:
    message = read("8号……不对，9号去的小虎家")
    assert message.sort is Sort.LOG
    assert message.reading.date == date(2026, 11, 9)


JUST_NOW = Last(("t",), date(2026, 11, 18), Kind.HOME_VISIT, REF - timedelta(minutes=3))


@pytest.mark.parametrize("text", ["对了 奶奶说缺件棉衣", "还有 作业没写完", "小虎感冒了", "娃胳膊上有皮带印"])
def test_what_is_said_right_after_continues_the_note(text: str) -> None:
    assert read(text, JUST_NOW).sort is Sort.LOG


def test_hours_later_it_is_a_note_of_its_own_and_of_whom_is_asked() -> None:
    earlier = Last(("t",), date(2026, 11, 18), Kind.HOME_VISIT, REF - timedelta(hours=3))
    message = read("对了 奶奶说缺件棉衣", earlier)
    assert not continues("对了 奶奶说缺件棉衣", REF, message.reading, earlier)
    assert message.sort is Sort.LOG
    assert [(ask.field, ask.reason) for ask in message.reading.ask if ask.field == "children"] == [("children", "nobody")]


@pytest.mark.parametrize("text", ["娃咳嗽得厉害", "今天去了，娃好着", "昨天去了"])
def test_a_note_that_names_nobody_is_kept_and_of_whom_is_asked(text: str) -> None:
    assert read(text).sort is Sort.LOG
    assert read(text).reading.children == ()


@pytest.mark.parametrize("text", ["小虎今天去县上了", "明天去看看娃", "下午打扫村委会", "其实是个好娃"])
def test_news_plans_and_errands_are_no_contact(text: str) -> None:
    assert read(text).sort is Sort.OTHER


@pytest.mark.parametrize(
    ("text", "opens", "behind"),
    [
        ("第9项进展怎么样", "plan", "9"), ("任务五咋样了", "plan", "5"), ("哪些任务快到期", "plan", ""), ("我提的那个需求怎么样了", "referrals", ""),
        ("求助有人管没", "help_wanted", ""), ("哪些水塘没人管", "waters", ""), ("这个月有啥活动", "coming", ""), ("隐患改了没", "hazards", ""),
        ("还有哪些课没学", "lessons", ""), ("我学时够了没", "training", ""), ("转过来的娃有哪些", "moves", ""), ("有没有招工的", "jobs", ""),
    ],
)  # fmt: skip
def test_a_question_about_another_subject_opens_its_screen(text: str, opens: str, behind: str) -> None:
    message = read(text)
    assert message.question is not None and message.question.asked is Asked.SCREEN
    assert (message.question.topic, message.question.who) == (opens, behind)
    assert not message.reading.red_flag


def test_a_look_up_alarms_only_where_it_is_about_somebody() -> None:
    assert not read("孤儿补贴一个月多少钱").reading.red_flag
    assert read("娃被亲爸打残了能申请低保吗").reading.red_flag


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("刚才那个不是小虎是小军", "children"), ("那条是视频不是电话", "kind"), ("上次那个是13号不是12号", "date"), ("其实没打通", "reached"),
    ],
)  # fmt: skip
def test_what_was_noted_is_set_right_without_the_word_wrong(text: str, changes: str) -> None:
    correction = read(text).correction
    assert correction is not None
    assert correction.fields == (changes,)


def test_a_sentence_that_ends_in_an_easy_word_asks_nothing() -> None:
    assert read("小虎也在家写作业呢").question is None
    assert read("小虎在哪呢").question is not None


ARTICLE = (
    "【以案释法】警惕身边的伤害！近日，某县人民法院审理了一起案件。被告人王某某多次殴打继女，致其身上青一块紫一块。"
    "法院认为，王某某的行为构成虐待罪，依法判处有期徒刑二年。记者从检察院了解到，根据《中华人民共和国未成年人保护法》第十一条规定，"
    "任何组织或者个人发现侵害未成年人的，都有权报告。请转发给更多家长朋友！来源：某某日报"
)


def test_a_forwarded_article_is_no_note_and_never_alarms() -> None:
    message = read(ARTICLE)
    assert message.sort is Sort.ARTICLE
    assert not message.reading.red_flag
    assert all(sign.standing is not Standing.NEW for sign in message.reading.signs)


def test_a_long_note_of_ones_own_is_no_article() -> None:
    text = "今天去了小虎家，" + "奶奶在，屋里暖和，娃在写作业，" * 40 + "娃悄悄说爸爸拿皮带抽他"
    message = read(text)
    assert message.sort is Sort.LOG
    assert message.reading.red_flag


@pytest.mark.parametrize("row", [json.loads(line) for line in (DATA / "visit_messages_dev.jsonl").read_text("utf-8").splitlines()], ids=lambda row: row["text"])
def test_every_note_of_the_development_data_is_taken_for_a_note(row: dict) -> None:
    roster = [Pupil(**child) for child in row["roster"]]
    assert read_message(row["text"], datetime.fromisoformat(row["ref"]), roster).sort is Sort.LOG


WORDS = st.sampled_from(
    ["小虎", "殷小雨", "王家老二", "昨天", "上周三", "2月30日", "去了", "没接", "打电话", "，", "。", " ", "\n", "不是", "是", "就", "都", "三组四个娃", "这个月还差谁", "记错了", "皮带", "印子", "没发现",
     "😀", "\x00", "\u202e", "１２", "ab", "مرحبا", "第", "号", "农历", "初", "六一村", "？", "删掉", "把", "记成"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=40).map("".join)))
def test_no_text_whatever_breaks_the_reader_and_spans_stay_true(text: str) -> None:
    message = read(text, JUST_NOW)
    holders = [message.reading, *message.reading.outcomes, *filter(None, (message.question, message.correction))]
    for span in (span for holder in holders for group in holder.spans.values() for span in group):
        assert text[span.start : span.end] == span.words
    for said in (*message.reading.findings, *message.reading.signs):
        assert text[said.start : said.end] == said.words
    assert message.reading.date is None or message.reading.date <= REF.date()
    assert len(message.reading.outcomes) == len(message.reading.children)


@pytest.mark.parametrize("piece", ["今天去小虎家", "1", "，", "没", "娃说", "初一", "打", "（", "小雨小虎"])
def test_four_thousand_characters_are_read_like_any_other_text(piece: str) -> None:
    assert read((piece * 4000)[:4000]).sort in Sort


def test_visits_dictated_before_a_question_are_not_lost_in_it() -> None:
    text = "今天先去了小虎家奶奶在娃在写作业然后又到浩然家去没人门锁着另外我想问一下这个月还差谁"
    message = read_message(text, REF, TWO_VILLAGES)
    assert message.sort is Sort.LOG and message.question is not None
    assert message.question.words.startswith("另外我想问一下") and not message.question.children
    assert [(one.kind, one.reached) for one in message.reading.outcomes] == [(Kind.HOME_VISIT, True), (Kind.HOME_VISIT, False)]
