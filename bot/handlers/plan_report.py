"""调度: the plan month by month: how its tasks stand, who was not heard, the table, the closing report, another plan.

Lead units not heard this month are asked once a month, by a button of the county. A plan is a file: sent into the chat it
is checked line by line and stands beside the others.
"""

from __future__ import annotations

from pathlib import PurePath

from bot import plan_papers
from bot import plan_view as view
from bot.buttons import do
from bot.subject import Command, Press, Subject
from bot.work import Cell, Refused, Rows, Work, in_twos
from db import attachments, people, plan_desk
from domain.access import Action, may
from domain.calendar import month_start
from domain.people import Role
from domain.plan_desk import MARKS, ORDER, Plan, heard_this_month
from domain.plan_file import BadPlan, as_data, check
from domain.summaries import Light
from files.plan_table import plan_workbook, read_plan

SHOWN = 4  # tasks a line of the text names
_CALLED = ("方案", "行动", "plan")  # a workbook called so is a plan, any other a roster


def dispatch(work: Work, words: str) -> None:
    """/dispatch: this month in at most ten lines."""
    found = view.plan(work, words.strip())
    if not view.sees_all(work):
        raise Refused("plan.county_only")
    work.show("\n".join(_text(work, found)), _buttons(work, found))


def _text(work: Work, found: Plan) -> list[str]:
    rows = view.rows(work, found)
    lines = [work.say("plan.dispatch_title", name=found.short, year=work.today.year, month=work.today.month)]
    for light in ORDER:
        there = [row for row in rows if row.lit.light is light]
        if not there:
            continue
        named = "、".join(f"{row.task.no}{row.task.title}" for row in there[:SHOWN])
        more = work.say("plan.and_more", count=len(there) - SHOWN) if len(there) > SHOWN else ""
        lines.append(
            work.say("plan.dispatch_line", mark=MARKS[light], light=work.say(f"plan.light.{light.value}"), count=len(there),
                     tasks=named + more)
        )  # fmt: skip
    silent = [row for row in rows if not heard_this_month(row.progress, work.today) and row.lit.light is not Light.DONE]
    lines.append(
        work.say(
            "plan.silent",
            heard=len(rows) - len(silent),
            count=len(silent),
            tasks="、".join(str(row.task.no) for row in silent),
        )
        if silent
        else work.say("plan.all_heard")
    )
    looked = [one for one in plan_desk.inspections(work.conn, found.code) if one.day.year == work.today.year]
    lines.append(work.say("plan.looked", year=work.today.year, count=len(looked)))
    return lines


def _buttons(work: Work, found: Plan) -> Rows:
    cells: list[Cell] = [
        (work.say("plan.book"), do("pr.book", found.code)),
        (work.say("plan.board"), do("pictures.draw", "board", "620724")),
    ]
    if view.runs(work):
        cells += [
            (work.say("plan.ask_leads"), do("pr.leads", found.code)),
            (work.say("plan.report_button"), do("pr.word", found.code)),
            (work.say("plan.file_button"), do("pr.file", found.code)),
        ]
    cells.append((work.say("plan.back"), do("plan.open", found.code)))
    return in_twos(cells)


def _all(work: Work, code: str) -> Plan:
    if not view.sees_all(work):
        raise Refused("plan.county_only")
    return view.plan(work, code)


def book(work: Work, code: str) -> None:
    """调度表."""
    found = _all(work, code)
    work.toast()
    work.note("export", None, what="plan_dispatch", plan=found.code)
    name = work.say("plan.book_name", name=found.short, month=f"{work.today:%Y-%m}")
    work.document(plan_papers.dispatch_book(work, found), name, work.say("plan.book_caption"))


def word(work: Work, code: str) -> None:
    """总结: the closing report, at any time a draft of it."""
    work.demand(Action.RUN_PLAN)
    found = view.plan(work, code)
    work.toast()
    work.note("export", None, what="plan_report", plan=found.code)
    name = work.say("plan.report_name", name=found.short, day=work.today.isoformat())
    work.document(plan_papers.closing_report(work, found), name, work.say("plan.report_caption"))


