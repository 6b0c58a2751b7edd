"""清朗: what was reported online and what came of it. A child in it is a 转介 or a 报告, never a line here (plan task 16)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot import flow
from bot.buttons import do
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Cell, Refused, Work
from db import online_clues, roster_lines
from db.drafts import Kept
from db.online_clues import Clue
from domain.access import Action
from domain.forms import Answers, World
from domain.online_clues import CLUE, CLUE_ANSWER, KINDS, is_open, waits_long
from domain.units import COUNTY

ALL = (COUNTY, *(f"{COUNTY}.{slug}" for slug in ("cyberspace", "police", "education")))  # plan task 16: lead and shared
SHOWN = 6


def listed(work: Work, words: str = "") -> None:
    """This year's, and older ones still without an answer: these first. A village sees its own."""
    found = _found(work)
    open_ = sum(is_open(one.answer) for one in found)
    lines = [work.say("clues.title" if found else "clues.nothing", count=len(found), open=open_)]
    rows: list[list[Cell]] = []
    for place, one in enumerate(found[:SHOWN], 1):
        lines.append(_line(work, place, one))
        if is_open(one.answer):
            rows.append([(work.say("clues.answered", place=place), do("clues.answer", one.id))])
    lines += [work.say("clues.more", count=len(found) - SHOWN)] if len(found) > SHOWN else []
    lines.append(work.say("clues.child"))
    rows.append([(work.say("clues.add"), do("clues.add"))])
    work.reply("\n".join(lines), rows)


def _found(work: Work) -> list[Clue]:
    me = work.demand(Action.VILLAGE_WORK)
    own = {post.unit.code for post in me.posts}
    units = None if own & set(ALL) else own | work.visible(Action.VILLAGE_WORK)
    return online_clues.listed(work.conn, units, date(work.today.year, 1, 1))


def _line(work: Work, place: int, one: Clue) -> str:
    day = day_words(work.words, one.reported_on, work.today)
    state = work.say(f"clue.answer.{one.answer}") if one.answer else work.say("clues.waiting")
    if waits_long(one.reported_on, one.answer, work.today):
        state = work.say("clues.ask", state=state)
    return work.say(
        "clues.line", place=place, day=day, kind=work.say(f"clue.kind.{one.kind}"), where=one.place, state=state
    )


def add(work: Work, kind: str = "") -> None:
    """A new line; from a 转介 that was reported to 12377 with what it is about."""
    work.demand(Action.VILLAGE_WORK)
    work.toast()
    flow.begin(work, "clue", {"kind": kind} if kind in KINDS else {})


def _facts(work: Work) -> Mapping[str, Any]:
    def names() -> list[str]:
        return [one.name for one in roster_lines.lines(work.conn, work.visible(Action.REFER))]

    return {"days": [work.say(f"deed.day.{back}") for back in range(3)], "names": names}


def _value(work: Work, world: World, key: str, value: Any, answers: Answers) -> str | None:
    if key == "clue":
        return ""
    return day_words(work.words, date.fromisoformat(value), work.today) if key == "day" else None


def _kept(work: Work, answers: Answers, kept: Kept) -> None:
    me = work.demand(Action.VILLAGE_WORK)
    made = online_clues.put(
        work.conn, me.posts[0].unit.code, answers["kind"], answers["place"], date.fromisoformat(answers["day"]), work.now,
        receipt=answers.get("receipt"), by=me.person_id, demo=work.demo,
    )  # fmt: skip
    work.note("clue.kept", f"clue:{made}", kind=answers["kind"])
    work.show(work.say("clues.kept"), [_again(work)])


def answer(work: Work, clue_id: str) -> None:
    _one(work, clue_id)
    work.toast()
    flow.begin(work, "clue_answer", {"clue": clue_id})


def _answered(work: Work, answers: Answers, kept: Kept) -> None:
    one = _one(work, answers["clue"])
    online_clues.answer(work.conn, one.id, answers["answer"], work.today)
    work.note("clue.answered", f"clue:{one.id}", answer=answers["answer"])
    work.show(work.say("clues.kept"), [_again(work)])


def _one(work: Work, clue_id: str) -> Clue:
    one = next((each for each in _found(work) if each.id == clue_id), None)
    if one is None:
        raise Refused("clues.gone")
    return one


def _again(work: Work) -> list[Cell]:
    return [(work.say("more.clues"), do("go", "clues"))]


SUBJECT = Subject(
    "clues",
    commands=(Command("clues", listed, Action.VILLAGE_WORK, ("清朗", "网上举报", "举报记录"), menu=False),),
    conversations=(
        Conversation(CLUE, _kept, Action.VILLAGE_WORK, facts=_facts, value=_value),
        Conversation(CLUE_ANSWER, _answered, Action.VILLAGE_WORK, value=_value, at_once=lambda answers: True),
    ),
    presses={"clues.add": Press(add, Action.VILLAGE_WORK), "clues.answer": Press(answer, Action.VILLAGE_WORK)},
)
