"""Summaries: from facts to tables, once, so that text, chart and workbook cannot disagree (design.md 5).

Coverage counts children, not actions and not people: it is there to find the child nobody reached.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from domain.calendar import DAY, add_months, month_end, month_start, period_end, period_start
from domain.children import Tier
from domain.duties import DueDays, OpenDuty, SubjectKind
from domain.people import Unit, UnitKind
from domain.policy import Policy
from domain.reminders import TIER_ORDER, Rota

QUARTER = 3
FEWEST_SHOWN = 5  # cells under five could point at a child


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
    places = [place for place in units if place.kind is not UnitKind.DEPARTMENT]
    parent = {place.code: place.parent for place in places}
    below = [place for place in places if place.parent == unit.code]
    row_of = {place.code: _branch(place.code, unit.code, parent) for place in places}
    month = (month_start(today), month_end(today))
    quarter = (period_start(today, QUARTER), period_end(today, QUARTER))
    year_end = period_end(today, 12)

    counts: dict[str, defaultdict[str, int]] = {place.code: defaultdict(int) for place in (*below, unit)}

    def add(code: str, what: str, number: int = 1) -> None:
        row = row_of.get(code)
        if row is None:
            return
        counts[unit.code][what] += number
        if row != unit.code:
            counts[row][what] += number

    for child in children:
        for what in _counted(child, today, month, quarter, year_end, policy):
            add(child.unit, what)
    for code, number in reports.items():
        add(code, "open_reports", number)
    for code, number in issues.items():
        add(code, "open_issues", number)
    total = _line(unit, counts[unit.code])
    return Summary(unit, today, month, quarter, total, tuple(_line(place, counts[place.code]) for place in below))


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
        **{column: counted.get(column, 0) for column in _COLUMNS},
    )


_COLUMNS = tuple(name for name in UnitCounts.__dataclass_fields__ if name not in ("unit", "by_tier"))


# --- for leaders -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LeaderRow:
    """A line as leaders see it; None stands for "under five" (or for a cell that would give another one away)."""

    unit: Unit
    cells: Mapping[str, int | None]  # the columns of UnitCounts, and "tier.red" …


@dataclass(frozen=True)
class LeaderSummary:
    """A summary without small cells."""

    unit: Unit
    day: date
    month: tuple[date, date]
    quarter: tuple[date, date]
    total: LeaderRow
    rows: tuple[LeaderRow, ...]


def suppress(summary: Summary) -> LeaderSummary:
    """The summary with every cell under five left out, and those that would give one away by subtraction.

    Where cells add up to a shown one (rows to the total, tiers to the children), those left out are two or more and
    together five or more; else the sum is left out too.
    """
    lines = (summary.total, *summary.rows)
    cells = [_cells(line) for line in lines]
    below = range(1, len(lines))
    hidden = {(line, column) for line, row in enumerate(cells) for column, value in row.items() if value < FEWEST_SHOWN}
    sums = [((0, column), [(line, column) for line in below]) for column in cells[0]] if summary.rows else []
    sums += [((line, "children"), [(line, f"tier.{tier}") for tier in Tier]) for line in range(len(lines))]
    while unsafe := next((found for whole, parts in sums if (found := _gives_away(whole, parts, cells, hidden))), None):
        hidden.add(unsafe)
    shown = [
        LeaderRow(line.unit, {c: None if (n, c) in hidden else value for c, value in row.items()})
        for n, (line, row) in enumerate(zip(lines, cells, strict=True))
    ]
    return LeaderSummary(summary.unit, summary.day, summary.month, summary.quarter, shown[0], tuple(shown[1:]))


Cell = tuple[int, str]


def _cells(row: UnitCounts) -> dict[str, int]:
    return {column: getattr(row, column) for column in _COLUMNS} | {f"tier.{t}": n for t, n in row.by_tier.items()}


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


# --- months and weeks ------------------------------------------------------------------------------------------------


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
    this_monday = today - DAY * today.weekday()
    load = [[0, 0, 0] for _ in range(weeks)]
    for child in children:
        for column, due in enumerate((child.due.contact, child.due.visit, child.due.supervisor)):
            if due is None:
                continue
            week = max(0, (due - this_monday).days // 7)
            if week < weeks:
                load[week][column] += 1
    return tuple(WeekLoad(this_monday + DAY * 7 * week, *counts) for week, counts in enumerate(load))


# --- the overdue list ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OverdueChild:
    """A child nobody reached in time, what is overdue for it (longest first), and the posts that can help."""

    child_id: str
    unit: str
    tier: Tier
    days: int  # of the longest overdue duty
    duties: tuple[OpenDuty, ...]
    helpers: tuple[str, ...]  # post ids, the nearest first


def overdue_list(duties: Iterable[OpenDuty], rota: Rota, today: date) -> tuple[OverdueChild, ...]:
    """Children with overdue work, the most urgent first: by tier, then by days overdue. Children, never people."""
    by_child: dict[str, list[OpenDuty]] = {}
    for duty in duties:
        if duty.duty.subject is SubjectKind.CHILD and duty.overdue_days(today):
            by_child.setdefault(duty.subject, []).append(duty)
    found = []
    for overdue in by_child.values():
        overdue.sort(key=lambda duty: (duty.due, duty.duty.code))
        child = overdue[0].child
        if child is not None:
            days = overdue[0].overdue_days(today)
            found.append(OverdueChild(child.id, child.unit, child.tier, days, tuple(overdue), rota.helpers(child.unit)))
    return tuple(sorted(found, key=lambda line: (TIER_ORDER[line.tier], -line.days, line.child_id)))
