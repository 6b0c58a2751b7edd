"""变动: a child goes away for a while, comes back, is no longer 留守, or its file is closed; all can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot import flow
from bot.buttons import do
from bot.child_card import back_to, entry_of
from bot.reminders.rules import day_words
from bot.subject import Conversation, Press, Subject
from bot.work import Refused, Work, in_twos
from db import child_changes, child_file, file_history
from db.child_file import Hand
from db.drafts import Kept
from domain.access import Action
from domain.calendar import add_months
from domain.changes import CLOSE_REASONS, PAUSES, Unfit, What, applied, possible
from domain.children import Child
from domain.forms import Answers, Choice, Form, Invalid, Question, Said, World, by_button, given, one_of, text
from domain.policy import PolicyRefused
from domain.settings import first_day

Button = tuple[str, Any]
FIELDS = ("paused_until", "closed_on", "close_reason", "labels")


def choose(work: Work, file_no: str) -> None:
    """What can be entered for this child."""
    one = entry_of(work, file_no).child
    work.demand_in(Action.LOG_CONTACT, one.unit)
    work.toast()
    cells: list[Button] = [
        (work.say(f"change.what.{what.value}"), do("change.begin", file_no, what.value)) for what in possible(one, work.today)
    ]
    if one.closed_on is None:
        cells.append((work.say("move.begin"), do("move.begin", file_no)))
    pairs = in_twos(cells)
    work.reply(work.say("change.choose", name=one.name, number=one.file_no), [*pairs, back_to(work, file_no)])


def begin(work: Work, file_no: str, what: str) -> None:
    one = entry_of(work, file_no).child
    work.demand_in(Action.LOG_CONTACT, one.unit)
    if what not in set(What) or What(what) not in possible(one, work.today):
        raise Refused("change.unfit.not_now")
    work.toast()
    flow.begin(work, "change", {"child": file_no, "what": what})


# --- the form ---


def _until(said: Said, world: World, answers: Answers) -> str:
    today = world.now.date()
    months = {"1": 1, "2": 2, "6": 6}
    if said.choice in months:
        return add_months(today, months[said.choice]).isoformat()
    try:
        return first_day((said.text or "").strip(), today).isoformat()
    except PolicyRefused:
        raise Invalid("change.problem.until") from None


CHANGE = Form(
    "change",
    (
        Question("child", by_button),
        Question("what", by_button),
        Question(
            "until", _until, choices=lambda world, answers: tuple(Choice(one) for one in ("1", "2", "6")), columns=3,
            when=given("what", *(what.value for what in PAUSES)),
        ),
        Question(
            "reason", one_of(*CLOSE_REASONS), choices=lambda world, answers: tuple(Choice(one) for one in CLOSE_REASONS),
            when=given("what", What.CLOSED.value),
        ),
        Question("note", text(300), skip=True),
    ),
)  # fmt: skip


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "child":
        one = entry_of(work, answer).child
        return work.say("change.child", name=one.name, number=one.file_no)
    if key == "what":
        return work.say(f"change.what.{answer}")
    if key == "until":
        return day_words(work.words, date.fromisoformat(answer), work.today)
    return None


def _done(work: Work, answers: Answers, kept: Kept) -> None:
    me, one = work.demand(Action.LOG_CONTACT), entry_of(work, answers["child"]).child
    work.demand_in(Action.LOG_CONTACT, one.unit)
    what = What(answers["what"])
    until = date.fromisoformat(answers["until"]) if answers.get("until") else None
    try:
        after = applied(one, what, work.today, until=until, reason=answers.get("reason"))
    except Unfit as unfit:
        raise Refused(f"change.unfit.{unfit.why}") from None
    _write(work, one, after, me.person_id, answers.get("note"), f"chat:{what.value}")
    work.note("child.changed", f"child:{one.id}", what=what.value)
    rows: list[list[Button]] = [[(work.say("change.undo"), do("change.undo", one.file_no))], back_to(work, one.file_no)]
    if answers.get("reason") == "moved":  # the family takes the file's paper along
        rows.insert(0, [(work.say("move.paper", name=one.name), do("print.make", "fp", one.file_no, "handover"))])
    work.show(work.say(f"change.done.{what.value}", name=one.name, day=_day(work, until)), rows)


def _write(work: Work, before: Child, after: Child, by: str, note: str | None, source: str) -> None:
    changed: dict[str, Any] = {
        name: [_plain(getattr(before, name)), _plain(getattr(after, name))]
        for name in FIELDS
        if getattr(before, name) != getattr(after, name)
    }
    if note:
        changed["note"] = [None, note]
    child_changes.change_child(work.conn, after, work.now, work.policy, by=by, source=source, changed=changed)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return [one.value for one in value] if isinstance(value, tuple) else value


def _day(work: Work, day: date | None) -> str:
    return day_words(work.words, day, work.today) if day else ""


def undo(work: Work, file_no: str) -> None:
    """Take back the newest change entered here, if nothing else has happened to what it touched since."""
    one = entry_of(work, file_no).child
    me = work.demand_in(Action.LOG_CONTACT, one.unit)
    last = file_history.last_change(work.conn, one.id)
    if last is None or not child_file.may_take_back(last):
        raise Refused("change.nothing_to_undo")
    child_file.take_back(work.conn, one, last.id, Hand(work.now, work.policy, me.person_id, demo=work.demo))
    work.note("child.change_undone", f"child:{one.id}")
    work.toast(work.say("change.undone"))
    work.show(work.say("change.undone_of", name=one.name), [back_to(work, file_no)])


def _facts(work: Work) -> Mapping[str, Any]:
    return {}


SUBJECT = Subject(
    "change",
    conversations=(Conversation(CHANGE, _done, Action.LOG_CONTACT, facts=_facts, value=_value),),
    presses={
        "change.choose": Press(choose, Action.LOG_CONTACT),
        "change.begin": Press(begin, Action.LOG_CONTACT),
        "change.undo": Press(undo, Action.LOG_CONTACT),
    },
)
