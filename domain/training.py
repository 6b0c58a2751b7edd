"""The yearly training of child directors: who has to be there, what makes up for a session missed.

H10 of the plan (task 17): every director trained each year, with full coverage. A sign-in is a code the trainer reads
out: no place, no photo, no check-in by phone (国办函〔2026〕12号).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from domain.forms import Answers, Choice, Form, Invalid, Question, Said, World, by_button, text
from domain.policy import PolicyRefused
from domain.reading.folding import fold
from domain.settings import first_day

LESSONS_INSTEAD = 6  # micro-lessons finished this year, and a talk, stand for a session
FARTHEST = timedelta(days=370)
_CODE = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_HOUR = re.compile(r"^(上午|下午|晚上)?\s*(\d{1,2})\s*(?:[:点时]\s*(?:(\d{1,2})|(半))?\s*分?)?$")


@dataclass(frozen=True)
class Standing:
    """Where somebody stands this year: trained on which day and how, or what is still missing of making it up."""

    trained_on: date | None
    how: str | None  # session | makeup
    lessons: int = 0
    talked: bool = False

    @property
    def trained(self) -> bool:
        return self.trained_on is not None


def standing(seat: date | None, lessons: Collection[date], talk: date | None) -> Standing:
    """A session counts on its day; without one, six lessons and a talk count on the day the last of them was done."""
    done = sorted(lessons)
    if seat is not None:
        return Standing(seat, "session", len(done), talk is not None)
    if talk is not None and len(done) >= LESSONS_INSTEAD:
        return Standing(max(talk, done[LESSONS_INSTEAD - 1]), "makeup", len(done), True)
    return Standing(None, None, len(done), talk is not None)


def code_in(words: str) -> str | None:
    """The four digits in 签到 4821, however they were typed."""
    found = _CODE.search(re.sub(r"(?<=\d)[\s-]+(?=\d)", "", fold(words)))
    return found[1] if found else None


# --- planning a session ---


def _day(said: Said, world: World, answers: Answers) -> str:
    """Today or a day to come, as ISO."""
    today = world.now.date()
    if said.choice in {"0", "1", "7"}:
        return (today + timedelta(days=int(said.choice or 0))).isoformat()
    try:
        day = first_day((said.text or "").strip(), today)
    except PolicyRefused:
        raise Invalid("newtraining.problem.day") from None
    if not today <= day <= today + FARTHEST:
        raise Invalid("newtraining.problem.day")
    return day.isoformat()


def _hour(said: Said, world: World, answers: Answers) -> str:
    """9点, 下午2:30 → HH:MM."""
    match = _HOUR.match(fold((said.text or "").strip()))
    if match is None:
        raise Invalid("newtraining.problem.hour")
    hour, minute = int(match[2]), 30 if match[4] else int(match[3] or 0)
    if match[1] in ("下午", "晚上") and hour < 12:
        hour += 12
    if hour > 23 or minute > 59:
        raise Invalid("newtraining.problem.hour")
    return f"{hour:02}:{minute:02}"


NEW_TRAINING = Form(
    "newtraining",
    (
        Question("unit", by_button),
        Question("topic", text(120, 2)),
        Question("day", _day, choices=lambda world, answers: (Choice("0"), Choice("1"), Choice("7")), columns=3),
        Question("hour", _hour, skip=True),
        Question("place", text(60, 2)),
    ),
)
