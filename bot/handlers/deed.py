"""任务: what one's own unit owes the plan this year, and one short form to say that it was done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot import flow
from bot.buttons import do, short
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.unit_work import line, mine, source
from bot.work import Refused, Work, in_twos
from db import deeds
from db.drafts import Kept
from domain.access import Action, granting
from domain.calendar import DAY
from domain.forms import Answers, Choice, Form, Invalid, Question, Said, World, by_button, text
from domain.past_days import past_day
from domain.reading.folding import fold, number
from domain.unit_duties import UNIT_DUTIES

PAST = 400  # days of deeds shown
MOST_PEOPLE = 100_000
SHOWN = 6
Button = tuple[str, Any]


def tasks(work: Work, words: str) -> None:
    """/tasks: what is owed next and by when, with a button each; what was done lately."""
    work.demand(Action.RECORD_DEED)
    found = mine(work, None)
    units = _units(work)
    lines = [work.say("deed.title")] if found else [work.say("deed.nothing")]
    rows: list[list[Button]] = []
    for one in found:
        lines.append("• " + line(work.words, one, work.today) + work.say("deed.source", source=source(work.words, one)))
        label = work.say("deed.do", duty=work.say(f"deed.duty.{one.duty.code}"))
        rows.append([(label, do("deed.begin", one.duty.code, one.unit))])
    lately = deeds.of_units(work.conn, units, work.today - PAST * DAY)[:SHOWN]
    if lately:
        lines += ["", work.say("deed.lately")]
    for kept in lately:
        lines.append(_kept(work, kept))
        if kept.entered_at.date() == work.now.date():
            rows.append([(work.say("deed.undo", duty=work.say(f"deed.duty.{kept.duty}")), do("deed.undo", short(kept.id)))])
    pairs = [[button for row in few for button in row] for few in in_twos(rows)]
    work.show("\n".join(lines), pairs)


def _kept(work: Work, kept: deeds.Deed) -> str:
    reached = work.say("deed.reached", count=kept.reached) if kept.reached is not None else ""
    return work.say(
        "deed.line", day=day_words(work.words, kept.day, work.today), duty=work.say(f"deed.duty.{kept.duty}"),
        reached=reached, note=kept.note or "",
    ).rstrip()  # fmt: skip


def _units(work: Work) -> list[str]:
    return list(dict.fromkeys(post.unit.code for post in granting(work.me, Action.RECORD_DEED)))


def begin(work: Work, duty: str, unit: str) -> None:
    """Say that it was done."""
    _demand(work, duty, unit)
    work.toast()
    flow.begin(work, "deed", {"duty": duty, "unit": unit})


def _demand(work: Work, duty: str, unit: str) -> None:
    """Only who owes it records it: the post of that role at that unit."""
    me, rule = work.demand(Action.RECORD_DEED), UNIT_DUTIES.get(duty)
    if rule is None or not any(post.role is rule.duty.who and post.unit.code == unit for post in me.posts):
        raise Refused("deed.not_yours")


def undo(work: Work, tail: str) -> None:
    """Take back a deed entered today by mistake; it stays in the books as withdrawn."""
    found = next((one for one in deeds.of_units(work.conn, _units(work), work.today - PAST * DAY) if short(one.id) == tail), None)
    if found is None or not deeds.withdraw(work.conn, found.id, work.now):
        raise Refused("deed.gone")
    work.note("deed.withdrawn", f"unit:{found.unit}", deed=found.id, duty=found.duty)
    work.toast(work.say("deed.withdrawn"))
    tasks(work, "")


# --- the form ---


def _day_choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    today = world.now.date()
    return tuple(Choice((today - DAY * back).isoformat(), world.facts["days"][back]) for back in range(3))


def _people(said: Said, world: World, answers: Answers) -> int:
    words = fold((said.text or "").strip()).rstrip("人个名户")
    count = number(words)
    if count is None or count > MOST_PEOPLE:
        raise Invalid("deed.problem.count")
    return count


DEED = Form(
    "deed",
    (
        Question("duty", by_button),
        Question("unit", by_button),
        Question("day", past_day, choices=_day_choices, columns=3),
        Question("reached", _people, skip=True),
        Question("note", text(500), skip=True),
    ),
)


def _facts(work: Work) -> Mapping[str, Any]:
    return {"days": [work.say(f"deed.day.{back}") for back in range(3)]}


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "duty":
        return work.say(f"deed.duty.{answer}")
    if key == "unit":
        return work.tree.path_name(answer)
    if key == "day":
        return day_words(work.words, date.fromisoformat(answer), work.today)
    return None


def _done(work: Work, answers: Answers, kept: Kept) -> None:
    _demand(work, answers["duty"], answers["unit"])
    me = work.demand(Action.RECORD_DEED)
    made = deeds.put(
        work.conn, answers["duty"], answers["unit"], date.fromisoformat(answers["day"]), work.now, by=me.person_id,
        reached=answers.get("reached"), note=answers.get("note"), demo=work.demo,
    )  # fmt: skip
    work.note("deed.done", f"unit:{answers['unit']}", deed=made, duty=answers["duty"])
    work.show(work.say("deed.saved", duty=work.say(f"deed.duty.{answers['duty']}")), [[(work.say("deed.back"), do("go", "tasks"))]])


SUBJECT = Subject(
    "deed",
    commands=(Command("tasks", tasks, Action.RECORD_DEED, ("任务", "单位任务", "年底缺口"), menu=False),),
    conversations=(Conversation(DEED, _done, Action.RECORD_DEED, facts=_facts, value=_value),),
    presses={
        "deed.begin": Press(begin, Action.RECORD_DEED),
        "deed.undo": Press(undo, Action.RECORD_DEED),
    },
)
