"""Cards that came out of what a worker wrote: begun, added to, read again, and counted.

A draft made from words remembers them (`Kept.heard`), so that each value can show where it was read, a further message
about the same visit is read together with the first, and a message edited afterwards is read anew.

heard = {"notes": [[message id, words], …], "read": answers as read, "sources": {answer: [[start, end], …]},
         "nth": 1, "of": 3}
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from bot import flow
from bot.work import Work
from db import children, contacts, drafts, phone_talks
from db.drafts import Kept
from domain.access import Action
from domain.contacts import Kind
from domain.forms import Answers, Draft
from domain.people import Role
from domain.reading.message import Last, Message, read_message
from domain.sheets import Sheet, sheets
from domain.visit_children import MANY
from domain.visits import MOST_PHOTOS

FORM = "visit"
STILL_THE_SAME = timedelta(minutes=30)  # so long a further message is taken as about the same visit
_GROUP = re.compile(r"[一二三四五六七八九十\d]+[组社队]")


@dataclass(frozen=True)
class Known:
    """One child as the reader wants it."""

    id: str
    name: str
    guardian: str
    village: str
    file_no: str
    household: str
    guardians: tuple[str, ...]
    sex: str
    birth: date | None
    group: str


def roster(work: Work) -> list[Known]:
    """The children this person's words may be about: their own. A whole county's names are not opened for a sentence."""
    if work.me is None or work.me.with_role(Role.COUNTY, Role.LEADER):
        return []
    found = []
    for entry in children.in_units(work.conn, work.visible(Action.LOG_CONTACT) | work.visible(Action.SEE_CHILD)):
        child, unit = entry.child, work.tree.get(entry.child.unit)
        carers = sorted(child.guardians, key=lambda one: not one.carer)
        place = _GROUP.search(child.address or "")
        found.append(
            Known(
                child.id, child.name, carers[0].name if carers else "", unit.name if unit else "", child.file_no,
                child.household or "", tuple(one.name for one in carers if one.name), child.sex.value if child.sex else "",
                child.birth_date, place[0] if place else "",
            )
        )  # fmt: skip
    return found


def read(work: Work, words: str, known: Sequence[Known], last: Last | None = None) -> Message:
    places = [unit.name for unit in work.tree]
    return read_message(words, work.local.replace(tzinfo=None), known, last=last, places=places)


# --- beginning ---


def begin(work: Work, message: Message, known: Sequence[Known], *, shown: bool = True, day: str | None = None) -> None:
    """A draft for each visit the words tell of; the first is shown, the others follow when it is done.

    `day` is that of the visit told just before, where these words go on from it and name none.
    """
    reading, asks = message.reading, message.question.words if message.question is not None else ""
    assert work.me is not None
    found = sheets(reading, {one.id: one.file_no for one in known}, work.said, work.today)
    first: Kept | None = None
    for nth, sheet in enumerate(found, 1):
        heard = _heard(sheet, [[work.message_id, work.said]]) | {"nth": nth, "of": len(found)}
        answers = dict(sheet.answers)
        if asks and (rest := answers["note"].replace(asks, "").strip(" ，。?？")):
            heard["read"] = answers = answers | {"note": rest}  # what was asked is answered, and no part of the record
        if day is not None:
            heard["read"] = answers = answers | {"day": day}
        if nth == 1 and work.files:
            answers["photos"] = [file.id for file in work.files][:MOST_PHOTOS]
        if work.me.with_role(Role.CHILD_DIRECTOR) is not None and answers.get("how") == Kind.HOME_VISIT.value:
            due = phone_talks.due(work.conn, work.visible(Action.LOG_CONTACT), work.today)
            answers |= {"phone_aside": [answers["child"]]} if answers.get("child") in due else {}
        kept = drafts.start(work.conn, work.chat_id, work.me.person_id, _draft(answers, sheet.ticked), work.now, heard)
        first = first or kept
    assert first is not None
    drafts.take_in_hand(work.conn, work.chat_id, first.id)
    if not shown:
        return
    if len(found) > 1:
        work.reply(work.say("note.several", count=len(found)))
    if any(ask.field == "children" and ask.reason == "count" for ask in reading.ask):
        work.reply(work.say("note.count"))
    flow.repeat(work)


def _draft(answers: Answers, ticked: Sequence[str] = ()) -> Draft:
    """Where one of several children is tied, those that are clear are ticked beforehand."""
    asks_which = answers.get("child") == MANY and "children" not in answers
    return Draft(FORM, answers, picked=list(ticked) if asks_which and ticked else None)


def _heard(sheet: Sheet, notes: list[list[Any]]) -> dict[str, Any]:
    return {"notes": notes, "read": sheet.answers, "sources": sheet.sources, "unseen": sheet.unseen}


def next_card(work: Work) -> bool:
    """When a card is done: the next one read out of the same words, so that nothing is dropped."""
    waiting = [
        kept
        for kept in flow.unfinished(work)
        if kept.draft.form == FORM and kept.heard and work.now - kept.touched_at <= STILL_THE_SAME
    ]
    if not waiting:
        return False
    drafts.take_in_hand(work.conn, work.chat_id, min(kept.id for kept in waiting))
    return flow.repeat(work)


# --- going on: more words, or the same words changed ---


def words_of(heard: Mapping[str, Any]) -> str:
    """All that was written about this visit, one message a line. Sources are places in this text."""
    return "\n".join(words for _, words in heard.get("notes", ()))


def add(work: Work, kept: Kept, known: Sequence[Known]) -> None:
    """One more message about the card in hand: all of its words are read together."""
    answers, heard = with_words(work, kept, known)
    flow.put(work, replace(kept, heard=heard), _draft(answers))


def with_words(work: Work, kept: Kept, known: Sequence[Known]) -> tuple[Answers, dict[str, Any]]:
    """What the draft becomes with this message added to it."""
    notes = [*kept.heard.get("notes", []), [work.message_id, work.said]]
    answers, heard = _again(work, kept.draft.answers, kept.heard, notes, known)
    return with_photos(work, answers), heard


def change(work: Work, kept: Kept, known: Sequence[Known]) -> None:
    """A message behind the card was edited: read again as it stands now."""
    notes = [[number, work.said if number == work.message_id else words] for number, words in kept.heard["notes"]]
    answers, heard = _again(work, kept.draft.answers, kept.heard, notes, known)
    flow.put(work, replace(kept, heard=heard), _draft(answers))


def reopen(work: Work, record: contacts.Record, known: Sequence[Known], *, edited: bool) -> None:
    """The same for a record already kept: a card with what would change; the old one stands until 确认."""
    assert work.me is not None
    old = dict(record.content.get("answers") or {})
    before = record.content.get("heard") or {}
    if edited:
        notes = [[number, work.said if number == work.message_id else words] for number, words in before["notes"]]
    else:
        notes = [*before.get("notes", []), [work.message_id, work.said]]
    answers, heard = _again(work, old, before, notes, known)
    answers = {**with_photos(work, answers), "replaces": record.batch, "was": old}
    for begun in drafts.of_chat(work.conn, work.chat_id):
        if begun.draft.answers.get("replaces") == record.batch:
            drafts.take_away(work.conn, begun.id)  # the newer words hold the older ones
    drafts.start(work.conn, work.chat_id, work.me.person_id, _draft(answers), work.now, heard)
    flow.repeat(work)


def _again(
    work: Work, old: Answers, before: Mapping[str, Any], notes: list[list[Any]], known: Sequence[Known]
) -> tuple[Answers, dict[str, Any]]:
    """Read all the words anew; what the person set by hand stays as it was set."""
    words = "\n".join(one for _, one in notes)
    reading = read(work, words, known).reading
    found = sheets(reading, {one.id: one.file_no for one in known}, words, work.today)
    sheet = max(found, key=lambda one: len(_files(one.answers) & _files(old)))
    was: Answers = before.get("read") or {}
    by_hand = {key: value for key, value in old.items() if key not in was or was[key] != value}
    if not before and "day" in sheet.sources:
        by_hand.pop("day", None)  # a form opened by a button takes today until it is told otherwise
    if "child" in by_hand or "children" in by_hand or not _files(sheet.answers):
        by_hand |= {key: old[key] for key in ("child", "children", "siblings") if key in old}
        sheet = Sheet(
            {key: value for key, value in sheet.answers.items() if key not in ("child", "children", "maybe", "each")},
            sheet.sources,
        )
    for key in (
        "how",
        "day",
        "outcome",
        "met",
        "state",
        "worries",
        "note",
    ):  # not said again: what was said before stands
        if key in old and key not in sheet.answers:
            by_hand.setdefault(key, old[key])
    typed = by_hand.pop("note", None)
    answers = {**sheet.answers, **by_hand}
    if typed and typed not in answers["note"]:
        answers["note"] = f"{typed}\n{notes[-1][1]}"
    return answers, {**before, **_heard(sheet, notes)}


def _files(answers: Answers) -> set[str]:
    if "child" not in answers:
        return set()
    return set(answers.get("children") or []) if answers["child"] == MANY else {answers["child"]}


def with_photos(work: Work, answers: Answers) -> Answers:
    """The answers with the photos of this message behind those they had."""
    if not work.files:
        return answers
    return answers | {"photos": [*(answers.get("photos") or []), *(file.id for file in work.files)][:MOST_PHOTOS]}


def to_keep(heard: Mapping[str, Any], answers: Answers) -> dict[str, Any]:
    """What a record remembers of its words. Of a message about several visits only what concerns this one."""
    if heard.get("of", 1) == 1:
        return dict(heard)
    (message_id, _), *later = heard["notes"]
    own = str(answers.get("note") or "")
    for _, words in later:
        own = own.removesuffix(words).rstrip("\n")
    return {**heard, "notes": [[message_id, own], *later], "sources": {}, "nth": 1, "of": 1}


def need_words(heard: Mapping[str, Any], need: str) -> str:
    """The words a need was read in (没冬衣), for the record of it; empty where the person ticked it."""
    places = (heard.get("sources") or {}).get(f"need.{need}") or []
    words = words_of(heard)
    return "，".join(words[start:end] for start, end in places)[:60]
