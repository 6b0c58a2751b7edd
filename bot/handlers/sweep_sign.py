"""拉网式排查, its end: the list on paper to carry along, and the signature under what was found (plan task 9, H5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot import flow
from bot.buttons import do
from bot.reminders.rules import day_words
from bot.subject import Conversation, Press, Subject
from bot.sweep_view import newest, of_village
from bot.work import Refused, Work
from db import deeds, reminder_people, sweeps
from db.drafts import Kept
from db.sweeps import Sweep
from domain.access import Action
from domain.forms import Answers, World
from domain.identity import mask_phone
from domain.people import Role
from domain.sweeps import SIGN, Home
from files.sweep_list import Line, SweepList, sweep_pdf

NEW_ROWS = 5


def sign(work: Work, code: str) -> None:
    """确认签字: only when somebody was at every household."""
    work.demand_in(Action.LOG_CONTACT, code)
    one = of_village(work, code)
    if one.signed_on is not None:
        raise Refused("sweep.signed_already")
    if one.left:
        raise Refused("sweep.not_done", count=one.left)
    work.toast()
    flow.begin(work, "sweepsign", {"village": code})


def _signed(work: Work, answers: Answers, kept: Kept) -> None:
    code = answers["village"]
    me, one = work.demand_in(Action.LOG_CONTACT, code), of_village(work, code)
    if one.left:
        raise Refused("sweep.not_done", count=one.left)
    if not sweeps.sign(work.conn, one, answers["name"], work.now, me.person_id):
        raise Refused("sweep.signed_already")
    work.note("sweep.signed", f"unit:{code}", sweep=one.sweep)
    above = work.tree.town_of(code)
    if above is not None and sweeps.close_if_done(work.conn, one.sweep, work.now):
        reached = sum(each.seen for each in sweeps.villages(work.conn, [one.sweep]))
        deeds.put(
            work.conn, "sweep", above.code, work.today, work.now, by=me.person_id, reached=reached, demo=work.demo
        )
        work.note("deed.done", f"unit:{above.code}", duty="sweep")
        persons = reminder_people.rota(work.conn).persons(Role.SUPERVISOR, above.code)
        for reader in reminder_people.recipients(work.conn, set(persons)).values():
            if reader.chat_id is not None and reader.chat_id != work.chat_id:
                work.tell(
                    reader.chat_id,
                    work.say("sweep.town_done", town=above.name),
                    [[(work.say("more.sweep"), do("go", "sweep"))]],
                )
    day = day_words(work.words, work.today, work.today)
    work.show(
        work.say(
            "sweep.signed",
            place=work.tree.path_name(code),
            name=answers["name"],
            day=day,
            seen=one.seen,
            absent=one.absent,
            gone=one.gone,
        )
    )


def _facts(work: Work) -> Mapping[str, Any]:
    return {"name": work.me.name if work.me else ""}


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    return work.tree.path_name(answer) if key == "village" else None


def _heading(work: Work, world: World, answers: Answers) -> str:
    one = of_village(work, answers["village"])
    return work.say(
        "sweep.statement", place=work.tree.path_name(one.unit), seen=one.seen, absent=one.absent, gone=one.gone
    )


# --- on paper ---


def paper(work: Work, code: str) -> None:
    """排查表: to carry along; it is journaled, and phones are printed in part."""
    work.demand_in(Action.LOG_CONTACT, code)
    one = of_village(work, code)
    order, _ = sweeps.homes_of(work.conn, one)
    work.toast()
    work.note("sweep.printed", f"unit:{code}", count=sum(len(home.children) for home in order))
    say, place = work.say, work.tree.path_name(code)
    due = (newest(work, code) or _dead(code)).due
    sheet = SweepList(
        title=say("sweeplist.title"), scope=(place, say("sweeplist.until", day=due.isoformat(), homes=len(order))),
        made=say("route.made", day=work.today.isoformat()), head=say("sweeplist.head"), pages=say("route.pages"),
        columns=tuple(say(f"sweeplist.column.{name}") for name in ("place", "home", "children", "phone", "seen", "absent", "gone", "notes")),
        rows=tuple(_line(work, each) for each in order), new_rows=NEW_ROWS, notes=(say("sweeplist.note"),),
        signatures=((say("sweeplist.director"), say("sweeplist.day")), (say("sweeplist.village"), say("sweeplist.day"))),
        mark=say("route.demo") if work.demo else None,
    )  # fmt: skip
    work.document(
        sweep_pdf(sheet),
        say("sweeplist.file_name", day=work.today.isoformat()),
        say("sweeplist.caption", homes=len(order)),
    )


def _dead(code: str) -> Sweep:
    raise Refused("sweep.none")


def _line(work: Work, here: Home) -> Line:
    carer = here.carer
    where = "\n".join(filter(None, (here.place, carer.name if carer else "")))
    kids = "\n".join(f"{child.name} {_age(child.birth_date, work.today)}".strip() for child in here.children)
    return Line(where, kids, mask_phone(carer.phone) if carer and carer.phone else "")


def _age(born: date | None, today: date) -> str:
    return f"{born.year}.{born.month}" if born else ""


SUBJECT = Subject(
    "sweepsign",
    conversations=(Conversation(SIGN, _signed, Action.LOG_CONTACT, facts=_facts, value=_value, heading=_heading),),
    presses={
        "sw.sign": Press(sign, Action.LOG_CONTACT),
        "sw.paper": Press(paper, Action.LOG_CONTACT),
    },
)
