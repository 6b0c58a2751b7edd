"""A child's card and what is behind its buttons: reasons, phone numbers, records. Every look is journaled."""

from __future__ import annotations

from html import escape
from typing import Any

from bot import national_sync
from bot.buttons import do, short
from bot.reminders.rules import day_words, duty_words, fact_words, why_words
from bot.work import Refused, Work, in_twos
from db import attachments, children, contacts, duties, file_rules, issues, merging, moves, parents_calls
from domain.access import Action, allowed
from domain.agreements import needs_agreement
from domain.children import Child, Guardian
from domain.duties import SUPERVISOR_CONTACT, OpenDuty, why
from domain.identity import mask_id, mask_phone
from domain.people import Role
from domain.roster.columns import LABEL_WORDS, RELATION_WORDS

LAST = 3
RECORDS = 10
Button = tuple[str, Any]


def open_card(work: Work, file_no: str) -> None:
    """Say a child's card. Phone numbers masked, address and notes behind buttons; every opening is journaled."""
    entry = entry_of(work, file_no)
    one = entry.child
    work.note("child.read", f"child:{one.id}")
    work.toast()
    lines = [*_who(work, one), *_people(work, one)]
    lines += _school(work, one)
    owed = _owed(work, one)
    lines += [work.say("child.due", due=duty_words(work.words, duty, work.today), fact=_fact(work, duty)) for duty in owed]
    latest = contacts.latest(work.conn, one.id, LAST)
    lines.append(work.say("child.last", last="；".join(brief(work, record) for record in latest)) if latest else work.say("child.never"))
    if carried := national_sync.card_line(work, entry):
        lines.append(carried)
    if going := moves.open_of_child(work.conn, one.id):
        lines.append(work.say("move.waits", to=work.tree.path_name(going.to_unit), before=work.tree.path_name(going.from_unit)))
    open_issues = issues.open_of_child(work.conn, one.id)
    if open_issues:
        lines.append(work.say("child.open_issues", count=len(open_issues)))
    if needs_agreement(one, work.today) and parents_calls.not_asked(work.conn, [one.unit], work.today, one.id):
        lines.append(work.say("child.not_asked"))
    if allowed(work.me, Action.CHANGE_FILE, one.unit) and (asked := sum(each.presses for each in file_rules.asked(work.conn, one, work.today))):
        lines.append(work.say("file.rules", count=asked))
    # below, not in place: a list of children or a notice stays, to go on with
    buttons = _buttons(work, one, owed=bool(owed), records=bool(latest), problems=len(open_issues))
    work.reply("\n".join(lines), [*buttons, *_photo_buttons(work, one, latest)])


def entry_of(work: Work, file_no: str) -> children.Entry:
    """The file with this number, if this person may see it. Raises Refused."""
    entry = children.by_file_no(work.conn, file_no, work.visible(Action.SEE_CHILD))
    if entry is None:
        raise Refused("child.not_yours")
    return entry


def _who(work: Work, one: Child) -> list[str]:
    sex = work.say(f"child.sex.{one.sex.value}") if one.sex else ""
    icon = work.say(f"child.icon.{one.sex.value}" if one.sex else "child.icon.unknown")
    age = one.age_on(work.today)
    years = work.say("child.age", age=age, born=one.birth_date) if age is not None else work.say("child.age_unknown")
    tier = work.say("child.tier", mark=work.say(f"reminders.tier.{one.tier.value}"), tier=work.say(f"why.tier.{one.tier.value}"))
    labels = "、".join(LABEL_WORDS[label] for label in one.labels)
    lines = [
        work.say("child.name", icon=icon, name=one.name, sex=sex, years=years),
        work.say("child.file", number=one.file_no, place=work.tree.path_name(one.unit)),
        work.say("child.labels", tier=tier, labels=labels) if labels else tier,
    ]
    if one.closed_on is not None:
        lines.append(work.say("child.closed", day=day_words(work.words, one.closed_on, work.today)))
        if merged := merging.points_to(work.conn, one.id):
            lines.append(work.say("duplicates.points", number=merged[1]))
    elif one.paused_until is not None and one.paused_until >= work.today:
        lines.append(work.say("child.paused", day=day_words(work.words, one.paused_until, work.today)))
    return lines


def _people(work: Work, one: Child) -> list[str]:
    return [_person(work, person, mask_phone(person.phone) if person.phone else "") for person in _in_order(one)]


def _in_order(one: Child) -> list[Guardian]:
    return sorted(one.guardians, key=lambda person: not person.carer)


