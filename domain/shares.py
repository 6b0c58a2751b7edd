"""Which clauses of a message belong to which of the visits it tells of, so that each file gets only its own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.reading.outcomes import Outcome

CLAUSE = re.compile(r"[，。；！？,;!?\n]")


@dataclass(frozen=True)
class Share:
    """The clauses of a message that belong to one of the visits it tells of; all of them where it tells of one."""

    clauses: tuple[tuple[int, int], ...] = ()

    @property
    def whole(self) -> bool:
        return not self.clauses

    def holds(self, at: int) -> bool:
        return self.whole or any(start <= at < end for start, end in self.clauses)

    def words(self, text: str) -> str:
        """Only these clauses: what is said of one child does not go into another one's file."""
        return text if self.whole else "".join(text[start:end] for start, end in self.clauses).strip(" ，,、")


def shares_of(words: str, groups: Sequence[Sequence[Outcome]]) -> list[Share]:
    """Each clause goes to the visit whose day or kind is said in it, else with the clause before it."""
    if len(groups) == 1:
        return [Share()]
    marks = sorted(
        (span.start, nth)
        for nth, members in enumerate(groups)
        for one in members
        for name in ("child", "date", "kind")
        for span in one.spans.get(name, ())
    )
    cuts = [0, *(match.end() for match in CLAUSE.finditer(words)), len(words)]
    clauses: list[list[tuple[int, int]]] = [[] for _ in groups]
    at = marks[0][1] if marks else 0
    for start, end in pairwise(cuts):
        at = next((nth for place, nth in marks if start <= place < end), at)
        if end > start:
            clauses[at].append((start, end))
    return [Share(tuple(one) or ((0, len(words)),)) for one in clauses]
