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
from itertools import pairwise
from pathlib import Path

from domain.reading.concepts import concepts_in

_WEIGHTS = Path(__file__).parent / "data" / "described.json"
_CUT = re.compile(r"[，。；！？、,!?;:：\s□…~（）()“”\"]+")
_SOFT = re.compile(r"(?<=[了的着过呢])(?=今天|昨天|前天|我|他|她|娃|孩子|奶奶|爷爷|姥|外|爸|妈|姑|舅|大伯|老师|说|问)")
_DIGITS = re.compile(r"[0-9]+")
# How loudly characters, word classes and pairs of word classes speak; evidence adds up, it is not averaged.
_GRAM, _CLASS, _PAIR, _AROUND = 0.33, 0.5, 0.33, 0.4
LONGEST_CLAUSE = 18  # longer ones, dictated without a pause, are read in overlapping pieces
WIDEST_WINDOW = 44
AROUND_NOTHING: frozenset[str] = frozenset()
AROUND = 2  # clauses before and after a window that tell how it is meant
# People, time and everyday things: where nothing else is spoken of, mere wording must be surer by this much.
_EVERYDAY = frozenset(
    ["CHILD", "SHE", "PARENT", "GRAND", "KIN", "PEER", "TEACHER", "NEIGHBOR", "MEDIC", "NO", "SPAN", "AGO", "YOUNG", "TEEN", "BODY", "ANIMAL", "FARM", "ILL", "PLAY", "PRAISE", "LESSON", "SETTLED", "WITNESS", "ACCID", "CAREDFOR", "ADULT", "OK", "DENY", "COLD", "MONEY", "ONLINE", "HELP", "WORK", "SWIM", "LAUGH", "TREATED", "FEAST", "CHORE", "BUSINESS"]
)
_UNSUPPORTED = 1.5
READ_CLAUSES = 150  # of a forwarded article; the lists read all of it


@dataclass(frozen=True)
class Window:
    """A stretch of a text that is weighed as one; `before` and `after` say how far what stands around it counts."""

    start: int
    end: int
    before: int
    after: int


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
    # The same weights as they are looked up when reading, each already times how loudly its kind speaks.
    grams: dict[str, float]
    classes: dict[str, float]
    pairs: dict[tuple[str, str], float]
    arounds: dict[str, float]


def features(text: str, around: frozenset[str] = frozenset()) -> dict[str, tuple[int, int, float]]:
    """What the model sees in a window: feature → place of its first words and value. Shared with the training.

    `around` are the word classes spoken of just before and after the window: 说完自己笑倒 makes a threat a joke.
    """
    seen: dict[str, tuple[int, int, float]] = {}
    plain = _DIGITS.sub(lambda m: "0" * len(m[0]), text)
    grams: dict[str, tuple[int, int]] = {}
    for size in (1, 2, 3, 4):
        for at in range(len(plain) - size + 1):
            gram = plain[at : at + size]
            if gram not in grams and not _CUT.search(gram):
                grams[gram] = (at, at + size)
    for gram, (start, end) in grams.items():
        seen[gram] = (start, end, _GRAM)
    found = list(concepts_in(text))
    pairs: dict[str, tuple[int, int]] = {}
    for i, (concept, start, end) in enumerate(found):
        pairs.setdefault(f"<{concept}>", (start, end))
        for other, begins, ends in found[i + 1 : i + 40]:
            if begins >= end and other != concept:
                pairs.setdefault(f"<{concept} {other}>", (start, ends))
    for name, (start, end) in pairs.items():
        seen[name] = (start, end, _PAIR if " " in name else _CLASS)
    for concept in around:
        seen[f"<~{concept}>"] = (0, 0, _AROUND)
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
    found: dict[tuple[int, int], Window] = {}
    for i, (start, _) in enumerate(clauses):
        for k in range(i, min(i + 3, len(clauses))):
            end = clauses[k][1]
            if k == i or end - start <= WIDEST_WINDOW:
                before, after = clauses[max(0, i - AROUND)][0], clauses[min(len(clauses) - 1, k + AROUND)][1]
                found.setdefault((start, end), Window(start, end, min(before, start), max(after, end)))
    return list(found.values())


