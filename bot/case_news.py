"""News of a case to everybody concerned: a number and an office, the rest behind the button, which is journaled.

The reporter and whoever holds it hear every station at once. Who only watches hears at once what wants an act of theirs;
the turns of one case are said to them in one message a few minutes later, and not at all where they have looked meanwhile.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.buttons import do, pack
from bot.case_reasons import NEWS
from bot.reminders import clock_words
from bot.words import Words
from bot.work import Rows, Work, inline
from db import outbox, people, reports
from db.outbox import Outgoing, Urgency
from db.reports import Listener, Report
from domain.calendar import quiet, quiet_until
from domain.reports import case
from domain.reports.case import Act, Event, Part, ReportState, Seat

KEPT_FROM_THE_REPORTER = (Act.RISK, Act.LOWERED, Act.GUARDIANSHIP, Act.ASKED)
# Who only watches reads the small steps on the card: a message for each would bury the one that matters.
SMALL = (Act.CALLED, Act.SUPPLEMENT, Act.STEP, Act.FOLLOWED, Act.RISK, Act.LOWERED)
FOR_THE_COUNTY = (Act.RETURNED, Act.REFUSED, Act.RETRACTED)  # the county has to act: at once
ALARMING = (Act.RETURNED, Act.REFUSED)
TOGETHER = timedelta(minutes=5)  # the turns of one case within this time are one message
SURE = timedelta(seconds=30)  # so long before its hour the sender has surely not taken a message up


def tell(work: Work, report: Report, event: Event, after: tuple[Event, ...]) -> None:
    """News to the reporter, the desks and the watchers: number and office only, the rest behind the button."""
    for one in reports.audience(work.conn, report):
        copy = one.seat.part is Part.WATCHER and "." in (one.seat.unit or "")
        kept_from = one.seat.part is Part.REPORTER and event.kind in KEPT_FROM_THE_REPORTER
        small = one.seat.part is Part.WATCHER and (event.kind in SMALL or event.said("safe") in ("yes", "moved"))
        if one.person_id == event.person or copy or kept_from or small:
            continue
        words = Words(people.language_of(work.conn, one.chat_id) or work.words.language)
        asked = event.kind is Act.FORWARDED and one.seat == Seat(Part.RECEIVER, event.to)
        text, urgency = _asks_receipt(words, report) if asked else _news(work, words, report, event, after, one)
        label = words("case.look" if asked else "case.progress")
        rows: Rows = [[(label, do("case.open", report.id, NEWS))]]
        if one.seat.part is Part.WATCHER:
            if not _at_once(report, event, after, one):
                _in_a_while(work, report, one.chat_id, text, _what(work, words, event, after), rows)
                continue
            if before := _held_back(work, report, one.chat_id):
                text += "\n" + _before(words, report, before)
        # the reporter always hears, and so does whoever holds it: news of a report is not counted with the day's notices
        work.tell(one.chat_id, text, rows, urgency=urgency, at_any_rate=True)


def looked_at(work: Work, report: Report) -> None:
    """Whoever opens the case reads its news there: what waits to be said of it is not said any more."""
    _held_back(work, report, work.chat_id)


def goes_on_with(work: Work, event: Event, after: tuple[Event, ...]) -> str:
    """After a return: whoever has the report in hand and goes on; "" where the county has to find somebody."""
    return _goes_on_with(work, work.words, event, after)


# --- when ---


def _at_once(report: Report, event: Event, after: tuple[Event, ...], to: Listener) -> bool:
    """What wants an act of this watcher, or turns everything."""
    if event.kind is Act.JUDGED:
        return True  # an unsafe one; the others are not told to watchers at all
    if event.kind is Act.ASKED and report.around:
        return True  # stands in no child's file: nobody else reads that help is wanted
    return to.seat.county and (event.kind in FOR_THE_COUNTY or case.state(after) is ReportState.HOMELESS)


def _in_a_while(work: Work, report: Report, chat: int, text: str, what: str, rows: Rows) -> None:
    """Join it with what waits to be said of the same case, or begin to wait. At night until the morning."""
    waiting = _waiting(work, report, chat)
    if waiting:
        row = waiting[-1]
        outbox.rewrite(work.conn, row, row.params | {"text": f"{row.params['text']}\n{what}"})
        return
    params = {"text": text, "link_preview_options": {"is_disabled": True}, "reply_markup": inline(rows)}
    outbox.put(
        work.conn,
        chat,
        "sendMessage",
        params,
        work.now,
        urgency=Urgency.NOTICE,
        not_before=_hour(work),
        at_any_rate=True,
    )


def _hour(work: Work) -> datetime:
    soon, hours = work.now + TOGETHER, work.policy.quiet_hours
    return quiet_until(soon, hours) if quiet(soon, hours) else soon


def _waiting(work: Work, report: Report, chat: int) -> list[Outgoing]:
    """What waits for its hour and opens this case."""
    button = pack(do("case.open", report.id, NEWS))
    return [
        row
        for row in outbox.put_off(work.conn, chat, until=work.now + SURE)
        if any(cell["callback_data"] == button for line in _keyboard(row) for cell in line)
    ]


def _keyboard(row: Outgoing) -> list[list[dict[str, str]]]:
    found: list[list[dict[str, str]]] = row.params.get("reply_markup", {}).get("inline_keyboard", [])
    return found


def _held_back(work: Work, report: Report, chat: int) -> list[str]:
    """Take back what waits to be said of this case; its words."""
    found = _waiting(work, report, chat)
    for row in found:
        outbox.withdraw(work.conn, row)
    return [row.params["text"] for row in found]


# --- in which words ---


def _goes_on_with(work: Work, words: Words, event: Event, after: tuple[Event, ...]) -> str:
    if event.kind is not Act.RETURNED:
        return ""
    return "、".join(clock_words.office(words, desk.unit, work.tree) for desk in case.life(after).held_by())


def _asks_receipt(words: Words, report: Report) -> tuple[str, Urgency]:
    urgency = words("report.urgent" if report.urgent else "report.ordinary")
    drill = words("case.drill") if report.drill else ""
    return drill + words("report.push.receiver", number=report.number, urgency=urgency), Urgency.EMERGENCY


def _what(work: Work, words: Words, event: Event, after: tuple[Event, ...]) -> str:
    """One turn in one sentence."""
    who = clock_words.office(words, event.unit, work.tree) if event.unit else words("case.part.reporter")
    if back := _goes_on_with(work, words, event, after):
        return words("case.news.returned.back", who=who, to=back)
    to = clock_words.office(words, event.to, work.tree) if event.to else ""
    return words(f"case.news.{event.kind.value}", who=who, to=to)


def _before(words: Words, report: Report, held_back: list[str]) -> str:
    """What happened before, without the number said a second time."""
    head = (words("case.drill") if report.drill else "") + words("case.push", number=report.number, what="")
    turns = [turn for text in held_back for turn in text.removeprefix(head).split("\n")]
    return words("case.push.before", what=("" if words.language == "zh_CN" else " ").join(turns))


def _news(
    work: Work, words: Words, report: Report, event: Event, after: tuple[Event, ...], to: Listener
) -> tuple[str, Urgency]:
    homeless = case.state(after) is ReportState.HOMELESS
    drill = words("case.drill") if report.drill else ""
    text = drill + words("case.push", number=report.number, what=_what(work, words, event, after))
    if to.seat.part is Part.REPORTER:
        times = work.policy.reports
        if event.kind is Act.RECEIVED:
            text += "\n" + words("case.next.received", days=times.feedback_working_days)
        if event.kind is Act.CLOSED and case.state(after) is ReportState.FOLLOW_UP:
            text += "\n" + words("case.next.closed", days=times.visit_days)
    if homeless and to.seat.county:
        return text + "\n" + words("case.push.homeless"), Urgency.EMERGENCY
    if event.kind in ALARMING and to.seat.county:
        return text, Urgency.EMERGENCY
    return text, Urgency.NOTICE
