"""One unit's figures as the asking person may see them: text, chart and workbook all start from `overview`."""

from __future__ import annotations

from dataclasses import replace

from bot import burden
from bot.dated import dated
from bot.reminders import proof
from bot.work import Refused, Work
from db import corrections, days_gone, parents_calls, summaries
from domain.access import Action, allowed, covers, demand_in, granting
from domain.calendar import local
from domain.people import Role, Unit, UnitKind
from domain.summaries import BadPeriod, LeaderRow, LeaderSummary, Period, find_period, suppress, suppress_period
from files.figures import AnyPeriod, AnySummary, cells, in_steps, one_line, period_cells

MOST_NAMED = 5  # places where help is needed, by name
MOST_LINES = 10
COUNTS_REPORTS = (
    Role.SUPERVISOR,
    Role.COUNTY,
)  # a director learns of reports by name only when told, never by a number


def place(work: Work, code: str) -> Unit:
    """The unit, if the person may see its figures. Leaders see towns, no villages. Raises Denied or Refused."""
    unit = work.tree.get(code)
    demand_in(work.me, Action.SEE_COUNTY if unit and unit.kind is UnitKind.COUNTY else Action.SEE_SUMMARY, code)
    if unit is None or unit.kind is UnitKind.DEPARTMENT:
        raise Refused("summary.no_figures")
    if unit.kind not in (UnitKind.COUNTY, UnitKind.TOWN) and not sees_children(work, code):
        raise Refused("summary.no_villages")
    return unit


def sees_children(work: Work, code: str) -> bool:
    """Whether the person works with the children there, and not with their numbers only."""
    return allowed(work.me, Action.SEE_CHILD, code)


def overview(work: Work, code: str) -> AnySummary:
    """The figures of one unit and the units below it, now.

    Who does not work with the children gets no cell under five: the county by its towns, and of a town nothing but
    its own line in that table, so that laying two tables side by side gives nothing away either.
    """
    unit = place(work, code)
    if sees_children(work, code):
        counts_reports = any(
            covers(post, Action.SEE_SUMMARY, code)
            for post in granting(work.me, Action.SEE_CASE)
            if post.role in COUNTS_REPORTS
        )
        full = summaries.summary(
            work.conn, work.tree, unit, work.today, work.policy, reports_for=work.me if counts_reports else None
        )
        return full if counts_reports else replace(_without_reports(full), in_steps=False)
    county = county_of(work, unit)
    table = summaries.summary(work.conn, work.tree, county, work.today, work.policy, reports_for=None)
    aggregates = _without_reports(suppress(table))
    if unit is county:
        return aggregates
    return replace(aggregates, unit=unit, total=next(row for row in aggregates.rows if row.unit == unit), rows=())


def over(work: Work, code: str, period: Period) -> AnyPeriod:
    """The figures of days gone by, under the same rule for those who do not work with the children, and for them of
    the whole months these days are in (`table.period`): of odd days two could be subtracted."""
    unit = place(work, code)
    if sees_children(work, code):
        return days_gone.period_summary(work.conn, work.tree, unit, period, work.today, work.policy)
    county, months = county_of(work, unit), period.widened()
    table = suppress_period(days_gone.period_summary(work.conn, work.tree, county, months, work.today, work.policy))
    if unit is county:
        return table
    return replace(table, unit=unit, total=next(row for row in table.rows if row.unit == unit), rows=())


def county_of(work: Work, unit: Unit) -> Unit:
    """The county itself, for a unit directly below it."""
    county = unit if unit.kind is UnitKind.COUNTY else work.tree.get(unit.parent or "")
    assert county is not None
    return county


def _without_reports(summary: AnySummary) -> LeaderSummary:
    """The same table with the number of reports left out, not zero."""

    def line(row: object) -> LeaderRow:
        return LeaderRow(row.unit, {**cells(row), "open_reports": None})  # type: ignore[attr-defined,arg-type]

    return LeaderSummary(
        summary.unit, summary.day, summary.month, summary.quarter, line(summary.total), tuple(map(line, summary.rows))
    )


