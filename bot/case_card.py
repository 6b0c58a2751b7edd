"""A report on one card: what was said, what happened since, the clocks with the time left, and who has to act next.

Names are for the case team alone; every opening is journaled by whoever calls this (未成年人保护法 art. 103).
"""

from __future__ import annotations

import re
from datetime import datetime
from html import escape
from typing import Any

from bot import reveal
from bot.reminders import clock_words
from bot.work import MOST_TEXT, Work
from db import children, people, reports
from db.reports import Report
from domain.access import Action
from domain.reports import case, situations
from domain.reports.case import Act, Event, Part, ReportState, Seat
from domain.reports.clocks import Running, ignores_nights
from domain.reports.crew import Rung
from domain.reports.situations import ASKS

FACTS = (
    "safe", "child", "who", "where", "kind", "seen", "more", "when", "suspect", "others", *ASKS, "called", "police",
    "receipt", "involved", "phone",
)  # fmt: skip
CALLS = ("called", "police")
TOLD_TO_THE_REPORTER = (
    Act.ANSWER, Act.STEP, Act.JUDGED, Act.RETURNED, Act.REFUSED, Act.CLOSED, Act.VOIDED, Act.MISTAKEN,
)  # fmt: skip
NOT_FOR_THE_REPORTER = (Act.ESCALATED, Act.ACKNOWLEDGED, Act.RISK, Act.LOWERED, Act.GUARDIANSHIP, Act.AROUND, Act.ASKED)
MOST_CLOCKS = 4
OWED_TO_THE_REPORTER = ("receipt", "feedback", "progress", "visit", "revisit")
TO_CALL_ABOUT = ("receipt", "feedback", "progress")
OF_THE_DESK = (Rung.OFFICER, Rung.DEPUTY, Rung.HEAD)
THE_POLICE = "police"  # nobody tells them to ring 110
NUMBERS = ("110", "120", "12345", "12309")


def text(work: Work, report: Report, seat: Seat, *, names: bool = False) -> str:
    """The whole card for somebody who may read it. Names stand masked until they are asked for (bot/reveal.py)."""
    events = reports.events(work.conn, report.id)
    urgency = work.say("report.urgent" if report.urgent else "report.ordinary")
    drill = work.say("case.drill") if report.drill else ""
    lines = [
        *_emergency(work, report, seat, events),
        drill + work.say("case.head", number=report.number, state=state(work, events, seat), urgency=urgency),
        *_clocks(work, report, seat),
        *(work.say(f"case.asks.{act.value}") for act in asked_of(work, report, seat, events)),
        *_facts(work, report, seat, events),
        work.say("case.happened"),
        *(_event(work, one, report, seat) for one in events if _for(work, one, report, seat)),
    ]
    whole = "\n".join(lines)
    return whole if names else reveal.hushed(work, report, whole)


def in_sight(work: Work, report: Report) -> bool:
    """Whether whoever only reported it may still read the child's names, numbers and address: what the roster says of a
    child belongs to those who look after it now. A report about nobody on the roster holds the reporter's own words."""
    if report.child_id is None:
        return True
    return children.by_id(work.conn, report.child_id, work.visible(Action.SEE_CHILD)) is not None


def to_dial(work: Work, card: str) -> str | None:
    """The card with the numbers of its lines about calling made to be tapped (HTML); None where that is too long or unknown."""
    if not work.links_tel:
        return None
    marked = []
    for line in card.split("\n"):
        plain = escape(line, quote=False)
        if line.startswith(("🆘", "📞")):
            for number in NUMBERS:
                plain = re.sub(rf"(?<!\d){number}(?!\d)", f'<a href="tel:{number}">{number}</a>', plain)
        marked.append(plain)
    whole = "\n".join(marked)
    return whole if whole != escape(card, quote=False) and len(whole) <= MOST_TEXT else None


def _emergency(work: Work, report: Report, seat: Seat, events: tuple[Event, ...]) -> list[str]:
    """110 above all, as long as the child may be in danger: not known to be safe, and not a routine matter."""
    now = case.life(events)
    police = seat.part is Part.RECEIVER and (seat.unit or "").partition(".")[2] == THE_POLICE
    if not now.open or police or not ignores_nights(reports.matter_of(work.conn, report), now):
        return []
    uncalled = now.called_at is None and now.state in (ReportState.WAITING, ReportState.HOMELESS)
    return [work.say("case.still_call" if uncalled and seat.part is Part.REPORTER else "case.any_time")]


