"""Micro-lessons as data: a few cards to read and five questions, each with a word on why (domain/data/lessons).

For learning: nothing here is an examination. A wrong answer is explained kindly, and only the learner sees how many were
right (plan task 17; 国办函〔2026〕12号 forbids rankings).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("data") / "lessons"


@dataclass(frozen=True)
class Quiz:
    """One question: the options as they stand, which is right, and why."""

    ask: str
    options: tuple[str, ...]
    right: int
    why: str


@dataclass(frozen=True)
class Lesson:
    """One lesson. A place in it is a number: the cards first, then the questions; `end` lies behind the last."""

    code: str
    title: str
    title_en: str
    source: str
    cards: tuple[str, ...]
    quiz: tuple[Quiz, ...]

    @property
    def end(self) -> int:
        return len(self.cards) + len(self.quiz)

    def card(self, step: int) -> str | None:
        return self.cards[step] if 0 <= step < len(self.cards) else None

    def question(self, step: int) -> Quiz | None:
        place = step - len(self.cards)
        return self.quiz[place] if 0 <= place < len(self.quiz) else None


def read(content: str) -> Lesson:
    """A lesson from its file. Raises ValueError where a question has no right answer among its options."""
    raw = json.loads(content)
    quiz = tuple(Quiz(one["ask"], tuple(one["options"]), one["right"], one["why"]) for one in raw["questions"])
    if any(not 0 <= one.right < len(one.options) for one in quiz):
        raise ValueError(f"lesson {raw['code']}: the right answer is not among the options")
    return Lesson(raw["code"], raw["title"], raw["title_en"], raw["source"], tuple(raw["cards"]), quiz)


@cache
def all_lessons() -> tuple[Lesson, ...]:
    """In the order of their files."""
    return tuple(read(path.read_text(encoding="utf-8")) for path in sorted(_FOLDER.glob("*.json")))


def lesson(code: str) -> Lesson | None:
    return next((one for one in all_lessons() if one.code == code), None)
