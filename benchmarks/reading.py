"""How well worker's messages are read: the table of the reading targets for any labelled file, with the misses.

    ./run python benchmarks/reading.py [FILE.jsonl …] [--misses] [--json]

A line of a file is {text, ref, roster: [{id, name, guardian, village}], expect: {date, children, kind, red_flag,
negative}}; lines with `alarm` instead of `expect` are single sentences, measured for signs of harm only; lines whose
`expect` is a date or null are date expressions, measured alone. Without a file, what is kept aside is measured: a third
of the written messages and date expressions, from which no weight was learnt.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
MESSAGES = ROOT / "domain/reading/training/messages.jsonl"
DATES = ROOT / "domain/reading/training/dates.jsonl"
FIELDS = ("date", "children", "kind", "red_flag", "negative")


@dataclass(frozen=True)
class Pupil:
    id: str
    name: str
    guardian: str = ""
    village: str = ""


@dataclass
class Score:
    """Counts over one or several files."""

    messages: int = 0
    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys((*FIELDS, "whole"), 0))
    signs: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("hit", "missed", "false_alarm", "quiet"), 0))
    denials: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("hit", "missed"), 0))
    expressions: int = 0
    expressions_right: int = 0
    took_ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    misses: list[tuple[str, str, str, Any, Any]] = field(default_factory=list)

    def figures(self) -> dict[str, float | int | None]:
        """The table as one JSON object; shares from 0 to 1, None where a file says nothing about it."""
        signs, took, cpu = self.signs, sorted(self.took_ms), sorted(self.cpu_ms)
        found = {name: _share(self.right[name], self.messages) for name in ("date", "children", "kind")}
        return {
            "messages": len(took),
            **found,
            "date_expressions": _share(self.expressions_right, self.expressions),
            "harm_recall": _share(signs["hit"], signs["hit"] + signs["missed"]),
            "harm_precision": _share(signs["hit"], signs["hit"] + signs["false_alarm"]),
            "harm_false_alarms": _share(signs["false_alarm"], signs["false_alarm"] + signs["quiet"]),
            "denial": _share(self.denials["hit"], self.denials["hit"] + self.denials["missed"]),
            "whole": _share(self.right["whole"], self.messages),
            "p50_ms": round(took[len(took) // 2], 2) if took else None,
            "p99_ms": round(took[min(len(took) - 1, int(len(took) * 0.99))], 2) if took else None,
            "p99_cpu_ms": round(cpu[min(len(cpu) - 1, int(len(cpu) * 0.99))], 2) if cpu else None,
        }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def measure(rows: Iterable[dict[str, Any]]) -> Score:
    """Read every row with the code the bot uses."""
    from domain.reading.note import understand

    score = Score()
    for row in rows:
        if "expect" in row and not isinstance(row["expect"], dict):
            _expression(row, score)
            continue
        roster = [Pupil(**child) for child in row.get("roster", [])]
        began, worked = time.perf_counter(), time.process_time()
        reading = understand(row["text"], datetime.fromisoformat(row.get("ref", "2026-09-16T18:10:00")), roster)
        score.took_ms.append((time.perf_counter() - began) * 1000)
        score.cpu_ms.append((time.process_time() - worked) * 1000)
        got = {
            "date": reading.date.isoformat() if reading.date else None,
            "children": sorted(reading.children),
            "kind": reading.kind.value,
            "red_flag": reading.red_flag,
            "negative": reading.negative,
        }
        expect = row.get("expect")
        harm = expect["red_flag"] if expect else row["alarm"]
        score.signs[("hit" if got["red_flag"] else "missed") if harm else ("false_alarm" if got["red_flag"] else "quiet")] += 1
        if expect is None:
            if got["red_flag"] is not harm:
                score.misses.append((row["text"], row.get("ref", ""), "red_flag", harm, got["red_flag"]))
            continue
        score.messages += 1
        wanted = {**expect, "children": sorted(expect["children"])}
        wrong = [name for name in FIELDS if got[name] != wanted[name]]
        for name in FIELDS:
            score.right[name] += name not in wrong
        score.right["whole"] += not wrong
        if wanted["negative"]:
            score.denials["hit" if got["negative"] else "missed"] += 1
        score.misses += [(row["text"], row["ref"], name, wanted[name], got[name]) for name in wrong]
    return score


def _expression(row: dict[str, Any], score: Score) -> None:
    """A date expression alone."""
    from domain.reading.dates import read_day

    day = read_day(row["text"], datetime.fromisoformat(row["ref"]))
    got = day.isoformat() if isinstance(day, date) else None
    score.expressions += 1
    score.expressions_right += got == row["expect"]
    if got != row["expect"]:
        score.misses.append((row["text"], row["ref"], "expression", row["expect"], got))


def kept_aside() -> list[dict[str, Any]]:
    from domain.reading.training.corpus import kept_apart, rows

    return [row for path in (MESSAGES, DATES) for row in rows(path) if kept_apart(row["text"])]


TARGETS = (
    ("date", "date right", "97 %"),
    ("date_expressions", "date expressions alone", "90 %"),
    ("children", "children, exact set", "96 %"),
    ("kind", "kind", "93 %"),
    ("harm_recall", "sign of harm: recall", "95 %"),
    ("harm_precision", "sign of harm: precision", "60 %"),
    ("harm_false_alarms", "harmless messages that alarm", "-"),
    ("denial", "denial recognised", "90 %"),
    ("whole", "whole message right", "82 %"),
)


def table(figures: dict[str, float | int | None]) -> str:
    """The figures beside what is asked."""
    lines = [f"{'messages':<32}{figures['messages']:>8}", f"{'':<32}{'here':>8}{'asked':>9}"]
    for key, words, asked in TARGETS:
        value = figures[key]
        lines.append(f"{words:<32}{'-' if value is None else f'{value:.1%}':>8}{asked:>9}")
    if figures["p99_ms"] is not None:
        lines.append(f"{'one message, 99 % under':<32}{figures['p99_ms']:>6}ms{'20 ms':>9}")
        lines.append(f"{'  of it the processor':<32}{figures['p99_cpu_ms']:>6}ms")
    lines.append(f"{'memory, loading and reading':<32}{figures['memory_mb']:>6}MB{'40 MB':>9}")
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    files = [Path(one) for one in arguments if not one.startswith("--")]
    rows = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines() if line.strip()] or kept_aside()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    from domain.reading.note import warm

    warm()
    score = measure(rows)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    figures = {**score.figures(), "memory_mb": round(memory / 1024, 1)}
    print(table(figures))
    if "--misses" in arguments or "--json" not in arguments:
        print()
        for text, ref, name, wanted, got in score.misses:
            print(f"{name:<9} wanted {wanted!s:<12} got {got!s:<12} {ref[:10]} {text}")
    if "--json" in arguments:
        print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
