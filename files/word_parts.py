"""The parts of which our Word papers are put together, where no template is filled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document as Doc
    from docx.table import Table
    from docx.text.paragraph import Paragraph

NOT_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def put(where: Paragraph, words: str, *, size: float, font: str, bold: bool = False) -> None:
    """Words in one run: a tag that Word splits over two is what breaks templates."""
    from docx.oxml.ns import qn  # when a paper is made: megabytes that most days nobody needs
    from docx.shared import Pt

    run = where.add_run(clean(words))
    run.bold, run.font.size, run.font.name = bold, Pt(size), font
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def number(where: Paragraph, field: str) -> None:
    """A field that Word counts: PAGE, NUMPAGES."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = where.add_run()
    run.font.size = Pt(9)
    for kind, text in (("begin", ""), ("", field), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._element.append(element)


def grid(doc: Doc, widths: Sequence[float]) -> Table:
    """A table with fixed columns (millimetres)."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Mm

    table = doc.add_table(rows=0, cols=len(widths))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    return table


def clean(words: str) -> str:
    """What XML can hold: a character it does not know would make a file Word cannot open."""
    return NOT_XML.sub("", words)
