"""What a director answered in the visit form (domain/visits.py), invented."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from domain.children import Child, Label, Relation
from domain.contacts import Kind
from domain.demo import words
from domain.forms import Answers
from domain.visits import CHECKLIST, TALKS

CALLS = {Kind.PHONE: 62, Kind.IN_PERSON: 22, Kind.VIDEO: 9, Kind.OTHER: 7}
SCHOOL_AGE = 6
_GRANDPARENTS = (Relation.PATERNAL_GRANDPARENT, Relation.MATERNAL_GRANDPARENT)
_AT_HOME = ("home", "food", "body", "guardian", "safety")


def call(rng: Random, child: Child, others: list[Child], day: date, *, reached: bool = True) -> Answers:
    """A contact that is no home visit."""
    how = rng.choices(list(CALLS), weights=list(CALLS.values()))[0] if reached else Kind.PHONE
    answers: Answers = _opening(child, day, how)
    small = (child.age_on(day) or 0) < 4
    draw = rng.random()
    if not reached:
        answers["outcome"] = "no_answer" if draw < 0.85 else "wrong_number"
        return answers
    worried = draw < 0.05
    answers["outcome"] = "worry" if worried else "adult_fine" if small or draw > 0.62 else "child_fine"
    if worried:
        answers |= _worry(rng, child, day, least=0)
    answers |= _siblings(others)
    if Label.LEFT_BEHIND in child.labels and rng.random() < 0.4:
        answers["parents_too"] = _parents(rng)
    return answers | _note(rng, child, day, 0.25)


def visit(rng: Random, child: Child, others: list[Child], day: date, *, seen: bool = True) -> Answers:
    """A home visit; without the child seen it was an attempt, or is incomplete."""
    answers: Answers = _opening(child, day, Kind.HOME_VISIT)
    answers["met"] = rng.choice(("both", "both", "both", "child")) if seen else rng.choice(("adult", "nobody"))
    if answers["met"] == "nobody":
        return answers
    if rng.random() < 0.09:
        answers |= _worry(rng, child, day, least=1)
    else:
        answers["state"] = []
    answers["parents"] = _parents(rng) if Label.LEFT_BEHIND in child.labels else "yes"
    told = rng.sample(TALKS, rng.randint(1, 3))
    answers["talks"] = [talk for talk in TALKS if talk in told]
    answers["needs"] = [rng.choice(list(words.NEEDS))] if rng.random() < 0.05 else []
    answers |= _siblings(others) | _note(rng, child, day, 0.5)
    if rng.random() < 0.06 and (child.age_on(day) or 0) >= SCHOOL_AGE:
        answers["wish"] = rng.choice(words.WISHES + (words.AWAY_WISHES if _both_away(child) else ()))
    return answers


def solution(rng: Random, text: str) -> str:
    """How the problem with these words was solved."""
    for found in (*words.WORRIES.values(), tuple(words.NEEDS.values())):
        for worry, solved in found:
            if worry == text:
                return solved
    return rng.choice(("已解决", "问题不大，已处理"))


def _opening(child: Child, day: date, how: Kind) -> Answers:
    return {"child": child.file_no, "day": day.isoformat(), "how": how.value}


def _worry(rng: Random, child: Child, day: date, least: int) -> dict[str, Any]:
    """What was not as it should be. A call may bring a worry that is in no part of the checklist."""
    parts = tuple(CHECKLIST) if (child.age_on(day) or 0) >= SCHOOL_AGE else _AT_HOME
    part = rng.choice(parts) if least or rng.random() < 0.85 else "other"
    text, _ = rng.choice(words.WORRIES[part])
    state = [] if part == "other" else [part]
    return {"state": state, "worries": text, "help": "town" if rng.random() < 0.25 else "self"}


def _siblings(others: list[Child]) -> dict[str, Any]:
    return {"siblings": [one.file_no for one in others]} if others else {}


def _parents(rng: Random) -> str:
    return rng.choices(("yes", "no", "unknown"), weights=(80, 13, 7))[0]


def _note(rng: Random, child: Child, day: date, share: float) -> dict[str, Any]:
    """A line that fits who the child is: no homework for the small ones, no parents' calls where nobody is away."""
    if rng.random() >= share:
        return {}
    fitting: tuple[str, ...] = words.NOTES
    if (child.age_on(day) or 0) >= SCHOOL_AGE and child.school is not None:
        fitting += words.SCHOOL_NOTES
    if any(one.carer and one.relation in _GRANDPARENTS for one in child.guardians):
        fitting += words.GRANDPARENT_NOTES
    away = [one.relation for one in child.guardians if one.away]
    if away and rng.random() < 0.4:
        who = "爸妈" if len(away) == 2 else "爸爸" if away[0] is Relation.FATHER else "妈妈"
        return {"note": who + rng.choice(words.AWAY_NOTES)}
    return {"note": rng.choice(fitting)}


def _both_away(child: Child) -> bool:
    return sum(bool(one.away) for one in child.guardians) == 2
