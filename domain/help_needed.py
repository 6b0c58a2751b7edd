"""Help needed: overdue work rises, level by level, to whoever can lend a hand (design.md 5). No ranking, no counting of people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from domain.duties import OpenDuty
from domain.people import Role
from domain.policy import Policy
from domain.reminders import NEXT_ABOVE, TIER_ORDER, Key, Rota

HELP_RULE = "help_needed"


@dataclass(frozen=True)
class HelpNeeded:
    """Overdue work at one unit, brought together for one person above it.

    `day` is when the newest of it rose there, or, where a later call was made and the newest is done since, that call's.
    """

    person: str
    level: Role
    unit: str
    day: date
    duties: tuple[OpenDuty, ...]

    @property
    def key(self) -> Key:
        """What the database holds unique: told once, and again only when more has risen."""
        return (f"{HELP_RULE}.{self.level}", f"unit:{self.unit}", self.person, self.day)


Told = Mapping[tuple[str, str, str], date]  # rule, subject, person of a call for help → the newest day told
NOTHING_TOLD: Told = {}


def help_needed(
    duties: Iterable[OpenDuty], rota: Rota, today: date, policy: Policy, told: Told = NOTHING_TOLD
) -> tuple[HelpNeeded, ...]:
    """Who is to be told today that help is needed where: by the policy's levels, above the post that owes the work.

    With the calls already `told`, getting part of the work done never makes the rest of it news.
    """
    duties = tuple(duties)
    found = []
    for level in policy.help_levels:
        risen: dict[str, list[OpenDuty]] = {}
        for duty in duties:
            if duty.overdue_days(today) > level.after_days and _is_above(level.role, duty.duty.who):
                risen.setdefault(duty.unit, []).append(duty)
        for unit, there in sorted(risen.items()):
            there.sort(key=lambda duty: (TIER_ORDER[duty.tier], duty.due, duty.duty.code, duty.subject))
            day = max(duty.due for duty in there) + timedelta(days=level.after_days + 1)
            for person in rota.persons(level.role, unit):
                seen = tuple(duty for duty in there if person not in duty.hidden)
                if seen:
                    before = told.get((f"{HELP_RULE}.{level.role}", f"unit:{unit}", person), day)
                    found.append(HelpNeeded(person, level.role, unit, max(day, before), seen))
    return tuple(found)


def _is_above(role: Role, who: Role) -> bool:
    above = NEXT_ABOVE.get(who)
    while above is not None and above is not role:
        above = NEXT_ABOVE.get(above)
    return above is not None
