"""Risk tiers of invented children: 80 % green, 15 % yellow, 5 % red, each backed by facts in the file (domain.md 2.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from domain.children import Child, Label, Tier
from domain.demo.families import Household

YELLOW, RED = 0.15, 0.05
OLD = 65
_WEIGHT = {
    "guardianship": 5, "out_of_school": 4, "unattended": 4, "parent_disabled": 3, "old_carer": 3, "orphan": 3,
    "child_disabled": 2, "parents_away": 1,
}  # fmt: skip


def reasons(child: Child, home: Household) -> tuple[str, ...]:
    """Why this child may need more than the plan's minimum, as the county's four groups and domain.md 2.6 name it."""
    parents = [one for one in child.guardians if one.relation in ("father", "mother")]
    found = {
        "guardianship": Label.IMPROPER_GUARDIANSHIP in child.labels,
        "out_of_school": child.school_status == "辍学",
        "unattended": Label.DE_FACTO_UNATTENDED in child.labels,
        "parent_disabled": any(one.state in ("重残", "重病") for one in parents),
        "old_carer": (home.carer_age or 0) > OLD and len(home.children) > 1,
        "orphan": Label.ORPHAN in child.labels,
        "child_disabled": child.disability is not None,
        "parents_away": len(parents) == 2 and all(one.away for one in parents),
    }
    return tuple(reason for reason, holds in found.items() if holds)


def assign(rng: Random, homes: Sequence[Household]) -> list[Household]:
    """The same households with tiers: the children with the weightiest reasons first, chance deciding between equals.

    Tiers set on purpose (anything but green) stay.
    """
    scored = [
        (sum(_WEIGHT[reason] for reason in found) + rng.random(), child.id)
        for home in homes
        for child in home.children
        if child.tier is Tier.GREEN and child.closed_on is None and (found := reasons(child, home))
    ]
    scored.sort(reverse=True)
    everybody = sum(len(home.children) for home in homes)
    red = max(0, round(everybody * RED) - _already(homes, Tier.RED))
    yellow = max(0, round(everybody * YELLOW) - _already(homes, Tier.YELLOW))
    tiers = {child_id: Tier.RED for _, child_id in scored[:red]}
    tiers |= {child_id: Tier.YELLOW for _, child_id in scored[red : red + yellow]}
    return [
        replace(home, children=tuple(replace(one, tier=tiers.get(one.id, one.tier)) for one in home.children))
        for home in homes
    ]


def _already(homes: Sequence[Household], tier: Tier) -> int:
    return sum(child.tier is tier for home in homes for child in home.children)
