"""What a change of the county's numbers would do to the children and people there are now: shown before anything changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from domain.children import Child, Tier
from domain.contacts import Contact
from domain.duties import due_days
from domain.policy import Policy

DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Load:
    """The work one tier asks for: children, contacts and visits a month, the supervisors' contacts a year."""

    children: int
    contacts_a_month: float
    visits_a_month: float
    supervisor_a_year: float


@dataclass(frozen=True)
class DryRun:
    """Before and after: the load of each tier, and how many children have something overdue today."""

    before: Mapping[Tier, Load]
    after: Mapping[Tier, Load]
    overdue_before: int
    overdue_after: int
    places: int  # villages with children, each the work of one director

    @property
    def same(self) -> bool:
        """Nothing about contacts and visits would change."""
        return self.before == self.after and self.overdue_before == self.overdue_after


def load(count: int, tier: Tier, policy: Policy) -> Load:
    """The yearly average; a home visit counts as that month's contact, so contacts include the visits."""
    often = policy.frequency(tier)
    contacts = DAYS_A_MONTH / often.contact_days if often.contact_days else 1.0
    return Load(count, count * max(1.0, contacts), count / often.visit_months, count * 12 / often.supervisor_months)


def dry_run(
    children: Iterable[Child], contacts: Mapping[str, Iterable[Contact]], before: Policy, after: Policy, today: date
) -> DryRun:
    """Both policies over the same facts, as they stand today."""
    there = [child for child in children if child.closed_on is None]
    counts = {tier: sum(child.tier is tier for child in there) for tier in Tier}

    def overdue(policy: Policy) -> int:
        count = 0
        for child in there:
            due = due_days(child, contacts.get(child.id, ()), policy)
            count += any(day is not None and day < today for day in (due.contact, due.visit, due.supervisor))
        return count

    return DryRun(
        {tier: load(counts[tier], tier, before) for tier in Tier},
        {tier: load(counts[tier], tier, after) for tier in Tier},
        overdue(before),
        overdue(after),
        len({child.unit for child in there}),
    )
