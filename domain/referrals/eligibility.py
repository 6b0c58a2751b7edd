"""能享受啥: which benefits may apply, from six answers or straight from the file (plan task 10; domain.md 6.3).

Never a promise: 可能符合，请按程序申请. No amounts stand here, they are the county's to enter. The map is data; apart
from 事实无人抚养 (民发〔2019〕62号, 〔2020〕125号) it is general knowledge that the county has to confirm.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from domain.children import Child, Label, Relation
from domain.eligibility_rules import LOST, NOT_STUDYING, UNABLE

OK, DEAD, OUT_OF_REACH, UNABLE_ = "ok", "dead", "missing", "unable"
PARENT = (OK, DEAD, OUT_OF_REACH, UNABLE_)
MONEY = ("enough", "tight", "very_poor", "none")  # above the line, just above it, below it, no income and no carer
DISABILITY = ("none", "suspected", "severe", "mind", "other")
SUDDEN = ("none", "illness", "accident")
STUDY = ("minor", "adult_student", "adult")
QUESTIONS = ("father", "mother", "money", "disability", "sudden", "study")
ADULT = 18


@dataclass(frozen=True)
class Facts:
    """The six answers; None where nobody knows yet."""

    father: str | None = None
    mother: str | None = None
    money: str | None = None
    disability: str | None = None
    sudden: str | None = None
    study: str | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(key for key in QUESTIONS if getattr(self, key) is None)


@dataclass(frozen=True)
class Benefit:
    """One benefit as data. `where` is the desk one goes to, `papers` the papers one brings (words in locales/)."""

    code: str
    fits: Callable[[Facts], bool]
    papers: tuple[str, ...]
    where: str
    until_adult: bool = True


def _parents_gone(facts: Facts) -> bool:
    return {facts.father, facts.mother} <= {DEAD, OUT_OF_REACH} and None not in (facts.father, facts.mother)


def _unattended(facts: Facts) -> bool:
    both = (facts.father, facts.mother)
    return all(one in (DEAD, OUT_OF_REACH, UNABLE_) for one in both) and UNABLE_ in both


def _poor(facts: Facts) -> bool:
    return facts.money in ("very_poor", "none")


_FAMILY = ("id_card", "household_book")
BENEFITS: tuple[Benefit, ...] = (
    Benefit("orphan", _parents_gone, (*_FAMILY, "death_proof", "kin_statement", "photo", "bank_card"), "town"),
    Benefit("de_facto_unattended", _unattended, (*_FAMILY, "parent_proof", "kin_statement", "bank_card"), "town"),
    Benefit("destitute", lambda facts: facts.money == "none", (*_FAMILY, "income_proof", "check_letter"), "town", False),
    Benefit("low_income", _poor, (*_FAMILY, "income_proof", "check_letter", "bank_card"), "town", False),
    Benefit(
        "near_low_income", lambda facts: facts.money == "tight", (*_FAMILY, "income_proof", "check_letter"), "town", False
    ),
    Benefit(
        "disabled_living", lambda facts: facts.disability in ("severe", "mind", "other") and _poor(facts),
        (*_FAMILY, "disability_card", "low_income_card", "bank_card"), "town", False,
    ),
    Benefit(
        "disabled_care", lambda facts: facts.disability in ("severe", "mind"), (*_FAMILY, "disability_card", "bank_card"),
        "town", False,
    ),
    Benefit(
        "rehabilitation", lambda facts: facts.disability not in (None, "none") and facts.study == "minor",
        (*_FAMILY, "disability_card_or_diagnosis", "photo"), "disabled",
    ),
    Benefit("medical", lambda facts: facts.sudden in ("illness", "accident"), (*_FAMILY, "medical_papers"), "medical", False),
    Benefit("temporary", lambda facts: facts.sudden in ("illness", "accident"), (*_FAMILY, "event_proof"), "town", False),
    # 福彩圆梦: 孤儿助学 and 事实无人抚养儿童助学, for those who study on after 18 (plan task 11)
    Benefit(
        "education",
        lambda facts: facts.study == "adult_student" and (_parents_gone(facts) or _unattended(facts)),
        ("id_card", "school_proof", "status_proof", "bank_card"), "civil_affairs", False,
    ),
)  # fmt: skip
BY_CODE = {one.code: one for one in BENEFITS}


def may_apply(facts: Facts) -> tuple[Benefit, ...]:
    """What may apply, the largest first. An open question opens nothing."""
    grown = facts.study in ("adult", "adult_student")
    found = [one for one in BENEFITS if one.fits(facts) and not (one.until_adult and grown)]
    if any(one.code in ("orphan", "de_facto_unattended") for one in found):
        found = [one for one in found if one.code != "destitute"]  # the one excludes the other
    return tuple(found)


def facts_of(child: Child, today: date) -> Facts:
    """What the file already says; the rest is None and asked."""
    age = child.age_on(today)
    study = None if age is None else "minor" if age < ADULT else _grown_up_study(child)
    return Facts(
        father=_parent(child, Relation.FATHER), mother=_parent(child, Relation.MOTHER), money=_money(child),
        disability=_disability(child), study=study,
    )  # fmt: skip


def _grown_up_study(child: Child) -> str | None:
    if child.school_status is None:
        return None
    return "adult" if child.school_status in NOT_STUDYING else "adult_student"


def _parent(child: Child, relation: Relation) -> str | None:
    found = next((one for one in child.guardians if one.relation is relation), None)
    if Label.ORPHAN in child.labels:
        return DEAD
    if found is None or found.state is None:
        return None if found is None else OK if found.away else None
    if found.state in LOST:
        return DEAD if found.state == "死亡" else OUT_OF_REACH
    return UNABLE_ if found.state in UNABLE else OK


def _money(child: Child) -> str | None:
    for label, value in (
        (Label.DESTITUTE, "none"), (Label.LOW_INCOME, "very_poor"), (Label.NEAR_LOW_INCOME, "tight"),
    ):  # fmt: skip
        if label in child.labels:
            return value
    return None


_GRADE = re.compile(r"([一二三四1-4])级")


def _disability(child: Child) -> str | None:
    said = child.disability
    if not said:
        return None if child.health in (None, "残疾") else "none"
    grade = _GRADE.search(said)
    mind = "智力" in said or "精神" in said
    if grade and grade[1] in "一二12":
        return "severe"
    return "mind" if mind else "other"


_LABELS = {
    "orphan": Label.ORPHAN, "de_facto_unattended": Label.DE_FACTO_UNATTENDED, "low_income": Label.LOW_INCOME,
    "near_low_income": Label.NEAR_LOW_INCOME, "destitute": Label.DESTITUTE,
}  # fmt: skip


def not_enrolled(child: Child, today: date, enrolled: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """What may apply by the file alone and is neither a label nor received: for the plan's measure, and to ask about."""
    facts = facts_of(child, today)
    if facts.study is None:
        facts = replace(facts, study="minor" if (child.age_on(today) or 0) < ADULT else "adult")
    has = {code for code, label in _LABELS.items() if label in child.labels} | enrolled
    return tuple(one.code for one in may_apply(facts) if one.code not in has)
