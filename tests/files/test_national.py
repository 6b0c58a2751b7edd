"""What changed since the last tick in the national system, and the columns in which it is handed over."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

from openpyxl import load_workbook

from files.child_record import Record
from files.national import Line, Standing, changes, national_csv, national_workbook, row_of, standing
from files.sheet_style import Style
from tests.files.child_on_paper import TODAY, child, record


def test_what_changed_since_the_tick_is_listed_field_by_field(whole: Record) -> None:
    now = row_of(whole, "新坝镇", "暖泉村")
    before = {**now, "照护人电话": "10000000000"}
    assert standing(None, now) is Standing.NEW and standing(now, now) is Standing.SAME
    assert standing(before, now) is Standing.CHANGED
    [one] = changes(before, now)
    assert (one.field, one.before, one.after) == ("照护人电话", "10000000000", "10012345678")
    closed = row_of(record(replace(child(), closed_on=TODAY, close_reason="18")), "新坝镇", "暖泉村")
    assert standing(now, closed) is Standing.CLOSED and standing(None, closed) is Standing.NONE
    lines = [
        Line(now, Standing.CHANGED, changes(before, now), date(2026, 9, 1)),
        Line(closed, Standing.CLOSED, changes(now, closed), date(2026, 9, 2)),
    ]
    book = load_workbook(io.BytesIO(national_workbook("新坝镇", lines, TODAY, Style())))
    assert book.sheetnames == ["录入表", "变动清单", "减少人员"]
    assert [cell.value for cell in book["变动清单"][4]][2:5] == ["照护人电话", "10000000000", "10012345678"]
    assert [cell.value for cell in book["减少人员"][4]][4:6] == ["2026-11-22", "满18周岁"]
    assert set(now) <= {cell.value for cell in book["录入表"][3]}


def test_an_agreement_that_will_end_soon_is_no_change_for_the_national_system(whole: Record) -> None:
    ending = replace(whole, facts=whole.facts | {"委托照护协议": "将到期"})
    assert row_of(ending, "新坝镇", "暖泉村") == row_of(whole, "新坝镇", "暖泉村")


def test_the_csv_has_the_same_columns_and_no_cell_a_spreadsheet_would_run(whole: Record) -> None:
    head, line = national_csv([row_of(record(child("=1+1")), "新坝镇", "暖泉村")]).splitlines()
    assert head.split(",")[:6] == ["档案号", "姓名", "性别", "民族", "出生日期", "身份证号"]
    assert "'=1+1" in line
