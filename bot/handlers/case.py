"""案件: what the desks and the reporter see of a report, and the steps they take.

Opening one is journaled. Somebody without a desk gets the same answer as for a report that does not exist.
Source: 未成年人保护法 art. 11 ¶3 (accept, handle, tell the reporter), art. 103; domain.md 1.6, 1.9.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot import flow
from bot.buttons import Button, do
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Rows, Work
from db import people, reports
from db.drafts import Kept
from db.outbox import Urgency
from db.reports import Listed, Listener, Report
from domain import access
from domain.access import Action
from domain.forms import Answers, World
from domain.people import UnitKind
from domain.reports import case
from domain.reports import form as report_form
from domain.reports.case import Act, Event, Impossible, Part, ReportState, Seat

A_PAGE = 10
AT_ONCE = (Act.RECEIVED, Act.CALLED)  # need no words
TOLD_TO_THE_REPORTER = (Act.ANSWER, Act.RETURNED, Act.REFUSED, Act.CLOSED, Act.MISTAKEN)
FACTS = (
    "safe", "child", "who", "where", "kind", "seen", "more", "when", "suspect", "others", "called", "police", "receipt",
    "involved", "phone",
)  # fmt: skip
ORDER = list(ReportState)


# --- the list ---


def _cases(work: Work, words: str) -> None:
    """/cases, perhaps with a number behind it."""
    if words:
        number = words.strip().upper()
        found = next((one for one in _listed(work) if one.report.number == number), None)
        if found is None:
            _not_found(work)
        else:
            _open(work, found.report.id)
        return
    _show_list(work, 0)


def _turn_page(work: Work, page: str) -> None:
    work.toast()
    _show_list(work, int(page) if page.isdigit() else 0)


def _listed(work: Work) -> list[Listed]:
    """Open first, by urgency, then by how long they wait (the report that nobody holds before all)."""
    me = work.demand(Action.REPORT)
    found = [one for one in reports.of_me(work.conn, me) if _may(work, one.seat)]
    return sorted(
        found,
        key=lambda one: (
            not (still := case.is_open(one.events)),
            still and not one.report.urgent,
            ORDER.index(case.state(one.events)) if still else 0,
            one.report.filed_at.timestamp() * (1 if still else -1),  # of the closed ones the newest first
        ),
    )


def _show_list(work: Work, page: int) -> None:
    found = _listed(work)
    if not found:
        work.show(work.say("case.none"))
        return
    shown = found[page * A_PAGE : (page + 1) * A_PAGE]
    rows: list[list[tuple[str, Button]]] = [[(_line(work, one), do("case.open", one.report.id))] for one in shown]
    turns: list[tuple[str, Button]] = []
    if page > 0:
        turns.append((work.say("form.previous_page"), do("case.list", str(page - 1))))
    if len(found) > (page + 1) * A_PAGE:
        turns.append((work.say("form.next_page"), do("case.list", str(page + 1))))
    still_open = sum(case.is_open(one.events) for one in found)
    work.show(work.say("case.title", open=still_open, all=len(found)), [*rows, turns])


def _line(work: Work, one: Listed) -> str:
    """Number, state and waiting time: nothing about the child on a button."""
    key = "mine" if one.seat.part is Part.REPORTER else "desk"
    mark = ("🔴" if one.report.urgent else "🟡") if case.is_open(one.events) else "⚪"
    ago = _ago(work, one.report.filed_at)
    return work.say(f"case.line.{key}", mark=mark, number=one.report.number, state=_state(work, one.events, one.seat), ago=ago)


def _state(work: Work, events: tuple[Event, ...], seat: Seat) -> str:
    """A receiver reads the state of the own desk, everybody else that of the report."""
    if seat.part is Part.RECEIVER and seat.unit is not None and (own := case.desks(events).get(seat.unit)):
        return work.say(f"case.desk.{own.value}")
    return work.say(f"case.state.{case.state(events).value}")


def _ago(work: Work, moment: datetime) -> str:
    minutes = max(0, int((work.now - moment).total_seconds() // 60))
    for unit, size in (("days", 24 * 60), ("hours", 60)):
        if minutes >= size:
            return work.say(f"case.ago.{unit}", count=minutes // size)
    return work.say("case.ago.minutes", count=minutes)


# --- one report ---


def _may(work: Work, seat: Seat) -> bool:
    """One's own report may be followed by whoever may report; another's needs a desk and a post that sees cases."""
    return seat.part is Part.REPORTER or access.may(work.me, Action.SEE_CASE)


def _found(work: Work, report_id: str) -> tuple[Report, Seat] | None:
    me = work.demand(Action.REPORT)
    report = reports.get(work.conn, report_id)
    seat = reports.desk_of(work.conn, report, me) if report else None
    if report is None or seat is None or not _may(work, seat):
        _not_found(work, report)
        return None
    return report, seat


def _not_found(work: Work, report: Report | None = None) -> None:
    work.note("case.refused", f"report:{report.id}" if report else None)
    work.toast(work.say("case.not_found"))
    work.reply(work.say("case.not_found"))


def _open(work: Work, report_id: str) -> None:
    found = _found(work, report_id)
    if found is not None:
        work.toast()
        _show(work, *found)


def _show(work: Work, report: Report, seat: Seat) -> None:
    """The facts and what happened since; each opening goes into the journal."""
    events = reports.events(work.conn, report.id)
    work.note("case.read", f"report:{report.id}", part=seat.part.value)
    urgency = work.say("report.urgent" if report.urgent else "report.ordinary")
    lines = [
        work.say("case.head", number=report.number, state=_state(work, events, seat), urgency=urgency),
        *_facts(work, report, seat),
        work.say("case.happened"),
        *(_event(work, one, report, seat) for one in events),
    ]
    work.show("\n".join(lines), _buttons(work, report, seat, events))


def _buttons(work: Work, report: Report, seat: Seat, events: tuple[Event, ...]) -> Rows:
    cells = [
        (work.say(f"case.do.{act.value}"), do("case.act", report.id, act.value)) for act in case.possible(events, seat)
    ]
    rows = [cells[start : start + 2] for start in range(0, len(cells), 2)]
    last = [(work.say("case.list"), do("case.list", "0"))]
    if report.content.get("paper"):
        last.insert(0, (work.say("case.papers", count=len(report.content["paper"])), do("case.papers", report.id)))
    return [*rows, last]


def _facts(work: Work, report: Report, seat: Seat) -> list[str]:
    content = report.content
    lines = [work.say("case.situation", situation=work.say(f"report.situation.{report.situation}"))]
    if content.get("file"):
        lines.append(_child(work, content["file"]))
    for key in FACTS:
        words = _answer(work, key, content.get(key), content)
        if words:
            lines.append(work.say(f"report.line.{key}", value=words))
    if seat.part is not Part.REPORTER:
        reporter = people.person(work.conn, report.reporter)
        posts = [work.tree.path_name(code) for code in content.get("places") or ()]
        if reporter is not None:
            lines.append(work.say("case.reporter", name=reporter.name, place="、".join(posts)).rstrip(" ·"))
    return lines


def _child(work: Work, file: dict[str, Any]) -> str:
    """A child of the roster as it stood when the report was made."""
    carers = "、".join(
        f"{one['name']} {one['phone'] or ''}".strip() for one in file.get("carers") or () if one.get("name")
    )
    holes = {
        "name": file["name"], "file_no": file["file_no"], "born": file.get("born") or "—",
        "sex": work.say(f"case.sex.{file.get('sex') or 'unknown'}"), "carers": carers or "—",
        "place": " ".join(one for one in (work.tree.path_name(file["unit"]), file.get("address")) if one),
        "school": file.get("school") or "—",
    }  # fmt: skip
    return work.say("case.child", **holes)


def _answer(work: Work, key: str, value: Any, content: dict[str, Any]) -> str:
    if value is None or (key == "child" and content.get("file")):
        return ""
    if key == "child":
        return str(value[1]) if isinstance(value, list) else ""
    if key == "called" and content.get("police"):
        return ""  # asked again later: the later answer counts
    if key in ("called", "police"):
        if value[0] != "called":
            return work.say("report.called.not_yet")
        return work.say("report.called_at", when=value[1][11:16], receipt=value[2] if len(value) > 2 else "").strip()
    return work.words.find(f"report.{key}.{value}") or str(value)


def _event(work: Work, event: Event, report: Report, seat: Seat) -> str:
    """One line of the life of a report. The reporter reads offices, not officers, and what was meant for the reporter."""
    desk = seat.part is not Part.REPORTER
    who = _unit(work, event.unit)
    if desk and event.person is not None and event.person != report.reporter:
        person = people.person(work.conn, event.person)
        who = f"{who}（{person.name}）" if person else who
    line = work.say(
        f"case.event.{event.kind.value}", when=event.at.astimezone(work.local.tzinfo).strftime("%m-%d %H:%M"),
        who=who or work.say("case.part.reporter"), to=_unit(work, event.to),
        outcome=work.words.find(f"case.outcome.{(event.detail or {}).get('outcome')}") or "",
    )  # fmt: skip
    own = event.person == report.reporter
    if event.note and (desk or own or event.kind in TOLD_TO_THE_REPORTER):
        line += "\n" + work.say("case.note", note=event.note)
    return line


def _unit(work: Work, code: str | None) -> str:
    """The short name of an office: 公安, 民政; the county's own code is the county bureau."""
    if code is None:
        return ""
    slug = code.partition(".")[2] or ("county" if len(code) == case.COUNTY_LENGTH else code)
    return work.words.find(f"case.unit.{slug}") or work.tree.path_name(code)


