"""What the screens and papers of the plan desk share: which plan, whose tasks, their lights, and the figures in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.national_sync import measure_national_sync
from bot.work import Refused, Work
from db import plan_desk, plan_measures
from db.plan_measures.look import Look
from domain.access import Action, granting
from domain.people import Role
from domain.plan_desk import Lit, Plan, PlanTask, Progress, light
from domain.plan_measures import Measured, shown
from domain.units import COUNTY

BUREAU = f"{COUNTY}.civil_affairs"  # 县民政局: the county's desk speaks for it


@dataclass(frozen=True)
class Row:
    """A task with its light and how far it is."""

    task: PlanTask
    lit: Lit
    progress: Progress | None


def plan(work: Work, code: str = "") -> Plan:
    """The plan of these years, else the one that runs."""
    work.demand(Action.SEE_PLAN)
    found = plan_desk.plan(work.conn, work.tree, work.today, code)
    if found is None:
        raise Refused("plan.none")
    return found


def units(work: Work) -> tuple[str, ...]:
    """The units this person speaks for: one's department; the county's desk for 县民政局."""
    posts = granting(work.me, Action.POST_PLAN)
    return tuple(dict.fromkeys(BUREAU if post.role is Role.COUNTY else post.unit.code for post in posts))


def sees_all(work: Work) -> bool:
    """The county and the leaders see every task; a department its own."""
    return any(post.role in (Role.COUNTY, Role.LEADER) for post in granting(work.me, Action.SEE_PLAN))


def runs(work: Work) -> bool:
    return bool(granting(work.me, Action.RUN_PLAN))


def task(work: Work, found: Plan, no: str) -> PlanTask:
    """A task this person may see."""
    one = found.task(int(no)) if no.isascii() and no.isdecimal() else None
    if one is None:
        raise Refused("plan.no_such", count=len(found.tasks))
    if not sees_all(work) and not set(units(work)).intersection(one.units):
        raise Refused("plan.not_your_task", no=one.no, lead=names(work, one.lead))
    return one


def look(work: Work) -> Look:
    return Look(work.conn, work.tree, work.now, work.policy, work.me, measure_national_sync)


def rows(work: Work, found: Plan, tasks: Sequence[PlanTask] | None = None) -> list[Row]:
    """Tasks with their lights, as of now."""
    heard, seen = plan_desk.progress(work.conn, found), look(work)
    return [
        Row(
            one, light(one, work.today, heard.get(one.no), plan_measures.reached(seen, one.measures)), heard.get(one.no)
        )
        for one in (found.tasks if tasks is None else tasks)
    ]


def names(work: Work, codes: Iterable[str]) -> str:
    return "、".join(name(work, code) for code in codes)


def name(work: Work, code: str) -> str:
    unit = work.tree.get(code)
    return unit.name if unit else code


def why(work: Work, lit: Lit) -> str:
    return work.say(f"plan.why.{lit.why}", **lit.holes)


def figure(work: Work, code: str, one: Measured | None, *, all_of_it: bool) -> str:
    """One measure as a sentence; 还没有数据 where nothing was entered."""
    called = work.say(f"plan.measure_name.{code}")
    if one is None:
        return work.say("plan.measure_none", name=called)
    counts = shown(one, work.say("plan.few"), all_of_it=all_of_it, steps=not runs(work))
    return f"{called}：{work.say(f'plan.measure.{code}', **counts)}"


def figures(work: Work, one: PlanTask, *, all_of_it: bool) -> list[str]:
    found = plan_measures.measure_all(look(work), one.measures)
    return [figure(work, code, found[code], all_of_it=all_of_it) for code in one.measures]
