"""Excel out: the same figures as text and chart, and any ledger as a sheet, ready to print on A4.

A string stays a string: nothing a worker typed becomes a formula, a link or a number (design.md 7), so an ID
number keeps its digits and `=1+1` is shown as written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from math import ceil
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from domain.summaries import PERIOD_COLUMNS, LeaderRow, PeriodCounts
from files.excel_cells import SheetNames, clean, in_margin, wide_of
from files.figures import COUNTS, AnyPeriod, AnySummary, Cells, Row, Say, cells, in_steps, one_line, period_cells

Cell: TypeAlias = str | int | float | bool | date | datetime | None

LOCAL = ZoneInfo("Asia/Shanghai")
A4 = 9
MOST_ROWS = 1_048_000  # Excel's limit for one sheet, less our heading
NARROWEST, WIDEST = 6, 46
SHARES = {"contacts_done": "contacts", "visits_done": "visits"}  # after these columns comes their share of what was due


class Share(float):
    """A share between 0 and 1, shown as per cent."""


@dataclass(frozen=True)
class Sheet:
    """One ledger: a name, its column headings, and rows of as many cells."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


def town_workbook(summary: AnySummary, say: Say, ledgers: Sequence[Sheet], demo: bool) -> bytes:
    """汇总, then the ledgers the caller adds (such as 超期名单), then 说明: what each number counts."""
    book = _Book(say("workbook.title", unit=one_line(summary.unit.name)), _scope(summary, say, demo), summary.day)
    _summary_sheet(book, summary, say)
    for ledger in ledgers:
        book.ledger(ledger)
    book.ledger(_how(summary, say, demo), wrap=True)
    return book.bytes()


def period_workbook(table: AnyPeriod, when: str, say: Say, demo: bool) -> bytes:
    """Days gone by: 汇总 with the total below, and what each number counts. `when` is the period in words."""
    few = say("workbook.few")
    note = say("workbook.past.scope", period=when, day=table.day)
    if demo:
        note = f"{note}　{say('workbook.demo')}"
    book = _Book(say("workbook.past.title", unit=one_line(table.unit.name), period=when), note, table.day)

    def line(row: PeriodCounts | LeaderRow, title: str) -> list[Cell]:
        count = period_cells(row)
        return [title, *(few if count[name] is None else count[name] for name in PERIOD_COLUMNS)]

    rows = [line(row, one_line(row.unit.name)) for row in table.rows]
    columns = (say("workbook.unit"), *(say(f"workbook.past.{name}") for name in PERIOD_COLUMNS))
    total = line(table.total, say("workbook.total") if rows else one_line(table.unit.name))
    book.ledger(Sheet(say("workbook.sheet.summary"), columns, rows), last_row=total, widest=9)
    rules: list[tuple[Cell, ...]] = [(say("workbook.how.scope"), note)]
    rules += [(say(f"workbook.past.{name}"), say(f"workbook.past.how.{name}")) for name in PERIOD_COLUMNS]
    if any(None in period_cells(row).values() for row in (table.total, *table.rows)):
        rules.append((say("workbook.how.few"), say("workbook.how.few.rule")))
    if in_steps(table):
        rules.append((say("workbook.how.steps"), say("workbook.how.steps.rule")))
    book.ledger(
        Sheet(say("workbook.sheet.how"), (say("workbook.how.item"), say("workbook.how.rule")), rules), wrap=True
    )
    return book.bytes()


def sheets_workbook(sheets: Sequence[Sheet], title: str, note: str, made_on: date) -> bytes:
    """Any ledgers as a workbook (走访记录, 超期名单 …); title and note stand on top of each sheet."""
    book = _Book(title, note, made_on)
    for sheet in sheets:
        book.ledger(sheet)
    return book.bytes()


def _scope(summary: AnySummary, say: Say, demo: bool) -> str:
    (first, last), (quarter_first, quarter_last) = summary.month, summary.quarter
    scope = say(
        "workbook.scope",
        day=summary.day,
        first=first,
        last=last,
        quarter_first=quarter_first,
        quarter_last=quarter_last,
    )
    return f"{scope}　{say('workbook.demo')}" if demo else scope


def _summary_columns() -> list[str]:
    """The columns of 汇总: every count, and the shares beside what they are shares of."""
    return [name for count in COUNTS for name in ((count, f"{SHARES[count]}_share") if count in SHARES else (count,))]


