"""Excel as a bureau prints it: title, unit, headings that repeat on every page, a line to sign, page x of y, on A4.

Every value is text unless it is a count: an ID number keeps its digits, and nothing a worker typed becomes a formula, a
link or a number. `Style` is the county's own choice of type and signatures (files/sheet_style.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from files.excel_cells import SheetNames, clean, in_margin, wide_of
from files.grid import COLUMNS as GRID
from files.grid import Cell, Sheet
from files.sheet_style import Style

A4 = 9
GRID_WIDTH = 3.35  # of one of the 24 columns: together the width of A4 upright between its margins
FORM_SCALE = 78  # per cent: room to spare on computers whose fonts are wider than ours (82 cut the right edge off in LibreOffice)
BREAKS = 1023  # Excel's limit of page breaks in one sheet


@dataclass(frozen=True)
class Column:
    """A heading and how wide it is, in characters; Chinese ones count two. `left`: sentences, never centred."""

    heading: str
    width: int
    left: bool = False


@dataclass(frozen=True)
class Ledger:
    """One sheet: rows of as many values as columns. `left` and `right` stand above the headings."""

    name: str
    title: str
    left: str
    right: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[str | int]]
    total: Sequence[str | int] | None = None
    upright: bool = False
    freeze: int = 1  # columns that stay when one scrolls to the right
    notes: tuple[str, ...] = ()
    signed: bool = True
    across: int = 1  # pages side by side: a table of fifty columns is unreadable on one


@dataclass
class Book:
    """A workbook being written. `made_on` is the day of the data: the same facts give the same file."""

    title: str
    made_on: date
    style: Style
    mark: str = ""  # 演示数据, on every page
    _out: BytesIO = field(default_factory=BytesIO)

    def __post_init__(self) -> None:
        plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
        self._book = Workbook(self._out, plain)
        created = datetime(self.made_on.year, self.made_on.month, self.made_on.day)  # noqa: DTZ001
        self._book.set_properties({"title": self.title, "created": created})
        style, add = self.style, self._book.add_format
        house = {"font_name": style.font, "font_size": style.size, "valign": "vcenter", "num_format": "@"}
        cell = {**house, "border": 1, "text_wrap": True}
        self._title = add({**house, "font_name": style.title_font, "font_size": style.title_size, "align": "center"})
        self._left = add({**house, "align": "left"})
        self._right = add({**house, "align": "right"})
        shade = {"bg_color": "#EDEFEF"}
        self._head = add({**cell, **shade, "bold": True, "align": "center"})
        self._section = add({**cell, "bg_color": "#DCE0E0", "bold": True, "align": "left"})
        self._label = add({**cell, **shade, "align": "center"})
        self._text = add({**cell, "align": "left"})
        self._short = add({**cell, "align": "center"})
        self._number = add({**cell, "num_format": "0", "align": "center"})
        self._sum = add({**cell, "num_format": "0", "align": "center", "bold": True})
        self._note = add({**house, "font_size": max(8, style.size - 1), "text_wrap": True, "valign": "top"})
        self._names = SheetNames()

    def bytes(self) -> bytes:
        """Close the book and hand it over."""
        self._book.close()
        return self._out.getvalue()

    # --- ledgers ---

    def ledger(self, one: Ledger) -> None:
        """Write one sheet, ready to print: A4, as wide as the page, title and headings on every page."""
        sheet = self._sheet(one.name)
        last = len(one.columns) - 1
        top = last if one.across == 1 else min(last, 7)  # a title over four pages would stand on none of them
        self._over(sheet, 0, top, one.title, self._title)
        sheet.set_row(0, self.style.title_size * 2)
        split = max(0, min(top - 1, top * 2 // 3))
        self._over(sheet, 1, split, one.left, self._left)
        self._over(sheet, 1, top, one.right, self._right, first=split + 1)
        for place, column in enumerate(one.columns):
            sheet.write_string(2, place, clean(column.heading), self._head)
            sheet.set_column(place, place, column.width)
        sheet.set_row(2, self._high([column.heading for column in one.columns], one.columns, pad=10))
        at = 3
        for row in one.rows:
            self._row(sheet, at, row, one.columns, self._number)
            at += 1
        if one.total is not None:
            self._row(sheet, at, one.total, one.columns, self._sum)
            at += 1
        if one.rows:
            sheet.autofilter(2, 0, 2 + len(one.rows), last)
        for note in one.notes:
            self._over(sheet, at, last, note, self._note)
            sheet.set_row(
                at, self.style.size * 1.6 * self._lines(note, sum(column.width for column in one.columns)) + 4
            )
            at += 1
        if one.signed:
            self._signatures(sheet, at, last)
            at += 1
        sheet.freeze_panes(3, min(one.freeze, last))
        self._page(sheet, upright=one.upright)
        sheet.fit_to_pages(one.across, 0)
        sheet.repeat_rows(0, 2)
        if one.across > 1:
            sheet.repeat_columns(0, one.freeze - 1)
        sheet.print_area(0, 0, at - 1, last)

    def _row(self, sheet: Worksheet, at: int, row: Sequence[str | int], columns: Sequence[Column], number: Any) -> None:
        for place, (value, column) in enumerate(zip(row, columns, strict=True)):
            if isinstance(value, int):
                sheet.write_number(at, place, value, number)
            else:
                short = not column.left and "\n" not in value and wide_of(value) <= column.width
                sheet.write_string(at, place, clean(value), self._short if short else self._text)
        sheet.set_row(at, self._high([str(value) for value in row], columns))

    def _signatures(self, sheet: Worksheet, at: int, last: int) -> None:
        """填表人 审核人 负责人 填表日期, spread over the width, room above them."""
        gap = "＿" * 8
        self._over(sheet, at, last, "　　　".join(f"{who}：{gap}" for who in self.style.signatures), self._left)
        sheet.set_row(at, self.style.size * 3.4)

    def _over(self, sheet: Worksheet, row: int, last: int, text: str, look: Any, first: int = 0) -> None:
        if first < last:
            sheet.merge_range(row, first, row, last, "", look)
        sheet.write_string(row, first, clean(text), look)

    # --- forms ---

    def forms(self, name: str, forms: Sequence[Sheet]) -> None:
        """一人一表: one form a page, below each other, with a page break after each."""
        sheet = self._sheet(name)
        sheet.set_column(0, GRID - 1, GRID_WIDTH)
        at, breaks = 0, []
        for form in forms:
            at = self._form(sheet, at, form)
            breaks.append(at)
        sheet.set_h_pagebreaks(breaks[:-1][:BREAKS])
        self._page(sheet, upright=True)
        # no fitting to the page: Excel would then leave out the breaks between children
        sheet.set_print_scale(FORM_SCALE)
        sheet.print_area(0, 0, max(at - 1, 0), GRID - 1)
        sheet.hide_gridlines(2)

    def _form(self, sheet: Worksheet, at: int, form: Sheet) -> int:
        self._over(sheet, at, GRID - 1, form.title, self._title)
        sheet.set_row(at, self.style.title_size * 2)
        self._over(sheet, at + 1, 10, form.left, self._left)
        self._over(sheet, at + 1, GRID - 1, form.right, self._right, first=11)
        at += 2
        looks = {"label": self._label, "head": self._section, "value": self._text}
        deep: dict[int, int] = {}
        for row in form.rows:
            column, high = 0, 23.0
            below: dict[int, int] = {}
            for cell in row:
                while deep.get(column, 0):
                    column += 1
                self._cell(sheet, at, column, cell, looks[cell.kind])
                below |= dict.fromkeys(range(column, column + cell.span), cell.rows)
                lines = self._lines(cell.text, cell.span * (GRID_WIDTH + 0.7))
                if cell.rows == 1:
                    high = max(high, lines * self.style.size * 1.35 + 8, cell.tall * 2.85)
                column += cell.span
            sheet.set_row(at, high)
            deep = {place: left - 1 for place, left in {**deep, **below}.items() if left > 1}
            at += 1
        self._signatures(sheet, at, GRID - 1)
        return at + 1

    def _cell(self, sheet: Worksheet, at: int, column: int, cell: Cell, look: Any) -> None:
        if cell.span > 1 or cell.rows > 1:
            sheet.merge_range(at, column, at + cell.rows - 1, column + cell.span - 1, "", look)
        sheet.write_string(at, column, clean(cell.text), look)

    # --- what all sheets share ---

    def _sheet(self, name: str) -> Worksheet:
        sheet = self._book.add_worksheet(self._names.free(name))
        sheet.set_paper(A4)
        return sheet

    def _page(self, sheet: Worksheet, *, upright: bool) -> None:
        if upright:
            sheet.set_portrait()
        else:
            sheet.set_landscape()
        sheet.set_margins(left=0.4, right=0.4, top=0.55, bottom=0.6)
        sheet.center_horizontally()
        if self.mark:
            sheet.set_header(f"&R&9 {in_margin(self.mark)}")
        footer = self.style.footer or self.title
        # the space ends the size: 2026年 behind &9 would be read as size 92026
        sheet.set_footer(f"&L&9 {in_margin(footer)}&C&9 第 &P 页　共 &N 页")

    def _high(self, values: Sequence[str], columns: Sequence[Column], pad: int = 6) -> float:
        """Tall enough for the longest cell: Excel does not grow a row by itself where a program wrote it."""
        lines = max(self._lines(value, column.width) for value, column in zip(values, columns, strict=True))
        return min(409.0, lines * self.style.size * 1.35 + pad)

    @staticmethod
    def _lines(text: str, width: float) -> int:
        """How many lines a text takes; a Chinese character that no longer fits goes to the next one whole."""
        room = max(2.0, width - 0.6)
        return max(1, sum(max(1, -(-wide_of(line) // int(room))) for line in text.split("\n")))
