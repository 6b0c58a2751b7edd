"""走访: logging contacts and home visits, and correcting them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot import flow, harm, heard, parents_calling, read_counts
from bot.buttons import Button, do, short
from bot.file_news import one_question
from bot.not_reached import next_step
from bot.photo_consent import keep_photos
from bot.put_right import put_right, say_last
from bot.subject import Command, Conversation, Press, Subject
from bot.visit_card import content_of, day_words, facts, heading, offers, roster_of, under_card, under_question, value
from bot.work import Refused, Rows, Work
from db import child_due, children, contacts, drafts, issues, phone_talks
from db.drafts import Kept
from db.types import new_id
from domain.access import Action
from domain.children import Child
from domain.contacts import Contact, Kind
from domain.forms import Answers, Draft, Invalid
from domain.people import Me, Role
from domain.reading.corrections import read_correction
from domain.visits import (
    OFF,
    PHONE_WORRIES,
    VISIT,
    Outcome,
    answers_for,
    chosen_children,
    findings,
    found_by_words,
    needs_of,
    outcome,
)

MISTAKEN = "上次记错了"
Asked = tuple[list[str], list[list[tuple[str, Button]]]]

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


# --- keeping ---


def submit(work: Work, answers: Answers, kept: Kept) -> None:
    """One submission: a contact per child, its findings as issues, the due days of these children anew."""
    me = work.demand(Action.LOG_CONTACT)
    batch, corrects = new_id(), answers.get("replaces")
    codes = work.visible(Action.LOG_CONTACT)
    entries = [children.by_file_no(work.conn, file_no, codes) for file_no in chosen_children(answers)]
    found = [entry.child for entry in entries if entry is not None]
    if len(found) != len(entries):
        raise Refused("visit.problem.not_yours")
    before = _records(work, corrects)
    replaced = _replaced(work, corrects, before)
    kept_answers = {key: answer for key, answer in answers.items() if key not in ("maybe", "days", "line", "was")}
    for key in {"phone_due", "phone_aside"} & set(kept_answers):  # of this child only: a correction asks no more
        kept_answers[key] = [one for one in kept_answers[key] if one == answers.get("child")]
    remembered = heard.to_keep(kept.heard, answers) if kept.heard else {}
    happened = {}
    for child in found:
        own = answers_for(answers, child.file_no)
        happened[child.id] = outcome(own)
        content = content_of(own) | {"answers": kept_answers} | ({"heard": remembered} if remembered else {})
        contact = _keep(work, me, child, happened[child.id], content, batch, replaced.pop(child.id, None))
        _open_issues(work, me, child, own, contact, kept)
        work.note("contact.kept", f"child:{child.id}", kind=contact.kind.value, batch=batch)
    for old in replaced.values():  # a child the corrected version no longer names
        contacts.withdraw(work.conn, old)
    if before:
        work.note("contact.corrected", f"contact:{before[0].contact.id}", by=batch)
        read_counts.count_late(work, before[0], answers, found[0].unit)
    elif kept.heard:
        read_counts.count(work, kept.heard, answers, found[0].unit)
    touched = {child.id for child in found} | {record.contact.child_id for record in before}
    child_due.refresh_due(work.conn, touched, work.policy)
    phone = _keep_phone(work, me, found, answers)
    photos = keep_photos(work, answers["photos"], batch, found) if answers.get("photos") else ([], [])
    _say_kept(work, found, happened, batch, corrected=bool(corrects), photos=photos, phone=phone)
    _after(work, answers)
    parents_calling.offer(work, found)
    heard.next_card(work)


def _keep(
    work: Work, me: Me, child: Child, happened: Outcome, content: Answers, batch: str, replaces: str | None
) -> Contact:
    role = Role.CHILD_DIRECTOR if me.with_role(Role.CHILD_DIRECTOR) is not None else Role.SUPERVISOR
    contact = Contact(
        new_id(), child.id, happened.day, happened.kind, happened.reached, happened.child_seen, role, me.person_id
    )
    contacts.put(
        work.conn, contact, content, work.now, batch=batch, parents_called=happened.parents_called,
        replaces=replaces, demo=work.demo,
    )  # fmt: skip
    return contact


def _open_issues(work: Work, me: Me, child: Child, own: Answers, contact: Contact, kept: Kept) -> None:
    """What was found and what is needed, each until it is solved; a need in the worker's own words where there are any."""
    for kind, words in findings(own):
        issues.put(
            work.conn, child.id, kind, words or "", me.person_id, contact.day, contact_id=contact.id,
            help_wanted=own.get("help") == "town", demo=work.demo,
        )  # fmt: skip
    for need in needs_of(own):
        label, said = work.say(f"visit.needs.{need}"), heard.need_words(kept.heard, need)
        issues.put(
            work.conn, child.id, "aid", work.say("visit.need_said", need=label, words=said) if said else label,
            me.person_id, contact.day, contact_id=contact.id, demo=work.demo,
        )  # fmt: skip


