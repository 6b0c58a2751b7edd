"""The closing report of a plan as Word: what the plan asked, what was done, the figures with day and source, what is open.

Plain values in, a .docx out, with real headings, so that the office that finishes it can jump between tasks and edit
every word. Nothing is invented here: a task nobody spoke of says so.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from files import word_parts
from files.word_parts import clean, number, put

if TYPE_CHECKING:
    from docx.document import Document as Doc

BODY, TITLE = "仿宋", "黑体"
WIDTH = 158  # millimetres between the margins
INK = (0, 0, 0)


@dataclass(frozen=True)
class Block:
    """A labelled list below a task: 目标, 做了什么, 数字, 还没完成的."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Chapter:
    """One task."""

    part: str
    title: str
    about: str  # 牵头 责任 期限 and how it stands, in one line
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Grid:
    """A small table. `widths` in millimetres."""

    title: str
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class PlanPaper:
    """The whole report."""

    title: str
    subtitle: str
    day: date
    opening: tuple[str, ...]
    grids: tuple[Grid, ...]
    chapters: tuple[Chapter, ...]
    notes: tuple[str, ...] = ()
    mark: str = ""  # 演示数据: on every page
    foot: tuple[str, str, str] = ("第 ", " 页　共 ", " 页")


def plan_report(paper: PlanPaper) -> bytes:
    """The .docx. The same facts of the same day give the same words."""
    from docx.shared import Pt

    doc = _page(paper)
    for line in paper.opening:
        _plain(doc, line)
    for grid in paper.grids:
        doc.add_heading(clean(grid.title), level=1)
        _grid(doc, grid)
    part = ""
    for chapter in paper.chapters:
        if chapter.part != part:
            part = chapter.part
            doc.add_heading(clean(part), level=1)
        doc.add_heading(clean(chapter.title), level=2)
        _plain(doc, chapter.about, size=11)
        for block in chapter.blocks:
            where = doc.add_paragraph()
            where.paragraph_format.keep_with_next = True
            where.paragraph_format.space_before = Pt(4)
            put(where, block.label, bold=True, font=BODY, size=14)
            for line in block.lines:
                _plain(doc, line)
    for note in paper.notes:
        _plain(doc, note, size=10)
    out = io.BytesIO()
    doc.save(out)
    return out.getvalue()


def _page(paper: PlanPaper) -> Doc:
    """A4 upright as official papers are, Chinese type, page x of y below."""
    from docx import Document  # when a paper is made: megabytes that most days nobody needs
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    doc = Document()
    made = datetime(paper.day.year, paper.day.month, paper.day.day)  # noqa: DTZ001 - the day of the data, not of the clock
    doc.core_properties.title, doc.core_properties.author = paper.title[:250], ""
    doc.core_properties.created = doc.core_properties.modified = made
    section = doc.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(28), Mm(24)
    section.top_margin, section.bottom_margin = Mm(30), Mm(26)
    for name, font, size in (("Normal", BODY, 14), ("Heading 1", TITLE, 16), ("Heading 2", TITLE, 14)):
        style = doc.styles[name]
        style.font.name, style.font.size, style.font.bold = font, Pt(size), False
        style.font.color.rgb = RGBColor(*INK)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(key), None)  # a theme font would win over ours
        fonts.set(qn("w:eastAsia"), font)
        style.paragraph_format.space_after = Pt(2)
        style.paragraph_format.line_spacing = 1.35
    if paper.mark:
        head = section.header.paragraphs[0]
        head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        put(head, paper.mark, size=9, bold=True, font=BODY)
    foot = section.footer.paragraphs[0]
    doc.styles["Footer"].font.size = Pt(9)
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for words, field in zip(paper.foot, ("PAGE", "NUMPAGES", ""), strict=True):
        put(foot, words, size=9, font=BODY)
        if field:
            number(foot, field)
    title = doc.paragraphs[0] if doc.paragraphs else doc.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    put(title, paper.title, size=20, font=TITLE)
    below = doc.add_paragraph()
    below.alignment = WD_ALIGN_PARAGRAPH.CENTER
    below.paragraph_format.space_after = Pt(10)
    put(below, paper.subtitle, size=12, font=BODY)
    return doc


def _plain(doc: Doc, words: str, size: float = 14) -> None:
    from docx.shared import Pt

    where = doc.add_paragraph()
    where.paragraph_format.first_line_indent = Pt(size * 2)  # two characters, as Chinese papers begin
    put(where, words, size=size, font=BODY)


def _grid(doc: Doc, grid: Grid) -> None:
    from docx.oxml import OxmlElement

    table = word_parts.grid(doc, grid.widths)
    _row(table, grid.columns, grid.widths, heading=True)
    for line in grid.rows:
        _row(table, line, grid.widths)
    repeat = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)


def _row(table: object, cells: Sequence[str], widths: Sequence[int], *, heading: bool = False) -> None:
    from docx.shared import Mm, Pt

    made = table.add_row()  # type: ignore[attr-defined]
    for cell, words, width in zip(made.cells, cells, widths, strict=True):
        cell.width = Mm(width)
        where = cell.paragraphs[0]
        where.paragraph_format.line_spacing = 1.1
        where.paragraph_format.space_after = Pt(1)
        put(where, words, size=10.5, bold=heading, font=BODY)
