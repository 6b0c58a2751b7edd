"""A confirmed visit is kept: a contact per child, what was found and is needed as issues, and what is said then."""

from __future__ import annotations

from datetime import date

from bot import heard, parents_calling, read_counts
from bot.buttons import Button, do
from bot.file_news import one_question
from bot.not_reached import next_step
from bot.photo_consent import keep_photos
from bot.visit_card import content_of, day_words
from bot.work import Refused, Rows, Work
from db import child_due, children, contacts, issues, phone_talks
from db.drafts import Kept
from db.types import new_id
from domain.access import Action
from domain.children import Child
from domain.contacts import Contact, Kind
from domain.forms import Answers
from domain.people import Me, Role
from domain.visit_children import chosen_children
from domain.visit_findings import Outcome, answers_for, findings, needs_of, outcome
from domain.visits import PHONE_WORRIES

Asked = tuple[list[str], list[list[tuple[str, Button]]]]


def keep(work: Work, answers: Answers, kept: Kept) -> None:
    """One submission: a contact per child, its findings as issues, the due days of these children anew."""
    me = work.demand(Action.LOG_CONTACT)
    batch, corrects = new_id(), answers.get("replaces")
    codes = work.visible(Action.LOG_CONTACT)
    entries = [children.by_file_no(work.conn, file_no, codes) for file_no in chosen_children(answers)]
    found = [entry.child for entry in entries if entry is not None]
    if len(found) != len(entries):
        raise Refused("visit.problem.not_yours")
    before = records_of(work, corrects)
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
        contact = _keep_contact(work, me, child, happened[child.id], content, batch, replaced.pop(child.id, None))
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


def _keep_contact(
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


def records_of(work: Work, batch: str | None) -> list[contacts.Record]:
    """The records of one submission, as far as their children are still this person's."""
    return contacts.of_batch(work.conn, batch, work.visible(Action.LOG_CONTACT)) if batch else []


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
