"""Over time: the months behind and the weeks ahead."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from domain.calendar import DAY, add_months, month_end, month_start
from domain.policy import Policy
from domain.summaries.table import ChildFacts


@dataclass(frozen=True)
class Enrolment:
    """From when to when a child's file was open, and the days of its counting contacts."""

    child_id: str
    added_on: date
    closed_on: date | None = None
    contacts: tuple[date, ...] = ()


@dataclass(frozen=True)
class MonthCoverage:
    """Of the children who were to be reached in the month, the share that was; None when there was nobody to reach."""

    month: date
    share: float | None
    children: int


def coverage_by_month(
    enrolments: Iterable[Enrolment], today: date, policy: Policy, months: int = 12
) -> tuple[MonthCoverage, ...]:
    """The share of children reached in each of the last so many calendar months, this one (to date) included.

    A child counts in a month if its file was open through the month's end (or today) and not only just opened, or if
    it was reached in the month. Late entries count on the contact's own day.
    """
    first = add_months(month_start(today), 1 - months)
    starts = [add_months(first, n) for n in range(months)]
    wanted, reached = [0] * months, [0] * months
    for child in enrolments:
        days = sorted(child.contacts)
        for n, start in enumerate(starts):
            end = month_end(start)
            met = bisect_left(days, start) < bisect_right(days, min(end, today))
            added_in_time = child.added_on <= end - timedelta(days=policy.grace_days)
            still_open = child.closed_on is None or child.closed_on > min(end, today)
            wanted[n] += met or (added_in_time and still_open)
            reached[n] += met
    return tuple(
        MonthCoverage(start, done / children if children else None, children)
        for start, done, children in zip(starts, reached, wanted, strict=True)
    )


@dataclass(frozen=True)
class WeekLoad:
    """How many children fall due in the week that starts on this Monday."""

    monday: date
    contacts: int
    visits: int
    supervisor: int


def due_load(children: Iterable[ChildFacts], today: date, weeks: int = 8) -> tuple[WeekLoad, ...]:
    """What falls due in this week and the coming ones; what is overdue already is work of this week."""
    days: list[Counter[date]] = [Counter(), Counter(), Counter()]
    for child in children:
        for column, due in enumerate((child.due.contact, child.due.visit, child.due.supervisor)):
            if due is not None:
                days[column][due] += 1
    return load_by_week(days[0], days[1], days[2], today, weeks)


def load_by_week(
    contacts: Mapping[date, int],
    visits: Mapping[date, int],
    supervisor: Mapping[date, int],
    today: date,
    weeks: int = 8,
) -> tuple[WeekLoad, ...]:
    """The same from numbers of children by due day."""
    this_monday = today - DAY * today.weekday()
    load = [[0, 0, 0] for _ in range(weeks)]
    for column, days in enumerate((contacts, visits, supervisor)):
        for due, number in days.items():
            week = max(0, (due - this_monday).days // 7)
            if week < weeks:
                load[week][column] += number
    return tuple(WeekLoad(this_monday + DAY * 7 * week, *counts) for week, counts in enumerate(load))
