"""One worker's message, understood: day, children, kind of contact, what was found, signs of harm (design.md section 4).

No network, no model service, no guessing: what is tied or vague is in `ask`. Nothing here files or concludes anything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from domain.contacts import Kind
from domain.reading.articles import is_article
from domain.reading.asking import Ask
from domain.reading.contact import Read, as_written, read_contact
from domain.reading.dates import choose_day, mentions
from domain.reading.days import Day, Impossible, Mention, Vague
from domain.reading.described import model
from domain.reading.findings import Finding, find_findings
from domain.reading.folding import fold
from domain.reading.name_tiers import festive_people
from domain.reading.outcomes import Outcome, grouped, outcomes_of
from domain.reading.pasted_form import Answer, Form, read_form
from domain.reading.roster import Children, OnRoster, find_children, without_names
from domain.reading.sign_lexicon import Entry
from domain.reading.signs import Sign, Standing, denies, find_signs, is_alarming
from domain.reading.spans import Span, span_of

__all__ = ["Ask", "Reading", "Span", "understand", "warm"]

# Longer texts are forwarded articles, not notes; the beginning is enough to tell whom and what they concern.
READ_AT_MOST = 2000


@dataclass(frozen=True)
class Reading:
    """What a message says, each value with its words in `spans` (keys: date, children, kind, met, seen, reached).

    `date` is None where the worker is vague or named an impossible day (`day` says which); `children` are ids in the
    order named; `signs` are all signs of harm, also denied, settled, witnessed and taught ones; `outcomes` say for
    each child what came of it.
    """

    date: date | None
    day: Day
    children: tuple[str, ...]
    kind: Kind
    red_flag: bool
    negative: bool
    ask: tuple[Ask, ...]
    findings: tuple[Finding, ...]
    signs: tuple[Sign, ...]
    contact: Read
    spans: dict[str, tuple[Span, ...]]
    outcomes: tuple[Outcome, ...] = ()

    @property
    def visits(self) -> tuple[tuple[Outcome, ...], ...]:
        """The outcomes that belong in one record each: same day, same kind, same success."""
        return grouped(self.outcomes)


def warm() -> None:
    """Load what is loaded once, so that the first message of a process is not read slower than the others."""
    model()
    understand("腊月初八立冬去了小虎家 给奶奶打电话说娃挺好", datetime(2026, 1, 31), ())  # noqa: DTZ001 - county time


# 给他们都打了电话，就浩然没接: the others were meant too, and nobody can know who they are
_ALL_BUT_ONE = re.compile(r"(?:他们|她们|他俩|(?:娃|孩子|娃娃)们|大家|(?:几|全部|所有)(?:个)?(?:的)?(?:娃|孩子)|挨个|每个|每家)[^。；！？]{0,10}(?:都|全|挨个|遍|了)[^。；！？]{0,10}(?=(?:就|只有|只|光|除了|独独)[^，。；！？\s]{1,6}(?:没|不|还))")


# 打算后天去邰琳家，昨天就在大门口跟她姑说了一句话: of whom else
_MET_THEM = re.compile(r"(?:昨|前|今|刚)[^。；]{0,12}(?:跟|和|给|见|碰|遇)[^，。；]{0,3}[他她]们?(?:家|[爷奶爸妈姑舅姨叔伯婶姥])[^，。；]{0,8}(?:说|聊|讲|谈|问)")


def _more_said(text: str, children: Children, ids: Sequence[str], roster: Sequence[OnRoster]) -> bool:
    """Whether the note speaks of more children than could be read: 四个娃 with three on the list, 他们都……就浩然没接."""
    if children.ties or len(ids) >= len(roster):
        return False
    if children.said is not None and children.said > len(ids):
        return True
    left = _ALL_BUT_ONE.search(fold(text)) if len(ids) == 1 else None
    return left is not None and any(s.start >= left.start() for s in children.spoken)


def _within(answer: Answer, found: Sequence[Mention]) -> Mention | None:
    """The day written behind a heading."""
    return next((m for m in found if answer.start <= m.start and m.end <= answer.end and not m.part_of_day), None)


def _answered(text: str, form: Form, signs: Sequence[Sign]) -> tuple[Sign, ...]:
    """The signs, what a heading asks replaced by its answer: 是否遭受侵害：否 denies, 是 alarms, blank says nothing."""
    kept = [s for s in signs if not any(start <= s.start and s.end <= end for start, end, _ in form.harm)]
    for start, end, said in form.harm:
        if said is not None:
            words = text[start:end].rstrip()
            kept.append(Sign("R4", start, start + len(words), words, Standing.NEW if said else Standing.DENIED))
    return tuple(sorted(kept, key=lambda s: s.start))


def understand(text: str, ref: datetime, roster: Sequence[OnRoster], extra: Sequence[Entry] = ()) -> Reading:
    """Read a message written at `ref` by somebody who looks after `roster`. Never raises for any text.

    Names, dates and the contact are read in the first 2,000 characters; signs of harm in all of it. `extra` are the
    county's own entries of the lexicon of signs. Signs in a forwarded article are about other people and never alarm.
    """
    head = text[:READ_AT_MOST]
    names = [child.name for child in roster]
    found_days = mentions(head, ref, names, festive_people(fold(head), roster))
    form = read_form(head)
    mention = choose_day(head, ref, found_days)
    if form is not None and form.day is not None:
        mention = _within(form.day, found_days) or mention
    day = mention.day
    children = find_children(head, roster, found_days)
    covered = without_names(head, roster, children.spoken)
    contact = read_contact(head, day if isinstance(day, date) else None, found_days, covered)
    if form is not None and form.kind is not None and form.kind[0] is not contact.kind:
        contact = as_written(contact, form.kind[0], form.kind[1].start, form.kind[1].end)
    ids = children.ids
    if not ids and not children.ties and (contact.reached or _MET_THEM.search(fold(head))):
        ids = children.planned  # 下周去紫萱家，今天电话说好了: the call was about her
    signs = tuple(find_signs(text, extra, covered + text[READ_AT_MOST:]))
    if form is not None and form.harm:
        signs = _answered(text, form, signs)
    if any(sign.alarming for sign in signs) and is_article(text):
        signs = tuple(replace(sign, standing=Standing.TAUGHT) if sign.alarming else sign for sign in signs)
    ask: list[Ask] = []
    if isinstance(day, Vague):
        ask.append(Ask("date", f"vague.{day.reason}"))
    elif isinstance(day, Impossible):
        ask.append(Ask("date", "impossible"))
    ask += [Ask("children", "tie", tie) for tie in children.ties]
    if not ids and not children.ties:
        ask.append(Ask("children", "nobody"))
    elif _more_said(head, children, ids, roster):
        ask.append(Ask("children", "count"))
    if contact.kind is None:
        ask.append(Ask("kind", "unsaid"))
    spans: dict[str, tuple[Span, ...]] = {}
    if mention.end > mention.start:
        spans["date"] = (span_of(text, mention.start, mention.end),)
    if children.spoken:
        spans["children"] = tuple(span_of(text, s.start, s.end) for s in children.spoken)
    if contact.cue is not None:
        spans["kind"] = (span_of(text, contact.cue.start, contact.cue.end),)
    for key, places in contact.places.items():
        spans[key] = tuple(span_of(text, start, end) for start, end in places)
    findings = find_findings(head)
    return Reading(
        date=day if isinstance(day, date) else None,
        day=day,
        children=ids,
        kind=contact.kind or contact.likely or Kind.HOME_VISIT,
        red_flag=is_alarming(signs),
        negative=denies(signs) or contact.denied_kind or children.denied,
        ask=tuple(ask),
        findings=tuple(findings),
        signs=signs,
        contact=contact,
        spans=spans,
        outcomes=outcomes_of(text, fold(head), ref, ids, children.spoken, found_days, (day, contact), findings, signs),
    )
