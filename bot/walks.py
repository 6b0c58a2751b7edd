"""What falls due by a day, as walks: village by village, household by household. Shared by 这周 and the route list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.reminders import rules
from bot.work import Work
from db import children, duties, reminder_people
from domain.access import Action
from domain.children import Child, Guardian
from domain.duties import OpenDuty
from domain.people import Role
from domain.reminders import owing
from domain.seasons import hamlet


@dataclass(frozen=True)
class Stop:
    """One household: its children, and what each is owed, the most urgent first."""

    children: tuple[Child, ...]
    owed: tuple[tuple[OpenDuty, ...], ...]

    @property
    def unit(self) -> str:
        return self.children[0].unit

    @property
    def hamlet(self) -> str:
        """三社; empty where no address names one."""
        return next(filter(None, (hamlet(child.address) for child in self.children)), "")

    @property
    def carer(self) -> Guardian | None:
        return next((one for child in self.children for one in child.guardians if one.carer), None)


def stops(work: Work, last: date) -> list[Stop]:
    """Everything I owe until that day, where it is owed, in the order of a walk; by name, so it is journaled."""
    me = work.demand(Action.SEE_DUTIES)
    codes, rota = work.visible(Action.SEE_CHILD), reminder_people.rota(work.conn)
    found = duties.everything_until(work.conn, last, work.today, work.policy, codes) if codes else []
    scopes = [(post.role, work.tree.under(post.unit.code)) for post in me.posts if post.role is not Role.COUNTY]
    mine = [
        duty
        for duty in found
        if duty.due <= last
        and (
            any(role is duty.duty.who and duty.unit in units for role, units in scopes)
            or me.person_id in owing(duty, rota)
        )
    ]
    homes = rules.one_walk(rules.at_home(mine, work.today))
    files = children.by_ids(work.conn, [group[0].child.id for home in homes for group in home if group[0].child])
    if files:
        work.note("child.list", count=len(files))
    return _by_hamlet([_stop(home, files) for home in homes])


def _by_hamlet(found: list[Stop]) -> list[Stop]:
    """The households of one hamlet side by side, in the order of each hamlet's most urgent."""
    places: dict[str, dict[str, list[Stop]]] = {}
    for stop in found:
        places.setdefault(stop.unit, {}).setdefault(stop.hamlet, []).append(stop)
    return [stop for village in places.values() for there in village.values() for stop in there]


def _stop(home: Sequence[Sequence[OpenDuty]], files: dict[str, children.Entry]) -> Stop:
    there = [group for group in home if group[0].child is not None and group[0].child.id in files]
    kids = tuple(files[group[0].child.id].child for group in there if group[0].child)
    return Stop(kids, tuple(tuple(group) for group in there))


def due_words(work: Work, stop: Stop) -> str:
    """What is due there, each said once."""
    said = [rules.brief_words(work.words, duty, work.today) for group in stop.owed for duty in group]
    return work.say("reminders.and").join(dict.fromkeys(said))
