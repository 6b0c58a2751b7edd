"""图表: the pictures of a unit: twelve months, the weeks ahead, tiers, the villages as squares, report clocks, the plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot import asked_place, county_board
from bot import overview as view
from bot.asked_place import Cells
from bot.buttons import do
from bot.dated import dated
from bot.subject import Command, Press, Subject
from bot.work import Refused, Work, in_twos
from db import summaries
from domain.access import Action
from domain.people import Unit, UnitKind
from domain.summaries import squares_of
from files import charts, more_charts
from files.figures import one_line


@dataclass(frozen=True)
class Picture:
    """One kind of picture: where it can be had, and by whom."""

    draw: Callable[[Work, Unit], bytes]
    kinds: tuple[UnitKind, ...] = (UnitKind.COUNTY, UnitKind.TOWN, UnitKind.VILLAGE, UnitKind.COMMUNITY)
    names_villages: bool = False  # for those who work with the children
    of_the_county: bool = False  # asks for the county's view


def _months(work: Work, unit: Unit) -> bytes:
    found = county_board.months(work, unit)
    few = not view.sees_children(work, unit.code)
    return charts.coverage_chart(unit, found, work.today, dated(work.words, work.today), work.demo, few)


def _load(work: Work, unit: Unit) -> bytes:
    weeks = summaries.load(work.conn, work.tree.under(unit.code), work.today)
    few = not view.sees_children(work, unit.code)
    return more_charts.load_chart(unit, weeks, work.today, dated(work.words, work.today), work.demo, few)


def _tiers(work: Work, unit: Unit) -> bytes:
    return more_charts.tier_chart(view.overview(work, unit.code), dated(work.words, work.today), work.demo)


def _squares(work: Work, unit: Unit) -> bytes:
    codes = work.tree.under(unit.code)
    missed = summaries.behind_by_unit(work.conn, codes, "contacts", work.today, work.policy)
    children = summaries.behind_by_unit(work.conn, codes, "children", work.today, work.policy)
    towns = squares_of(work.tree, unit, missed, children)
    return more_charts.village_map(unit, towns, work.today, dated(work.words, work.today), work.demo)


def _clocks(work: Work, unit: Unit) -> bytes:
    lines = county_board.clock_lines(work)
    return more_charts.clock_chart(lines, work.today, dated(work.words, work.today), work.demo)


def _board(work: Work, unit: Unit) -> bytes:
    title, tasks = county_board.plan(work)
    return more_charts.board_chart(title, tasks, work.today, dated(work.words, work.today), work.demo)


PICTURES = {
    "months": Picture(_months),
    "load": Picture(_load),
    "tiers": Picture(_tiers),
    "squares": Picture(_squares, (UnitKind.COUNTY, UnitKind.TOWN), names_villages=True),
    "clocks": Picture(_clocks, (UnitKind.COUNTY,), of_the_county=True),
    "board": Picture(_board, (UnitKind.COUNTY,), of_the_county=True),
}


def pictures(work: Work, words: str) -> None:
    """The pictures of one's own unit, or of the one named."""
    work.demand(Action.SEE_SUMMARY)
    units = asked_place.named(work, words, Action.SEE_SUMMARY) if words else asked_place.home(work, Action.SEE_SUMMARY)
    if not units:
        raise Refused("summary.no_figures")
    if len(units) > 1:
        cells = asked_place.cells(work, units[:30], lambda unit: do("pictures.which", unit.code))
        work.reply(work.say("place.which"), asked_place.in_rows(cells))
        return
    unit = view.place(work, units[0].code)
    work.reply(work.say("pictures.title", unit=work.tree.path_name(unit.code)), in_twos(_choices(work, unit)))


def which(work: Work, code: str) -> None:
    """The same below the picture that was just sent."""
    unit = view.place(work, code)
    work.toast()
    work.reply(work.say("pictures.title", unit=work.tree.path_name(code)), in_twos(_choices(work, unit)))


def _choices(work: Work, unit: Unit) -> Cells:
    found: Cells = [(work.say("pictures.coverage"), do("summary.chart", unit.code))]
    return found + [
        (work.say(f"pictures.{kind}"), do("pictures.draw", kind, unit.code))
        for kind, picture in PICTURES.items()
        if _may_have(work, picture, unit)
    ]


def _may_have(work: Work, picture: Picture, unit: Unit) -> bool:
    if view.sees_children(work, unit.code):
        return unit.kind in picture.kinds
    # a town's weeks or months beside the county's and the other towns' would give a small cell away by subtraction
    return (unit.kind is UnitKind.COUNTY and not picture.names_villages) or picture.draw is _tiers


def draw(work: Work, kind: str, code: str) -> None:
    """One picture, of this moment."""
    unit, picture = view.place(work, code), PICTURES.get(kind)
    if picture is None or not _may_have(work, picture, unit):
        raise Refused("summary.no_figures")
    if picture.of_the_county:
        work.demand_in(Action.SEE_COUNTY, code)
    work.toast()
    say = dated(work.words, work.today)
    caption = say("pictures.caption", unit=work.tree.path_name(code), what=work.say(f"pictures.{kind}"), day=work.today)
    work.photo(picture.draw(work, unit), f"{one_line(unit.name)}-{kind}-{work.today.isoformat()}.png", caption)


SUBJECT = Subject(
    "pictures",
    commands=(Command("pictures", pictures, Action.SEE_SUMMARY, ("图表", "图"), menu=False),),
    presses={
        "pictures.which": Press(which, Action.SEE_SUMMARY),
        "pictures.draw": Press(draw, Action.SEE_SUMMARY),
    },
)
