"""What charts and workbooks share: the same cells, in the same order, in the same words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from domain.children import Tier
from domain.summaries import (
    PERIOD_COLUMNS,
    LeaderPeriod,
    LeaderRow,
    LeaderSummary,
    PeriodCounts,
    PeriodSummary,
    Summary,
    UnitCounts,
)

Say: TypeAlias = Callable[..., str]  # (key, **holes) → the sentence in the reader's language
AnySummary: TypeAlias = Summary | LeaderSummary
AnyPeriod: TypeAlias = PeriodSummary | LeaderPeriod
Row: TypeAlias = UnitCounts | LeaderRow
Cells: TypeAlias = Mapping[str, int | None]  # None: fewer than five children, not shown to leaders

COUNTS = (
    "children",
    *(f"tier.{tier.value}" for tier in Tier),
    "contacts_due",
    "contacts_done",
    "contacts_overdue",
    "visits_due",
    "visits_done",
    "visits_overdue",
    "supervisor_due",
    "supervisor_done",
    "open_reports",
    "open_issues",
    "help_wanted",
)


def cells(row: Row) -> Cells:
    """Every count of one line of a summary, by the names of COUNTS."""
    if isinstance(row, LeaderRow):
        return {name: row.cells.get(name) for name in COUNTS}
    tiers = {f"tier.{tier.value}": row.by_tier.get(tier, 0) for tier in Tier}
    return {name: tiers[name] if name in tiers else getattr(row, name) for name in COUNTS}


def period_cells(row: PeriodCounts | LeaderRow) -> Cells:
    """Every count of one line of days gone by, by the names of PERIOD_COLUMNS."""
    if isinstance(row, LeaderRow):
        return {name: row.cells.get(name) for name in PERIOD_COLUMNS}
    return {name: getattr(row, name) for name in PERIOD_COLUMNS}


def in_steps(table: AnySummary | AnyPeriod) -> bool:
    """Whether its numbers stand to the nearest five (for those who see figures only)."""
    return isinstance(table, LeaderSummary | LeaderPeriod) and getattr(table, "in_steps", True)


def few_notes(table: AnySummary | AnyPeriod, starred: bool, say: Say) -> list[str]:
    """What must be said below a picture: what the star means, and that numbers are to the nearest five."""
    notes = [say("chart.note.few")] if starred else []
    return [*notes, say("chart.note.steps")] if in_steps(table) else notes


def by_need(summary: AnySummary) -> list[Row]:
    """Units that asked for help first, then by children nobody has reached; unit codes keep the order steady."""

    def urgency(row: Row) -> tuple[bool, int, int, str]:
        count = {name: n or 0 for name, n in cells(row).items()}
        unreached = count["contacts_due"] - count["contacts_done"]
        late = count["contacts_overdue"] + count["visits_overdue"]
        return (not count["help_wanted"], -unreached, -late, row.unit.code)

    return sorted(summary.rows, key=urgency)


def one_line(name: str) -> str:
    """A name without stray line breaks: they come with names pasted into rosters and would break a table."""
    return " ".join(name.split())
