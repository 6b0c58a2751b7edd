"""Learn the weights of the model of described harm and write them to domain/reading/data/described.json.

    python -m domain.reading.training.train [--check]

Logistic regression by stochastic gradient descent, over the window of each message that speaks loudest (a message is
harmful if one of its windows is). Standard library only, fixed seed: the same sentences give the same file. `--check`
trains on two thirds of the lines and measures on the third kept apart, three times over, and writes nothing.
"""

from __future__ import annotations

import json
import math
import random
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.reading.described import around, features, windows
from domain.reading.folding import fold
from domain.reading.signs import is_alarming, listed_signs
from domain.reading.training.sentences import Told, messages

OUT = Path(__file__).parent.parent / "data" / "described.json"
SEEDS = (20260901, 5)  # the shipped weights are the mean of trainings in different order
EPOCHS = 14
RATE = 0.6
DECAY = 0.0006
VARIANTS = 14  # sentences from each written line
KEEP = 26_000  # features shipped
# A line must come from this many written lines before it counts; one line's own wording teaches nothing.
SEEN_IN_LINES = 2
# Log-odds from which a window is heard at all; whether it alarms is weighed together with the whole note (second_opinion.py).
THRESHOLD = -2.0


@dataclass
class Bag:
    """One message: the features of each of its windows, as numbers."""

    told: Told
    windows: list[tuple[array[int], array[float]]]


def bags_of(told: Sequence[Told], known: dict[str, int] | None = None) -> tuple[list[Bag], dict[str, int]]:
    """The messages as numbers, and the features' numbering. With `known`, unknown features are left out."""
    raw: list[list[dict[str, float]]] = []
    lines: dict[str, set[int]] = defaultdict(set)
    for one in told:
        text = fold(one.text)
        mine = []
        for window in windows(text):
            seen = features(text[window.start : window.end], around(text, window))
            mine.append({name: value for name, (_, _, value) in seen.items()})
            if known is None:
                for name in seen:
                    if len(lines[name]) < SEEN_IN_LINES:
                        lines[name].add(one.line)
        raw.append(mine)
    if known is None:
        known = {name: number for number, name in enumerate(sorted(n for n, where in lines.items() if len(where) >= SEEN_IN_LINES))}
    bags = []
    for one, mine in zip(told, raw, strict=True):
        packed = []
        for each in mine:
            kept = [(known[name], value) for name, value in each.items() if name in known]
            packed.append((array("i", [k for k, _ in kept]), array("f", [v for _, v in kept])))
        if packed:
            bags.append(Bag(one, packed))
    return bags, known


def learned(bags: Sequence[Bag], size: int) -> tuple[list[float], float]:
    """Weights and bias, the mean over SEEDS."""
    made = [learn(bags, size, seed) for seed in SEEDS]
    return [sum(weights[i] for weights, _ in made) / len(made) for i in range(size)], sum(bias for _, bias in made) / len(made)


def learn(bags: Sequence[Bag], size: int, seed: int) -> tuple[list[float], float]:
    """Weights and bias of one training."""
    chance = random.Random(seed)
    weights, bias = [0.0] * size, -1.0
    harmful = sum(1 for bag in bags if bag.told.code)
    lean = (len(bags) - harmful) / max(1, harmful)  # a missed sign weighs as much as all it is outnumbered by
    order = list(range(len(bags)))
    for epoch in range(EPOCHS):
        chance.shuffle(order)
        rate = RATE / (1 + 0.25 * epoch)
        for number in order:
            bag = bags[number]
            wanted = 1.0 if bag.told.code else 0.0
            scores = [sum(weights[i] * v for i, v in zip(ids, values, strict=True)) for ids, values in bag.windows]
            if epoch == 0 and wanted:
                loudest = max(range(len(scores)), key=lambda k: len(bag.windows[k][0]))
            else:
                loudest = max(range(len(scores)), key=lambda k: scores[k])
            chosen = [loudest]
            if not wanted and len(scores) > 1:
                chosen.append(chance.randrange(len(scores)))
            for k in chosen:
                probability = 1 / (1 + math.exp(-max(-30.0, min(30.0, bias + scores[k]))))
                step = rate * (wanted - probability) * (lean if wanted else 1.0)
                bias += step * 0.05
                for i, value in zip(*bag.windows[k], strict=True):
                    weights[i] += step * value - rate * DECAY * weights[i]
    return weights, bias


