"""What the bot itself counts for each task of the plan (domain.md 6.3, last column), and how it may be shown.

The counting is in db/plan_measures/; here are the codes a plan file may name, and what is left out for those who see
figures only: a cell under five could point at a child.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from domain.summaries import FEWEST_SHOWN, rounded

CODES: tuple[str, ...] = (
    "activities", "psychology", "activity_half_year", "admonitions", "agreements", "weekly_contact", "report_times",
    "interventions", "guardianship", "guidance", "contacts_month", "visits_quarter", "supervisor_year", "closer_watch",
    "sweep", "files", "spot_check", "may_qualify", "benefits", "schooling", "drives", "source", "safety_departments",
    "lectures", "waters", "hazards", "online", "posts", "trained", "social", "data_checks", "national_sync",
    "law_deputies", "jobs", "inspections", "clues", "phone_use",
)  # fmt: skip
Number = int | float | None


@dataclass(frozen=True)
class Measured:
    """What was counted for one code on one day.

    people  the counts that are numbers of children or families, and so never shown under five to those who see figures
    parts   (part, whole): where nearly all are in the part, the few who are not would stand out by subtraction
    ok      whether the plan's own aim is reached; None where it names none that can be counted
    behind  how many by unit, for those who may see the list; None where it is not counted by unit
    open    the command and words that lead to the list itself
    """

    code: str
    day: date
    counts: Mapping[str, Number]
    ok: bool | None = None
    people: frozenset[str] = frozenset()
    parts: tuple[tuple[str, str], ...] = ()
    behind: Mapping[str, int] | None = None
    open: tuple[str, str] | None = None

    @property
    def nothing(self) -> bool:
        """Nobody has entered anything yet."""
        return not any(self.counts.values())


def shown(one: Measured, few: str, *, all_of_it: bool, steps: bool = False) -> dict[str, str]:
    """Every count as words; `few` stands for a cell under five unless all of it may be seen. Shares as `<part>_share`.

    steps  numbers of people to the nearest five, for those who see figures only: today's less yesterday's says nothing
    """
    hidden = _left_out(one) if all_of_it else _hidden(one)
    if steps:
        one = replace(one, counts={key: _in_steps(one, key, value) for key, value in one.counts.items()})
    words = {key: few if key in hidden else _number(value) for key, value in one.counts.items()}
    for part, whole in one.parts:
        found, of = one.counts.get(part), one.counts.get(whole)
        share = f"{100 * found / of:.0f}%" if found is not None and of else "—"
        words[f"{part}_share"] = few if hidden & {part, whole} else share
    return words


def _in_steps(one: Measured, key: str, value: Number) -> Number:
    return rounded(value) if key in one.people and isinstance(value, int) and value >= FEWEST_SHOWN else value


def _hidden(one: Measured) -> set[str]:
    hidden = {key for key in one.people if 0 < (one.counts.get(key) or 0) < FEWEST_SHOWN}
    hidden |= _left_out(one)
    for part, whole in one.parts:
        if part in one.people and 0 < (one.counts.get(whole) or 0) - (one.counts.get(part) or 0) < FEWEST_SHOWN:
            hidden.add(part)
    return hidden


def _left_out(one: Measured) -> set[str]:
    """Left out already where it was counted."""
    return {key for key in one.people if key in one.counts and one.counts[key] is None}


def _number(value: Number) -> str:
    if value is None:
        return "—"
    return str(value) if isinstance(value, int) else f"{value:.1f}".removesuffix(".0")


def verdict(found: Mapping[str, Measured | None], codes: tuple[str, ...]) -> bool | None:
    """What the numbers say of a task: short if one is, reached if every aim is, else nothing."""
    aims = [one.ok for code in codes if (one := found.get(code)) is not None and one.ok is not None]
    if False in aims:
        return False
    return True if aims and len(aims) == len(codes) else None
