"""A sweep on the screen: a village with its households by pages, and one household with what may be found there."""

from __future__ import annotations

from typing import Any

from bot.buttons import do
from bot.reminders.rules import day_words
from bot.work import Refused, Rows, Work, in_twos
from db import sweeps
from db.sweeps import Sweep, Village
from domain.access import Action, allowed, may
from domain.children import Child
from domain.identity import mask_phone
from domain.sweeps import Found, Home, next_home

PAGE = 8
MARKS = {Found.SEEN: "✅", Found.ABSENT: "🚪", Found.GONE: "🧳", None: "▫️"}
Button = tuple[str, Any]


def newest(work: Work, code: str) -> Sweep | None:
    above = work.tree.town_of(code)
    return sweeps.newest(work.conn, above.code) if above is not None else None


def of_village(work: Work, code: str) -> Village:
    """A village's part of its town's newest sweep. Raises Refused."""
    work.demand_in(Action.SWEEP, code)
    found = newest(work, code)
    one = next((each for each in sweeps.villages(work.conn, [found.id]) if each.unit == code), None) if found else None
    if one is None:
        raise Refused("sweep.none")
    return one


def show_village(work: Work, code: str, page: int = 0) -> None:
    """The households by pages, each with its mark; the county sees how far it is and no family."""
    one = of_village(work, code)
    lines = [
        work.say(
            "sweep.village", place=work.tree.path_name(code), seen=one.seen, absent=one.absent, gone=one.gone, left=one.left,
        )
    ]  # fmt: skip
    if one.signed_on is not None:
        lines.append(
            work.say("sweep.is_signed", name=one.signature or "", day=day_words(work.words, one.signed_on, work.today))
        )
    rows: list[list[Button]] = []
    mine = allowed(work.me, Action.LOG_CONTACT, code)
    if mine:
        order, found = sweeps.homes_of(work.conn, one)
        work.note("child.list", f"unit:{code}", count=sum(len(home.children) for home in order))
        last = max(0, (len(order) - 1) // PAGE)
        page = min(page, last)
        cells: list[Button] = [
            (f"{MARKS[found.get(home.key)]} {label(work, home)}", do("sw.home", code, home.children[0].file_no))
            for home in order[page * PAGE : (page + 1) * PAGE]
        ]
        rows += in_twos(cells)  # type: ignore[arg-type]
        turns: list[Button] = []
        if page:
            turns.append((work.say("form.previous_page"), do("sw.village", code, str(page - 1))))
        if page < last:
            turns.append((work.say("form.next_page"), do("sw.village", code, str(page + 1))))
        rows.append(turns)
        if one.signed_on is None:
            rows.append(
                [(work.say("sweep.new"), do("go", "newchild")), (work.say("sweep.paper"), do("sw.paper", code))]
            )
            if one.left == 0:
                lines.append(
                    work.say("sweep.ready_absent", count=one.absent) if one.absent else work.say("sweep.ready")
                )
                rows.append([(work.say("sweep.sign"), do("sw.sign", code))])
            elif (following := next_home(order, found)) is not None:
                rows.insert(0, [(work.say("sweep.next"), do("sw.home", code, following.children[0].file_no))])
    if may(work.me, Action.START_SWEEP):
        rows.append([(work.say("sweep.back"), do("go", "sweep"))])
    work.show("\n".join(lines), rows)


def on_the_way(work: Work, child: Child) -> list[list[Button]]:
    """Under a file opened while the sweep of its village runs: seen, one tap, and back to the list. Else nothing."""
    found = newest(work, child.unit)
    if found is None or not allowed(work.me, Action.LOG_CONTACT, child.unit):
        return []
    one = next((each for each in sweeps.villages(work.conn, [found.id]) if each.unit == child.unit), None)
    if one is None or one.signed_on is not None:
        return []
    return [[
        (work.say("sweep.seen_new"), do("sw.found", child.unit, child.file_no, Found.SEEN.value)),
        (work.say("sweep.list"), do("sw.village", child.unit)),
    ]]  # fmt: skip


def label(work: Work, home: Home) -> str:
    carer = home.carer
    return work.say("sweep.home", name=carer.name if carer and carer.name else home.children[0].name)


def household(work: Work, code: str, file_no: str) -> tuple[Village, list[Home], dict[str, Found | None], Home]:
    """A household by one of its children. Raises Refused where the list has changed."""
    work.demand_in(Action.LOG_CONTACT, code)
    one = of_village(work, code)
    order, found = sweeps.homes_of(work.conn, one)
    home = next((each for each in order if any(child.file_no == file_no for child in each.children)), None)
    if home is None:
        raise Refused("sweep.home_gone")
    return one, order, found, home


def show_home(
    work: Work, code: str, one: Village, order: list[Home], found: dict[str, Found | None], here: Home, said: str = ""
) -> None:
    carer, number = here.carer, here.children[0].file_no
    place = order.index(here) + 1
    lines = [said] if said else []
    lines.append(work.say("sweep.home_title", place=place, count=len(order), home=label(work, here), group=here.place))
    for child in here.children:
        age = child.age_on(work.today)
        lines.append(
            work.say("sweep.child", name=child.name, age=work.say("move.age", age=age) if age is not None else "")
        )
    if carer is not None and carer.phone:
        lines.append(work.say("sweep.phone", phone=mask_phone(carer.phone)))
    was = found.get(here.key)
    if was is not None:
        lines.append(work.say("sweep.was", what=work.say(f"sweep.found.{was.value}")))
    rows: Rows = []
    if one.signed_on is None:
        rows = [
            [(work.say(f"sweep.found.{what.value}"), do("sw.found", code, number, what.value)) for what in Found],
            [
                (work.say("sweep.visit"), do("visit.start", number, "home_visit")),
                (work.say("sweep.new"), do("go", "newchild")),
            ],
        ]
    work.show("\n".join(lines), [*rows, [(work.say("sweep.list"), do("sw.village", code, str((place - 1) // PAGE)))]])
