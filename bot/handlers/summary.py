"""汇总 and 全县: the state of a village, a town or the county, now or over any days, as text, chart and workbook, with the
way down to every child and back."""

from __future__ import annotations

from dataclasses import replace

from bot import asked_place
from bot import overview as view
from bot.asked_place import PLACES, Cells
from bot.buttons import Do, do
from bot.dated import dated
from bot.overdue_work import sheet as overdue_sheet
from bot.subject import Command, Press, Subject
from bot.work import Refused, Rows, Work
from domain.access import Action, may
from domain.people import Unit, UnitKind
from domain.summaries import Period
from domain.units import COUNTY
from files import charts, more_charts
from files.figures import AnySummary, cells, one_line
from files.workbook import period_workbook, town_workbook

MOST_BELOW = 12  # places on one screen; the rest behind 更多


def town(work: Work, words: str) -> None:
    """One's own unit, or the one named, now or over the days named; the county's people without a name choose a town."""
    work.demand(Action.SEE_SUMMARY)
    period, words = _period(work, words)
    if words:
        units = asked_place.named(work, words, Action.SEE_SUMMARY)
    else:
        units = asked_place.home(work, Action.SEE_SUMMARY)
        if period is None and any(unit.kind is UnitKind.COUNTY for unit in units):
            units = list(work.tree.towns)
    if not units:
        raise Refused("summary.no_figures")
    if len(units) > 1:
        _ask_which(work, units, period)
        return
    text, rows = _screen(work, units[0].code, period)
    work.reply(text, rows)


def county(work: Work, words: str) -> None:
    """All towns; with a name the same as 汇总."""
    work.demand(Action.SEE_COUNTY)
    period, words = _period(work, words)
    if words:
        town(work, words if period is None else f"{words} {period.first} 到 {period.last}")
        return
    text, rows = _screen(work, COUNTY, period)
    work.reply(text, rows)


def _period(work: Work, words: str) -> tuple[Period | None, str]:
    """The days among these words, None for the running month and quarter; and the words without them. Raises Refused."""
    period, rest = view.asked_period(work, words)
    return _or_now(work, period), rest


def _or_now(work: Work, period: Period | None) -> Period | None:
    running = period is not None and period.first <= work.today <= period.last
    if period is not None and running and period.shape in ("month", "quarter"):
        return None  # these two stand in the running figures, with what is still owed
    return period


def _of(work: Work, code: str) -> Period | None:
    """The period of a button; none, or one that was forged, is now."""
    return _or_now(work, view.begun(work, Period.of_code(code)))


def _show(code: str, period: Period | None) -> Do:
    return do("summary.show", code, *([period.code] if period else []))


def _ask_which(work: Work, units: list[Unit], period: Period | None) -> None:
    cells_ = asked_place.cells(work, units[:30], lambda unit: _show(unit.code, period))
    work.reply(work.say("place.which"), asked_place.in_rows(cells_))


def show(work: Work, code: str, days: str = "") -> None:
    """The same in place of the pressed message: on the way down or back."""
    text, rows = _screen(work, code, _of(work, days))
    work.toast()
    work.show(text, rows)


def _screen(work: Work, code: str, period: Period | None) -> tuple[str, Rows]:
    if period is None:
        summary = view.overview(work, code)
        return view.in_words(work, summary), _buttons(work, summary)
    table = view.over(work, code, period)
    said = view.period_in_words(work, table)
    if table.period != period:  # who sees figures only sees whole months
        said = work.say("summary.whole_months") + "\n" + said
    return said, _period_buttons(work, table.unit, table.period)


def _files(work: Work, *args: str) -> Cells:
    return [
        (work.say("summary.chart"), do("summary.chart", *args)),
        (work.say("summary.book"), do("summary.book", *args)),
    ]


