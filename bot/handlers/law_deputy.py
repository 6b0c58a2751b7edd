"""法治副校长: which school has whom, from which office, since when, and which school has nobody (plan task 1)."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot import flow
from bot.buttons import do
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Cell, Refused, Work
from db import inspections
from db.drafts import Kept
from domain.access import Action
from domain.forms import Answers, Choice, Form, Question, World, by_button, choice, text
from domain.past_days import past_day
from domain.units import COUNTY

# who shares in plan task 1, and the police. PROPOSAL, 待县里核对: the ministry's own measure is not at hand
FROM = ("police", "court", "procuratorate", "justice")
MAY = (COUNTY, *(f"{COUNTY}.{slug}" for slug in ("education", *FROM)))
SHOWN = 12


def roster(work: Work, words: str) -> None:
    """The schools, those without one first. The education bureau, the offices they come from and the county enter it."""
    work.demand(Action.VILLAGE_WORK)
    found = inspections.roster(work.conn)
    without = sum(one.deputy is None for one in found)
    lines = [work.say("lawdeputy.title", count=len(found), without=without) if found else work.say("lawdeputy.nothing")]
    for one in found[:SHOWN]:
        if one.deputy is None:
            lines.append(work.say("lawdeputy.line_none", school=one.name))
        else:
            since = day_words(work.words, one.since, work.today) if one.since else ""
            lines.append(
                work.say(
                    "lawdeputy.line_of",
                    school=one.name,
                    name=one.deputy,
                    unit=work.tree.path_name(one.unit or ""),
                    since=since,
                )
            )
    lines += [work.say("lawdeputy.more", count=len(found) - SHOWN)] if len(found) > SHOWN else []
    cells: list[Cell] = []
    if _may(work):
        vacant, held = [one for one in found if one.deputy is None], [one for one in found if one.deputy is not None]
        cells += [(work.say("lawdeputy.appoint", school=one.name), do("law.appoint", one.id)) for one in vacant[:5]]
        cells += [(work.say("lawdeputy.change", school=one.name), do("law.appoint", one.id)) for one in held[:3]]
        cells.append((work.say("lawdeputy.add"), do("law.school")))
    work.show("\n".join(lines), [[cell] for cell in cells])


def _may(work: Work) -> bool:
    return any(post.unit.code in MAY for post in (work.me.posts if work.me else ()))


def add(work: Work) -> None:
    if not _may(work):
        raise Refused("access.denied")
    work.toast()
    flow.begin(work, "school")


def _added(work: Work, answers: Answers, kept: Kept) -> None:
    if not _may(work):
        raise Refused("access.denied")
    made = inspections.add_school(work.conn, answers["name"], work.now, demo=work.demo)
    if made is None:
        raise Refused("lawdeputy.there_already")
    work.note("school.added", f"school:{made}")
    rows: list[list[Cell]] = [[(work.say("lawdeputy.appoint", school=answers["name"]), do("law.appoint", made))]]
    work.show(work.say("lawdeputy.school_added"), [*rows, [(work.say("more.law_deputies"), do("go", "law_deputies"))]])


def appoint(work: Work, school: str) -> None:
    if not _may(work) or inspections.school(work.conn, school) is None:
        raise Refused("access.denied")
    work.toast()
    flow.begin(work, "lawdeputy", {"school": school})


def _appointed(work: Work, answers: Answers, kept: Kept) -> None:
    me = work.demand(Action.VILLAGE_WORK)
    one = inspections.school(work.conn, answers["school"])
    if not _may(work) or one is None:
        raise Refused("access.denied")
    since = date.fromisoformat(answers["since"])
    inspections.appoint(
        work.conn,
        one.id,
        answers["name"],
        f"{COUNTY}.{answers['unit']}",
        since,
        work.now,
        by=me.person_id,
        demo=work.demo,
    )
    work.note("law_deputy.appointed", f"school:{one.id}")
    work.show(
        work.say("lawdeputy.saved", school=one.name), [[(work.say("more.law_deputies"), do("go", "law_deputies"))]]
    )


def _today(world: World, answers: Answers) -> tuple[Choice, ...]:
    return (Choice(world.now.date().isoformat(), str(world.facts["today"])),)


def _facts(work: Work) -> dict[str, Any]:
    return {"today": work.say("deed.day.0")}


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "school":
        one = inspections.school(work.conn, answer)
        return one.name if one else ""
    return day_words(work.words, date.fromisoformat(answer), work.today) if key == "since" else None


SCHOOL = Form("school", (Question("name", text(40, 3)),))
LAW_DEPUTY = Form(
    "lawdeputy",
    (
        Question("school", by_button),
        Question("name", text(20, 2)),
        choice("unit", *FROM),
        Question("since", past_day, choices=_today),
    ),
)
SUBJECT = Subject(
    "law_deputy",
    commands=(Command("law_deputies", roster, Action.VILLAGE_WORK, ("法治副校长", "副校长"), menu=False),),
    conversations=(
        Conversation(SCHOOL, _added, Action.VILLAGE_WORK),
        Conversation(LAW_DEPUTY, _appointed, Action.VILLAGE_WORK, facts=_facts, value=_value),
    ),
    presses={
        "law.school": Press(add, Action.VILLAGE_WORK),
        "law.appoint": Press(appoint, Action.VILLAGE_WORK),
    },
)
