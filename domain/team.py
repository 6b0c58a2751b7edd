"""Posts and who may fill them; what a town knows of a post besides its holder (plan task 17: 145 posts, none vacant)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from domain.forms import Answers, Form, Invalid, Question, Said, World, by_button, choice, text
from domain.people import Role
from domain.policy import PolicyRefused
from domain.reading.folding import fold
from domain.settings import first_day

ENDS_SOON = timedelta(days=60)  # a term of office that ends is spoken of this long before
LONGEST_TERM = timedelta(days=3660)
# Who may fill, change and end which posts. What a post may do then is for domain.access; a director or leader fills none.
MAY_FILL: dict[Role, tuple[Role, ...]] = {
    Role.SUPERVISOR: (Role.CHILD_DIRECTOR,),
    Role.COUNTY: (Role.CHILD_DIRECTOR, Role.SUPERVISOR, Role.DEPARTMENT, Role.LEADER, Role.COUNTY),
    Role.ADMIN: tuple(Role),
}
_PHONE = re.compile(r"1\d{10}|0\d{9,11}")
_YEAR = re.compile(r"(\d{4})年?(?:底)?")


@dataclass(frozen=True)
class Filled:
    """`held` of `posts` directors' posts; `standing_in` are vacant ones somebody stands in for. `vacant` are unit codes."""

    posts: int
    held: int
    standing_in: int
    vacant: tuple[str, ...]


def _until(said: Said, world: World, answers: Answers) -> str:
    """The end of a term: a day, or a year alone, which ends in December."""
    words, today = fold((said.text or "").strip()), world.now.date()
    year = _YEAR.fullmatch(words)
    try:
        day = date(int(year[1]), 12, 31) if year else first_day(words, today)
    except (PolicyRefused, ValueError):
        raise Invalid("postterm.problem.until") from None
    if not today - LONGEST_TERM <= day <= today + LONGEST_TERM:
        raise Invalid("postterm.problem.until")
    return day.isoformat()


def _phone(said: Said, world: World, answers: Answers) -> str:
    digits = re.sub(r"[\s-]", "", fold(said.text or ""))
    if not _PHONE.fullmatch(digits):
        raise Invalid("postterm.problem.phone")
    return digits


POST_TERM = Form(
    "postterm",
    (
        Question("post", by_button),
        Question("phone", _phone, skip=True),
        Question("until", _until, skip=True),
        Question("allowance", text(60), skip=True),
        choice("national", "yes", "no"),
    ),
)