def _share(count: Cells, name: str) -> Share | None:
    done, due = count[f"{name}_done"], count[f"{name}_due"]
    return Share(done / due) if due and done is not None else None


def _summary_sheet(book: _Book, summary: AnySummary, say: Say) -> None:
    """Units in the county's own order, so that the table can be laid beside last month's; the total below."""
    names = _summary_columns()
    few = say("workbook.few")

    def line(row: Row, title: str) -> list[Cell]:
        count = cells(row)
        values: list[Cell] = [title]
        for name in names:
            if name.endswith("_share"):
                values.append(_share(count, name.removesuffix("_share")))
            else:
                values.append(few if count[name] is None else count[name])
        return values

    rows = [line(row, one_line(row.unit.name)) for row in summary.rows]
    columns = (say("workbook.unit"), *(say(f"workbook.{name}") for name in names))
    sheet = book.ledger(
        Sheet(say("workbook.sheet.summary"), columns, rows),
        last_row=line(summary.total, say("workbook.total")),
        widest=9,
    )
    first, last = HEADING_ROW + 1, HEADING_ROW + len(rows)
    if not rows:
        return
    for place, name in enumerate(names, start=1):
        if name.endswith("_share"):
            bar = {"bar_color": "#8FB8C8", "min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1}
            sheet.conditional_format(first, place, last, place, {"type": "data_bar", "bar_solid": True, **bar})
        elif name.endswith("_overdue") or name == "help_wanted":
            # Excel holds a text (the star) for greater than any number, so ask for a number first
            top = xl_rowcol_to_cell(first, place)
            attention = {"type": "formula", "criteria": f"=AND(ISNUMBER({top}),{top}>0)", "format": book.attention}
            sheet.conditional_format(first, place, last, place, attention)


def _how(summary: AnySummary, say: Say, demo: bool) -> Sheet:
    """说明: how each number of 汇总 is counted, and of where and when it speaks."""
    rules: list[tuple[Cell, ...]] = [(say("workbook.how.scope"), _scope(summary, say, demo=False))]
    if demo:
        rules.append((say("workbook.how.demo"), say("workbook.demo")))
    for name in _summary_columns():
        about = "tier" if name.startswith("tier.") else name
        rules.append((say(f"workbook.{name}"), say(f"workbook.how.{about}")))
    if any(None in cells(row).values() for row in (summary.total, *summary.rows)):
        rules.append((say("workbook.how.few"), say("workbook.how.few.rule")))
    if in_steps(summary):
        rules.append((say("workbook.how.steps"), say("workbook.how.steps.rule")))
    return Sheet(say("workbook.sheet.how"), (say("workbook.how.item"), say("workbook.how.rule")), rules)


LINE, MOST_LINES = 15, 27  # points a line of print needs; no row of a sheet may be higher than 409
HEADING_ROW = 3  # 0 title, 1 note, 2 empty


class _Book:
    """A workbook being written: the house's formats, and sheets that look alike."""

    def __init__(self, title: str, note: str, made_on: date) -> None:
        self.title, self.note = title, note
        self._out = BytesIO()
        plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
        self._book = Workbook(self._out, plain)
        # the day of the data, not of the clock: the same facts give the same file
        self._book.set_properties({"title": title, "created": datetime(made_on.year, made_on.month, made_on.day)})  # noqa: DTZ001
        house = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
        cell = {**house, "border": 1, "border_color": "#C4CCCD"}
        add = self._book.add_format
        self._heading = add({**house, "bold": True, "font_size": 15})
        self._note = add({**house, "font_color": "#525A5D"})
        self._column = add({**cell, "bold": True, "bg_color": "#E4ECEE", "text_wrap": True, "align": "center"})
        self.attention = add({"font_color": "#9C2F06", "bg_color": "#FFE3AD", "bold": True})
        kinds = {"text": "@", "number": "#,##0", "decimal": "0.0", "share": "0%", "date": "yyyy-mm-dd"}
        kinds["moment"] = "yyyy-mm-dd hh:mm"
        self._body = {kind: add({**cell, "num_format": shown}) for kind, shown in kinds.items()}
        self._body["wrapped"] = add({**cell, "num_format": "@", "text_wrap": True})
        total = {**cell, "bold": True, "top": 2}
        self._total = {kind: add({**total, "num_format": shown}) for kind, shown in kinds.items()}
        self._total["wrapped"] = self._total["text"]
        self._names = SheetNames()

    def ledger(
        self, ledger: Sheet, last_row: Sequence[Cell] | None = None, wrap: bool = False, widest: int = WIDEST
    ) -> Worksheet:
        """Write one sheet: title, note, frozen heading, rows, an optional total row, ready to print."""
        if len(ledger.rows) > MOST_ROWS:
            raise ValueError(f"{len(ledger.rows)} rows do not fit one sheet; export a shorter period")
        sheet = self._book.add_worksheet(self._names.free(ledger.name))
        sheet.write_string(0, 0, clean(self.title), self._heading)
        sheet.write_string(1, 0, clean(self.note), self._note)
        for place, column in enumerate(ledger.columns):
            sheet.write_string(HEADING_ROW, place, clean(column), self._column)
        widths = [
            _width(column, (row[place] for row in ledger.rows[:500] if place < len(row)), widest, wrap)
            for place, column in enumerate(ledger.columns)
        ]
        for line, row in enumerate(ledger.rows, start=HEADING_ROW + 1):
            high = self._write(sheet, line, row, widths, self._body, wrap)
            if high > 1:  # said outright: not every program makes room for what wraps
                sheet.set_row(line, LINE * high)
        end = HEADING_ROW + len(ledger.rows)
        if ledger.rows and ledger.columns and not wrap:
            sheet.autofilter(HEADING_ROW, 0, end, len(ledger.columns) - 1)
        if last_row is not None:
            self._write(sheet, end + 1, last_row, widths, self._total, wrap=False)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        sheet.set_row(0, 24)
        sheet.set_row(HEADING_ROW, 18 * max((_lines(column, widest) for column in ledger.columns), default=1))
        sheet.freeze_panes(HEADING_ROW + 1, 1)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEADING_ROW)
        sheet.set_footer(f"&L&8{in_margin(self.title)}&R&8&P / &N")
        return sheet

    def bytes(self) -> bytes:
        """Close the book and hand it over."""
        self._book.close()
        return self._out.getvalue()

    def _write(
        self,
        sheet: Worksheet,
        line: int,
        row: Sequence[Cell],
        widths: Sequence[float],
        formats: dict[str, Any],
        wrap: bool,
    ) -> int:
        """Write one row; how many lines its highest cell needs."""
        high = 1
        for place, (value, width) in enumerate(zip(row, widths, strict=True)):
            match value:
                case None:
                    sheet.write_blank(line, place, None, formats["text"])
                case bool():
                    sheet.write_string(line, place, "✓" if value else "", formats["text"])
                case int():
                    sheet.write_number(line, place, value, formats["number"])
                case Share():
                    sheet.write_number(line, place, value, formats["share"])
                case float():
                    sheet.write_number(line, place, value, formats["decimal"])
                case datetime():
                    local = value.astimezone(LOCAL).replace(tzinfo=None) if value.tzinfo else value
                    sheet.write_datetime(line, place, local, formats["moment"])
                case date():
                    sheet.write_datetime(line, place, value, formats["date"])
                case str():
                    long = wrap or "\n" in value or wide_of(value) > WIDEST
                    sheet.write_string(line, place, clean(value), formats["wrapped" if long else "text"])
                    if long:
                        high = max(high, sum(max(1, ceil(wide_of(one) / (width - 2))) for one in value.split("\n")))
        return min(high, MOST_LINES)


def _width(column: str, values: Iterable[Cell], widest: int, wrap: bool) -> float:
    """Wide enough for heading and values, up to a limit; a wrapped sheet gives its long texts room."""
    limit = 90 if wrap else WIDEST
    longest = max((wide_of(line) for value in values for line in _printed(value).split("\n")), default=0)
    heading = min(wide_of(column), widest)
    return float(min(max(longest, heading, NARROWEST), limit) + 2)


def _printed(value: Cell) -> str:
    """About what the cell will show; only its length counts."""
    match value:
        case None:
            return ""
        case Share():
            return "100%"
        case float():
            return f"{value:.1f}"
        case datetime():
            return "0000-00-00 00:00"
        case _:
            return str(value)[:200]


def _lines(column: str, widest: int) -> int:
    return -(-wide_of(column) // (widest + 2))
