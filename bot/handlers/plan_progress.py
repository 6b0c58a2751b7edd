"""报进展: how far a task is, from its lead unit, with the file that proves it; a word from those who share in it.

`进展 5 60% 做了什么` is the whole form in one message. Responsible units are asked once a year for each task, when the lead
unit first speaks of it or the county presses the button; who was asked finds it in 今天 until it is answered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot import flow
from bot import plan_view as view
from bot.buttons import do, short
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Refused, Rows, Work, in_twos
from db import attachments, people, plan_desk
from db.drafts import Kept
from domain.access import Action
from domain.calendar import local_day
from domain.forms import Answers, Choice, Form, Invalid, Question, Said, World, by_button, given, text
from domain.people import Role
from domain.plan_desk import Plan, PlanTask
from domain.reading.folding import fold, number

PERCENTS = ("25", "50", "75", "100")
MOST_WORDS = 1000
MOST_PROOFS = 10
PROOF_MB = 20  # the Bot API hands over nothing bigger
SHOWN = 6
_ONE_LINE = re.compile(r"^(?:任务)?\s*(\d{1,2})\s*(?:号|[、:，,])?\s*(?:(\d{1,4})\s*%?)?(.*)$", re.DOTALL)


def progress(work: Work, words: str) -> None:
    """/progress: 进展 5 60% 做了什么; without words the tasks one leads."""
    me_units = view.units(work)
    work.demand(Action.POST_PLAN)
    found = view.plan(work)
    match = _ONE_LINE.match(fold(words).strip()) if words.strip() else None
    if match is None:
        leads, _ = found.of_units(me_units)
        if not leads:
            raise Refused("plan.you_lead_nothing")
        cells = [
            (work.say("plan.task_button", no=task.no, title=task.title[-6:]), do("pp.begin", found.code, str(task.no)))
            for task in leads
        ]
        work.reply(work.say("plan.which"), in_twos(cells))
        return
    task = _led(work, found, match[1])
    answers: Answers = {}
    if match[2] is not None:
        percent = int(match[2])
        if percent > 100:
            raise Refused("plan.problem.percent", said=percent)
        answers["percent"] = percent
    if said := words[len(words) - len(match[3]) :].strip(" ，,。：:、") if match[3] else "":
        answers["text"] = said[:MOST_WORDS]
    _begin(work, found, task, answers)


def _led(work: Work, found: Plan, no: str) -> PlanTask:
    """A task one's own unit leads; another's is refused kindly, with the way to say one's own word."""
    one = found.task(int(no)) if no.isascii() and no.isdecimal() else None
    if one is None:
        raise Refused("plan.no_such", count=len(found.tasks))
    mine = set(view.units(work))
    if not mine.intersection(one.lead):
        key = "plan.not_lead_but_share" if mine.intersection(one.responsible) else "plan.not_lead"
        raise Refused(key, no=one.no, lead=view.names(work, one.lead))
    return one


def begin(work: Work, code: str, no: str) -> None:
    found = view.plan(work, code)
    task = _led(work, found, no)
    work.toast()
    _begin(work, found, task, {})


def _begin(work: Work, found: Plan, task: PlanTask, answers: Answers) -> None:
    mine = [unit for unit in task.lead if unit in view.units(work)]
    flow.begin(work, "progress", {"plan": found.code, "task": task.no, "unit": mine[0], "kind": "lead", **answers})


def answer(work: Work, code: str, no: str) -> None:
    """A word from a unit that shares in the task."""
    found = view.plan(work, code)
    task = view.task(work, found, no)
    mine = [unit for unit in task.responsible if unit in view.units(work)]
    if not mine:
        raise Refused("plan.not_lead", no=task.no, lead=view.names(work, task.lead))
    work.toast()
    flow.begin(work, "progress", {"plan": found.code, "task": task.no, "unit": mine[0], "kind": "answer"})


def stone(work: Work, code: str, place: str) -> None:
    """What proves that a milestone was reached: the county's word."""
    work.demand(Action.RUN_PLAN)
    found = view.plan(work, code)
    if not place.isdecimal() or int(place) >= len(found.milestones):
        raise Refused("plan.no_such", count=len(found.milestones))
    work.toast()
    day = found.milestones[int(place)].day.isoformat()
    flow.begin(
        work, "progress", {"plan": found.code, "task": 0, "unit": view.BUREAU, "kind": "milestone", "milestone": day}
    )


# --- the form ---


def _percent(said: Said, world: World, answers: Answers) -> int:
    words = fold(said.choice or said.text or "").strip().rstrip("%％").removeprefix("百分之").strip()
    found = number(words)
    if found is None:
        raise Invalid("plan.problem.no_percent")
    if not 0 <= found <= 100:
        raise Invalid("plan.problem.percent", said=found)
    return int(found)


