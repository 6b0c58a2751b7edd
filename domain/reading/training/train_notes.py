"""Learn the two models over whole notes: domain/reading/data/kinds.json and second_opinion.json.

    python -m domain.reading.training.train_notes [--check]

Multinomial logistic regression by stochastic gradient descent, over labelled notes and the written sentences beside this
file. Standard library only, fixed seed: the same sentences give the same files. `--check` learns from four fifths of the
notes and measures on the fifth, five times over, and writes nothing.
"""

from __future__ import annotations

import json
import math
import random
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.reading.contact_told import KINDS
from domain.reading.contact_told import WEIGHTS as KINDS_FILE
from domain.reading.note_model import DATA, grams, plainly
from domain.reading.second_opinion import WEIGHTS as SECOND_FILE
from domain.reading.training.corpus import HERE, OWN_SIGNS, alarms, kept_apart, noted, rows, without_anybody
from domain.reading.training.sentences import NAMES, OPENINGS, lines, plain, varied

SEED = 20261122
RATE = 0.5
DECAY = 0.0001
KEEP = 16_000  # features shipped
EPOCHS = {KINDS_FILE: 20, SECOND_FILE: 12}
PLAIN = 800  # whole harmless notes beside the written ones
_LETTERS = dict(zip("hpvio", KINDS, strict=True))


@dataclass(frozen=True)
class Note:
    """One note to learn from: as the model sees it, and the number of its class."""

    plain: str
    label: int


def of_kinds() -> list[Note]:
    """Every labelled note that is not kept apart, names covered, and every sentence of kinds.txt."""
    values = [kind.value for kind in KINDS]
    found = [Note(plainly(said), values.index(row["expect"]["kind"])) for row in noted() for said in _dictated_too(without_anybody(row))]
    for line in (HERE / "kinds.txt").read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            letter, _, said = line.partition(" ")
            found.append(Note(plainly(said.strip()), KINDS.index(_LETTERS[letter])))
    return found


def of_harm() -> list[Note]:
    """The same notes and all written sentences, those with alternatives in two wordings, half of them in a message."""
    chance = random.Random(SEED)
    found = [Note(plainly(said), int(alarms(row))) for row in noted() for said in _dictated_too(without_anybody(row))]
    found += [Note(plainly(row["text"]), int(alarms(row))) for row in rows(OWN_SIGNS) if not kept_apart(row["text"])]
    for code, template in lines():
        for _ in range(2 if "|" in template else 1):
            said = varied(template, chance)
            if chance.random() < 0.5:
                said = chance.choice(OPENINGS) + chance.choice((*NAMES[:6], "")) + chance.choice(("，", " ", "")) + said
            found.append(Note(plainly(said), int(bool(code))))
    return found + [Note(plainly(one.text), 0) for one in plain(chance, PLAIN)]


def _dictated_too(said: str) -> tuple[str, ...]:
    """A note as it was typed and, where it has marks, as voice input leaves it."""
    without = re.sub(r"[，。！？；、,.!?;:：\s]", "", said)
    return (said,) if without == said else (said, without)


def learn(told: Sequence[Note], classes: int, epochs: int) -> tuple[list[float], dict[str, list[float]]]:
    """Bias and weights by feature. A feature met in one note only teaches nothing."""
    met = Counter(gram for note in told for gram in grams(note.plain))
    seen = [{gram: loud for gram, loud in grams(note.plain).items() if met[gram] > 1} for note in told]
    chance = random.Random(SEED)
    bias = [0.0] * classes
    weights: dict[str, list[float]] = {gram: [0.0] * classes for gram, times in met.items() if times > 1}
    order = list(range(len(told)))
    for epoch in range(epochs):
        chance.shuffle(order)
        rate = RATE / (1 + 0.2 * epoch)
        for at in order:
            odds = _odds(seen[at], bias, weights)
            steps = [rate * ((k == told[at].label) - odds[k]) for k in range(classes)]
            for k, step in enumerate(steps):
                bias[k] += 0.05 * step
            for gram, loud in seen[at].items():
                mine = weights[gram]
                for k, step in enumerate(steps):
                    mine[k] += step * loud - rate * DECAY * mine[k]
    return bias, weights


def _odds(seen: dict[str, float], bias: Sequence[float], weights: dict[str, list[float]]) -> list[float]:
    scores = list(bias)
    for gram, loud in seen.items():
        if gram in weights:
            for k, weight in enumerate(weights[gram]):
                scores[k] += weight * loud
    top = max(scores)
    odds = [math.exp(score - top) for score in scores]
    whole = sum(odds)
    return [one / whole for one in odds]


def check(told: Sequence[Note], classes: int, epochs: int) -> float:
    """The share of notes a model that never saw them puts in their class, without any pattern's help."""
    right = 0
    for fifth in range(5):
        bias, weights = learn([note for at, note in enumerate(told) if at % 5 != fifth], classes, epochs)
        for note in [note for at, note in enumerate(told) if at % 5 == fifth]:
            odds = _odds(grams(note.plain), bias, weights)
            right += max(range(classes), key=lambda k: odds[k]) == note.label
    return right / len(told)


def main(arguments: Sequence[str]) -> int:
    for name, told, classes in ((KINDS_FILE, of_kinds(), len(KINDS)), (SECOND_FILE, of_harm(), 2)):
        if "--check" in arguments:
            sys.stdout.write(f"{name}: {len(told)} notes, the model alone: {check(told, classes, EPOCHS[name]):.1%}\n")
            continue
        bias, weights = learn(told, classes, EPOCHS[name])
        loudest = sorted(weights, key=lambda gram: (-max(map(abs, weights[gram])), gram))[:KEEP]
        shipped = {gram: [round(100 * weight) for weight in weights[gram]] for gram in sorted(loudest)}
        made = {"bias": [round(one, 3) for one in bias], "weights": {gram: each for gram, each in shipped.items() if any(each)}}
        out: Path = DATA / name
        out.write_text(json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
        sys.stdout.write(f"{name}: {len(told)} notes, {len(shipped)} features, {out.stat().st_size / 1024:.0f} KB\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
