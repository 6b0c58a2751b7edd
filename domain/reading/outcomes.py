"""What came of a contact for each child: `四个娃都打了电话，就王家老二没接` is three calls made and one not answered."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from domain.contacts import Kind
from domain.reading.contact import Read, read_contact
from domain.reading.dates import choose_day
from domain.reading.days import Day, Mention
from domain.reading.findings import Finding
from domain.reading.people import Spoken
from domain.reading.signs import Sign
from domain.reading.spans import Span, span_of


@dataclass(frozen=True)
class Outcome:
    """One child's share of a message. `findings` and `signs` said of nobody in particular are every child's.

    `spans` has the words that name this child under `child`, and date, kind and reached only where they are its own.
    """

    child: str
    date: date | None
    kind: Kind
    reached: bool
    seen: bool | None
    met: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    signs: tuple[Sign, ...] = ()
    spans: dict[str, tuple[Span, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """A stretch of the text that is about some of the children only."""

    start: int
    end: int
    ids: frozenset[str]


@dataclass(frozen=True)
class _Told:
    """The day and the contact as read without the stretches about others."""

    day: Day
    contact: Read
    spans: dict[str, tuple[Span, ...]]


_CLAUSE = re.compile(r"[，。；！？,!?;\n]|\s+")
# dictated without a mark, one visit after the other: 先去了小虎家……然后又到小雨家……后来给浩然打了个电话
_THEN = re.compile(r"然后|后来|接着|(?:完了|之后|以后|回来)(?=又|再|就|去|到|给)|另外|最后")
_MISSED = re.compile(
    r"没(?:有)?(?:人)?(?:接(?!送)|打通|通|见着|见到|见上|碰上|碰到|联系上|找到|找着|在家|在屋|在(?=$|[，。；\s])|应(?!付))|不(?:接(?!送)|通(?!过)|在家|在屋|在(?=$|[，。；\s了]))|"
    r"关机|停机|空号|占线|锁着|没人|打不通|联系不上|没去成|扑空|无人"
)
_NOBODY_HOME = re.compile(r"家(?:里)?(?:都)?没人|锁着门?|门锁|铁将军")
_REPORT = re.compile(r"(?:在(?![^，。；\s]{1,4}家)|都?好|不在|没在|没见|接了|没接|通了|没通|见了|见着|去了|打了|[去打见]过)")
# Telling of the children as of one again: what follows is no longer about the last one named.
_TOGETHER = re.compile(r"(?:其他|其余|剩下|别的|另外)(?:的|几)?(?:[几两三四五六七八九]?[个家户])?(?:人|娃|孩子)?[^，。；]{0,3}都|(?:大家|全都|统统|几个娃|几家)[^，。；]{0,2}都|(?:^|(?<=[，。；\s]))(?:都|全|俩人?|两个(?:人|娃)?)(?!市)")


def outcomes_of(text: str, folded: str, ref: datetime, children: Sequence[str], spoken: Sequence[Spoken], found: Sequence[Mention],
                common: tuple[Day, Read], findings: Sequence[Finding], signs: Sequence[Sign]) -> tuple[Outcome, ...]:
    """One outcome per child, in order; `common` are the day and contact of the message as a whole."""
    day, contact = common
    parts = _parts(folded, spoken, children) if len(children) > 1 else []
    read: dict[tuple[Part, ...], _Told] = {(): _Told(day, contact, {})}
    made: list[Outcome] = []
    for child in children:
        others = tuple(p for p in parts if child not in p.ids)
        mine = tuple(p for p in parts if child in p.ids)
        if others not in read:
            read[others] = _without(text, folded, ref, others, found, day, contact)
        told = read[others]
        spans = dict(told.spans)
        for key in ("met", "seen"):
            if places := told.contact.places.get(key):
                spans[key] = tuple(span_of(text, start, end) for start, end in places)
        if names := tuple(span_of(text, s.start, s.end) for s in spoken if child in s.ids):
            spans["child"] = names
        reached, seen = told.contact.reached, told.contact.child_seen
        at_home = any(_NOBODY_HOME.search(folded[p.start : p.end]) for p in mine)
        for part in mine:
            if missed := _MISSED.search(folded[part.start : part.end]):
                stop = _CLAUSE.search(folded, part.start + missed.end())
                spans["reached"] = (span_of(text, part.start, min(stop.start() if stop else part.end, part.end)),)
                reached, seen = reached and not _only_missed(folded[part.start : part.end]), None if told.contact.kind is Kind.PHONE else False
        made.append(
            Outcome(
                child=child,
                date=told.day if isinstance(told.day, date) else None,
                kind=Kind.HOME_VISIT if at_home else told.contact.kind or contact.kind or contact.likely or Kind.HOME_VISIT,
                reached=reached,
                seen=seen,
                met=told.contact.met,
                findings=tuple(f for f in findings if not any(p.start <= f.start < p.end for p in others)),
                signs=tuple(s for s in signs if not any(p.start <= s.start < p.end for p in others)),
                spans=spans,
            )
        )
    return tuple(made)


def grouped(outcomes: Sequence[Outcome]) -> tuple[tuple[Outcome, ...], ...]:
    """The outcomes that belong in one record each: same day, same kind, same success."""
    groups: dict[tuple[date | None, Kind, bool], list[Outcome]] = {}
    for one in outcomes:
        groups.setdefault((one.date, one.kind, one.reached), []).append(one)
    return tuple(tuple(group) for group in groups.values())


def _parts(folded: str, spoken: Sequence[Spoken], children: Sequence[str]) -> list[Part]:
    """Stretches from a clause that names only some of the children up to the next clause that names others."""
    whole = frozenset(children)
    cuts = sorted({0, len(folded), *(m.end() for m in _CLAUSE.finditer(folded)), *(m.start() for m in _THEN.finditer(folded)), *_between_names(folded, spoken)})
    named: list[tuple[int, int, frozenset[str]]] = []
    for start, end in itertools.pairwise(cuts):
        ids = frozenset(i for s in spoken if start <= s.start < end for i in s.ids) & whole
        if named and _TOGETHER.search(folded[start:end]) and not ids:
            named.append((start, end, whole))
        elif ids and named and _listing(folded, spoken, named[-1][0], start):
            named[-1] = (named[-1][0], end, named[-1][2] | ids)  # 小虎、小雨 or 小虎 小雨 都好: one list, not two reports
        elif ids:
            named.append((start, end, ids))
        elif named:
            named[-1] = (named[-1][0], end, named[-1][2])
    return [Part(start, end, ids) for start, end, ids in named if ids != whole]


def _between_names(folded: str, spoken: Sequence[Spoken]) -> list[int]:
    """小虎在小雨没见着: the second name begins a report of its own although nothing separates them."""
    ordered = sorted(spoken, key=lambda s: s.start)
    return [b.start for a, b in itertools.pairwise(ordered) if a.ids != b.ids and _REPORT.fullmatch(folded[a.end : b.start].strip("，。 ")) and folded[b.end : b.end + 1] != "家"]


def _listing(folded: str, spoken: Sequence[Spoken], start: int, end: int) -> bool:
    """Whether nothing but names stands between: a list that commas or spaces cut."""
    rest = folded[start:end]
    for s in sorted(spoken, key=lambda s: -s.start):
        if start <= s.start < end:
            rest = rest[: s.start - start] + rest[s.end - start :]
    return not re.sub(r"[\s，,、和跟与还有家的娃两俩给去到先后又也]|昨天|今天|前天|上午|下午|刚才|打电话|走访|入户|家访|电话|视频", "", rest)


def _without(text: str, folded: str, ref: datetime, others: Sequence[Part], found: Sequence[Mention], day: Day, contact: Read) -> _Told:
    """The message read with what is about others blanked out; what it then no longer says is taken from the whole."""
    view = folded
    for part in others:
        view = view[: part.start] + "，" * (part.end - part.start) + view[part.end :]
    kept = [m for m in found if not any(p.start <= m.start < p.end for p in others)]
    spans: dict[str, tuple[Span, ...]] = {}
    own_day = day
    if any(not m.part_of_day for m in kept):
        mention = choose_day(view, ref, kept)
        if mention.end > mention.start:
            own_day = mention.day
            spans["date"] = (span_of(text, mention.start, mention.end),)
    own = read_contact(view, own_day if isinstance(own_day, date) else None, kept)
    if own.cue is None:
        return _Told(own_day, contact, spans)
    spans["kind"] = (span_of(text, own.cue.start, own.cue.end),)
    return _Told(own_day, own, spans)


def _only_missed(words: str) -> bool:
    """没接，后来又打通了 is reached in the end."""
    return not re.search(r"(?:又|后来|终于|再|第二[次遍]|才|最后)[^，。；]{0,6}(?:打通|接了|通了|接上|见着|见到|回过来)", words)