def _proofs(said: Said, world: World, answers: Answers) -> list[str]:
    """Files; one sent onto the card joins the others. One we could not fetch is too big."""
    if not said.files:
        raise Invalid("plan.problem.file_wanted")
    if any(one in world.facts["unread"] for one in said.files):
        raise Invalid("plan.problem.too_big", most=world.facts["most"])
    return [*(answers.get("proofs") or []), *said.files][:MOST_PROOFS]


PROGRESS = Form(
    "progress",
    (
        Question("plan", by_button),
        Question("task", by_button),
        Question("unit", by_button),
        Question("kind", by_button),
        Question("milestone", by_button, when=given("kind", "milestone")),
        Question(
            "percent", _percent, when=given("kind", "lead"), columns=4,
            choices=lambda world, answers: tuple(Choice(one, f"{one}%") for one in PERCENTS),
        ),
        Question("text", text(MOST_WORDS)),
        Question("proofs", _proofs, skip=True, files=True),
    ),
)  # fmt: skip


def _facts(work: Work) -> Mapping[str, Any]:
    return {"unread": {file.id for file in work.files if file.content is None}, "most": PROOF_MB}


def _value(work: Work, world: World, key: str, value: Any, answers: Answers) -> str | None:
    if key == "task":
        found = view.plan(work, answers["plan"])
        task = found.task(value)
        return f"{value} {task.title}" if task else found.short
    if key == "unit":
        return view.name(work, value)
    if key in ("plan", "kind"):
        return ""
    if key == "percent":
        return f"{value}%"
    if key == "proofs":
        return work.say("plan.proofs_sent", count=len(value)) if value else work.say("plan.proofs_none")
    return None


def _heading(work: Work, world: World, answers: Answers) -> str:
    found = view.plan(work, answers["plan"])
    task = found.task(answers["task"])
    if task is None:
        stone_ = next((one for one in found.milestones if one.day.isoformat() == answers.get("milestone")), None)
        return work.say("plan.heading_stone", day=answers.get("milestone", ""), words=stone_.words if stone_ else "")
    return work.say(f"plan.heading_{answers['kind']}", no=task.no, title=task.title)


def _done(work: Work, answers: Answers, kept: Kept) -> None:
    me, kind, unit = work.demand(Action.POST_PLAN), answers["kind"], answers["unit"]
    found = view.plan(work, answers["plan"])
    if unit not in view.units(work) or (kind == "milestone" and not view.runs(work)):
        raise Refused("access.denied")  # the post was handed over meanwhile
    milestone = date.fromisoformat(answers["milestone"]) if answers.get("milestone") else None
    made = plan_desk.say(
        work.conn, found.code, answers["task"], unit, kind, work.now, percent=answers.get("percent"),
        text=answers["text"], milestone=milestone, by=me.person_id, demo=work.demo,
    )  # fmt: skip
    files = answers.get("proofs") or []
    attachments.attach(work.conn, files, work.chat_id, plan_desk.PROOF + made, me.person_id)
    work.note("plan.said", f"unit:{unit}", plan=found.code, task=answers["task"], what=kind, proofs=len(files))
    rows: Rows = [[(work.say("plan.undo"), do("pp.undo", made))]]
    task = found.task(answers["task"])
    if task is None:
        work.show(work.say("plan.saved_stone"), [*rows, [(work.say("plan.stones"), do("plan.stones", found.code))]])
        return
    said = [work.say("plan.saved", no=task.no)]
    if answers.get("percent") == 100 and not files and not _has_proof(work, found, task):
        said.append(work.say("plan.saved_no_proof"))
    if kind == "lead":
        asked, nobody = _ask(work, found, task)
        if asked:
            said.append(work.say("plan.asked", units=view.names(work, asked)))
        if nobody:
            said.append(work.say("plan.asked_nobody", units=view.names(work, nobody)))
    rows = [*rows, [(work.say("plan.to_task"), do("plan.task", found.code, str(task.no)))]]
    work.show("\n".join(said), rows)


def _has_proof(work: Work, found: Plan, task: PlanTask) -> bool:
    heard = plan_desk.progress(work.conn, found).get(task.no)
    return heard is not None and heard.proofs > 0


# --- asking those who share in it ---


