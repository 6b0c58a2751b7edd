"""汇总 and 全县: the state of a village, a town or the county as text, chart and workbook, with the way down and back."""

from __future__ import annotations

from dataclasses import replace

from bot import asked_place
from bot import overview as view
from bot.asked_place import PLACES, Cells
from bot.buttons import Button, do
from bot.dated import dated
from bot.overdue_work import sheet as overdue_sheet
from bot.subject import Command, Press, Subject
from bot.work import Refused, Work
from domain.access import Action, may
from domain.people import Unit, UnitKind
from domain.units import COUNTY
from files import charts
from files.figures import AnySummary, cells, one_line
from files.workbook import town_workbook


def town(work: Work, words: str) -> None:
    """One's own unit, or the one named; the county's people without a name choose a town."""
    work.demand(Action.SEE_SUMMARY)
    if words:
        units = asked_place.named(work, words, Action.SEE_SUMMARY)
    else:
        units = asked_place.home(work, Action.SEE_SUMMARY)
        if any(unit.kind is UnitKind.COUNTY for unit in units):
            units = list(work.tree.towns)
    if not units:
        raise Refused("summary.no_figures")
    if len(units) > 1:
        _ask_which(work, units)
        return
    _say(work, units[0].code)


def county(work: Work, words: str) -> None:
    """All towns; with a name the same as 汇总."""
    work.demand(Action.SEE_COUNTY)
    if words:
        town(work, words)
    else:
        _say(work, COUNTY)


def _show_button(unit: Unit) -> Button:
    return do("summary.show", unit.code)


def _ask_which(work: Work, units: list[Unit]) -> None:
    rows = asked_place.in_rows(asked_place.cells(work, units[:30], _show_button))
    work.reply(work.say("place.which"), rows)


def _say(work: Work, code: str) -> None:
    summary = view.overview(work, code)
    work.reply(view.in_words(work, summary), _buttons(work, summary.unit))


def show(work: Work, code: str) -> None:
    """The same in place of the pressed message: on the way down or back."""
    summary = view.overview(work, code)
    work.toast()
    work.show(view.in_words(work, summary), _buttons(work, summary.unit))


def _buttons(work: Work, unit: Unit) -> list[Cells]:
    files: Cells = [
        (work.say("summary.chart"), do("summary.chart", unit.code)),
        (work.say("summary.book"), do("summary.book", unit.code)),
    ]
    down: Cells = []
    if unit.kind is UnitKind.COUNTY:
        down.append((work.say("summary.to_towns"), do("summary.below", unit.code)))
    elif unit.kind is UnitKind.TOWN and view.sees_children(work, unit.code):
        down.append((work.say("summary.to_villages"), do("summary.below", unit.code)))
    elif unit.kind in PLACES:
        down.append((work.say("summary.to_children"), do("child.village", unit.code)))
    if view.sees_children(work, unit.code):
        down.append((work.say("summary.to_overdue"), do("overdue.page", "0", unit.code)))
    rows: list[Cells] = [files, down]
    if unit.kind is UnitKind.COUNTY and may(work.me, Action.SET_POLICY):
        rows.append([(work.say("reading.button"), do("reading.rates"))])
    if unit.kind is UnitKind.COUNTY and may(work.me, Action.SEE_COUNTY):
        rows.append([(work.say("figures.button"), do("figures.show"))])
    above = work.tree.get(unit.parent or "")
    if above is not None and _may_see(work, above):
        rows.append([(work.say("summary.back", unit=above.name), do("summary.show", above.code))])
    return rows


def _may_see(work: Work, unit: Unit) -> bool:
    action = Action.SEE_COUNTY if unit.kind is UnitKind.COUNTY else Action.SEE_SUMMARY
    return may(work.me, action) and unit.code in work.visible(action)


def below(work: Work, code: str) -> None:
    """The units below as buttons, those with help needed marked, in the order of the county's list."""
    summary = view.overview(work, code)
    work.toast()
    marks = {row.unit.code for row in summary.rows if cells(row)["help_wanted"]}
    found = asked_place.cells(work, [row.unit for row in summary.rows], _show_button)
    codes = [row.unit.code for row in summary.rows]
    marked: Cells = [
        (work.say("summary.help_mark", name=name) if one in marks else name, press)
        for one, (name, press) in zip(codes, found, strict=True)
    ]
    back = (work.say("summary.back", unit=summary.unit.name), do("summary.show", code))
    title = work.say("summary.which_below", unit=summary.unit.name, count=len(codes))
    work.show(title, [*asked_place.in_rows(marked), [back]])


def chart(work: Work, code: str) -> None:
    """A picture of the same figures, of this moment."""
    summary = view.overview(work, code)
    work.toast()
    picture, say = _picture(summary), dated(work.words, work.today)
    towns = all(row.unit.kind is UnitKind.TOWN for row in picture.rows)
    draw = charts.county_chart if towns else charts.town_chart
    name = f"{one_line(summary.unit.name)}-{summary.day.isoformat()}.png"
    caption = say("summary.chart_caption", unit=work.tree.path_name(code), day=summary.day)
    work.photo(draw(picture, say, work.demo), name, caption)


def _picture(summary: AnySummary) -> AnySummary:
    """A unit without rows is drawn as its own only row, else the chart would say that nobody is on file."""
    if summary.rows:
        return summary
    return replace(summary, rows=(summary.total,))  # type: ignore[arg-type,return-value,type-var]


def book(work: Work, code: str) -> None:
    """A workbook of the same figures; with the overdue children, masked, for those who work with them."""
    summary = view.overview(work, code)
    work.toast()
    ledgers = []
    if view.sees_children(work, code) and may(work.me, Action.EXPORT):
        codes = work.tree.under(code) & work.visible(Action.EXPORT)
        ledgers.append(overdue_sheet(work, codes))
    work.note("export", f"unit:{code}", what="summary", rows=sum(len(ledger.rows) for ledger in ledgers))
    say = dated(work.words, work.today)
    content = town_workbook(summary, say, ledgers, work.demo)
    name = work.say("summary.file_name", unit=one_line(summary.unit.name), day=summary.day.isoformat())
    caption = "summary.book_caption" if ledgers else "summary.book_caption_figures"
    work.document(content, name, say(caption, unit=work.tree.path_name(code), day=summary.day))


SUBJECT = Subject(
    "summary",
    commands=(
        Command("town", town, Action.SEE_SUMMARY, ("汇总",)),
        Command("county", county, Action.SEE_COUNTY, ("全县",)),
    ),
    presses={
        "summary.show": Press(show, Action.SEE_SUMMARY),
        "summary.below": Press(below, Action.SEE_SUMMARY),
        "summary.chart": Press(chart, Action.SEE_SUMMARY),
        "summary.book": Press(book, Action.SEE_SUMMARY),
    },
)
