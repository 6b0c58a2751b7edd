"""Early warning by plain rules: what is worth a look, with its reasons, before it is worth a report (plan task 19).

Each rule is one line of data and one function over facts; the county sets the numbers. A warning says what was noticed
and asks somebody to look; it never decides, scores or files anything. The same facts are noticed once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from domain.calendar import DAY
from domain.policy import WarningRules

LOOK_DAYS = 3  # working out what it is should not wait for the next visit
_INJURY = re.compile(
    r"伤|摔|跌|烫|烧着|骨折|流血|破皮|青一块|淤青|肿|咬|撞|扎|割|夹|触电|中毒|溺|淹|缝(?:了)?\d*针|住院|急诊|injur|burn|fractur|bruis",
    re.IGNORECASE,
)


def tells_of_injury(words: str) -> bool:
    """Whether an entry of a child's problems speaks of a body that was hurt."""
    return bool(_INJURY.search(words)) and not re.search(r"没(?:有)?(?:受)?伤|没事", words)


@dataclass(frozen=True)
class Problem:
    """An entry of 发现问题, as far as a rule needs it; `hurt` where its words tell of an injury."""

    id: str
    child: str
    unit: str
    type: str
    day: date
    open: bool
    hurt: bool = False


@dataclass(frozen=True)
class File:
    """A child with the facts the rules look at: no name, nothing sensitive."""

    id: str
    unit: str
    household: str | None
    missed: int  # attempts in a row that reached nobody
    last_try: date | None
    agreement_ended: date | None  # the last agreement ended or ran out, and none follows
    last_reached: date | None
    silent: tuple[date, ...] = ()  # the latest contacts at which the parents had not called, unbroken, the newest first


@dataclass(frozen=True)
class Facts:
    files: Sequence[File]
    problems: Sequence[Problem]  # of the longest window any rule looks at


@dataclass(frozen=True)
class Warning:
    """What a rule noticed. `grounds` are counts and days for its sentence, `mark` tells whether it was said before."""

    rule: str
    unit: str
    child: str | None
    grounds: dict[str, int | str]
    newest: str  # id or day of the newest fact it rests on

    @property
    def mark(self) -> str:
        return f"{self.rule}|{self.child or self.unit}|{self.newest}"


Look = Callable[[Facts, WarningRules, date], Iterable[Warning]]


@dataclass(frozen=True)
class Rule:
    """Words: `warning.rule.<code>` says what was noticed and why."""

    code: str
    look: Look


def _injuries(facts: Facts, rules: WarningRules, today: date) -> Iterator[Warning]:
    """Several children of one village hurt within a month: a place, a machine, a person?"""
    by_unit: dict[str, list[Problem]] = defaultdict(list)
    for one in facts.problems:
        if one.hurt and one.day >= today - rules.injury_days * DAY:
            by_unit[one.unit].append(one)
    for unit, there in by_unit.items():
        if len({(one.child, one.day) for one in there}) >= rules.injuries:
            last = max(there, key=lambda one: (one.day, one.id))
            yield Warning("injuries", unit, None, {"count": len(there), "days": rules.injury_days}, last.id)


def _missed(facts: Facts, rules: WarningRules, today: date) -> Iterator[Warning]:
    """Nobody was reached several times in a row: has the family moved, is something kept from us?"""
    for one in facts.files:
        if one.missed >= rules.missed and one.last_try is not None:
            # said again only when it has gone on for as long once more
            yield Warning(
                "missed", one.unit, one.id, {"count": one.missed}, f"{one.last_try:%Y-%m}/{one.missed // rules.missed}"
            )


def _marks_and_mood(facts: Facts, rules: WarningRules, today: date) -> Iterator[Warning]:
    """School and mood together: each alone is common, both at once rarely have a small reason."""
    since = today - rules.pair_days * DAY
    seen: dict[str, dict[str, Problem]] = defaultdict(dict)
    for one in facts.problems:
        if one.open and one.day >= since and one.type in ("school", "mind"):
            seen[one.child][one.type] = one
    for child, both in seen.items():
        if len(both) == 2:
            last = max(both.values(), key=lambda one: (one.day, one.id))
            yield Warning("marks_and_mood", last.unit, child, {"days": rules.pair_days}, last.id)


def _uncared(facts: Facts, rules: WarningRules, today: date) -> Iterator[Warning]:
    """The agreement is over and nobody has been reached since: who looks after the child?"""
    for one in facts.files:
        ended = one.agreement_ended
        if ended is None or ended > today:
            continue
        quiet = (today - (one.last_reached or ended)).days
        if quiet >= rules.uncared_days:
            yield Warning("uncared", one.unit, one.id, {"ended": ended.isoformat(), "days": quiet}, ended.isoformat())


def _silent(facts: Facts, rules: WarningRules, today: date) -> Iterator[Warning]:
    """The parents did not call, several times in a row (H8: at least once a week)."""
    for one in facts.files:
        if len(one.silent) >= rules.silent:
            first = one.silent[rules.silent - 1]
            yield Warning("silent", one.unit, one.id, {"count": len(one.silent)}, first.isoformat())


def _household(facts: Facts, rules: WarningRules, today: date) -> Iterator[Warning]:
    """Several children of one household with open problems at home: the house, not the child."""
    home = {one.id: one.household for one in facts.files if one.household}
    by_home: dict[str, list[Problem]] = defaultdict(list)
    for one in facts.problems:
        if one.open and one.type in ("guardianship", "safety", "life", "housing") and one.child in home:
            by_home[home[one.child] or ""].append(one)
    for there in by_home.values():
        if len({one.child for one in there}) >= rules.household:
            last = max(there, key=lambda one: (one.day, one.id))
            yield Warning("household", last.unit, last.child, {"count": len({one.child for one in there})}, last.id)


RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule("injuries", _injuries),
        Rule("missed", _missed),
        Rule("marks_and_mood", _marks_and_mood),
        Rule("uncared", _uncared),
        Rule("silent", _silent),
        Rule("household", _household),
    )
}


def noticed(facts: Facts, rules: WarningRules, today: date) -> list[Warning]:
    """Everything the rules notice in these facts, in the order of the rules."""
    return [found for rule in RULES.values() for found in rule.look(facts, rules, today)]


def longest(rules: WarningRules) -> int:
    """How many days back a problem may count."""
    return max(rules.injury_days, rules.pair_days)