def leads(work: Work, code: str) -> None:
    """Ask the lead units not heard this month, each once for all of its tasks."""
    me = work.demand(Action.RUN_PLAN)
    found = view.plan(work, code)
    work.toast()
    quiet = plan_desk.lead_units_not_heard(found, plan_desk.progress(work.conn, found), month_start(work.today))
    period = f"{work.today:%Y-%m}"
    fresh: dict[str, list[int]] = {}
    nobody: dict[str, None] = {}
    for task, unit in quiet:
        if unit == view.BUREAU:
            continue  # our own desk
        if not _chats(work, unit):
            nobody[unit] = None
        elif plan_desk.ask(work.conn, found.code, task.no, [unit], period, work.now, by=me.person_id, demo=work.demo):
            fresh.setdefault(unit, []).append(task.no)
    for unit, numbers in fresh.items():
        text = work.say(
            "plan.please_lead", name=found.short, month=work.today.month, tasks="、".join(map(str, numbers))
        )
        for chat in _chats(work, unit):
            work.tell(chat, text, [[(work.say("plan.post"), do("go", "progress"))]])
    own = [task.no for task, unit in quiet if unit == view.BUREAU]
    lines = [work.say("plan.asked", units=view.names(work, fresh))] if fresh else [work.say("plan.asked_all_month")]
    if nobody:
        lines.append(work.say("plan.asked_nobody", units=view.names(work, nobody)))
    if own:
        lines.append(work.say("plan.own_silent", tasks="、".join(map(str, own))))
    work.reply("\n".join(lines))


def _chats(work: Work, unit: str) -> list[int]:
    found = [
        chat
        for post in people.posts_at(work.conn, Role.DEPARTMENT, unit)
        for chat in people.chats_of_post(work.conn, post)
    ]
    return list(dict.fromkeys(found))


# --- a plan as a file ---


def file(work: Work, code: str) -> None:
    """The plan as a workbook: edited and sent back it becomes the next one."""
    work.demand(Action.RUN_PLAN)
    found = view.plan(work, code)
    work.toast()
    content = plan_workbook(as_data(found, work.tree), found.name, work.say("plan.file_note"), work.today)
    work.document(
        content, work.say("plan.file_name", name=found.short, years=found.code), work.say("plan.file_caption")
    )


def document(work: Work) -> bool:
    """A plan sent as a file: called 方案 or 行动, in its name or in the words beside it."""
    sent = work.files[0]
    called = f"{sent.name} {work.said}".lower()
    suffix = PurePath(sent.name).suffix.lower()
    if (
        not may(work.me, Action.RUN_PLAN)
        or not any(one in called for one in _CALLED)
        or suffix not in (".json", ".xlsx", ".xls", ".et", ".ods")
    ):
        return False
    attachments.drop(work.conn, [sent.id])
    if sent.content is None:
        work.reply(work.say("roster.not_fetched"))
        return True
    try:
        found = check(read_plan(sent.content, sent.name), work.tree)
    except BadPlan as problem:
        work.reply("\n".join(fault_lines(work, problem)))
        return True
    me = work.demand(Action.RUN_PLAN)
    again = plan_desk.load(work.conn, found, work.tree, work.now, by=me.person_id, demo=work.demo)
    work.note("plan.loaded", None, plan=found.code, tasks=len(found.tasks))
    key = "plan.loaded_again" if again else "plan.loaded"
    text = work.say(key, name=found.name, years=found.code, tasks=len(found.tasks), stones=len(found.milestones))
    work.reply(text, [[(work.say("plan.look_at"), do("plan.open", found.code))]])
    return True


def fault_lines(work: Work, problem: BadPlan) -> list[str]:
    lines = [work.say("plan.not_loaded", count=len(problem.faults) + problem.more)]
    lines += [f"• {work.say(f'plan.fault.{one.key}', **one.holes)}" for one in problem.faults]
    return [*lines, *([work.say("plan.and_more", count=problem.more)] if problem.more else [])]


SUBJECT = Subject(
    "plan_report",
    commands=(Command("dispatch", dispatch, Action.SEE_PLAN, ("调度", "调度表", "三年行动调度"), menu=False),),
    presses={
        "pr.book": Press(book, Action.SEE_PLAN),
        "pr.word": Press(word, Action.RUN_PLAN),
        "pr.leads": Press(leads, Action.RUN_PLAN),
        "pr.file": Press(file, Action.RUN_PLAN),
    },
    document=document,
)
