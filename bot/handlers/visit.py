"""走访: the form for contacts and home visits opened, its card changed, records corrected or taken out."""

from __future__ import annotations

from dataclasses import replace

from bot import flow, harm, heard
from bot.buttons import do, short
from bot.put_right import put_right, say_last
from bot.subject import Command, Conversation, Press, Subject
from bot.visit_card import facts, heading, offers, roster_of, under_card, under_question, value
from bot.visit_keeping import keep, records_of
from bot.work import Refused, Work
from db import child_due, children, contacts, drafts, issues, phone_talks
from db.drafts import Kept
from domain.access import Action
from domain.contacts import Kind
from domain.forms import Answers, Draft, Invalid
from domain.people import Role
from domain.reading.corrections import read_correction
from domain.visit_children import OFF, chosen_children, found_by_words
from domain.visits import VISIT

MISTAKEN = "上次记错了"

# --- opening ---


def visit(work: Work, words: str) -> None:
    """/visit, /visit 小虎: open the form, with the child known if the words name one."""
    if not words:
        flow.begin(work, "visit")
        return
    try:
        named = found_by_words(words, roster_of(work))
    except Invalid as problem:
        known = heard.roster(work)
        message = heard.read(work, words, known)
        if message.reading.children:  # 走访 小虎家 昨天去的 奶奶在 都好: a whole note behind the word
            work.said = words
            heard.begin(work, message, known)
            return
        work.reply(work.say(problem.key, **problem.params))
        flow.begin(work, "visit")
        return
    flow.begin(work, "visit", {"child": named.file_no})


def _known(work: Work) -> Answers:
    """What the form begins with: today, and for a director the children whose use of a phone is asked about this term."""
    known: Answers = {"day": work.today.isoformat()}
    if work.me is not None and work.me.with_role(Role.CHILD_DIRECTOR) is not None:
        due = phone_talks.due(work.conn, work.visible(Action.LOG_CONTACT), work.today)
        if due:
            known["phone_due"] = due
    return known


def start_with(work: Work, file_no: str, how: str = "") -> None:
    """A button of the digest or of a child's card: the form, prefilled."""
    entry = children.by_file_no(work.conn, file_no, work.visible(Action.LOG_CONTACT))
    if entry is None:
        raise Refused("visit.problem.not_yours")
    work.toast()
    work.pressed = None  # the list it was pressed on stays: there are more children on it
    known: Answers = {"child": file_no}
    if how in {kind.value for kind in Kind}:
        known["how"] = how
    flow.begin(work, "visit", known)


# --- correcting ---


def last(work: Work, words: str) -> None:
    """上次记错了: the last record, with what can be done about it; with words behind it, put right as they say."""
    me = work.demand(Action.LOG_CONTACT)
    known = heard.roster(work)
    correction = read_correction(f"{MISTAKEN} {words}", work.local.replace(tzinfo=None), known) if words else None
    records = contacts.latest_by(work.conn, me.person_id, within=work.visible(Action.LOG_CONTACT))
    if correction is not None:
        put_right(work, correction, known)
    elif records:
        say_last(work, records[0])
    else:
        work.reply(work.say("visit.nothing_yet"))


def fix(work: Work, batch: str) -> None:
    """Open the record as a form again, filled as it was; confirming keeps the old version beside the new."""
    record = _own(work, batch)
    answers = dict(record.content.get("answers") or {})
    if not answers:
        raise Refused("visit.problem.no_form")
    work.toast()
    begun = next(
        (one for one in drafts.of_chat(work.conn, work.chat_id) if one.draft.answers.get("replaces") == batch), None
    )
    if begun is not None:  # pressed twice
        drafts.take_in_hand(work.conn, work.chat_id, begun.id)
    else:
        draft = Draft("visit", answers | {"replaces": batch, "was": answers})
        person = work.me.person_id if work.me else None
        drafts.start(work.conn, work.chat_id, person, draft, work.now, record.content.get("heard"))
    work.pressed = None  # the line it was pressed under stays
    flow.repeat(work)


def drop(work: Work, batch: str) -> None:
    _own(work, batch)
    work.toast()
    work.reply(
        work.say("visit.drop_sure"),
        [[(work.say("visit.drop_yes"), do("visit.dropped", batch)), (work.say("visit.drop_no"), do("visit.stay"))]],
    )


