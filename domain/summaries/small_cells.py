"""For leaders: no cell under five, and none that would give one away by adding or subtracting.

Two tables may be subtracted too: yesterday's from today's, September from September and October. So what is left is
shown to the nearest five, and days gone by in whole months only (`Period.widened`): a difference of two numbers says
nothing that is smaller than a step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.children import Tier
from domain.people import Unit
from domain.summaries.gone import PERIOD_COLUMNS, PeriodSummary
from domain.summaries.periods import Period
from domain.summaries.table import COLUMNS, Summary, UnitCounts

FEWEST_SHOWN = 5  # cells under five could point at a child
STEP = 5
# done of due: where nearly all are done, the few who are not stand out by subtraction
PARTS_OF = {
    "contacts_done": "contacts_due",
    "visits_done": "visits_due",
    "supervisor_done": "supervisor_due",
    "reached": "children",
    "visited": "children",
    "supervised": "children",
}


@dataclass(frozen=True)
class LeaderRow:
    """A line as leaders see it; None stands for "under five" (or for a cell that would give another one away)."""

    unit: Unit
    cells: Mapping[str, int | None]  # the columns of UnitCounts, and "tier.red" …


@dataclass(frozen=True)
class LeaderSummary:
    """A summary without small cells; `in_steps` where its numbers stand to the nearest five."""

    unit: Unit
    day: date
    month: tuple[date, date]
    quarter: tuple[date, date]
    total: LeaderRow
    rows: tuple[LeaderRow, ...]
    in_steps: bool = True


@dataclass(frozen=True)
class LeaderPeriod:
    """A table of days gone by without small cells, its numbers to the nearest five."""

    unit: Unit
    period: Period
    day: date
    total: LeaderRow
    rows: tuple[LeaderRow, ...]


def rounded(number: int) -> int:
    """A number as those see it who see figures only. All of a whole stays all of it, and five missing stay five."""
    return (number + STEP // 2) // STEP * STEP


def suppress(summary: Summary) -> LeaderSummary:
    """The summary with every cell under five left out, and those that would give one away by subtraction.

    Where cells add up to a shown one (rows to the total, tiers to the children), those left out are two or more and
    together five or more; else the sum is left out too. Where one to four are missing from what was due, what was done
    is left out as well. All that is shown is shown to the nearest five.
    """
    lines = (summary.total, *summary.rows)
    shown = _shown([line.unit for line in lines], [_cells(line) for line in lines], tiers=True)
    return LeaderSummary(summary.unit, summary.day, summary.month, summary.quarter, shown[0], tuple(shown[1:]))


def suppress_period(summary: PeriodSummary) -> LeaderPeriod:
    """The same for a table of days gone by."""
    lines = (summary.total, *summary.rows)
    cells = [{column: getattr(line, column) for column in PERIOD_COLUMNS} for line in lines]
    shown = _shown([line.unit for line in lines], cells, tiers=False)
    return LeaderPeriod(summary.unit, summary.period, summary.day, shown[0], tuple(shown[1:]))


def _shown(units: Sequence[Unit], cells: list[dict[str, int]], *, tiers: bool) -> list[LeaderRow]:
    below = range(1, len(cells))
    hidden = {(line, column) for line, row in enumerate(cells) for column, value in row.items() if value < FEWEST_SHOWN}
    hidden |= {
        (line, part)
        for line, row in enumerate(cells)
        for part, whole in PARTS_OF.items()
        if part in row and 0 < row[whole] - row[part] < FEWEST_SHOWN
    }
    sums = [((0, column), [(line, column) for line in below]) for column in cells[0]] if len(cells) > 1 else []
    if tiers:
        sums += [((line, "children"), [(line, f"tier.{tier}") for tier in Tier]) for line in range(len(cells))]
    while unsafe := next((found for whole, parts in sums if (found := _gives_away(whole, parts, cells, hidden))), None):
        hidden.add(unsafe)
    return [
        LeaderRow(unit, {column: None if (line, column) in hidden else rounded(value) for column, value in row.items()})
        for line, (unit, row) in enumerate(zip(units, cells, strict=True))
    ]


Cell = tuple[int, str]


def _cells(row: UnitCounts) -> dict[str, int]:
    return {column: getattr(row, column) for column in COLUMNS} | {f"tier.{t}": n for t, n in row.by_tier.items()}


def _gives_away(whole: Cell, parts: list[Cell], cells: list[dict[str, int]], hidden: set[Cell]) -> Cell | None:
    """The next cell to leave out so that the hidden parts cannot be told from the shown sum; None if they cannot."""
    if whole in hidden:
        return None
    value = {part: cells[part[0]][part[1]] for part in parts}
    unlisted = cells[whole[0]][whole[1]] - sum(value.values())  # what belongs to the unit itself, in no row
    secret = [value[part] for part in parts if part in hidden]
    secret += [unlisted] if 0 < unlisted < FEWEST_SHOWN else []
    if not secret or (len(secret) > 1 and sum(secret) >= FEWEST_SHOWN):
        return None
    shown = [part for part in parts if part not in hidden]
    return min(shown, key=lambda part: (value[part], part)) if shown else whole
