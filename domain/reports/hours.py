"""Time as a department counts it: nights, noons and holidays stand still for routine, and for nothing dangerous."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from domain.calendar import DAY, add_working_days, at, local, next_working_day, quiet, quiet_until, working_day
from domain.policy import Policy

NO_TIME = timedelta(0)


def is_open(moment: datetime, policy: Policy) -> bool:
    """People are at work: a working day, and no quiet hour."""
    return working_day(local(moment).date(), policy.calendar) and not quiet(moment, policy.quiet_hours)


def opens(moment: datetime, policy: Policy) -> datetime:
    """The first moment, now or later, at which people are at work."""
    while not is_open(moment, policy):
        day = local(moment).date()
        if not working_day(day, policy.calendar):
            moment = at(next_working_day(day, policy.calendar), time(0))
        else:
            moment = quiet_until(moment, policy.quiet_hours)
    return moment


def later(start: datetime, span: timedelta, policy: Policy, *, any_hour: bool) -> datetime:
    """The end of a span that began at `start`.

    With `any_hour` the clock on the wall. Else hours count only while people are at work, whole days are working days,
    and the end never falls into a night or a holiday.
    """
    if any_hour:
        return start + span
    if span >= DAY:
        day = add_working_days(local(start).date(), span.days, policy.calendar)
        return opens(at(day, local(start).time()) + (span - DAY * span.days), policy)
    moment, left = opens(start, policy), span
    while left > NO_TIME:
        shuts = _shuts(moment, policy)
        if moment + left <= shuts:
            return moment + left
        left -= shuts - moment
        moment = opens(shuts, policy)
    return moment


def days_on(start: datetime, days: int, policy: Policy) -> datetime:
    """So many calendar days later, or the first working moment after that."""
    return opens(start + DAY * days, policy)


def _shuts(moment: datetime, policy: Policy) -> datetime:
    """The next quiet hour or midnight after an open moment."""
    day = local(moment).date()
    ends = [at(day, span.since) for span in policy.quiet_hours]
    return min([end for end in ends if end > moment] + [at(day + DAY, time(0))])
