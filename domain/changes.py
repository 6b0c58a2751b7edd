"""Changes of a child's situation a worker enters: away for a while, back, no longer 留守, the file closed (domain.md 2.1, 2.3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum

from domain.calendar import add_months
from domain.children import Child, Label

LONGEST_PAUSE = timedelta(days=366)
ADULT, NO_LONGER_LEFT_BEHIND = 18, 16


class What(StrEnum):
    """What changed. The words are in locales/ under change.what.<value>."""

    AWAY = "away"  # 随迁: with the parents for a while
    HOSPITAL = "hospital"
    BACK = "back"
    NOT_LEFT_BEHIND = "not_left_behind"
    CLOSED = "closed"
    REOPENED = "reopened"


PAUSES = (What.AWAY, What.HOSPITAL)
# 满16 满18 父母返乡 迁出 死亡 误录 (domain.md 2.3)
CLOSE_REASONS = ("age_18", "parents_back", "moved", "died", "mistake", "age_16")


class Unfit(ValueError):
    """The change does not fit this child. `why` names the sentence in locales/ (change.unfit.<why>)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def possible(child: Child, today: date) -> tuple[What, ...]:
    """What may be entered for this child now, in the order of the buttons."""
    if child.closed_on is not None:
        return (What.REOPENED,)
    away = child.paused_until is not None and child.paused_until >= today
    pauses = (What.BACK,) if away else PAUSES
    label = (What.NOT_LEFT_BEHIND,) if Label.LEFT_BEHIND in child.labels else ()
    return (*pauses, *label, What.CLOSED)


def applied(child: Child, what: What, today: date, *, until: date | None = None, reason: str | None = None) -> Child:
    """The child after the change. Raises Unfit; nothing is guessed.

    A pause ends by itself on its day; it never lowers the plan's minimum, it only moves the due day.
    """
    if what not in possible(child, today):
        raise Unfit("not_now")
    if what in PAUSES:
        if until is None or not today < until <= today + LONGEST_PAUSE:
            raise Unfit("until")
        return replace(child, paused_until=until)
    if what is What.BACK:
        return replace(child, paused_until=today)
    if what is What.NOT_LEFT_BEHIND:
        return replace(child, labels=tuple(one for one in child.labels if one is not Label.LEFT_BEHIND))
    if what is What.CLOSED:
        return replace(child, closed_on=today, close_reason=_reason(child, reason, today))
    return replace(child, closed_on=None, close_reason=None)


def _reason(child: Child, reason: str | None, today: date) -> str:
    if reason not in CLOSE_REASONS:
        raise Unfit("reason")
    years = {"age_18": ADULT, "age_16": NO_LONGER_LEFT_BEHIND}.get(reason)
    if years is not None and child.birth_date is not None and today <= add_months(child.birth_date, 12 * years):
        raise Unfit(f"not_{years}")
    if reason == "age_16" and any(label is not Label.LEFT_BEHIND for label in child.labels):
        raise Unfit("still_in_difficulty")  # 16 ends 留守 only; other hardship goes on to 18
    return reason
