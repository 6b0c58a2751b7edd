"""Harm that is only described: a small model over characters and word classes, beside the lists of sign_lexicon.

A message is read in windows of neighbouring clauses; each window is weighed by a logistic regression whose weights
domain/reading/training/train.py learns and data/described.json ships. A window explains itself by the words that
weighed most. Suspicion is the threshold (疑似): the model errs on the side of showing the emergency card.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from domain.reading.concepts import concepts_in

_WEIGHTS = Path(__file__).parent / "data" / "described.json"
_CUT = re.compile(r"[，。；！？、,!?;:：\s□…~（）()“”\"]+")
_SOFT = re.compile(r"(?<=[了的着过呢])(?=今天|昨天|前天|我|他|她|娃|孩子|奶奶|爷爷|姥|外|爸|妈|姑|舅|大伯|老师|说|问)")
_DIGITS = re.compile(r"[0-9]+")
LONGEST_CLAUSE = 18  # longer ones, dictated without a pause, are read in overlapping pieces
WIDEST_WINDOW = 44
READ_CLAUSES = 400


@dataclass(frozen=True)
class Window:
    """A stretch of a text that is weighed as one."""

    start: int
    end: int


@dataclass(frozen=True)
class Hit:
    """A window that speaks of harm: how strongly (a probability), the likeliest code, and the words that say so."""

    start: int
    end: int
    probability: float
    code: str


@dataclass(frozen=True)
class Model:
    """Weights by feature, the bias, the threshold as a log-odds, and how each class leans to a code."""

    weights: dict[str, float]
    bias: float
    threshold: float
    codes: dict[str, dict[str, float]]


def features(text: str) -> dict[str, tuple[int, int, float]]:
    """What the model sees in a window: feature → place of its first words and value. Shared with the training."""
    seen: dict[str, tuple[int, int, float]] = {}
    plain = _DIGITS.sub(lambda m: "0" * len(m[0]), text)
    grams: dict[str, tuple[int, int]] = {}
    for size in (1, 2, 3, 4):
        for at in range(len(plain) - size + 1):
            gram = plain[at : at + size]
            if gram not in grams and not _CUT.search(gram):
                grams[gram] = (at, at + size)
    scale = 1.0 / math.sqrt(len(grams) + 4) if grams else 0.0
    for gram, (start, end) in grams.items():
        seen[gram] = (start, end, scale * 2)
    found = list(concepts_in(text))
    pairs: dict[str, tuple[int, int]] = {}
    for i, (concept, start, end) in enumerate(found):
        pairs.setdefault(f"<{concept}>", (start, end))
        for other, begins, ends in found[i + 1 : i + 40]:
            if begins >= end and other != concept:
                pairs.setdefault(f"<{concept} {other}>", (start, ends))
    scale = 1.0 / math.sqrt(len(pairs) + 4) if pairs else 0.0
    for name, (start, end) in pairs.items():
        seen[name] = (start, end, scale * (3 if " " not in name else 2))
    return seen


def windows(text: str) -> list[Window]:
    """One, two and three neighbouring clauses; long clauses in overlapping pieces."""
    clauses: list[tuple[int, int]] = []
    at = 0
    for cut in [*_CUT.finditer(text), None]:
        end = cut.start() if cut else len(text)
        clauses += _pieces(text, at, end)
        at = cut.end() if cut else end
    clauses = clauses[:READ_CLAUSES]
    found: dict[tuple[int, int], None] = {}
    for i, (start, end) in enumerate(clauses):
        found[(start, end)] = None
        for _, last in clauses[i + 1 : i + 3]:
            if last - start <= WIDEST_WINDOW:
                found[(start, last)] = None
    return [Window(start, end) for start, end in found]


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if end - start <= 1:
        return []
    if end - start <= LONGEST_CLAUSE:
        return [(start, end)]
    cuts = [start, *(m.start() for m in _SOFT.finditer(text, start, end) if start < m.start() < end), end]
    pieces: list[tuple[int, int]] = []
    for first, last in zip(cuts, cuts[1:], strict=False):
        while last - first > LONGEST_CLAUSE:
            pieces.append((first, first + LONGEST_CLAUSE))
            first += LONGEST_CLAUSE // 2
        if last - first > 1:
            pieces.append((first, last))
    return pieces


@lru_cache(maxsize=1)
def model() -> Model:
    """The shipped weights, read once."""
    raw = json.loads(_WEIGHTS.read_text("utf-8"))
    weights = {name: weight / 1000 for name, weight in raw["weights"].items()}
    return Model(weights, raw["bias"], raw["threshold"], raw["codes"])


def weigh(text: str, of: Model) -> tuple[float, dict[str, tuple[int, int, float]]]:
    """The log-odds that a window speaks of harm, and what it was weighed by."""
    seen = features(text)
    weights = of.weights
    return of.bias + sum(weights.get(name, 0.0) * value for name, (_, _, value) in seen.items()), seen


def find_described(text: str, above: float | None = None) -> list[Hit]:
    """The windows that speak of harm, the strongest first, none overlapping. `above`: another log-odds threshold."""
    of = model()
    least = of.threshold if above is None else above
    strong: list[tuple[float, Window, dict[str, tuple[int, int, float]]]] = []
    for window in windows(text):
        score, seen = weigh(text[window.start : window.end], of)
        if score >= least:
            strong.append((score, window, seen))
    strong.sort(key=lambda one: (-one[0], one[1].start))
    hits: list[Hit] = []
    for score, window, seen in strong:
        if all(window.end <= hit.start or window.start >= hit.end for hit in hits):
            start, end = _telling(window, seen, of)
            hits.append(Hit(start, end, 1 / (1 + math.exp(-score)), _code(seen, of)))
    return hits


def _telling(window: Window, seen: dict[str, tuple[int, int, float]], of: Model) -> tuple[int, int]:
    """The shortest stretch that holds the three features that weighed most."""
    best = sorted(seen.items(), key=lambda one: -of.weights.get(one[0], 0.0) * one[1][2])[:3]
    places = [(start, end) for name, (start, end, _) in best if of.weights.get(name, 0.0) > 0] or [(0, window.end - window.start)]
    return window.start + min(p[0] for p in places), window.start + max(p[1] for p in places)


def _code(seen: Sequence[str] | dict[str, tuple[int, int, float]], of: Model) -> str:
    """The likeliest of R1-R9, X1-X11, by the word classes alone."""
    prior = of.codes[""]
    score = dict(prior)
    for name in seen:
        leaning = of.codes.get(name)
        if leaning:
            for code in score:
                score[code] += leaning.get(code, leaning["?"])
    return max(score, key=lambda code: (score[code], code))
