"""The children behind a number of a summary: which numbers there are, the places, the list, and the child a tap away.

For those who work with the children only: leaders have figures, and nothing behind them.
"""

from __future__ import annotations

from collections import Counter

from bot import overview as view
from bot.asked_place import PLACES, Cells
from bot.buttons import Do, do
from bot.child_lines import known_names
from bot.reminders import rules
from bot.subject import Press, Subject
from bot.work import Refused, Work, in_twos
from db import days_gone, summaries
from db.summaries import Line
from domain.access import Action, demand_in
from domain.people import Unit, UnitKind
from domain.summaries import ChildMonths, Period, missed_in

PAGE = 8
NOW = (
    "contacts", "visits", "supervisor", "contacts_overdue", "visits_overdue", "help_wanted", "red", "yellow", "issues",
    "green", "children",
)  # fmt: skip
PAST = ("contacts", "reached", "visits", "visited", "supervised")


def every(work: Work, code: str, days: str = "") -> None:
    """All the numbers of a summary, each with its list."""
    unit, period = _unit(work, code), Period.of_code(days)
    work.toast()
    kinds: tuple[str, ...] = PAST if period else NOW
    if period and len(period.whole_months(work.today)) <= 1:
        kinds = PAST[1:]  # without months to go through, who was missed in one was never reached
    counts = {what: sum(_by_unit(work, what, code, period).values()) for what in kinds}
    cells: Cells = [
        (work.say(_key("behind.name", what, period), count=count), _list(what, code, "0", period))
        for what, count in counts.items()
        if count
    ]
    back = [(work.say("summary.back", unit=unit.name), do("summary.show", code, *([days] if period else [])))]
    key = "behind.which" if cells else "behind.nothing"
    work.show(work.say(key, unit=work.tree.path_name(code), period=_when(work, period)), [*in_twos(cells), back])


def list_(work: Work, what: str, code: str, number: str = "0", days: str = "") -> None:
    """One number: the places where there are many, else the children themselves."""
    unit, period = _unit(work, code), Period.of_code(days)
    if what not in (PAST if period else NOW):
        raise Refused("summary.no_figures")
    by_unit = _by_unit(work, what, code, period)
    total, first = sum(by_unit.values()), (int(number) if number.isdecimal() else 0) * PAGE
    work.toast()
    title = work.say(
        "behind.title", unit=work.tree.path_name(code), what=work.say(_key("behind.name", what, period), count=total),
        period=_when(work, period),
    )  # fmt: skip
    back: Cells = [(work.say("behind.others"), do("behind.all", code, *([days] if period else [])))]
    above = work.tree.get(unit.parent or "")
    if above is not None and above.code in work.visible(Action.SEE_CHILD):
        back.append((work.say("summary.back", unit=above.name), _list(what, above.code, "0", period)))
    if unit.kind not in PLACES and (unit.kind is UnitKind.COUNTY or total > PAGE) and not first:
        places = _places(work, unit, by_unit)
        cells = [
            (work.say("overdue.place", name=place.name, count=count), _list(what, place.code, "0", period))
            for place, count in places
        ]
        where = work.say("behind.where") if cells else work.say("behind.nobody")
        work.show(f"{title}\n{where}", [*in_twos(cells), back])
        return
    lines = _lines(work, what, code, period, first)
    names = known_names(
        work, [(one.child_id, one.unit) for one in lines], work.visible(Action.SEE_CHILD), "behind.read"
    )
    several = unit.kind not in PLACES
    cells = [(_label(work, one, names, several=several), do("child.open", one.file_no)) for one in lines]
    turns: Cells = []
    if first:
        turns.append((work.say("form.previous_page"), _list(what, code, str(first // PAGE - 1), period)))
    if first + PAGE < total:
        turns.append((work.say("form.next_page"), _list(what, code, str(first // PAGE + 1), period)))
    hint = work.say("behind.tap") if cells else work.say("behind.nobody")
    work.show(f"{title}\n{hint}", [*(in_twos(cells) if not several else [[cell] for cell in cells]), turns, back])


def _unit(work: Work, code: str) -> Unit:
    demand_in(work.me, Action.SEE_CHILD, code)
    return view.place(work, code)


def _codes(work: Work, code: str) -> frozenset[str]:
    return work.tree.under(code) & work.visible(Action.SEE_CHILD)


def _by_unit(work: Work, what: str, code: str, period: Period | None) -> dict[str, int]:
    if period is None:
        return summaries.behind_by_unit(work.conn, _codes(work, code), what, work.today, work.policy)
    return Counter(one.unit for one in _missed(work, what, code, period))


def _missed(work: Work, what: str, code: str, period: Period) -> list[ChildMonths]:
    found = days_gone.months_of(work.conn, _codes(work, code), period, work.today)
    return missed_in(found, period, work.today, work.policy, what)


def _lines(work: Work, what: str, code: str, period: Period | None, first: int) -> list[Line]:
    if period is None:
        return summaries.behind(work.conn, _codes(work, code), what, work.today, work.policy, first, PAGE)
    ids = [one.child_id for one in _missed(work, what, code, period)]
    return summaries.lines(work.conn, ids)[first : first + PAGE]


def _places(work: Work, above: Unit, by_unit: dict[str, int]) -> list[tuple[Unit, int]]:
    """Directly below, in the order of the county's list, those with somebody in the list."""
    found = []
    for place in work.tree.children_of(above.code):
        if place.kind is not UnitKind.DEPARTMENT:
            count = sum(by_unit.get(code, 0) for code in work.tree.under(place.code))
            if count:
                found.append((place, count))
    return found


def _label(work: Work, one: Line, names: dict[str, str], *, several: bool) -> str:
    child = (
        work.say("child.hit", name=names[one.child_id], number=one.file_no[-4:])
        if one.child_id in names
        else one.file_no
    )
    label = f"{rules.tier_mark(work.words, one.tier)}{child}"
    unit = work.tree.get(one.unit)
    return work.say("child.hit_in", hit=label, unit=unit.name) if several and unit else label


def _list(what: str, code: str, page: str, period: Period | None) -> Do:
    return do("behind.list", what, code, page, *([period.code] if period else []))


def _key(start: str, what: str, period: Period | None) -> str:
    return f"{start}.past.{what}" if period else f"{start}.{what}"


def _when(work: Work, period: Period | None) -> str:
    return view.period_words(work, period) if period else work.say("behind.now")


SUBJECT = Subject(
    "behind",
    presses={"behind.all": Press(every, Action.SEE_CHILD), "behind.list": Press(list_, Action.SEE_CHILD)},
)