def _papers(work: Work, report_id: str) -> None:
    found = _found(work, report_id)
    if found is None:
        return
    work.toast()
    report, _ = found
    work.note("case.papers", f"report:{report.id}")
    for paper in reports.papers(work.conn, report.id):
        send = work.photo if paper.kind == "photo" else work.document
        send(paper.content, paper.name, report.number)


# --- steps ---


def _act(work: Work, report_id: str, name: str) -> None:
    """A button of the case: 签收 and 我已拨打 at once, everything else asks for its words first."""
    found = _found(work, report_id)
    if found is None:
        return
    report, seat = found
    act = Act(name) if name in set(Act) else None
    events = reports.events(work.conn, report.id, notes=False)
    if act is None or act not in case.possible(events, seat):
        try:
            case.check(events, seat, act or Act.FILED)
        except Impossible as impossible:
            _impossible(work, report, seat, impossible)
        return
    if act not in AT_ONCE:
        work.toast()
        flow.begin(work, "case", {"case": report.id, "act": act.value})
        return
    if _take(work, report, seat, Event(act, work.now, seat.unit, work.demand(Action.REPORT).person_id)):
        work.toast(work.say(f"case.done.{act.value}"))
        _show(work, report, seat)


def _written(work: Work, answers: Answers, kept: Kept) -> None:
    """确认 on the words of a step."""
    found = _found(work, answers["case"])
    if found is None:
        return
    report, seat = found
    act = Act(answers["act"])
    detail = {"outcome": answers["outcome"]} if "outcome" in answers else None
    event = Event(
        act, work.now, seat.unit, work.demand(Action.REPORT).person_id, answers.get("department"), answers[act.value], detail
    )
    if _take(work, report, seat, event):
        still = reports.desk_of(work.conn, report, work.demand(Action.REPORT))
        if still is None:  # given up: the desk closes behind them
            work.show(work.say(f"case.done.{act.value}"))
        else:
            _show(work, report, still)


