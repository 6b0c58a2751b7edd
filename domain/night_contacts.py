"""夜间联系表: whom to ring after hours, by office; kept by the county (plan task 7; domain.md 6.3)."""

from __future__ import annotations

import re

from domain.forms import Answers, Choice, Form, Invalid, Question, Said, World, text
from domain.reading.folding import fold

_NUMBER = re.compile(r"\+?\d(?:[\d\- ]{1,14})\d")


def read_office(said: Said, world: World, answers: Answers) -> str:
    """The code of an office: by button, or by the name people know it by."""
    offices = dict(world.facts["offices"])
    if said.choice in offices:
        return str(said.choice)
    words = (said.text or "").strip()
    named = [code for code, name in offices.items() if len(words) >= 2 and words in name]
    if len(named) != 1:
        raise Invalid("form.problem.choose")
    return named[0]


def office_choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    return tuple(Choice(code, name) for code, name in world.facts["offices"])


def read_number(said: Said, world: World, answers: Answers) -> str:
    """A number that can be dialled: a mobile, a landline with its area code, or a short one."""
    number = fold(said.text or "").strip()
    if not _NUMBER.fullmatch(number):
        raise Invalid("night.problem.number")
    return re.sub(r"\s+", "", number)


NIGHT = Form(
    "night",
    (
        Question("unit", read_office, office_choices),
        Question("name", text(20, 2)),
        Question("phone", read_number),
    ),
)
