"""走访路线单: one A4 sheet of a walk, household by household, with a box to tick and room for a pen."""

from __future__ import annotations

from dataclasses import dataclass

from files.report_form import Paper, Rows, open_pdf

BOX = "□"
WIDTHS = (12, 26, 36, 0, 28, 34)  # millimetres: box, home, child, what is due, phone, notes


@dataclass(frozen=True)
class Row:
    """One household. The phone comes masked: the sheet may be left on a table."""

    place: int
    home: str
    children: str
    due: str
    phone: str


@dataclass(frozen=True)
class RouteList:
    """All that is printed; `columns` are the headings of box, home, child, what is due, phone and notes."""

    title: str
    until: str
    made: str
    head: str
    pages: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str
    mark: str | None = None


def route_pdf(route: RouteList) -> bytes:
    """The sheet as PDF. What people wrote travels as values and is never read as markup."""
    lines = tuple((f"{BOX} {row.place}", row.home, row.children, row.due, row.phone, "") for row in route.rows)
    return open_pdf(
        Paper(
            title=route.title, number="", head=route.head, foot=route.made, pages=route.pages,
            scope=(route.until, route.made), parts=(Rows(route.title, route.columns, WIDTHS, lines),),
            notes=(route.note,), mark=route.mark, mark_line=route.mark or "",
        )
    )  # fmt: skip
