"""The kind of contact as a whole note tells it, beside the cues of contact.py.

Cues are patterns, and people find words no pattern knows (`打发掌柜的去看了一趟`, `于校门外与其母交谈`). The model was
taught by whole notes and single sentences (training/kinds.txt). It overrules plain cues only where it is much surer; where
there is no cue, what it holds likeliest is offered and the kind is still asked. The clause that spoke loudest explains it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from domain.contacts import Kind
from domain.reading.note_model import READ_AT_MOST, load

KINDS = (Kind.HOME_VISIT, Kind.PHONE, Kind.VIDEO, Kind.IN_PERSON, Kind.OTHER)
WEIGHTS = "kinds.json"
_CLAUSE = re.compile(r"[^，。；！？,!?;\n\s]+")


@dataclass(frozen=True)
class Heard:
    """The likelihood of each kind, in the order of KINDS."""

    chances: tuple[float, ...]

    @property
    def best(self) -> Kind:
        return KINDS[max(range(len(KINDS)), key=lambda k: self.chances[k])]

    def chance(self, kind: Kind) -> float:
        return self.chances[KINDS.index(kind)]


def hear(text: str) -> Heard:
    """How likely each kind is. `text` has its names covered (roster.without_names)."""
    scores = load(WEIGHTS).scores(text)
    top = max(scores)
    odds = [math.exp(score - top) for score in scores]
    whole = sum(odds)
    return Heard(tuple(one / whole for one in odds))


def telling(text: str, kind: Kind) -> tuple[int, int]:
    """The clause of a note that speaks loudest for a kind."""
    of, k = load(WEIGHTS), KINDS.index(kind)
    best, loudest = (0, len(text)), -math.inf
    for clause in _CLAUSE.finditer(text[:READ_AT_MOST]):
        scores = of.scores(clause[0])
        lead = scores[k] - max(score for at, score in enumerate(scores) if at != k)
        if lead > loudest:
            loudest, best = lead, clause.span()
    return best
