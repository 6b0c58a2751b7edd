"""案件 as a list: numbers, states and waiting times, nothing about a child on a button (domain.md 1.6)."""

from __future__ import annotations

from datetime import datetime

from bot import case_card, referral_list
from bot.buttons import Button, do
from bot.work import Work
from db import reports
from db.reports import Listed
from domain import access
from domain.access import Action
from domain.reports import case
from domain.reports.case import DeskState, Part, ReportState, Seat
from domain.reports.clocks import clocks, is_near
from domain.reports.crew import Rung

A_PAGE = 10
ALL, OPEN = "all", "open"
FILTERS = (OPEN, "mine", "waiting", "soon", "late", ALL)
ORDER = list(ReportState)


def may_open(work: Work, seat: Seat) -> bool:
    """One's own report may be followed by whoever may report; another's needs a desk and a post that sees cases."""
    return seat.part is Part.REPORTER or access.may(work.me, Action.SEE_CASE)


def listed(work: Work) -> list[Listed]:
    """Open first, by urgency, then by how long they wait (the report that nobody holds before all)."""
    me = work.demand(Action.REPORT)
    found = [one for one in reports.of_me(work.conn, me) if may_open(work, one.seat)]
    return sorted(
        found,
        key=lambda one: (
            not (still := case.is_open(one.events)),
            still and not one.report.urgent,
            ORDER.index(case.state(one.events)) if still else 0,
            one.report.filed_at.timestamp() * (1 if still else -1),  # of the closed ones the newest first
        ),
    )


def show(work: Work, page: int, which: str = OPEN) -> None:
    """What still needs somebody; everything where nothing does, or at the last button."""
    everything = listed(work)
    if not everything:
        work.show(work.say("case.none"), [[(work.say("case.none.report"), do("go", "report"))], *referral_list.beside(work)])
        return
    soon, late = _pressing(work, everything)
    sorts = {key: [one for one in everything if _fits(one, key, soon, late)] for key in FILTERS}
    if which == OPEN and not sorts[OPEN]:
        which = ALL
    found = sorts[which]
    shown = found[page * A_PAGE : (page + 1) * A_PAGE]
    rows: list[list[tuple[str, Button]]] = [[(_line(work, one, late), do("case.open", one.report.id))] for one in shown]
    turns: list[tuple[str, Button]] = []
    if page > 0:
        turns.append((work.say("form.previous_page"), do("case.list", str(page - 1), which)))
    if len(found) > (page + 1) * A_PAGE:
        turns.append((work.say("form.next_page"), do("case.list", str(page + 1), which)))
    others = [
        (work.say(f"case.filter.{key}", count=len(of)), do("case.list", "0", key))
        for key, of in sorts.items()
        if key not in (which, ALL) and of and of not in (found, everything)
    ]
    if which != ALL and found != everything:
        others.append((work.say("case.filter.all", count=len(everything)), do("case.list", "0", ALL)))
    still_open = sum(case.is_open(one.events) for one in everything)
    title = work.say("case.title", open=still_open, all=len(everything))
    work.show(
        title if which in (ALL, OPEN) else work.say(f"case.filter.{which}", count=len(found)),
        [*rows, turns, others[:3], others[3:], *referral_list.beside(work)],
    )


def _pressing(work: Work, found: list[Listed]) -> tuple[set[str], set[str]]:
    """The reports on which some clock of a department or of the county is about to run out, and those on which one has."""
    soon, late = set[str](), set[str]()
    for one in found:
        if not case.is_open(one.events):
            continue
        now, matter = case.life(one.events), reports.matter_of(work.conn, one.report)
        owed = [
            clock
            for clock in clocks(now, matter, work.now, work.policy)
            if clock.clock.ladder[0] is not Rung.REPORTER
        ]  # fmt: skip
        if any(clock.late for clock in owed):
            late.add(one.report.id)
        elif any(is_near(clock, now, matter, work.policy) for clock in owed):
            soon.add(one.report.id)
    return soon, late


def _fits(one: Listed, which: str, soon: set[str], late: set[str]) -> bool:
    if which == OPEN:
        return case.is_open(one.events)
    if which == "mine":
        return one.seat.part in (Part.RECEIVER, Part.REPORTER) and case.is_open(one.events)
    if which == "waiting":
        desks = case.desks(one.events)  # a receiver is asked for the own receipt, whoever watches for anybody's
        own = desks.get(one.seat.unit or "") if one.seat.part is Part.RECEIVER else None
        waits = DeskState.WAITING in ((own,) if own else desks.values())
        return case.is_open(one.events) and (waits or case.state(one.events) is ReportState.HOMELESS)
    return which == ALL or one.report.id in (soon if which == "soon" else late)


def _line(work: Work, one: Listed, late: set[str]) -> str:
    """Number, state and waiting time: nothing about the child on a button."""
    key = "mine" if one.seat.part is Part.REPORTER else "desk"
    mark = ("🔴" if one.report.urgent else "🟡") if case.is_open(one.events) else "⚪"
    mark = "⏰" + mark if one.report.id in late else mark
    mark = "🎯" + mark if one.report.drill else mark
    ago, state = _ago(work, one.report.filed_at), case_card.state(work, one.events, one.seat)
    return work.say(f"case.line.{key}", mark=mark, number=one.report.number, state=state, ago=ago)


def _ago(work: Work, moment: datetime) -> str:
    minutes = max(0, int((work.now - moment).total_seconds() // 60))
    for unit, size in (("days", 24 * 60), ("hours", 60)):
        if minutes >= size:
            return work.say(f"case.ago.{unit}", count=minutes // size)
    return work.say("case.ago.minutes", count=minutes)
