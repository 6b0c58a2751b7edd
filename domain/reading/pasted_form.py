"""A note pasted from a form: `姓名：小虎 走访日期：2027.2.27 方式：电话 是否遭受侵害：否`, `□入户 ☑电话`.

Headings say outright what a told note only implies, so they decide day and kind where they are there. What stands
behind a heading that asks after harm is its answer, and no sign by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.contacts import Kind
from domain.reading.folding import fold
from domain.reading.places import PUBLIC

_VISIT = r"(?:走访|联系|访问|入户|家访|填报|探访|回访|关爱|巡访|慰问|见面|服务)?"
_HEADINGS: tuple[tuple[str, str], ...] = (
    ("day", rf"{_VISIT}(?:日期|时间|日子)"),
    ("kind", rf"{_VISIT}(?:方式|形式|途径|类型)"),
    ("place", rf"{_VISIT}(?:地点|位置|场所)"),
    ("child", rf"(?:儿童|孩子|学生|被访人|{_VISIT})(?:姓名|对象|儿童|孩子)|姓名"),
    ("harm", r"(?:是否|有无|有没有)[^:：，。；|\s]{0,10}(?:侵害|虐待|欺凌|受伤|伤害|伤痕|家暴|遗弃|忽视|异常|失踪|打骂|霸凌|安全隐患)[^:：，。；|\s]{0,6}"),
    ("other", r"(?:监护人|接听人|接听|家长|住址|家庭住址|地址|情况|走访情况|学习|身体|健康|心理|情绪|备注|说明|结果|联系结果|内容|事项|需求|在场|在场人|填表人|走访人|记录人|电话号码|联系电话|性别|年龄|年级|村组|问题|措施|签字)"),
)  # fmt: skip
_HEADING = re.compile("|".join(rf"(?P<{key}>(?<![\u4e00-\u9fff])(?:[0-9]+[.、)）])?(?:{words}))(?:\s*[:：】\]]|\s+(?=[^\s]))" for key, words in _HEADINGS))
_MARKED = re.compile(r"[:：|【】\[\]]|[0-9][.、)）]")
_TICKED = re.compile(r"[☑✓✔√☒■▣◉●]\s*([\u4e00-\u9fff]{2,6})|([\u4e00-\u9fff]{2,6})\s*[（(\[]\s*[☑✓✔√]\s*[)）\]]")
_BOXES = re.compile(r"[□☐○◯]\s*[\u4e00-\u9fff]{2,6}")
_KINDS: tuple[tuple[Kind, str], ...] = (
    (Kind.VIDEO, r"视频"), (Kind.PHONE, r"电话|通话|语音(?!留言|消息)|座机|手机"), (Kind.OTHER, r"微信|短信|留言|消息|QQ|代问|委托|他人|书面|线上|网络"),
    (Kind.IN_PERSON, rf"{PUBLIC}|面谈|约谈|当面|校访|到校|路遇|活动"), (Kind.HOME_VISIT, r"入户|上门|家访|走访|登门|实地|面访|家中?|家里"),
)  # fmt: skip
_NO = re.compile(r"\s*(?:否|无|没有?|未(?:发现|见)?|正常|×|不)")
_YES = re.compile(r"\s*(?:是|有|疑似|存在|发现)")


@dataclass(frozen=True)
class Answer:
    """What stands behind a heading, by its place in the text."""

    start: int
    end: int
    words: str


@dataclass(frozen=True)
class Form:
    """What its headings say; None where a heading is not there. `harm` are the headings that ask after harm with their
    answers, as places, and whether the answer is yes, no or neither."""

    day: Answer | None
    kind: tuple[Kind, Answer] | None
    harm: tuple[tuple[int, int, bool | None], ...]


def read_form(text: str) -> Form | None:
    """The form a text is, or None. One heading alone makes no form (`时间不早了`), a ticked box among boxes does."""
    folded = fold(text)
    found = list(_HEADING.finditer(folded))
    ticked = _TICKED.search(folded) if _BOXES.search(folded) else None
    if (len({m.lastgroup for m in found}) < 2 or not _MARKED.search(folded)) and ticked is None and len({m.lastgroup for m in found}) < 3:
        return None
    answers: dict[str, Answer] = {}
    harm: list[tuple[int, int, bool | None]] = []
    for at, heading in enumerate(found):
        stop = found[at + 1].start() if at + 1 < len(found) else len(folded)
        mark = re.search(r"[;；。|\n]", folded[heading.end() : stop])
        end = heading.end() + mark.start() if mark else stop
        words = folded[heading.end() : end]
        if heading.lastgroup == "harm":
            harm.append((heading.start(), end, False if _NO.match(words) else True if _YES.match(words) else None))
        elif heading.lastgroup and heading.lastgroup != "other" and words.strip(" ，,|【】"):
            answers.setdefault(heading.lastgroup, Answer(heading.end(), end, words))
    kind = _kind(answers.get("kind"))
    if ticked is not None and (kind is None or _BOXES.search(kind[1].words)):
        kind = _kind(Answer(ticked.start(), ticked.end(), ticked[0])) or kind
    place = answers.get("place")
    if kind is None and place is not None:
        kind = _kind(place)
    return Form(answers.get("day"), kind, tuple(harm))


def _kind(answer: Answer | None) -> tuple[Kind, Answer] | None:
    if answer is None:
        return None
    return next(((kind, answer) for kind, words in _KINDS if re.search(words, answer.words)), None)