def _take(work: Work, report: Report, seat: Seat, event: Event) -> bool:
    """Take the step and tell everybody concerned; False when it could not be taken, which was said."""
    me = work.demand(Action.REPORT)
    post = next((post.id for post in me.posts if post.unit.code == seat.unit), None)
    if seat.part is not Part.REPORTER:
        access.demand(work.me, Action.HANDLE_CASE)
    try:
        with work.conn.begin_nested():
            after = reports.act(work.conn, report, seat, event, post=post, demo=work.demo)
    except Impossible as impossible:
        _impossible(work, report, seat, impossible)
        return False
    work.note(f"case.{event.kind.value}", f"report:{report.id}", unit=seat.unit, to=event.to)
    _tell(work, report, event, after)
    return True


def _impossible(work: Work, report: Report, seat: Seat, impossible: Impossible) -> None:
    who = ""
    if impossible.why == "received_already" and seat.unit is not None:
        signed = case.received_by(reports.events(work.conn, report.id, notes=False), seat.unit)
        person = people.person(work.conn, signed) if signed else None
        who = person.name if person else ""
    text = work.say(f"case.impossible.{impossible.why}", who=who)
    work.toast(text)
    work.reply(text, [[(work.say("case.look"), do("case.open", report.id))]])


def _tell(work: Work, report: Report, event: Event, after: tuple[Event, ...]) -> None:
    """News to the reporter, the desks and the watchers: number and office only, the rest behind the button."""
    homeless = case.state(after) is ReportState.HOMELESS
    for one in reports.audience(work.conn, report):
        if one.person_id == event.person:
            continue
        asked = event.kind is Act.FORWARDED and one.seat == Seat(Part.RECEIVER, event.to)
        words, urgency = _asks_receipt(work, report) if asked else _news(work, report, event, one, homeless)
        label = work.say("case.look" if asked else "case.progress")
        work.tell(one.chat_id, words, [[(label, do("case.open", report.id))]], urgency=urgency)


