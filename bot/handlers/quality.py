"""资料核对: what is missing or does not fit in the files, by place and by child, as a reason to call. Nobody's fault."""

from __future__ import annotations

from collections import Counter

from bot import asked_place
from bot.asked_place import PLACES, Cells
from bot.buttons import do
from bot.child_lines import known_names
from bot.reminders import rules
from bot.subject import Command, Press, Subject
from bot.work import Refused, Rows, Work, in_twos
from db import quality
from domain.access import Action, demand_in
from domain.people import Unit, UnitKind
from domain.quality import Gap, ToAsk

PAGE = 6
MOST_KINDS = 5


def check(work: Work, words: str) -> None:
    """One's own unit, or the one named."""
    work.demand(Action.SEE_CHILD)
    units = asked_place.named(work, words, Action.SEE_CHILD) if words else asked_place.home(work, Action.SEE_CHILD)
    if not units:
        raise Refused("summary.no_figures")
    if len(units) > 1:
        cells = asked_place.cells(work, units[:30], lambda unit: do("quality.show", unit.code))
        work.reply(work.say("place.which"), asked_place.in_rows(cells))
        return
    text, rows = _screen(work, units[0].code, 0)
    work.reply(text, rows)


def show(work: Work, code: str, number: str = "0") -> None:
    """Another place or page, in the message that was pressed."""
    text, rows = _screen(work, code, int(number) if number.isdecimal() else 0)
    work.toast()
    work.show(text, rows)


def _screen(work: Work, code: str, number: int) -> tuple[str, Rows]:
    demand_in(work.me, Action.SEE_CHILD, code)
    unit = work.tree.get(code)
    if unit is None or unit.kind is UnitKind.DEPARTMENT:
        raise Refused("summary.no_figures")
    found = quality.to_ask_about(work.conn, work.tree.under(code) & work.visible(Action.SEE_CHILD), work.today)
    lines = [work.say("quality.title", place=work.tree.path_name(code), count=len(found))]
    if not found:
        return "\n".join([*lines, work.say("quality.nothing")]), [_back(work, unit)]
    lines.append(_kinds(work, found))
    if unit.kind not in PLACES:
        lines.append(work.say("quality.where"))
        return "\n".join(lines), [*_places(work, unit, found), _back(work, unit)]
    last = (len(found) - 1) // PAGE
    number = min(number, last)
    shown = found[number * PAGE : (number + 1) * PAGE]
    names = known_names(
        work, [(one.child_id, one.unit) for one in shown], work.visible(Action.SEE_CHILD), "quality.read"
    )
    rows: list[Cells] = []
    for place, one in enumerate(shown, number * PAGE + 1):
        child = names.get(one.child_id, one.file_no)
        why = work.say("quality.and").join(work.say(f"quality.gap.{gap.value}") for gap in one.gaps)
        lines.append(
            work.say("quality.line", place=place, tier=rules.tier_mark(work.words, one.tier), child=child, why=why)
        )
        rows.append(
            [
                (work.say("quality.open", place=place, child=child), do("child.open", one.file_no)),
                (work.say("quality.call"), do("child.phone", one.file_no)),
            ]
        )
    turns: Cells = []
    if number:
        turns.append((work.say("form.previous_page"), do("quality.show", code, str(number - 1))))
    if number < last:
        turns.append((work.say("form.next_page"), do("quality.show", code, str(number + 1))))
    return "\n".join(lines), [*rows, turns, _back(work, unit)]


def _kinds(work: Work, found: list[ToAsk]) -> str:
    """What there is to ask most often, in the order of Gap where the numbers are the same."""
    counts = Counter(gap for one in found for gap in one.gaps)
    most = sorted(counts, key=lambda gap: (-counts[gap], list(Gap).index(gap)))[:MOST_KINDS]
    kinds = [work.say("quality.kind", what=work.say(f"quality.gap.{gap.value}"), count=counts[gap]) for gap in most]
    return work.say("summary.comma").join(kinds)


def _places(work: Work, unit: Unit, found: list[ToAsk]) -> Rows:
    counts = Counter(one.unit for one in found)
    cells: Cells = []
    for place in work.tree.children_of(unit.code):
        number = (
            sum(counts[code] for code in work.tree.under(place.code)) if place.kind is not UnitKind.DEPARTMENT else 0
        )
        if number:
            cells.append((work.say("overdue.place", name=place.name, count=number), do("quality.show", place.code)))
    return in_twos(cells)


def _back(work: Work, unit: Unit) -> Cells:
    above = work.tree.get(unit.parent or "")
    if above is None or above.code not in work.visible(Action.SEE_CHILD):
        return []
    return [(work.say("summary.back", unit=above.name), do("quality.show", above.code))]


SUBJECT = Subject(
    "quality",
    commands=(Command("quality", check, Action.SEE_CHILD, ("资料核对", "核对资料", "缺什么资料"), menu=False),),
    presses={"quality.show": Press(show, Action.SEE_CHILD)},
)
