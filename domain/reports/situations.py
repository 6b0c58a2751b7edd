"""The nine reportable situations and the further triggers: who is told, what is asked, what is shown (domain.md 1.2, 1.3).

A region adds or changes rows with a file (`add_region`; Guizhou has a tenth). The threshold is suspicion, never proof.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from domain.children import Sex
from domain.forms import Answers
from domain.units import DEPARTMENTS

POLICE, CIVIL_AFFAIRS, EDUCATION, HEALTH = "police", "civil_affairs", "education", "health"
PROCURATORATE = "procuratorate"
OUTSIDE = "outside"  # the child is of another county, or nobody knows of which: an answer to 是哪个孩子
UNSORTED = "R9"  # 不知道怎么分: other serious harm or danger, the police sort it out
ASKS = ("doctor", "watched", "last_seen", "platform", "hazard", "school_since", "parents")  # questions of form.py
CARDS = ("body", "mind", "missing", "online", "water", "school", "home")  # what to do and what to leave, in words


@dataclass(frozen=True)
class Situation:
    """One row.

    route     department slugs, who is told first comes first
    copies    departments that hear of it and owe nothing
    urgent    pushed as urgent whatever was said about safety
    any_hour  nights and holidays are not waited for (domain.md 1.10: R and X1-X3)
    lines     help lines worth showing
    asks      questions it adds (form.py)
    card      which card is shown once it is chosen: keep evidence, do not question, do not mediate
    group     the button it is reached by
    labels    its name by language, where locales/ has none (rows of a region)
    """

    code: str
    route: tuple[str, ...]
    urgent: bool = False
    lines: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    any_hour: bool = False
    asks: tuple[str, ...] = ()
    card: str = "home"
    group: str = "other"
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)


_P, _C, _E, _H = (POLICE,), (CIVIL_AFFAIRS,), (EDUCATION,), (HEALTH,)
_BODY = {"urgent": True, "any_hour": True, "asks": ("doctor",), "card": "body"}
_MIND = {"urgent": True, "any_hour": True, "asks": ("watched", "doctor"), "lines": ("12356", "12355"), "card": "mind"}

_ALL = (
    Situation("R1", _P, **_BODY, copies=(PROCURATORATE,), group="private"),  # type: ignore[arg-type]
    Situation("R2", _P, **_BODY, copies=(PROCURATORATE,), group="private"),  # type: ignore[arg-type]
    Situation("R3", _P, **_BODY, copies=(PROCURATORATE,), group="private"),  # type: ignore[arg-type]
    Situation("R4", _P, **_BODY, group="hurt"),  # type: ignore[arg-type]
    Situation("R5", (POLICE, HEALTH), **_MIND, group="mind"),  # type: ignore[arg-type]
    Situation("R6", (POLICE, CIVIL_AFFAIRS), any_hour=True, asks=("parents",), group="uncared"),
    Situation("R7", _P, urgent=True, any_hour=True, asks=("last_seen",), card="missing", group="missing"),
    Situation("R8", (POLICE, CIVIL_AFFAIRS), any_hour=True, asks=("last_seen",), group="missing"),
    Situation("R9", _P, urgent=True, any_hour=True, group="danger"),
    # 未成年人保护法 art. 21; 国发〔2016〕13号
    Situation("X1", (POLICE, CIVIL_AFFAIRS), any_hour=True, asks=("parents",), group="uncared"),
    Situation("X2", _C, any_hour=True, asks=("parents",), group="uncared"),  # art. 21, 118: dissuade; serious → police
    Situation("X3", (POLICE, CIVIL_AFFAIRS), any_hour=True, asks=("parents",), group="uncared"),  # art. 92
    Situation("X4", _C, asks=("parents",), group="uncared"),  # art. 43; plan task 5
    Situation("X5", _C, asks=("parents",), group="uncared"),  # art. 118; plan task 4
    Situation("X6", _E, asks=("school_since",), copies=_C, card="school", group="school"),  # plan task 11
    Situation("X7", (HEALTH, EDUCATION), **_MIND, group="mind"),  # type: ignore[arg-type]  # plan task 2
    Situation(
        "X8", ("cyberspace",), lines=("12377", "12355"), asks=("platform",), copies=_P, card="online", group="online"
    ),
    Situation("X9", ("emergency", "water", "fire"), asks=("hazard",), card="water", group="other"),  # plan task 15
    Situation("X10", _P, urgent=True, any_hour=True, group="other"),  # 预防未成年人犯罪法 art. 39
    Situation("X11", (POLICE, CIVIL_AFFAIRS), group="other"),
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


class BadRegion(ValueError):
    """The file of a region cannot be used; the words say which row and why."""


def add_region(text: str) -> tuple[str, ...]:
    """Add or replace rows from a region's JSON file, a list of objects with the fields of Situation; their codes.

    All or nothing. Raises BadRegion. To be called once, before the first message.
    """
    try:
        rows = json.loads(text)
    except ValueError as problem:
        raise BadRegion(f"not JSON: {problem}") from None
    if not isinstance(rows, list):
        raise BadRegion("a list of situations is wanted")
    found = [_row(number, row) for number, row in enumerate(rows, 1)]
    for one in found:
        SITUATIONS[one.code] = one
        for group, codes in GROUPS.items():
            GROUPS[group] = tuple(code for code in codes if code != one.code) or codes
        GROUPS[one.group] = (*(code for code in GROUPS[one.group] if code != one.code), one.code)
    return tuple(one.code for one in found)


def _row(number: int, row: object) -> Situation:
    def wrong(why: str) -> BadRegion:
        return BadRegion(f"situation {number}: {why}")

    if not isinstance(row, dict):
        raise wrong("an object is wanted")
    known = {one.name for one in fields(Situation)}
    if strange := set(row) - known:
        raise wrong(f"unknown: {', '.join(sorted(strange))}")
    if not re.fullmatch(r"[RX]\d{1,3}", str(row.get("code", ""))):
        raise wrong("`code` is R or X and a number")
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    for key, allowed in (("route", DEPARTMENTS), ("copies", DEPARTMENTS), ("asks", ASKS)):
        if bad := [one for one in values.get(key, ()) if one not in allowed]:
            raise wrong(f"`{key}` does not know {', '.join(map(str, bad))}")
    if not values.get("route"):
        raise wrong("`route` names nobody")
    if values.get("card", "home") not in CARDS or values.get("group", "other") not in GROUPS:
        raise wrong("`card` or `group` is unknown")
    if values["code"] not in SITUATIONS and not values.get("labels"):
        raise wrong("`labels` gives no name")
    return Situation(**values)  # type: ignore[arg-type]


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


def any_hour(code: str, unsafe: bool) -> bool:
    """Whether nights and holidays are ignored: danger, and what must never wait. An unknown code never waits either."""
    situation = SITUATIONS.get(code)
    return unsafe or situation is None or situation.any_hour


def asked(answers: Answers) -> tuple[str, ...]:
    """The further questions of what has been chosen so far."""
    return situation_of(answers).asks if answers.get("kind") else ()


def card(answers: Answers) -> str:
    """The card that is shown beside the questions."""
    words = str(answers.get("seen") or "")
    if any(sign in words for sign in SELF_HARM_WORDS):
        return "mind"
    return situation_of(answers).card


def route(situation: Situation, danger: bool) -> tuple[str, ...]:
    """The departments a report goes to. Danger or suspected crime: the police always first (domain.md 1.1)."""
    if danger or POLICE in situation.route:
        return (POLICE, *(slug for slug in situation.route if slug != POLICE))
    return situation.route


def copies(situation: Situation, danger: bool) -> tuple[str, ...]:
    """The departments that hear of it without owing a receipt. Where the child is just now widens nothing."""
    told = route(situation, danger)
    return tuple(slug for slug in dict.fromkeys(situation.copies) if slug not in told)


def help_lines(answers: Answers) -> tuple[str, ...]:
    """Help lines that fit what has been said so far, beside 110 and 120."""
    words = str(answers.get("seen") or "")
    if answers.get("kind") == "mind" or any(sign in words for sign in SELF_HARM_WORDS):
        return SITUATIONS["X7"].lines
    return situation_of(answers).lines
