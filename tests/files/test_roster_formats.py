"""Every format a county sends, and files that mean harm. All people are invented."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from domain.roster import Good, check_rows, disagreements, joined
from domain.units import load
from files.roster import RosterFileError, corrected_copy, read_roster
from files.roster import reading as reading_module
from tests.files.xlsb import xlsb

TREE, TODAY = load(), date(2026, 7, 1)
HEAD = ["姓名", "身份证号", "乡镇", "村"]
BOY = ["王小苗", "620799201605080119", "新坝镇", "小坝村"]
XLS = Path(__file__).parent / "data" / "roster.xls"


def test_an_xls_with_a_title_a_sum_line_and_a_number_that_lost_its_digits() -> None:
    found = read_roster(XLS.read_bytes(), "花名册.xls")
    names = [row.cells["name"] for row in found.rows]
    assert names[:3] == ["王小苗", "阿依古丽·买买提", "𠮷昇垚"]
    checked = check_rows(found.rows, TREE, None, TODAY)
    assert [isinstance(row.result, Good) for row in checked[:3]] == [True, True, False]
    assert [problem.code for problem in checked[2].problems] == ["id_no.lost_digits"]
    assert checked[2].source.line == 5
    good = checked[0].result
    assert isinstance(good, Good)
    assert TREE.path_name(good.row.unit) == "新坝镇小坝村"  # from the sheet's name


def test_an_xlsb_is_read() -> None:
    found = read_roster(xlsb("名册", [HEAD, BOY]), "花名册.xlsb")
    assert [row.cells["name"] for row in found.rows] == ["王小苗"]


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as pack:
        for part in range(4):
            pack.writestr(f"xl/worksheets/sheet{part}.xml", b"0" * (1 << 20))
    monkeypatch.setattr(reading_module, "MAX_UNPACKED", 3 << 20)
    with pytest.raises(RosterFileError) as caught:
        read_roster(stream.getvalue(), "花名册.xlsx")
    assert caught.value.code == "bomb"


def test_formulas_and_macros_are_neither_run_nor_passed_on() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([*HEAD, "备注", "链接"])
    sheet.append([*BOY[:1], "620799201605080118", *BOY[2:], "=cmd|'/c calc'!A0", '=HYPERLINK("http://x","点我")'])
    stream = io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream, "a") as pack:
        pack.writestr("xl/vbaProject.bin", b"macro")
    found = read_roster(stream.getvalue(), "花名册.xlsm")
    copy = corrected_copy(check_rows(found.rows, TREE, None, TODAY), TREE, lambda key, params: key)
    with zipfile.ZipFile(io.BytesIO(copy)) as pack:
        assert not [name for name in pack.namelist() if "vba" in name.lower()]
        assert b"<f>" not in pack.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("title", ["城关镇滨河社区留守儿童花名册", "城关镇滨河儿童花名册", "2026年城关镇滨河社区困境儿童统计表"])
def test_a_village_with_a_short_name_is_found_in_a_title(title: str) -> None:
    text = f"{title}\n姓名,身份证号\n王小苗,{BOY[1]}\n"
    (row,) = check_rows(read_roster(text.encode(), "a.csv").rows, TREE, None, TODAY)
    assert isinstance(row.result, Good), row.problems
    assert TREE.path_name(row.result.row.unit).startswith("城关镇滨河")


def test_two_sheets_that_contradict_each_other_are_one_question_and_can_be_joined() -> None:
    one, other = [*BOY, "三年级", "低保", ""], [*BOY, "四年级", "留守", "王福"]
    head = [*HEAD, "年级", "类别", "监护人"]
    text = "\n".join(",".join(row) for row in (head, one, other))
    checked = check_rows(read_roster(text.encode(), "a.csv").rows, TREE, None, TODAY)
    (group,) = disagreements(checked)
    rows = [row.result.row for row in group]
    assert all(rows)
    both = joined([row for row in rows if row])
    assert (both.grade, both.carer_name, len(both.labels)) == ("三年级", "王福", 2)
