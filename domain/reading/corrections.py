"""Corrections of what was noted before: `上次记错了 是10号去的`, `不是小虎是小雨`, `刚才那个不对 是打的电话`, `删掉`.

What is to be changed is read here; which record is meant, and whether it may still be changed, the bot decides. A
correction that names nothing (`记错了`) opens the record for editing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from domain.contacts import Kind
from domain.reading.asking import Ask
from domain.reading.contact import State, contact_cues, kind_denied
from domain.reading.dates import choose_day, mentions
from domain.reading.days import Day, Future, Impossible, Vague
from domain.reading.folding import fold
from domain.reading.roster import OnRoster, find_children
from domain.reading.spans import Span, span_of


@dataclass(frozen=True)
class Correction:
    """What the worker says was wrong; None, () and False where nothing is said of it. `note` is the whole message.

    `day` tells also of vague and impossible days; `children` those it was really about, `not_children` those it was
    not; `delete` that the record should go.
    """

    note: str
    day: Day | None = None
    date: date | None = None
    kind: Kind | None = None
    reached: bool | None = None
    children: tuple[str, ...] = ()
    not_children: tuple[str, ...] = ()
    delete: bool = False
    spans: dict[str, tuple[Span, ...]] = field(default_factory=dict)
    ask: tuple[Ask, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """What changes: of date, kind, reached, children, delete."""
        said = {
            "date": self.date is not None,
            "kind": self.kind is not None,
            "reached": self.reached is not None,
            "children": bool(self.children or self.not_children),
            "delete": self.delete,
        }
        return tuple(name for name, changed in said.items() if changed)


_RECORD = r"(?:上一?[次回条个笔]|刚才|刚刚|方才|前面|前头|之前|上面|刚|昨天|那天|早上|下午|最后|才|刚记|那[条个次笔])"
_WRONG = r"(?:记|写|弄|搞|说|填|打|选|录|发|报|点|输)(?:岔|错|混|反|颠倒)|不对|错了|有误|不准|搞混|弄混"
# The message opens by saying that something noted was wrong.
_OPENS = re.compile(
    rf"^[\s，。、]*(?:不好意思|对不起|哎呀?|唉|啊|哦|噢|等等|等一下|那个|我|嗯|抱歉|麻烦)*[\s，。、]*"
    rf"(?:(?:我)?{_RECORD}(?:(?:我)?(?:那个|那条|那次|那笔|那|的|记的|写的|说的|填的|发的|录的|报的|一条|一次|一个|我|走访|电话|记录|家访|日期|时间|名字|人|娃|登记|里|把)){{0,4}}[^，。\s]{{0,6}}?(?:{_WRONG})|"
    rf"(?:我)?(?:把)?(?:日期|时间|名字|人|娃|方式|日子)?(?:{_WRONG})|更正|纠正|订正|改(?:一下|下|成|为|正|个)|修改|应该是|应是|其实是|撤回|作废|删[了掉除]|(?:把)?{_RECORD}[^，。\s]{{0,8}}(?:改成|改为|删[了掉除]|作废|撤[回销了]|取消|去掉|不算|不要了))"
)
# 刚才那个不是小虎是浩然 · 那条是视频不是电话 · 其实没打通: what was noted is set right without saying that it was wrong
_IN_FACT = re.compile(
    rf"^[\s，。、]*(?:不好意思|哎呀?|哦|噢|那个|我|嗯)*[\s，。、]*(?:{_RECORD}(?:那个|那条|那次|那笔|的|记的|写的|说的|娃|人|日期){{0,2}}"
    rf"(?=(?:其实)?(?:不是[^，。]{{1,10}}[，,\s]?(?:而)?是|是[^，。]{{1,10}}[，,\s]?不是))|(?:{_RECORD}(?:那个|那条|那次)?)?其实(?=没|是|打|见|不))"
)
_NOT_THAT = re.compile(r"不是[^，。,\s]{1,8}?(?=[，,\s]?(?:而)?是|[。！!\s]*$)")
_BARE_NOT = re.compile(r"^[\s，。、]*(?:哦|啊|噢|等等)?[\s，]*不是(?P<wrong>[^，。,\s是]{1,8})[\s，,。]*(?:而)?是(?P<right>[^，。,]{1,10})[。！!]?\s*$")
_DELETE = re.compile(r"删[了掉除]|作废|撤[回销掉了]|不算数?(?:了)?$|(?:那条|那个|刚才的?|上次的?|这条)[^，。]{0,4}(?:不要了|取消|去掉)|去掉(?:吧|它)?$|没(?:有)?这回事|没去成?(?:过)?$")
_REACHED = re.compile(r"(?:其实|后来|是|应该是)?(?:没(?:有)?(?:人)?(?:接|打通|见着|见到|联系上|找到|通)|打不通|没人在家|没人)")
_REACHED_YES = re.compile(r"(?:其实|后来|是)?(?:又)?(?:打通了|接了|见着了|见到了|联系上了|通了|在家)")
_SWAPPED = re.compile(r"把(?:日期|时间|名字)?([^，。\s]{1,10}?)(?:记|写|填|弄|搞|录|说|选)(?:错)?成了?([^，。\s]{1,10})")
_ASKS_HOW = re.compile(r"(?:咋|怎么|如何|哪里|能不能|可以)[^，。]{0,4}(?:改|删|撤|弄|办)|[？?]\s*$")
_LONGEST = 80  # longer ones tell a story of their own


def read_correction(text: str, ref: datetime, roster: Sequence[OnRoster]) -> Correction | None:
    """The correction a message makes, or None. A log that corrects itself on the way (`……不对，是10号`) is a log."""
    folded = fold(text)
    if len(folded) > _LONGEST or _ASKS_HOW.search(folded):
        return None
    opening, bare, swapped = _OPENS.match(folded), _BARE_NOT.match(folded), _SWAPPED.search(folded)
    fact = _IN_FACT.match(folded) if opening is None else None
    if opening is None and bare is None and swapped is None and fact is None:
        return None
    # The words that only say "that was wrong" must not be read as a day or a contact themselves.
    said = opening or fact
    masked = folded if said is None else "，" * said.end() + folded[said.end() :]
    wrong: tuple[str, ...] = ()
    if swapped is not None:  # 把小虎记成小雨了: it was about 小虎
        masked = "，" * swapped.start(1) + swapped[1] + "，" * (len(folded) - swapped.end(1))
        wrong = find_children(swapped[2], roster).ids
    spans: dict[str, tuple[Span, ...]] = {}
    ask: list[Ask] = []
    asserted = _NOT_THAT.sub(lambda m: "，" * len(m[0]), masked) if fact is not None else masked  # 是13号不是12号
    found = mentions(asserted, ref, [child.name for child in roster])
    mention = choose_day(asserted, ref, found)
    day: Day | None = None
    if mention.end == mention.start and len(found) == 1 and not found[0].part_of_day:
        mention = found[0]  # 是10号打的: in a correction the one day named is the right one
    if mention.end > mention.start and not re.search(r"(?:不是|不要|别)$", masked[: mention.start]):
        day = mention.day
        spans["date"] = (span_of(text, mention.start, mention.end),)
        if isinstance(day, Vague):
            ask.append(Ask("date", f"vague.{day.reason}"))
        elif isinstance(day, Impossible | Future):
            ask.append(Ask("date", "impossible"))
    whom = find_children(masked, roster, found)
    if whom.spoken and whom.ids:
        spans["children"] = tuple(span_of(text, s.start, s.end) for s in whom.spoken)
    ask += [Ask("children", "tie", tie) for tie in whom.ties]
    cues = contact_cues(masked, day if isinstance(day, date) else None, found)
    right = [c for c in cues if c.state is State.DONE and (c.weight > 1 or kind_denied(cues, masked))]
    kind = right[-1].kind if right else None
    if right:
        spans["kind"] = (span_of(text, right[-1].start, right[-1].end),)
    reached: bool | None = None
    if match := _REACHED.search(masked) or _REACHED_YES.search(masked):
        reached = _REACHED_YES.match(match[0]) is not None
        spans["reached"] = (span_of(text, match.start(), match.end()),)
    removed = _DELETE.search(folded)
    if removed is not None:
        spans["delete"] = (span_of(text, removed.start(), removed.end()),)
    made = Correction(
        note=text,
        day=day,
        date=day if isinstance(day, date) else None,
        kind=kind,
        reached=reached if removed is None else None,
        children=whom.ids,
        not_children=tuple(dict.fromkeys((*whom.refused, *wrong))),
        delete=removed is not None,
        spans=spans,
        ask=tuple(ask),
    )
    if fact is not None or (opening is not None and opening[0].endswith(("其实是", "应该是", "应是"))):
        return made if made.fields or made.ask else None
    # 不是上门，是在村口见的陈星雨: a note of its own, not a correction of an earlier one
    return None if opening is None and swapped is None and len(made.fields) != 1 else made
