"""What the plan desk prints: the monthly 调度 table as a workbook, the closing report as Word. Facts only, dated.

Cells under five are left out of both for everybody: they are handed up and passed around.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot import plan_view as view
from bot.work import Work
from db import plan_desk
from db.plan_desk import Said
from domain.calendar import local_day
from domain.plan_desk import Plan, PlanTask, heard_this_month
from domain.summaries import Light
from files.plan_report import Block, Chapter, Grid, PlanPaper, plan_report
from files.workbook import Cell, Share, Sheet, sheets_workbook

MOST_SAID = 12  # entries of a task that stand in the report


def dispatch_book(work: Work, found: Plan) -> bytes:
    """调度表: a row for each task; milestones; what responsible units said; inspections."""
    say = work.say
    rows = view.rows(work, found)
    said = plan_desk.said_of(work.conn, found.code)
    asks = plan_desk.asks(work.conn, found.code)
    table: list[Sequence[Cell]] = []
    for row in rows:
        task, lead = row.task, [one for one in said if one.task == row.task.no and one.kind == "lead"]
        answered = {one.unit for one in said if one.task == task.no and one.kind == "answer"} & set(task.responsible)
        table.append(
            (
                task.no,
                task.title,
                view.names(work, task.lead),
                task.due,
                f"{say(f'plan.light.{row.lit.light.value}')}：{view.why(work, row.lit)}",
                Share(row.progress.percent / 100) if row.progress else None,
                lead[0].text if lead else "",
                local_day(lead[0].at) if lead else None,
                say("plan.yes") if heard_this_month(row.progress, work.today) else say("plan.no"),
                row.progress.proofs if row.progress else 0,
                f"{len(answered)}/{len(task.responsible)}",
                "\n".join(view.figures(work, task, all_of_it=False)),
            )
        )
    columns = ("no", "title", "lead", "due", "light", "percent", "newest", "on", "month", "proofs", "answers", "figures")
    sheets = [
        Sheet(say("plan.sheet.tasks"), tuple(say(f"plan.column.{name}") for name in columns), table),
        Sheet(
            say("plan.sheet.units"), tuple(say(f"plan.column.{name}") for name in ("no", "title", "unit", "asked", "said")),
            _unit_rows(work, found, said, asks),
        ),
        Sheet(
            say("plan.sheet.stones"), tuple(say(f"plan.column.{name}") for name in ("due", "words", "proof")),
            [(one.day, one.words, _stone(work, said, one.day)) for one in found.milestones],
        ),
        Sheet(
            say("plan.sheet.looks"), tuple(say(f"plan.column.{name}") for name in ("day", "kind", "towns", "found", "mend_by", "mended")),
            [
                (one.day, say(f"planlook.kind.{one.kind}"), view.names(work, one.towns), one.found, one.due, one.mended)
                for one in plan_desk.inspections(work.conn, found.code)
            ],
        ),
    ]  # fmt: skip
    note = say("plan.book_note", day=work.today.isoformat())
    note = f"{note}　{say('workbook.demo')}" if work.demo else note
    return sheets_workbook(sheets, say("plan.book_title", name=found.short, number=found.number), note, work.today)


def _unit_rows(work: Work, found: Plan, said: Sequence[Said], asks: Sequence[plan_desk.Ask]) -> list[Sequence[Cell]]:
    rows: list[Sequence[Cell]] = []
    for task in found.tasks:
        for unit in task.responsible:
            asked = next(
                (local_day(one.asked_at) for one in reversed(asks) if one.task == task.no and one.unit == unit), None
            )
            word = next(
                (one.text for one in said if one.task == task.no and one.unit == unit and one.kind == "answer"), ""
            )
            rows.append((task.no, task.title, view.name(work, unit), asked, word))
    return rows


def _stone(work: Work, said: Sequence[Said], day: object) -> str:
    kept = next((one for one in said if one.milestone == day), None)
    return "" if kept is None else kept.text + (work.say("plan.with_proofs", count=kept.proofs) if kept.proofs else "")


# --- the closing report ---


def closing_report(work: Work, found: Plan) -> bytes:
    """终期总结: from the facts, task by task."""
    say = work.say
    rows, said = view.rows(work, found), plan_desk.said_of(work.conn, found.code)
    marks = [row.lit.light for row in rows]
    day = say("reminders.day_of_year", year=work.today.year, month=work.today.month, day=work.today.day)
    counted = {light: marks.count(light) for light in Light}
    opening = (
        say("plan.report.opening", name=found.name, number=found.number, first=found.first.isoformat(), last=found.last.isoformat(),
            day=day, tasks=len(rows)),
        say("plan.report.state", done=counted[Light.DONE], going=counted[Light.GOING], soon=counted[Light.SOON],
            late=counted[Light.LATE], waiting=counted[Light.WAITING]),
        say("plan.report.honest"),
    )  # fmt: skip
    stones = Grid(
        say("plan.sheet.stones"), tuple(say(f"plan.column.{name}") for name in ("due", "words", "proof")), (30, 68, 60),
        tuple((one.day.isoformat(), one.words, _stone(work, said, one.day) or say("plan.report.no_word")) for one in found.milestones),
    )  # fmt: skip
    looks = Grid(
        say("plan.sheet.looks"), tuple(say(f"plan.column.{name}") for name in ("day", "kind", "towns", "found")), (26, 26, 46, 60),
        tuple(
            (one.day.isoformat(), say(f"planlook.kind.{one.kind}"), view.names(work, one.towns), one.found)
            for one in plan_desk.inspections(work.conn, found.code)
        ) or (("—", "—", "—", say("plan.report.no_look")),),
    )  # fmt: skip
    return plan_report(
        PlanPaper(
            title=say("plan.report.title", name=found.short), subtitle=say("plan.report.subtitle", number=found.number, day=day),
            day=work.today, opening=opening, grids=(stones, looks), chapters=tuple(_chapter(work, row, said) for row in rows),
            notes=(say("plan.report.note", day=work.today.isoformat()),), mark=say("route.demo") if work.demo else "",
        )
    )  # fmt: skip


def _chapter(work: Work, row: view.Row, said: Sequence[Said]) -> Chapter:
    task, say = row.task, work.say
    here = [one for one in said if one.task == task.no]
    spoken = [_sentence(work, one) for one in here[:MOST_SAID]][::-1] or [say("plan.report.nothing_said")]
    numbers = [
        say("plan.report.figure", figure=figure, day=work.today.isoformat(), source=say(f"plan.source.{code}"))
        for code, figure in zip(task.measures, view.figures(work, task, all_of_it=False), strict=True)
    ] or [say("plan.report.no_figure")]
    return Chapter(
        task.part, say("plan.report.task", no=task.no, title=task.title),
        say("plan.report.about", lead=view.names(work, task.lead), responsible=view.names(work, task.responsible) or "—",
            due=task.due.isoformat(), light=say(f"plan.light.{row.lit.light.value}"), why=view.why(work, row.lit)),
        (
            Block(say("plan.report.goal"), (task.goal or "—",)), Block(say("plan.report.did"), tuple(spoken)),
            Block(say("plan.report.numbers"), tuple(numbers)),
            Block(say("plan.report.open"), tuple(_open(work, row, task, here))),
        ),
    )  # fmt: skip


def _sentence(work: Work, one: Said) -> str:
    percent = f"（{one.percent}%）" if one.kind == "lead" else ""
    proofs = work.say("plan.with_proofs", count=one.proofs) if one.proofs else ""
    return f"{local_day(one.at).isoformat()}　{view.name(work, one.unit)}{percent}：{one.text}{proofs}"


def _open(work: Work, row: view.Row, task: PlanTask, here: Sequence[Said]) -> list[str]:
    """What is still open, from the light and from who has not spoken."""
    lines = [] if row.lit.light is Light.DONE else [view.why(work, row.lit)]
    if row.progress is None or not row.progress.proofs:
        lines.append(work.say("plan.report.no_proof"))
    silent = [unit for unit in task.responsible if unit not in {one.unit for one in here}]
    if silent:
        lines.append(work.say("plan.report.silent", units=view.names(work, silent)))
    return lines or [work.say("plan.report.nothing_open")]
