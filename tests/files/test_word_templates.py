"""The county's own templates and style: checked before they are used, and told apart where they are broken."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from files import word_templates as word
from files.child_record import Record
from files.sheet_style import BadStyle, Style, default_workbook, read_style
from tests.files.child_on_paper import MADE, UNIT, child, in_word, record


def edited(kind: str, before: str, after: str) -> bytes:
    """Our template as a clerk saved it: one tag typed differently."""
    doc = Document(io.BytesIO(word.source(kind, None)[0]))
    paragraphs = [one for table in doc.tables for row in table.rows for cell in row.cells for one in cell.paragraphs]
    for one in [*doc.paragraphs, *paragraphs]:
        for run in one.runs:
            run.text = run.text.replace(before, after)
    out = io.BytesIO()
    doc.save(out)
    return out.getvalue()


@pytest.mark.parametrize("kind", list(word.KINDS))
def test_our_own_templates_pass_their_own_check(kind: str) -> None:
    assert word.check(kind, word.source(kind, None)[0]) == []


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("{{身份证号}}", "{{身份证}}", "标签 {{身份证}} 里的“身份证”没有这一项"),
        ("{{人.姓名}}", "{{人.名字}}", "标签 {{人.名字}} 里的“名字”没有这一项"),
        ("{{姓名}}", "{{姓 名}}", "标签 {{姓 名}} 写错了"),
        ("{%tr endfor %}", "", "没有收尾"),
        ("{{姓名}}", "{{姓名.__class__.__mro__}}", "register"),
    ],
)
def test_a_broken_template_is_answered_with_the_tag_and_the_file(before: str, after: str, says: str) -> None:
    faults = word.check("register", edited("register", before, after))
    assert faults and faults[0].startswith("登记表.docx")
    assert says == "register" or says in faults[0], faults


def test_a_file_that_is_no_word_document_is_said_to_be_none() -> None:
    assert word.check("file", b"PK nothing") == ["儿童档案.docx 打不开：不是 Word 文件（.docx），或者存坏了。"]


def test_the_countys_template_is_used_and_a_broken_one_stops_the_printing(whole: Record, tmp_path: Path) -> None:
    folder = tmp_path
    assert word.write_defaults(folder) == ["儿童档案.docx", "登记表.docx", "走访记录表.docx", "表格样式.xlsx"]
    assert word.write_defaults(folder) == []  # what a county has edited is never overwritten
    (folder / "登记表.docx").write_bytes(edited("register", "填表人", "高台县填表人"))
    context = word.context_of(whole, UNIT, MADE)
    assert "高台县填表人" in in_word(word.word("register", context, folder))
    (folder / "登记表.docx").write_bytes(edited("register", "{{姓名}}", "{{姓名字}}"))
    with pytest.raises(word.BadTemplate) as problem:
        word.word("register", context, folder)
    assert "{{姓名字}}" in problem.value.faults[0] and "阿依努尔" not in str(problem.value)


def test_what_was_typed_is_never_markup_in_word() -> None:
    one = record(replace(child(), address="<b>三社</b> & {{身份证号}} \x0b12号"))
    text = in_word(word.word("register", word.context_of(one, UNIT, MADE), None))
    assert "<b>三社</b>&{{身份证号}}12号" in text


def test_the_style_workbook_is_read_back_and_a_wrong_row_is_named() -> None:
    assert read_style(default_workbook()) == Style()
    book = load_workbook(io.BytesIO(default_workbook()))
    sheet = book.active
    assert sheet is not None
    sheet["B4"], sheet["B7"], sheet["B6"] = "40", "制表、审核", "高台县"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(BadStyle) as problem:
        read_style(out.getvalue())
    assert problem.value.faults == ["表格样式.xlsx 第4行“正文字号”：要写8到14的整数。"]
    sheet["B4"] = "12"
    out = io.BytesIO()
    book.save(out)
    style = read_style(out.getvalue())
    assert (style.size, style.county, style.signatures) == (12, "高台县", ("制表", "审核"))
