"""超期: the children nobody has reached in time, by urgency, with who can help. Children, never people; no ranking."""

from __future__ import annotations

from collections import Counter

from bot import asked_place
from bot.asked_place import PLACES, Cells
from bot.buttons import do
from bot.child_lines import known_names
from bot.dated import dated
from bot.overdue_work import Late, helpers, late
from bot.reminders import rules
from bot.subject import Command, Press, Subject
from bot.work import Rows, Work
from db import summaries
from domain.access import Action, allowed, demand_in, granting
from domain.duties import OpenDuty
from domain.people import Role, Unit, UnitKind
from domain.summaries import OverdueChild

PAGE = 10
MOST_PLACES = 8  # on the line that says where


def overdue(work: Work, words: str) -> None:
    """The list of one's own units, or of the one named."""
    work.demand(Action.SEE_OVERDUE)
    code = ""
    if words:
        units = asked_place.named(work, words, Action.SEE_OVERDUE)
        if len(units) > 1:
            choices = asked_place.cells(work, units, lambda unit: do("overdue.page", "0", unit.code))
            work.reply(work.say("place.which"), asked_place.in_rows(choices))
            return
        code = units[0].code
    text, rows = _screen(work, 0, code)
    work.reply(text, rows)


def page(work: Work, number: str, code: str = "") -> None:
    """Another page; also the way here from a summary."""
    text, rows = _screen(work, int(number) if number.isdecimal() else 0, code)
    work.toast()
    work.show(text, rows)


