"""显示姓名: the case card with its names for a minute, once it was said why; journaled with that reason.

Source: 未成年人保护法 art. 103 (nobody may let a minor of a case be known); 未成年人网络保护条例 art. 36.
"""

from __future__ import annotations

from bot import case_card, reveal
from bot.buttons import do
from bot.subject import Press, Subject
from bot.work import Rows, Work
from db import reports
from db.reports import Report
from domain import access
from domain.access import Action
from domain.reports.case import Part, Seat

REASONS = ("handling", "visit", "contact", "oversee")
OWN = "own"  # whoever filed it knows the names; the screen hides them all the same


def why(work: Work, report_id: str) -> None:
    """Ask what they are needed for; of the own report nobody has to say."""
    found = _found(work, report_id)
    if found is None:
        return
    report, seat = found
    if seat.part is Part.REPORTER:
        show(work, report_id, OWN)
        return
    work.toast()
    cells = [(work.say(f"names.why.{reason}"), do("names.show", report.id, reason)) for reason in REASONS]
    drill = work.say("case.drill") if report.drill else ""
    work.reply(drill + work.say("names.why", number=report.number), [cells[:2], cells[2:]])


def show(work: Work, report_id: str, reason: str) -> None:
    """The card with its names, for a minute."""
    found = _found(work, report_id)
    if found is None or reason not in (*REASONS, OWN):
        return
    report, seat = found
    work.note("case.names", f"report:{report.id}", reason=reason, part=seat.part.value)
    work.toast(work.say("names.toast"))
    if reason != OWN and work.pressed is not None:
        work.strip(work.pressed)
    rows: Rows = [
        [(work.say("names.again"), do("names.why", report.id)), (work.say("case.look"), do("case.open", report.id, "step"))]
    ]
    hidden = (work.say("case.drill") if report.drill else "") + work.say("names.hidden", number=report.number)
    reveal.show(work, case_card.text(work, report, seat, names=True), hidden, rows)


def _found(work: Work, report_id: str) -> tuple[Report, Seat] | None:
    """The same answer as for a report that does not exist to whoever may not open it."""
    me = work.demand(Action.REPORT)
    report = reports.get(work.conn, report_id)
    seat = reports.desk_of(work.conn, report, me) if report else None
    if report is not None and seat is not None and _may(work, report, seat):
        return report, seat
    work.note("case.refused", f"report:{report.id}" if report else None)
    work.toast(work.say("case.not_found"))
    work.reply(work.say("case.not_found"))
    return None


def _may(work: Work, report: Report, seat: Seat) -> bool:
    return case_card.in_sight(work, report) if seat.part is Part.REPORTER else access.may(work.me, Action.SEE_CASE)


SUBJECT = Subject(
    "names",
    presses={"names.why": Press(why, Action.REPORT), "names.show": Press(show, Action.REPORT)},
)
