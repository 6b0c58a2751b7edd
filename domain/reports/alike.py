"""The same matter told twice, where no roster says so: a child that was only described, in the same place, within days.

A likeness is offered to the desks for a person to look at. The reports are never merged, and neither reporter hears of
the other (九部门意见 art. 13: who reported is kept secret).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from domain.reading.names import How, search
from domain.reports.situations import SITUATIONS

WITHIN = timedelta(days=3)
_TOWN_LENGTH = 9
_SURE = (How.NAME, How.GIVEN, How.SOUND, How.PINYIN, How.PART)
_NO_NAME = set("孩娃岁男女家邻个的外生学村")
_NAME_FIRST = re.compile(r"^\s*([一-鿿]{2,4})\s*(?=$|[，,。、；;（(\s])")


@dataclass(frozen=True)
class Told:
    """A report as far as another one may be told from it."""

    situation: str
    day: date
    place: str | None  # the unit of the child, or of the reporter
    child_id: str | None = None
    name: str | None = None  # from the roster, or what was given as a name


class _Named(NamedTuple):
    id: str
    name: str
    file_no: str
    guardian_names: Sequence[str] = ()


def told(content: Mapping[str, Any], situation: str, day: date, place: str | None, child_id: str | None) -> Told:
    """What a report's answers give to go by."""
    file = content.get("file")
    return Told(situation, day, place, child_id, file["name"] if file else _name_in(content))


def alike(one: Told, other: Told) -> bool:
    """Whether the two may well be about the same child. Two children of the roster are told apart by the roster."""
    if one.child_id is not None and other.child_id is not None:
        return False
    groups = [SITUATIONS[said].group if said in SITUATIONS else said for said in (one.situation, other.situation)]
    return (
        groups[0] == groups[1]
        and abs(one.day - other.day) <= WITHIN
        and _near(one.place, other.place)
        and _names_agree(one.name, other.name)
    )


def _near(one: str | None, other: str | None) -> bool:
    """The same village; or one of them is only known by its town, as where a supervisor reported."""
    if one is None or other is None:
        return False
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= _TOWN_LENGTH and longer.startswith(shorter)


def _names_agree(one: str | None, other: str | None) -> bool:
    """By sound; where one of them has no name, that speaks against nothing."""
    if not one or not other:
        return True
    return any(
        match.how in _SURE
        for said, known in ((one, other), (other, one))
        for match in search(said, [_Named("", known, "")])
    )


def _name_in(content: Mapping[str, Any]) -> str | None:
    child = content.get("child")
    words = child[1] if isinstance(child, list) and len(child) > 1 else content.get("who")
    found = _NAME_FIRST.match(str(words or ""))
    return found[1] if found and not set(found[1]) & _NO_NAME else None