def around(text: str, window: Window) -> frozenset[str]:
    """The word classes just before and after a window."""
    return frozenset(concept for part in (text[window.before : window.start], text[window.end : window.after]) for concept, _, _ in concepts_in(part))


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if end - start <= 1:
        return []
    if end - start <= LONGEST_CLAUSE:
        return [(start, end)]
    cuts = [start, *(m.start() for m in _SOFT.finditer(text, start, end) if start < m.start() < end), end]
    pieces: list[tuple[int, int]] = []
    for first, last in pairwise(cuts):
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
    grams, classes, pairs, arounds = {}, {}, {}, {}
    for name, weight in weights.items():
        if not name.startswith("<"):
            grams[name] = weight * _GRAM
        elif name.startswith("<~"):
            arounds[name[2:-1]] = weight * _AROUND
        elif " " in name:
            first, second = name[1:-1].split(" ")
            pairs[first, second] = weight * _PAIR
        else:
            classes[name[1:-1]] = weight * _CLASS
    return Model(weights, raw["bias"], raw["threshold"], raw["codes"], grams, classes, pairs, arounds)


def weigh(text: str, of: Model, near_by: frozenset[str] = frozenset()) -> float:
    """The log-odds that a window speaks of harm: the sum `features` stands for, without making them."""
    plain = _DIGITS.sub(lambda m: "0" * len(m[0]), text)
    length = len(plain)
    seen = {plain[at : at + size] for size in (1, 2, 3, 4) for at in range(length - size + 1)}
    grams = of.grams
    score = of.bias + sum([grams[gram] for gram in seen if gram in grams]) + sum([of.arounds.get(concept, 0.0) for concept in near_by])
    found = list(concepts_in(text))
    score += sum([of.classes.get(concept, 0.0) for concept in {concept for concept, _, _ in found}])
    near = {(concept, other) for i, (concept, _, end) in enumerate(found) for other, begins, _ in found[i + 1 : i + 40] if begins >= end}
    pairs = of.pairs
    return score + sum([pairs[pair] for pair in near if pair in pairs])


def loudest(text: str) -> float:
    """The log-odds of the window that speaks loudest of harm."""
    of = model()
    return max((weigh(text[w.start : w.end], of, around(text, w)) for w in windows(text)), default=of.bias)


def find_described(text: str, harder: float = 0.0) -> list[Hit]:
    """The windows that speak of harm, the strongest first, none overlapping; `harder` raises the threshold (log-odds)."""
    of = model()
    least = of.threshold + harder
    strong: list[tuple[float, Window]] = []
    for window in windows(text):
        words = text[window.start : window.end]
        score = weigh(words, of, around(text, window))
        if score >= least and (score >= least + _UNSUPPORTED or _speaks_of_harm(words)):
            strong.append((score, window))
    strong.sort(key=lambda one: (-one[0], one[1].start))
    hits: list[Hit] = []
    for score, window in strong:
        if all(window.end <= hit.start or window.start >= hit.end for hit in hits):
            seen = features(text[window.start : window.end])
            start, end = _telling(text, window, seen, of)
            hits.append(Hit(start, end, 1 / (1 + math.exp(-score)), _code(seen, of)))
    return hits


def _speaks_of_harm(words: str) -> bool:
    return any(concept not in _EVERYDAY for concept, _, _ in concepts_in(words))


def _telling(text: str, window: Window, seen: dict[str, tuple[int, int, float]], of: Model) -> tuple[int, int]:
    """The clauses that hold the three features that weighed most."""
    best = sorted(seen.items(), key=lambda one: -of.weights.get(one[0], 0.0) * one[1][2])[:3]
    places = [(start, end) for name, (start, end, _) in best if of.weights.get(name, 0.0) > 0] or [(0, window.end - window.start)]
    first, last = window.start + min(p[0] for p in places), window.start + max(p[1] for p in places)
    start = max((cut.end() for cut in _CUT.finditer(text, window.start, first)), default=window.start)
    stop = _CUT.search(text, last, window.end)
    return start, stop.start() if stop else window.end


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
