"""The risk tier a child should have, proposed with its reasons from facts; a person confirms (domain.md 2.6).

No points are added up: each reason stands for itself, in words the worker can check. Immediate danger is no tier but a
report: it comes first and is not waited for. Source: plan task 9 (四类儿童加大频次), domain.md 2.6.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from domain.children import Child, Label, Relation, Tier
from domain.people import Role

OLD_CARER = 65
MANY_CHILDREN = 2
NOT_REACHED = 3
SEVERE = ("重残",)
DROPPED_OUT = ("out", "dropped_out", "失学", "辍学")
GONE_AWAY = "外出务工"


class Ground(StrEnum):
    """Why a tier is proposed. The words are in locales/ under tier.ground.<value>."""

    OPEN_REPORT = "open_report"  # R1-R9, X1-X3
    TEMPORARY_GUARDIANSHIP = "temporary_guardianship"  # 未成年人保护法 art. 92
    SELF_HARM = "self_harm"
    GROUPS_AND_POOR_CARE = "groups_and_poor_care"
    PARENTS_AWAY = "parents_away"  # group (a) of the plan: both parents away all year
    PARENT_DISABLED = "parent_disabled"  # (b)
    CHILD_DISABLED = "child_disabled"  # (c)
    MIND = "mind"  # (d): abnormal psychology or behaviour
    OUT_OF_SCHOOL = "out_of_school"
    POOR_CARE = "poor_care"
    OLD_CARER = "old_carer"
    NOT_REACHED = "not_reached"
    AGREEMENT = "agreement"


RED = (Ground.OPEN_REPORT, Ground.TEMPORARY_GUARDIANSHIP, Ground.SELF_HARM, Ground.GROUPS_AND_POOR_CARE)
GROUPS = (Ground.PARENTS_AWAY, Ground.PARENT_DISABLED, Ground.CHILD_DISABLED, Ground.MIND)
_STEP = {Tier.GREEN: 0, Tier.YELLOW: 1, Tier.RED: 2}


@dataclass(frozen=True)
class Standing:
    """What is known about a child's risk besides its file. Nothing here names anybody."""

    open_report: bool = False
    temporary_guardianship: bool = False
    self_harm: bool = False
    mind: bool = False  # an open problem of mood or behaviour, or the last visit noted one
    poor_care: bool = False  # the last visit noted the carer as not managing, or the label says so
    out_of_school: bool = False
    carer_age: int | None = None
    children_of_carer: int = 1
    not_reached: int = 0  # attempts in a row without reaching anybody
    agreement_missing: bool = False  # none signed, or it has run out, although both parents are away


@dataclass(frozen=True)
class Proposal:
    """The tier the facts speak for, and every reason. `grounds` is empty for green."""

    tier: Tier
    grounds: tuple[Ground, ...]

    def differs(self, child: Child) -> bool:
        return self.tier is not child.tier

    def raises(self, child: Child) -> bool:
        return higher(self.tier, child.tier)


def higher(one: Tier, other: Tier) -> bool:
    return _STEP[one] > _STEP[other]


def propose(child: Child, standing: Standing) -> Proposal:
    """The tier these facts speak for. Asking twice gives the same; nothing is changed by it."""
    grounds = list(_groups(child, standing))
    groups = [one for one in grounds if one in GROUPS]
    poor = standing.poor_care or Label.IMPROPER_GUARDIANSHIP in child.labels
    red = [
        ground
        for ground, holds in (
            (Ground.OPEN_REPORT, standing.open_report),
            (Ground.TEMPORARY_GUARDIANSHIP, standing.temporary_guardianship),
            (Ground.SELF_HARM, standing.self_harm),
            (Ground.GROUPS_AND_POOR_CARE, len(groups) >= 2 and poor),
        )
        if holds
    ]
    yellow = [
        ground
        for ground, holds in (
            (Ground.OUT_OF_SCHOOL, standing.out_of_school or child.school_status in DROPPED_OUT),
            (Ground.POOR_CARE, poor),
            (Ground.OLD_CARER, (standing.carer_age or 0) > OLD_CARER and standing.children_of_carer >= MANY_CHILDREN),
            (Ground.NOT_REACHED, standing.not_reached >= NOT_REACHED),
            (Ground.AGREEMENT, standing.agreement_missing),
        )
        if holds
    ]
    found = (*red, *grounds, *yellow)
    return Proposal(Tier.RED if red else Tier.YELLOW if found else Tier.GREEN, found)


def _groups(child: Child, standing: Standing) -> Iterable[Ground]:
    """The plan's four groups that want more care (加大频次)."""
    parents = [one for one in child.guardians if one.relation in (Relation.FATHER, Relation.MOTHER)]
    if len(parents) == 2 and all(one.away or one.state == GONE_AWAY for one in parents):
        yield Ground.PARENTS_AWAY
    if any(one.state in SEVERE for one in parents):
        yield Ground.PARENT_DISABLED
    if child.disability or Label.ILL_OR_DISABLED in child.labels:
        yield Ground.CHILD_DISABLED
    if standing.mind:
        yield Ground.MIND


def may_decide(roles: Iterable[Role], before: Tier, after: Tier) -> bool:
    """Whether these posts may confirm the change. Lowering red needs a supervisor or the county (domain.md 2.6)."""
    held = set(roles)
    if held & {Role.SUPERVISOR, Role.COUNTY}:
        return True
    return Role.CHILD_DIRECTOR in held and not (before is Tier.RED and after is not Tier.RED)


def nothing_found(counts: dict[Tier, int]) -> bool:
    """Children on the roster and not one red or yellow: the rules see nothing, which is suspicious (常州武进, domain.md 2.6)."""
    return sum(counts.values()) > 0 and counts.get(Tier.RED, 0) + counts.get(Tier.YELLOW, 0) == 0
