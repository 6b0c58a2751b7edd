"""走访: logging contacts and home visits, and correcting them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import update

from bot import flow, harm
from bot.buttons import do
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Refused, Rows, Work
from db import children, contacts, issues
from db.drafts import Kept
from db.models import attachments
from db.types import new_id
from domain.access import Action
from domain.contacts import Contact, Kind
from domain.forms import Answers, Invalid, World
from domain.people import Role
from domain.visits import (
    MANY,
    VISIT,
    Line,
    chosen_children,
    findings,
    found_by_words,
    line_of,
    outcome,
)

WEEKDAYS = "一二三四五六日"


def roster_of(work: Work) -> list[Line]:
    """The children this person may log contacts with."""
    return [_line(work, entry) for entry in children.in_units(work.conn, work.visible(Action.LOG_CONTACT))]


def _line(work: Work, entry: children.Entry) -> Line:
    child = entry.child
    unit = work.tree.get(child.unit)
    supervisor_only = work.me is not None and work.me.with_role(Role.CHILD_DIRECTOR) is None
    due = entry.supervisor_due if supervisor_only else min(
        (day for day in (entry.contact_due, entry.visit_due) if day), default=None
    )  # fmt: skip
    return Line(
        child.id, child.file_no, child.name, unit.name if unit else "", tuple(one.name for one in child.guardians),
        child.household or "", due, child.unit,
    )  # fmt: skip


def facts(work: Work) -> Mapping[str, Any]:
    today = work.today
    labels = [work.say(f"visit.day.{name}") for name in ("today", "yesterday", "before_yesterday")]
    three = date.fromordinal(today.toordinal() - 3)
    return {"roster": roster_of(work), "day_labels": [*labels, day_words(work, three)]}


def day_words(work: Work, day: date) -> str:
    """今天 / 11月15日 星期日; with the year when it is not this one."""
    if day == work.today:
        return work.say("visit.day.today")
    key = "visit.day.full" if day.year == work.today.year else "visit.day.year"
    weekday = work.say(f"visit.weekday.{day.weekday()}")
    return work.say(key, year=day.year, month=day.month, day=day.day, weekday=weekday)


def value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    """How an answer reads on the card."""
    if key == "child":
        return None if answer == MANY else _name(world, answer)
    if key in ("children", "siblings"):
        return "、".join(_name(world, one) for one in answer or []) or None
    if key == "day":
        return day_words(work, date.fromisoformat(answer))
    if key == "photos":
        return work.say("visit.photos", count=len(answer or []))
    if key == "replaces":
        return work.say("visit.replaces")
    return None


def _name(world: World, file_no: str) -> str:
    line = line_of(world, file_no)
    return f"{line.name}（{file_no[-4:]}）" if line else file_no


# --- opening ---


def visit(work: Work, words: str) -> None:
    """/visit, /visit 小虎: open the form, with the child known if the words name one."""
    if not words:
        flow.begin(work, "visit")
        return
    try:
        line = found_by_words(words, roster_of(work))
    except Invalid as problem:
        work.reply(work.say(problem.key, **problem.params))
        flow.begin(work, "visit")
        return
    flow.begin(work, "visit", {"child": line.file_no})


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


def _heading(work: Work, world: World, answers: Answers) -> str:
    """Who and when, on every screen of the form."""
    if "child" not in answers:
        return work.say("visit.heading")
    who = chosen_children(answers) if answers["child"] != MANY or "children" in answers else []
    names = "、".join(_name(world, one) for one in who[:4])
    if len(who) > 4:
        names += work.say("visit.and_more", count=len(who))
    return work.say("visit.heading_with", who=names or "…", day=day_words(work, date.fromisoformat(answers["day"])))


# --- keeping ---


def submit(work: Work, answers: Answers, kept: Kept) -> None:
    """One submission: a contact per child, its findings as issues, the due days of these children anew."""
    me = work.demand(Action.LOG_CONTACT)
    happened, batch = outcome(answers), new_id()
    codes = work.visible(Action.LOG_CONTACT)
    entries = [children.by_file_no(work.conn, file_no, codes) for file_no in chosen_children(answers)]
    found = [entry.child for entry in entries if entry is not None]
    if len(found) != len(entries):
        raise Refused("visit.problem.not_yours")
    replaced = _replaced(work, answers.get("replaces"))
    content = {key: answer for key, answer in answers.items() if key not in ("child", "children", "siblings", "replaces")}
    content["answers"] = answers
    director = me.with_role(Role.CHILD_DIRECTOR)
    role = Role.CHILD_DIRECTOR if director is not None else Role.SUPERVISOR
    for child in found:
        contact = Contact(
            new_id(), child.id, happened.day, happened.kind, happened.reached, happened.child_seen, role, me.person_id
        )
        contacts.put(
            work.conn, contact, content, work.now, batch=batch, parents_called=happened.parents_called,
            replaces=replaced.pop(child.id, None), demo=work.demo,
        )  # fmt: skip
        for kind, words in findings(answers):
            issues.put(
                work.conn, child.id, kind, words or "", me.person_id, happened.day, contact_id=contact.id,
                help_wanted=answers.get("help") == "town", demo=work.demo,
            )  # fmt: skip
        for need in answers.get("needs") or []:
            issues.put(
                work.conn, child.id, "aid", work.say(f"visit.needs.{need}"), me.person_id, happened.day,
                contact_id=contact.id, demo=work.demo,
            )  # fmt: skip
        work.note("contact.kept", f"child:{child.id}", kind=happened.kind.value, batch=batch)
    for old in replaced.values():  # a child the corrected version no longer names
        contacts.withdraw(work.conn, old)
    touched = {child.id for child in found}
    touched |= {record.contact.child_id for record in _records(work, answers.get("replaces"))}
    children.refresh_due(work.conn, touched, work.policy)
    _keep_photos(work, answers, batch)
    _say_kept(work, found, happened, batch, corrected=bool(answers.get("replaces")))
    _after(work, answers)


def _records(work: Work, batch: str | None) -> list[contacts.Record]:
    return contacts.of_batch(work.conn, batch) if batch else []


def _replaced(work: Work, batch: str | None) -> dict[str, str]:
    """child id → the record this one replaces. Raises Refused if somebody corrected it meanwhile."""
    records = _records(work, batch)
    if batch and not any(record.replaced_by is None for record in records):
        raise Refused("visit.problem.already_corrected")
    for record in records:
        issues.withdraw(work.conn, record.contact.id, work.today)
    return {record.contact.child_id: record.contact.id for record in records if record.replaced_by is None}


def _keep_photos(work: Work, answers: Answers, batch: str) -> None:
    ids = answers.get("photos") or []
    if ids:
        work.conn.execute(
            update(attachments)
            .where(attachments.c.id.in_(ids), attachments.c.chat_id == work.chat_id)
            .values(subject=f"contact:{batch}", person_id=work.me.person_id if work.me else None)
        )


def _say_kept(work: Work, found: list[Any], happened: Any, batch: str, *, corrected: bool) -> None:
    names = "、".join(child.name for child in found[:6])
    lines = [work.say("visit.corrected" if corrected else "visit.kept", who=names, day=day_words(work, happened.day))]
    if not happened.reached:
        lines.append(work.say("visit.not_reached"))
    elif happened.kind is Kind.HOME_VISIT and not happened.child_seen:
        lines.append(work.say("visit.incomplete"))
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
    rows: Rows = [
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
    """上次记错了: the last record, with what can be done about it."""
    me = work.demand(Action.LOG_CONTACT)
    records = contacts.latest_by(work.conn, me.person_id)
    if not records:
        work.reply(work.say("visit.nothing_yet"))
        return
    batch = records[0].batch
    ids = [record.contact.child_id for record in contacts.of_batch(work.conn, batch) if record.replaced_by is None]
    names = "、".join(entry.child.name for entry in children.by_ids(work.conn, ids).values())
    how = work.say(f"visit.how.{records[0].contact.kind.value}")
    work.reply(
        work.say("visit.last", who=names, day=day_words(work, records[0].contact.day), how=how),
        [[(work.say("visit.fix"), do("visit.fix", batch)), (work.say("visit.drop"), do("visit.drop", batch))]],
    )


def fix(work: Work, batch: str) -> None:
    """Open the record as a form again, filled as it was; confirming keeps the old version beside the new."""
    record = _own(work, batch)
    answers = dict(record.content.get("answers") or {})
    if not answers:
        raise Refused("visit.problem.no_form")
    work.toast()
    flow.begin(work, "visit", answers | {"replaces": batch})


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
    children.refresh_due(work.conn, ids, work.policy)
    work.toast()
    work.show(work.say("visit.dropped"))


def stay(work: Work) -> None:
    work.toast()
    work.show(work.say("visit.stays"))


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
        Command("last", last, Action.LOG_CONTACT, ("上次记错了", "记错了", "上次记错了 删掉"), menu=False),
    ),
    conversations=(
        Conversation(
            VISIT,
            submit,
            Action.LOG_CONTACT,
            facts=facts,
            value=value,
            heading=_heading,
            spill="note",
            hears=harm.hear,
            starts_with=lambda work: {"day": work.today.isoformat()},
        ),
    ),
    presses={
        "visit.start": Press(start_with, Action.LOG_CONTACT),
        "visit.fix": Press(fix, Action.LOG_CONTACT),
        "visit.drop": Press(drop, Action.LOG_CONTACT),
        "visit.dropped": Press(dropped, Action.LOG_CONTACT),
        "visit.stay": Press(stay, Action.LOG_CONTACT),
    },
)
