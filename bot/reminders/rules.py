"""How a duty is said and what its button opens, as data; the morning digest and 为什么到期 in words.

A push carries codes, never names: a child is 3号, or 暖泉村3号 for somebody with several villages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.buttons import Button, do
from bot.words import Words
from domain.children import Child, Tier
from domain.contacts import Kind
from domain.duties import (
    AGE_16,
    AGE_18,
    CONTACT,
    FIRST_VISIT,
    RECEIPT,
    SUPERVISOR_CONTACT,
    VISIT,
    FactKind,
    OpenDuty,
    Per,
    Why,
)
from domain.reminders import TIER_ORDER, HelpNeeded, Owed
from domain.unit_duties import UNIT_DUTIES
from domain.units import UnitTree

MOST_ITEMS = 8
MOST_BUTTONS = 6
MOST_PLACES = 4
Buttons = list[list[tuple[str, Button | str]]]


@dataclass(frozen=True)
class Saying:
    """The key of a duty's short name, and the kind of contact its button opens the form with."""

    name: str
    opens: Kind | None


SAYINGS: dict[str, Saying] = {
    CONTACT.code: Saying("reminders.duty.contact", Kind.PHONE),
    VISIT.code: Saying("reminders.duty.visit", Kind.HOME_VISIT),
    FIRST_VISIT.code: Saying("reminders.duty.first_visit", Kind.HOME_VISIT),
    SUPERVISOR_CONTACT.code: Saying("reminders.duty.supervisor_contact", Kind.PHONE),
    RECEIPT.code: Saying("reminders.duty.receipt", None),
    AGE_16.code: Saying("reminders.duty.age_16", None),
    AGE_18.code: Saying("reminders.duty.age_18", None),
    **{code: Saying(f"deed.duty.{code}", None) for code in UNIT_DUTIES},
}
_FILE_NO = re.compile(r"GT-\d{3}-\d{3}-(\d{4,})")


# --- small words ---


def day_words(words: Words, day: date, today: date) -> str:
    """11月18日; with the year where it is not this one."""
    key = "reminders.day" if day.year == today.year else "reminders.day_of_year"
    return words(key, year=day.year, month=day.month, day=day.day)


def child_code(words: Words, child: Child, tree: UnitTree, *, several: bool) -> str:
    """How a child is called where no name may stand."""
    found = _FILE_NO.fullmatch(child.file_no)
    if found is None:
        return child.file_no
    unit = tree.get(child.unit)
    place = unit.name if several and unit else ""
    return words("reminders.child", unit=place, number=int(found[1]))


def tier_mark(words: Words, tier: Tier | None) -> str:
    return words(f"reminders.tier.{tier.value}") if tier else ""


def duty_words(words: Words, duty: OpenDuty, today: date) -> str:
    """联系 11月15日到期，已超 3 天"""
    state = "overdue" if duty.due < today else "today" if duty.due == today else "soon"
    return words(
        f"reminders.when.{state}",
        duty=words(SAYINGS[duty.duty.code].name),
        day=day_words(words, duty.due, today),
        days=duty.overdue_days(today),
    )


def opens_with(duties: Iterable[OpenDuty]) -> Kind:
    """What the button of a child opens: a home visit if one is due (it counts as the contact too), else a call."""
    kinds = {SAYINGS[duty.duty.code].opens for duty in duties}
    return Kind.HOME_VISIT if Kind.HOME_VISIT in kinds else Kind.PHONE


# --- the digest ---


def morning(
    words: Words, items: Sequence[Owed], help_wanted: Sequence[HelpNeeded], tree: UnitTree, today: date
) -> tuple[str, Buttons]:
    """One person's digest: what is due for which child, red first; then the places where help is needed."""
    of_units = sorted((item for item in items if item.duty.child is None), key=lambda item: (item.duty.due, item.rule))
    items = [item for item in items if item.duty.child is not None]
    by_child: dict[str, list[Owed]] = {}
    for item in items:
        by_child.setdefault(item.subject, []).append(item)
    for group in by_child.values():
        group.sort(key=lambda item: (item.duty.due, item.rule))
    groups = sorted(by_child.values(), key=lambda group: _place([item.duty for item in group]))
    several = len({item.duty.unit for item in items}) > 1
    lines: list[str] = [words("reminders.morning", count=len(groups)) if groups else words("reminders.hello")]
    rows: Buttons = []
    for group in groups[:MOST_ITEMS]:
        child = group[0].duty.child
        assert child is not None
        code = child_code(words, child, tree, several=several)
        due = words("reminders.and").join(duty_words(words, item.duty, today) for item in group)
        late = words("reminders.late") if any(item.late for item in group) else ""
        lines.append(words("reminders.item", tier=tier_mark(words, child.tier), child=code, due=due, late=late))
        if len(rows) < MOST_BUTTONS - 1:
            kind = opens_with(item.duty for item in group)
            button = do("visit.start", child.file_no, kind.value)
            rows.append([(words(f"reminders.do.{kind.value}", child=code), button)])
    if len(groups) > MOST_ITEMS:
        lines.append(words("reminders.more", count=len(groups) - MOST_ITEMS))
    if any(item.late for item in items):
        lines.append(words("reminders.late_note"))
    last: list[tuple[str, Button | str]] = [(words("reminders.all"), do("go", "today"))] if groups or not of_units else []
    if of_units:
        lines += [*([""] if groups else []), *unit_lines(words, [item.duty for item in of_units], tree, today)]
        last.append((words("reminders.unit_tasks"), do("go", "tasks")))
    if help_wanted:
        lines += ["", *help_lines(words, help_wanted, tree, today)] if groups else help_lines(words, help_wanted, tree, today)
        last.append((words("reminders.see_overdue"), do("go", "overdue")))
    pairs = [[button for row in rows[start : start + 2] for button in row] for start in range(0, len(rows), 2)]
    return "\n".join(lines), [*pairs, last]


