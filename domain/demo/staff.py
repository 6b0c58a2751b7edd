"""The posts of the demo county and who holds them. Chat ids are fixed: the place of the post in this list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from domain.children import Sex
from domain.demo import names
from domain.demo.ids import Ids, Numbers
from domain.people import Role, Unit, UnitKind
from domain.units import COUNTY, UnitTree

FIRST_CHAT = 200_001
DEMO_TOWN, DEMO_VILLAGE = "620724900", "620724900001"  # 示范镇 甲村: in no list, the only place of stories of harm
ORDINARY, LARGE = "620724106001", "620724103001"  # 新坝镇暖泉村; 巷道镇渠口村, with more than thirty children
OWN_CHILD = "620724106003"  # 新坝镇顺德村: a child there is the director's own
VACANT = ("620724105009", "620724107004", "620724101012")  # nobody holds these three posts just now
RECEIVERS = (
    "police", "education", "civil_affairs", "health", "procuratorate", "court", "justice", "women", "youth", "disabled",
)  # fmt: skip

# The people a visitor meets have the same names whatever the seed: screenshots and the tour speak of them.
_KNOWN = {
    (Role.CHILD_DIRECTOR, DEMO_VILLAGE): "殷桂香",
    (Role.SUPERVISOR, DEMO_TOWN): "段长明",
    (Role.DEPARTMENT, f"{COUNTY}.police"): "马光",
    (Role.CHILD_DIRECTOR, ORDINARY): "柴玉兰",
    (Role.CHILD_DIRECTOR, LARGE): "闫翠芳",
    (Role.SUPERVISOR, "620724106"): "盛建平",
    (Role.COUNTY, COUNTY): "何静怡",
    (Role.DEPARTMENT, f"{COUNTY}.education"): "罗海霞",
    (Role.DEPARTMENT, f"{COUNTY}.civil_affairs"): "祁文斌",
    (Role.DEPARTMENT, f"{COUNTY}.procuratorate"): "许红霞",
    (Role.LEADER, COUNTY): "任学军",
    (Role.ADMIN, COUNTY): "贾建新",
    (Role.AUDITOR, COUNTY): "郑永刚",
}


@dataclass(frozen=True)
class Worker:
    """Somebody who holds a post, or held it until `left_on` (then without a chat)."""

    id: str
    name: str
    phone: str
    chat_id: int | None
    left_on: date | None = None


@dataclass(frozen=True)
class Seat:
    """One post. `holder` is None where it is vacant; `before` is who left it."""

    id: str
    role: Role
    unit: str
    since: date
    holder: Worker | None
    before: Worker | None = None


@dataclass(frozen=True)
class Staff:
    """All posts, in the order of the unit tree."""

    seats: tuple[Seat, ...]

    def at(self, role: Role, unit: str) -> Seat:
        return next(seat for seat in self.seats if seat.role is role and seat.unit == unit)

    @property
    def workers(self) -> tuple[Worker, ...]:
        return tuple(one for seat in self.seats for one in (seat.holder, seat.before) if one is not None)


def make(rng: Random, ids: Ids, numbers: Numbers, tree: UnitTree, day: date) -> Staff:
    """Every post of the county with its holder, three directors' posts vacant since the summer before `day`."""
    seats, used = [], set(_KNOWN.values())
    for place, (role, unit) in enumerate(_posts(tree)):
        women = 0.62 if role is Role.CHILD_DIRECTOR else 0.45
        name = _KNOWN.get((role, unit))
        while name is None:
            sex = Sex.FEMALE if rng.random() < women else Sex.MALE
            cohort = names.parent if rng.random() < 0.7 else names.grandparent
            drawn = cohort(rng, sex)
            name = drawn if drawn not in used else None
        used.add(name)
        since = day - timedelta(days=rng.randint(420, 2400))
        vacant = role is Role.CHILD_DIRECTOR and unit in VACANT
        left_on = day - timedelta(days=rng.randint(38, 70)) if vacant else None
        worker = Worker(ids.new(), name, numbers.phone(), None if vacant else FIRST_CHAT + place, left_on)
        seats.append(Seat(ids.new(), role, unit, since, None if vacant else worker, worker if vacant else None))
    return Staff(tuple(seats))


def _posts(tree: UnitTree) -> Iterator[tuple[Role, str]]:
    """Town by town its supervisor and its directors, then the county's own posts and the departments'."""
    for town in tree.towns:
        yield Role.SUPERVISOR, town.code
        yield from ((Role.CHILD_DIRECTOR, place.code) for place in villages(tree, town.code))
    yield Role.COUNTY, COUNTY
    yield from ((Role.DEPARTMENT, f"{COUNTY}.{slug}") for slug in RECEIVERS)
    yield from ((role, COUNTY) for role in (Role.LEADER, Role.ADMIN, Role.AUDITOR))


def villages(tree: UnitTree, town: str) -> tuple[Unit, ...]:
    return tuple(unit for unit in tree.children_of(town) if unit.kind in (UnitKind.VILLAGE, UnitKind.COMMUNITY))
