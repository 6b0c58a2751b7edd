"""报告情况: reports of the last twelve months in figures, for the county and the leaders; text, picture and workbook.

Measures of plan task 6: time to accept, to feedback, unreturned feedback. Cells under five are left out for everybody
(domain/reports/figures.py), leaders read to the nearest five, drills are not counted, and a report that goes around the
reader is in no cell.
"""

from __future__ import annotations

from datetime import timedelta

from bot.buttons import do
from bot.dated import dated
from bot.reminders import clock_words
from bot.subject import Command, Press, Subject
from bot.work import Rows, Work
from db.reports.figures import figures
from domain.access import Action, may
from domain.reports.figures import ReportFigures
from files.report_figures import length, report_chart, sheets, shown
from files.workbook import sheets_workbook


def _table(work: Work) -> ReportFigures:
    return figures(work.conn, work.demand(Action.SEE_COUNTY), work.now, work.policy)


def command(work: Work, words: str) -> None:
    work.reply(_text(work, _table(work)), _buttons(work))


def show(work: Work) -> None:
    """The same behind a button of 全县."""
    found = _table(work)
    work.toast()
    work.reply(_text(work, found), _buttons(work))


def _buttons(work: Work) -> Rows:
    practise = [(work.say("drill.button"), do("go", "drill"))] if may(work.me, Action.SET_POLICY) else []
    return [
        [(work.say("summary.chart"), do("figures.chart")), (work.say("summary.book"), do("figures.book"))],
        practise,
    ]


def _text(work: Work, found: ReportFigures) -> str:
    """At most ten lines, with date and scope."""
    say, few, total = dated(work.words, work.today), work.say("chart.few"), found.total
    counts = {count: shown(total, count, few) for count in total.counts}
    lines = [
        say("figures.title", day=found.day, first=found.first),
        say("figures.line.reports", **counts),
        say("figures.line.receipt", time=length(total, "to_receipt", work.say, lambda one: _span(work, one)), **counts),
        say(
            "figures.line.feedback", time=length(total, "to_feedback", work.say, lambda one: _span(work, one)), **counts
        ),
        say("figures.line.open", **counts),
        say("figures.line.unreturned", **counts),
    ]
    groups = [
        work.say("figures.line.group", name=work.say(f"figures.group.{one.key}"), n=one.counts["reports"])
        for one in found.groups
        if one.counts["reports"]
    ]
    if groups:
        lines.append(work.say("summary.comma").join(groups))
    lines.append(work.say("figures.note.few"))
    if found.in_steps:
        lines.append(work.say("chart.note.steps"))
    return "\n".join(lines)


def _span(work: Work, length_: timedelta) -> str:
    return clock_words.span(work.words, length_)


def chart(work: Work) -> None:
    """A picture of the same cells."""
    found, say = _table(work), dated(work.words, work.today)
    work.toast()
    picture = report_chart(found, say, lambda one: _span(work, one), work.demo)
    work.photo(picture, f"reports-{found.day.isoformat()}.png", say("figures.caption", day=found.day))


def book(work: Work) -> None:
    """A workbook of the same cells; journaled like every export."""
    found, say = _table(work), dated(work.words, work.today)
    work.toast()
    work.note("export", None, what="report_figures")
    note = say("figures.scope", day=found.day, first=found.first)
    note = f"{note}　{work.say('chart.note.steps')}" if found.in_steps else note
    note = f"{note}　{work.say('workbook.demo')}" if work.demo else note
    content = sheets_workbook(
        sheets(found, say, lambda one: _span(work, one)), work.say("figures.chart.title"), note, found.day
    )
    work.document(
        content, work.say("figures.file_name", day=found.day.isoformat()), say("figures.caption", day=found.day)
    )


SUBJECT = Subject(
    "figures",
    commands=(Command("figures", command, Action.SEE_COUNTY, ("报告情况", "报告数字"), menu=False),),
    presses={
        "figures.show": Press(show, Action.SEE_COUNTY),
        "figures.chart": Press(chart, Action.SEE_COUNTY),
        "figures.book": Press(book, Action.SEE_COUNTY),
    },
)