def _person(work: Work, person: Guardian, phone: str) -> str:
    relation = RELATION_WORDS[person.relation]
    role = work.say("child.carer", relation=relation) if person.carer else relation
    parts = [person.name or work.say("child.no_name"), phone]
    if person.state and person.state not in ("正常", "外出务工"):
        parts.append(person.state)
    if person.away:
        parts.append(work.say("child.away_at", place=person.work_place) if person.work_place else work.say("child.away"))
    return work.say("child.person", role=role, person=" ".join(part for part in parts if part))


def _school(work: Work, one: Child) -> list[str]:
    parts = [part for part in (one.school, one.grade, work.say("child.boarding") if one.boarding else None) if part]
    said = " ".join(parts) or one.school_status
    health = [part for part in (one.health, one.disability) if part and part != "健康"]
    lines = [work.say("child.school", school=said)] if said else []
    return lines + ([work.say("child.health", health="、".join(health))] if health else [])


def _owed(work: Work, one: Child) -> list[OpenDuty]:
    """The next due days; the supervisor's own only for those it concerns."""
    director = work.me is not None and work.me.with_role(Role.CHILD_DIRECTOR) is not None
    owed = duties.of_child(work.conn, one.id, work.today, work.policy)
    return [duty for duty in owed if duty.duty is not SUPERVISOR_CONTACT or not director]


def _fact(work: Work, duty: OpenDuty) -> str:
    return fact_words(work.words, why(duty, work.policy), work.today)


def brief(work: Work, record: contacts.Record) -> str:
    """One record in a line: day, how, by whom."""
    contact = record.contact
    key = "child.brief" if contact.reached else "child.brief_not_reached"
    return work.say(
        key, day=day_words(work.words, contact.day, work.today), how=work.say(f"why.how.{contact.kind.value}"),
        role=work.say(f"role.{contact.by_role.value}"),
    )  # fmt: skip


def _buttons(work: Work, one: Child, *, owed: bool, records: bool, problems: int) -> list[list[Button]]:
    number = one.file_no
    if one.closed_on is not None and (merged := merging.points_to(work.conn, one.id)):
        return _merged_buttons(work, one, merged)
    cells: list[Button] = []
    if one.closed_on is None and allowed(work.me, Action.LOG_CONTACT, one.unit):
        cells.append((work.say("child.log"), do("visit.start", number)))
    if allowed(work.me, Action.SEE_SENSITIVE, one.unit):
        cells.append((work.say("child.phone"), do("child.phone", number)))
    cells.append((work.say("child.file_button"), do("file.open", number)))
    if allowed(work.me, Action.EXPORT, one.unit) and allowed(work.me, Action.SEE_SENSITIVE, one.unit):
        cells.append((work.say("child.print"), do("print.choose", number)))
    if records:
        cells.append((work.say("child.records"), do("child.records", number)))
    if problems:
        cells.append((work.say("child.issues", count=problems), do("child.issues", number)))
    if owed:
        cells.append((work.say("child.why"), do("child.why", number)))
    if allowed(work.me, Action.SET_TIER, one.unit):
        cells.append((work.say("child.risk"), do("tier.show", number)))
    if allowed(work.me, Action.LOG_CONTACT, one.unit):
        cells.append((work.say("child.change"), do("change.choose", number)))
    if needs_agreement(one, work.today):
        cells.append((work.say("child.agreement"), do("agreement.of", number)))
    if one.closed_on is None and allowed(work.me, Action.REFER, one.unit):
        cells.append((work.say("key.need"), do("referral.for", number)))
    cells.append((work.say("key.report"), do("go", "report", number)))
    return in_twos(cells)


def _merged_buttons(work: Work, one: Child, merged: tuple[str, str]) -> list[list[Button]]:
    """A file made one with another: the way to that one, and back from the merge; work goes on over there."""
    merge_id, kept = merged
    rows: list[list[Button]] = [
        [(work.say("duplicates.open"), do("child.open", kept)), (work.say("child.file_button"), do("file.open", one.file_no))]
    ]
    if allowed(work.me, Action.IMPORT_ROSTER, one.unit):
        rows.append([(work.say("duplicates.undo"), do("dup.undo", merge_id))])
    return rows


def reasons(work: Work, file_no: str) -> None:
    """为什么到期: rule, last fact, tier and source for each due day."""
    one = entry_of(work, file_no).child
    work.note("child.read", f"child:{one.id}")
    work.toast()
    said = [why_words(work.words, why(duty, work.policy), work.today) for duty in _owed(work, one)]
    work.reply("\n\n".join([work.say("child.why_title", number=file_no), *said]), [back_to(work, file_no)])


