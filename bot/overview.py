"""One unit's figures as the asking person may see them: text, chart and workbook all start from `overview`."""

from __future__ import annotations

from dataclasses import replace

from bot import burden
from bot.dated import dated
from bot.reminders import proof
from bot.work import Refused, Work
from db import agreements, corrections, summaries
from domain.access import Action, allowed, covers, demand_in, granting
from domain.calendar import local
from domain.people import Role, Unit, UnitKind
from domain.summaries import LeaderRow, LeaderSummary, suppress
from files.figures import AnySummary, cells, one_line

MOST_NAMED = 5  # places where help is needed, by name
COUNTS_REPORTS = (Role.SUPERVISOR, Role.COUNTY)  # a director learns of reports by name only when told, never by a number


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
        return full if counts_reports else _without_reports(full)
    county = unit if unit.kind is UnitKind.COUNTY else work.tree.get(unit.parent or "")
    assert county is not None
    table = summaries.summary(work.conn, work.tree, county, work.today, work.policy, reports_for=None)
    aggregates = _without_reports(suppress(table))
    if unit is county:
        return aggregates
    return replace(aggregates, unit=unit, total=next(row for row in aggregates.rows if row.unit == unit), rows=())


def _without_reports(summary: AnySummary) -> LeaderSummary:
    """The same table with the number of reports left out, not zero."""

    def line(row: object) -> LeaderRow:
        return LeaderRow(row.unit, {**cells(row), "open_reports": None})  # type: ignore[attr-defined,arg-type]

    return LeaderSummary(
        summary.unit, summary.day, summary.month, summary.quarter, line(summary.total), tuple(map(line, summary.rows))
    )


def in_words(work: Work, summary: AnySummary) -> str:
    """The figures in at most ten lines, with date and scope."""
    say, few = dated(work.words, work.today), work.say("chart.few")
    count = {name: few if number is None else number for name, number in cells(summary.total).items()}
    (first, last), (quarter_first, quarter_last) = summary.month, summary.quarter
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
        say("summary.supervisor", done=count["supervisor_done"], due=count["supervisor_due"]),
    ]  # fmt: skip
    issues = say("summary.issues", issues=count["open_issues"])
    if cells(summary.total)["open_reports"] is not None:
        issues = say("summary.reports", reports=count["open_reports"], issues=count["open_issues"])
    lines.append(issues)
    if cells(summary.total)["help_wanted"] != 0:
        lines.append(say("summary.help", help=count["help_wanted"]))
        if named := _named(work, summary):
            lines.append(named)
    if (quality := _reading_quality(work, summary)) is not None:
        lines.append(quality)
    if (asked := _parents_asked(work, summary)) is not None:
        lines.append(asked)
    lines += reminders_and_burden(work, summary)
    if any(few in line for line in lines):
        lines.append(say("summary.few", few=few))
    if work.demo:
        lines.append(say("summary.demo"))
    return "\n".join(lines)


def _reading_quality(work: Work, summary: AnySummary) -> str | None:
    """For the county bureau: how much of what was read out of messages this quarter had to be changed."""
    if summary.unit.kind is not UnitKind.COUNTY or not allowed(work.me, Action.SET_POLICY, summary.unit.code):
        return None
    found = corrections.rates(work.conn, work.visible(Action.SEE_SUMMARY), summary.quarter[0], work.today)
    read, corrected = sum(one.read for one in found), sum(one.corrected for one in found)
    return work.say("reading.summary", read=read, corrected=corrected, share=f"{corrected / read:.1%}") if read else None


def _parents_asked(work: Work, summary: AnySummary) -> str | None:
    """For the county bureau: of how many children reached this month nobody knows whether the parents call (H8)."""
    if summary.unit.kind is not UnitKind.COUNTY or not allowed(work.me, Action.SET_POLICY, summary.unit.code):
        return None
    count = agreements.not_asked(work.conn, work.visible(Action.SEE_SUMMARY), work.today)
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
