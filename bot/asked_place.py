"""Which unit somebody means by the words behind a command, within what they may see."""

from __future__ import annotations

from collections.abc import Callable

from bot.buttons import Button
from bot.work import Refused, Work, in_rows_of
from domain.access import Action, granting
from domain.people import Unit, UnitKind

PLACES = (UnitKind.VILLAGE, UnitKind.COMMUNITY)
Cells = list[tuple[str, Button | str]]


def home(work: Work, action: Action) -> list[Unit]:
    """The units of the person's own posts that allow this."""
    found = (work.tree.get(post.unit.code) for post in granting(work.me, action))
    return list(dict.fromkeys(unit for unit in found if unit and unit.kind is not UnitKind.DEPARTMENT))


def named(work: Work, words: str, action: Action) -> list[Unit]:
    """The units these words may mean, the likeliest first, never one outside the person's scope. Raises Refused."""
    own = home(work, action)
    found = [one for one in work.tree.find(words, own[0] if own else None) if one.kind is not UnitKind.DEPARTMENT]
    if not found:
        raise Refused("place.unknown", words=words[:20])
    codes = work.visible(action)
    within = [one for one in found if one.code in codes]
    if not within:
        raise Refused("place.not_yours", words=words[:20])
    return within


def cells(work: Work, units: list[Unit], press: Callable[[Unit], Button]) -> Cells:
    """A button for each, by the name that is unique in the county where several towns are meant."""
    towns = {unit.parent for unit in units if unit.kind in PLACES}
    return [(work.tree.path_name(unit.code) if len(towns) > 1 else unit.name, press(unit)) for unit in units]


def in_rows(found: Cells, wide: int = 3) -> list[Cells]:
    """So many to a row; fewer where the names are long."""
    wide = 2 if any(len(label) > 7 for label, _ in found) else wide
    return in_rows_of(wide, found)