def back_to(work: Work, file_no: str) -> list[Button]:
    """A row with the way back to the card."""
    return [(work.say("child.back"), do("child.open", file_no))]


def phone(work: Work, file_no: str) -> None:
    """Full numbers and the address, for whoever must call or go there; the ID number stays masked (domain.md 5)."""
    one = entry_of(work, file_no).child
    work.demand_in(Action.SEE_SENSITIVE, one.unit)
    work.note("child.sensitive", f"child:{one.id}")
    work.toast()
    lines = [work.say("child.sensitive", name=escape(one.name), number=one.file_no)]
    for person in _in_order(one):
        if person.phone:
            plain = Guardian(person.relation, escape(person.name), carer=person.carer)
            lines.append(_person(work, plain, dial(work, person.phone)))
    if len(lines) == 1:
        lines.append(work.say("child.no_phone"))
    lines.append(work.say("child.address", address=escape(one.address or "") or work.say("child.unknown")))
    if one.id_no:
        lines.append(work.say("child.id_no", id_no=mask_id(one.id_no)))
    work.reply("\n".join(lines), [back_to(work, file_no)], html=True)


def dial(work: Work, number: str) -> str:
    """Tap to dial on our own page; Telegram makes no tel: links, so there it stands out in bold."""
    number = escape(number)
    return f'<a href="tel:{number}">{number}</a>' if work.links_tel else f"<b>{number}</b>"


# --- what was recorded ---


def records(work: Work, file_no: str) -> None:
    """The last records with everything written in them."""
    one = entry_of(work, file_no).child
    work.note("child.records", f"child:{one.id}")
    work.toast()
    latest = contacts.latest(work.conn, one.id, RECORDS)
    said = [_record(work, record) for record in latest] or [work.say("child.never")]
    rows = [*_photo_buttons(work, one, latest), back_to(work, file_no)]
    work.reply("\n\n".join([work.say("child.records_of", name=one.name, number=one.file_no), *said]), rows)


def _photo_buttons(work: Work, one: Child, found: list[contacts.Record]) -> list[list[Button]]:
    """看照片, one for each record that holds some. They show homes and papers: for those who may see an address."""
    if not allowed(work.me, Action.SEE_SENSITIVE, one.unit):
        return []
    held = attachments.count_of(work.conn, [f"contact:{record.batch}" for record in found])
    cells: list[Button] = []
    for record in found:
        count = held.pop(f"contact:{record.batch}", 0)
        if count:
            day = day_words(work.words, record.contact.day, work.today)
            cells.append((work.say("child.photos", day=day, count=count), do("child.photos", one.file_no, short(record.batch))))
    return in_twos(cells)


def photos(work: Work, file_no: str, tail: str) -> None:
    """The pictures kept with a record of this child. Looked at, not passed on: protected, and journaled."""
    one = entry_of(work, file_no).child
    work.demand_in(Action.SEE_SENSITIVE, one.unit)
    record = next((each for each in contacts.latest(work.conn, one.id, RECORDS) if short(each.batch) == tail), None)
    kept = attachments.pictures(work.conn, f"contact:{record.batch}") if record else []
    if record is None or not kept:
        raise Refused("child.no_photos")
    work.toast()
    work.note("child.photos", f"child:{one.id}", count=len(kept))
    day = day_words(work.words, record.contact.day, work.today)
    for place, picture in enumerate(kept, 1):
        caption = work.say("child.photo", number=one.file_no, day=day, place=place, count=len(kept))
        work.photo(picture.content, picture.name, caption, [back_to(work, file_no)] if place == len(kept) else (), protected=True)


def _record(work: Work, record: contacts.Record) -> str:
    content, lines = record.content, [brief(work, record)]
    for key in ("met", "outcome"):
        label = content.get(key) and work.words.find(f"visit.{key}.{content[key]}")
        if label:
            lines.append(label)
    for key in ("state", "talks", "needs"):
        said = "、".join(work.words.find(f"visit.{key}.{one}") or str(one) for one in content.get(key) or [])
        if said:
            lines.append(work.say(f"visit.line.{key}", value=said))
    if content.get("phone") not in (None, "unsaid"):
        lines.append(work.say("visit.line.phone", value=work.say(f"visit.phone.{content['phone']}")))
    for key in ("worries", "wish", "note"):
        if content.get(key):
            lines.append(work.say(f"visit.line.{key}", value=content[key]))
    return "\n".join(lines)