def dropped(work: Work, batch: str) -> None:
    """Take a mistaken record out of the count. It stays readable for the journal."""
    _own(work, batch)
    ids = set()
    for record in records_of(work, batch):
        if contacts.withdraw(work.conn, record.contact.id):
            ids.add(record.contact.child_id)
            issues.withdraw(work.conn, record.contact.id, work.today)
            work.note("contact.withdrawn", f"contact:{record.contact.id}")
    child_due.refresh_due(work.conn, ids, work.policy)
    work.toast()
    work.show(work.say("visit.dropped"))


def stay(work: Work) -> None:
    work.toast()
    work.show(work.say("visit.stays"))


# --- on the card ---


def line(work: Work, tail: str, file_no: str) -> None:
    """One child of several: what happened with this one."""
    kept = _draft(work, tail)
    if file_no not in chosen_children(kept.draft.answers):
        raise Refused("visit.problem.not_yours")
    work.toast()
    flow.put(
        work, kept, replace(kept.draft, answers=kept.draft.answers | {"line": file_no}, editing="each", picked=None)
    )


def apart(work: Work, tail: str, file_no: str) -> None:
    """单独记: this child gets a card of its own, with the same day and words, after the others."""
    kept = _draft(work, tail)
    answers = kept.draft.answers
    chosen = chosen_children(answers)
    if file_no not in chosen or len(chosen) == 1:
        raise Refused("visit.problem.last_child")
    work.toast()
    own = {key: answers[key] for key in ("day", "how", "note") if key in answers} | {"child": file_no}
    person = work.me.person_id if work.me else None
    drafts.start(
        work.conn, work.chat_id, person, Draft("visit", own), work.now, kept.heard | {"read": {}, "nth": 1, "of": 1}
    )
    each = (answers.get("each") or {}) | {file_no: {OFF: True}}
    flow.put(work, kept, Draft("visit", answers | {"each": each}))


def saw(work: Work, tail: str) -> None:
    """见到孩子了: the child was there too, though the message named only an adult."""
    kept = _draft(work, tail)
    work.toast()
    if kept.draft.answers.get("met") == "adult":
        flow.put(work, kept, replace(kept.draft, answers=kept.draft.answers | {"met": "both"}, editing=None))
    else:
        flow.repeat(work)


def _draft(work: Work, tail: str) -> Kept:
    kept = next((one for one in drafts.of_chat(work.conn, work.chat_id) if short(one.id) == tail), None)
    if kept is None or kept.draft.form != "visit":
        raise Refused("form.gone", what=work.say("form.name.visit"))
    return kept


def _own(work: Work, batch: str) -> contacts.Record:
    """The record if it is this person's own, still in force, and the child still theirs. Raises Refused."""
    me = work.demand(Action.LOG_CONTACT)
    mine = [record for record in records_of(work, batch) if record.contact.by_person == me.person_id]
    if not mine:
        raise Refused("visit.problem.not_yours")
    standing = [record for record in mine if record.replaced_by is None]
    if not standing:
        raise Refused("visit.problem.already_corrected")
    return standing[0]


SUBJECT = Subject(
    "visit",
    commands=(
        Command("visit", visit, Action.LOG_CONTACT, ("走访", "联系", "记走访", "家访")),
        Command("last", last, Action.LOG_CONTACT, (MISTAKEN, "记错了"), menu=False),
    ),
    conversations=(
        Conversation(
            VISIT,
            keep,
            Action.LOG_CONTACT,
            facts=facts,
            value=value,
            offers=offers,
            heading=heading,
            extra=under_card,
            under=under_question,
            gone=heard.next_card,
            spill="note",
            hears=harm.hear,
            starts_with=_known,
        ),
    ),
    presses={
        "visit.start": Press(start_with, Action.LOG_CONTACT),
        "visit.fix": Press(fix, Action.LOG_CONTACT),
        "visit.drop": Press(drop, Action.LOG_CONTACT),
        "visit.dropped": Press(dropped, Action.LOG_CONTACT),
        "visit.stay": Press(stay, Action.LOG_CONTACT),
        "visit.line": Press(line, Action.LOG_CONTACT),
        "visit.apart": Press(apart, Action.LOG_CONTACT),
        "visit.saw": Press(saw, Action.LOG_CONTACT),
    },
)
