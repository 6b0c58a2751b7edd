"""What pictures of the whole county are drawn from: its villages as squares, the clocks of reports, the plan's tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.calendar import add_months, month_end
from domain.people import Unit, UnitKind
from domain.units import UnitTree

SOON_MONTHS = 2  # a task due within so many months is 快到期


@dataclass(frozen=True)
class Square:
    """A village or community: how many children are on file, and how many of them are behind the number shown."""

    unit: Unit
    children: int
    missed: int


@dataclass(frozen=True)
class TownSquares:
    """A town with its villages in the order of the county's list: no geography is claimed."""

    town: Unit
    squares: tuple[Square, ...]

    @property
    def missed(self) -> int:
        return sum(one.missed for one in self.squares)


def squares_of(
    tree: UnitTree, unit: Unit, missed: Mapping[str, int], children: Mapping[str, int]
) -> tuple[TownSquares, ...]:
    """The towns of a unit (the county's, or the town itself), those without a village or child left out."""
    towns = [town for town in tree.towns if town.code in tree.under(unit.code)]
    found = []
    for town in towns:
        squares = tuple(
            Square(place, children.get(place.code, 0), missed.get(place.code, 0))
            for place in tree.children_of(town.code)
            if place.kind in (UnitKind.VILLAGE, UnitKind.COMMUNITY)
        )
        if any(one.children for one in squares):
            found.append(TownSquares(town, squares))
    return tuple(found)


@dataclass(frozen=True)
class ClockLine:
    """The clocks of one kind that run on reports now. None: fewer than five, left out for leaders."""

    kind: str  # domain.reports.clocks code
    within: int | None
    near: int | None
    late: int | None


class Light(StrEnum):
    """Where a task of the plan stands, by its day and by what was handed in. Never a mark of persons."""

    DONE = "done"  # closed with its proof
    GOING = "going"  # something was handed in, and its day has not come
    SOON = "soon"  # its day comes within two months
    LATE = "late"  # its day has passed, and it is not closed
    WAITING = "waiting"  # nothing handed in yet, and time is left


@dataclass(frozen=True)
class TaskLine:
    """One task of the plan on the board."""

    no: int
    title: str
    lead: tuple[str, ...]
    due: date
    light: Light
    percent: int | None = None  # what the lead unit says
    proofs: int = 0


def light_of(due: date, today: date, *, closed: bool, proofs: int) -> Light:
    """By date and evidence."""
    if closed:
        return Light.DONE
    if due < today:
        return Light.LATE
    if due <= month_end(add_months(today, SOON_MONTHS)):
        return Light.SOON
    return Light.GOING if proofs else Light.WAITING
