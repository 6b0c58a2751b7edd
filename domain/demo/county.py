"""The demo county on its first morning: places, people, households with file numbers and tiers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from domain.children import Child
from domain.demo import child_files, special, staff, tiers
from domain.demo.families import Household, Maker
from domain.demo.ids import Ids, Numbers
from domain.demo.special import Ending
from domain.demo.staff import DEMO_VILLAGE, LARGE, ORDINARY, VACANT, Seat, Staff
from domain.people import Role, Unit
from domain.policy import COUNTY_DEFAULTS, Policy
from domain.units import UnitTree

FEWEST, MOST = 100, 30_000
SHOWN = (DEMO_VILLAGE, ORDINARY, LARGE)  # villages a visitor opens first
SIZES = {1: 0.75, 2: 0.10, 3: 0.05 / 3}  # a quarter of the children share a household
CLOSED = 1 / 75
_BUSY = {"620724106": 1.15, "620724103": 1.15}  # 新坝镇 and 巷道镇


@dataclass(frozen=True)
class Place:
    """One village or community: its households, who works there, and how steadily."""

    unit: Unit
    town: Unit
    director: Seat
    supervisor: Seat
    homes: tuple[Household, ...]
    steadiness: float  # the share of contacts in time
    slack_from: date | None = None  # since when the work has been flagging: here help is needed
    endings: Mapping[str, Ending] = field(default_factory=dict)

    @property
    def children(self) -> tuple[Child, ...]:
        return tuple(child for home in self.homes for child in home.children)


@dataclass(frozen=True)
class County:
    """Everything but the history. The same arguments of `make` give the same county, ids included."""

    seed: int
    day: date
    policy: Policy
    staff: Staff
    places: tuple[Place, ...]
    ids: Ids

    @property
    def children(self) -> tuple[Child, ...]:
        return tuple(child for place in self.places for child in place.children)


def make(
    seed: int,
    children: int,
    day: date,
    tree: UnitTree,
    file_prefix: Callable[[str], str],
    policy: Policy = COUNTY_DEFAULTS,
) -> County:
    """The county with exactly so many files (closed ones among them) as of the morning of `day`.

    Raises ValueError outside of FEWEST … MOST: fewer do not hold the edge cases.
    """
    if not FEWEST <= children <= MOST:
        raise ValueError(f"between {FEWEST} and {MOST} children")
    rng = Random(f"{seed}/county")
    ids, numbers = Ids(Random(f"{seed}/ids"), day), Numbers(Random(f"{seed}/numbers"))
    people = staff.make(Random(f"{seed}/staff"), ids, numbers, tree, day)
    units = [unit for town in tree.towns for unit in staff.villages(tree, town.code)]
    on_purpose = special.households(Maker(Random(f"{seed}/special"), ids, numbers, day), tree, people)
    sizes = _sizes(rng, units, children, on_purpose)
    homes: dict[str, list[Household]] = {}
    for unit in units:
        maker = Maker(Random(f"{seed}/{unit.code}"), ids, numbers, day)
        town = tree.town_of(unit.code)
        assert town is not None
        homes[unit.code] = _filled(maker, unit, town.name, on_purpose.get(unit.code, []), sizes[unit.code])
    flat = tiers.assign(rng, [home for unit in units for home in homes[unit.code]])
    by_unit: dict[str, list[Household]] = {unit.code: [] for unit in units}
    for home in flat:
        by_unit[home.children[0].unit].append(home)
    return County(
        seed, day, policy, people,
        tuple(_place(rng, unit, tree, people, by_unit[unit.code], day, policy, file_prefix, seed) for unit in units), ids,
    )  # fmt: skip


def _sizes(rng: Random, units: list[Unit], children: int, on_purpose: Mapping[str, list[Household]]) -> dict[str, int]:
    """How many children live where: around the mean, a little more in the two large towns, exact in the sum."""
    mean = round(children / len(units))
    least = {unit.code: sum(len(home.children) for home in on_purpose.get(unit.code, ())) for unit in units}
    for code, number in special.LEAST_AT.items():
        least[code] = max(least[code], number, mean)
    weight = {
        unit.code: rng.gammavariate(9, 1 / 9) * _BUSY.get(unit.code[:9], 1.0) if unit.code not in SHOWN else 0.0
        for unit in units
    }
    sizes, drawn = dict(least), dict.fromkeys(least, 0)
    while (missing := children - sum(sizes.values())) > 0:
        for code in rng.choices(list(weight), weights=list(weight.values()), k=missing):
            drawn[code] += 1
            # those there on purpose are part of the place's share, not on top of it
            sizes[code] += drawn[code] > least[code]
    return sizes


def _filled(maker: Maker, unit: Unit, town: str, given: list[Household], size: int) -> list[Household]:
    """The households there on purpose, and others by chance until there are so many children."""
    homes = list(given)
    names = {child.name for home in homes for child in home.children}
    missing = size - sum(len(home.children) for home in homes)
    while missing > 0:
        count = min(missing, maker.rng.choices(list(SIZES), weights=list(SIZES.values()))[0])
        home = maker.household(unit, town, count)
        if size < 60 and any(child.name in names for child in home.children):
            continue  # two of one name in a small village: only on purpose
        if count == 1 and maker.rng.random() < CLOSED:
            home = _closed(maker, home)
        names.update(child.name for child in home.children)
        homes.append(home)
        missing -= count
    return homes


def _closed(maker: Maker, home: Household) -> Household:
    child = home.children[0]
    on = maker.day - timedelta(days=maker.rng.randint(20, 300))
    assert child.added_on is not None
    if child.unit in SHOWN or child.added_on > on - timedelta(days=60):
        return home
    reason = maker.rng.choice(("moved", "parents_returned", "moved"))
    return replace(home, children=(replace(child, closed_on=on, close_reason=reason),))


def _place(
    rng: Random,
    unit: Unit,
    tree: UnitTree,
    people: Staff,
    homes: list[Household],
    day: date,
    policy: Policy,
    file_prefix: Callable[[str], str],
    seed: int,
) -> Place:
    town = tree.town_of(unit.code)
    assert town is not None
    numbered = child_files.filled(_numbered(homes, file_prefix(unit.code)), f"{seed}/{unit.code}", day)
    if Random(f"{seed}/candidates/{unit.code}").random() < 0.3:
        numbered = child_files.candidates(numbered, day)
    shown = unit.code in SHOWN
    draw, flagging = rng.random(), rng.random() < 0.09 and unit.code not in VACANT
    return Place(
        unit, town, people.at(Role.CHILD_DIRECTOR, unit.code), people.at(Role.SUPERVISOR, town.code), numbered,
        steadiness=0.9 if draw < 0.45 or shown else 0.84 if draw < 0.82 else 0.68,
        slack_from=day - timedelta(days=rng.randint(35, 50)) if flagging and not shown else None,
        endings=special.endings(numbered, day, policy) if shown else {},
    )  # fmt: skip


def _numbered(homes: list[Household], prefix: str) -> tuple[Household, ...]:
    """File numbers in the order in which the files were opened."""
    everybody = [child for home in homes for child in home.children]
    everybody.sort(key=lambda child: (child.added_on, child.id))
    number = {child.id: f"{prefix}{serial:04}" for serial, child in enumerate(everybody, 1)}
    return tuple(
        replace(home, children=tuple(replace(one, file_no=number[one.id]) for one in home.children)) for home in homes
    )
