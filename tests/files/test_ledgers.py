"""Ledgers: a table of many children on pages a bureau takes, in Excel and PDF."""

from __future__ import annotations

import io
from dataclasses import replace

from openpyxl import load_workbook

from files.child_record import Record
from files.excel_cells import clean
from files.ledgers import Village, forms_workbook, ledger_workbook
from files.sheet_style import Style
from tests.files.child_on_paper import TODAY, UNIT, child, in_excel, record
from tests.files.rare_characters import NOT_IN_GB2312, gb2312


def test_a_ledger_is_a_page_a_bureau_takes(whole: Record) -> None:
    villages = [Village("暖泉村", UNIT, [whole]), Village("新沟村", "新坝镇新沟村", [])]
    content = ledger_workbook("新坝镇", villages, TODAY, Style(county="高台县"), "演示数据")
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == [
        "汇总",
        "暖泉村",
    ]  # a village without a child stands in the 汇总 and prints no empty page
    sheet = book["暖泉村"]
    assert sheet["A1"].value == "高台县农村留守儿童和困境儿童台账"
    setup = sheet.page_setup
    assert (setup.orientation, setup.paperSize, setup.fitToWidth or 1, setup.fitToHeight) == ("landscape", 9, 1, 0)
    assert sheet.print_title_rows == "$1:$3" and sheet.freeze_panes == "D4"
    assert sheet.oddFooter.center.text == "第 &P 页　共 &N 页"
    id_cell = next(cell for cell in sheet[4] if cell.value == "620799201605080127")
    assert id_cell.data_type == "s" and id_cell.number_format == "@"
    said = in_excel(content)
    for fact in (
        "阿依努尔·买买提",
        "柴𠮷",
        "李珺祎",
        "10087654321",
        "王秀英",
        "祖父母",
        "先天性心脏病",
        "2026-10-12",
        "填表人",
        "审核人",
        "负责人",
    ):
        assert fact in said, fact
    total = [cell.value for cell in book["汇总"][6]]
    assert total[1:4] == ["合计", 1, 1]


def test_nothing_typed_becomes_a_formula_and_no_character_is_lost_in_excel() -> None:
    every = "".join(sorted(gb2312() | set(NOT_IN_GB2312)))
    evil = record(replace(child("=HYPERLINK(1)"), address=every[:7000]))
    content = ledger_workbook(UNIT, [Village("暖泉村", UNIT, [evil])], TODAY, Style())
    sheet = load_workbook(io.BytesIO(content))["暖泉村"]
    values = {cell.value: cell.data_type for cell in sheet[4]}
    assert values["=HYPERLINK(1)"] == "s"
    assert clean(every[:7000]) in values


def test_every_child_of_一人一表_has_a_page_of_its_own(whole: Record) -> None:
    content = forms_workbook(UNIT, [Village("暖泉村", UNIT, [whole, whole, whole])], TODAY, Style())
    sheet = load_workbook(io.BytesIO(content))["暖泉村"]
    assert len(sheet.row_breaks.brk) == 2
    assert not sheet.sheet_properties.pageSetUpPr.fitToPage if sheet.sheet_properties.pageSetUpPr else True