def _buttons(work: Work, summary: AnySummary) -> list[Cells]:
    unit = summary.unit
    sees_children = view.sees_children(work, unit.code)
    rows: list[Cells] = [_files(work, unit.code), []]
    if unit.kind is UnitKind.COUNTY:
        rows[1].append((work.say("summary.to_towns"), do("summary.below", unit.code)))
    elif unit.kind is UnitKind.TOWN and sees_children:
        rows[1].append((work.say("summary.to_villages"), do("summary.below", unit.code)))
    elif unit.kind in PLACES:
        rows[1].append((work.say("summary.to_children"), do("child.village", unit.code)))
    if sees_children:
        rows[1].append((work.say("summary.to_overdue"), do("overdue.page", "0", unit.code)))
        rows.append(_missed(work, summary))
    last, year = Period(*summary.month).before(), Period(summary.month[0].replace(month=1, day=1), work.today)
    rows.append(
        [
            (work.say("summary.last_month"), _show(unit.code, last)),
            (work.say("summary.this_year"), _show(unit.code, replace(year, last=year.last.replace(month=12, day=31)))),
        ]
    )
    of_the_county: Cells = []
    if unit.kind is UnitKind.COUNTY and may(work.me, Action.SET_POLICY):
        of_the_county += [
            (work.say("summary.extras"), do("summary.extras", unit.code)), (work.say("reading.button"), do("reading.rates")),
        ]  # fmt: skip
    if unit.kind is UnitKind.COUNTY and may(work.me, Action.SEE_COUNTY):
        of_the_county.append((work.say("figures.button"), do("figures.show")))
    return [*rows, of_the_county, _back(work, unit, None)]


def _missed(work: Work, summary: AnySummary) -> Cells:
    """The two numbers asked for most, and all the others."""
    count = {name: number or 0 for name, number in cells(summary.total).items()}
    found: Cells = []
    for what in ("contacts", "visits"):
        number = count[f"{what}_due"] - count[f"{what}_done"]
        if number:
            found.append((work.say(f"behind.button.{what}", count=number), do("behind.list", what, summary.unit.code)))
    return [*found, (work.say("behind.button.all"), do("behind.all", summary.unit.code))]


def _period_buttons(work: Work, unit: Unit, period: Period) -> list[Cells]:
    rows: list[Cells] = [_files(work, unit.code, period.code), []]
    sees_children = view.sees_children(work, unit.code)
    if unit.kind is UnitKind.COUNTY or (unit.kind is UnitKind.TOWN and sees_children):
        key = "summary.to_towns" if unit.kind is UnitKind.COUNTY else "summary.to_villages"
        rows[1].append((work.say(key), do("summary.below", unit.code, period.code)))
    if sees_children:
        rows[1].append((work.say("behind.button.past"), do("behind.all", unit.code, period.code)))
    earlier = (work.say("summary.earlier"), _show(unit.code, period.before()))
    return [*rows, [earlier, (work.say("summary.now"), do("summary.show", unit.code))], _back(work, unit, period)]


def _back(work: Work, unit: Unit, period: Period | None) -> Cells:
    above = work.tree.get(unit.parent or "")
    if above is None or not _may_see(work, above):
        return []
    return [(work.say("summary.back", unit=above.name), _show(above.code, period))]


def _may_see(work: Work, unit: Unit) -> bool:
    action = Action.SEE_COUNTY if unit.kind is UnitKind.COUNTY else Action.SEE_SUMMARY
    return may(work.me, action) and unit.code in work.visible(action)


def below(work: Work, code: str, days: str = "", all_: str = "") -> None:
    """The units below as buttons, in the order of the county's list: those with help needed marked. Where there are too
    many for one screen, only those where something is open, and the rest behind 更多."""
    period = _of(work, days)
    if period is None:
        summary = view.overview(work, code)
        rows = [(row.unit, cells(row)) for row in summary.rows]
        unit, opened = (
            summary.unit,
            {row.code for row, count in rows if (count["contacts_due"] or 0) > (count["contacts_done"] or 0)},
        )
        marks = {row.code for row, count in rows if count["help_wanted"]}
    else:
        table = view.over(work, code, period)
        unit, marks = table.unit, set()
        opened = {row.unit.code for row in table.rows if (_count(row, "contacts_due")) > (_count(row, "contacts_done"))}
        rows = [(row.unit, {}) for row in table.rows]
    work.toast()
    places = [place for place, _ in rows]
    shown = places
    if len(places) > MOST_BELOW and not all_:
        shown = [place for place in places if place.code in marks | opened][:MOST_BELOW] or places[:MOST_BELOW]
    found = asked_place.cells(work, shown, lambda place: _show(place.code, period))
    marked: Cells = [
        (work.say("summary.help_mark", name=name) if place.code in marks else name, press)
        for place, (name, press) in zip(shown, found, strict=True)
    ]
    last: Cells = [(work.say("summary.back", unit=unit.name), _show(code, period))]
    if len(shown) < len(places):
        last.insert(0, (work.say("summary.all_below", count=len(places)), do("summary.below", code, days, "all")))
    key = "summary.which_below" if len(shown) == len(places) else "summary.which_below_some"
    title = work.say(key, unit=unit.name, count=len(places), shown=len(shown))
    work.show(title, [*asked_place.in_rows(marked), last])


