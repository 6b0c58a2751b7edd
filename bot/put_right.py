"""上次记错了: a record already kept opened as a card with what would change; nothing changes before 确认."""

from __future__ import annotations

from collections.abc import Sequence

from bot import flow, heard
from bot.buttons import do
from bot.heard import Known
from bot.visit_card import day_words
from bot.work import Work
from db import children, contacts, drafts
from domain.access import Action
from domain.corrected import corrected
from domain.forms import Answers, Draft
from domain.reading.corrections import Correction

RECENT = 30  # of one's own records are looked through for the one meant


def put_right(work: Work, correction: Correction, known: Sequence[Known]) -> None:
    """The record meant, with the correction in it; 删掉 asks once more; nothing named opens the record to be changed."""
    record = _meant(work, correction)
    if record is None:
        work.reply(work.say("visit.nothing_yet"))
        return
    answers = record.content.get("answers")
    if correction.delete:
        ask_to_drop(work, record)
    elif not answers or not (correction.fields or correction.ask):
        say_last(work, record)
    else:
        numbers = {one.id: one.file_no for one in known}
        fixed = corrected(answers, correction, numbers, work.today)
        open_again(work, record, fixed, record.content.get("heard") or {})


def open_again(work: Work, record: contacts.Record, answers: Answers, memory: dict[str, object]) -> None:
    """The record as a draft; one begun before for the same record gives way to it."""
    assert work.me is not None
    for begun in drafts.of_chat(work.conn, work.chat_id):
        if begun.draft.answers.get("replaces") == record.batch:
            drafts.take_away(work.conn, begun.id)
    old = record.content.get("answers") or {}
    draft = Draft(heard.FORM, {**answers, "replaces": record.batch, "was": old})
    drafts.start(work.conn, work.chat_id, work.me.person_id, draft, work.now, memory)
    flow.repeat(work)


def _meant(work: Work, correction: Correction) -> contacts.Record | None:
    """The newest record of one's own; where the correction names a child, the newest about that child."""
    assert work.me is not None
    mine = contacts.latest_by(work.conn, work.me.person_id, RECENT, within=work.visible(Action.LOG_CONTACT))
    named = set(correction.not_children) or set(correction.children)
    about = [one for one in mine if one.contact.child_id in named]
    return next(iter(about or mine), None)


def say_last(work: Work, record: contacts.Record) -> None:
    """What was noted last, with what can be done about it."""
    rows = [
        [
            (work.say("visit.fix"), do("visit.fix", record.batch)),
            (work.say("visit.drop"), do("visit.drop", record.batch)),
        ]
    ]
    work.reply(_in_words(work, record), rows)


def ask_to_drop(work: Work, record: contacts.Record) -> None:
    """Before a record is taken out of the count: which it is, and whether it really should go."""
    rows = [
        [(work.say("visit.drop_yes"), do("visit.dropped", record.batch)), (work.say("visit.drop_no"), do("visit.stay"))]
    ]
    work.reply(f"{_in_words(work, record)}\n{work.say('visit.drop_sure')}", rows)


def _in_words(work: Work, record: contacts.Record) -> str:
    codes = work.visible(Action.LOG_CONTACT)
    standing = [one for one in contacts.of_batch(work.conn, record.batch, codes) if one.replaced_by is None]
    names = "、".join(
        entry.child.name for entry in children.by_ids(work.conn, [one.contact.child_id for one in standing]).values()
    )
    how = work.say(f"visit.how.{record.contact.kind.value}")
    return work.say("visit.last", who=names, day=day_words(work, record.contact.day), how=how)
