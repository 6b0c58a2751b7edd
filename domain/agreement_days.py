"""When a care agreement is owed, and the weeks in which the parents are home to sign it (plan task 5; domain.md 2.7, H9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from domain.agreements import BACK_FOR, FIRST_WITHIN, NEXT_WITHIN, WINDOW_BEFORE, Brief, Ending, State, needs_agreement
from domain.calendar import DAY, add_months
from domain.children import Child
from domain.duties import AGREEMENT_ENDS, AGREEMENT_MISSING, Fact, FactKind, OpenDuty
from domain.festivals import LANTERN, LITTLE_NEW_YEAR, SPRING_FESTIVAL, festivals
from domain.policy import Policy


def owed(child: Child, since: date, papers: Iterable[Brief], day: date, policy: Policy) -> OpenDuty | None:
    """The agreement this child is owed next, from the facts dated up to that day; None where it needs none.

    `since` is the day it was added or became 留守. In force: owed anew by its last day. Ended before its time: within
    a week, or after three months where the parents had come home. A pause moves the day as it does for contacts.
    """
    if not needs_agreement(child, day):
        return None
    signed = [one for one in papers if one.signed_on is not None and one.signed_on <= day]
    standing = [one for one in signed if one.ended_on is None or one.ended_on > day]
    if standing:
        best = max(standing, key=lambda one: (one.last, one.signed_on))
        assert best.signed_on is not None
        duty, due, fact = AGREEMENT_ENDS, best.last, Fact(FactKind.AGREEMENT, best.signed_on)
    elif signed:
        newest = max(signed, key=lambda one: (one.ended_on, one.ended_why is Ending.PARENTS_BACK))
        assert newest.ended_on is not None
        back = newest.ended_why is Ending.PARENTS_BACK
        due = add_months(newest.ended_on, BACK_FOR) if back else newest.ended_on + NEXT_WITHIN * DAY
        duty, fact = AGREEMENT_MISSING, Fact(FactKind.AGREEMENT_ENDED, newest.ended_on)
    else:
        duty, due, fact = AGREEMENT_MISSING, since + FIRST_WITHIN * DAY, Fact(FactKind.LEFT_BEHIND, since)
    if child.paused_until is not None:
        settled_in = child.paused_until + timedelta(days=policy.after_pause_days)
        if due < settled_in:
            due, fact = settled_in, Fact(fact.kind, fact.day, paused_until=child.paused_until)
    return OpenDuty(duty, f"{duty.subject}:{child.id}", child.unit, due, fact, child)


# --- 春节 ---


def window(day: date) -> tuple[date, date] | None:
    """The weeks the parents are home (ten days before 小年 to 元宵), if that day lies in them: the time to sign."""
    days = festivals(day.year)
    first, last = days[LITTLE_NEW_YEAR] - WINDOW_BEFORE, days[LANTERN]
    return (first, last) if first <= day <= last else None


def next_spring_festival(day: date) -> date:
    """The first 春节 after that day."""
    this = festivals(day.year)[SPRING_FESTIVAL]
    return this if this > day else festivals(day.year + 1)[SPRING_FESTIVAL]


def to_renew(state: State, last: date | None, day: date) -> bool:
    """Whether it should be signed or renewed while the parents are home: it would not last until they come again.

    Before the window opens this is asked of the coming one, so that the list can be made in time.
    """
    if state in (State.UNSIGNED, State.EXPIRED, State.ENDED) or last is None:
        return True
    home = day.year if day <= festivals(day.year)[LANTERN] else day.year + 1
    return last < festivals(home + 1)[SPRING_FESTIVAL]
