"""How many, which, and how it went over some days."""

from __future__ import annotations

import re
from typing import Any

from bot.asked.of_child import Asking
from bot.buttons import do
from bot.child_lines import known_names
from bot.work import Refused, in_twos
from db import roster_lines, summaries
from domain.access import Action
from domain.children import Tier
from domain.people import Role, Unit, UnitKind
from domain.summaries import BadPeriod, Period, find_period

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
    count = roster_lines.count_by_tier(work.conn, codes).get(wanted, 0)
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
        found = summaries.behind(work.conn, codes, wanted.value, work.today, work.policy, 0, MOST)
        names = known_names(work, [(one.child_id, one.unit) for one in found], codes, "child.listed")
        cells = [
            (
                work.say("child.hit", name=names.get(one.child_id, one.file_no), number=one.file_no[-4:]),
                do("child.open", one.file_no),
            )
            for one in found
        ]
    elif count:
        counts = roster_lines.count_by_unit_and_tier(work.conn, codes, wanted)
        for town in work.tree.towns:
            here = sum(counts.get(code, 0) for code in work.tree.under(town.code))
            if here:
                cells.append((work.say("overdue.place", name=town.name, count=here), do("summary.show", town.code)))
    work.reply(text, in_twos(cells))
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
        tiers = roster_lines.count_by_tier(work.conn, codes)
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
        work.reply(text, in_twos(cells))
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
    """汇总 合黎镇 上个月, 走访了多少家: the screen of the summary, with the place and the days as they were understood."""
    work, asked = ask.work, ask.question.period
    if (typed := re.fullmatch(r"\s*汇总[\s：:，,]*(.*?)[？?。\s]*", work.said, re.DOTALL)) is not None:
        return work.go("town", typed[1])  # the command with its words: an unknown place among them is said to be unknown
    try:
        period, _ = find_period(work.said, work.today)
    except BadPeriod:
        raise Refused("summary.no_such_days", words=work.said[:20]) from None
    if period is None and asked is not None:
        period = Period(asked.first, asked.last)
    days = f"{period.first} 到 {period.last}" if period is not None else ""
    return work.go("town", f"{ask.place_words()} {days}".strip())
