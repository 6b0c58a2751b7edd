"""Until when a word is expected on a referral: soft clocks that remind the unit once and then tell the county.

No law sets these days; they are the county's (domain.policy.ReferralTimes). Only the written reply to a judicial or
procuratorial suggestion has a legal limit of one month (未成年人保护法 art. 114).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from domain.calendar import add_months, add_working_days, local_day
from domain.policy import Policy
from domain.referrals.life import IN_HAND, Life, Run, State

ACCEPT, FIRST_WORD, WORD, DATE, REPLY = "accept", "first_word", "word", "date", "reply"


@dataclass(frozen=True)
class Clock:
    """A word owed by a unit until the end of a day."""

    code: str
    unit: str
    since: date
    due: date

    @property
    def run(self) -> Run:
        return self.code, self.since

    def late(self, today: date) -> bool:
        return today > self.due


@dataclass(frozen=True)
class Signal:
    """What has to be said about a clock now: to the unit itself, or (risen) to the county."""

    clock: Clock
    risen: bool


def clock_of(now: Life, kind: str, policy: Policy) -> Clock | None:
    """The one clock that runs; the village's own dates are duties of its director instead (bot/reminders)."""
    if now.state not in IN_HAND or now.by_village or now.desk is None or now.sent_at is None:
        return None
    times, sent = policy.referrals, local_day(now.sent_at)
    if now.state in (State.WAITING, State.RETURNED):
        return Clock(ACCEPT, now.desk, sent, add_working_days(sent, times.accept_working_days, policy.calendar))
    if kind == "suggestion":
        return Clock(REPLY, now.desk, sent, add_months(sent, 1))
    if now.next_on is not None and now.word_at is not None:  # the unit named the day itself
        return Clock(DATE, now.desk, local_day(now.word_at), now.next_on)
    if now.word_at is None:
        return Clock(FIRST_WORD, now.desk, sent, add_working_days(sent, times.first_word_working_days, policy.calendar))
    spoken = local_day(now.word_at)
    return Clock(WORD, now.desk, spoken, spoken + timedelta(days=times.word_days))


def signal(now: Life, kind: str, today: date, policy: Policy) -> Signal | None:
    """What has to be said today, if anything: the unit is reminded once, later the county hears once."""
    clock = clock_of(now, kind, policy)
    if clock is None or not clock.late(today):
        return None
    reminded = next((day for run, day in now.nudged if run == clock.run), None)
    if reminded is None:
        return Signal(clock, risen=False)
    county_on = add_working_days(reminded, policy.referrals.county_working_days, policy.calendar)
    if clock.run in now.risen or today <= county_on:
        return None
    return Signal(clock, risen=True)
