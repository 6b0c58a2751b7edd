"""拉网式排查, once a year: every household of a village's list, what was found there, and a name under it (plan task 9, H5).

A household is whoever lives under one roof by the roster; a child without one stands for itself. Nobody is ranked: what
is not reached yet comes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.children import Child, Guardian
from domain.forms import Answers, Form, Invalid, Question, Said, World, by_button
from domain.seasons import hamlet

NUMERALS = "零一二三四五六七八九"
DAYS = 45  # PROPOSAL: so long one town's sweep takes, and not beyond the year


class Found(StrEnum):
    """What was found at a household."""

    SEEN = "seen"  # 见到了
    ABSENT = "absent"  # 没人在家: asked again before the others
    GONE = "gone"  # 搬走了


@dataclass(frozen=True)
class Home:
    """One household: `key` is the household's id, or the child's who has none."""

    key: str
    children: tuple[Child, ...]

    @property
    def carer(self) -> Guardian | None:
        return next((one for child in self.children for one in child.guardians if one.carer), None)

    @property
    def place(self) -> str:
        """三社; empty where no address names one."""
        return next(filter(None, (hamlet(child.address) for child in self.children)), "")


def homes(children: Iterable[Child]) -> list[Home]:
    """The households of one village, hamlet by hamlet, in the order of their first file numbers."""
    found: dict[str, list[Child]] = {}
    for child in sorted(children, key=lambda one: one.file_no):
        found.setdefault(child.household or child.id, []).append(child)
    made = [Home(key, tuple(there)) for key, there in found.items()]
    return sorted(made, key=lambda home: (*_nth(home.place), home.children[0].file_no))


def _nth(place: str) -> tuple[bool, int, str]:
    """二社 before 三社 before 十一社, then hamlets with names, then homes without one."""
    if match := re.match(r"(\d{1,2})[社组队]", place):
        return False, int(match[1]), place
    if match := re.match(
        r"(?=[一二三四五六七八九十])([一二三四五六七八九]?)(十?)([一二三四五六七八九]?)[社组队]", place
    ):
        tens = NUMERALS.index(match[1] or "一") * 10 if match[2] else NUMERALS.index(match[1] or "零")
        return False, tens + NUMERALS.index(match[3] or "零"), place
    return place == "", 100, place


def due_of(begun: date) -> date:
    """By when it should be over."""
    return (
        min(begun + timedelta(days=DAYS), date(begun.year, 12, 31))
        if begun < date(begun.year, 12, 20)
        else begun + timedelta(days=DAYS)
    )


def next_home(order: Sequence[Home], found: dict[str, Found | None], after: str | None = None) -> Home | None:
    """The household to go to next: those nobody was at, from `after` on; None where only 没人在家 is left or nothing."""
    keys = [home.key for home in order]
    start = keys.index(after) + 1 if after in keys else 0
    return next((home for home in (*order[start:], *order[:start]) if found.get(home.key) is None), None)


def _signature(said: Said, world: World, answers: Answers) -> str:
    """The signer's own name, as the post knows it."""
    words = "".join((said.text or "").split())
    if words != "".join(str(world.facts["name"]).split()):
        raise Invalid("sweep.problem.name")
    return words


SIGN = Form("sweepsign", (Question("village", by_button), Question("name", _signature)))
