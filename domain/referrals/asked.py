"""A request for help in a worker's own words: 「小虎要看心理老师」「李家要办低保」. Questions and harm are left alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.reading.folding import fold

_WANTS = r"(?:要|想|得|需要|该|帮忙?|申请|麻烦)"
_QUESTION = re.compile(r"[?？]|吗\s*$|啥|什么|怎么|咋|多少|哪里|在哪|够不够|能不能(?!给)|可以不")
_HOW_IT_WENT = re.compile(
    r"(?:办|批|申请)(?:好|完|成|下来|过)了|已经(?:办|申请|批)|不(?:要|想|用|需要)|上次|昨天|前天|刚(?:刚|才)?"
)
_KINDS: tuple[tuple[str, str | None, str], ...] = tuple(
    (kind, topic, pattern)
    for kind, topic, pattern in (
        ("psychology", None, rf"{_WANTS}[^，。]{{0,6}}(?:心理(?:老师|辅导|咨询|医生|疏导)|看心理)|(?:看|找|约)[^，。]{{0,2}}心理(?:老师|医生)"),
        ("benefits", "low_income", rf"{_WANTS}[^，。]{{0,4}}低保(?!边)"),
        ("benefits", "near_low_income", rf"{_WANTS}[^，。]{{0,4}}低保边缘"),
        ("benefits", "destitute", rf"{_WANTS}[^，。]{{0,4}}特困"),
        ("benefits", "temporary", rf"{_WANTS}[^，。]{{0,4}}临时救助"),
        ("benefits", "medical", rf"{_WANTS}[^，。]{{0,4}}医疗救助"),
        ("benefits", "orphan", rf"{_WANTS}[^，。]{{0,6}}孤儿(?:补贴|生活费|待遇)"),
        ("benefits", "de_facto_unattended", rf"{_WANTS}[^，。]{{0,6}}事实无人抚养"),
        ("benefits", "rehabilitation", rf"{_WANTS}[^，。]{{0,6}}(?:康复(?:训练|救助)?|辅具|助听器|轮椅|假肢)"),
        ("benefits", "disabled_care", rf"{_WANTS}[^，。]{{0,6}}(?:护理补贴|残疾人?两项补贴|残疾两补|两补)"),
        ("benefits", "education", rf"{_WANTS}[^，。]{{0,6}}(?:助学金?|圆梦)"),
        ("work", None, r"(?:爸|妈|父母|爹|娘|家长)[^，。]{0,6}想(?:回来|回家|回乡|在家门口)[^，。]{0,6}(?:找|干|打工|工作|上班|活)"),
        ("social", None, rf"{_WANTS}[^，。]{{0,6}}(?:社会(?:上|各界)?[^，。]{{0,2}}帮|爱心(?:人士|企业|组织)|志愿者帮)"),
        ("mediation", None, rf"{_WANTS}[^，。]{{0,4}}(?:调解|劝和)"),
    )
)  # fmt: skip
_COMPILED = tuple((kind, topic, re.compile(pattern)) for kind, topic, pattern in _KINDS)


@dataclass(frozen=True)
class Request:
    """What is asked for; `before` the words that may name the child or the family."""

    kind: str
    topic: str | None
    before: str


def request_in(words: str) -> Request | None:
    """The request these words make, or None. A question, a report of what was done and long messages are none."""
    said = fold(words.strip())
    if len(said) > 40 or _QUESTION.search(said) or _HOW_IT_WENT.search(said):
        return None
    for kind, topic, pattern in _COMPILED:
        found = pattern.search(said)
        if found is not None:
            before = said[: found.start()] or said[found.end() :]
            return Request(kind, topic, re.sub(r"^(?:给|帮|替|为)|(?:家里?|他|她|娃|的)$", "", before.strip(" ,，、")))
    return None
