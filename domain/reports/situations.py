"""The nine reportable situations and the further triggers, with the departments each goes to (domain.md 1.2, 1.3).

A region adds a situation by adding a row (Guizhou has a tenth). The threshold is suspicion, never proof.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.children import Sex
from domain.forms import Answers

POLICE, CIVIL_AFFAIRS, EDUCATION, HEALTH = "police", "civil_affairs", "education", "health"
UNSORTED = "R9"  # 不知道怎么分: other serious harm or danger, the police sort it out


@dataclass(frozen=True)
class Situation:
    """One row. `route` are department slugs of domain/units.py, who is told first comes first.

    `urgent` ones are pushed as urgent whatever was said about safety. `lines` are help lines worth showing.
    """

    code: str
    route: tuple[str, ...]
    urgent: bool = False
    lines: tuple[str, ...] = ()


_ALL = (
    Situation("R1", (POLICE,), urgent=True),
    Situation("R2", (POLICE,), urgent=True),
    Situation("R3", (POLICE,), urgent=True),
    Situation("R4", (POLICE,), urgent=True),
    Situation("R5", (POLICE, HEALTH), urgent=True, lines=("12356", "12355")),
    Situation("R6", (POLICE, CIVIL_AFFAIRS)),
    Situation("R7", (POLICE,), urgent=True),
    Situation("R8", (POLICE, CIVIL_AFFAIRS)),
    Situation("R9", (POLICE,), urgent=True),
    Situation("X1", (POLICE, CIVIL_AFFAIRS)),  # 未成年人保护法 art. 21; 国发〔2016〕13号
    Situation("X2", (CIVIL_AFFAIRS,)),  # art. 21, 118: dissuade; serious → police
    Situation("X3", (POLICE, CIVIL_AFFAIRS)),  # art. 92: temporary guardianship check
    Situation("X4", (CIVIL_AFFAIRS,)),  # art. 43; plan task 5
    Situation("X5", (CIVIL_AFFAIRS,)),  # art. 118; plan task 4
    Situation("X6", (EDUCATION,)),  # plan task 11
    Situation("X7", (HEALTH, EDUCATION), urgent=True, lines=("12356", "12355")),  # plan task 2
    Situation("X8", ("cyberspace",), lines=("12377", "12355")),  # plan task 16
    Situation("X9", ("emergency", "water", "fire")),  # plan task 15
    Situation("X10", (POLICE,), urgent=True),  # 预防未成年人犯罪法 art. 39
    Situation("X11", (POLICE, CIVIL_AFFAIRS)),
)
SITUATIONS: dict[str, Situation] = {one.code: one for one in _ALL}

# What a worker picks from, in everyday words: at most ten buttons. The first code of a group is meant when the worker
# cannot tell more; where there are several, one more tap may say which.
GROUPS: dict[str, tuple[str, ...]] = {
    "hurt": ("R4",),
    "private": ("R2", "R1", "R3"),
    "mind": ("X7", "R5"),
    "uncared": ("R6", "X1", "X2", "X3", "X4", "X5"),
    "missing": ("R7", "R8"),
    "danger": ("R9",),
    "school": ("X6",),
    "online": ("X8",),
    "other": ("R9", "X9", "X10", "X11"),
    "unsorted": (UNSORTED,),
}

# Said or written about a child: the help lines are shown at once, nothing is concluded from it (domain.md 1.2 R5).
SELF_HARM_WORDS = ("不想活", "想死", "寻死", "割手", "割腕", "喝农药", "喝药", "跳楼", "跳河", "自残", "自杀", "轻生")


def situation_of(answers: Answers, sex: Sex | None = None, age: int | None = None) -> Situation:
    """The situation a report is filed under; never none. The department decides what it is in law."""
    exact, group = answers.get("exact"), answers.get("kind")
    codes = GROUPS.get(group or "", (UNSORTED,))
    if exact in codes:
        return SITUATIONS[exact]
    if group == "private" and sex is Sex.FEMALE and age is not None and age >= 14:
        return SITUATIONS["R3"]
    if group == "private" and sex is Sex.MALE:
        return SITUATIONS["R1"]
    return SITUATIONS[codes[0]]


def in_danger(answers: Answers) -> bool:
    """The child is not known to be safe; 不清楚 counts as danger."""
    return answers.get("safe") != "safe"


def is_urgent(answers: Answers, situation: Situation) -> bool:
    return situation.urgent or in_danger(answers)


def route(situation: Situation, danger: bool) -> tuple[str, ...]:
    """The departments a report goes to. Danger or suspected crime: the police always first (domain.md 1.1)."""
    if danger or POLICE in situation.route:
        return (POLICE, *(slug for slug in situation.route if slug != POLICE))
    return situation.route


def help_lines(answers: Answers) -> tuple[str, ...]:
    """Help lines that fit what has been said so far, beside 110 and 120."""
    words = str(answers.get("seen") or "")
    if answers.get("kind") == "mind" or any(sign in words for sign in SELF_HARM_WORDS):
        return SITUATIONS["X7"].lines
    return situation_of(answers).lines
