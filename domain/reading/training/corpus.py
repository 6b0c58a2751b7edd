"""Labelled messages the model may learn from, and which of them are kept apart for measuring.

A message is kept apart by what it says, not by chance: the same third every time, whoever adds to the files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from domain.reading.roster import find_children, without_names

HERE = Path(__file__).parent
OWN = HERE / "messages.jsonl"  # whole messages with their roster
OWN_SIGNS = HERE / "signs.jsonl"  # harm described, and the harmless sentence that is told in almost the same words
_TESTS = HERE.parent.parent.parent / "tests" / "domain" / "reading" / "data"
# The rules were written with these in view as well, so nothing is lost by learning from them.
SEEN = ("own_messages.jsonl", "more_messages.jsonl", "own_signs.jsonl")
# Measured once, then read and learnt from: they tell nothing of unseen notes any more.
READ = (
    "visit_messages_dev.jsonl",
    "held_out_messages.jsonl",
    "strangers_messages.jsonl",
    "unseen_a_messages.jsonl",
    "unseen_b_messages.jsonl",
    "unseen_c_messages.jsonl",
    "unseen_e_messages.jsonl",
)


@dataclass(frozen=True)
class Row:
    """A child of a labelled message's roster."""

    id: str
    name: str
    guardian: str = ""
    village: str = ""


def kept_apart(text: str) -> bool:
    """Whether a message belongs to the third no rule is written from and no weight is learnt from."""
    return hashlib.sha256(text.encode()).digest()[0] % 3 == 0


def rows(path: Path = OWN) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


@cache
def to_learn_from() -> tuple[tuple[str, bool], ...]:
    """(text, whether it alarms) of every labelled message the model of described harm learns from, names covered."""
    return tuple(_to_learn_from())


def _to_learn_from() -> Iterator[tuple[str, bool]]:
    """(text, whether it alarms) of every labelled message that is not kept apart."""
    for row in (*rows(OWN), *rows(OWN_SIGNS)):
        if not kept_apart(row["text"]):
            yield without_anybody(row), alarms(row)
    for name in SEEN:
        path = _TESTS / name
        for row in rows(path) if path.exists() else []:
            yield without_anybody(row), alarms(row)


def without_anybody(row: dict[str, Any]) -> str:
    """A labelled message's text as the models read it: the names of its roster covered."""
    roster = [Row(**child) for child in row.get("roster", [])]
    return without_names(row["text"], roster, find_children(row["text"], roster).spoken) if roster else str(row["text"])


def noted() -> Iterator[dict[str, Any]]:
    """Every labelled note with a roster that is not kept apart; the model of kinds learns from them."""
    for path in (OWN, *(_TESTS / name for name in (*SEEN, *READ))):
        for row in rows(path) if path.exists() else []:
            if "expect" in row and (path is not OWN or not kept_apart(row["text"])):
                yield row


def alarms(row: dict[str, Any]) -> bool:
    """What a row's label says of signs of harm."""
    return bool(row["expect"]["red_flag"] if "expect" in row else row["alarm"])