def in_words(work: Work, summary: AnySummary) -> str:
    """The figures in at most ten lines, with date and scope. What does not fit is behind a button (`extras`)."""
    say, few = dated(work.words, work.today), work.say("chart.few")
    count = {name: few if number is None else number for name, number in cells(summary.total).items()}
    (first, last), (quarter_first, quarter_last) = summary.month, summary.quarter
    if _nothing_at_all(summary):
        title = say("summary.title", unit=work.tree.path_name(summary.unit.code), day=summary.day)
        return "\n".join([title, work.say("summary.nobody_on_file"), *_footnotes(work, False, False)])
    lines = [
        say("summary.title", unit=work.tree.path_name(summary.unit.code), day=summary.day),
        say(
            "summary.children", children=count["children"], red=count["tier.red"], yellow=count["tier.yellow"],
            green=count["tier.green"],
        ),
        say(
            "summary.contacts", done=count["contacts_done"], due=count["contacts_due"],
            overdue=count["contacts_overdue"], first=first, last=last,
        ),
        say(
            "summary.visits", done=count["visits_done"], due=count["visits_due"], overdue=count["visits_overdue"],
            first=quarter_first, last=quarter_last,
        ),
        _before(work, over(work, summary.unit.code, Period(first, last).before())),
    ]  # fmt: skip
    issues = say("summary.issues", issues=count["open_issues"])
    if cells(summary.total)["open_reports"] is not None:
        issues = say("summary.reports", reports=count["open_reports"], issues=count["open_issues"])
    supervisor = say("summary.supervisor", done=count["supervisor_done"], due=count["supervisor_due"])
    lines.append(say("summary.and", one=supervisor, other=issues))
    if cells(summary.total)["help_wanted"] != 0:
        lines.append(say("summary.help", help=count["help_wanted"]) + _named(work, summary))
    last_lines = _footnotes(work, any(few in line for line in lines), in_steps(summary))
    room = MOST_LINES - len(lines) - len(last_lines)
    return "\n".join([*lines, *extras(work, summary)[:room], *last_lines])


def extras(work: Work, summary: AnySummary) -> list[str]:
    """For the county bureau: how the reading, the reminders and the burden stand."""
    quality, asked = _reading_quality(work, summary), _parents_asked(work, summary)
    return [line for line in (quality, asked) if line is not None] + reminders_and_burden(work, summary)


def _footnotes(work: Work, starred: bool, steps: bool) -> list[str]:
    """One line: what the star means, that numbers are to the nearest five, and that all of it is invented."""
    notes = [work.say("summary.few", few=work.say("chart.few"))] if starred else []
    notes += [work.say("summary.steps")] if steps else []
    return ["　".join([*notes, work.say("summary.demo")])] if work.demo else notes


def _nothing_at_all(summary: AnySummary) -> bool:
    """No child on file there and nothing open: a sentence says it better than ten noughts."""
    return not any(number is None or number for number in cells(summary.total).values())


def _before(work: Work, table: AnyPeriod) -> str:
    """The same unit a month earlier: the only thing it is compared with."""
    count = _shown(work, table)
    return work.say(
        "summary.before", period=period_words(work, table.period), done=count["contacts_done"], due=count["contacts_due"],
        visited=count["visited"],
    )  # fmt: skip


def _shown(work: Work, table: AnyPeriod) -> dict[str, object]:
    few = work.say("chart.few")
    return {name: few if number is None else number for name, number in period_cells(table.total).items()}


def period_in_words(work: Work, table: AnyPeriod) -> str:
    """Days gone by in at most ten lines, beside the same unit's days before them."""
    say, count, period = work.say, _shown(work, table), table.period
    months, quarters = len(period.whole_months(work.today)), len(period.whole_quarters(work.today))
    lines = [
        say("summary.past.title", unit=work.tree.path_name(table.unit.code), period=period_words(work, period)),
        say("summary.past.children", children=count["children"], reached=count["reached"]),
    ]
    if months > 1:  # in a single month that is the line above
        lines.append(
            say("summary.past.contacts_each", done=count["contacts_done"], due=count["contacts_due"], months=months)
        )
    if quarters:
        key = "summary.past.visits" if quarters == 1 else "summary.past.visits_each"
        lines.append(say(key, done=count["visits_done"], due=count["visits_due"], quarters=quarters))
    lines.append(say("summary.past.visited", visited=count["visited"]))
    lines.append(say("summary.past.supervised", supervised=count["supervised"]))
    if period.whole:  # odd days have no fellow in the year before them that would tell anything
        lines += _earlier(work, over(work, table.unit.code, period.before()))
    if period.last > work.today:
        lines.append(say("summary.past.running"))
    few = say("chart.few")
    return "\n".join([*lines, *_footnotes(work, any(few in line for line in lines), in_steps(table))])


