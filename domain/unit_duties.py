"""What the plan asks of units rather than for single children: sweeps, checks, training, activities, lectures (domain.md 6.2).

Each duty comes round on occasions: a calendar year, a review month, the days before a school break, a festival. An
occasion is settled by a deed (做过的事) on or after the day it opens. What was not done stays owed until the next
occasion begins to be spoken of; then that one takes its place, and the gap stays visible in the plan's figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from domain.calendar import DAY, Break, Calendar
from domain.duties import Duty, Fact, FactKind, OpenDuty, SubjectKind
from domain.festivals import EVE, MID_AUTUMN, festivals
from domain.people import Role, UnitKind
from domain.units import UnitTree

PLACES = (UnitKind.VILLAGE, UnitKind.COMMUNITY)
# Until the education bureau's notice is entered in /policy: about when the breaks have begun and ended of late.
USUAL_BREAKS = {"winter": ((1, 10), (2, 27)), "summer": ((7, 12), (8, 31))}


@dataclass(frozen=True)
class Occasion:
    """One time a duty comes round. `name` tells occasions of one duty apart (a year, 春节 …)."""

    name: str
    opens: date
    due: date


Occasions = Callable[[int, Calendar], Iterable[Occasion]]


@dataclass(frozen=True)
class UnitDuty:
    """A rule as data. `at` are kinds of units, or slugs of departments; `before` the days ahead it is spoken of."""

    duty: Duty
    at: tuple[UnitKind, ...] | tuple[str, ...]
    occasions: Occasions
    before: tuple[int, ...] = (60, 30, 7)
    wants_children: bool = False  # owed only where there are children on the roster

    @property
    def code(self) -> str:
        return self.duty.code

    def units(self, tree: UnitTree) -> Iterator[str]:
        """Codes of the units that owe it."""
        for unit in tree:
            slug = unit.code.partition(".")[2]
            if unit.kind in self.at or (unit.kind is UnitKind.DEPARTMENT and slug in self.at):
                yield unit.code


# --- occasions -----------------------------------------------------------------------------------------------------


def yearly(year: int, calendar: Calendar) -> Iterator[Occasion]:
    """Once in each calendar year."""
    yield Occasion(str(year), date(year, 1, 1), date(year, 12, 31))


def on_day(month: int, day: int, opens: int) -> Occasions:
    """By that day of each year; it may be done so many days ahead."""

    def occasions(year: int, calendar: Calendar) -> Iterator[Occasion]:
        due = date(year, month, day)
        yield Occasion(str(year), due - opens * DAY, due)

    return occasions


def once(name: str, due: date, opens: int) -> Occasions:
    """By that day, and never again."""

    def occasions(year: int, calendar: Calendar) -> Iterator[Occasion]:
        if due.year == year:
            yield Occasion(name, due - opens * DAY, due)

    return occasions


def review_months(year: int, calendar: Calendar) -> Iterator[Occasion]:
    """Each March and September, when school begins (domain.md 2.6)."""
    yield Occasion(f"{year}-03", date(year, 3, 1), date(year, 3, 31))
    yield Occasion(f"{year}-09", date(year, 9, 1), date(year, 9, 30))


def before_breaks(year: int, calendar: Calendar) -> Iterator[Occasion]:
    """Before each school break."""
    for one in breaks(year, calendar):
        yield Occasion(f"{year}-{one.name}", one.first - 40 * DAY, one.first - DAY)


def holidays(year: int, calendar: Calendar) -> Iterator[Occasion]:
    """Around 春节, 六一 and 中秋, and in each school break (plan task 12)."""
    days = festivals(year)
    yield Occasion(f"{year}-spring", days[EVE] - 20 * DAY, days[EVE])
    yield Occasion(f"{year}-children", date(year, 5, 18), date(year, 6, 1))
    yield Occasion(f"{year}-autumn", days[MID_AUTUMN] - 10 * DAY, days[MID_AUTUMN])
    for one in breaks(year, calendar):
        if one.name == "summer":  # the winter break is the time of 春节
            yield Occasion(f"{year}-{one.name}", one.first, one.last)


def breaks(year: int, calendar: Calendar) -> Iterator[Break]:
    """The breaks that begin in that year: as announced, else about when they usually are."""
    for name, (first, last) in USUAL_BREAKS.items():
        told = next((one for one in calendar.breaks if one.name == name and one.first.year == year), None)
        yield told or Break(name, date(year, *first), date(year, *last))


# --- the list ------------------------------------------------------------------------------------------------------


def _duty(code: str, who: Role, source: str) -> Duty:
    return Duty(code, who, SubjectKind.UNIT, source, f"why.{code}")


FIVE_DEPARTMENTS = ("education", "police", "civil_affairs", "youth", "women")  # plan task 14
UNIT_DUTIES: dict[str, UnitDuty] = {
    one.code: one
    for one in (
        UnitDuty(_duty("sweep", Role.SUPERVISOR, "plan.t9.h5"), (UnitKind.TOWN,), yearly),
        UnitDuty(_duty("spot_check", Role.COUNTY, "plan.t9.h7"), (UnitKind.COUNTY,), yearly),
        UnitDuty(_duty("training", Role.COUNTY, "plan.t17.h10"), (UnitKind.COUNTY,), yearly),
        UnitDuty(_duty("inspection", Role.COUNTY, "plan.h13"), (UnitKind.COUNTY,), yearly),
        UnitDuty(_duty("survey", Role.COUNTY, "plan.h13"), (UnitKind.COUNTY,), yearly),
        UnitDuty(_duty("safety_activity", Role.DEPARTMENT, "plan.t14.h11"), FIVE_DEPARTMENTS, yearly),
        UnitDuty(_duty("lecture", Role.DEPARTMENT, "plan.t14.h12"), ("education",), before_breaks, (30, 14, 3)),
        UnitDuty(_duty("waters", Role.DEPARTMENT, "plan.t15.h16"), ("water",), on_day(4, 30, 90), (45, 14, 3)),
        UnitDuty(_duty("data_audit", Role.COUNTY, "law.audit"), (UnitKind.COUNTY,), on_day(1, 31, 60), (30, 7)),
        UnitDuty(
            _duty("tier_review", Role.CHILD_DIRECTOR, "standard.review"), PLACES, review_months, (21, 7), wants_children=True
        ),
        UnitDuty(
            _duty("holiday_visits", Role.CHILD_DIRECTOR, "plan.t12.h15"), PLACES, holidays, (10, 3), wants_children=True
        ),
        UnitDuty(
            _duty("plan_summary", Role.COUNTY, "plan.milestone"), (UnitKind.COUNTY,),
            once("2026-10", date(2026, 10, 31), 90), (30, 7),
        ),
        UnitDuty(
            _duty("plan_close", Role.COUNTY, "plan.milestone"), (UnitKind.COUNTY,),
            once("2026-12", date(2026, 12, 31), 90), (60, 30, 7),
        ),
    )
}  # fmt: skip


# --- what is owed --------------------------------------------------------------------------------------------------


def open_now(
    rule: UnitDuty, unit: str, done: Iterable[date], begun: date, today: date, calendar: Calendar
) -> OpenDuty | None:
    """What this unit owes by this rule next, however far ahead; None where nothing comes any more.

    `done` are the days of its deeds, `begun` the day the county began to use this: what fell due before is not asked.
    """
    days = sorted(done)
    all_of_them = [
        one
        for year in range(today.year - 1, today.year + 3)
        for one in sorted(rule.occasions(year, calendar), key=lambda one: one.due)
        if one.due >= begun
    ]
    spoken_of = [one for one in all_of_them if one.due - max(rule.before) * DAY <= today]
    coming = all_of_them[len(spoken_of) :]
    for one in (*spoken_of[-1:], *coming):
        if not any(day >= one.opens for day in days):
            last = days[-1] if days else None
            since = Fact(FactKind.DEED, last) if last else Fact(FactKind.ADDED, begun)
            return OpenDuty(rule.duty, f"unit:{unit}", unit, one.due, since)
    return None


def all_open(
    tree: UnitTree, deeds: Mapping[tuple[str, str], Iterable[date]], begun: date, today: date, calendar: Calendar,
    with_children: frozenset[str],
) -> list[OpenDuty]:
    """What every unit owes next. `deeds` by (duty code, unit), `with_children` the units that have any."""
    found = []
    for rule in UNIT_DUTIES.values():
        for unit in rule.units(tree):
            if rule.wants_children and unit not in with_children:
                continue
            owed = open_now(rule, unit, deeds.get((rule.code, unit), ()), begun, today, calendar)
            if owed is not None:
                found.append(owed)
    return found


def furthest() -> int:
    """How many days ahead the earliest step of any rule lies."""
    return max(max(rule.before) for rule in UNIT_DUTIES.values())
