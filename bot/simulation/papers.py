"""The oracle's part about care agreements (domain.md 2.7, H9), worked out by looking at every paper of a child.

It shares nothing with domain/agreements.py. In the invented county every child's parents are away.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from bot.simulation.facts import Facts, File

DAY = timedelta(days=1)
AHEAD = {"agreement_missing": (7,), "agreement_ends": (30, 7)}  # days ahead at which it is spoken of
SETTLING_IN = 7


def owed(facts: Facts, file: File, today: date) -> Iterator[tuple[str, date]]:
    """(rule, due) of the one thing a child's agreement may owe, once it is spoken of or nearly so."""
    signed = [one for one in file.papers if one.signed <= today]
    holding = [one for one in signed if one.ended is None or one.ended > today]
    rule = "agreement_ends" if holding else "agreement_missing"
    if holding:
        due = max(one.last for one in holding)
    elif signed:
        over = max(one.ended for one in signed if one.ended is not None)
        home = any(one.came_home for one in signed if one.ended == over)
        due = in_three_months(over) if home else over + 7 * DAY
    else:
        due = max(file.added, facts.begun) + 30 * DAY
    if file.away_until is not None:
        due = max(due, file.away_until + SETTLING_IN * DAY)
    if due <= today + max(AHEAD[rule]) * DAY:
        yield rule, due


def in_three_months(day: date) -> date:
    """The same day of the month; where there is none, the last one."""
    month = day.month + 3
    year, month = day.year + (month > 12), month - 12 * (month > 12)
    number = day.day
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


def newest_step(rule: str, due: date, today: date) -> date | None:
    """The days it is spoken of ahead, the day itself, then every seventh."""
    day = today
    while day >= due - max(AHEAD[rule]) * DAY:
        past = (day - due).days
        if -past in AHEAD[rule] or (past >= 0 and past % 7 == 0):
            return day
        day -= DAY
    return None
