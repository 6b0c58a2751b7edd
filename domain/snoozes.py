"""Putting a reminder off (晚点再提醒): what may wait, for how long, and what becomes of its steps.

Only the person's own reminder waits. The due day stays where it is, and the call for help above goes on counting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.calendar import DAY
from domain.children import Tier
from domain.duties import FIRST_VISIT, LOST, VISIT, OpenDuty, SubjectKind
from domain.policy import Policy

MOST_IN_A_ROW = 2  # for the same due item
FIRST_VISIT_WAITS = 5  # days late at most
OFFERS = (1, 3, 7)  # days


class Reason(StrEnum):
    """Why it has to wait."""

    AWAY = "away"  # 孩子不在家
    FARM = "farm"  # 下地忙
    WEATHER = "weather"
    OTHER = "other"


@dataclass(frozen=True)
class Snooze:
    """One due item put off for one person, from a day on until another, on which it is brought up again."""

    id: str
    rule: str
    subject: str
    person: str
    due: date  # the item: once the due day has moved, something new is owed and the snooze is void
    made_on: date
    until: date
    reason: str
    by: str | None  # somebody above, where it was they who gave more time


Item = tuple[str, str, str]  # rule, subject, person
Snoozes = Mapping[Item, tuple[Snooze, ...]]
NONE: Snoozes = {}


def by_item(rows: Iterable[Snooze]) -> Snoozes:
    """In the order given, the oldest first."""
    found: dict[Item, tuple[Snooze, ...]] = {}
    for one in rows:
        item = (one.rule, one.subject, one.person)
        found[item] = (*found.get(item, ()), one)
    return found


def in_force(snoozes: Snoozes, item: Item, due: date, day: date) -> Snooze | None:
    """The one that counts on that day for that due item: the newest made by then. It may have run out."""
    made = [one for one in snoozes.get(item, ()) if one.due == due and one.made_on <= day]
    return made[-1] if made else None


def step(snooze: Snooze | None, latest: date, day: date) -> date | None:
    """The step that counts on that day: none while it waits, then the day it was put off to, then the usual ones."""
    if snooze is None:
        return latest
    return None if day < snooze.until else max(latest, snooze.until)


def refusal(duty: OpenDuty, today: date) -> str | None:
    """Why this may not wait at all, as the end of a key; None if it may."""
    if duty.duty.subject is not SubjectKind.CHILD or duty.duty is LOST:
        return "never"
    if duty.duty is VISIT and duty.tier is Tier.RED and duty.due < today:
        return "red_visit"
    if duty.duty is FIRST_VISIT and duty.overdue_days(today) > FIRST_VISIT_WAITS:
        return "first_visit"
    return None


def used_up(snoozes: Snoozes, item: Item, due: date, by: str | None) -> bool:
    """Whether this item has been put off as often as may be; those above have as many turns of their own."""
    mine = [one for one in snoozes.get(item, ()) if one.due == due and one.by == by]
    return len(mine) >= MOST_IN_A_ROW


def offers(today: date, policy: Policy) -> tuple[date, ...]:
    """Until when it may wait, by the county's number."""
    return tuple(dict.fromkeys(today + min(days, policy.snooze_days) * DAY for days in OFFERS))
