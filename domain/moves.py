"""A child moves to another village: proposed by who has it, accepted by who gets it, and only then out of the first hands.

Until then the duties stay where they are, so nobody is ever without somebody (plan tasks 9 and 17). Out of the county
nobody here can accept: the file is closed as 迁出 and its paper goes along with the family.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from domain.forms import Answers, Choice, Form, Invalid, Question, Said, World, by_button, given, some_of, text
from domain.past_days import past_day
from domain.policy import PolicyRefused
from domain.settings import first_day

OUT = "out"  # out of the county, in place of a village
ANSWER_DAYS = 3  # after so many days the receiver is reminded each morning
AHEAD, BEFORE = timedelta(days=120), timedelta(days=120)
WHYS = ("parents", "school", "house", "carer")


class Ended(StrEnum):
    """How a proposal ended."""

    MOVED = "moved"
    RETURNED = "returned"  # by the receiver, with a reason
    WITHDRAWN = "withdrawn"  # by who proposed it, or because the file was closed


def _to(said: Said, world: World, answers: Answers) -> str:
    """A village by button or by name; OUT, or words that say so."""
    words = (said.text or "").strip()
    if said.choice == OUT or words in ("外县", "县外", "外地", "搬出高台县", "高台县外", "外省"):
        return OUT
    found: str = world.facts["village"](said.choice or words, answers["child"])
    return found


def _places(world: World, answers: Answers) -> tuple[Choice, ...]:
    near: dict[str, str] = world.facts["near"](answers["child"])
    return (Choice(OUT), *(Choice(code, name) for code, name in near.items()))


def _day(said: Said, world: World, answers: Answers) -> str:
    """The day from which the child lives there: gone by, or soon to come."""
    today = world.now.date()
    if said.choice is None:
        try:
            coming = first_day((said.text or "").strip().removeprefix("从").removesuffix("起"), today)
        except PolicyRefused:
            coming = None
        if coming is not None and coming <= today + AHEAD:
            return coming.isoformat()
    said_day = date.fromisoformat(past_day(said, world, answers))
    if said_day < today - BEFORE:
        raise Invalid("move.problem.long_ago")
    return said_day.isoformat()


def _why(said: Said, world: World, answers: Answers) -> str:
    return said.choice if said.choice in WHYS else text(200, 2)(said, world, answers)


def _siblings(said: Said, world: World, answers: Answers) -> list[str]:
    return list(some_of(*world.facts["siblings"](answers["child"]))(said, world, answers))


MOVE = Form(
    "move",
    (
        Question("child", by_button),
        Question("family", by_button),
        Question("to", _to, choices=_places),
        Question(
            "siblings", _siblings, many=True, when=given("family", "yes"),
            choices=lambda world, answers: tuple(Choice(*one) for one in world.facts["siblings"](answers["child"]).items()),
        ),
        Question("day", _day, choices=lambda world, answers: (Choice(world.now.date().isoformat(), world.facts["today"]),)),
        Question("why", _why, choices=lambda world, answers: tuple(Choice(one) for one in WHYS)),
    ),
)  # fmt: skip

MOVE_BACK = Form("moveback", (Question("move", by_button), Question("why", text(200, 2))))
