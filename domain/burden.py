"""The burden a county puts on its people, as its own responsibility: messages and their length, questions to fill in.

Estimated from what was sent and which forms were filled. No time is measured and no person is named or compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

DAYS = 30


@dataclass(frozen=True)
class Load:
    """What a unit's people got and filled in within so many days."""

    people: int = 0
    messages: int = 0
    characters: int = 0
    questions: int = 0

    def __add__(self, other: Load) -> Load:
        return Load(
            self.people + other.people, self.messages + other.messages, self.characters + other.characters,
            self.questions + other.questions,
        )  # fmt: skip

    def a_day(self, total: int, days: int = DAYS) -> float:
        """That much of it for one person on one day; 0 where there is nobody."""
        return total / self.people / days if self.people else 0.0


@dataclass(frozen=True)
class Done:
    """What one person got and filled in."""

    unit: str
    messages: int
    characters: int
    visits: int  # records of contacts and visits
    answers: int = 0  # given in all other forms


def loads(done: Iterable[Done], of_a_visit: int, town_of: Mapping[str, str]) -> dict[str, Load]:
    """By town, in the order first met, a visit counting so many questions. A unit that belongs to no town is left out."""
    found: dict[str, Load] = {}
    for one in done:
        town = town_of.get(one.unit)
        if town is not None:
            asked = one.visits * of_a_visit + one.answers
            found[town] = found.get(town, Load()) + Load(1, one.messages, one.characters, asked)
    return found


def total(parts: Iterable[Load]) -> Load:
    return sum(parts, Load())
