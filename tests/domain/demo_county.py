"""The demo county of a seed and a day with its history, made once for all tests of it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache

from db.children import file_prefix
from domain import units
from domain.children import Child
from domain.contacts import Contact
from domain.demo import county as counties
from domain.demo import history
from domain.demo.cases import cases
from domain.demo.county import County
from domain.demo.history import Logged, Problem

TREE = units.load(demo=True)


DAY = date(2026, 11, 22)


@dataclass(frozen=True)
class Made:
    """A county with its history."""

    county: County
    logged: list[Logged]
    problems: dict[str, list[Problem]]

    @property
    def open_children(self) -> list[Child]:
        return [child for child in self.county.children if child.closed_on is None]

    @property
    def by_child(self) -> dict[str, list[Contact]]:
        found: dict[str, list[Contact]] = defaultdict(list)
        for one in self.logged:
            found[one.contact.child_id].append(one.contact)
        return found


@cache
def made(children: int = 1300, seed: int = 1, day: date = DAY) -> Made:
    county = counties.make(seed, children, day, TREE, file_prefix)
    logged: list[Logged] = []
    problems: dict[str, list[Problem]] = {}
    for town in TREE.towns:
        found: list[Problem] = []
        for place in (place for place in county.places if place.town == town):
            records, more = history.of_place(county, place)
            logged += records
            found += more
        problems[town.code] = history.settled(county, town.code, found)
    return Made(county, logged, problems)


def digest(one: Made) -> str:
    facts = (one.county.staff, one.county.places, one.logged, one.problems, cases(one.county))
    return hashlib.sha256(repr(facts).encode()).hexdigest()