def unit_lines(words: Words, duties: Sequence[OpenDuty], tree: UnitTree, today: date) -> list[str]:
    """What units owe; the unit is named where several of them come to one person (a vacant post's)."""
    several = len({duty.unit for duty in duties}) > 1
    lines = [words("reminders.units")]
    for duty in duties[:MOST_PLACES]:
        place = words("reminders.unit", unit=tree.path_name(duty.unit)) if several else ""
        lines.append(words("reminders.unit_item", unit=place, due=duty_words(words, duty, today)))
    if len(duties) > MOST_PLACES:
        lines.append(words("reminders.help_more", count=len(duties) - MOST_PLACES))
    return lines


def _place(duties: Sequence[OpenDuty]) -> tuple[int, date, str]:
    first = min(duties, key=lambda duty: duty.due)
    return TIER_ORDER[first.tier], first.due, first.child.file_no if first.child else ""


def help_lines(words: Words, help_wanted: Iterable[HelpNeeded], tree: UnitTree, today: date) -> list[str]:
    """Where help is needed: places and counts, never people."""
    places: dict[str, set[OpenDuty]] = {}
    for one in help_wanted:
        places.setdefault(one.unit, set()).update(one.duties)
    worst = sorted(places.items(), key=lambda place: (min(duty.due for duty in place[1]), place[0]))
    lines = [words("reminders.help")]
    for unit, duties in worst[:MOST_PLACES]:
        days = max(duty.overdue_days(today) for duty in duties)
        lines.append(words("reminders.help_line", unit=tree.path_name(unit), count=len(duties), days=days))
    if len(worst) > MOST_PLACES:
        lines.append(words("reminders.help_more", count=len(worst) - MOST_PLACES))
    return lines


def receipts(words: Words, items: Sequence[Owed], today: date) -> tuple[str, Buttons]:
    """Reports nobody has signed for: how many and since when, nothing else."""
    first = min(item.duty.due for item in items)
    text = words("reminders.receipts", count=len(items), day=day_words(words, first, today))
    if any(item.late for item in items):
        text += words("reminders.late")
    return text, [[(words("reminders.open_cases"), do("go", "cases"))]]


# --- 为什么到期 ---


def why_words(words: Words, reason: Why, today: date) -> str:
    """Rule, last fact, tier and source in one sentence."""
    if reason.per is Per.OCCASION:
        return words(
            "why.unit", duty=words(SAYINGS[reason.duty].name), due=day_words(words, reason.due, today),
            source=words(f"why.source.{reason.source}"),
        )  # fmt: skip
    holes = {"every": reason.every, "tier": words(f"why.tier.{reason.tier.value}") if reason.tier else ""}
    rule = words(_rule_key(reason), **holes)
    return words(
        "why.sentence" if reason.tier else "why.sentence_plain",
        rule=rule,
        fact=fact_words(words, reason, today),
        tier=holes["tier"],
        due=day_words(words, reason.due, today),
        source=words(f"why.source.{reason.source}"),
    )


def _rule_key(reason: Why) -> str:
    if reason.per is Per.CALENDAR_PERIOD and reason.every == 12:
        return "why.rule.calendar_year"
    return f"why.rule.{reason.per.value}"


def fact_words(words: Words, reason: Why, today: date) -> str:
    """上次联系 10月12日（电话）: the fact the due day was counted from, and the pause, if one moved it."""
    since = reason.since
    day = day_words(words, since.day, today)
    if since.kind is FactKind.CONTACT and since.how is not None:
        said = words("why.fact.contact", day=day, how=words(f"why.how.{since.how.value}"))
    else:
        said = words(f"why.fact.{since.kind.value}", day=day)
    if since.paused_until is not None:
        said += words("why.paused", day=day_words(words, since.paused_until, today))
    return said
