"""What the facts say about a child's risk tier, as far as the person asking may know them, in words."""

from __future__ import annotations

from collections.abc import Iterable

from bot.work import Work
from db import reports, tiers
from domain.children import Child
from domain.reports.life import life
from domain.tiers import Ground, Proposal, propose


def proposals(work: Work, found: Iterable[Child]) -> dict[str, Proposal]:
    """What is proposed for each of these children. Reports count only where the person may open them."""
    found = list(found)
    known = tiers.standings(work.conn, found, work.today, _in_hand(work))
    return {child.id: propose(child, known[child.id]) for child in found}


def _in_hand(work: Work) -> set[str]:
    if work.me is None:
        return set()
    listed = reports.of_me(work.conn, work.me)
    return {
        one.report.child_id
        for one in listed
        if one.report.child_id and not one.report.drill and life(one.events).open
    }


def may_know(work: Work, child: Child, grounds: Iterable[Ground]) -> tuple[Ground, ...]:
    """The grounds of a decision without the report behind it, for whoever may not open one about this child."""
    of_cases = work.me is not None and any(not one.report.drill for one in reports.of_me(work.conn, work.me, child.id))
    return tuple(one for one in grounds if one is not Ground.OPEN_REPORT or of_cases)


def reasons(work: Work, grounds: Iterable[Ground]) -> str:
    """两位父母都在外；身体或智力残疾"""
    return work.say("tier.and").join(work.say(f"tier.ground.{ground.value}") for ground in grounds)
