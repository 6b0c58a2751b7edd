"""What people answer to the clocks of a report: 我知道了, 孩子今晚有安全的地方住吗, and whom to ring about a silent draft.

Somebody who was not told gets the same answer as for a report that does not exist, and it is journaled.
"""

from __future__ import annotations

from bot.buttons import do
from bot.subject import Press, Subject
from bot.work import Rows, Work
from db import people, reports
from db.outbox import Urgency
from db.reports import silent
from domain.access import Action
from domain.reports.case import Act, Event, Impossible, Part, Seat

DANGER = "no"


def seen(work: Work, report_id: str, token: str) -> None:
    """我知道了: the next rung is spared for a while; the clock itself runs on."""
    me = work.demand(Action.REPORT)
    try:
        runs = reports.acknowledge(work.conn, report_id, token, me.person_id, work.now)
    except Impossible as impossible:
        if impossible.why == "not_found":
            work.note("case.refused")
        text = work.say(f"case.impossible.{impossible.why}")
        work.toast(text)
        work.reply(text)
        return
    for run in runs:
        work.note("case.seen", f"report:{report_id}", clock=run.clock.code)
    work.toast()
    if work.pressed is not None:
        work.strip(work.pressed)
    names = dict.fromkeys(work.say(f"clock.name.{run.clock.code}") for run in runs)
    report = reports.get(work.conn, report_id)
    may_open = report is not None and reports.desk_of(work.conn, report, me) is not None
    look: Rows = [[(work.say("case.look"), do("case.open", report_id, "clock"))]] if may_open else ()
    work.reply(work.say("clock.seen.done", clock="、".join(names)), look)


def safe(work: Work, report_id: str, step: str, answer: str) -> None:
    """The reporter, or whoever rang in the reporter's place, says whether the child has a safe place tonight."""
    me = work.demand(Action.REPORT)
    report = reports.get(work.conn, report_id)
    seat = reports.desk_of(work.conn, report, me) if report else None
    if report is None or seat is None or (seat.part is not Part.REPORTER and report.reporter != me.person_id):
        work.note("case.refused", f"report:{report.id}" if report else None)
        work.toast(work.say("case.not_found"))
        work.reply(work.say("case.not_found"))
        return
    event = Event(Act.FOLLOWED, work.now, None, me.person_id, None, None, {"step": step, "safe": answer})
    try:
        with work.conn.begin_nested():
            reports.act(work.conn, report, Seat(Part.REPORTER), event, demo=work.demo)
    except Impossible as impossible:
        work.toast(work.say(f"case.impossible.{impossible.why}"))
        return
    work.note("case.followed", f"report:{report.id}", step=step, safe=answer)
    work.toast()
    if work.pressed is not None:
        work.strip(work.pressed)
    work.reply(work.say("clock.tonight.danger" if answer == DANGER else "case.done.followed"))
    if answer == DANGER:
        drill = work.say("case.drill") if report.drill else ""
        text = drill + work.say("clock.tonight.danger_push", number=report.number)
        for one in reports.audience(work.conn, report):
            if one.person_id != me.person_id:
                work.tell(one.chat_id, text, [[(work.say("case.look"), do("case.open", report.id, "news"))]], urgency=Urgency.EMERGENCY)


def phone(work: Work, draft_id: str) -> None:
    """Name and number of somebody whose report lies silent, for whoever was told of it."""
    me = work.demand(Action.REPORT)
    work.toast()
    kept = next((one for one in silent.begun(work.conn) if one.begun.id == draft_id), None)
    if not silent.was_told(work.conn, draft_id, me.person_id):
        work.note("case.refused", f"draft:{draft_id}" if kept else None)
        work.reply(work.say("case.not_found"))
        return
    person = people.person(work.conn, kept.begun.person) if kept else None
    if person is None:
        work.reply(work.say("clock.draft.filed"))
        return
    work.note("report.silence_rung", f"draft:{draft_id}")
    work.reply(work.say("clock.draft.whom", name=person.name, phone=person.phone or work.say("clock.draft.no_number")))


SUBJECT = Subject(
    "clock",
    presses={
        "clock.seen": Press(seen, Action.REPORT),
        "clock.safe": Press(safe, Action.REPORT),
        "clock.phone": Press(phone, Action.REPORT),
    },
)
