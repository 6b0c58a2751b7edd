"""Where an exercise takes place: a village, so that its town's supervisor is on the ladder like everybody else.

The first village of each town is offered, those whose supervisor can be reached first, and of these the invented 示范镇甲村
where there is one; the first of all stands on the card, and 修改 changes it.
"""

from __future__ import annotations

from bot.work import Work
from db import reports
from domain.demo.staff import DEMO_VILLAGE
from domain.people import Role
from domain.reports.crew import Crew


def places(work: Work) -> list[tuple[str, str]]:
    """One village a town, with its name, the best first."""
    crew = reports.crew(work.conn)
    found = []
    for town in work.tree.towns:
        first = next(iter(work.tree.children_of(town.code)), None)
        if first is not None:
            found.append((first.code, work.tree.path_name(first.code)))
    return sorted(found, key=lambda one: (not _supervised(crew, one[0]), one[0] != DEMO_VILLAGE))


def _supervised(crew: Crew, village: str) -> bool:
    people = [one for post in crew.at(Role.SUPERVISOR, village[:9]) for one in (post.holder, post.deputy) if one]
    return any(one not in crew.deaf for one in people)
