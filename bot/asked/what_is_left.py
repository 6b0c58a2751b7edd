"""What is still to be done: this month, tomorrow, in which villages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from bot.asked.of_child import Asking
from bot.buttons import do
from bot.reminders import rules
from bot.work import Work, in_twos
from db import children, duties, summaries
from domain.access import Action, may
from domain.calendar import DAY, month_end
from domain.duties import FIRST_VISIT, SUPERVISOR_CONTACT, VISIT, OpenDuty
from domain.people import Role, Unit, UnitKind

MOST = 8  # children or families on one screen
MOST_PLACES = 12
AHEAD = 60 * DAY
_VISITS = (VISIT, FIRST_VISIT)
Cells = list[tuple[str, Any]]


def left(ask: Asking) -> bool:
    """这个月还差谁: names and a button each for a director, places for those above."""
    work, period = ask.work, ask.question.period
    last = max(period.last, work.today) if period is not None else month_end(work.today)
    if not _is_directors(work):
        _by_place(ask, last)
        return True
    found = _owed(ask, last)
    if not found:
        work.reply(
            work.say("asked.nothing_left", day=_day(work, last)), [[(work.say("visit.to_today"), do("go", "today"))]]
        )
        return True
    lines = [work.say("asked.left", day=_day(work, last), count=len({duty.subject for duty in found}))]
    names = _names(work, found)
    for key, some in (
        ("visit", [one for one in found if one.duty in _VISITS]),
        ("contact", [one for one in found if one.duty not in _VISITS]),
    ):
        if some:
            lines.append(
                work.say(
                    f"asked.left.{key}",
                    count=len(some),
                    names="、".join(_named(work, one, names) for one in some[:MOST]),
                )
            )
    cells: Cells = []
    for duty in list({one.subject: one for one in reversed(found)}.values())[::-1][:MOST]:
        if duty.child is not None:
            kind = "home_visit" if duty.duty in _VISITS else "phone"
            cells.append(
                (work.say(f"asked.do.{kind}", name=names[duty.child.id]), do("visit.start", duty.child.file_no, kind))
            )
    rows = in_twos(cells)
    work.reply("\n".join(lines), [*rows, [(work.say("visit.to_today"), do("go", "today"))]])
    return True


def route(ask: Asking) -> bool:
    """明天我该跑哪几家: families to visit, one line each, the longest overdue first; one household is one trip."""
    work, period = ask.work, ask.question.period
    day = max(period.first, work.today) if period is not None else work.today
    wanted = _VISITS if _is_directors(work) else (SUPERVISOR_CONTACT,)
    every = [one for one in _owed(ask, day + AHEAD) if one.duty in wanted]
    due = [one for one in every if one.due <= day]
    files = children.by_ids(work.conn, [one.child.id for one in due or every if one.child])
    shown = _families(due or every, files)[:MOST]
    if not shown:
        work.reply(work.say("asked.no_route"), [[(work.say("visit.to_today"), do("go", "today"))]])
        return True
    work.note("child.list", count=sum(len(one) for one in shown))
    several = len({duty.unit for family in shown for duty in family}) > 1
    lines = [work.say("asked.route" if due else "asked.route_ahead", day=_day(work, day), count=len(shown))]
    cells: Cells = []
    for place, family in enumerate(shown, 1):
        kids = [files[duty.child.id].child for duty in family if duty.child]
        carer = next((one.name for kid in kids for one in kid.guardians if one.carer and one.name), "")
        unit = work.tree.get(kids[0].unit)
        lines.append(
            work.say(
                "asked.family",
                place=place,
                tier=rules.tier_mark(work.words, kids[0].tier),
                names="、".join(kid.name for kid in kids),
                carer=work.say("asked.of_carer", name=carer) if carer else "",
                village=work.say("asked.in_village", name=unit.name) if several and unit else "",
                due=rules.duty_words(work.words, family[0], work.today),
            )
        )
        cells.append((work.say("asked.family_card", place=place, name=kids[0].name), do("child.open", kids[0].file_no)))
    work.reply("\n".join(lines), in_twos(cells))
    return True


def villages(ask: Asking) -> bool:
    """哪些村还没走完. A director has one village: who is left in it."""
    if _is_directors(ask.work):
        return left(ask)
    period = ask.question.period
    last = max(period.last, ask.work.today) if period is not None else month_end(ask.work.today)
    _by_place(ask, last)
    return True


def _owed(ask: Asking, last: date) -> list[OpenDuty]:
    """What is owed until then in the places named or one's own, the longest overdue first; mine where I do the visits."""
    work = ask.work
    codes = work.visible(Action.SEE_CHILD)
    units = ask.units(Action.SEE_CHILD)
    if units:
        codes &= frozenset(code for unit in units for code in work.tree.under(unit.code))
    found = [
        one for one in duties.until(work.conn, last, work.today, work.policy, codes) if one.due <= last and one.child
    ]
    if _is_directors(work):
        found = [one for one in found if one.duty is not SUPERVISOR_CONTACT]
    return sorted(found, key=lambda one: (one.due, one.child.file_no if one.child else ""))


