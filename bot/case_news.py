"""News of a case to everybody concerned: a number and an office, the rest behind the button, which is journaled."""

from __future__ import annotations

from bot import case_card
from bot.buttons import do
from bot.work import Work
from db import reports
from db.outbox import Urgency
from db.reports import Listener, Report
from domain.reports import case
from domain.reports.case import Act, Event, Part, ReportState, Seat

KEPT_FROM_THE_REPORTER = (Act.RISK, Act.LOWERED, Act.GUARDIANSHIP, Act.ASKED)
# Who only watches reads the small steps on the card: a message for each would bury the one that matters.
SMALL = (Act.CALLED, Act.SUPPLEMENT, Act.STEP, Act.FOLLOWED, Act.RISK, Act.LOWERED)
ALARMING = (Act.RETURNED, Act.REFUSED)  # to the county at once


def tell(work: Work, report: Report, event: Event, after: tuple[Event, ...]) -> None:
    """News to the reporter, the desks and the watchers: number and office only, the rest behind the button."""
    for one in reports.audience(work.conn, report):
        copy = one.seat.part is Part.WATCHER and "." in (one.seat.unit or "")
        kept_from = one.seat.part is Part.REPORTER and event.kind in KEPT_FROM_THE_REPORTER
        small = one.seat.part is Part.WATCHER and (event.kind in SMALL or event.said("safe") in ("yes", "moved"))
        if one.person_id == event.person or copy or kept_from or small:
            continue
        asked = event.kind is Act.FORWARDED and one.seat == Seat(Part.RECEIVER, event.to)
        words, urgency = _asks_receipt(work, report) if asked else _news(work, report, event, after, one)
        label = work.say("case.look" if asked else "case.progress")
        # the reporter always hears, and so does whoever holds it: news of a report is not counted with the day's notices
        work.tell(one.chat_id, words, [[(label, do("case.open", report.id))]], urgency=urgency, at_any_rate=True)


def goes_on_with(work: Work, event: Event, after: tuple[Event, ...]) -> str:
    """After a return: whoever has the report in hand and goes on; "" where the county has to find somebody."""
    if event.kind is not Act.RETURNED:
        return ""
    return "、".join(case_card.unit(work, desk.unit) for desk in case.life(after).held_by())


def _asks_receipt(work: Work, report: Report) -> tuple[str, Urgency]:
    urgency = work.say("report.urgent" if report.urgent else "report.ordinary")
    drill = work.say("case.drill") if report.drill else ""
    return drill + work.say("report.push.receiver", number=report.number, urgency=urgency), Urgency.EMERGENCY


def _news(work: Work, report: Report, event: Event, after: tuple[Event, ...], to: Listener) -> tuple[str, Urgency]:
    who = case_card.unit(work, event.unit) or work.say("case.part.reporter")
    back = goes_on_with(work, event, after)
    if back:
        what = work.say("case.news.returned.back", who=who, to=back)
    else:
        what = work.say(f"case.news.{event.kind.value}", who=who, to=case_card.unit(work, event.to))
    homeless = case.state(after) is ReportState.HOMELESS
    drill = work.say("case.drill") if report.drill else ""
    text = drill + work.say("case.push", number=report.number, what=what)
    if event.kind is Act.RECEIVED and to.seat.part is Part.REPORTER:
        times = work.policy.reports
        text += "\n" + work.say("case.next.received", days=times.feedback_working_days)
    over = case.state(after) is ReportState.FOLLOW_UP
    if event.kind is Act.CLOSED and over and to.seat.part is Part.REPORTER:
        text += "\n" + work.say("case.next.closed", days=work.policy.reports.visit_days)
    if homeless and to.seat.county:
        return text + "\n" + work.say("case.push.homeless"), Urgency.EMERGENCY
    if event.kind in ALARMING and to.seat.county:
        return text, Urgency.EMERGENCY
    return text, Urgency.NOTICE