def _screen(work: Work, number: int, code: str) -> tuple[str, Rows]:
    codes = work.visible(Action.SEE_OVERDUE)
    if code:
        demand_in(work.me, Action.SEE_OVERDUE, code)
        codes &= work.tree.under(code)
    found = late(work, codes)
    last = max(0, (len(found.children) - 1) // PAGE)
    number = min(number, last)
    shown = found.children[number * PAGE : (number + 1) * PAGE]
    say = dated(work.words, work.today)
    lines = [say("overdue.title", place=_scope(work, code), count=len(found.children), day=work.today)]
    if not shown:
        known = summaries.anybody_on_file(work.conn, codes)
        none = work.say("overdue.nobody" if known else "summary.nobody_on_file")
        return "\n".join([lines[0], none]), _around(work, code, found, 0, 0)
    by_place = _by_place(work, code, found)
    if by_place and not _is_directors(work):
        lines.append(_where(work, by_place))
    names = known_names(work, [(line.child_id, line.unit) for line in shown], codes, "overdue.read")
    rows: list[Cells] = []
    for place, line in enumerate(shown, number * PAGE + 1):
        lines.append(_line(work, found, line, place, names.get(line.child_id)))
        rows.append(_buttons(work, line, place, names.get(line.child_id)))
    if last:
        lines.append(work.say("overdue.page", page=number + 1, pages=last + 1))
    return "\n".join(lines), [*rows, *_around(work, code, found, number, last)]


def _scope(work: Work, code: str) -> str:
    if code:
        return work.tree.path_name(code)
    units = asked_place.home(work, Action.SEE_OVERDUE)
    return work.say("summary.comma").join(work.tree.path_name(unit.code) for unit in units)


def _is_directors(work: Work) -> bool:
    return all(post.role is Role.CHILD_DIRECTOR for post in granting(work.me, Action.SEE_OVERDUE))


def _by_place(work: Work, code: str, found: Late) -> list[tuple[Unit, int]]:
    """How many children in each unit directly below, in the order of the county's list."""
    tops = [code] if code else [unit.code for unit in asked_place.home(work, Action.SEE_OVERDUE)]
    per_village = Counter(line.unit for line in found.children)
    counted = []
    for unit in (unit for top in tops for unit in work.tree.children_of(top)):
        if unit.kind is not UnitKind.DEPARTMENT:
            number = sum(per_village[one] for one in work.tree.under(unit.code)) if per_village else 0
            if number:
                counted.append((unit, number))
    return counted


def _where(work: Work, by_place: list[tuple[Unit, int]]) -> str:
    named = [work.say("overdue.place", name=unit.name, count=count) for unit, count in by_place[:MOST_PLACES]]
    places = work.say("summary.comma").join(named)
    if len(by_place) > MOST_PLACES:
        return work.say("overdue.places_more", places=places, count=len(by_place))
    return work.say("overdue.places", places=places)


def _line(work: Work, found: Late, line: OverdueChild, place: int, name: str | None) -> str:
    child = name or _file_no(line)
    if len({one.unit for one in found.children}) > 1:
        towns = {town.code for one in found.children if (town := work.tree.town_of(one.unit))}
        unit = work.tree.get(line.unit)
        village = unit.name if unit and len(towns) == 1 else work.tree.path_name(line.unit)
        child = work.say("overdue.child_in", child=child, village=village)
    return work.say(
        "overdue.line", place=place, tier=rules.tier_mark(work.words, line.tier), child=child,
        duties=_duties(work, line), helpers=helpers(work, found, line),
    )  # fmt: skip


def _duties(work: Work, line: OverdueChild) -> str:
    """The longest overdue in full, the others by name: the child's card has the rest."""
    first, *others = line.duties
    longest = rules.duty_words(work.words, first, work.today)
    if not others:
        return longest
    names = (work.say(rules.SAYINGS[duty.duty.code].name) for duty in others)
    return work.say("overdue.also", first=longest, others=work.say("summary.comma").join(names))


def _file_no(line: OverdueChild) -> str:
    child = line.duties[0].child
    return child.file_no if child else ""


def _buttons(work: Work, line: OverdueChild, place: int, name: str | None) -> Cells:
    file_no = _file_no(line)
    cells: Cells = [(work.say("overdue.open", place=place, child=name or file_no), do("child.open", file_no))]
    mine = [duty for duty in line.duties if _is_mine(work, duty)]
    if mine and allowed(work.me, Action.LOG_CONTACT, line.unit):
        kind = rules.opens_with(mine)
        cells.append((work.say(f"overdue.log.{kind.value}"), do("visit.start", file_no, kind.value)))
    elif allowed(work.me, Action.ANSWER_HELP, line.unit):  # somebody else's work: call, take it over, ask, extend
        cells.append((work.say("overdue.step_in"), do("help.place", line.unit)))
    return cells


def _is_mine(work: Work, duty: OpenDuty) -> bool:
    """Whether one of my posts owes it: the form is offered for one's own work."""
    posts = granting(work.me, Action.LOG_CONTACT)
    return any(post.role is duty.duty.who and duty.unit in work.tree.under(post.unit.code) for post in posts)


def _around(work: Work, code: str, found: Late, number: int, last: int) -> list[Cells]:
    """The pages, the towns to look into, and the way back."""
    turns: Cells = []
    if number:
        turns.append((work.say("form.previous_page"), do("overdue.page", str(number - 1), code)))
    if number < last:
        turns.append((work.say("form.next_page"), do("overdue.page", str(number + 1), code)))
    unit = work.tree.get(code or next((one.code for one in asked_place.home(work, Action.SEE_OVERDUE)), ""))
    into: Cells = []
    if unit is not None and unit.kind is UnitKind.COUNTY and number == 0:
        into = [
            (work.say("overdue.place", name=one.name, count=count), do("overdue.page", "0", one.code))
            for one, count in _by_place(work, code, found)
        ]
    back: Cells = []
    if code and unit is not None and (unit.kind in PLACES or unit.kind is UnitKind.TOWN):
        back = [(work.say("overdue.summary", unit=unit.name), do("summary.show", code))]
        if unit.kind in PLACES and found.children and allowed(work.me, Action.ANSWER_HELP, code):
            back.append((work.say("overdue.step_in"), do("help.place", code)))
    return [turns, *asked_place.in_rows(into), back]


SUBJECT = Subject(
    "overdue",
    commands=(Command("overdue", overdue, Action.SEE_OVERDUE, ("超期", "超期名单")),),
    presses={"overdue.page": Press(page, Action.SEE_OVERDUE)},
)
