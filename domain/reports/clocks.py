"""The clocks on a report: what is owed by whom until when, when to warn, and to whom it rises when nothing happens.

One table. A clock runs from a fact to a fact; its rises are facts too (events.ESCALATED), so everything here is a
function of what happened and the time that is handed in. Source: domain.md 1.4; plan task 6.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.policy import Policy, ReportTimes
from domain.reports.crew import Crew, Matter, Rung
from domain.reports.hours import days_on, later
from domain.reports.life import AT_WORK, DeskState, Life, ReportState, Rise, RiseKey

Starts = Callable[[Life, Matter], Iterator[tuple[str, datetime]]]
Ends = Callable[[datetime, Matter, Life, Policy], datetime]
Span = Callable[[Matter, Life, ReportTimes], timedelta]

A_DAY = timedelta(days=1)

DESK_LADDER = (Rung.OFFICER, Rung.DEPUTY, Rung.HEAD, Rung.LEADER, Rung.PROCURATORATE)
COUNTY_LADDER = (Rung.COUNTY, Rung.COUNTY_DEPUTY, Rung.LEADER, Rung.PROCURATORATE)
VISIT_LADDER = (Rung.VISITOR, Rung.SUPERVISOR, Rung.COUNTY, Rung.COUNTY_DEPUTY, Rung.LEADER)
FOLLOW_LADDER = (Rung.REPORTER, Rung.SUPERVISOR, Rung.COUNTY, Rung.COUNTY_DEPUTY)
RISK_LADDER = (Rung.SUPERVISOR, Rung.COUNTY, Rung.COUNTY_DEPUTY)
LAST_RESORT = (Rung.COUNTY, Rung.COUNTY_DEPUTY, Rung.PROCURATORATE, Rung.LEADER)


@dataclass(frozen=True)
class Clock:
    """One row of the table.

    starts  the runs of this clock now: desk ("" where it is not a desk's) and since when; none: stopped, or not begun
    ends    when a run is over time
    warn    how long before that its first rung is warned; None: not at all
    again   how long somebody may take to acknowledge before it rises further
    awake   whether danger makes it ignore nights and holidays
    aside   it goes on beside what the departments owe, and is never what a report waits for
    """

    code: str
    starts: Starts
    ends: Ends
    ladder: tuple[Rung, ...]
    warn: Span | None
    again: Span
    awake: bool = True
    aside: bool = False


# --- since when ---


def _waiting(now: Life, matter: Matter) -> Iterator[tuple[str, datetime]]:
    yield from ((desk.unit, desk.told_at) for desk in now.held_by() if desk.state is DeskState.WAITING)


def _homeless(now: Life, matter: Matter) -> Iterator[tuple[str, datetime]]:
    since = now.homeless_since or now.filed_at
    if now.state is ReportState.HOMELESS and since is not None:
        yield "", since


def _unjudged(now: Life, matter: Matter) -> Iterator[tuple[str, datetime]]:
    """The civil affairs desk if it works on it, else the one that was told first."""
    working = sorted((desk for desk in now.held_by() if desk.state in AT_WORK), key=lambda desk: desk.told_at)
    if not working or now.first_received_at is None or now.safe:
        return
    lead = next((desk for desk in working if desk.unit.endswith(".civil_affairs")), working[0])
    yield lead.unit, now.judged_at or now.first_received_at


def _unanswered(now: Life, matter: Matter) -> Iterator[tuple[str, datetime]]:
    for desk in now.held_by():
        if desk.received_at is not None and (desk.answered_at is None or desk.answered_at < desk.received_at):
            yield desk.unit, desk.received_at


def _in_progress(now: Life, matter: Matter) -> Iterator[tuple[str, datetime]]:
    for desk in now.held_by():
        if desk.received_at is not None and desk.answered_at is not None and desk.answered_at >= desk.received_at:
            yield desk.unit, desk.answered_at


def _uncalled(now: Life, matter: Matter) -> Iterator[tuple[str, datetime]]:
    if now.state in (ReportState.WAITING, ReportState.HOMELESS) and now.called_at is None and now.filed_at is not None:
        yield "", now.filed_at


def _follows(step: str, *settled_by: str) -> Starts:
    def starts(now: Life, matter: Matter) -> Iterator[tuple[str, datetime]]:
        working = now.open and now.state is not ReportState.FOLLOW_UP
        if working and now.filed_at is not None and not any(one in now.followed for one in (step, *settled_by)):
            yield "", now.filed_at

    return starts


def _risk(now: Life, matter: Matter) -> Iterator[tuple[str, datetime]]:
    if now.open and now.tier is None and matter.child_id is not None and now.filed_at is not None and matter.any_hour:
        yield "", now.filed_at


def _untransferred(now: Life, matter: Matter) -> Iterator[tuple[str, datetime]]:
    if now.open and now.outside_since is not None and now.transferred_at is None:
        yield "", now.outside_since


def _closed(now: Life, matter: Matter) -> Iterator[tuple[str, datetime]]:
    since = now.last_closed_at
    if now.state is ReportState.FOLLOW_UP and since is not None and (now.visited_at is None or now.visited_at < since):
        yield "", since


def _visited(now: Life, matter: Matter) -> Iterator[tuple[str, datetime]]:
    since, closed = now.visited_at, now.last_closed_at
    if now.state is ReportState.FOLLOW_UP and since is not None and closed is not None and since >= closed:
        yield "", since


# --- until when ---


def unsafe(matter: Matter, now: Life) -> bool:
    """The child is not known to be safe: so it was filed, and no department has judged otherwise."""
    return matter.unsafe and not now.safe


def ignores_nights(matter: Matter, now: Life) -> bool:
    return matter.any_hour and not now.safe


def _span(length: Span) -> Ends:
    def ends(since: datetime, matter: Matter, now: Life, policy: Policy) -> datetime:
        return later(since, length(matter, now, policy.reports), policy, any_hour=ignores_nights(matter, now))

    return ends


def _days(length: Callable[[ReportTimes], int]) -> Ends:
    return lambda since, matter, now, policy: days_on(since, length(policy.reports), policy)


def _feedback(since: datetime, matter: Matter, now: Life, policy: Policy) -> datetime:
    return later(since, A_DAY * policy.reports.feedback_working_days, policy, any_hour=False)


def _follow_at(number: int) -> Ends:
    return _span(lambda matter, now, times: times.follow[number])


def _either(danger: Callable[[ReportTimes], timedelta], routine: Callable[[ReportTimes], timedelta]) -> Span:
    return lambda matter, now, times: danger(times) if unsafe(matter, now) else routine(times)


def _fixed(span: timedelta) -> Span:
    return lambda matter, now, times: span


_AGAIN = _either(lambda times: times.again_unsafe, lambda times: times.again)
_RECEIPT = _either(lambda times: times.receipt_unsafe, lambda times: times.receipt)
_HOMELESS = _either(lambda times: times.homeless_unsafe, lambda times: times.homeless)
_CALL = _either(lambda times: times.call, lambda times: times.receipt)
_CALL_AGAIN = _either(lambda times: times.call_again, lambda times: times.again)


def _part(of: Span, parts: int) -> Span:
    return lambda matter, now, times: of(matter, now, times) / parts


# clock, start → stop, length, ladder, warning before, patience between two rungs, whether danger ignores nights
CLOCKS: tuple[Clock, ...] = (
    Clock("receipt", _waiting, _span(_RECEIPT), DESK_LADDER, _part(_RECEIPT, 3), _AGAIN),
    Clock("homeless", _homeless, _span(_HOMELESS), COUNTY_LADDER, _part(_HOMELESS, 3), _AGAIN),
    Clock("safety", _unjudged, _span(lambda m, n, t: t.safety), DESK_LADDER, _fixed(timedelta(hours=2)), _AGAIN),
    Clock("feedback", _unanswered, _feedback, DESK_LADDER, _fixed(A_DAY), _fixed(A_DAY), awake=False),
    Clock("progress", _in_progress, _days(lambda t: t.progress_days), DESK_LADDER, _fixed(A_DAY * 3), _fixed(A_DAY), awake=False),
    Clock("call", _uncalled, _span(_CALL), (Rung.REPORTER,), None, _CALL_AGAIN, aside=True),
    Clock("h2", _follows("h2", "h24", "d3"), _follow_at(0), FOLLOW_LADDER, None, _fixed(timedelta(hours=2)), aside=True),
    Clock("h24", _follows("h24", "d3"), _follow_at(1), FOLLOW_LADDER, None, _fixed(timedelta(hours=4)), aside=True),
    Clock("d3", _follows("d3"), _follow_at(2), FOLLOW_LADDER, None, _fixed(timedelta(hours=8)), aside=True),
    Clock("risk", _risk, _span(lambda m, n, t: t.receipt), RISK_LADDER, None, _fixed(A_DAY), awake=False, aside=True),
    Clock("transfer", _untransferred, _span(lambda m, n, t: t.transfer), COUNTY_LADDER, _fixed(timedelta(hours=4)), _AGAIN),
    Clock("visit", _closed, _days(lambda t: t.visit_days), VISIT_LADDER, _fixed(A_DAY * 2), _fixed(A_DAY), awake=False),
    Clock("revisit", _visited, _days(lambda t: t.revisit_days), VISIT_LADDER, _fixed(A_DAY * 3), _fixed(A_DAY), awake=False),
)  # fmt: skip
BY_CODE = {clock.code: clock for clock in CLOCKS}
# The further question at 24 h takes the place of the one at 2 h, and so on.
_OVERTAKEN_BY = {"h2": "h24", "h24": "d3"}


@dataclass(frozen=True)
class Running:
    """A clock that runs on a report now."""

    clock: Clock
    desk: str
    since: datetime
    deadline: datetime
    left: timedelta  # below zero: late
    rise: Rise | None = None

    @property
    def key(self) -> RiseKey:
        return (self.clock.code, self.desk, self.since)

    @property
    def token(self) -> str:
        """This run in eight letters, for buttons and reminder subjects."""
        said = "|".join((self.clock.code, self.desk, self.since.isoformat()))
        return hashlib.sha256(said.encode()).hexdigest()[:8]

    @property
    def late(self) -> bool:
        return self.left < timedelta(0)


def clocks(now: Life, matter: Matter, at: datetime, policy: Policy) -> list[Running]:
    """Every clock that runs on the report, the one with least time left first. None runs on a report that is over."""
    if not now.open:
        return []
    found = {
        (clock.code, desk): Running(clock, desk, since, ends, ends - at, now.rises.get((clock.code, desk, since)))
        for clock in CLOCKS
        for desk, since in clock.starts(now, matter)
        for ends in (clock.ends(since, matter, now, policy),)
    }
    for code, by in _OVERTAKEN_BY.items():
        taken_over = found.get((by, ""))
        if taken_over is not None and taken_over.deadline <= at:
            found.pop((code, ""), None)
    return sorted(found.values(), key=lambda one: (one.deadline, one.clock.code, one.desk))


def is_near(running: Running, now: Life, matter: Matter, policy: Policy) -> bool:
    """Not late yet, and so little time is left that the first rung is warned (快到时限)."""
    warn = running.clock.warn
    return warn is not None and not running.late and running.left <= warn(matter, now, policy.reports)


# --- who ---


@dataclass(frozen=True)
class Responsible:
    """Who has to act next, on which clock, until when. `persons` is never empty."""

    clock: str
    desk: str
    rung: Rung
    persons: tuple[str, ...]
    deadline: datetime


def next_responsible(now: Life, matter: Matter, crew: Crew, at: datetime, policy: Policy) -> Responsible | None:
    """Who acts next; None only for a report that is over.

    What a department or the county owes comes before what goes on beside it. Where no rung of the ladder can be reached it is the
    county bureau, the procuratorate, the leader; where nobody at all can be, it is the reporter, who can dial 110.
    """
    running = clocks(now, matter, at, policy)
    if not running:
        return None
    first = min(running, key=lambda one: (one.clock.aside, one.deadline))
    rungs = first.clock.ladder[standing(first) :]
    for rung in (*rungs, *first.clock.ladder, *LAST_RESORT):
        if persons := crew.on(rung, matter, first.desk):
            return Responsible(first.clock.code, first.desk, rung, persons, first.deadline)
    return Responsible(first.clock.code, first.desk, Rung.REPORTER, (matter.reporter,), first.deadline)


def standing(running: Running) -> int:
    """The place on the ladder it has risen to."""
    if running.rise is None or running.rise.rung not in running.clock.ladder:
        return 0
    return running.clock.ladder.index(Rung(running.rise.rung))
