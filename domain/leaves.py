"""请假: until when somebody is away from a post and who stands in, as a form. Plan task 17: a post is never without care."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from domain.calendar import DAY
from domain.forms import Answers, Choice, Form, Invalid, Question, Said, World, by_button, one_of
from domain.policy import PolicyRefused
from domain.settings import first_day

LONGEST = 183  # days; who is away for longer needs a successor, not a deputy
SPANS = (3, 7, 14, 30)
NOBODY = "none"  # what falls due goes to the post above


def _until(said: Said, world: World, answers: Answers) -> str:
    """The last day away: so many days, or a day written out."""
    today = world.now.date()
    if said.choice in {str(span) for span in SPANS}:
        return (today + (int(said.choice or 1) - 1) * DAY).isoformat()
    return last_day(said.text or "", today)


def last_day(words: str, today: date) -> str:
    """A day written out (到12月5日), as ISO. Raises Invalid where it is none, is past, or too far off."""
    words = words.strip().removeprefix("到").removesuffix("为止").removesuffix("回来")
    try:
        last = first_day(words, today)
    except PolicyRefused:
        raise Invalid("leave.problem.until") from None
    if not today <= last <= today + LONGEST * DAY:
        raise Invalid("leave.problem.until")
    return last.isoformat()


def _first(said: Said, world: World, answers: Answers) -> str:
    """The first day away, if it is not today."""
    try:
        first = first_day((said.text or "").strip(), world.now.date())
    except PolicyRefused:
        raise Invalid("leave.problem.first") from None
    if not world.now.date() <= first <= date.fromisoformat(answers["until"]):
        raise Invalid("leave.problem.first")
    return first.isoformat()


def _deputies(world: World, answers: Answers) -> tuple[Choice, ...]:
    there: Mapping[str, str] = world.facts["deputies"](answers["unit"])
    return (*(Choice(code, label) for code, label in there.items()), Choice(NOBODY))


def _deputy(said: Said, world: World, answers: Answers) -> str:
    return str(one_of(*(option.key for option in _deputies(world, answers)))(said, world, answers))


LEAVE = Form(
    "leave",
    (
        Question("unit", by_button),
        Question("until", _until, choices=lambda world, answers: tuple(Choice(str(span)) for span in SPANS), columns=2),
        Question("deputy", _deputy, choices=_deputies, columns=2),
        Question("first", _first, aside=True),
    ),
)
