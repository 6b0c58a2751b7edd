"""Whom a report goes around, because somebody there is involved (利益冲突; domain.md 1.6, design.md section 6).

Decided once, when the report is filed, as unit codes: whoever sits there, today or later, neither hears of the report
nor opens it, through whatever post they hold. 不方便说, and a report sent before the question was answered, count as
village and town both.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from domain.forms import Answers
from domain.people import Post, Role

_VILLAGE_LENGTH, _TOWN_LENGTH, _COUNTY_LENGTH = 12, 9, 6


class Conflict(StrEnum):
    """The answer to 村里或镇上有人牵涉吗？"""

    NONE = "none"
    VILLAGE = "village"  # the director, village leadership, their relatives
    TOWN = "town"  # town leadership
    FAMILY = "family"  # the reporter's own relative: everybody near would talk
    COLLEAGUE = "colleague"  # somebody the reporter works with
    UNSAID = "unsaid"


_BOTH = (Conflict.COLLEAGUE, Conflict.UNSAID)


def conflict_of(answers: Answers) -> Conflict:
    return Conflict(answers.get("involved") or Conflict.UNSAID)


def tells_supervisor(conflict: Conflict) -> bool:
    """Whether the town hears of it. A relative of the reporter is the village's matter."""
    return conflict in (Conflict.NONE, Conflict.VILLAGE, Conflict.FAMILY)


def units_around(conflict: Conflict, places: Iterable[str], reporter_units: Iterable[str] = ()) -> frozenset[str]:
    """The unit codes a report goes around. `places` are those of the child and the reporter.

    A colleague may sit in the very office the reporter works in, so that is gone around, too: a department, or the
    county bureau.
    """
    villages = {place for place in places if len(place) >= _TOWN_LENGTH and "." not in place}
    towns = {place[:_TOWN_LENGTH] for place in villages}
    found: set[str] = set()
    if conflict in (Conflict.VILLAGE, Conflict.FAMILY, *_BOTH):
        found |= {place for place in villages if len(place) == _VILLAGE_LENGTH}
    if conflict in (Conflict.TOWN, *_BOTH):
        found |= towns
    if conflict is Conflict.COLLEAGUE:
        found |= {code for code in reporter_units if "." in code or len(code) == _COUNTY_LENGTH}
    return frozenset(found)


def persons_around(around: Iterable[str], posts: Iterable[Post]) -> frozenset[str]:
    """Who sits at those units now. A place hides its director or supervisor; an office everybody in it."""
    codes = set(around)
    hidden: set[str] = set()
    for post in posts:
        if post.unit.code in codes and _answers_for(post):
            hidden.update(one for one in (post.holder, post.deputy) if one)
    return frozenset(hidden)


def gone_around(conflict: Conflict, places: Iterable[str], posts: Iterable[Post]) -> frozenset[str]:
    """The persons who must neither hear of a report nor open it."""
    return persons_around(units_around(conflict, places), posts)


def town_of(code: str) -> str | None:
    """The first nine digits of a place below the county; None for the county and for departments."""
    return code[:_TOWN_LENGTH] if len(code) >= _TOWN_LENGTH and "." not in code else None


def _answers_for(post: Post) -> bool:
    """Leaders of the whole county see figures only; what they are told is a code and a clock."""
    return not (post.role in (Role.LEADER, Role.ADMIN, Role.AUDITOR) and len(post.unit.code) == _COUNTY_LENGTH)
