"""One worker's message, understood: day, children, kind of contact, what was found, signs of harm (design.md section 4).

No network, no model service, no guessing: what is tied or vague is in `ask`. Nothing here files or concludes anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.contacts import Kind
from domain.reading.contact import Read, read_contact
from domain.reading.dates import choose_day, mentions
from domain.reading.days import Day, Impossible, Vague
from domain.reading.findings import Finding, find_findings
from domain.reading.roster import OnRoster, find_children
from domain.reading.signs import Sign, denies, find_signs, is_alarming

# Longer texts are forwarded articles, not notes; the beginning is enough to tell whom and what they concern.
READ_AT_MOST = 2000


@dataclass(frozen=True)
class Span:
    """The words a value came from, as places in the text."""

    start: int
    end: int
    words: str


@dataclass(frozen=True)
class Ask:
    """Something only the worker can settle. `field` is date, children or kind; `options` are child ids, if any."""

    field: str
    reason: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a message says, each value with its words in `spans` (keys: date, children, kind).

    `date` is None where the worker is vague or named an impossible day (`day` says which); `children` are ids in the
    order named; `signs` are all signs of harm, also denied, settled, witnessed and taught ones.
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


def understand(text: str, ref: datetime, roster: Sequence[OnRoster]) -> Reading:
    """Read a message written at `ref` by somebody who looks after `roster`. Never raises for any text.

    Names, dates and the contact are read in the first 2,000 characters; signs of harm in all of it.
    """
    head = text[:READ_AT_MOST]
    names = [child.name for child in roster]
    found_days = mentions(head, ref, names)
    mention = choose_day(head, ref, found_days)
    day = mention.day
    children = find_children(head, roster, found_days)
    contact = read_contact(head, day if isinstance(day, date) else None, found_days)
    ids = children.ids
    if not ids and not children.ties and contact.reached:
        ids = children.planned  # 下周去紫萱家，今天电话说好了: the call was about her
    signs = tuple(find_signs(text))
    ask: list[Ask] = []
    if isinstance(day, Vague):
        ask.append(Ask("date", f"vague.{day.reason}"))
    elif isinstance(day, Impossible):
        ask.append(Ask("date", "impossible"))
    ask += [Ask("children", "tie", tie) for tie in children.ties]
    if not ids and not children.ties:
        ask.append(Ask("children", "nobody"))
    if contact.kind is None:
        ask.append(Ask("kind", "unsaid"))
    spans: dict[str, tuple[Span, ...]] = {}
    if mention.end > mention.start:
        spans["date"] = (_span(text, mention.start, mention.end),)
    if children.spoken:
        spans["children"] = tuple(_span(text, s.start, s.end) for s in children.spoken)
    if contact.cue is not None:
        spans["kind"] = (_span(text, contact.cue.start, contact.cue.end),)
    return Reading(
        date=day if isinstance(day, date) else None,
        day=day,
        children=ids,
        kind=contact.kind or Kind.HOME_VISIT,
        red_flag=is_alarming(signs),
        negative=denies(signs) or contact.denied_kind or children.denied,
        ask=tuple(ask),
        findings=tuple(find_findings(head)),
        signs=signs,
        contact=contact,
        spans=spans,
    )


def _span(text: str, start: int, end: int) -> Span:
    return Span(start, end, text[start:end])
