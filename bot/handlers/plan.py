"""三年行动: the plan's tasks with their lights, one task with what was said and what is counted, its list, milestones.

The county sees all and the lists behind the figures, leaders see all without small cells, a department its own tasks.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot import plan_view as view
from bot import vacancies
from bot.buttons import do
from bot.reminders.rules import day_words
from bot.subject import Command, Press, Subject
from bot.work import Cell, Refused, Rows, Work, in_twos
from db import plan_desk, plan_measures
from domain.access import Action, may
from domain.calendar import local_day
from domain.plan_desk import MARKS, ORDER, Plan, PlanTask
from domain.reading.folding import fold, number

SHOWN = 12  # places of a list behind a figure


def plan(work: Work, words: str) -> None:
    """/plan: all of it, or one's own; with a number behind it that task."""
    found = view.plan(work)
    said = fold(words).removeprefix("任务").removesuffix("号").strip()
    if said and (no := number(said)) is not None:
        _card(work, found, view.task(work, found, str(no)))
        return
    _board(work, found)


def open_plan(work: Work, code: str) -> None:
    work.toast()
    _board(work, view.plan(work, code))


def _board(work: Work, found: Plan) -> None:
    if view.sees_all(work):
        _by_part(work, found)
    else:
        _own(work, found)


def _by_part(work: Work, found: Plan) -> None:
    """The plan's five 行动, each with the lights of its tasks."""
    rows = view.rows(work, found)
    left = (found.last - work.today).days
    when = work.say("plan.left", days=left) if left >= 0 else work.say("plan.over", day=found.last.isoformat())
    lines = [work.say("plan.title", name=found.short, number=found.number, tasks=len(found.tasks), when=when)]
    cells: list[Cell] = []
    for place, part in enumerate(found.parts):
        there = [row for row in rows if row.task.part == part]
        marks = "".join(row.lit.mark for row in there)
        lines.append(
            work.say("plan.part", part=part or found.short, marks=marks, first=there[0].task.no, last=there[-1].task.no)
        )
        cells.append(
            (work.say("plan.part_button", part=_short(part) or found.short), do("plan.part", found.code, str(place)))
        )
    lines += vacancies.block(work)[0]
    lines.append(work.say("plan.legend"))
    lines.append(_counted(work, [row.lit.mark for row in rows]))
    cells.append((work.say("plan.stones"), do("plan.stones", found.code)))
    cells.append((work.say("plan.dispatch"), do("go", "dispatch", found.code)))
    if view.runs(work):
        cells.append((work.say("plan.looks"), do("go", "inspect", found.code)))
    others = [one for one in plan_desk.all_plans(work.conn, work.tree) if one.code != found.code]
    cells += [
        (work.say("plan.other", name=one.short, years=one.code), do("plan.open", one.code)) for one in others[-2:]
    ]
    work.show("\n".join(lines), in_twos(cells))


def _counted(work: Work, marks: list[str]) -> str:
    parts = [f"{MARKS[light]}{marks.count(MARKS[light])}" for light in ORDER if MARKS[light] in marks]
    return work.say("plan.counted", lights=" ".join(parts))


def _short(part: str) -> str:
    return part.removeprefix("实施").removesuffix("行动")


def part(work: Work, code: str, place: str) -> None:
    """The tasks of one 行动, each with the reason of its light."""
    found = view.plan(work, code)
    parts = found.parts
    if not view.sees_all(work) or not place.isdecimal() or int(place) >= len(parts):
        raise Refused("plan.no_such", count=len(found.tasks))
    work.toast()
    tasks = [task for task in found.tasks if task.part == parts[int(place)]]
    lines = [work.say("plan.part_title", part=parts[int(place)])]
    cells: list[Cell] = []
    for row in view.rows(work, found, tasks):
        lines.append(_line(work, row))
        cells.append(
            (
                f"{row.lit.mark}{row.task.no} {row.task.title.removeprefix('加强')[:6]}",
                do("plan.task", found.code, str(row.task.no)),
            )
        )
    work.show("\n".join(lines), [*in_twos(cells), [(work.say("plan.back"), do("plan.open", found.code))]])


