"""A form as a bureau prints it: labelled cells on a grid of equal columns, one description for paper (PDF) and for Excel.

A `Sheet` is one page. Nothing here knows a child: register_form.py, visit_form.py and child_file.py say what stands where.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from files import press

TEMPLATE = "grid.typ"
COLUMNS = 24
TICKED, OPEN = "■", "□"  # both in GB 2312: every office computer has them; on paper they become a ticked box
Kind = Literal["label", "value", "head"]


@dataclass(frozen=True)
class Cell:
    """`span` of the grid's columns, `rows` deep. An empty value is left for a pen; `tall` (mm) keeps room for it."""

    text: str
    span: int
    kind: Kind = "value"
    rows: int = 1
    tall: int = 0


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """One form on one page: what stands left and right above the grid, the rows, and the line to sign below it."""

    title: str
    left: str
    right: str
    rows: tuple[Row, ...]
    signatures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Frame:
    """What stands on every page of a paper: head, foot with page numbers, and the mark of invented data."""

    head: str
    foot: str
    mark: str = ""


def head(text: str) -> Row:
    """A line across that names the block below it."""
    return (Cell(text, COLUMNS, "head"),)


def pairs(*cells: tuple[str, str], widths: Sequence[int], tall: int = 0) -> Row:
    """Label and value in turn; `widths` are their spans in the same order."""
    spans = iter(widths)
    found: list[Cell] = []
    for label, value in cells:
        found += [Cell(label, next(spans), "label"), Cell(value, next(spans), tall=tall)]
    return tuple(found)


def wide(label: str, value: str, tall: int = 0, narrow: int = 4) -> Row:
    """One label and a value over all the rest."""
    return (Cell(label, narrow, "label"), Cell(value, COLUMNS - narrow, tall=tall))


def table(columns: Sequence[tuple[str, int]], lines: Sequence[Sequence[str]], empty: str = "") -> tuple[Row, ...]:
    """Columns with headings; without lines one row that says so, or stays free for a pen."""
    heads = tuple(Cell(text, span, "label") for text, span in columns)
    if not lines:
        return (heads, (Cell(empty, COLUMNS),))
    return (heads, *(tuple(Cell(text, span) for text, (_, span) in zip(line, columns, strict=True)) for line in lines))


def ticks(options: Sequence[str], chosen: str | Sequence[str] | None) -> str:
    """■健康　□残疾: what was said is ticked; what was said and is none of the options is written behind them."""
    said = [chosen] if isinstance(chosen, str) else list(chosen or ())
    shown = [f"{TICKED if one in said else OPEN}{one}" for one in options]
    return "　".join([*shown, *(f"{TICKED}{one}" for one in said if one and one not in options)])


def data_of(sheets: Sequence[Sheet], frame: Frame) -> dict[str, Any]:
    """What the template prints, as plain values."""
    for sheet in sheets:
        _check(sheet)
    return {"frame": asdict(frame), "columns": COLUMNS, "sheets": [asdict(sheet) for sheet in sheets]}


def _check(sheet: Sheet) -> None:
    """A grid with a hole or an overlap would be printed crooked: refused where it is made, not found on paper."""
    deep: dict[int, int] = {}  # column → rows still taken from above
    for number, row in enumerate(sheet.rows):
        at = 0
        for cell in row:
            while deep.get(at, 0):
                at += 1
            for column in range(at, at + cell.span):
                deep[column] = cell.rows
            at += cell.span
        while deep.get(at, 0) and at < COLUMNS:
            at += 1
        if at != COLUMNS:
            raise ValueError(f"{sheet.title}: row {number} is {at} columns wide, not {COLUMNS}")
        deep = {column: left - 1 for column, left in deep.items() if left > 1}


def grid_pdf(sheets: Sequence[Sheet], frame: Frame) -> bytes:
    """The forms as one PDF, a page each; a form too long for its page is set smaller. Without a password: seal it."""
    return press.pdf(TEMPLATE, data_of(sheets, frame), strict=True)
