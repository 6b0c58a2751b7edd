"""工作日志: what somebody did, day by day, from facts already entered; nothing is typed twice (plan task 9).

Reports are left out on purpose: a work log is handed in, and a report may be about those who read it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.calendar import month_end, month_start
from domain.summaries import BadPeriod, find_period


class What(StrEnum):
    """A kind of work that leaves a fact, in the order a day is told."""

    VISIT = "visit"
    CONTACT = "contact"
    MISSED = "missed"  # tried, nobody reached
    OPENED = "opened"  # a file
    CHANGED = "changed"  # facts of a file
    ISSUE = "issue"
    SOLVED = "solved"
    HELP = "help"
    AGREEMENT = "agreement"
    TIER = "tier"
    DEED = "deed"  # what a unit does for the plan: a sweep, a training
    NOTE = "note"  # the worker's own line


@dataclass(frozen=True)
class Act:
    """One thing done on a day: about which child, and in which words where there are any."""

    day: date
    what: What
    child: str = ""
    words: str = ""


def by_day(acts: Iterable[Act]) -> dict[date, dict[What, list[Act]]]:
    """The acts of each day by kind, the earliest day first; a day without any is not in it."""
    found: dict[date, dict[What, list[Act]]] = defaultdict(lambda: defaultdict(list))
    for act in acts:
        found[act.day][act.what].append(act)
    return {day: {what: found[day][what] for what in What if what in found[day]} for day in sorted(found)}


def month_named(words: str, today: date) -> date | None:
    """The first day of the month these words name and nothing else; None where they say something else."""
    try:
        period, rest = find_period(words, today)
    except BadPeriod:
        return None
    if period is None or rest.strip() or period.first != month_start(period.first):
        return None
    return period.first if period.last in (month_end(period.first), today) else None
