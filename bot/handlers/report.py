"""强制报告: the emergency card first, then the questions, then the number and the desks it goes to.

The bot is a helper and a record, never the report itself: it says 已登记 and 已转给, and leaves 签收 to a person.
Source: 未成年人保护法 art. 11; plan task 6; domain.md 1.8, 1.10.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from html import escape
from typing import Any, NamedTuple

from bot import flow
from bot.buttons import Resume, Start, do, short
from bot.drill_places import places
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Rows, Work
from db import attachments, children, drafts, people, reports
from db.outbox import Urgency
from db.reports import Report, Sent
from domain import access
from domain.access import Action
from domain.children import Child
from domain.forms import Answers, World
from domain.people import UnitKind
from domain.reading.names import How, search
from domain.reports import form as report_form
from domain.reports import situations
from domain.reports.case import Act, Event, Part
from domain.reports.conflict import Conflict, conflict_of

BUTTONS_FROM_ROSTERS_OF = 3  # units: a director sees the children as buttons, a town types the name
SHOWN_OF_A_LONG_TEXT = 600
_SURE = (How.NAME, How.FILE_NO, How.GIVEN, How.SOUND, How.PINYIN, How.PART, How.INITIALS)


# --- the numbers, always first ---


def dial(work: Work, number: str) -> str:
    """Tap to dial on our own page; Telegram makes no tel: links, so there it stands out in bold."""
    if work.links_tel:
        return f'<a href="tel:{escape(re.sub(r"[^0-9+]", "", number))}">{escape(number)}</a>'
    return f"<b>{escape(number)}</b>"


def emergency_card(work: Work) -> str:
    lines = [work.say("report.emergency")]
    lines += [work.say(f"report.number.{number}", number=dial(work, number)) for number in ("110", "120", "12345")]
    for key, number in work.phones.items():
        name = work.words.find(f"report.phone.{key}") or key
        lines.append(work.say("report.number.own", number=dial(work, number), name=escape(name)))
    return "\n".join(lines)


def _help_lines(work: Work, answers: Answers) -> list[str]:
    numbers = situations.help_lines(answers)
    return [work.say(f"report.number.{number}", number=dial(work, number)) for number in numbers]


def _heading(work: Work, here: World, answers: Answers) -> str:
    """110 is on every screen of the form; in full size as long as it matters most."""
    drill = [work.say("report.drill.title")] if answers.get("drill") else []
    if "safe" not in answers:
        return "\n".join([*drill, emergency_card(work)])
    if situations.in_danger(answers) and "called" not in answers:
        now = work.say("report.call_now", police=dial(work, "110"), doctor=dial(work, "120"), silent=dial(work, "12110"))
        return "\n".join([*drill, now])
    danger = situations.in_danger(answers) and not report_form.has_called(answers)
    card = [work.say(f"report.card.{situations.card(answers)}")] if answers.get("kind") else []
    line = work.say("report.still_call" if danger else "report.any_time", police=dial(work, "110"), doctor=dial(work, "120"))
    return "\n".join([*drill, line, *card, *_help_lines(work, answers)])


# --- opening ---


def _report(work: Work, words: str) -> None:
    """/report, perhaps with a file number (from a child's card) or with what was seen behind it."""
    work.demand(Action.REPORT)
    waiting = [kept for kept in drafts.of_chat(work.conn, work.chat_id) if kept.draft.form == "report"]
    if words:
        entry = children.by_file_no(work.conn, words.upper(), work.visible(Action.SEE_CHILD))
        known = {"child": entry.child.id} if entry else {"seen": words[: report_form.MOST_WORDS]}
        flow.begin(work, "report", known)
    elif waiting:
        rows: list[list[tuple[str, Resume | Start]]] = [
            [
                (
                    work.say("report.resume", when=kept.touched_at.astimezone(work.local.tzinfo).strftime("%m-%d %H:%M")),
                    Resume(short(kept.id), "report"),
                )
            ]
            for kept in waiting[:5]
        ]
        rows.append([(work.say("report.fresh"), Start("report"))])
        text = work.say("report.half_filled", count=len(waiting))
        work.reply(emergency_card(work) + "\n\n" + text, rows, html=True)
    else:
        flow.begin(work, "report")


def _begun(work: Work) -> None:
    work.note("report.begun")


def _unwanted(work: Work) -> None:
    attachments.drop(work.conn, [file.id for file in work.files])
    work.note("report.photo_refused", count=len(work.files))


# --- what the form may know ---


class _Named(NamedTuple):
    id: str
    name: str
    file_no: str
    guardian_names: Sequence[str] = ()


def _facts(work: Work) -> Mapping[str, Any]:
    """Roster and look-up are functions: a county's roster is opened only when somebody types a name."""
    codes = work.visible(Action.SEE_CHILD)

    def everybody() -> list[Child]:
        return [entry.child for entry in children.in_units(work.conn, codes)]

    def roster() -> list[tuple[str, str]]:
        if not codes or len(codes) > BUTTONS_FROM_ROSTERS_OF:
            return []
        found = everybody()
        names = [child.name for child in found]
        return [(one.id, one.name if names.count(one.name) == 1 else f"{one.name} {one.file_no[-4:]}") for one in found]

    def find(words: str) -> list[tuple[str, str]]:
        named = [_Named(child.id, child.name, child.file_no) for child in (everybody() if codes else ())]
        hits = [match for match in search(words, named) if match.how in _SURE]
        best = {match.id for match in hits if match.rank == hits[0].rank}
        return [(one.id, f"{one.name}（{one.file_no}）") for one in named if one.id in best]

    person = people.person(work.conn, work.me.person_id) if work.me else None
    return {"roster": roster, "find": find, "phone": person.phone if person else None, "villages": partial(places, work)}


def _value(work: Work, here: World, key: str, value: Any, answers: Answers) -> str | None:
    if value is None or key in ("draft", "drill") or (key == "kind" and answers.get("exact")):
        return ""  # what was passed over is not listed
    if key == "called" and answers.get("police"):
        return ""  # asked again later: the later answer counts
    if key == "village":
        return work.tree.path_name(value)
    if key == "child" and isinstance(value, list):
        return work.say("report.not_listed", who=value[1])
    if key == "child" and value not in ("other", "outside"):
        child = _child(work, answers)
        return (f"{child.name}（{child.file_no}）" if _in_sight(work, child) else child.file_no) if child else ""
    if key in ("called", "police"):
        if value[0] != "called":
            return work.say("report.called.not_yet")
        return work.say("report.called_at", when=value[1][11:16], receipt=value[2] if len(value) > 2 else "").strip()
    if key == "paper":
        return work.say("report.papers", count=len(value))
    if key in ("seen", "more") and len(value) > SHOWN_OF_A_LONG_TEXT:
        return work.say("report.long", start=value[:SHOWN_OF_A_LONG_TEXT], length=len(value))
    return None


def _child(work: Work, answers: Answers) -> Child | None:
    """The child named while it was on the reporter's list. It stays the one reported wherever it lives by now, and
    whatever post the reporter holds by now: a report without its child helps nobody."""
    said = answers.get("child")
    if not isinstance(said, str) or said in ("other", "outside"):
        return None
    entry = children.by_ids(work.conn, [said]).get(said)
    return entry.child if entry else None


def _in_sight(work: Work, child: Child) -> bool:
    return child.unit in work.visible(Action.SEE_CHILD)


def _extra(work: Work, tail: str) -> Rows:
    return [[(work.say("report.mistaken"), do("report.mistaken", tail))]]


# --- 确认 ---


def _submit(work: Work, answers: Answers, kept: drafts.Kept) -> None:
    report = _file(work, answers)
    me = access.demand(work.me, Action.REPORT)
    called_at, receipt = report_form.called_at(answers)
    _put(work, report, Event(Act.FILED, work.now, person=me.person_id))
    if called_at:
        _put(work, report, Event(Act.CALLED, work.now, person=me.person_id, note=receipt, detail={"said": called_at}))
    sent = reports.send_out(work.conn, report, work.now, demo=work.demo)
    for other in reports.same_matter(work.conn, report):
        reports.link(work.conn, report, other, work.now, by=me.person_id, demo=work.demo)
    for other in reports.look_alike(work.conn, report):  # nobody says so but the bot: a person at a desk looks
        reports.link(work.conn, report, other, work.now, guess=True, demo=work.demo)
    reports.keep_papers(work.conn, answers.get("paper") or (), report.id)
    work.note("report.filed", f"report:{report.id}", urgent=report.urgent)
    _push(work, report, sent)
    _tell_reporter(work, report, answers, sent)


def _file(work: Work, answers: Answers) -> Report:
    me, child = work.demand(Action.REPORT), _child(work, answers)
    age = child.age_on(work.today) if child else None
    situation = situations.situation_of(answers, child.sex if child else None, age)
    mine = [post.unit.code for post in me.posts if post.unit.kind not in (UnitKind.COUNTY, UnitKind.DEPARTMENT)]
    content = {**answers, "places": mine, "file": _file_of(child) if child else None}
    return reports.file(
        work.conn, me.person_id, content, work.now, situation=situation.code,
        urgent=situations.is_urgent(answers, situation), conflict=conflict_of(answers),
        child_id=child.id if child else None, unit=child.unit if child else answers.get("village") or next(iter(mine), None),
        drill=answers.get("drill") == "yes", demo=work.demo,
    )  # fmt: skip


def _file_of(child: Child) -> dict[str, Any]:
    """What the case team must know of the child, as it stood on the day: departments have no roster."""
    carers = [one for one in child.guardians if one.carer] or list(child.guardians[:1])
    return {
        "name": child.name, "file_no": child.file_no, "sex": child.sex.value if child.sex else None,
        "born": child.birth_date.isoformat() if child.birth_date else None, "unit": child.unit,
        "address": child.address, "school": child.school, "labels": [one.value for one in child.labels],
        "disability": child.disability,
        "carers": [{"name": one.name, "relation": one.relation.value, "phone": one.phone} for one in carers],
    }  # fmt: skip


def _put(work: Work, report: Report, event: Event) -> None:
    reports.put_event(work.conn, report, event, demo=work.demo)


def _push(work: Work, report: Report, sent: Sent) -> None:
    """Number and urgency, nothing else: what is behind the button is written into the journal (domain.md 1.10)."""
    urgency = work.say("report.urgent" if report.urgent else "report.ordinary")
    rows: Rows = [[(work.say("case.look"), do("case.open", report.id, "news"))]]
    holes = {"number": report.number, "urgency": urgency, "to": _names(work, sent.units)}
    for one in reports.audience(work.conn, report):
        if one.seat.part is Part.REPORTER:
            continue
        copy = one.seat.part is Part.WATCHER and "." in (one.seat.unit or "")
        drill = work.say("case.drill") if report.drill else ""
        lines = [drill + work.say("report.push.copy" if copy else f"report.push.{one.seat.part.value}", **holes)]
        if sent.vacant and one.seat.county:
            lines.append(work.say("report.push.vacant", units=_full_names(work, sent.vacant)))
        outside = one.seat.county and report.content.get("child") == situations.OUTSIDE
        if outside:
            lines.append(work.say("report.push.outside"))
        move: Rows = [[(work.say("case.do.transferred"), do("case.act", report.id, Act.TRANSFERRED.value))]]
        work.tell(one.chat_id, "\n".join(lines), [*rows, *move] if outside else rows, urgency=Urgency.EMERGENCY)


def _tell_reporter(work: Work, report: Report, answers: Answers, sent: Sent) -> None:
    reached = bool(reports.staffed(work.conn, sent.units))
    lines = [work.say("report.drill.title")] if report.drill else []
    lines.append(work.say("report.filed", number=report.number))
    if reached:
        lines.append(work.say("report.sent", to=_names(work, sent.units)))
    if sent.vacant:
        lines.append(work.say("report.vacant", units=_full_names(work, sent.vacant)))
    if not reached:
        lines.append(work.say("report.nobody", police=dial(work, "110"), county=dial(work, "12345")))
    if report.conflict is not Conflict.NONE:
        lines.append(work.say(f"report.around.{report.conflict.value}"))
    if answers.get("child") == "outside":
        lines.append(work.say("report.outside"))
    if _knows_of_another(work, report):
        lines.append(work.say("report.linked"))
    called = report_form.has_called(answers)
    danger = situations.in_danger(answers)
    if not called:
        key = "report.not_called_danger" if danger else "report.not_called"
        lines.append(work.say(key, police=dial(work, "110")))
    lines += _help_lines(work, answers)
    rows: list[list[tuple[str, Any]]] = []
    if not called:
        rows.append([(work.say("report.called.called"), do("case.act", report.id, Act.CALLED.value))])
    if left_open := report_form.left_open(answers):
        rows.append([(work.say("case.rest", count=len(left_open)), do("case.rest", report.id))])
    rows.append([(work.say("case.progress"), do("case.open", report.id))])
    work.show("\n".join(lines), rows, html=True)
    work.reply(work.say("report.steps"))


def _knows_of_another(work: Work, report: Report) -> bool:
    """Another report about the same child that this reporter may open: of any other nothing is said."""
    me = work.demand(Action.REPORT)
    return any(reports.desk_of(work.conn, one, me) is not None for one in reports.same_matter(work.conn, report))


def _names(work: Work, units: Sequence[str]) -> str:
    """Short names: 公安, 教育; the county's own code is the county bureau."""
    slugs = [(unit.partition(".")[2] or "county", unit) for unit in units]
    return "、".join(work.words.find(f"case.unit.{slug}") or work.tree.path_name(unit) for slug, unit in slugs)


def _full_names(work: Work, units: Sequence[str]) -> str:
    return "、".join(work.tree.path_name(unit) for unit in units)


# --- 误触 ---


def _ask_why_mistaken(work: Work, tail: str) -> None:
    if _draft(work, tail) is None:
        work.toast(work.say("form.gone", what=work.say("form.name.report")))
        return
    work.toast()
    flow.begin(work, "mistaken", {"draft": tail})


def _draft(work: Work, tail: str) -> drafts.Kept | None:
    kept = drafts.of_chat(work.conn, work.chat_id)
    return next((one for one in kept if one.draft.form == "report" and short(one.id) == tail), None)


def _close_mistaken(work: Work, answers: Answers, kept: drafts.Kept) -> None:
    """The report stays, with its number and the reason, and asks nothing of anybody."""
    draft = _draft(work, answers["draft"])
    if draft is None or not drafts.take_away(work.conn, draft.id):
        work.show(work.say("form.gone", what=work.say("form.name.report")))
        return
    me = work.demand(Action.REPORT)
    report = _file(work, draft.draft.answers)
    reason = work.words.find(f"mistaken.reason.{answers['reason']}") or answers["reason"]
    _put(work, report, Event(Act.MISTAKEN, work.now, person=me.person_id, note=reason))
    work.note("report.mistaken", f"report:{report.id}")
    work.show(work.say("mistaken.closed", number=report.number))


SUBJECT = Subject(
    "report",
    commands=(Command("report", _report, Action.REPORT, ("报告", "强制报告")),),
    conversations=(
        Conversation(
            report_form.REPORT, _submit, Action.REPORT, facts=_facts, value=_value, heading=_heading, begun=_begun,
            spill="more", html=True, extra=_extra, unwanted=_unwanted,
        ),
        Conversation(report_form.MISTAKEN, _close_mistaken, Action.REPORT, value=_value),
    ),
    presses={"report.mistaken": Press(_ask_why_mistaken, Action.REPORT)},
)  # fmt: skip