def _asks_receipt(work: Work, report: Report) -> tuple[str, Urgency]:
    urgency = work.say("report.urgent" if report.urgent else "report.ordinary")
    return work.say("report.push.receiver", number=report.number, urgency=urgency), Urgency.EMERGENCY


def _news(work: Work, report: Report, event: Event, to: Listener, homeless: bool) -> tuple[str, Urgency]:
    what = work.say(
        f"case.news.{event.kind.value}", who=_unit(work, event.unit) or work.say("case.part.reporter"),
        to=_unit(work, event.to),
    )  # fmt: skip
    text = work.say("case.push", number=report.number, what=what)
    if homeless and to.seat.county:
        return text + "\n" + work.say("case.push.homeless"), Urgency.EMERGENCY
    return text, Urgency.NOTICE


# --- the form of a step ---


def _form_facts(work: Work) -> Mapping[str, Any]:
    """Only offices that do not hold the report yet and where somebody can take it are offered."""

    def departments(report_id: str) -> list[tuple[str, str]]:
        held = case.desks(reports.events(work.conn, report_id, notes=False))
        units = [unit.code for unit in work.tree if unit.kind in (UnitKind.DEPARTMENT, UnitKind.COUNTY)]
        free = [code for code in units if held.get(code) not in case.HOLDING]
        return [(code, _unit(work, code)) for code in reports.staffed(work.conn, free)]

    return {"departments": departments}


def _form_value(work: Work, here: World, key: str, value: Any, answers: Answers) -> str | None:
    if key in ("case", "act"):
        return ""
    if key == "outcome":
        return work.say(f"case.outcome.{value}")
    return _unit(work, value) if key == "department" else None


def _form_heading(work: Work, here: World, answers: Answers) -> str:
    report = reports.get(work.conn, answers["case"])
    return work.say("case.heading", number=report.number if report else "", act=work.say(f"case.do.{answers['act']}"))


SUBJECT = Subject(
    "case",
    commands=(Command("cases", _cases, Action.REPORT, ("案件", "我的报告")),),  # whoever may report may follow it
    conversations=(
        Conversation(
            report_form.CASE, _written, Action.REPORT, facts=_form_facts, value=_form_value, heading=_form_heading
        ),
    ),
    presses={
        "case.open": Press(_open, Action.REPORT),
        "case.act": Press(_act, Action.REPORT),
        "case.list": Press(_turn_page, Action.REPORT),
        "case.papers": Press(_papers, Action.REPORT),
    },
)