def asked_of(work: Work, report: Report, seat: Seat, events: tuple[Event, ...]) -> list[Act]:
    """What the case itself asks of this reader, before everything else that may be done.

    Civil affairs goes through the seven cases of art. 92; whoever may hand a child of another county on, does.
    """
    now = case.life(events)
    may = case.possible(now, seat)
    due = {
        Act.GUARDIANSHIP: case.guardianship_due(now, report.situation),
        Act.TRANSFERRED: now.outside_since is not None and now.transferred_at is None,
    }
    return [act for act, wanted in due.items() if wanted and act in may]


def state(work: Work, events: tuple[Event, ...], seat: Seat) -> str:
    """A receiver reads the state of the own desk, everybody else that of the report."""
    if seat.part is Part.RECEIVER and seat.unit is not None and (own := case.desks(events).get(seat.unit)):
        return work.say(f"case.desk.{own.value}")
    return work.say(f"case.state.{case.state(events).value}")


def unit(work: Work, code: str | None) -> str:
    """The short name of an office: 公安, 民政; the county's own code is the county bureau."""
    return clock_words.office(work.words, code, work.tree) if code else ""


def _for(work: Work, event: Event, report: Report, seat: Seat) -> bool:
    """The reporter reads what departments do; of a second report about the same matter only who may open it hears."""
    if event.kind in NOT_FOR_THE_REPORTER and seat.part is Part.REPORTER:
        return False
    if event.kind is Act.ESCALATED and event.said("rung") == Rung.REPORTER.value:
        return False  # a question to the reporter is no escalation
    if event.kind is Act.LINKED and event.said("guess") and seat.part is Part.REPORTER:
        return False
    return event.kind is not Act.LINKED or _linked(work, event) is not None


def linked(work: Work, events: tuple[Event, ...], report: Report, seat: Seat) -> list[Report]:
    """Other reports about the same matter, or what may be, that the reader may open."""
    shown = (one for one in events if one.kind is Act.LINKED and _for(work, one, report, seat))
    return [other for one in shown if (other := _linked(work, one)) is not None]


def _linked(work: Work, event: Event) -> Report | None:
    other = reports.get(work.conn, event.said("report") or "")
    if other is None or work.me is None or reports.desk_of(work.conn, other, work.me) is None:
        return None
    return other


def _clocks(work: Work, report: Report, seat: Seat) -> list[str]:
    """The clocks as this reader needs them, and who is next. The reporter reads what is owed to the reporter and whom to
    ring if it does not come; a department its own clocks first; who watches, first who is late."""
    found = reports.running(work.conn, report, work.now, work.policy)
    if seat.part is Part.REPORTER:
        return _of_reporter(work, [one for one in found if one.clock.code in OWED_TO_THE_REPORTER])
    holds = seat.part is Part.RECEIVER and not seat.county
    if holds:
        found = [one for one in found if one.clock.ladder[0] is not Rung.REPORTER]  # what the reporter is asked
    asked = [one for one in found if one.clock.ladder[0] is Rung.REPORTER]
    found = [one for one in found if one not in asked[1:]]  # of what the reporter is asked only the next
    own = seat.unit if holds else ""
    found.sort(key=lambda one: (one.desk != own if holds else one.clock.aside or not one.late, one.clock.aside, one.deadline))
    lines = []
    for one in found[:MOST_CLOCKS]:
        by_office = one.late and not holds and one not in asked  # a question to the reporter is nobody's lateness
        lines.append((clock_words.late_line if by_office else clock_words.line)(work.words, one, work.tree))
    responsible = reports.responsible(work.conn, report, work.now, work.policy)
    if responsible is not None:
        office = unit(work, responsible.desk) if responsible.rung in OF_THE_DESK else ""
        lines.append(work.say("case.next", who=office + work.say(f"clock.rung.{responsible.rung.value}")))
    return lines


def _of_reporter(work: Work, owed: list[Running]) -> list[str]:
    owed.sort(key=lambda one: one.deadline)
    lines = [clock_words.line(work.words, one, work.tree) for one in owed[:MOST_CLOCKS]]
    answers = [one for one in owed if one.clock.code in TO_CALL_ABOUT]
    if answers:
        lines.append(work.say("case.whom_to_call.late" if any(one.late for one in answers) else "case.whom_to_call"))
    return lines


