"""Days gone by, child by child, from the rolled-up months; what a period cuts through is read from the contacts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, case, or_, select

from db.models import children, contact_years, contacts
from db.yearly import CALLED, COUNTS, VISIT
from domain.calendar import add_months, month_end, month_start
from domain.people import Unit
from domain.policy import Policy
from domain.summaries import ChildMonths, MonthCoverage, Period, PeriodSummary, coverage_of, summarise_period
from domain.units import UnitTree


def period_summary(
    conn: Connection, tree: UnitTree, unit: Unit, period: Period, today: date, policy: Policy
) -> PeriodSummary:
    """The table of days gone by, closed files included as long as they were open."""
    return summarise_period(unit, tree, months_of(conn, tree.under(unit.code), period, today), period, today, policy)


def months_of(conn: Connection, codes: Collection[str], period: Period, today: date) -> list[ChildMonths]:
    """Every file of these units that was open in the period, with the months in which something was done.

    Whole months come from the rolled-up rows; of months the period cuts through, the facts within it are read.
    """
    last = min(period.last, today)
    months = period.months
    years = sorted({month.year for month in months})
    joined: Any = children
    columns: list[Any] = []
    for year in years:
        of_year = contact_years.alias(f"y{year}")
        joined = joined.outerjoin(of_year, and_(of_year.c.child_id == children.c.id, of_year.c.year == year))
        columns += [of_year.c.reached, of_year.c.visited, of_year.c.supervised]
    query = (
        select(children.c.id, children.c.unit, children.c.added_on, children.c.closed_on, *columns)
        .select_from(joined)
        .where(
            children.c.unit.in_(sorted(codes)),
            or_(children.c.closed_on.is_(None), children.c.closed_on >= period.first),
        )
    )
    shift = months[0].month - 1
    cut = [month for month in months if month < period.first or (last < month_end(month) and last < today)]
    keep = (1 << len(months)) - 1
    for month in cut:
        keep &= ~(1 << months.index(month))
    edges = _edges(conn, months, cut, period.first, last) if cut else {}
    found = []
    for id_, unit, added_on, closed_on, *rolled_up in conn.execute(query):
        if len(years) == 1:
            bits = [(value or 0) >> shift & keep for value in rolled_up]
        else:
            bits = [
                sum((value or 0) << (12 * place) for place, value in enumerate(rolled_up[column::3])) >> shift & keep
                for column in range(3)
            ]
        if (edge := edges.get(id_)) is not None:
            bits = [mine | more for mine, more in zip(bits, edge, strict=True)]
        found.append(ChildMonths(id_, unit, added_on, closed_on, *bits))
    return found


def _edges(
    conn: Connection, months: Sequence[date], cut: Sequence[date], first: date, last: date
) -> dict[str, list[int]]:
    """By child, whoever it is: the bits of the months a period cuts through. The index of days has all of it; finding each
    child of a unit first would cost more than reading the others' days too."""
    found: dict[str, list[int]] = {}
    for month in cut:
        days = contacts.c.day.between(max(first, month), min(last, month_end(month)))
        # not grouped: asked for groups, SQLite walks every child's days instead of these days
        query = select(contacts.c.child_id, case((VISIT, 1), else_=0), case((CALLED, 1), else_=0)).where(COUNTS, days)
        bit = 1 << months.index(month)
        for child, visited, called in conn.execute(query):
            here = found.setdefault(child, [0, 0, 0])
            here[0] |= bit
            here[1] |= bit * visited
            here[2] |= bit * called
    return found


def coverage(
    conn: Connection, codes: Collection[str], today: date, policy: Policy, months: int = 12
) -> tuple[MonthCoverage, ...]:
    """The share of children reached in each of the last so many months, this one to date."""
    period = Period(add_months(month_start(today), 1 - months), month_end(today))
    return coverage_of(months_of(conn, codes, period, today), period.first, today, policy, months)
