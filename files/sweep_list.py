"""排查表: the households of a village on A4, with boxes to tick and room for a pen, and lines to sign."""

from __future__ import annotations

from dataclasses import dataclass

from files.report_form import Paper, Rows, open_pdf

BOX = "□"
WIDTHS = (11, 26, 40, 27, 13, 13, 13, 0)  # millimetres: place, home, children, phone, three boxes, notes


@dataclass(frozen=True)
class Line:
    """One household. The phone comes masked: the sheet may be left on a table."""

    home: str
    children: str
    phone: str


@dataclass(frozen=True)
class SweepList:
    """All that is printed; `columns` are the eight headings."""

    title: str
    scope: tuple[str, ...]
    made: str
    head: str
    pages: str
    columns: tuple[str, ...]
    rows: tuple[Line, ...]
    new_rows: int
    notes: tuple[str, ...]
    signatures: tuple[tuple[str, str], ...]
    mark: str | None = None


def sweep_pdf(sheet: SweepList) -> bytes:
    """The sheet as PDF, with empty lines at the end for children nobody has on a list yet."""
    lines = [
        (str(place), row.home, row.children, row.phone, BOX, BOX, BOX, "") for place, row in enumerate(sheet.rows, 1)
    ]
    lines += [("", "", "", "", BOX, BOX, BOX, "")] * sheet.new_rows
    return open_pdf(
        Paper(
            title=sheet.title, number="", head=sheet.head, foot=sheet.made, pages=sheet.pages, scope=sheet.scope,
            parts=(Rows(sheet.title, sheet.columns, WIDTHS, tuple(lines)),), signatures=sheet.signatures,
            notes=sheet.notes, mark=sheet.mark, mark_line=sheet.mark or "",
        )
    )  # fmt: skip
