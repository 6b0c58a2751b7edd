"""The figures over reports as a picture and as sheets: the same cells as the text, in the same order and words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from domain.reports.figures import COUNTS, TIMES, Line, ReportFigures
from files import charts
from files.figures import Say
from files.workbook import Cell, Sheet

Span = Callable[[timedelta], str]  # a length of time in the reader's words


def report_chart(figures: ReportFigures, say: Say, span: Span, demo: bool) -> bytes:
    """The last twelve months as PNG, 1080 px wide."""
    return charts.printed("reports.typ", chart_data(figures, say, span, demo))


def chart_data(figures: ReportFigures, say: Say, span: Span, demo: bool) -> dict[str, Any]:
    """What the picture shows, as plain values."""
    few, total = say("chart.few"), figures.total
    months = [_month(line, place, say, few) for place, line in enumerate(figures.months)]
    left_out = any(None in one.counts.values() for one in (total, *figures.groups, *figures.months))
    return {
        "title": say("figures.chart.title"),
        "scope": [say("figures.scope", day=figures.day, first=figures.first)],
        "demo": say("chart.demo") if demo else None,
        "figures": [
            {"label": say("figures.reports"), "value": shown(total, "reports", few), "note": say("figures.twelve")},
            *(
                {"label": say(f"figures.{name}"), "value": length(total, name, say, span), "note": say("figures.median")}
                for name in TIMES
            ),
        ],
        "facts": [
            say(f"figures.fact.{count}", n=shown(total, count, few)) for count in ("open", "late", "unreturned")
        ],
        "by_month": say("figures.by_month"),
        "months": months,
        "scale": max([5, *(one["n"] or 0 for one in months)]),
        "columns": [say(f"figures.column.{name}") for name in ("group", "reports", *TIMES)],
        "rows": [
            {
                "name": say(f"figures.group.{line.key}"), "reports": shown(line, "reports", few),
                "receipt": length(line, "to_receipt", say, span), "feedback": length(line, "to_feedback", say, span),
            }
            for line in figures.groups
        ],
        "notes": [
            *([say("figures.note.few")] if left_out else []),
            *([say("chart.note.steps")] if figures.in_steps else []),
            say("figures.note.median"),
            *([say("chart.note.demo")] if demo else []),
        ],
    }  # fmt: skip


def sheets(figures: ReportFigures, say: Say, span: Span) -> list[Sheet]:
    """The same as two sheets: by situation and by month, each with the total below."""
    few = say("chart.few")

    def rows(lines: tuple[Line, ...], name: Callable[[Line], str]) -> list[tuple[Cell, ...]]:
        every = [(name(one), one) for one in lines] + [(say("figures.total"), figures.total)]
        return [
            (label, *(one.counts[count] if one.counts[count] is not None else few for count in COUNTS),
             *(length(one, time, say, span) for time in TIMES))
            for label, one in every
        ]  # fmt: skip

    def headings(first: str) -> tuple[str, ...]:
        return (say(f"figures.column.{first}"), *(say(f"figures.column.{one}") for one in (*COUNTS, *TIMES)))

    return [
        Sheet(
            say("figures.sheet.groups"),
            headings("group"),
            rows(figures.groups, lambda one: say(f"figures.group.{one.key}")),
        ),
        Sheet(say("figures.sheet.months"), headings("month"), rows(figures.months, lambda one: one.key)),
    ]


def shown(line: Line, count: str, few: str) -> str:
    number = line.counts[count]
    return few if number is None else str(number)


def length(line: Line, time: str, say: Say, span: Span) -> str:
    """A median in words; a dash where too few reports stand behind it."""
    found = line.times[time]
    return say("figures.no_time") if found is None else span(found)


def _month(line: Line, place: int, say: Say, few: str) -> dict[str, Any]:
    year, month = (int(part) for part in line.key.split("-"))
    number = line.counts["reports"]
    return {
        "label": say("chart.month", month=date(year, month, 1).month),
        "year": str(year) if place == 0 or month == 1 else "",
        "n": number,
        "text": few if number is None else str(number),
    }
