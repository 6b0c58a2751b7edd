"""通知: one word to everybody of a town or the county, with 知道了 as a count. Who has not seen it is called, not counted up.

An urgent one (flood, storm) goes out at once, at any hour; every other waits for the end of the quiet hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
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
# what stands after a child's given name; alone it may be any word (国庆, 建国, 文明)
_OF_A_CHILD = r"(?:小朋友|同学|娃|家里|家的|家长|的?(?:爸|妈|爹|爷|奶|姥|姑|舅|叔|监护人))"


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


def name_in(words: str, names: Iterable[str]) -> str | None:
    """The first name of a child or of its family among these words, or None. Everybody of a scope reads an announcement,
    and names are for those who work with the child."""
    for name in names:
        if len(name) > 1 and name in words:
            return name
        if len(name) > 2 and name[1:] in words and (found := re.search(re.escape(name[1:]) + _OF_A_CHILD, words)):
            return found[0]
    return None


def problem_of(words: str, names: Iterable[str]) -> Invalid | None:
    """Why these words may not go to many people; None if they may."""
    if _ID_NUMBER.search(words):
        return Invalid("announce.problem.id_number")
    found = name_in(words, names)
    return Invalid("announce.problem.name", word=found) if found else None


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
    """No ID number and no child's name in a message that many people get."""
    value: str = text(LONGEST, 4)(said, world, answers)
    if problem := problem_of(value, world.facts["names"]()):
        raise problem
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