def _line(work: Work, row: view.Row) -> str:
    return work.say("plan.line", mark=row.lit.mark, no=row.task.no, title=row.task.title, why=view.why(work, row.lit))


def _own(work: Work, found: Plan) -> None:
    """What one's own unit leads, and what it shares in."""
    leads, shares = found.of_units(view.units(work))
    if not leads and not shares:
        raise Refused("plan.no_task_of_yours")
    lines = [work.say("plan.own", unit=view.names(work, view.units(work)), name=found.short)]
    lines += [_line(work, row) for row in view.rows(work, found, leads)]
    if shares:
        lines.append(work.say("plan.shares", tasks="、".join(f"{task.no} {task.title}" for task in shares)))
    cells: list[Cell] = [
        (work.say("plan.task_button", no=task.no, title=task.title[-6:]), do("plan.task", found.code, str(task.no)))
        for task in (*leads, *shares)
    ]
    work.show("\n".join(lines), [*in_twos(cells), [(work.say("plan.duties"), do("go", "tasks"))]])


# --- one task ---


def open_task(work: Work, code: str, no: str) -> None:
    found = view.plan(work, code)
    work.toast()
    _card(work, found, view.task(work, found, no))


def _card(work: Work, found: Plan, task: PlanTask) -> None:
    row = view.rows(work, found, [task])[0]
    lines = [
        work.say("plan.card", no=task.no, title=task.title),
        work.say("plan.units", lead=view.names(work, task.lead), responsible=view.names(work, task.responsible) or "—"),
        work.say("plan.due", day=_day(work, task), mark=row.lit.mark, why=view.why(work, row.lit)),
    ]
    said = plan_desk.said_of(work.conn, found.code, task.no)
    newest = next((one for one in said if one.kind == "lead"), None)
    if newest is not None:
        lines.append(
            work.say(
                "plan.newest", day=day_words(work.words, local_day(newest.at), work.today), unit=view.name(work, newest.unit),
                percent=newest.percent or 0, text=newest.text[:120],
            )
        )  # fmt: skip
    else:
        lines.append(work.say("plan.nothing_yet"))
    asked = {one.unit for one in plan_desk.asks(work.conn, found.code, task.no)} & set(task.responsible)
    if task.responsible:
        answered = {one.unit for one in said if one.kind == "answer"} & set(task.responsible)
        lines.append(
            work.say("plan.answers", answered=len(answered), of=len(task.responsible), asked=len(asked | answered))
        )
    lines += view.figures(work, task, all_of_it=view.runs(work))
    work.show("\n".join(lines), in_twos(_cells(work, found, task, bool(said))))


def _day(work: Work, task: PlanTask) -> str:
    return work.say("reminders.day_of_year", year=task.due.year, month=task.due.month, day=task.due.day)


def _cells(work: Work, found: Plan, task: PlanTask, said: bool) -> list[Cell]:
    mine, no = set(view.units(work)), str(task.no)
    cells: list[Cell] = []
    if mine.intersection(task.lead):
        cells.append((work.say("plan.post"), do("pp.begin", found.code, no)))
    elif mine.intersection(task.responsible):
        cells.append((work.say("plan.answer"), do("pp.answer", found.code, no)))
    if (view.runs(work) or mine.intersection(task.lead)) and set(task.responsible) - mine:
        cells.append((work.say("plan.ask"), do("pp.ask", found.code, no)))
    if said:
        cells.append((work.say("plan.history"), do("pp.history", found.code, no)))
    if view.runs(work):
        cells.append((work.say("plan.behind"), do("plan.behind", found.code, no)))
    cells.append((work.say("plan.goal_button"), do("plan.goal", found.code, no)))
    cells.append((work.say("plan.back"), do("plan.open", found.code)))
    return cells


def goal(work: Work, code: str, no: str) -> None:
    """What the plan itself asks for."""
    found = view.plan(work, code)
    task = view.task(work, found, no)
    work.toast()
    work.reply(work.say("plan.goal", no=task.no, title=task.title, goal=task.goal or "—", number=found.number))