def _facts(work: Work, report: Report, seat: Seat, events: tuple[Event, ...]) -> list[str]:
    content = report.content
    if case.police_called(events):  # said later than the answers; it stands in what happened
        content = {key: value for key, value in content.items() if key not in CALLS or (value and value[0] == "called")}
    lines = [work.say("case.situation", situation=situation(work, report))]
    if content.get("file"):
        lines.append(_child(work, content["file"]))
    for key in FACTS:
        words = _answer(work, key, content.get(key), content)
        if words:  # how the child was when it was reported may not be how it is now
            lines.append(work.say("case.line.safe_then" if key == "safe" else f"report.line.{key}", value=words))
    copy = seat.part is Part.WATCHER and "." in (seat.unit or "")
    if seat.part is not Part.REPORTER and not copy:
        reporter = people.person(work.conn, report.reporter)
        posts = [work.tree.path_name(code) for code in content.get("places") or ()]
        if reporter is not None:
            key = "case.reporter_open" if content.get("named") == "open" else "case.reporter"
            lines.append(work.say(key, name=reporter.name, place="、".join(posts)).rstrip(" ·"))
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
        return str(value[1]) if isinstance(value, list) else work.words.find(f"report.child.{value}") or ""
    if key == "called" and content.get("police"):
        return ""  # asked again later: the later answer counts
    if key in ("called", "police"):
        if value[0] != "called":
            return work.say("report.called.not_yet")
        return work.say("report.called_at", when=value[1][11:16], receipt=value[2] if len(value) > 2 else "").strip()
    return work.words.find(f"report.{key}.{value}") or str(value)


def when(work: Work, moment: datetime) -> str:
    return moment.astimezone(work.local.tzinfo).strftime("%m-%d %H:%M")


def _event(work: Work, event: Event, report: Report, seat: Seat) -> str:
    """One line of the life of a report. The reporter reads offices, not officers, and what was meant for the reporter."""
    desk = seat.part is not Part.REPORTER
    who = unit(work, event.unit)
    if desk and event.person is not None and event.person != report.reporter:
        person = people.person(work.conn, event.person)
        who = f"{who}（{person.name}）" if person else who
    guess = ".guess" if event.kind is Act.LINKED and event.said("guess") else ""
    line = work.say(
        f"case.event.{event.kind.value}{guess}", when=when(work, event.at), who=who or work.say("case.part.reporter"),
        to=unit(work, event.to), **_said(work, event),
    )  # fmt: skip
    own = event.person == report.reporter
    if event.note and (desk or own or event.kind in TOLD_TO_THE_REPORTER):
        line += "\n" + work.say("case.note", note=event.note)
    return line


def _said(work: Work, event: Event) -> dict[str, str]:
    """What an event says beside its words, in words."""

    def named(prefix: str, key: str) -> str:
        said = event.said(key)
        return (work.words.find(f"{prefix}.{said}") or said or "") if said else ""

    linked = _linked(work, event) if event.kind is Act.LINKED else None
    return {
        "need": named("case.need", "need"),
        "outcome": named("case.outcome", "outcome"), "step": named("case.step", "step"), "tier": named("case.tier", "tier"),
        "safe": named("case.tonight" if event.kind is Act.FOLLOWED else "case.safe", "safe"),
        "items": items(work, event.said("items")), "clock": named("clock.name", "clock"), "rung": named("clock.rung", "rung"),
        "linked": linked.number if linked else "",
    }  # fmt: skip


def items(work: Work, said: str | None) -> str:
    """Which of the seven cases of art. 92 hold."""
    return work.say("case.items.short", items=said.replace(",", "、")) if said else work.say("case.items.short_none")


# --- for the papers ---


def answer(work: Work, key: str, content: dict[str, Any]) -> str:
    """One answer of the report in words; "" for what was passed over."""
    return _answer(work, key, content.get(key), content)


def story(work: Work, report: Report, seat: Seat) -> list[tuple[Event, str]]:
    """Everything that happened, as the card says it to somebody in this seat, without the moment."""
    return [
        (one, _event(work, one, report, seat).removeprefix(when(work, one.at)).strip())
        for one in reports.events(work.conn, report.id)
        if _for(work, one, report, seat)
    ]


def situation(work: Work, report: Report) -> str:
    """What it was filed under, in words; a region's own row brings its name along."""
    words = work.words.find(f"report.situation.{report.situation}")
    known = situations.SITUATIONS.get(report.situation)
    return words or (known.labels.get(work.words.language) if known else None) or report.situation
