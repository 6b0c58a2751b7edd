"""Who stands on which rung: the officer, the deputy, the head, the leader in charge, the procuratorate (domain.md 1.4).

Nobody whom the report goes around ever stands on one, and nobody who cannot be reached.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from domain.people import Post, Role
from domain.reports.conflict import town_of


class Rung(StrEnum):
    """One step of a ladder. The values stand in `report_events.detail` and in reminder rules."""

    REPORTER = "reporter"
    VISITOR = "visitor"  # the reporter, if it is somebody who goes to homes
    OFFICER = "officer"  # 经办人
    DEPUTY = "deputy"
    HEAD = "head"  # 部门负责人: the leader's post at the department; where it is vacant the county bureau
    SUPERVISOR = "supervisor"
    COUNTY = "county"
    COUNTY_DEPUTY = "county_deputy"
    LEADER = "leader"  # 县分管领导
    PROCURATORATE = "procuratorate"


_VISITS = (Role.CHILD_DIRECTOR, Role.SUPERVISOR)
BY_CODE_ONLY = (Rung.HEAD, Rung.LEADER, Rung.PROCURATORATE)  # told a number and a clock, nothing of the matter


@dataclass(frozen=True)
class Matter:
    """A report as the clocks and ladders know it: nothing of what was said in it."""

    id: str
    number: str
    situation: str
    reporter: str
    unit: str | None  # the child's place, or the reporter's
    child_id: str | None = None
    unsafe: bool = True  # the child was not known to be safe when it was filed
    any_hour: bool = True  # danger, or one of R and X1-X3: nights and holidays are not waited for (domain.md 1.10)
    around: frozenset[str] = frozenset()  # unit codes the report goes around
    hidden: frozenset[str] = frozenset()  # the persons it goes around
    supervisor_told: bool = False
    drill: bool = False


@dataclass(frozen=True)
class Crew:
    """All posts of the county, and who cannot be reached just now."""

    posts: tuple[Post, ...]
    county: str
    deaf: frozenset[str] = frozenset()  # no chat, blocked the bot, or left
    _by: dict[tuple[Role, str], list[Post]] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        for post in self.posts:
            self._by.setdefault((post.role, post.unit.code), []).append(post)

    def at(self, role: Role, unit: str) -> list[Post]:
        return self._by.get((role, unit), [])

    def on(self, rung: Rung, matter: Matter, desk: str = "") -> tuple[str, ...]:
        """Who stands on that rung for that desk, without those gone around and those out of reach."""
        hears = tuple(
            one
            for one in dict.fromkeys(self._on(rung, matter, desk))
            if one not in self.deaf and (one not in matter.hidden or one == matter.reporter)
        )
        if rung is Rung.HEAD and not hears and desk != self.county:
            return self.on(Rung.COUNTY, matter)
        return hears

    def desk_hears(self, matter: Matter, desk: str) -> bool:
        """Somebody at the desk itself can be reached."""
        return bool(self.on(Rung.OFFICER, matter, desk) or self.on(Rung.DEPUTY, matter, desk))

    def _on(self, rung: Rung, matter: Matter, desk: str) -> Iterable[str]:
        at_desk = self.at(Role.DEPARTMENT if "." in desk else Role.COUNTY, desk)
        match rung:
            case Rung.REPORTER:
                return (matter.reporter,)
            case Rung.VISITOR:
                goes = any(matter.reporter in (post.holder, post.deputy) for post in self.posts if post.role in _VISITS)
                return (matter.reporter,) if goes else ()
            case Rung.OFFICER:
                return _holders(at_desk)
            case Rung.DEPUTY:
                return _deputies(at_desk)
            case Rung.HEAD:
                return _both(self.at(Role.LEADER, desk if "." in desk else f"{self.county}.civil_affairs"))
            case Rung.SUPERVISOR:
                town = town_of(matter.unit or "")
                return _both(self.at(Role.SUPERVISOR, town)) if town and matter.supervisor_told else ()
            case Rung.COUNTY:
                return _holders(self.at(Role.COUNTY, self.county))
            case Rung.COUNTY_DEPUTY:
                return _deputies(self.at(Role.COUNTY, self.county))
            case Rung.LEADER:
                return _both(self.at(Role.LEADER, self.county))
            case Rung.PROCURATORATE:
                return _both(self.at(Role.DEPARTMENT, f"{self.county}.procuratorate"))


def _holders(posts: Iterable[Post]) -> list[str]:
    return [post.holder for post in posts if post.holder]


def _deputies(posts: Iterable[Post]) -> list[str]:
    return [post.deputy for post in posts if post.deputy]


def _both(posts: Iterable[Post]) -> list[str]:
    return [one for post in posts for one in (post.holder, post.deputy) if one]
