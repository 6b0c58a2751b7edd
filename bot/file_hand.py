"""A hand on a child's file: who changes it, what was changed in words, and whether somebody else was quicker."""

from __future__ import annotations

from typing import Any

from bot.buttons import do, short
from bot.child_card import entry_of
from bot.file_card import path_words, value_words
from bot.reminders.rules import day_words
from bot.work import Refused, Work
from db import child_file
from db import people as people_rows
from db.child_file import Hand
from db.file_history import Change
from domain.access import Action
from domain.calendar import local_day
from domain.child_file import (
    BENEFIT_STATUS_WORDS,
    BENEFIT_WORDS,
    HELP_WORDS,
    BenefitKind,
    BenefitStatus,
    HelpKind,
)
from domain.children import Child, Label, Relation
from domain.file_fields import NoSuchFact, field_of
from domain.forms import Answers, Question, by_button
from domain.roster.columns import LABEL_WORDS, RELATION_WORDS

Button = tuple[str, Any]
# What a form that changes a file begins with and may come back with: the newest change its asker had before the eyes,
# and the sentence about what somebody else did since.
SEEN = Question("seen", by_button, aside=True)
CLASH = Question("clash", by_button, aside=True)


def hand(work: Work, unit: str) -> Hand:
    """Me, changing a file in that unit. Raises Denied."""
    me = work.demand_in(Action.CHANGE_FILE, unit)
    return Hand(work.now, work.policy, me.person_id, demo=work.demo)


def to_change(work: Work, file_no: str) -> Child:
    """The open file with this number, if I may change it."""
    one = entry_of(work, file_no).child
    work.demand_in(Action.CHANGE_FILE, one.unit)
    if one.closed_on is not None:
        raise Refused("file.closed")
    return one


def opened(work: Work, file_no: str) -> tuple[Child, Hand]:
    """The same with the hand that changes it."""
    one = to_change(work, file_no)
    return one, hand(work, one.unit)


def undo_button(work: Work, one: Child) -> list[Button]:
    """记错了, for the newest change of this file."""
    line = child_file.newest(work.conn, one.id)
    return [(work.say("change.undo"), do("file.undo", one.file_no, short(line.id)))] if line else []


# --- two people at once --------------------------------------------------------------------------------------------


def seen(work: Work, one: Child, *paths: str) -> str:
    """What to remember when something of a file is opened to be changed: its newest change as it is now."""
    line = child_file.newest_of(work.conn, one.id, paths)
    return line.id if line else ""


def changed_meanwhile(work: Work, one: Child, known: str | None, *paths: str) -> str | None:
    """What another person changed of this since `known` was the newest; None if nobody did. One's own changes are known."""
    line = child_file.newest_of(work.conn, one.id, paths)
    me = work.me.person_id if work.me else None
    if known is None or line is None or line.id == known or line.by == me:
        return None
    what = "；".join(
        change_words(work, one, path, pair) for path, pair in line.changed.items() if child_file.touches(path, paths)
    )
    return work.say("file.clash_what", who=who_words(work, line), what=what)


def with_clash(answers: Answers, said: str, now: str) -> Answers:
    """The same answers, to be asked about again with what is known now."""
    return {**answers, "clash": said, "seen": now}


# --- changes in words ----------------------------------------------------------------------------------------------


def who_words(work: Work, line: Change) -> str:
    """Who made a change: a person by name, else where it came from."""
    who = people_rows.person(work.conn, line.by) if line.by else None
    if who is not None:
        return who.name
    return work.words.find(f"file.source.{line.source.partition(':')[0]}") or work.say("file.source.system")


def day_of(work: Work, line: Change) -> str:
    return day_words(work.words, local_day(line.at), work.today)


def change_words(work: Work, one: Child, path: str, pair: Any) -> str:
    """One changed fact or record as a sentence: 民族 汉族 → 回族; 加上了祖父母王秀英; 享受政策：低保 享受中."""
    kind, _, key = path.partition(":")
    if path == "labels":
        before, after = ("、".join(LABEL_WORDS[Label(one)] for one in value or ()) or "—" for value in pair)
        return work.say("file.from_to", what=work.say("file.field.labels"), before=before, after=after)
    if kind == "label" and key in set(Label):
        return work.say("file.changed_record", what=work.say("file.changed.label"), record=LABEL_WORDS[Label(key)])
    if kind == "g" and "." not in key and isinstance(pair, list):
        came = pair[1] is not None
        values = pair[1] if came else pair[0]
        who = f"{RELATION_WORDS[Relation(values['relation'])]}{values.get('name') or ''}" if values else ""
        return work.say("file.person_came" if came else "file.person_went", who=who)
    if ":" in path and kind != "g":
        return _record_words(work, kind, pair)
    said = work.words.find(f"file.changed.{path}")
    if said is not None or not isinstance(pair, list) or len(pair) != 2:
        return said or work.say("file.changed.other")
    try:
        field = field_of(path)
    except NoSuchFact:
        return work.words.find(f"file.field.{path}") or work.say("file.changed.other")
    before, after = (value_words(work, field, value) for value in pair)
    return work.say("file.from_to", what=path_words(work, one, path), before=before, after=after)


def _record_words(work: Work, kind: str, pair: Any) -> str:
    name = work.words.find(f"file.changed.{kind}") or work.say("file.changed.other")
    values = (
        next((value for value in reversed(pair) if isinstance(value, dict)), None) if isinstance(pair, list) else None
    )
    if values is None:
        return name
    record = ""
    if kind == "benefit":
        record = f"{BENEFIT_WORDS[BenefitKind(values['kind'])]} {BENEFIT_STATUS_WORDS[BenefitStatus(values['status'])]}"
    elif kind == "help":
        record = HELP_WORDS[HelpKind(values["kind"])]
    elif kind == "consent":
        record = work.say(f"consent.kind.{values['kind']}")
    said = work.say("file.changed_record", what=name, record=record) if record else name
    return said if pair[1] is not None else work.say("file.taken_back", what=said)
