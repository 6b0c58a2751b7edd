"""The end of an exercise: after seven days by itself, with a word to everybody in it and the times to whoever started it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.buttons import do
from bot.reminders import clock_words
from bot.words import Words
from bot.work import inline
from db import journal, outbox, reminder_people, reports
from db.outbox import Urgency
from db.reports import Report
from db.reports.drills import end_drill, overdue_drills
from domain.policy import Policy
from domain.reports.case import Part
from domain.reports.drills import debrief
from domain.reports.hours import is_open
from domain.units import UnitTree

MOST_LINES = 4  # of departments, and of clocks: the whole stays within ten lines


def beat(conn: Connection, now: datetime, tree: UnitTree, policy: Policy) -> int:
    """End what has run long enough, while people are at work; how many messages were queued."""
    if not is_open(now, policy):
        return 0
    return sum(end(conn, report, now, tree, by=None) for report in overdue_drills(conn, now))


def end(conn: Connection, report: Report, now: datetime, tree: UnitTree, *, by: str | None) -> int:
    """End an exercise and tell everybody; 0 if it had ended already."""
    if not end_drill(conn, report, now, Words("zh_CN")("drill.ended_note"), by=by):
        return 0
    journal.note(conn, now, "drill.ended", person=by, subject=f"report:{report.id}")
    count = 0
    for one in reports.audience(conn, report):
        reader = reminder_people.recipients(conn, {one.person_id}).get(one.person_id)
        words = Words(reader.language if reader else "zh_CN")
        text = words("case.drill") + words("drill.ended", number=report.number)
        if one.seat.county or one.seat.part is Part.REPORTER:
            text = f"{text}\n{debrief_text(conn, words, tree, report)}"
        rows = [[(words("case.look"), do("case.open", report.id, "news"))]]
        params = {"text": text, "reply_markup": inline(rows), "link_preview_options": {"is_disabled": True}}
        outbox.put(conn, one.chat_id, "sendMessage", params, now, urgency=Urgency.NOTICE)
        count += 1
    return count


def debrief_text(conn: Connection, words: Words, tree: UnitTree, report: Report) -> str:
    """The times of an exercise in words: offices and clocks, nobody's name, at most ten lines."""
    found = debrief(reports.events(conn, report.id, notes=False))

    def span(length: timedelta | None) -> str:
        return words("drill.not_yet") if length is None else clock_words.span(words, length)

    lines = [words("drill.debrief", number=report.number)]
    if found.called_after is not None:
        lines.append(words("drill.called", span=span(found.called_after)))
    for one in found.desks[:MOST_LINES]:
        unit = clock_words.office(words, one.unit, tree)
        lines.append(words("drill.desk", unit=unit, receipt=span(one.to_receipt), feedback=span(one.to_feedback)))
    for risen in found.rises[:MOST_LINES]:
        seen = (
            words("drill.seen", span=span(risen.seen_after)) if risen.seen_after is not None else words("drill.unseen")
        )
        desk = clock_words.office(words, risen.desk, tree) if risen.desk else ""
        name, rung = words(f"clock.name.{risen.clock}"), words(f"clock.rung.{risen.rung}")
        lines.append(words("drill.risen", clock=name, unit=desk, rung=rung, seen=seen))
    if not found.rises:
        lines.append(words("drill.no_rise"))
    return "\n".join(lines)