def _is_directors(work: Work) -> bool:
    return (
        work.me is not None
        and work.me.with_role(Role.CHILD_DIRECTOR) is not None
        and not may(work.me, Action.SEE_COUNTY)
    )


def _by_place(ask: Asking, last: date) -> None:
    """Villages of a town, or towns of the county, with how many children are left: places, never people."""
    work = ask.work
    kids = summaries.left_by_unit(work.conn, work.visible(Action.SEE_CHILD), last)
    codes = [unit.code for unit in ask.units(Action.SEE_CHILD)] or [
        post.unit.code for post in (work.me.posts if work.me else ())
    ]
    counted: Counter[Unit] = Counter()
    for unit in (one for code in codes for one in work.tree.children_of(code)):
        number = sum(kids.get(code, 0) for code in work.tree.under(unit.code))
        if number and unit.kind is not UnitKind.DEPARTMENT:
            counted[unit] = number
    if not counted:
        work.reply(work.say("asked.nothing_left", day=_day(work, last)))
        return
    cells: Cells = [
        (work.say("overdue.place", name=unit.name, count=number), do("summary.show", unit.code))
        for unit, number in counted.items()
    ]
    text = work.say("asked.left_in", day=_day(work, last), places=len(counted), count=sum(counted.values()))
    rows = in_twos(cells[:MOST_PLACES])
    if len(cells) > MOST_PLACES:
        rows.append([(work.say("summary.all_below", count=len(work.tree.children_of(codes[0]))), do("summary.below", codes[0], "", "all"))])
    work.reply(text, rows)


def _families(found: Iterable[OpenDuty], files: Mapping[str, children.Entry]) -> list[list[OpenDuty]]:
    """Those who live together in one entry, in the order of the one that waits longest."""
    homes: dict[str, list[OpenDuty]] = {}
    for duty in found:
        if duty.child is not None:
            home = homes.setdefault(files[duty.child.id].child.household or duty.child.id, [])
            if all(one.subject != duty.subject for one in home):
                home.append(duty)
    return list(homes.values())


def _names(work: Work, found: Iterable[OpenDuty]) -> dict[str, str]:
    ids = list(dict.fromkeys(duty.child.id for duty in found if duty.child))
    work.note("child.list", count=len(ids))
    return {one: entry.child.name for one, entry in children.by_ids(work.conn, ids).items()}


def _named(work: Work, duty: OpenDuty, names: dict[str, str]) -> str:
    assert duty.child is not None
    late = duty.overdue_days(work.today)
    return work.say("asked.name_late", name=names[duty.child.id], days=late) if late else names[duty.child.id]


def _day(work: Work, day: date) -> str:
    return rules.day_words(work.words, day, work.today)
