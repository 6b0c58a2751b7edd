"""A letter of the office as Word: title, number, whom it is for, a few paragraphs, office and day. To be sealed and handed over."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from files.word_parts import clean, put

if TYPE_CHECKING:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

BODY, TITLE = "仿宋", "黑体"


@dataclass(frozen=True)
class Letter:
    """What stands on it."""

    title: str
    number: str
    to: str
    paragraphs: tuple[str, ...]
    office: str
    day: str
    made: date
    mark: str = ""  # 演示数据


def letter(paper: Letter) -> bytes:
    """The .docx, one A4 page as official papers are. The same words give the same page."""
    from docx import Document  # when a paper is made: megabytes that most days nobody needs
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    doc = Document()
    made = datetime(paper.made.year, paper.made.month, paper.made.day)  # noqa: DTZ001 - the day of the answer, not of the clock
    doc.core_properties.title, doc.core_properties.author = clean(paper.title), ""
    doc.core_properties.created = doc.core_properties.modified = made
    page = doc.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Mm(28), Mm(26), Mm(37), Mm(35)

    def line(words: str, size: float, where: WD_ALIGN_PARAGRAPH, *, font: str = BODY, indent: float = 0) -> None:
        paragraph = doc.add_paragraph()
        paragraph.alignment = where
        paragraph.paragraph_format.line_spacing = Pt(28)
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.paragraph_format.first_line_indent = Pt(indent)
        put(paragraph, words, size=size, font=font)

    left, middle, right = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
    if paper.mark:
        line(paper.mark, 10, right)
    line(paper.title, 22, middle, font=TITLE)
    line(paper.number, 14, middle)
    line("", 16, left)
    line(paper.to, 16, left)
    for words in paper.paragraphs:
        line(words, 16, left, indent=32)  # two characters
    for words in ("", "", paper.office, paper.day):
        line(words, 16, right)
    out = io.BytesIO()
    doc.save(out)
    return out.getvalue()
