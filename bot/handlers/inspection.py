"""校车和托管检查: a checklist in a few taps; what lacks goes to the education bureau as a hazard by itself (plan task 15)."""

from __future__ import annotations

from typing import Any

from bot import flow
from bot.buttons import do
from bot.hazard_card import desk_name, desks, known_unit, place_facts, raise_
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Cell, Work
from db import inspections
from db.drafts import Kept
from domain.access import Action
from domain.calendar import DAY
from domain.forms import Answers, World
from domain.inspections import CHECKLISTS, HAZARD_OF, INSPECTION, KINDS, Result, lacking

SHOWN, LATELY = 6, 200


def overview(work: Work, words: str) -> None:
    """What was looked at lately, and the two checklists."""
    work.demand(Action.VILLAGE_WORK)
    since = work.today - LATELY * DAY
    found = inspections.latest(work.conn, work.visible(Action.VILLAGE_WORK), desks(work), since)
    lines = [work.say("inspection.title" if found else "inspection.nothing", count=len(found))]
    for one in found[:SHOWN]:
        lacks = lacking(one.results)
        state = work.say("inspection.lacks", count=len(lacks)) if lacks else work.say("inspection.good")
        lines.append(
            work.say(
                "inspection.line_of", day=day_words(work.words, one.day, work.today), kind=work.say(f"inspection.kind.{one.kind}"),
                place=work.tree.path_name(one.unit), spot=one.place, state=state,
            )
        )  # fmt: skip
    cells: list[Cell] = [(work.say(f"inspection.begin.{kind}"), do("in.begin", kind)) for kind in KINDS]
    work.show("\n".join(lines), [cells, [(work.say("more.hazards"), do("go", "hazards"))]])


def begin(work: Work, kind: str) -> None:
    work.toast()
    flow.begin(work, "inspection", {**known_unit(work), "kind": kind} if kind in KINDS else known_unit(work))


def _done(work: Work, answers: Answers, kept: Kept) -> None:
    me, kind = work.demand(Action.VILLAGE_WORK), answers["kind"]
    items = CHECKLISTS[kind]
    results = {item: answers.get(item) or Result.UNKNOWN.value for item in items}
    if answers["all"] == "yes":
        results = dict.fromkeys(items, Result.GOOD.value)
    by_unit = next((code for code in desks(work)), me.posts[0].unit.code)
    made = inspections.put(
        work.conn, answers["unit"], by_unit, kind, answers["place"], work.today, results, work.now, by=me.person_id,
        demo=work.demo,
    )  # fmt: skip
    work.note("inspection.done", f"inspection:{made}", unit=answers["unit"], kind=kind, lacks=len(lacking(results)))
    lacks, rows = lacking(results), [[(work.say("more.inspections"), do("go", "inspections"))]]
    if not lacks:
        work.show(work.say("inspection.saved"), rows)
        return
    names = work.say("reminders.comma").join(work.say(f"inspection.name.{item}") for item in lacks)
    words = work.say("inspection.found", names=names, words=answers.get("words") or "").strip()
    one = raise_(work, answers["unit"], HAZARD_OF[kind], answers["place"], words, [])
    work.show(work.say("inspection.saved_lacks", names=names, unit=desk_name(work, one.desk)), rows)


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    return work.tree.path_name(answer) if key == "unit" else None


SUBJECT = Subject(
    "inspection",
    commands=(
        Command(
            "inspections",
            overview,
            Action.VILLAGE_WORK,
            ("校车检查", "托管检查", "校车托管检查", "校车", "托管"),
            menu=False,
        ),
    ),
    conversations=(
        Conversation(INSPECTION, _done, Action.VILLAGE_WORK, facts=place_facts, value=_value, starts_with=known_unit),
    ),
    presses={"in.begin": Press(begin, Action.VILLAGE_WORK)},
)
