"""督导检查 (H13): each year at least one look at how the plan is carried out, and a survey, a meeting or a third party's report.

What was entered settles the county's yearly duty at once, so that nobody writes it twice; what was found has a day by
which it is put right, and is looked at again here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot import flow
from bot import plan_view as view
from bot.buttons import do
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Cell, Refused, Work, in_twos
from db import deeds, plan_desk
from db.drafts import Kept
from domain.access import Action
from domain.calendar import DAY
from domain.forms import Answers, Choice, Form, Invalid, Question, Said, World, by_button, choice, text
from domain.past_days import past_day
from domain.units import COUNTY

KINDS = ("inspection", "survey", "meeting", "third_party")
MEND_DAYS = ("15", "30", "60")
SHOWN = 6


def looks(work: Work, words: str) -> None:
    """/inspect: this year's, and what is still to be put right."""
    found = view.plan(work, words.strip())
    work.demand(Action.RUN_PLAN)
    kept = plan_desk.inspections(work.conn, found.code)
    this_year = [one for one in kept if one.day.year == work.today.year]
    kinds = {one.kind for one in this_year}
    lines = [work.say("plan.looks_title", year=work.today.year, name=found.short)]
    lines.append(work.say("plan.looks_inspection_done" if "inspection" in kinds else "plan.looks_inspection_open"))
    lines.append(work.say("plan.looks_survey_done" if kinds - {"inspection"} else "plan.looks_survey_open"))
    cells: list[Cell] = [(work.say("plan.look_begin"), do("pl.begin", found.code))]
    for one in kept[:SHOWN]:
        towns = work.say("plan.towns", count=len(one.towns)) if one.towns else ""
        state = "" if one.due is None else work.say(
            "plan.look_mended" if one.mended_at else "plan.look_due", day=day_words(work.words, one.due, work.today)
        )  # fmt: skip
        lines.append(
            work.say("plan.look_line", day=day_words(work.words, one.day, work.today), kind=work.say(f"planlook.kind.{one.kind}"),
                     towns=towns, found=one.found[:60], state=state)
        )  # fmt: skip
        if one.due is not None and one.mended_at is None:
            cells.append((work.say("plan.look_mend", day=f"{one.day:%m-%d}"), do("pl.mend", one.id)))
    cells.append((work.say("plan.back"), do("plan.open", found.code)))
    work.show("\n".join(lines), in_twos(cells))


def begin(work: Work, code: str) -> None:
    work.demand(Action.RUN_PLAN)
    found = view.plan(work, code)
    work.toast()
    flow.begin(work, "planlook", {"plan": found.code})


def mend(work: Work, inspection_id: str) -> None:
    work.demand(Action.RUN_PLAN)
    work.toast()
    flow.begin(work, "planmend", {"look": inspection_id})


def _days(world: World, answers: Answers) -> tuple[Choice, ...]:
    today = world.now.date()
    return tuple(Choice((today - DAY * back).isoformat(), world.facts["days"][back]) for back in range(3))


def _towns(world: World, answers: Answers) -> tuple[Choice, ...]:
    return tuple(Choice(code, name) for code, name in world.facts["towns"].items())


def _some_towns(said: Said, world: World, answers: Answers) -> list[str]:
    known = world.facts["towns"]
    if said.choice is not None:
        chosen = [code for code in said.choice.split(",") if code in known]
    elif said.text and ("全部" in said.text or "所有" in said.text or "九镇" in said.text):
        chosen = list(known)
    else:
        chosen = [code for code, name in known.items() if said.text and name.rstrip("镇") in said.text]
    if not chosen:
        raise Invalid("plan.problem.towns")
    return [code for code in known if code in chosen]


def _within(said: Said, world: World, answers: Answers) -> int:
    words = (said.choice or said.text or "").strip().rstrip("天日内")
    if not (words.isascii() and words.isdecimal() and 0 < int(words) <= 180):
        raise Invalid("plan.problem.within")
    return int(words)


PLANLOOK = Form(
    "planlook",
    (
        Question("plan", by_button),
        choice("kind", *KINDS),
        Question("day", past_day, choices=_days, columns=3),
        Question("towns", _some_towns, choices=_towns, many=True, columns=3),
        Question("found", text(1000)),
        Question(
            "within", _within, skip=True, columns=3,
            choices=lambda world, answers: tuple(Choice(one, world.facts["within"][one]) for one in MEND_DAYS),
        ),
    ),
)  # fmt: skip
PLANMEND = Form("planmend", (Question("look", by_button), Question("words", text(500))))


def _facts(work: Work) -> Mapping[str, Any]:
    return {
        "days": [work.say(f"deed.day.{back}") for back in range(3)],
        "towns": {town.code: town.name for town in work.tree.towns},
        "within": {one: work.say("plan.within", days=one) for one in MEND_DAYS},
    }


def _value(work: Work, world: World, key: str, value: Any, answers: Answers) -> str | None:
    if key == "day":
        return day_words(work.words, date.fromisoformat(value), work.today)
    if key == "towns":
        return view.names(work, value)
    if key == "within" and value:
        return day_words(work.words, work.today + value * DAY, work.today)
    return None


def _done(work: Work, answers: Answers, kept: Kept) -> None:
    me = work.demand(Action.RUN_PLAN)
    found = view.plan(work, answers["plan"])
    day = date.fromisoformat(answers["day"])
    duty = "inspection" if answers["kind"] == "inspection" else "survey"
    deed = deeds.put(
        work.conn, duty, COUNTY, day, work.now, by=me.person_id, reached=len(answers["towns"]), note=answers["found"][:500],
        demo=work.demo,
    )  # fmt: skip
    due = work.today + answers["within"] * DAY if answers.get("within") else None
    plan_desk.put_inspection(
        work.conn, found.code, answers["kind"], day, answers["towns"], answers["found"], work.now, due=due, deed=deed,
        by=me.person_id, demo=work.demo,
    )  # fmt: skip
    work.note("plan.inspected", f"unit:{COUNTY}", plan=found.code, kind=answers["kind"], towns=len(answers["towns"]))
    work.show(work.say("plan.look_saved"), [[(work.say("plan.looks"), do("go", "inspect", found.code))]])


def _mended(work: Work, answers: Answers, kept: Kept) -> None:
    work.demand(Action.RUN_PLAN)
    if not plan_desk.mend(work.conn, answers["look"], answers["words"], work.now):
        raise Refused("plan.look_gone")
    work.note("plan.mended", None, look=answers["look"])
    work.show(work.say("plan.look_mended_saved"), [[(work.say("plan.looks"), do("go", "inspect"))]])


SUBJECT = Subject(
    "plan_look",
    commands=(Command("inspect", looks, Action.RUN_PLAN, ("督导检查", "年度检查"), menu=False),),
    conversations=(
        Conversation(PLANLOOK, _done, Action.RUN_PLAN, facts=_facts, value=_value),
        Conversation(PLANMEND, _mended, Action.RUN_PLAN),
    ),
    presses={
        "pl.begin": Press(begin, Action.RUN_PLAN),
        "pl.mend": Press(mend, Action.RUN_PLAN),
    },
)
