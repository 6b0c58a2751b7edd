"""案件: what the desks and the reporter see of a report, and the steps they take.

Opening one is journaled. Somebody without a desk gets the same answer as for a report that does not exist.
Source: 未成年人保护法 art. 11 ¶3 (accept, handle, tell the reporter), art. 103; domain.md 1.6, 1.9.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from bot import case_card, case_effects, case_list, case_news, case_papers, case_reasons, flow
from bot.buttons import do
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Rows, Work, in_twos
from db import people, reports
from db.drafts import Kept
from db.reports import Report
from db.reports.openings import READ
from domain import access
from domain.access import Action
from domain.forms import Answers, World
from domain.people import UnitKind
from domain.reports import case
from domain.reports import form as report_form
from domain.reports.case import Act, Event, Impossible, Part, Seat
from domain.reports.events import steps_for

AT_ONCE = (Act.RECEIVED, Act.CALLED)  # need no words
BY_ITS_OWN_BUTTONS = (Act.FOLLOWED,)  # answered under the question (handlers/clock.py), offered nowhere else
RECEIPT = "receipt"  # of the call to 110: words behind 我已拨打, kept as a supplement


# --- the list ---


def _cases(work: Work, words: str) -> None:
    """/cases, perhaps with a number behind it."""
    if words:
        number = words.strip().upper()
        found = next((one for one in case_list.listed(work) if one.report.number == number), None)
        if found is None:
            _not_found(work)
        else:
            _open(work, found.report.id)
        return
    case_list.show(work, 0)


def _turn_page(work: Work, page: str, which: str = case_list.OPEN) -> None:
    work.toast()
    case_list.show(work, int(page) if page.isdecimal() else 0, which if which in case_list.FILTERS else case_list.OPEN)


# --- one report ---


def _found(work: Work, report_id: str) -> tuple[Report, Seat] | None:
    me = work.demand(Action.REPORT)
    report = reports.get(work.conn, report_id)
    seat = reports.desk_of(work.conn, report, me) if report else None
    if report is None or seat is None or not case_list.may_open(work, seat):
        _not_found(work, report)
        return None
    return report, seat


def _not_found(work: Work, report: Report | None = None) -> None:
    work.note("case.refused", f"report:{report.id}" if report else None)
    work.toast(work.say("case.not_found"))
    work.reply(work.say("case.not_found"), [[(work.say("case.list"), do("case.list", "0"))]])


def _open(work: Work, report_id: str, given: str = "") -> None:
    """The card, once it is known why it is opened; 误点 leads back to the list."""
    found = _found(work, report_id)
    if found is None:
        return
    report, seat = found
    work.toast()
    why = case_reasons.reason(work, report, seat, reports.events(work.conn, report.id, notes=False), given)
    if why is None:
        case_reasons.ask(work, report)
    elif why == case_reasons.SLIP:
        work.note("case.slip", f"report:{report.id}", part=seat.part.value)
        case_list.show(work, 0)
    else:
        _show(work, report, seat, why)


def _show(work: Work, report: Report, seat: Seat, why: str = case_reasons.STEP) -> None:
    """The card; each opening goes into the journal with its reason."""
    work.note(READ, f"report:{report.id}", part=seat.part.value, reason=why)
    case_news.looked_at(work, report)
    events = reports.events(work.conn, report.id, notes=False)
    buttons = _buttons(work, report, seat, events)
    card = case_card.text(work, report, seat)
    marked = case_card.to_dial(work, card)
    if marked is not None:
        work.show(marked, buttons, html=True)
    else:
        work.show(card, buttons)


def _seats(work: Work, report: Report, seat: Seat) -> list[Seat]:
    """As what somebody may act: through the desk, and whoever filed it also as the reporter."""
    own = report.reporter == work.demand(Action.REPORT).person_id and seat.part is not Part.REPORTER
    return [seat, Seat(Part.REPORTER)] if own else [seat]


def _seat_for(work: Work, report: Report, seat: Seat, act: Act, events: tuple[Event, ...]) -> Seat:
    return next((one for one in _seats(work, report, seat) if act in case.possible(events, one)), seat)


def _buttons(work: Work, report: Report, seat: Seat, events: tuple[Event, ...]) -> Rows:
    acts = dict.fromkeys(act for one in _seats(work, report, seat) for act in case.possible(events, one))
    first = case_card.asked_of(work, report, seat, events)
    acts = dict.fromkeys([*(act for act in first if act in acts), *acts])
    cells = [
        (work.say(f"case.do.{act.value}"), do("case.act", report.id, act.value))
        for act in acts
        if act not in BY_ITS_OWN_BUTTONS
    ]
    rows = in_twos(cells)
    others = case_card.linked(work, events, report, seat)
    rows += [[(work.say("case.linked", number=one.number), do("case.open", one.id))] for one in others]
    last = [(work.say("case.list"), do("case.list", "0"))]
    if _papers_of(work, report, seat):
        last.insert(0, (work.say("case.papers", count=len(report.content["paper"])), do("case.papers", report.id)))
    return [*rows, *case_papers.rows(work, report, seat), last]


def _papers_of(work: Work, report: Report, seat: Seat) -> bool:
    """Whether there are papers this reader may open: a medical record tells more of a child than its name."""
    return bool(report.content.get("paper")) and (seat.part is not Part.REPORTER or case_card.in_sight(work, report))


def _papers(work: Work, report_id: str) -> None:
    found = _found(work, report_id)
    if found is None:
        return
    work.toast()
    report, seat = found
    if not _papers_of(work, report, seat):
        work.note("case.paper_refused", f"report:{report.id}")
        work.reply(work.say("papers.not_yours"))
        return
    work.note("case.papers", f"report:{report.id}")
    for place, paper in enumerate(reports.papers(work.conn, report.id), 1):
        name = f"{report.number}-{place}{PurePath(paper.name).suffix}"  # phones name files after people
        if paper.kind == "photo":
            work.photo(paper.content, name, report.number, protected=True)
        else:
            work.document(paper.content, name, report.number)


# --- steps ---


def _act(work: Work, report_id: str, name: str) -> None:
    """A button of the case: 签收 and 我已拨打 at once, everything else asks for its words first."""
    found = _found(work, report_id)
    if found is None:
        return
    report, seat = found
    if name == RECEIPT and report.reporter == work.demand(Action.REPORT).person_id:
        work.toast()
        flow.begin(work, "case", {"case": report.id, "act": RECEIPT})
        return
    act = Act(name) if name in set(Act) else None
    events = reports.events(work.conn, report.id, notes=False)
    seat = _seat_for(work, report, seat, act, events) if act else seat
    if act is None or act in BY_ITS_OWN_BUTTONS or act not in case.possible(events, seat):
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
        if act is Act.CALLED:
            ask = work.say("case.called.ask", when=work.local.strftime("%H:%M"))
            work.reply(ask, [[(work.say("case.do.receipt"), do("case.act", report.id, RECEIPT))]])


def _written(work: Work, answers: Answers, kept: Kept) -> None:
    """确认 on the words of a step."""
    found = _found(work, answers["case"])
    if found is None:
        return
    report, seat = found
    event = _event_of(work, answers)
    seat = _seat_for(work, report, seat, event.kind, reports.events(work.conn, report.id, notes=False))
    event = replace(event, unit=seat.unit)
    if _take(work, report, seat, event):
        still = reports.desk_of(work.conn, report, work.demand(Action.REPORT))
        if still is None:  # given up: the desk closes behind them
            back = case_news.goes_on_with(work, event, reports.events(work.conn, report.id, notes=False))
            done = work.say("case.done.returned.back", to=back) if back else work.say(f"case.done.{answers['act']}")
            work.show(done, [[(work.say("case.list"), do("case.list", "0"))]])
        else:
            _show(work, report, still)


def _event_of(work: Work, answers: Answers) -> Event:
    """What was confirmed, as a fact."""
    person, name = work.demand(Action.REPORT).person_id, str(answers["act"])
    if name == RECEIPT:
        number = work.say("case.receipt", number=answers[RECEIPT])
        return Event(Act.SUPPLEMENT, work.now, person=person, note=number)
    detail = {key: str(answers[key]) for key in ("outcome", "step", "safe", "tier", "need") if answers.get(key)}
    if "items" in answers:
        detail["items"] = ",".join(answers["items"])
    note = (
        answers.get(name) if name in report_form.WORDS_OF_ACTS else answers.get("step_note") or answers.get("need_note")
    )
    return Event(Act(name), work.now, None, person, answers.get("department"), note, detail or None)


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
    case_effects.follow(work, report, event)
    case_news.tell(work, report, event, after)
    return True


# --- 接着补 ---


def _ask_the_rest(work: Work, report_id: str) -> None:
    """What was passed over when it was sent, one question at a time."""
    found = _found(work, report_id)
    if found is None:
        return
    report, _ = found
    missing = report_form.left_open(report.content)
    if report.reporter != work.demand(Action.REPORT).person_id or not missing:
        _impossible(work, report, found[1], Impossible("not_now"))
        return
    work.toast()
    flow.begin(work, report_form.REST.name, {"case": report.id, "missing": missing}, fresh=True)


def _the_rest(work: Work, answers: Answers, kept: Kept) -> None:
    """What was answered goes to the desks as a supplement."""
    found = _found(work, str(answers["case"]))
    if found is None:
        return
    report, seat = found
    said = [(key, case_card.answer(work, key, answers)) for key in report_form.LATER if key in answers]
    lines = [work.say(f"report.line.{key}", value=words) for key, words in said if words]
    if lines:
        me = work.demand(Action.REPORT).person_id
        _take(work, report, Seat(Part.REPORTER), Event(Act.SUPPLEMENT, work.now, None, me, None, "\n".join(lines)))
    _show(work, report, seat)


def _rest_facts(work: Work) -> Mapping[str, Any]:
    me = work.demand(Action.REPORT)
    person = people.person(work.conn, me.person_id)
    return {"phone": person.phone if person else None}


def _rest_value(work: Work, here: World, key: str, value: Any, answers: Answers) -> str | None:
    return "" if key in ("case", "missing") or value is None else None


def _rest_heading(work: Work, here: World, answers: Answers) -> str:
    report = reports.get(work.conn, str(answers["case"]))
    drill = work.say("case.drill") if report and report.drill else ""
    return drill + work.say("case.heading", number=report.number if report else "", act=work.say("form.name.rest"))


def _impossible(work: Work, report: Report, seat: Seat, impossible: Impossible) -> None:
    who = ""
    if impossible.why == "received_already" and seat.unit is not None:
        signed = case.received_by(reports.events(work.conn, report.id, notes=False), seat.unit)
        person = people.person(work.conn, signed) if signed else None
        who = person.name if person else ""
    text = work.say(f"case.impossible.{impossible.why}", who=who)
    work.toast(text)
    work.reply(text, [[(work.say("case.look"), do("case.open", report.id, case_reasons.STEP))]])


def _left(work: Work, kept: Kept) -> Rows:
    """Under the word that a step was not taken: the way back to its case."""
    report = reports.get(work.conn, str(kept.draft.answers.get("case")))
    if report is None:
        return ()
    back = (work.say("case.back", number=report.number), do("case.open", report.id, case_reasons.STEP))
    return [[back]]


# --- the form of a step ---


def _form_facts(work: Work) -> Mapping[str, Any]:
    """Only offices that do not hold the report yet and where somebody can take it are offered."""

    def departments(report_id: str) -> list[tuple[str, str]]:
        held = case.desks(reports.events(work.conn, report_id, notes=False))
        units = [unit.code for unit in work.tree if unit.kind in (UnitKind.DEPARTMENT, UnitKind.COUNTY)]
        free = [code for code in units if held.get(code) not in case.HOLDING]
        return [(code, case_card.unit(work, code)) for code in reports.staffed(work.conn, free)]

    def steps(report_id: str) -> list[tuple[str, str]]:
        me = work.demand(Action.REPORT)
        report = reports.get(work.conn, report_id)
        seat = reports.desk_of(work.conn, report, me) if report else None
        return [(key, work.say(f"case.step.{key}")) for key in steps_for(seat.unit or "" if seat else "")]

    return {"departments": departments, "steps": steps}


def _form_value(work: Work, here: World, key: str, value: Any, answers: Answers) -> str | None:
    if key in ("case", "act"):
        return ""
    if key in ("outcome", "step", "need"):
        return work.say(f"case.{key}.{value}")
    if key == "items":
        return case_card.items(work, ",".join(value))
    if value is None:
        return ""
    return case_card.unit(work, value) if key == "department" else None


def _form_heading(work: Work, here: World, answers: Answers) -> str:
    report = reports.get(work.conn, answers["case"])
    drill = work.say("case.drill") if report and report.drill else ""
    act = work.say(f"case.do.{answers['act']}")
    return drill + work.say("case.heading", number=report.number if report else "", act=act)


SUBJECT = Subject(
    "case",
    commands=(Command("cases", _cases, Action.REPORT, ("案件", "我的报告")),),  # whoever may report may follow it
    conversations=(
        Conversation(
            report_form.CASE,
            _written,
            Action.REPORT,
            facts=_form_facts,
            value=_form_value,
            heading=_form_heading,
            left=_left,
        ),
        Conversation(
            report_form.REST, _the_rest, Action.REPORT, facts=_rest_facts, value=_rest_value, heading=_rest_heading,
            left=_left,
        ),
    ),
    presses={
        "case.open": Press(_open, Action.REPORT),
        "case.act": Press(_act, Action.REPORT),
        "case.rest": Press(_ask_the_rest, Action.REPORT),
        "case.list": Press(_turn_page, Action.REPORT),
        "case.papers": Press(_papers, Action.REPORT),
    },
)