# --- the list behind a figure ---


def behind(work: Work, code: str, no: str) -> None:
    """Where the numbers come from, by place, and the way to the list itself: for the county only."""
    if not view.runs(work):
        raise Refused("access.denied")
    found = view.plan(work, code)
    task = view.task(work, found, no)
    work.toast()
    look = view.look(work)
    lines, cells = [work.say("plan.behind_title", no=task.no, title=task.title)], list[Cell]()
    for measure, one in plan_measures.measure_all(look, task.measures).items():
        called = work.say(f"plan.measure_name.{measure}")
        if one is None:
            lines.append(work.say("plan.measure_none", name=called))
            continue
        lines.append(f"▪ {called}（{work.say(f'plan.behind.{measure}')}）")
        if one.behind is not None:
            lines.append(_places(work, one.behind))
        if one.open is not None:
            cells.append((work.say("plan.open_list", name=called), do("go", *one.open[:1])))
    work.show("\n".join(lines), [*in_twos(_once(cells)), [(work.say("plan.back"), do("plan.task", found.code, no))]])


def _places(work: Work, behind: Mapping[str, int]) -> str:
    """新坝镇暖泉村 3、…: those with the most, in the county's order and not in theirs; only the names where each is one."""
    if not behind:
        return work.say("plan.behind_nobody")
    order = {unit.code: place for place, unit in enumerate(work.tree)}
    most = sorted(behind.items(), key=lambda item: (-item[1], order.get(item[0], len(order))))
    places = sorted(most[:SHOWN], key=lambda item: order.get(item[0], len(order)))
    each = most[0][1] > 1
    listed = "、".join(
        f"{work.tree.path_name(unit)} {count}" if each else work.tree.path_name(unit) for unit, count in places
    )
    return listed + (work.say("plan.behind_more", count=len(most) - SHOWN) if len(most) > SHOWN else "")


def _once(cells: list[Cell]) -> list[Cell]:
    """One button for each list, however many figures lead to it."""
    kept: dict[object, Cell] = {}
    for label, button in cells:
        kept.setdefault(button, (label, button))
    return list(kept.values())


# --- milestones ---


def stones(work: Work, code: str) -> None:
    """The plan's own days: past ones with the proof the county entered, and those to come."""
    found = view.plan(work, code)
    if not view.sees_all(work):
        raise Refused("access.denied")
    work.toast()
    said = {one.milestone: one for one in plan_desk.said_of(work.conn, found.code, 0)}
    lines, cells = [work.say("plan.stones_title", name=found.short)], list[Cell]()
    for place, one in enumerate(found.milestones):
        kept, days = said.get(one.day), (one.day - work.today).days
        state = "done" if kept else "open" if days < 0 else "ahead"
        lines.append(
            work.say(f"plan.stone.{state}", day=one.day.isoformat(), words=one.words, days=days,
                     text=kept.text[:60] if kept else "", proofs=kept.proofs if kept else 0)
        )  # fmt: skip
        if not kept and may(work.me, Action.RUN_PLAN) and days <= 31:
            cells.append(
                (work.say("plan.stone_button", day=f"{one.day:%Y-%m}"), do("pp.stone", found.code, str(place)))
            )
    rows: Rows = [*in_twos(cells), [(work.say("plan.back"), do("plan.open", found.code))]]
    work.show("\n".join(lines), rows)


SUBJECT = Subject(
    "plan",
    commands=(
        Command("plan", plan, Action.SEE_PLAN, ("三年行动", "行动计划", "方案进展", "计划", "任务台"), menu=False),
    ),
    presses={
        "plan.open": Press(open_plan, Action.SEE_PLAN),
        "plan.part": Press(part, Action.SEE_PLAN),
        "plan.task": Press(open_task, Action.SEE_PLAN),
        "plan.goal": Press(goal, Action.SEE_PLAN),
        "plan.behind": Press(behind, Action.RUN_PLAN),
        "plan.stones": Press(stones, Action.SEE_PLAN),
    },
)
