"""The buttons under what was read out of a message: where it comes from, which child, and what becomes of the words."""

from __future__ import annotations

from dataclasses import replace

from bot import evidence, flow, heard
from bot.asked.of_child import say_numbers
from bot.buttons import do, short
from bot.subject import Press, Subject
from bot.work import Refused, Work
from db import attachments, drafts, inbox, work_log
from db.drafts import Kept
from domain.access import Action
from domain.forms import Draft


def show_evidence(work: Work, tail: str) -> None:
    """看依据: the words each value came from."""
    kept = _draft(work, tail)
    work.toast()
    evidence.show(work, kept)


def why_harm(work: Work, tail: str) -> None:
    """为什么提示, on the emergency card."""
    kept = _draft(work, tail, "report")
    work.toast()
    evidence.show_signs(work, kept)


def into_card(work: Work, tail: str, message_id: str) -> None:
    """写进备注: the words belong to the card after all."""
    kept, words = _draft(work, tail), _words_of(work, message_id)
    work.toast()
    before = kept.draft.answers.get("note")
    answers = kept.draft.answers | {"note": f"{before}\n{words}" if before else words}
    flow.put(work, kept, replace(kept.draft, answers=answers))


def as_contact(work: Work, file_no: str, message_id: str) -> None:
    """News about a child noted as a contact: the words are there, how it was learnt is asked."""
    me = work.demand(Action.LOG_CONTACT)
    words = _words_of(work, message_id)
    work.toast()
    answers = {"child": file_no, "day": work.today.isoformat(), "note": words}
    memory = {"notes": [[int(message_id), words]], "read": {}, "sources": {}}
    drafts.start(work.conn, work.chat_id, me.person_id, Draft(heard.FORM, answers), work.now, memory)
    flow.repeat(work)


def _words_of(work: Work, message_id: str) -> str:
    words = inbox.words_of(work.conn, work.chat_id, int(message_id)) if message_id.isdecimal() else None
    if not words:
        raise Refused("worklog.too_late")
    return words


def whole_list(work: Work, tail: str) -> None:
    """None of those the words may mean: all of one's own children."""
    kept = _draft(work, tail)
    work.toast()
    answers = {key: value for key, value in kept.draft.answers.items() if key != "maybe"}
    flow.put(work, kept, replace(kept.draft, answers=answers))


def off_list(work: Work, tail: str) -> None:
    """不在名单上: the words go into the log, and who can add the child is said."""
    _into_the_log(work, tail)
    work.show(work.say("note.off_list_kept"), [[(work.say("asked.supervisor_phone"), do("asked.phone", "supervisor"))]])
    heard.next_card(work)


def no_child(work: Work, tail: str) -> None:
    """不是说孩子: it only looked like a visit."""
    _into_the_log(work, tail)
    work.show(work.say("worklog.kept"), [[(work.say("worklog.see"), do("worklog.day", work.today.isoformat()))]])
    heard.next_card(work)


def _into_the_log(work: Work, tail: str) -> None:
    kept = _draft(work, tail)
    me = work.demand(Action.LOG_CONTACT)
    work.toast()
    for message_id, words in kept.heard.get("notes") or []:
        work_log.put(work.conn, me.person_id, work.today, words, work.now, message_id)
    attachments.drop(work.conn, kept.draft.answers.get("photos") or [])
    drafts.take_away(work.conn, kept.id)


def phones(work: Work, who: str) -> None:
    """The supervisor's number, from a button."""
    work.toast()
    say_numbers(work, who, [])


def no_harm(work: Work, tail: str) -> None:
    """不是: the words meant something else. The draft goes, unless the worker has begun to fill it."""
    work.toast()
    for kept in drafts.of_chat(work.conn, work.chat_id):
        if short(kept.id) == tail and set(kept.draft.answers) <= {"seen", "child"}:
            drafts.take_away(work.conn, kept.id)
            work.note("report.not_meant")
            work.show(work.say("note.harm_dropped"))
            flow.repeat(work)
            return
    work.show(work.say("note.harm_begun"))


def _draft(work: Work, tail: str, form: str = heard.FORM) -> Kept:
    kept = next((one for one in drafts.of_chat(work.conn, work.chat_id) if short(one.id) == tail), None)
    if kept is None or kept.draft.form != form:
        raise Refused("form.gone", what=work.say(f"form.name.{form}"))
    return kept


SUBJECT = Subject(
    "readcard",
    presses={
        "note.no_harm": Press(no_harm, Action.REPORT),
        "note.why": Press(why_harm, Action.REPORT),
        "note.evidence": Press(show_evidence, Action.LOG_CONTACT),
        "note.into_card": Press(into_card, Action.LOG_CONTACT),
        "note.as_contact": Press(as_contact, Action.LOG_CONTACT),
        "note.whole_list": Press(whole_list, Action.LOG_CONTACT),
        "note.off_list": Press(off_list, Action.LOG_CONTACT),
        "note.no_child": Press(no_child, Action.LOG_CONTACT),
        "asked.phone": Press(phones, Action.GIVE_FEEDBACK),
    },
)
