"""How a duty is said and what its button opens, as data; the morning digest and 为什么到期 in words.

A push carries codes, never names: a child is 3号, or 暖泉村3号 for somebody with several villages.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.buttons import Button, do
from bot.words import Words
from bot.work import in_twos
from domain.children import Child, Tier
from domain.contacts import Kind
from domain.duties import (
    AGE_16,
    AGE_18,
    AGREEMENT_ENDS,
    AGREEMENT_MISSING,
    AGREEMENTS,
    BENEFIT_ENDS,
    CONTACT,
    FIRST_VISIT,
    LOOK_AGAIN,
    LOST,
    RECEIPT,
    REFERRALS,
    RETRY,
    SUPERVISOR_CONTACT,
    TELL_FAMILY,
    VISIT,
    FactKind,
    OpenDuty,
    Per,
    Why,
)
from domain.help_needed import HelpNeeded
from domain.reminders import Owed, urgency
from domain.tasks import KINDS
from domain.unit_duties import UNIT_DUTIES
from domain.units import UnitTree

MOST_ITEMS = 5  # households
MOST_REASONS = 2  # of one child
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
    RETRY.code: Saying("reminders.duty.retry", Kind.PHONE),
    LOST.code: Saying("reminders.duty.lost", Kind.PHONE),
    AGE_16.code: Saying("reminders.duty.age_16", None),
    AGE_18.code: Saying("reminders.duty.age_18", None),
    AGREEMENT_MISSING.code: Saying("reminders.duty.agreement_missing", None),
    AGREEMENT_ENDS.code: Saying("reminders.duty.agreement_ends", None),
    LOOK_AGAIN.code: Saying("reminders.duty.look_again", None),
    TELL_FAMILY.code: Saying("reminders.duty.tell_family", None),
    BENEFIT_ENDS.code: Saying("reminders.duty.benefit_ends", None),
    **{code: Saying(f"deed.duty.{code}", None) for code in UNIT_DUTIES},
    **{code: Saying(f"reminders.duty.{code}", None) for code in KINDS},
}
_LAST = (FactKind.CONTACT, FactKind.VISIT, FactKind.SUPERVISOR_CONTACT, FactKind.DEED)
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


def brief_words(words: Words, duty: OpenDuty, today: date) -> str:
    """联系已超2天（上次10月12日）: what, by when, and the reason in short; all of it stands behind 为什么."""
    state = "overdue" if duty.due < today else "today" if duty.due == today else "soon"
    return words(
        f"reminders.brief.{state}",
        duty=words(SAYINGS[duty.duty.code].name),
        days=duty.overdue_days(today),
        day=day_words(words, duty.due, today),
        since=since_words(words, duty, today),
    )


def since_words(words: Words, duty: OpenDuty, today: date) -> str:
    """上次10月12日: the fact it was counted from, in the fewest words."""
    kind = duty.since.kind
    key = "added" if kind is FactKind.ADDED else "last" if kind in _LAST else None
    day = day_words(words, duty.since.day, today)
    return words(f"reminders.since.{key}", day=day) if key else words(f"why.fact.{kind.value}", day=day)


# --- the digest ---


def morning(
    words: Words,
    items: Sequence[Owed],
    help_wanted: Sequence[HelpNeeded],
    tree: UnitTree,
    today: date,
    gap: tuple[date, date] | None = None,
    *,
    help_said: bool = False,
) -> tuple[str, Buttons]:
    """One person's digest: the most urgent children with the reason, what units owe, where help is needed.

    `gap` are the days on which no reminders went out, for a digest that has to say so; `help_said`: this morning's
    message of the week has named the places already.
    """
    of_units = sorted((item for item in items if item.duty.child is None), key=lambda item: (item.duty.due, item.rule))
    items = [item for item in items if item.duty.child is not None]
    homes = at_home([item.duty for item in items], today)
    count = len({item.subject for item in items})
    shown = homes[:MOST_ITEMS]
    lines: list[str] = [words("reminders.morning", count=count) if count else words("reminders.hello")]
    if gap is not None:
        holes = {"first": day_words(words, gap[0], today), "last": day_words(words, gap[1], today)}
        lines.append(words("reminders.gap", days=(gap[1] - gap[0]).days + 1, **holes))
    late = {item.subject for item in items if item.late}
    several = len({item.duty.unit for item in items}) > 1
    rows: Buttons = []
    for home in one_walk(shown):
        lines.append(_home_line(words, home, tree, today, late, several))
        for duties in home:
            child = duties[0].child
            if child is not None and len(rows) < MOST_BUTTONS - 1:
                rows.append([_button(words, child, child_code(words, child, tree, several=several), duties)])
    if len(homes) > MOST_ITEMS:
        lines.append(words("reminders.more", count=count - sum(len(home) for home in shown)))
    if late and gap is None:
        lines.append(words("reminders.late_note"))
    last: list[tuple[str, Button | str]] = [(words("reminders.all"), do("go", "today"))] if homes or not of_units else []
    if of_units:
        lines += unit_lines(words, [item.duty for item in of_units], tree, today)
        last.append((words("reminders.unit_tasks"), do("go", "tasks")))
    if help_wanted:
        lines += [words("reminders.help_above")] if help_said else help_lines(words, help_wanted, tree, today)
        last.append((words("reminders.see_overdue"), do("go", "overdue")))
    pairs = [[button for row in few for button in row] for few in in_twos(rows)]
    return "\n".join(lines), [*pairs, last]


Home = list[list[OpenDuty]]  # the children of one household, each with what is due


def _button(words: Words, child: Child, code: str, duties: Sequence[OpenDuty]) -> tuple[str, Button | str]:
    """What the one button of a child opens: the form for a call or a visit, its agreement where only that is owed."""
    if all(duty.duty.code in AGREEMENTS for duty in duties):
        return words("reminders.do.agreement", child=code), do("agreement.of", child.file_no)
    if all(duty.duty.code in REFERRALS for duty in duties):
        return words("reminders.do.referral", child=code), do("go", "referrals")
    if all(duty.duty.code in KINDS for duty in duties):
        return words("reminders.do.task", child=code), do("go", KINDS[duties[0].duty.code].opens)
    kind = opens_with(duties)
    return words(f"reminders.do.{kind.value}", child=code), do("visit.start", child.file_no, kind.value)


def at_home(duties: Iterable[OpenDuty], today: date) -> list[Home]:
    """What is due by child and household, the most urgent first: overdue before today before soon, red before green."""
    by_child: dict[str, list[OpenDuty]] = {}
    for duty in duties:
        by_child.setdefault(duty.subject, []).append(duty)
    for group in by_child.values():
        group.sort(key=lambda duty: (duty.due, duty.duty.code))
    homes: dict[str, Home] = {}
    for group in sorted(by_child.values(), key=lambda group: urgency(group, today)):
        child = group[0].child
        homes.setdefault((child.household if child else None) or group[0].subject, []).append(group)
    return list(homes.values())


def one_walk(homes: Sequence[Home]) -> list[Home]:
    """The same households with those of one village side by side, in the order of each village's most urgent."""
    by_village: dict[str, list[Home]] = {}
    for home in homes:
        by_village.setdefault(home[0][0].unit, []).append(home)
    return [home for village in by_village.values() for home in village]


def _home_line(
    words: Words, home: Home, tree: UnitTree, today: date, late: Collection[str], several: bool
) -> str:
    """🟡2号、🟢1号（同户）：家访已超3天（上次8月1日）"""
    codes: list[str] = []
    said: list[str] = []
    for duties in home:
        child = duties[0].child
        assert child is not None
        codes.append(tier_mark(words, child.tier) + child_code(words, child, tree, several=several and not codes))
        said += [brief_words(words, duty, today) for duty in duties[:MOST_REASONS]]
    same = words("reminders.same_home") if len(home) > 1 else ""
    mark = words("reminders.late") if any(duties[0].subject in late for duties in home) else ""
    due = words("reminders.and").join(dict.fromkeys(said))  # what brothers and sisters have in common is said once
    return words("reminders.item", child=words("reminders.comma").join(codes) + same, due=due, late=mark)


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
