"""Whom a report goes around, because somebody there is involved (利益冲突; domain.md 1.6, design.md section 6).

不方便说, and a report sent before the question was answered, count as both. The county bureau and the departments are
never gone around by this question.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from domain.forms import Answers
from domain.people import Post, Role


class Conflict(StrEnum):
    """The answer to 村里或镇上有人牵涉吗？"""

    NONE = "none"
    VILLAGE = "village"
    TOWN = "town"
    UNSAID = "unsaid"


def conflict_of(answers: Answers) -> Conflict:
    return Conflict(answers.get("involved") or Conflict.UNSAID)


def tells_supervisor(conflict: Conflict) -> bool:
    return conflict in (Conflict.NONE, Conflict.VILLAGE)


def gone_around(conflict: Conflict, places: Iterable[str], posts: Iterable[Post]) -> frozenset[str]:
    """The persons who must neither hear of a report nor open it, through whatever post they hold.

    `places` are the unit of the child and that of the reporter; `posts` all posts. Village posts never hear of a
    report anyway; where the village is involved, its people are kept out of their other posts too.
    """
    villages = {place for place in places if _town(place) is not None}
    towns = {_town(place) for place in villages}
    hidden: set[str] = set()
    for post in posts:
        of_village = post.role is Role.CHILD_DIRECTOR and post.unit.code in villages
        of_town = post.role is Role.SUPERVISOR and post.unit.code in towns
        if (of_village and conflict in (Conflict.VILLAGE, Conflict.UNSAID)) or (
            of_town and conflict in (Conflict.TOWN, Conflict.UNSAID)
        ):
            hidden.update(one for one in (post.holder, post.deputy) if one)
    return frozenset(hidden)


def _town(code: str) -> str | None:
    """The first nine digits of a place below the county; None for the county and for departments."""
    return code[:9] if len(code) >= 9 and "." not in code else None
