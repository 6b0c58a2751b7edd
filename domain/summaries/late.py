"""The children nobody reached in time, with who can help. Children, never people; no ranking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from domain.children import Tier
from domain.duties import OpenDuty, SubjectKind
from domain.reminders import TIER_ORDER, Rota


@dataclass(frozen=True)
class OverdueChild:
    """A child nobody reached in time, what is overdue for it (longest first), and the posts that can help."""

    child_id: str
    unit: str
    tier: Tier
    days: int  # of the longest overdue duty
    duties: tuple[OpenDuty, ...]
    helpers: tuple[str, ...]  # post ids, the nearest first


def overdue_list(duties: Iterable[OpenDuty], rota: Rota, today: date) -> tuple[OverdueChild, ...]:
    """Children with overdue work, the most urgent first: by tier, then by days overdue. Children, never people."""
    by_child: dict[str, list[OpenDuty]] = {}
    for duty in duties:
        if duty.duty.subject is SubjectKind.CHILD and duty.overdue_days(today):
            by_child.setdefault(duty.subject, []).append(duty)
    found = []
    for overdue in by_child.values():
        overdue.sort(key=lambda duty: (duty.due, duty.duty.code))
        child = overdue[0].child
        if child is not None:
            days = overdue[0].overdue_days(today)
            found.append(OverdueChild(child.id, child.unit, child.tier, days, tuple(overdue), rota.helpers(child.unit)))
    return tuple(sorted(found, key=lambda line: (TIER_ORDER[line.tier], -line.days, line.child_id)))
