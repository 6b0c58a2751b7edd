"""Which of four things a free text is: a log, a question, a correction, or something else (design.md section 4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.contacts import Kind
from domain.reading.articles import is_article
from domain.reading.asked import Asked, Question, read_question
from domain.reading.contact import State, contact_cues
from domain.reading.corrections import Correction, read_correction
from domain.reading.findings import State as Found
from domain.reading.folding import fold
from domain.reading.note import Reading, understand
from domain.reading.places import PUBLIC
from domain.reading.roster import OnRoster
from domain.reading.sign_lexicon import Entry
from domain.reading.signs import Standing


class Sort(StrEnum):
    LOG = "log"
    QUESTION = "question"
    CORRECTION = "correction"
    ARTICLE = "article"  # forwarded; never a log, its signs never alarm
    OTHER = "other"  # thanks, plans, complaints, emoji


@dataclass(frozen=True)
class Message:
    """A text, read. A LOG may also carry a `question` (answer both). Look at `reading.red_flag` before anything else."""

    sort: Sort
    reading: Reading
    question: Question | None = None
    correction: Correction | None = None


@dataclass(frozen=True)
class Last:
    """The note a worker made before this message."""

    children: tuple[str, ...]
    date: date | None
    kind: Kind | None
    said_at: datetime


def read_message(text: str, ref: datetime, roster: Sequence[OnRoster], extra: Sequence[Entry] = (), last: Last | None = None, places: Sequence[str] = ()) -> Message:
    """Read any text. Never raises.

    With `last`, what merely continues that note (`对了 奶奶说缺件棉衣`) counts as a log although it names nobody.
    """
    reading = understand(text, ref, roster, extra)
    if is_article(text):
        return Message(Sort.ARTICLE, reading)
    correction = read_correction(text, ref, roster)
    if correction is not None:
        return Message(Sort.CORRECTION, reading, correction=correction)
    question = read_question(text, ref, roster, places)
    # what is asked is no contact: 上次啥时候去的小虎家
    if question is not None and _of_nobody(text, question, reading):
        reading = replace(reading, red_flag=False, signs=tuple(replace(sign, standing=Standing.TAUGHT) for sign in reading.signs))
    rest = text if question is None else text[: question.start] + "，" * (question.end - question.start) + text[question.end :]
    told = _tells_of_contact(rest, reading) if question is None else _tells_of_contact(rest, understand(rest, ref, roster, extra))
    if told and (question is None or question.asked is not Asked.UNKNOWN or reading.children):
        asks = question if question is None or question.asked is not Asked.UNKNOWN or re.search(r"[?？]|吗|咋办|怎么办", text) else None
        return Message(Sort.LOG, reading, asks)  # 碰见小雨了，好着呢 asks nothing
    if question is not None:
        return Message(Sort.QUESTION, reading, question)
    if last is not None and continues(text, ref, reading, last):
        return Message(Sort.LOG, reading)
    return Message(Sort.OTHER, reading)


_TO_LOOK_UP = (Asked.SCREEN, Asked.POLICY, Asked.COUNT, Asked.PHONE, Asked.VILLAGES, Asked.SUMMARY)
_ANYBODY = re.compile(r"娃|孩|[男女儿]|学生|[他她]|[爷奶姥爸妈爹娘姑姨舅叔伯婶]|[打骂摸哭伤死血]")


def _of_nobody(text: str, question: Question, reading: Reading) -> bool:
    """哪些水塘没人管, 孤儿补贴一个月多少钱: only to look something up, and of nobody to whom harm could come."""
    beside = (text[: question.start] + text[question.end :]).strip(" ，。？?！!\n")
    return question.asked in _TO_LOOK_UP and not beside and not reading.children and not _ANYBODY.search(fold(text).replace("儿童", "").replace("孤儿", ""))


def _tells_of_contact(text: str, reading: Reading) -> bool:
    """A contact made or tried, or something found about a child of the roster."""
    cues = [c for c in contact_cues(text[:2000]) if c.state in (State.DONE, State.FAILED)]
    named = bool(reading.children or any(a.field == "children" and a.reason == "tie" for a in reading.ask))
    if any(c.weight > 1 for c in cues):
        if not named and all(c.place or _A_PLACE.fullmatch(fold(text)[c.start : c.end]) for c in cues if c.weight > 1):
            return False  # 上午在村委会打扫卫生: only where the worker was
        return named or "date" in reading.spans or any(c.weight == 3 for c in cues)
    if not named:  # 今天去了，娃好着 · 娃咳嗽得厉害: of whom is asked
        found = [f for f in reading.findings if f.state in (Found.FINE, Found.CONCERN, Found.DENIED)]
        told = bool(cues or found) and _SOMEBODY.search(fold(text)) is not None and _NOT_YET.search(fold(text)) is None
        return told or _WENT.fullmatch(fold(text)) is not None
    findings = [f for f in reading.findings if f.state in (Found.FINE, Found.CONCERN, Found.DENIED)]
    if cues or findings or reading.signs or _FINE.search(fold(text)) is not None:
        return True
    return "date" in reading.spans and reading.date is not None and (bool(reading.contact.met) or not _DOES.search(_without(text, reading)))


def _without(text: str, reading: Reading) -> str:
    """The text without the words of its day."""
    for span in sorted(reading.spans.get("date", ()), key=lambda s: -s.start):
        text = text[: span.start] + text[span.end :]
    return fold(text)


_FINE = re.compile(r"都好|挺好|没(?:啥|什么)?(?:事|变化|问题)|正常|平安|好着呢|老样子")
_A_PLACE = re.compile(rf"(?:在|到|去)?{PUBLIC}(?:里|上|门口|那)?")
_SOMEBODY = re.compile(r"娃|孩子|[爷奶姥]|外[婆公]|他|她|家长|监护人|老汉|老人")
_NOT_YET = re.compile(r"明天|后天|明儿|下周|下次|改天|打算|准备|计划|回头")
_WENT = re.compile(r"(?:今天|昨天|前天|刚才?|上午|下午|早上|晚上|我|已经|又)*(?:去|打|跑|走|见|看|联系|家访|走访|入户)(?:过|完|到|着)?了(?:一趟|一下|电话|视频|个电话)?[。！!]*")
# 浩然今天去县上了: what the child did is news and no contact
_DOES = re.compile(r"(?:去|到|回|来|转|搬|坐|跟着?|考|参加|住|走|上)[^，。；\s]{0,8}(?:了|的|去|来)")
_MORE = re.compile(r"^[\s，。]*(?:对了|还有|另外|补充|再补|忘了说|哦对|噢对|刚忘了?|刚才忘了?|顺便|又|接着|然后|还说|也说|再就是|再一个|(?:他|她|娃|孩子|奶奶?|爷爷?|姥姥|姥爷|外婆|外公|爸爸?|妈妈?|姑姑?|舅舅|大伯|婶婶?|老人|家里|屋里|学习|身体|作业|成绩|衣服|就是|缺|没有?|有|都|照片))")
_SOON = timedelta(minutes=30)


def continues(text: str, ref: datetime, reading: Reading, last: Last) -> bool:
    """Whether this is a further message about the visit just noted: soon after it, of nobody else, of no other day or kind."""
    since = ref.replace(tzinfo=None) - last.said_at.replace(tzinfo=None)
    if not timedelta(0) <= since <= _SOON:
        return False
    if reading.children and not set(reading.children) <= set(last.children):
        return False
    if any(a.field == "children" and a.reason == "tie" for a in reading.ask):
        return False
    if "date" in reading.spans and reading.date != last.date and reading.spans["date"][0].words not in ("刚才", "刚刚", "今天", "刚"):
        return False
    cue = reading.contact.cue
    if cue is not None and cue.weight > 1 and last.kind is not None and reading.contact.kind is not last.kind:
        return False
    if not fold(text).strip(" ，。！!~"):
        return False
    return bool(reading.children or _MORE.search(fold(text)) or reading.findings or reading.signs)
