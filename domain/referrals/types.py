"""What can be asked for, as data: where it goes, what is asked, which steps and ends it has, and whose consent it takes.

The words are in locales/ under referral.kind.<code>, referral.step.<step>, referral.outcome.<outcome>.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.units import COUNTY

VILLAGE = "village"  # the village keeps it: the director's own record, until it is handed on
BOARD_KIND = "social"  # its needs stand on the board, without names

# The twelve signs of domain.md 3.6a. A starred one is no matter for a school counsellor: the emergency card comes up.
SIGNS = (
    "marks", "silent", "crying", "dying", "fear", "injuries", "sexual", "runaway", "sleep", "aggression", "strangers",
    "phone_night",
)  # fmt: skip
CRISIS = frozenset({"dying", "fear", "injuries", "sexual"})
# 未成年人保护法 art. 92: the seven cases in which civil affairs takes temporary guardianship
ART_92 = ("1", "2", "3", "4", "5", "6", "7")
BENEFITS = (
    "orphan", "de_facto_unattended", "low_income", "near_low_income", "destitute", "temporary", "medical",
    "disabled_living", "disabled_care", "rehabilitation", "education",
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """One thing to ask for.

    route     who leads first, and who comes next; slugs of departments, or VILLAGE
    asks      keys of the questions asked beside the child and the words (domain.referrals.forms)
    consent   the guardian must agree before a name is passed on
    family    a child's: its result is told to the family
    again     days after which the village looks again unless another day is given
    """

    code: str
    task: int
    route: tuple[str, ...]
    steps: tuple[str, ...]
    outcomes: tuple[str, ...]
    asks: tuple[str, ...] = ()
    consent: bool = False
    family: bool = True
    again: int | None = None

    @property
    def by_village(self) -> bool:
        return self.route[0] == VILLAGE


KINDS: dict[str, Kind] = {
    one.code: one
    for one in (
        Kind(
            "psychology", 2, ("education", "health"),
            ("talked", "assessed", "counselled", "clinic", "school_note"), ("better", "watched", "treated", "declined"),
            ("signs",), consent=True,
        ),
        Kind(
            "neglect", 4, (VILLAGE, "police", "women"),
            ("warned_again", "kept", "not_kept", "admonished", "guidance_order", "guidance_done"),
            ("mended", "handed_over", "moved_away"), ("neglects", "whom", "serious"), again=30,
        ),
        Kind(
            "guardianship", 7, ("civil_affairs", "police", "justice"),
            ("checked", "papers", "placed_kin", "placed_foster", "placed_home", "reviewed", "return_assessed"),
            ("returned", "long_term", "not_needed"), ("art_92", "where_now"),
        ),
        Kind(
            "mediation", 8, (VILLAGE, "justice", "women"), ("met", "looked_again"), ("agreed", "partly", "failed"),
            ("quarrel", "hurt"), again=30,
        ),
        Kind(
            "benefits", 10, ("civil_affairs", "disabled", "health", "education"),
            ("applied", "papers_missing", "papers_in", "looked_into"), ("granted", "refused", "given_up"), ("benefit",),
        ),
        Kind(
            "schooling", 11, ("education", "police", "civil_affairs"),
            ("visit_1", "visit_2", "school_plan", "legal_notice", "back", "tutor"),
            ("stayed", "transferred", "eased", "not_back"), ("school_matter",),
        ),
        Kind(
            "work", 13, ("human_resources", "women"), ("offered", "training", "interview"),
            ("returned", "trained", "not_now"), ("would", "skill"), consent=True,
        ),
        Kind(
            "online", 16, ("cyberspace", "police", "education"),
            ("evidence_kept", "reported_12377", "taken_down", "police_case", "family_talk", "minor_mode"),
            ("stopped", "handed_over", "watched"), ("phone_use", "threat"),
        ),
        Kind(
            "social", 18, ("civil_affairs", "youth", "women"), ("matched", "delivered"), ("met", "partly", "fell_through"),
            ("need", "public"), consent=True,
        ),
        # 司法建议, 检察建议: the written reply comes within a month (未成年人保护法 art. 114; plan task 6)
        Kind("suggestion", 6, (), ("measures",), ("replied",), ("about", "to_unit"), family=False),
    )
}  # fmt: skip
FOR_CHILDREN = tuple(code for code, kind in KINDS.items() if kind.family)
CONSENTING = tuple(code for code, kind in KINDS.items() if kind.consent)
ISSUED_BY = ("court", "procuratorate")  # who sends suggestions
DROPPED_OUT = ("out", "often_absent")
ASK_POLICE_AT = 3  # the third 劝诫 about the same child, or a serious one (plan task 4)
# What was found with a child (domain.md 2.8) → what is usually asked for.
OF_ISSUE = {
    "mind": "psychology", "school": "schooling", "guardianship": "neglect", "aid": "benefits", "life": "benefits",
    "medical": "benefits", "housing": "social",
}  # fmt: skip


_ONLINE_HARM = frozenset({"strangers", "spread", "bullied", "bad_content"})  # the rest is for school and family


def lead(kind: Kind, answers: Mapping[str, Any], village: str | None) -> str:
    """The unit code it goes to first."""
    slug = _slug(kind, answers)
    if slug == VILLAGE:
        return village or COUNTY
    return COUNTY if slug is None else f"{COUNTY}.{slug}"


def _slug(kind: Kind, answers: Mapping[str, Any]) -> str | None:
    if kind.code == "suggestion":
        return str(answers.get("to_unit") or "").partition(".")[2] or None
    if kind.code == "benefits":
        benefit = answers.get("benefit")
        return "disabled" if benefit == "rehabilitation" else "civil_affairs"
    if kind.code == "online":
        if answers.get("threat") == "yes" or "cheated" in answers.get("phone_use", ()):
            return "police"
        return "cyberspace" if _ONLINE_HARM.intersection(answers.get("phone_use", ())) else "education"
    if kind.code == "neglect" and answers.get("serious") == "yes":
        return "police"
    return kind.route[0]


_TOPICS = {
    "benefits": "benefit", "schooling": "school_matter", "social": "need", "work": "would",
    "mediation": "quarrel", "neglect": "whom",
}  # fmt: skip


def topic_of(kind: Kind, answers: Mapping[str, Any]) -> str | None:
    """The one answer figures are counted by; a code, never words."""
    if kind.code == "online":
        return next(iter(answers.get("phone_use") or ()), None)
    value = answers.get(_TOPICS.get(kind.code, ""))
    return str(value) if isinstance(value, str) else None


def next_units(kind: Kind, held: str) -> tuple[str, ...]:
    """Where it may be handed on to: the units of its route first, then the county bureau; never where it lies."""
    slugs = [slug for slug in kind.route if slug != VILLAGE]
    found = [f"{COUNTY}.{slug}" for slug in slugs] + [COUNTY]
    return tuple(one for one in found if one != held)
