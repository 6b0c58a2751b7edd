"""Drawing villages and children for a spot check so that anyone can draw the same again (plan task 9, H7).

The method, in one sentence: every place gets the number sha256("<seed>:<code>") read as a fraction u between 0 and 1 and
the score u^(1/weight); in each town the highest score is taken, then the highest of all that are left until there are
enough. That is weighted sampling without replacement (Efraimidis and Spirakis, 2006); a spreadsheet can redo it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

LEAST_VILLAGES = 10  # of the county's yearly check (plan task 9)
CHILDREN = 5  # of each village, every red one besides
LONG_AGO = 365  # days without a check


@dataclass(frozen=True)
class Place:
    """A village or community that can be drawn: its town and what makes it weigh more."""

    code: str
    town: str
    children: int
    red: int = 0
    yellow: int = 0
    overdue: int = 0
    last_check: date | None = None

    def weight(self, today: date) -> int:
        """1, 3 for each red child, 1 for each yellow one and each overdue one, 2 where nobody has looked for a year."""
        unseen = self.last_check is None or (today - self.last_check).days > LONG_AGO
        return 1 + 3 * self.red + self.yellow + self.overdue + 2 * unseen


@dataclass(frozen=True)
class Draw:
    """What was drawn, in the order drawn; `digest` proves which places and weights it was drawn from."""

    places: tuple[str, ...]
    digest: str
    empty_towns: tuple[str, ...]  # towns in which there was nothing to draw


def frame_of(places: Iterable[Place], today: date) -> list[tuple[str, str, int]]:
    """(code, town, weight) of each place with children, by code: all a draw depends on besides the seed."""
    return sorted((one.code, one.town, one.weight(today)) for one in places if one.children)


def digest(frame: Sequence[tuple[str, str, int]]) -> str:
    """The SHA-256 of the frame, a line for each place: `code town weight`."""
    return hashlib.sha256("".join(f"{code} {town} {weight}\n" for code, town, weight in frame).encode()).hexdigest()


def draw(frame: Sequence[tuple[str, str, int]], towns: Sequence[str], seed: str, count: int) -> Draw:
    """One place of every town that has any, then the best of the rest until there are `count`."""
    ranked = sorted(frame, key=lambda one: (-score(seed, one[0], one[2]), one[0]))
    first = [next((code for code, at, _ in ranked if at == town), None) for town in towns]
    chosen = [code for code in first if code is not None]
    rest = [code for code, _, _ in ranked if code not in chosen]
    missing = tuple(town for town, code in zip(towns, first, strict=True) if code is None)
    return Draw((*chosen, *rest[: max(0, count - len(chosen))]), digest(frame), missing)


def draw_children(tiers: Mapping[str, str], seed: str, count: int = CHILDREN) -> tuple[str, ...]:
    """File numbers: every red child, then others by score (all weigh the same) until there are `count`."""
    ranked = sorted(tiers, key=lambda file_no: (-score(seed, file_no, 1), file_no))
    red = [file_no for file_no in ranked if tiers[file_no] == "red"]
    rest = [file_no for file_no in ranked if tiers[file_no] != "red"]
    return (*red, *rest[: max(0, count - len(red))])


def score(seed: str, code: str, weight: int) -> float:
    number = int.from_bytes(hashlib.sha256(f"{seed}:{code}".encode()).digest()[:8], "big")
    return float(((number + 1) / 2**64) ** (1 / weight))
