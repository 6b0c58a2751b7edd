"""Any days gone by as a table: what was owed in them, what was done in them. Late work counts on its own day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from domain.calendar import add_months, month_end, month_start
from domain.people import Unit
from domain.policy import Policy
from domain.summaries.periods import QUARTER, Period
from domain.summaries.table import rolled
from domain.summaries.trends import MonthCoverage


@dataclass(frozen=True, slots=True)
class ChildMonths:
    """A child and the months of a period in which something was done: bit n stands for the period's n-th month.

    reached    somebody of the family was reached
    visited    the child was seen at home
    supervised the supervisor reached them
    """

    child_id: str
    unit: str
    added_on: date
    closed_on: date | None
    reached: int = 0
    visited: int = 0
    supervised: int = 0


@dataclass(frozen=True)
class PeriodCounts:
    """One line. Children, except `*_due` and `*_done`, which count a child once for each month (quarter) it was owed in.

    contacts_due  children on file through each whole month of the period; without a whole month, through the period
    contacts_done of these, those reached in that very month
    visits_due    the same for whole quarters; none in a shorter period
    reached       children reached at least once; visited, supervised: the same
    """

    unit: Unit
    children: int
    contacts_due: int
    contacts_done: int
    reached: int
    visits_due: int
    visits_done: int
    visited: int
    supervised: int


PERIOD_COLUMNS = tuple(name for name in PeriodCounts.__dataclass_fields__ if name != "unit")


@dataclass(frozen=True)
class PeriodSummary:
    """A unit and the units directly below it over some days; `day` is the day it was asked."""

    unit: Unit
    period: Period
    day: date
    total: PeriodCounts
    rows: tuple[PeriodCounts, ...]


def summarise_period(
    unit: Unit, units: Iterable[Unit], children: Iterable[ChildMonths], period: Period, today: date, policy: Policy
) -> PeriodSummary:
    """The table of a period that has begun. A child counts where it lives now."""
    owed = _Owed(period, today, policy)
    counts: dict[str, list[int]] = {}
    for child in children:
        here = counts.get(child.unit)
        if here is None:
            here = counts[child.unit] = [0] * len(PERIOD_COLUMNS)
        for place, number in enumerate(owed.of(child)):
            here[place] += number
    named = {code: dict(zip(PERIOD_COLUMNS, here, strict=True)) for code, here in counts.items()}
    total, rows = rolled(unit, units, named)

    def line(place: Unit, counted: object) -> PeriodCounts:
        return PeriodCounts(place, **{column: counted.get(column, 0) for column in PERIOD_COLUMNS})  # type: ignore[attr-defined]

    return PeriodSummary(unit, period, today, line(unit, total), tuple(line(place, row) for place, row in rows))


def missed_in(
    children: Iterable[ChildMonths], period: Period, today: date, policy: Policy, what: str
) -> list[ChildMonths]:
    """The children behind a number: `contacts` owed in some month and not reached in it, `visits` the same by quarter,
    `reached` on file and not reached at all, `visited` and `supervised` likewise."""
    owed = _Owed(period, today, policy)
    return [child for child in children if owed.is_missed(child, what)]


class _Owed:
    """What a period asks of each child, worked out once for the period."""

    def __init__(self, period: Period, today: date, policy: Policy) -> None:
        self.last = min(period.last, today)
        place = {month: number for number, month in enumerate(period.months)}
        self.months = [(month_end(month), 1 << place[month]) for month in period.whole_months(today)]
        self.every = sum(bit for _, bit in self.months)
        self.quarters = [
            (month_end(add_months(first, 2)), sum(1 << place[add_months(first, n)] for n in range(QUARTER)))
            for first in period.whole_quarters(today)
        ]
        self.grace = timedelta(days=policy.grace_days)
        self.wanted = cache(self._wanted)
        self.on_file = cache(self._on_file)

    def _on_file(self, added_on: date, closed_on: date | None, end: date) -> bool:
        """On file through that day, and not only just opened."""
        return added_on <= end - self.grace and (closed_on is None or closed_on > end)

    def _wanted(self, added_on: date, closed_on: date | None) -> int:
        return sum(bit for end, bit in self.months if self._on_file(added_on, closed_on, end))

    def of(self, child: ChildMonths) -> tuple[int, ...]:
        """In the order of PERIOD_COLUMNS."""
        met = bool(child.reached)
        counted = met or self.on_file(child.added_on, child.closed_on, self.last)
        if self.months:
            due = (self.wanted(child.added_on, child.closed_on) | (child.reached & self.every)).bit_count()
            done = (child.reached & self.every).bit_count()
        else:
            due, done = int(counted), int(met)
        visits_due = visits_done = 0
        for end, bits in self.quarters:
            seen = bool(child.visited & bits)
            visits_done += seen
            visits_due += seen or self.on_file(child.added_on, child.closed_on, end)
        return (
            int(counted), due, done, int(met), visits_due, visits_done, int(bool(child.visited)), int(bool(child.supervised)),
        )  # fmt: skip

    def is_missed(self, child: ChildMonths, what: str) -> bool:
        counted = dict(zip(PERIOD_COLUMNS, self.of(child), strict=True))
        if what in ("contacts", "visits"):
            return counted[f"{what}_done"] < counted[f"{what}_due"]
        return counted[what] < counted["children"]


def coverage_of(
    children: Iterable[ChildMonths], first: date, today: date, policy: Policy, months: int
) -> tuple[MonthCoverage, ...]:
    """`coverage_by_month` from months already counted: bit 0 is the month `first` begins."""
    starts = [add_months(month_start(first), number) for number in range(months)]
    ends = [min(month_end(start), today) for start in starts]
    grace = [month_end(start) - timedelta(days=policy.grace_days) for start in starts]
    alike = Counter((child.added_on, child.closed_on, child.reached) for child in children)
    wanted, done = [0] * months, [0] * months
    for (added_on, closed_on, reached), number in alike.items():
        for place, end in enumerate(ends):
            met = reached >> place & 1
            done[place] += met * number
            if met or (added_on <= grace[place] and (closed_on is None or closed_on > end)):
                wanted[place] += number
    return tuple(
        MonthCoverage(start, reached / children if children else None, children)
        for start, reached, children in zip(starts, done, wanted, strict=True)
    )
