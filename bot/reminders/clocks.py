"""One look at every open report and every half-told one: warn, let rise, ask again, hand on.

What is said here is a fact of the report (ESCALATED) and a reminder row under its unique key in the same transaction:
looking twice, late, or from two processes at once says nothing twice. Codes only, never what was reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

import structlog
from sqlalchemy import Connection

from bot.buttons import do
from bot.reminders import clock_words, half_told
from bot.reminders.telling import Look, say, say_together, words_of
from db import reports
from db.reports import OpenReport, silent
from domain.calendar import local, local_day
from domain.policy import Policy
from domain.reports.crew import Matter, Rung
from domain.reports.events import Act, Event, Part
from domain.reports.hours import is_open
from domain.reports.life import DeskState, Life, ReportState, after, life
from domain.reports.rising import WARN, Signal, signals
from domain.units import UnitTree

log = structlog.get_logger("clocks")

OWED_TO_THE_REPORTER = ("feedback", "progress")


def beat(conn: Connection, now: datetime, tree: UnitTree, policy: Policy) -> int:
    """Look once; how many messages were queued. One report that breaks does not keep the others waiting."""
    found, drafts = reports.open_reports(conn), silent.begun(conn)
    if not found and not drafts:
        return 0
    look, count = Look(conn, now, tree, policy, reports.crew(conn)), 0
    for one in found:
        try:
            with conn.begin_nested():
                count += _report(look, one)
        except Exception as problem:
            log.error("clock", trouble=type(problem).__name__, report=one.matter.id)
    for kept in drafts:
        try:
            with conn.begin_nested():
                count += half_told.passed_on(look, kept) if kept.gone else half_told.silent_one(look, kept)
        except Exception as problem:
            log.error("draft", trouble=type(problem).__name__, draft=kept.begun.id)
    with conn.begin_nested():
        count += half_told.every_day(look, [kept for kept in drafts if not kept.gone])
    return count


# --- a report ---


def _report(look: Look, one: OpenReport) -> int:
    reports.lock(look.conn, one.matter.id)
    count, now = _hand_to_the_county(look, one)
    now = _seen_at_home(look, one, now)
    risen: list[Signal] = []
    for signal in signals(now, one.matter, look.crew, look.now, look.policy):
        if signal.step == WARN:
            count += _tell(look, one.matter, [signal])
            continue
        reports.rise(look.conn, signal, one.matter.id, look.now)
        risen.append(signal)
        if signal.running.clock.code in OWED_TO_THE_REPORTER and signal.running.rise is None:
            count += _say_whom_to_call(look, one.matter, signal)
    return count + sum(_tell(look, one.matter, together) for together in _together(risen))


def _together(risen: Sequence[Signal]) -> list[list[Signal]]:
    """What may be said in one message: everything but a question with buttons of its own."""
    alone = [[signal] for signal in risen if clock_words.asks(signal)]
    others = [signal for signal in risen if not clock_words.asks(signal)]
    return [*alone, *([others] if others else [])]


def _hand_to_the_county(look: Look, one: OpenReport) -> tuple[int, Life]:
    """A desk that has not signed and where nobody can be reached any more: the county takes it, at once."""
    county, matter = look.crew.county, one.matter
    deaf = [
        desk.unit
        for desk in one.life.held_by()
        if desk.state is DeskState.WAITING and desk.unit != county and not look.crew.desk_hears(matter, desk.unit)
    ]
    held = one.life.desks.get(county)
    if not deaf or (held is not None and held.holds) or county in matter.around:
        return 0, one.life
    report = reports.get(look.conn, matter.id)
    assert report is not None
    for unit in deaf:
        reports.put(look.conn, matter.id, Event(Act.VACANT, look.now, to=unit))
    reports.seat_unit(look.conn, report, county, look.now)
    reports.put(look.conn, matter.id, Event(Act.SENT, look.now, to=county))
    count = 0
    names = "、".join(look.tree.path_name(unit) for unit in deaf)
    for listener in reports.audience(look.conn, report):
        if listener.seat.county and listener.seat.part is Part.RECEIVER:
            words = words_of(look, listener.person_id)
            text = clock_words.marked(words, matter, words("clock.deaf", number=matter.number, unit=names))
            key = ("clock.deaf", f"report:{matter.id}", listener.person_id)
            rows = [[(words("case.look"), do("case.open", matter.id, "news"))]]
            count += say(look, key, text, rows, awake=True)
    return count, life(reports.events(look.conn, matter.id, notes=False))


def _seen_at_home(look: Look, one: OpenReport, now: Life) -> Life:
    """A home visit logged as such is the visit after closing, too: nobody has to say it twice."""
    closed, child = now.last_closed_at, one.matter.child_id
    if now.state is not ReportState.FOLLOW_UP or closed is None or child is None or one.matter.drill:
        return now
    found = reports.visit_after(look.conn, child, max(closed, now.visited_at or closed))
    if found is None:
        return now
    person, at = found
    event = Event(Act.VISITED, at, person=person)
    reports.put(look.conn, one.matter.id, event)
    return after(now, event)


def _tell(look: Look, matter: Matter, found: Sequence[Signal]) -> int:
    """Say it to each person it concerns: whoever several clocks have risen to at once hears of them in one message."""
    of: dict[str, list[Signal]] = {}
    for signal in found:
        for person in signal.persons:
            of.setdefault(person, []).append(signal)
    count = 0
    for person, mine in of.items():
        words = words_of(look, person)
        text = clock_words.texts(words, matter, mine, look.tree, look.now)
        keys = [(signal.rule, reports.subject_of(matter.id, signal)) for signal in mine]
        rows, days = clock_words.buttons_of(words, matter, mine), [local_day(signal.moment) for signal in mine]
        count += say_together(look, person, keys, text, rows, awake=any(one.awake for one in mine), days=days)
    return count


def _say_whom_to_call(look: Look, matter: Matter, signal: Signal) -> int:
    """Nothing was fed back in time: the reporter hears whom to call, and the case says so."""
    running = signal.running
    reports.put(look.conn, matter.id, Event(Act.UNANSWERED, look.now, detail=reports.detail_of(running)))
    words = words_of(look, matter.reporter)
    unit = clock_words.office(words, running.desk, look.tree)
    text = clock_words.marked(words, matter, words("clock.unanswered", number=matter.number, unit=unit))
    key = ("clock.unanswered", reports.subject_of(matter.id, signal), matter.reporter)
    return say(look, key, text, [[(words("case.progress"), do("case.open", matter.id))]], awake=False)


# --- offices nobody sits in ---


def vacant(conn: Connection, now: datetime, tree: UnitTree, policy: Policy) -> int:
    """The county hears of them on a working morning, once a week and whenever another falls vacant.

    Where only heads are missing the ladder is short and nothing is lost: once a month.
    """
    if not is_open(now, policy) or local(now).time() < policy.digest_hour:
        return 0
    look = Look(conn, now, tree, policy, reports.crew(conn))
    codes, heads = reports.vacant_offices(look.conn, look.crew), reports.vacant_heads(look.conn, look.crew)
    if not codes and not heads:
        return 0
    today = local_day(look.now)
    since = today - timedelta(days=today.weekday()) if codes else today.replace(day=1)
    subject = f"vacant:{since}:{sha256(','.join([*codes, '|', *heads]).encode()).hexdigest()[:8]}"
    anybody, count = Matter("", "", "", "", None), 0
    for person in look.crew.on(Rung.COUNTY, anybody) or look.crew.on(Rung.COUNTY_DEPUTY, anybody):
        words = words_of(look, person)
        said = {"clock.vacant": codes, "clock.vacant_heads": heads}
        text = "\n".join(
            words(key, units="、".join(look.tree.path_name(code) for code in found)) for key, found in said.items() if found
        )
        rows = [[(words("clock.vacant.invite"), do("go", "invite"))]]
        count += say(look, ("clock.vacant", subject, person), text, rows, awake=False, day=since)
    return count
