"""Free messages: what a worker writes without opening a form (design.md section 4).

A log becomes a visit form with what was read already filled in; what is missing is asked; the words themselves stay
on the card as the note. A sign of harm shows the emergency card and opens a report draft, and files nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot import flow, harm
from bot.buttons import short
from bot.subject import Press, Subject
from bot.work import Work
from db import children, drafts
from domain.access import Action, may
from domain.contacts import Kind
from domain.forms import Answers
from domain.people import Role
from domain.reading.findings import Group, State
from domain.reading.note import Reading, understand
from domain.visits import MANY

_CHECKLIST_OF = {
    Group.HEALTH: "body",
    Group.STUDY: "study",
    Group.MOOD: "mood",
    Group.LIVING: "food",
    Group.GUARDIAN: "guardian",
    Group.SAFETY: "safety",
}
_CHILD_WORDS = ("娃", "孩子", "本人", "小孩")


@dataclass(frozen=True)
class _Known:
    """One child as the reader wants it."""

    id: str
    name: str
    guardian: str
    village: str
    file_no: str


def free(work: Work) -> bool:
    """Read the message; whether it was taken."""
    if work.me is None or not work.said:
        return False
    roster = _roster(work)
    reading = understand(work.said, work.local.replace(tzinfo=None), roster)
    numbers = {child.id: child.file_no for child in roster}
    named = [child_id for child_id in reading.children if child_id in numbers]
    if reading.red_flag:
        harm.offer_report(work, work.said, named[0] if len(named) == 1 else None)
        return True
    if not named or not may(work.me, Action.LOG_CONTACT) or not _is_a_log(reading):
        return False
    flow.begin(work, "visit", answers_of(reading, [numbers[one] for one in named], work.said))
    return True


def _roster(work: Work) -> list[_Known]:
    codes = work.visible(Action.LOG_CONTACT) | work.visible(Action.SEE_CHILD)
    if work.me is not None and work.me.with_role(Role.COUNTY, Role.LEADER):
        return []  # nobody at the county writes contact notes; a whole county's names are not opened for a sentence
    found = []
    for entry in children.in_units(work.conn, codes):
        child, unit = entry.child, work.tree.get(entry.child.unit)
        carer = next((one.name for one in child.guardians if one.carer), child.guardians[0].name if child.guardians else "")
        found.append(_Known(child.id, child.name, carer, unit.name if unit else "", child.file_no))
    return found


def _is_a_log(reading: Reading) -> bool:
    """A contact or visit is told of: how it was made, or what was found."""
    return reading.contact.kind is not None or "date" in reading.spans or bool(reading.findings)


def answers_of(reading: Reading, numbers: list[str], words: str) -> Answers:
    """What the message already answers of the visit form. Nothing is assumed that it does not say."""
    answers: Answers = {"child": numbers[0]} if len(numbers) == 1 else {"child": MANY, "children": sorted(numbers)}
    if isinstance(reading.date, date):
        answers["day"] = reading.date.isoformat()
    answers["note"] = words
    kind = reading.contact.kind
    if kind is None:
        return answers
    answers["how"] = kind.value
    concerns = [one for one in reading.findings if one.state is State.CONCERN and one.group in _CHECKLIST_OF]
    said_fine = "都好" in words or "正常" in words or any(one.state is State.FINE for one in reading.findings)
    met_child = reading.contact.child_seen or any(word in one for one in reading.contact.met for word in _CHILD_WORDS)
    met_adult = any(not any(word in one for word in _CHILD_WORDS) for one in reading.contact.met)
    if not reading.contact.reached:
        answers["met" if kind is Kind.HOME_VISIT else "outcome"] = "nobody" if kind is Kind.HOME_VISIT else "no_answer"
        return answers
    if kind is Kind.HOME_VISIT:
        if met_child and met_adult:
            answers["met"] = "both"
        elif met_child:
            answers["met"] = "child"
        elif met_adult and reading.contact.child_seen is False:
            answers["met"] = "adult"
    elif concerns:
        answers["outcome"] = "worry"
    elif said_fine and (met_child or met_adult):
        answers["outcome"] = "child_fine" if met_child else "adult_fine"
    if concerns:
        answers["state"] = list(dict.fromkeys(_CHECKLIST_OF[one.group] for one in concerns))
        answers["worries"] = "；".join(one.words for one in concerns)
    elif said_fine and kind is Kind.HOME_VISIT:
        answers["state"] = []
    return answers


def no_harm(work: Work, tail: str) -> None:
    """不是: the words meant something else. The draft goes, unless the worker has begun to fill it."""
    work.toast()
    for kept in drafts.of_chat(work.conn, work.chat_id):
        if short(kept.id) == tail and set(kept.draft.answers) <= {"seen", "child"}:
            drafts.take_away(work.conn, kept.id)
            work.note("report.not_meant")
            work.show(work.say("note.harm_dropped"))
            return
    work.show(work.say("note.harm_begun"))


SUBJECT = Subject(
    "note",
    presses={"note.no_harm": Press(no_harm, Action.REPORT)},
    free=free,
)
