"""The running figures of a unit: this month, this quarter, this year, as one table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from domain.calendar import month_end, month_start, period_end, period_start
from domain.children import Tier
from domain.duties import DueDays
from domain.people import Unit, UnitKind
from domain.policy import Policy

QUARTER = 3


@dataclass(frozen=True)
class ChildFacts:
    """What a summary must know of one child whose file is open. Days are those of counting contacts and visits."""

    child_id: str
    unit: str
    tier: Tier
    due: DueDays
    contacts: tuple[date, ...] = ()  # at least those of the current quarter
    visits: tuple[date, ...] = ()  # at least those of the current quarter
    supervisor: tuple[date, ...] = ()  # at least those of the current year


@dataclass(frozen=True)
class UnitCounts:
    """One line of a summary; numbers of children, reports and issues.

    `*_due`: children who owe one within the period (contacts: month, visits: quarter, supervisor: year).
    `*_done`: of these, children who had one within the period, however late.
    `*_overdue`: children whose due day is before the summary's day.
    `help_wanted`: children overdue for longer than the county wants to wait before somebody helps.
    """

    unit: Unit
    children: int
    by_tier: Mapping[Tier, int]
    contacts_due: int
    contacts_done: int
    contacts_overdue: int
    visits_due: int
    visits_done: int
    visits_overdue: int
    supervisor_due: int
    supervisor_done: int
    open_reports: int
    open_issues: int
    help_wanted: int


@dataclass(frozen=True)
class Summary:
    """One unit and the units directly below it, on one day. Departments have no children and no row."""

    unit: Unit
    day: date
    month: tuple[date, date]
    quarter: tuple[date, date]
    total: UnitCounts
    rows: tuple[UnitCounts, ...]


def summarise(
    unit: Unit,
    units: Iterable[Unit],
    children: Iterable[ChildFacts],
    reports: Mapping[str, int],
    issues: Mapping[str, int],
    today: date,
    policy: Policy,
) -> Summary:
    """The table of a unit: its total and one row for each unit directly below, in the order of `units`.

    `reports` and `issues` are the numbers of open ones by unit code. What lies outside the unit is left out; what
    belongs to the unit itself, not to one below, is in the total only.
    """
    month = (month_start(today), month_end(today))
    quarter = (period_start(today, QUARTER), period_end(today, QUARTER))
    year_end = period_end(today, 12)
    counts: dict[str, dict[str, int]] = {}

    def add(code: str, what: str, number: int = 1) -> None:
        here = counts.setdefault(code, {})
        here[what] = here.get(what, 0) + number

    for child in children:
        for what in _counted(child, today, month, quarter, year_end, policy):
            add(child.unit, what)
    for code, number in reports.items():
        add(code, "open_reports", number)
    for code, number in issues.items():
        add(code, "open_issues", number)
    return tabulate(unit, units, counts, today)


def tabulate(unit: Unit, units: Iterable[Unit], counts: Mapping[str, Mapping[str, int]], today: date) -> Summary:
    """The same table from counts that are there already: by unit code, the columns of UnitCounts and the tiers."""
    total, rows = rolled(unit, units, counts)
    return Summary(
        unit,
        today,
        (month_start(today), month_end(today)),
        (period_start(today, QUARTER), period_end(today, QUARTER)),
        _line(unit, total),
        tuple(_line(place, row) for place, row in rows),
    )


def rolled(
    unit: Unit, units: Iterable[Unit], counts: Mapping[str, Mapping[str, int]]
) -> tuple[Mapping[str, int], list[tuple[Unit, Mapping[str, int]]]]:
    """Counts by unit code, added up: for the unit itself, and for each unit directly below it in the order of `units`.

    What lies outside the unit is left out; what belongs to the unit itself, not to one below, is in its total only.
    """
    places = [place for place in units if place.kind is not UnitKind.DEPARTMENT]
    parent = {place.code: place.parent for place in places}
    below = [place for place in places if place.parent == unit.code]
    sums: dict[str, defaultdict[str, int]] = {place.code: defaultdict(int) for place in (*below, unit)}
    for code, here in counts.items():
        row = _branch(code, unit.code, parent) if code in parent else None
        if row is None:
            continue
        for one in {unit.code, row}:
            for what, number in here.items():
                sums[one][what] += number
    return sums[unit.code], [(place, sums[place.code]) for place in below]


def _branch(code: str, top: str, parent: Mapping[str, str | None]) -> str | None:
    """The unit directly below `top` that the code lies in; `top` for itself; None when it lies elsewhere."""
    if code == top:
        return top
    above = parent.get(code)
    while above is not None and above != top:
        code, above = above, parent.get(above)
    return code if above == top else None


def _counted(
    child: ChildFacts, today: date, month: tuple[date, date], quarter: tuple[date, date], year_end: date, policy: Policy
) -> list[str]:
    """The columns of a summary this child counts in."""
    columns = ["children", child.tier.value]
    year = (date(year_end.year, 1, 1), year_end)
    for name, days, due, period in (
        ("contacts", child.contacts, child.due.contact, month),
        ("visits", child.visits, child.due.visit, quarter),
        ("supervisor", child.supervisor, child.due.supervisor, year),
    ):
        done = any(period[0] <= day <= period[1] for day in days)
        # done makes the due day move on to a later period; it was owed in this one all the same
        if done or (due is not None and due <= period[1]):
            columns.append(f"{name}_due")
        if done:
            columns.append(f"{name}_done")
        if due is not None and due < today:
            columns.append(f"{name}_overdue")
    longest = max(((today - due).days for due in (child.due.contact, child.due.visit) if due is not None), default=0)
    if longest > policy.help_after_days:
        columns.append("help_wanted")
    return columns


def _line(unit: Unit, counted: Mapping[str, int]) -> UnitCounts:
    return UnitCounts(
        unit=unit,
        by_tier={tier: counted.get(tier.value, 0) for tier in Tier},
        **{column: counted.get(column, 0) for column in COLUMNS},
    )


COLUMNS = tuple(name for name in UnitCounts.__dataclass_fields__ if name not in ("unit", "by_tier"))
