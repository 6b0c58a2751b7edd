"""The plan desk: the tasks of a plan as data, what units said about them, and the light each task shows, with its reason.

A plan (高民发〔2024〕10号 and the one after it) is a data file: domain/plan_file.py reads and checks it. The light is a pure
function of the day, the evidence and what was counted; it speaks of a task, never of a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from domain.calendar import month_start
from domain.summaries import Light, TaskLine

SOON = 30  # days before its day, a task without evidence asks for attention
STALE = 62  # days without a word from the lead unit: more than two months of the monthly 调度
MARKS = {Light.LATE: "🔴", Light.SOON: "🟡", Light.DONE: "🟢", Light.GOING: "🔵", Light.WAITING: "⚪"}
ORDER = (Light.LATE, Light.SOON, Light.WAITING, Light.GOING, Light.DONE)


@dataclass(frozen=True)
class PlanTask:
    """One task. Units are codes; a `routine` task goes on after its day (常态化) and is then judged by what is counted."""

    no: int
    title: str
    part: str
    lead: tuple[str, ...]
    responsible: tuple[str, ...]
    due: date
    goal: str = ""
    measures: tuple[str, ...] = ()  # domain.plan_measures.CODES
    routine: bool = False

    @property
    def units(self) -> tuple[str, ...]:
        return self.lead + self.responsible


@dataclass(frozen=True)
class Milestone:
    """A day of the plan itself, whoever it concerns."""

    day: date
    words: str


@dataclass(frozen=True)
class Plan:
    """A plan of some years. `code` names it in buttons and rows: 2024-2026."""

    code: str
    name: str
    short: str
    number: str
    first: date
    last: date
    milestones: tuple[Milestone, ...]
    tasks: tuple[PlanTask, ...]

    def task(self, no: int) -> PlanTask | None:
        return next((task for task in self.tasks if task.no == no), None)

    @property
    def parts(self) -> tuple[str, ...]:
        """The plan's own groups of tasks, in its order."""
        return tuple(dict.fromkeys(task.part for task in self.tasks))

    def of_units(self, codes: Iterable[str]) -> tuple[tuple[PlanTask, ...], tuple[PlanTask, ...]]:
        """The tasks these units lead, and those they only share in."""
        mine = frozenset(codes)
        leads = tuple(task for task in self.tasks if mine.intersection(task.lead))
        return leads, tuple(task for task in self.tasks if task not in leads and mine.intersection(task.responsible))


def plan_of_the_day(plans: Iterable[Plan], today: date) -> Plan | None:
    """The plan that runs; between two plans the one that ran last, before the first the one to come."""
    known = sorted(plans, key=lambda plan: plan.first)
    begun = [plan for plan in known if plan.first <= today]
    running = [plan for plan in begun if today <= plan.last]
    return next(iter(running[-1:] or begun[-1:] or known[:1]), None)


@dataclass(frozen=True)
class Progress:
    """Where a task stands by what its lead units said: the last percentage, its day, and the proofs handed in so far.

    With two lead units the lower percentage counts: a task is done when both are.
    """

    percent: int
    day: date
    proofs: int


@dataclass(frozen=True)
class Lit:
    """A light, and why: the key of a sentence (`plan.why.<why>`) with what stands in its holes."""

    light: Light
    why: str
    holes: dict[str, Any] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        return MARKS[self.light]


def light(task: PlanTask, today: date, progress: Progress | None, counted: bool | None) -> Lit:
    """By date and evidence. `counted`: whether the numbers reach what the plan asks for; None where it names none.

    In this order: done with proof, or by the numbers; late; about to be due without evidence, or with numbers that fall
    short; nothing heard for two months; under way; nothing heard yet. A routine task is never late by its old day.
    """
    days = (task.due - today).days
    if progress is not None and progress.percent >= 100 and progress.proofs and not (task.routine and counted is False):
        return Lit(Light.DONE, "closed", {"proofs": progress.proofs})
    if counted:
        return Lit(Light.DONE, "counted")
    if days < 0 and task.routine:
        return Lit(Light.SOON, "routine_short") if counted is False else Lit(Light.GOING, "routine")
    if days < 0:
        return Lit(Light.LATE, "late", {"days": -days})
    if progress is not None and progress.percent >= 100:
        return Lit(Light.SOON, "no_proof")
    if days <= SOON and (progress is None or not progress.proofs):
        return Lit(Light.SOON, "soon_nothing", {"days": days})
    if days <= SOON and counted is False:
        return Lit(Light.SOON, "soon_short", {"days": days})
    if progress is None:
        return Lit(Light.WAITING, "waiting", {"days": days})
    silent = (today - progress.day).days
    if silent > STALE:
        return Lit(Light.SOON, "stale", {"days": silent})
    return Lit(Light.GOING, "going", {"percent": progress.percent, "days": days})


def board(lines: Iterable[tuple[PlanTask, Lit, Progress | None]], name: Any) -> tuple[TaskLine, ...]:
    """The same as the board's picture wants it; `name` turns a unit's code into words."""
    return tuple(
        TaskLine(
            task.no, task.title, tuple(name(code) for code in task.lead), task.due, lit.light,
            progress.percent if progress else None, progress.proofs if progress else 0,
        )
        for task, lit, progress in lines
    )  # fmt: skip


def heard_this_month(progress: Progress | None, today: date) -> bool:
    """Whether the lead units were heard in this month's 调度."""
    return progress is not None and progress.day >= month_start(today)
