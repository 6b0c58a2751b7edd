"""通知: one word to everybody of a town or the county, with 知道了 as a count. Who has not seen it is called, not counted up.

An urgent one (flood, storm) goes out at once, at any hour; every other waits for the end of the quiet hours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from domain.forms import Answers, Choice, Form, Invalid, Question, Said, World, by_button, choice, text
from domain.people import Role

LONGEST = 600
EVERYBODY = "everybody"  # directors and supervisors
ROLES: dict[str, tuple[Role, ...]] = {
    "directors": (Role.CHILD_DIRECTOR,),
    "supervisors": (Role.SUPERVISOR,),
    EVERYBODY: (Role.CHILD_DIRECTOR, Role.SUPERVISOR),
    "offices": (Role.DEPARTMENT,),
}
_ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


@dataclass(frozen=True)
class Announcement:
    """One announcement as it stands now."""

    id: str
    unit: str
    by: str
    scope: str
    role: str
    text: str
    version: int
    urgent: bool
    at: datetime
    withdrawn: bool


def _scope(said: Said, world: World, answers: Answers) -> str:
    offered = world.facts["scopes"]()
    if said.choice in offered:
        return str(said.choice)
    words = (said.text or "").strip()
    found = [code for code, name in offered.items() if words and words in name]
    if len(found) != 1:
        raise Invalid("form.problem.choose")
    return str(found[0])


def _scopes(world: World, answers: Answers) -> tuple[Choice, ...]:
    return tuple(Choice(code, name) for code, name in world.facts["scopes"]().items())


def _words(said: Said, world: World, answers: Answers) -> str:
    """No ID number in a message that many people get."""
    value: str = text(LONGEST, 4)(said, world, answers)
    if _ID_NUMBER.search(value):
        raise Invalid("announce.problem.id_number")
    return value


def _role(said: Said, world: World, answers: Answers) -> str:
    if said.choice in world.facts["roles"]():
        return str(said.choice)
    raise Invalid("form.problem.choose")


def _roles(world: World, answers: Answers) -> tuple[Choice, ...]:
    return tuple(Choice(one) for one in world.facts["roles"]())


ANNOUNCE = Form(
    "announce",
    (
        Question("scope", _scope, choices=_scopes),
        Question("role", _role, choices=_roles),
        Question("text", _words),
        choice("urgent", "no", "yes"),
    ),
)
ANNOUNCE_EDIT = Form("announceedit", (Question("announcement", by_button), Question("text", _words)))
ANNOUNCE_ASK = Form("announceask", (Question("announcement", by_button), Question("text", text(300, 2))))
ANNOUNCE_REPLY = Form("announcereply", (Question("word", by_button), Question("text", text(500, 1))))
