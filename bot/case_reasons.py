"""Why a case is opened: each opening is journaled with its reason (未成年人保护法 art. 103; plan 四(三)).

Coming from a message, a clock or one's own step says it by itself, and so does a receipt that is owed. From the list it is
asked, once a case and day; 误点 leaves without having read anything.
"""

from __future__ import annotations

from datetime import time

from bot.buttons import do
from bot.work import Rows, Work
from db.reports import Report
from db.reports.openings import reason_since
from domain.access import Action
from domain.calendar import at
from domain.reports import case
from domain.reports.case import DeskState, Event, Part, Seat

SLIP = "slip"
ASKED = ("handling", "verify", "oversee", SLIP)
# By itself: a message told of it, a clock, a step just taken, an exercise; `own` and `receipt` follow from the case.
NEWS, CLOCK, STEP, DRILL = "news", "clock", "step", "drill"
CAME_FROM = (NEWS, CLOCK, STEP, DRILL)
OWN, RECEIPT = "own", "receipt"


def reason(work: Work, report: Report, seat: Seat, events: tuple[Event, ...], given: str = "") -> str | None:
    """Why it is opened now; None: to be asked. `given` is what the button says."""
    me = work.demand(Action.REPORT)
    if seat.part is Part.REPORTER or report.reporter == me.person_id:
        return OWN
    if given in ASKED or (given in CAME_FROM and (given != DRILL or report.drill)):
        return given
    if seat.part is Part.RECEIVER and case.desks(events).get(seat.unit or "") is DeskState.WAITING:
        return RECEIPT
    return reason_since(work.conn, report.id, me.person_id, at(work.today, time(0)))


def ask(work: Work, report: Report) -> None:
    """The question, in place of the card."""
    cells = [(work.say(f"case.why.{one}"), do("case.open", report.id, one)) for one in ASKED]
    rows: Rows = [cells[:2], cells[2:], [(work.say("case.list"), do("case.list", "0"))]]
    drill = work.say("case.drill") if report.drill else ""
    work.show(drill + work.say("case.why", number=report.number), rows)