def ask(work: Work, code: str, no: str) -> None:
    """By the lead unit or the county: every responsible unit not asked this year."""
    found = view.plan(work, code)
    task = view.task(work, found, no)
    if not view.runs(work) and not set(view.units(work)).intersection(task.lead):
        raise Refused("plan.not_lead", no=task.no, lead=view.names(work, task.lead))
    work.toast()
    asked, nobody = _ask(work, found, task)
    lines = [work.say("plan.asked", units=view.names(work, asked))] if asked else []
    lines += [work.say("plan.asked_nobody", units=view.names(work, nobody))] if nobody else []
    work.reply(
        "\n".join(lines) or work.say("plan.asked_all"), [[(work.say("plan.to_task"), do("plan.task", code, no))]]
    )


def _ask(work: Work, found: Plan, task: PlanTask) -> tuple[list[str], list[str]]:
    """Asked now; and those where nobody is registered, so that the county hears of it at once."""
    me = work.demand(Action.POST_PLAN)
    wanted = [unit for unit in task.responsible if unit not in view.units(work) and unit != view.BUREAU]
    chats = {unit: _chats(work, unit) for unit in wanted}
    fresh = plan_desk.ask(
        work.conn, found.code, task.no, [unit for unit in wanted if chats[unit]], str(work.today.year), work.now,
        by=me.person_id, demo=work.demo,
    )  # fmt: skip
    for unit in fresh:
        for chat in chats[unit]:
            work.tell(
                chat, work.say("plan.please", name=found.short, no=task.no, title=task.title, lead=view.names(work, task.lead)),
                [[(work.say("plan.answer"), do("pp.answer", found.code, str(task.no)))]],
            )  # fmt: skip
    return fresh, [unit for unit in wanted if not chats[unit]]


def _chats(work: Work, unit: str) -> list[int]:
    found = [
        chat
        for post in people.posts_at(work.conn, Role.DEPARTMENT, unit)
        for chat in people.chats_of_post(work.conn, post)
    ]
    return list(dict.fromkeys(found))


# --- what was said, its proofs, the way back ---


def history(work: Work, code: str, no: str) -> None:
    found = view.plan(work, code)
    task = view.task(work, found, no)
    work.toast()
    said = plan_desk.said_of(work.conn, found.code, task.no)
    lines = [work.say("plan.history_title", no=task.no, title=task.title)]
    for one in said[:SHOWN]:
        day = day_words(work.words, local_day(one.at), work.today)
        percent = f" {one.percent}%" if one.kind == "lead" else ""
        proofs = work.say("plan.with_proofs", count=one.proofs) if one.proofs else ""
        lines.append(f"• {day} {view.name(work, one.unit)}{percent}：{one.text[:150]}{proofs}")
    rows: Rows = [[(work.say("plan.to_task"), do("plan.task", found.code, no))]]
    if any(one.proofs for one in said):
        rows = [[(work.say("plan.proofs"), do("pp.proofs", found.code, no))], *rows]
    work.show("\n".join(lines), rows)


def proofs(work: Work, code: str, no: str) -> None:
    """The newest files; journaled, as somebody may have photographed more than a paper."""
    found = view.plan(work, code)
    task = view.task(work, found, no)
    work.toast()
    said = [one for one in plan_desk.said_of(work.conn, found.code, task.no) if one.proofs]
    files = plan_desk.proofs_of(work.conn, [one.id for one in said])[-SHOWN:]
    if not files:
        raise Refused("plan.no_proofs")
    work.note("plan.proofs", None, plan=found.code, task=task.no, count=len(files))
    for kind, name, content in files:
        caption = work.say("plan.proof_of", no=task.no)
        if kind == "photo":
            work.photo(content, name, caption, protected=True)
        else:
            work.document(content, name, caption)


def undo(work: Work, said_id: str) -> None:
    if not plan_desk.withdraw(work.conn, said_id, work.now, view.units(work)):
        raise Refused("plan.undo_gone")
    work.note("plan.withdrawn", None, said=short(said_id))
    work.toast(work.say("plan.undone"))
    work.show(work.say("plan.undone"))


SUBJECT = Subject(
    "plan_progress",
    commands=(Command("progress", progress, Action.POST_PLAN, ("进展", "报进展"), menu=False),),
    conversations=(Conversation(PROGRESS, _done, Action.POST_PLAN, facts=_facts, value=_value, heading=_heading),),
    presses={
        "pp.begin": Press(begin, Action.POST_PLAN),
        "pp.answer": Press(answer, Action.POST_PLAN),
        "pp.stone": Press(stone, Action.RUN_PLAN),
        "pp.ask": Press(ask, Action.POST_PLAN),
        "pp.history": Press(history, Action.SEE_PLAN),
        "pp.proofs": Press(proofs, Action.SEE_PLAN),
        "pp.undo": Press(undo, Action.POST_PLAN),
    },
)
