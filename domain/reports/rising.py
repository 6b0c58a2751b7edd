"""What has to be said about the clocks of a report now: a warning, the rise to the next rung, or once more to the last.

A rise becomes a fact of the report (events.ESCALATED) when it is said, so the next one follows from what happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.policy import Policy
from domain.reports.clocks import A_DAY, LAST_RESORT, Running, clocks, ignores_nights, standing
from domain.reports.crew import Crew, Matter, Rung
from domain.reports.hours import is_open, later
from domain.reports.life import Life, Rise

WARN = "warn"


@dataclass(frozen=True)
class Signal:
    """Something to be said now about a clock: a warning to the first rung, or the rise to a rung."""

    running: Running
    step: str  # WARN or a rung
    persons: tuple[str, ...]
    moment: datetime  # when it was to be said
    awake: bool  # at night as well

    @property
    def nth(self) -> int:
        """0 for a warning, then 1, 2, …: how often the clock will have risen."""
        rise = self.running.rise
        return 0 if self.step == WARN else (rise.times if rise else 0) + 1

    @property
    def absent(self) -> bool:
        """Said before its time because nobody on the rungs below can be reached."""
        return self.step != WARN and self.moment < self.running.deadline

    @property
    def rule(self) -> str:
        """What the reminder row is called."""
        return f"clock.{self.running.clock.code}.{_SHORT.get(self.step, self.step)}"


_SHORT = {"procuratorate": "procur", "county_deputy": "county2"}  # a rule has 24 letters


def signals(now: Life, matter: Matter, crew: Crew, at: datetime, policy: Policy) -> list[Signal]:
    """What has to be said at this moment, each at most once: a rise becomes a fact, a warning a reminder row."""
    found = []
    for running in clocks(now, matter, at, policy):
        awake = running.clock.awake and ignores_nights(matter, now)
        signal = _rise(running, now, matter, crew, at, policy, awake) or _warning(
            running, now, matter, crew, at, policy, awake
        )
        if signal is not None and signal.moment <= at and (awake or is_open(at, policy)):
            found.append(signal)
    return found


def _warning(
    running: Running, now: Life, matter: Matter, crew: Crew, at: datetime, policy: Policy, awake: bool
) -> Signal | None:
    if running.clock.warn is None or running.rise is not None or running.deadline <= at:
        return None
    moment = running.deadline - running.clock.warn(matter, now, policy.reports)
    persons = next((found for rung in running.clock.ladder if (found := crew.on(rung, matter, running.desk))), ())
    return Signal(running, WARN, persons, moment, awake) if persons and moment > running.since else None


def _rise(
    running: Running, now: Life, matter: Matter, crew: Crew, at: datetime, policy: Policy, awake: bool
) -> Signal | None:
    """The next rung, once its moment has come. A rung on which nobody can be reached is stepped over at once."""
    ladder, rise = running.clock.ladder, running.rise
    if rise is None:
        place, moment = 0, running.deadline
        if ladder[0] is Rung.OFFICER and not crew.on(Rung.OFFICER, matter, running.desk):
            moment = running.since  # nobody there to wait for: the deputy, the head … at once
    else:
        place = standing(running) + 1
        moment = _next_moment(running, rise, matter, now, policy, awake)
        if not crew.on(ladder[place - 1], matter, running.desk) and place < len(ladder):
            moment = rise.at  # has gone since: nobody there will acknowledge it
    if moment > at:
        return None
    for rung in ladder[place:]:
        if persons := crew.on(rung, matter, running.desk):
            return Signal(running, rung.value, persons, moment, awake)
    return _again(running, matter, crew, at, now, policy, awake)


def _next_moment(running: Running, rise: Rise, matter: Matter, now: Life, policy: Policy, awake: bool) -> datetime:
    """Unseen: after the patience of the clock. Seen: whoever has seen it gets the clock's own length."""
    if rise.seen_at is None:
        return later(rise.at, running.clock.again(matter, now, policy.reports), policy, any_hour=awake)
    return max(running.clock.ends(rise.seen_at, matter, now, policy), rise.seen_at + A_DAY)


def _again(
    running: Running, matter: Matter, crew: Crew, at: datetime, now: Life, policy: Policy, awake: bool
) -> Signal | None:
    """At the end of the ladder it is said to the last who can be reached again, once a day (110: as often as it takes)."""
    rise = running.rise
    reached = [rung for rung in (*LAST_RESORT[::-1], *running.clock.ladder) if crew.on(rung, matter, running.desk)]
    if not reached:
        return None
    if rise is not None:
        pause = running.clock.again(matter, now, policy.reports) if running.clock.code == "call" else A_DAY
        since = rise.seen_at or rise.at
        if later(since, pause, policy, any_hour=awake) > at:
            return None
    return Signal(running, reached[-1].value, crew.on(reached[-1], matter, running.desk), at, awake)