def score(bag: Bag, weights: Sequence[float], bias: float) -> float:
    return bias + max(sum(weights[i] * v for i, v in zip(ids, values, strict=True)) for ids, values in bag.windows)


def kept_apart(told: Sequence[Told]) -> list[tuple[Told, float]]:
    """Each message with the log-odds given by a model that never saw its line."""
    found: list[tuple[Told, float]] = []
    for third in range(3):
        own, known = bags_of([t for t in told if t.line % 3 != third])
        weights, bias = learned(own, len(known))
        others, _ = bags_of([t for t in told if t.line % 3 == third], known)
        found += [(bag.told, score(bag, weights, bias)) for bag in others]
    return found


def report(scored: Sequence[tuple[Told, float]]) -> None:
    """Write how lists and model do together, by threshold."""
    listed = {told.text: is_alarming(listed_signs(told.text)) for told, _ in scored}
    harm = [(t, s) for t, s in scored if t.code]
    quiet = [(t, s) for t, s in scored if not t.code]
    alone = sum(listed[t.text] for t, _ in harm) / len(harm)
    sys.stdout.write(f"harm {len(harm)} harmless {len(quiet)}; lists alone: recall {alone:.1%}, false alarms {sum(listed[t.text] for t, _ in quiet) / len(quiet):.1%}\n")
    for tenth in range(-30, 31, 5):
        at = tenth / 10
        model_only = sum(s >= at for _, s in harm) / len(harm)
        recall = sum(s >= at or listed[t.text] for t, s in harm) / len(harm)
        false = sum(s >= at or listed[t.text] for t, s in quiet) / len(quiet)
        precision = 0.25 * recall / (0.25 * recall + 0.75 * false) if recall else 0.0
        sys.stdout.write(f"  from {at:5.1f}: model alone {model_only:.1%}  with lists {recall:.1%}  false alarms {false:.1%}  precision at one in four {precision:.1%}\n")


def leanings(told: Sequence[Told]) -> dict[str, dict[str, float]]:
    """How much each word class speaks for each code (naive Bayes, log-probabilities)."""
    count: dict[str, Counter[str]] = defaultdict(Counter)
    total: Counter[str] = Counter()
    for one in told:
        if one.code not in ("", "?"):
            total[one.code] += 1
            for name in features(fold(one.text)):
                if name.startswith("<"):
                    count[name][one.code] += 1
    codes = {"": {code: round(math.log(n / sum(total.values())) / 2, 2) for code, n in sorted(total.items())}}
    for name, by_code in sorted(count.items()):
        if sum(by_code.values()) >= 25:
            shares = {code: math.log((by_code[code] + 0.5) / (total[code] + 1)) for code in total}
            mean = sum(shares.values()) / len(shares)
            leaning = {code: round(v - mean, 1) for code, v in sorted(shares.items()) if v - mean > 0.6}
            if leaning:
                codes[name] = {**leaning, "?": -0.3}
    return codes


def main(arguments: Sequence[str]) -> int:
    told = messages(SEEDS[0], VARIANTS)
    scored = kept_apart(told)
    report(scored)
    if "--misses" in arguments:
        for one, value in sorted(scored, key=lambda each: each[1]):
            if one.code and value < THRESHOLD and not is_alarming(listed_signs(one.text)):
                sys.stdout.write(f"missed {value:.1f} {one.code} {one.text}\n")
        for one, value in sorted(scored, key=lambda each: -each[1]):
            if not one.code and value >= THRESHOLD:
                sys.stdout.write(f"false {value:.1f} {one.text}\n")
    if "--check" in arguments:
        return 0
    bags, known = bags_of(told)
    weights, bias = learned(bags, len(known))
    names = sorted(known, key=lambda name: -abs(weights[known[name]]))[:KEEP]
    shipped = {name: round(weights[known[name]] * 1000) for name in sorted(names)}
    shipped = {name: weight for name, weight in shipped.items() if weight}
    made = {"bias": round(bias, 4), "threshold": THRESHOLD, "codes": leanings(told), "weights": shipped}
    OUT.write_text(json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
    sys.stdout.write(f"{len(told)} messages, {len(shipped)} features, {OUT.stat().st_size / 1024:.0f} KB, threshold {THRESHOLD}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