def _keep_phone(work: Work, me: Me, found: list[Child], answers: Answers) -> Asked:
    """The word of this term, and where it is not well what to say at home and who else can help (plan task 16)."""
    said = answers.get("phone") or answers.get("phone_too")
    one = next((child for child in found if child.file_no == answers.get("child")), None)
    if said is None or one is None:
        return [], []
    day = date.fromisoformat(answers["day"])
    phone_talks.put(work.conn, one.id, said, day, work.now, by=me.person_id, demo=work.demo)
    if said not in PHONE_WORRIES:
        return [], []
    cells: list[tuple[str, Button]] = [
        (work.say("visit.phone_talk"), do("guidance.topic", "phone", one.file_no)),
        (work.say("visit.phone_refer"), do("referral.kind", "online", one.file_no)),
    ]
    return [work.say(f"visit.phone_tip.{said}")], [cells]


def _records(work: Work, batch: str | None) -> list[contacts.Record]:
    return contacts.of_batch(work.conn, batch) if batch else []


def _replaced(work: Work, batch: str | None, records: list[contacts.Record]) -> dict[str, str]:
    """child id → the record this one replaces. Raises Refused if somebody corrected it meanwhile."""
    if batch and not any(record.replaced_by is None for record in records):
        raise Refused("visit.problem.already_corrected")
    for record in records:
        issues.withdraw(work.conn, record.contact.id, work.today)
    return {record.contact.child_id: record.contact.id for record in records if record.replaced_by is None}


def _say_kept(
    work: Work,
    found: list[Child],
    happened: dict[str, Outcome],
    batch: str,
    *,
    corrected: bool,
    photos: Asked,
    phone: Asked,
) -> None:
    names = "、".join(child.name for child in found[:6])
    if len(found) > 6:
        names += work.say("visit.and_more", count=len(found))
    day = day_words(work, next(iter(happened.values())).day)
    lines = [work.say("visit.corrected" if corrected else "visit.kept", who=names, day=day)]
    missed = [child.name for child in found if not happened[child.id].reached]
    unseen = [
        child.name
        for child in found
        if (one := happened[child.id]).reached and one.kind is Kind.HOME_VISIT and not one.child_seen
    ]
    for who, key in ((missed, "visit.not_reached"), (unseen, "visit.incomplete")):
        if who:
            lines.append(work.say(key) if len(who) == len(found) else work.say(f"{key}_some", who="、".join(who)))
    if len(found) == 1:
        entry = children.by_id(work.conn, found[0].id, work.visible(Action.LOG_CONTACT))
        if entry is not None and entry.contact_due and entry.visit_due:
            late = entry.visit_due < work.today
            lines.append(
                work.say(
                    "visit.next_visit_late" if late else "visit.next",
                    contact=day_words(work, entry.contact_due),
                    visit=day_words(work, entry.visit_due),
                    days=(work.today - entry.visit_due).days,
                )
            )
    more: Rows = ()
    if len(found) == 1 and missed:
        said, more = next_step(work, found[0])
        lines += said
    quiet = bool(photos[0] or corrected or missed or phone[0])  # one small thing at a time
    asked = photos if quiet else one_question(work, found)
    lines += [*phone[0], *asked[0]]
    rows: Rows = [
        *more,
        *phone[1],
        *asked[1],
        [(work.say("visit.again"), do("go", "visit")), (work.say("visit.to_today"), do("go", "today"))],
        [(work.say("visit.fix"), do("visit.fix", batch)), (work.say("visit.drop"), do("visit.drop", batch))],
    ]
    work.show("\n".join(lines), rows)


def _after(work: Work, answers: Answers) -> None:
    """A finding that asks for more than a record: help from the town goes up, by file number only."""
    if answers.get("help") != "town" or work.me is None:
        return
    numbers = "、".join(chosen_children(answers))
    for chat in work.chats_above(Action.LOG_CONTACT):
        see = [[(work.say("visit.see"), do("child.open", chosen_children(answers)[0]))]]
        work.tell(chat, work.say("visit.help_asked", numbers=numbers), see)


# --- correcting ---


def last(work: Work, words: str) -> None:
    """上次记错了: the last record, with what can be done about it; with words behind it, put right as they say."""
    me = work.demand(Action.LOG_CONTACT)
    known = heard.roster(work)
    correction = read_correction(f"{MISTAKEN} {words}", work.local.replace(tzinfo=None), known) if words else None
    records = contacts.latest_by(work.conn, me.person_id)
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
    for record in contacts.of_batch(work.conn, batch):
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
    """The record if it is this person's own and still in force. Raises Refused."""
    me = work.demand(Action.LOG_CONTACT)
    records = contacts.of_batch(work.conn, batch)
    mine = [record for record in records if record.contact.by_person == me.person_id]
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
            submit,
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
