"""Figures over reports: how long until somebody signed, until somebody answered, and what is open, late, unreturned.

Measures of plan task 6 (time to accept, to feedback; unreturned feedback). Cells under five are left out, and with them
whatever would give one away by adding or subtracting: these tables are printed and passed around. Those who see figures
only get them to the nearest five, so that today's less yesterday's says nothing of one report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import median

from domain.calendar import add_months, local_day, month_start
from domain.reports.events import Act, Event
from domain.reports.life import Life, life
from domain.reports.situations import GROUPS
from domain.summaries import FEWEST_SHOWN, rounded

MONTHS = 12
OTHER = "other"
LINES = tuple(group for group in GROUPS if group != "unsorted")  # 不知道怎么分 is filed as R9
# whole → what is part of it; a part is left out, too, where what remains of the whole is a cell under five
COUNTS = ("reports", "received", "answered", "open", "late", "unreturned")
WHOLE_OF = {"received": "reports", "answered": "reports", "open": "reports", "late": "open", "unreturned": "open"}
TIMES = {"to_receipt": "received", "to_feedback": "answered"}  # a median is told where enough reports stand behind it


@dataclass(frozen=True)
class ReportTimes:
    """One report as the figures know it: no number, no place, no person."""

    month: date  # the first of the local month it was filed in
    group: str
    to_receipt: timedelta | None = None
    to_feedback: timedelta | None = None
    open: bool = False
    late: bool = False  # some clock of a department or of the county has run out
    unreturned: bool = False  # a department owes feedback and is late with it


@dataclass(frozen=True)
class Line:
    """One line of the table. None: fewer than five, or it would give another away."""

    key: str  # total, a situation group, or a month (YYYY-MM)
    counts: Mapping[str, int | None]
    times: Mapping[str, timedelta | None]


@dataclass(frozen=True)
class ReportFigures:
    """The last twelve months, this one to date included."""

    first: date
    day: date
    total: Line
    groups: tuple[Line, ...]
    months: tuple[Line, ...]
    in_steps: bool = False  # its numbers stand to the nearest five


def times_of(events: Iterable[Event], situation: str, *, late: bool, unreturned: bool) -> ReportTimes | None:
    """What the figures need of one report; None for one that was never filed or was closed as wrong."""
    happened = list(events)
    now: Life = life(happened)
    filed = now.filed_at
    if filed is None or now.mistaken or now.voided:
        return None
    first_answer = next((one.at for one in happened if one.kind is Act.ANSWER), None)
    received = now.first_received_at
    return ReportTimes(
        month_start(local_day(filed)),
        group_of(situation),
        received - filed if received else None,
        first_answer - filed if first_answer else None,
        now.open,
        now.open and late,
        now.open and unreturned,
    )


def group_of(situation: str) -> str:
    """The line a situation is counted in; R9 is reached by several buttons, and counts as danger by each of them."""
    return next((group for group in LINES if situation in GROUPS[group]), OTHER)


def report_figures(facts: Iterable[ReportTimes], at: datetime) -> ReportFigures:
    """The table of the last twelve months: a total, a line for each situation group, a line for each month."""
    today = local_day(at)
    first = add_months(month_start(today), 1 - MONTHS)
    within = [one for one in facts if first <= one.month <= today]
    months = [add_months(first, n) for n in range(MONTHS)]
    keys = ["total", *LINES, *(f"{month:%Y-%m}" for month in months)]
    cells = {(key, count): 0 for key in keys for count in COUNTS}
    spans: dict[tuple[str, str], list[timedelta]] = defaultdict(list)
    for one in within:
        for key in ("total", one.group, f"{one.month:%Y-%m}"):
            for count in COUNTS:
                cells[key, count] += _counts(one, count)
            for name in TIMES:
                if (span := getattr(one, name)) is not None:
                    spans[key, name].append(span)
    hidden = withheld(cells, _sums(keys))

    def line(key: str) -> Line:
        counts = {count: None if (key, count) in hidden else cells[key, count] for count in COUNTS}
        times = {name: _median(spans[key, name]) if counts[of] is not None else None for name, of in TIMES.items()}
        return Line(key, counts, times)

    groups, of_months = tuple(line(key) for key in LINES), tuple(line(f"{month:%Y-%m}") for month in months)
    return ReportFigures(first, today, line("total"), groups, of_months)


def stepped(figures: ReportFigures) -> ReportFigures:
    """The same table for those who see figures only: to the nearest five, as their summaries are."""

    def line(one: Line) -> Line:
        return replace(one, counts={key: None if n is None else rounded(n) for key, n in one.counts.items()})

    return replace(
        figures, total=line(figures.total), groups=tuple(map(line, figures.groups)),
        months=tuple(map(line, figures.months)), in_steps=True,
    )  # fmt: skip


def _median(spans: list[timedelta]) -> timedelta | None:
    if len(spans) < FEWEST_SHOWN:
        return None
    return timedelta(seconds=round(median(span.total_seconds() for span in spans)))


def _counts(one: ReportTimes, count: str) -> bool:
    match count:
        case "reports":
            return True
        case "received":
            return one.to_receipt is not None
        case "answered":
            return one.to_feedback is not None
        case _:
            return bool(getattr(one, count))


# --- leaving out ---

Cell = tuple[str, str]
Sum = tuple[Cell, tuple[Cell, ...]]


def _sums(keys: Iterable[str]) -> list[Sum]:
    """What adds up: groups to the total, months to the total, and within a line each part to its whole."""
    names = list(keys)
    groups, months = [key for key in names if key in LINES], [key for key in names if key[:1].isdecimal()]
    found: list[Sum] = [
        (("total", count), tuple((key, count) for key in of)) for of in (groups, months) for count in COUNTS
    ]
    return found + [((key, whole), ((key, part),)) for key in names for part, whole in WHOLE_OF.items()]


def withheld(cells: Mapping[Cell, int], sums: Iterable[Sum]) -> set[Cell]:
    """The cells to leave out: those under five, and as many more as it takes that none of them can be worked out.

    For each sum that holds a left-out cell there are two of them or more, together five or more where the whole is shown;
    what the whole has beyond its listed parts counts as a left-out cell of its own while it is one to four.
    """
    hidden = {cell for cell, number in cells.items() if number < FEWEST_SHOWN}
    every = list(sums)
    changed = True
    while changed:
        changed = False
        for whole, parts in every:
            more = _one_more(whole, parts, cells, hidden)
            if more is not None:
                hidden.add(more)
                changed = True
    return hidden


def _one_more(whole: Cell, parts: tuple[Cell, ...], cells: Mapping[Cell, int], hidden: set[Cell]) -> Cell | None:
    rest = cells[whole] - sum(cells[part] for part in parts)
    secret = [cells[part] for part in parts if part in hidden]
    alone = len(parts) == 1  # a part of a whole: what remains of it is a cell that nobody prints
    if whole in hidden:
        computable = not secret and rest == 0 and not alone
        return min(parts, key=lambda part: (cells[part], part)) if computable else None
    if 0 < rest < FEWEST_SHOWN:
        secret.append(rest)
    elif alone:
        return None  # the part is left out or shown; either way the rest is none, or five and more
    if not secret or (len(secret) > 1 and sum(secret) >= FEWEST_SHOWN):
        return None
    shown = [part for part in parts if part not in hidden]
    return min(shown, key=lambda part: (cells[part], part)) if shown else whole
