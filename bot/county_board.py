"""What the pictures and the wall show of the county beside its summary: months, report clocks, the plan's tasks."""

from __future__ import annotations

from bot import overview as view
from bot import plan_view
from bot.work import Work
from db import days_gone, summaries
from domain.people import Role, Unit
from domain.plan_desk import board
from domain.summaries import FEWEST_SHOWN, ClockLine, MonthCoverage, TaskLine, rounded


def months(work: Work, unit: Unit) -> tuple[MonthCoverage, ...]:
    """The last twelve months. For those who see figures only in steps of five, and a month in which one to four were
    missed (or reached, or on file at all) is left out."""
    found = days_gone.coverage(work.conn, work.tree.under(unit.code), work.today, work.policy)
    if view.sees_children(work, unit.code):
        return found
    return tuple(map(_in_steps, found))


def _in_steps(one: MonthCoverage) -> MonthCoverage:
    reached = round((one.share or 0) * one.children)
    if any(0 < number < FEWEST_SHOWN for number in (one.children, reached, one.children - reached)) or not one.children:
        return MonthCoverage(one.month, None, 0)
    return MonthCoverage(one.month, rounded(reached) / rounded(one.children), rounded(one.children))


def clock_lines(work: Work) -> tuple[ClockLine, ...]:
    """The clocks on open reports this person may know of, drills apart; for leaders in steps of five."""
    if work.me is None:
        return ()
    counted = summaries.report_clocks(work.conn, work.me, work.now, work.policy)
    if work.me.with_role(Role.COUNTY) is not None:
        return tuple(ClockLine(kind, *numbers) for kind, numbers in counted.items())
    kept = [[rounded(n) if n >= FEWEST_SHOWN else None for n in numbers] for numbers in counted.values()]
    return tuple(ClockLine(kind, *numbers) for kind, numbers in zip(counted, kept, strict=True))


def plan(work: Work) -> tuple[str, tuple[TaskLine, ...]]:
    """The plan's number and its tasks with their lights, how far they are and what proves it (the plan desk's own)."""
    found = plan_view.plan(work)
    lines = ((row.task, row.lit, row.progress) for row in plan_view.rows(work, found))
    return work.say("chart.board.plan", number=found.number), board(lines, lambda code: plan_view.name(work, code))