def _earlier(work: Work, before: AnyPeriod) -> list[str]:
    """The same unit in the days before, if anybody was on file then."""
    if period_cells(before.total)["children"] == 0:
        return []
    count = _shown(work, before)
    return [
        work.say(
            "summary.past.before", period=period_words(work, before.period), children=count["children"],
            reached=count["reached"], visited=count["visited"],
        )
    ]  # fmt: skip


def asked_period(work: Work, words: str) -> tuple[Period | None, str]:
    """The days named among these words, if any, and the words without them. Raises Refused for days that do not exist or
    have not begun."""
    try:
        period, rest = find_period(words, work.today)
    except BadPeriod:
        raise Refused("summary.no_such_days", words=words[:20]) from None
    return begun(work, period), rest


def begun(work: Work, period: Period | None) -> Period | None:
    """The period; refused when it has not begun."""
    if period is not None and period.first > work.today:
        raise Refused("summary.future", period=period_words(work, period))
    return period


def period_words(work: Work, period: Period) -> str:
    """2026年10月, 2026年第三季度, 2026年, 2026年3月1日至6月30日; a running one ends today."""
    first, last = period.first, min(period.last, max(work.today, period.first))
    name = work.say(f"day.month.{first.month}")
    if period.shape == "half":
        return work.say("period.first_half" if first.month == 1 else "period.second_half", year=first.year)
    if period.shape in ("month", "quarter", "year"):
        return work.say(f"period.{period.shape}", year=first.year, part=(first.month + 2) // 3, name=name)
    if period.first == period.last:
        return dated(work.words, work.today)("period.day", day=first)
    key = "period.days_same_year" if first.year == last.year else "period.days"
    return work.say(
        key, year=first.year, month=first.month, day=first.day, last_year=last.year, last_month=last.month,
        last_day=last.day, name=name, last_name=work.say(f"day.month.{last.month}"),
    )  # fmt: skip


def _reading_quality(work: Work, summary: AnySummary) -> str | None:
    """For the county bureau: how much of what was read out of messages this quarter had to be changed."""
    if summary.unit.kind is not UnitKind.COUNTY or not allowed(work.me, Action.SET_POLICY, summary.unit.code):
        return None
    found = corrections.rates(work.conn, work.visible(Action.SEE_SUMMARY), summary.quarter[0], work.today)
    read, corrected = sum(one.read for one in found), sum(one.corrected for one in found)
    return (
        work.say("reading.summary", read=read, corrected=corrected, share=f"{corrected / read:.1%}") if read else None
    )


def _parents_asked(work: Work, summary: AnySummary) -> str | None:
    """For the county bureau: of how many children reached this month nobody knows whether the parents call (H8)."""
    if summary.unit.kind is not UnitKind.COUNTY or not allowed(work.me, Action.SET_POLICY, summary.unit.code):
        return None
    count = parents_calls.not_asked(work.conn, work.visible(Action.SEE_SUMMARY), work.today)
    return work.say("agreement.not_asked", count=count) if count else None


def reminders_and_burden(work: Work, summary: AnySummary) -> list[str]:
    """For the county bureau: the books of the reminders, and what it asks of its directors."""
    if summary.unit.kind is not UnitKind.COUNTY or not allowed(work.me, Action.SET_POLICY, summary.unit.code):
        return []
    kept, load = proof.kept(work.conn), burden.kept(work.conn)
    of_load = [burden.in_words(work.words, load)] if load is not None and load.people else []
    if kept is None:
        return of_load
    books = kept.books
    return [
        work.say(
            "summary.books", moment=local(kept.at).strftime("%m-%d %H:%M"), due=books.due, sent=books.sent,
            moot=books.moot, unreachable=books.unreachable, held=books.held, missed=kept.missed,
        ),
        *of_load,
    ]  # fmt: skip


def _named(work: Work, summary: AnySummary) -> str:
    """Where help is needed, in the order of the county's own list: a way to go, no ranking."""
    places = [one_line(row.unit.name) for row in summary.rows if cells(row)["help_wanted"]]
    if not places:
        return ""
    key = "summary.help_where_more" if len(places) > MOST_NAMED else "summary.help_where"
    return work.say(key, places=work.say("summary.comma").join(places[:MOST_NAMED]), count=len(places))