def _count(row: object, name: str) -> int:
    cells_ = getattr(row, "cells", None)
    return (cells_[name] if cells_ is not None else getattr(row, name)) or 0


def extras(work: Work, code: str) -> None:
    """What else the county bureau keeps an eye on: the books of the reminders, the burden, the reading."""
    work.toast()
    lines = view.extras(work, view.overview(work, code))
    back: Rows = [[(work.say("summary.back", unit=work.tree.path_name(code)), do("summary.show", code))]]
    work.show("\n".join([work.say("summary.extras"), *lines]) if lines else work.say("summary.no_extras"), back)


def chart(work: Work, code: str, days: str = "") -> None:
    """A picture of the same figures, of this moment; the other pictures are a button away."""
    period, say = _of(work, days), dated(work.words, work.today)
    work.toast()
    unit = view.place(work, code)
    stamp = period.code if period else work.today.isoformat()
    name = f"{one_line(unit.name)}-{stamp}.png"
    if period is None:
        picture = _picture(view.overview(work, code))
        towns = all(row.unit.kind is UnitKind.TOWN for row in picture.rows)
        drawn = (charts.county_chart if towns else charts.town_chart)(picture, say, work.demo)
        caption = say("summary.chart_caption", unit=work.tree.path_name(code), day=work.today)
    else:
        table = view.over(work, code, period)
        words = view.period_words(work, table.period)
        drawn = more_charts.period_chart(table, words, say, work.demo)
        caption = work.say("summary.past.title", unit=work.tree.path_name(code), period=words)
    work.photo(drawn, name, caption, [[(work.say("pictures.button"), do("pictures.which", code))]])


def _picture(summary: AnySummary) -> AnySummary:
    """A unit without rows is drawn as its own only row, else the chart would say that nobody is on file."""
    if summary.rows:
        return summary
    return replace(summary, rows=(summary.total,))  # type: ignore[arg-type,return-value,type-var]


def book(work: Work, code: str, days: str = "") -> None:
    """A workbook of the same figures; with the overdue children, masked, for those who work with them."""
    period, say = _of(work, days), dated(work.words, work.today)
    work.toast()
    if period is not None:
        table = view.over(work, code, period)
        words = view.period_words(work, table.period)
        work.note("export", f"unit:{code}", what="summary", rows=0)
        name = work.say("summary.past.file_name", unit=one_line(table.unit.name), period=words)
        caption = work.say("summary.past.title", unit=work.tree.path_name(code), period=words)
        work.document(period_workbook(table, words, say, work.demo), name, caption)
        return
    summary = view.overview(work, code)
    ledgers = []
    if view.sees_children(work, code) and may(work.me, Action.EXPORT):
        codes = work.tree.under(code) & work.visible(Action.EXPORT)
        ledgers.append(overdue_sheet(work, codes))
    work.note("export", f"unit:{code}", what="summary", rows=sum(len(ledger.rows) for ledger in ledgers))
    content = town_workbook(summary, say, ledgers, work.demo)
    name = work.say("summary.file_name", unit=one_line(summary.unit.name), day=summary.day.isoformat())
    key = "summary.book_caption" if ledgers else "summary.book_caption_figures"
    work.document(content, name, say(key, unit=work.tree.path_name(code), day=summary.day))


SUBJECT = Subject(
    "summary",
    commands=(
        Command("town", town, Action.SEE_SUMMARY, ("汇总",)),
        Command("county", county, Action.SEE_COUNTY, ("全县",)),
    ),
    presses={
        "summary.show": Press(show, Action.SEE_SUMMARY),
        "summary.below": Press(below, Action.SEE_SUMMARY),
        "summary.extras": Press(extras, Action.SET_POLICY),
        "summary.chart": Press(chart, Action.SEE_SUMMARY),
        "summary.book": Press(book, Action.SEE_SUMMARY),
    },
)
