"""How many, which, and how it went over some days."""

from __future__ import annotations

from typing import Any

from bot.asked.of_child import Asking
from bot.buttons import do
from bot.reminders.rules import day_words
from bot.work import Work
from db import children, contacts
from db import roster as rosters
from domain.access import Action
from domain.children import Tier
from domain.people import Role, Unit, UnitKind

MOST = 12


def tier(ask: Asking) -> bool:
    """红色的有几个: how many, and for those who know the children, which."""
    work = ask.work
    if not ask.question.tier and ask.named():
        from bot.asked.of_child import child

        return child(ask)
    wanted = Tier(ask.question.tier or Tier.RED)
    units = ask.units(Action.SEE_CHILD)
    codes = work.visible(Action.SEE_CHILD)
    if units:
        codes &= frozenset(code for unit in units for code in work.tree.under(unit.code))
    count = rosters.count_by_tier(work.conn, codes).get(wanted, 0)
    place = "、".join(unit.name for unit in units) or work.say("child.yours")
    text = work.say(
        "asked.tier",
        place=place,
        mark=work.say(f"reminders.tier.{wanted.value}"),
        tier=work.say(f"why.tier.{wanted.value}"),
        count=count,
    )
    cells: list[tuple[str, Any]] = []
    if count and work.me is not None and work.me.with_role(Role.CHILD_DIRECTOR, Role.SUPERVISOR):
        found = [entry.child for entry in children.in_units(work.conn, codes) if entry.child.tier is wanted]
        work.note("child.listed", None, count=len(found))
        cells = [
            (work.say("child.hit", name=one.name, number=one.file_no[-4:]), do("child.open", one.file_no))
            for one in found[:MOST]
        ]
    elif count:
        counts = rosters.count_by_unit_and_tier(work.conn, codes, wanted)
        for town in work.tree.towns:
            here = sum(counts.get(code, 0) for code in work.tree.under(town.code))
            if here:
                cells.append((work.say("overdue.place", name=town.name, count=here), do("summary.show", town.code)))
    work.reply(text, [cells[at : at + 2] for at in range(0, len(cells), 2)])
    return True


def count(ask: Asking) -> bool:
    """How many children are on file in the places named."""
    work, visible = ask.work, ask.work.visible(Action.SEE_CHILD)
    units = ask.units(Action.SEE_CHILD)
    if ask.question.places and not units:
        group = _in_group(ask)
        if group:
            return list_(ask)
        work.reply(work.say("child.place_not_yours", place=ask.place_words()))
        return True
    places: list[Unit | None] = [*units[:3]] or [None]
    for unit in places:
        codes = visible & work.tree.under(unit.code) if unit else visible
        tiers = rosters.count_by_tier(work.conn, codes)
        shown = " ".join(
            f"{work.say(f'reminders.tier.{one.value}')}{number}" for one in Tier if (number := tiers.get(one))
        )
        total = sum(tiers.values())
        rows = [[(work.say("child.see_list"), do("child.village", unit.code))]] if unit and total else []
        place = work.tree.path_name(unit.code) if unit else work.say("child.yours")
        work.reply(
            work.say("child.count", place=place, count=total, what=work.say("child.children"), tiers=shown).strip(),
            rows,
        )
    return True


def list_(ask: Asking) -> bool:
    """Which children: of a group of one's own village, of a village or town, or one's own."""
    work, found = ask.work, _in_group(ask)
    if found:
        work.note("child.listed", None, count=len(found))
        cells: list[tuple[str, Any]] = [
            (work.say("child.hit", name=one.name, number=one.file_no[-4:]), do("child.open", one.file_no))
            for one in found[:MOST]
        ]
        text = work.say("child.list", place=ask.place_words(), count=len(found))
        work.reply(text, [cells[at : at + 2] for at in range(0, len(cells), 2)])
        return True
    units = ask.units(Action.SEE_CHILD)
    if units and units[0].kind is not UnitKind.COUNTY:
        work.reply(
            work.say("asked.list_of", place=units[0].name),
            [[(work.say("child.see_list"), do("child.village", units[0].code))]],
        )
        return True
    return work.go("child", "")


def _in_group(ask: Asking) -> list[Any]:
    wanted = {words.replace(" ", "") for words in ask.question.places}
    return [one for one in ask.known.values() if one.group and one.group in wanted]


def summary(ask: Asking) -> bool:
    """The running figures have a screen of their own; days gone by are counted from the records."""
    work, period = ask.work, ask.question.period
    if period is None or period.last >= work.today.replace(day=1):
        return work.go("town", ask.place_words())
    units = ask.units(Action.SEE_CHILD)
    if ask.question.places and not units:
        work.reply(work.say("child.place_not_yours", place=ask.place_words()))
        return True
    codes = work.visible(Action.SEE_CHILD)
    if units:
        codes &= work.tree.under(units[0].code)
    done = contacts.done_between(work.conn, codes, period.first, period.last)
    text = work.say(
        "asked.summary", place=work.tree.path_name(units[0].code) if units else work.say("child.yours"),
        first=_day(work, period.first), last=_day(work, period.last), children=sum(rosters.count_by_unit(work.conn, codes).values()),
        reached=done.reached, visited=done.visited, entries=done.entries, missed=done.missed,
    )  # fmt: skip
    now = (work.say("asked.summary_now"), do("summary.show", units[0].code) if units else do("go", "town"))
    work.reply(text, [[now]])
    return True


def _day(work: Work, day: Any) -> str:
    return day_words(work.words, day, work.today)
