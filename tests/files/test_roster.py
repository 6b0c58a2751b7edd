"""Messy workbooks in, clean ones out. All people are invented."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import openpyxl
import pytest

from domain.children import Child
from domain.roster import BY_KEY, COLUMNS, Bad, Cell, CheckedRow, Good, RosterRow, SheetRow, check_rows
from domain.units import load
from files.roster import Roster, RosterFileError, corrected_copy, read_roster, roster_csv, template
from files.roster import reading as reading_module

TREE = load()
TODAY = date(2026, 7, 1)
ID_BOY, ID_GIRL, ID_GRANNY = "620799201605080119", "620799201311020284", "620799195803192463"
HEAD = ["姓名", "身份证号", "乡镇", "村"]
BOY: list[Cell] = ["王小苗", ID_BOY, "新坝镇", "小坝村"]
GIRL: list[Cell] = ["李梓涵", ID_GIRL, "黑泉镇", "小坝村"]


def workbook(*sheets: tuple[str, Sequence[Sequence[Cell]]], merge: Sequence[str] = ()) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for line, row in enumerate(rows, 1):
            for place, cell in enumerate(row, 1):
                if cell is not None:
                    sheet.cell(line, place, cell)
        for cells in merge:
            sheet.merge_cells(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(data: bytes, name: str = "名册.xlsx") -> Roster:
    return read_roster(data, name)


def names(roster: Roster) -> list[Cell]:
    return [row.cells["name"] for row in roster.rows]


def code_of(data: bytes, name: str = "名册.xlsx") -> str:
    with pytest.raises(RosterFileError) as caught:
        read_roster(data, name)
    assert caught.value.key == f"roster.file.{caught.value.code}"
    return caught.value.code


def say(key: str, params: Mapping[str, object]) -> str:
    return f"{params['column']} {key}"


# reading


def test_headings_are_found_under_a_title_and_blank_lines_whatever_they_are_called() -> None:
    head = ["序号", "学生姓名", "公民身份号码*", "所属乡镇", "村（社区）", "监护人\n联系电话", "QQ"]
    roster = read(workbook(("名册", [["高台县花名册"], [], head, ["1", *BOY, "10012345670", "7"]])))
    (row,) = roster.rows
    assert row.line == 4
    assert row.cells == {
        "name": "王小苗", "id_no": ID_BOY, "town": "新坝镇", "village": "小坝村", "carer_phone": "10012345670",
    }  # fmt: skip
    assert row.extra == {"QQ": "7"}
    assert roster.ignored == ("QQ",)


def test_two_header_rows_with_merged_groups_are_read_together() -> None:
    upper = ["姓名", "身份证号", "乡镇", "村", "父亲", None, None, "母亲", None, "爷爷", None]
    lower = [None, None, None, None, "姓名", "电话", "状况", "姓名", "联系方式", "姓名", "电话"]
    person = ["王建国", "10012345670", "打工", "李丽", "10012345671", "王福", "10012345672"]
    data = workbook(
        ("S", [upper, lower, [*BOY, *person]]), merge=["A1:A2", "B1:B2", "C1:C2", "E1:G1", "H1:I1", "J1:K1"]
    )
    (row,) = read(data).rows
    assert row.cells["name"] == "王小苗"
    assert [row.cells[key] for key in ("father_name", "father_phone", "father_state")] == person[:3]
    assert [row.cells[key] for key in ("mother_name", "mother_phone")] == person[3:5]
    assert "carer_phone" not in row.cells
    assert row.extra == {"爷爷姓名": "王福", "爷爷电话": "10012345672"}


def test_two_header_rows_of_a_csv_which_knows_no_merged_cells() -> None:
    text = "姓名,身份证号,乡镇,村,父亲,,母亲,\n,,,,姓名,电话,姓名,电话\n"
    text += f"王小苗,{ID_BOY},新坝镇,小坝村,王建国,10012345670,李丽,10012345671\n"
    (row,) = read(text.encode("gb18030"), "a.csv").rows
    assert (row.cells["father_phone"], row.cells["mother_name"]) == ("10012345670", "李丽")


def test_a_cell_merged_over_siblings_counts_for_each_but_a_name_does_not() -> None:
    rows = [HEAD, BOY, ["王小禾", "620799201805080112", None, None]]
    roster = read(workbook(("S", rows), merge=["C2:C3", "D2:D3"]))
    assert [row.cells["village"] for row in roster.rows] == ["小坝村", "小坝村"]


def test_several_sheets_are_read_and_those_without_a_roster_are_named() -> None:
    roster = read(workbook(("新坝", [HEAD, BOY]), ("说明", [["怎么填"], ["请如实填写"]]), ("黑泉", [HEAD, GIRL])))
    assert names(roster) == ["王小苗", "李梓涵"]
    assert (roster.sheets, roster.sheets_without_roster) == (("新坝", "黑泉"), ("说明",))


def test_a_sheet_for_each_village_needs_no_village_column() -> None:
    short = ["姓名", "身份证号"]
    data = workbook(("新坝镇小坝村", [short, BOY[:2]]), ("第二页", [["黑泉镇小坝村儿童名册"], short, GIRL[:2]]))
    roster = read(data)
    assert roster.missing == ("town", "village")
    units = [row.result.row.unit for row in check_rows(roster.rows, TREE, None, TODAY) if isinstance(row.result, Good)]
    assert units == ["620724106009", "620724107007"]


def test_blank_lines_repeated_headers_column_numbers_and_the_foot_are_no_children() -> None:
    foot = [["合计", "2人"], ["填表人:赵某", None, "审核:钱某"], [" ", None], ["无"]]
    roster = read(workbook(("S", [HEAD, ["1", "2", "3", "4"], BOY, [], HEAD, GIRL, *foot])))
    assert names(roster) == ["王小苗", "李梓涵"]
    assert [row.line for row in roster.rows] == [3, 6]


def test_an_id_number_kept_as_a_number_is_refused_and_dates_of_the_workbook_are_read() -> None:
    head = [*HEAD, "出生日期"]
    rows = [[*GIRL, datetime.fromisoformat("2013-11-02")], ["赵一诺", None, "新坝镇", "上坝村", datetime.fromisoformat("2015-03-04")],
            ["王小苗", int(ID_BOY), "新坝镇", "小坝村", None]]  # fmt: skip
    first, second, third = check_rows(read(workbook(("S", [head, *rows]))).rows, TREE, None, TODAY)
    assert isinstance(first.result, Good)
    assert isinstance(second.result, Good)
    assert second.result.row.birth_date == date(2015, 3, 4)
    assert [problem.code for problem in third.problems] == ["id_no.lost_digits"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_of_any_usual_encoding_is_read_with_rare_characters(encoding: str, delimiter: str) -> None:
    rows = [HEAD, ["𠮷昇垚", ID_BOY, "新坝镇", "小坝村"]]
    text = "\r\n".join(delimiter.join(str(cell) for cell in row) for row in rows)
    assert names(read(text.encode(encoding), "a.csv")) == ["𠮷昇垚"]


def test_an_ods_file_is_read() -> None:
    rows = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in (HEAD, BOY)
    )
    names_of = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{names_of}:office:1.0" '
        f'xmlns:table="{names_of}:table:1.0" xmlns:text="{names_of}:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="名册">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", '<?xml version="1.0"?><manifest/>')
        archive.writestr("content.xml", content)
    assert names(read(stream.getvalue(), "名册.ods")) == ["王小苗"]


def test_a_hidden_sheet_is_left_alone() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(("S", [HEAD, BOY]), ("旧", [HEAD, GIRL]))))
    book["旧"].sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    assert names(read(stream.getvalue())) == ["王小苗"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_a_workbook"),
        (b"%PDF-1.7\n", "not_a_workbook"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 2000, "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("<html><table><tr><td>姓名</td></tr></table>".encode(), "web_page"),
        ("你好,世界\n".encode(), "no_header"),
        ("姓名,性别\n".encode(), "no_rows"),
    ],
)
def test_a_file_that_is_no_roster_says_why(data: bytes, code: str) -> None:
    assert code_of(data) == code


def test_a_workbook_without_the_needed_headings_is_told_so() -> None:
    assert code_of(workbook(("S", [["姓名", "金额"], ["王小苗", "100"]]))) == "no_header"


def test_a_file_above_the_limits_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert code_of(b"x" * (reading_module.MAX_BYTES + 1)) == "too_large"
    monkeypatch.setattr(reading_module, "MAX_ROWS", 1)
    assert code_of(workbook(("S", [HEAD, BOY, GIRL]))) == "too_many_rows"


def test_a_small_workbook_that_would_fill_all_memory_only_costs_its_own_process() -> None:
    book = openpyxl.Workbook()
    book.active.cell(1, 1, "姓名")
    book.active.cell(1_048_576, 16_384, "x")
    stream = io.BytesIO()
    book.save(stream)
    assert code_of(stream.getvalue()) in ("damaged", "too_many_rows")


# writing


def test_the_template_is_read_back_as_empty_because_its_example_is_skipped() -> None:
    assert code_of(template(TREE)) == "no_rows"


def test_a_row_typed_into_the_template_is_read() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template(TREE)))
    sheet = book["儿童名册"]
    for place, column in enumerate(COLUMNS, 1):
        sheet.cell(3, place, column.example.replace("示例:", ""))
    stream = io.BytesIO()
    book.save(stream)
    (row,) = check_rows(read(stream.getvalue()).rows, TREE, None, TODAY)
    assert isinstance(row.result, Good), row.problems
    assert row.result.row.name == "王小苗"


def test_the_template_has_text_columns_lists_frozen_heads_and_instructions() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template(TREE)))
    sheet = book["儿童名册"]
    assert sheet.freeze_panes == "B2"
    assert all(sheet.column_dimensions[chr(65 + place)].width >= 6 for place in range(26))
    id_column = next(cell.column_letter for cell in sheet[1] if cell.value == "身份证号")
    assert sheet[f"{id_column}2"].number_format == "@"
    assert sheet[f"{id_column}2"].value == ID_BOY
    formulas = {rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert '"男,女"' in formulas
    assert any("INDIRECT" in str(formula) for formula in formulas)
    assert set(book.defined_names) >= {town.name for town in TREE.towns}
    assert "填写说明" in book.sheetnames


def rows_with_problems() -> tuple[CheckedRow, ...]:
    head = [*HEAD, "备注", "QQ"]
    bad = ["王3", "00123", "新坝镇", "小坝村", '=HYPERLINK("http://x")', "0042"]
    data = workbook(("S", [head, [*BOY, "@SUM(A1)", "0041"], bad]))
    # openpyxl writes what begins with = as a formula without a saved value; the note must come as text
    rows = [
        SheetRow(row.sheet, row.line, {**row.cells, "note": "=1+1" if row.line == 3 else "@SUM(A1)"}, row.extra)
        for row in read(data).rows
    ]
    return check_rows(rows, TREE, None, TODAY)


def test_the_corrected_copy_tells_each_bad_row_its_reasons_and_puts_bad_rows_first() -> None:
    book = openpyxl.load_workbook(io.BytesIO(corrected_copy(rows_with_problems(), TREE, say)))
    sheet = book["儿童名册"]
    assert [sheet.cell(1, place).value for place in (1, 2, 3)] == ["问题", "原位置", "姓名*"]
    assert sheet.cell(2, 1).value == "姓名 roster.problem.name.digits\n身份证号 roster.problem.id_no.length"
    assert (sheet.cell(2, 2).value, sheet.cell(3, 2).value) == ("S 第3行", "S 第2行")
    assert sheet.cell(3, 1).value is None
    assert sheet.cell(2, 3).fill.fgColor.rgb == "FFFFC7CE"
    counts = [[cell.value for cell in row] for row in book["汇总"].iter_rows()]
    assert [row[:2] for row in counts[:3]] == [["总行数", 2], ["可以导入", 1], ["要改的", 1]]
    assert ["姓名", 1, "姓名 roster.problem.name.digits"] in counts


def test_in_the_corrected_copy_nothing_became_a_formula_or_lost_a_zero() -> None:
    book = openpyxl.load_workbook(io.BytesIO(corrected_copy(rows_with_problems(), TREE, say)))
    cells = {cell.value: cell for row in book["儿童名册"].iter_rows() for cell in row if cell.value}
    assert {"=1+1", "@SUM(A1)", "00123", "0041", "0042"} <= cells.keys()
    # openpyxl marks every text with = in front as a formula; the file itself says what it is
    assert b"<f>" not in _sheet_xml(corrected_copy(rows_with_problems(), TREE, say))


def test_the_corrected_copy_can_be_read_again_with_the_same_result() -> None:
    checked = rows_with_problems()
    again = read(corrected_copy(checked, TREE, say))
    assert again.ignored == ("QQ",)
    results = [row.result for row in check_rows(again.rows, TREE, None, TODAY)]
    assert [isinstance(result, Bad) for result in results] == [True, False]
    assert results[1] == checked[0].result


def _sheet_xml(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


# listing


def child(**cells: Cell) -> Child:
    given: dict[str, Cell] = dict(zip(("name", "id_no", "town", "village"), BOY, strict=True))
    given |= {"father_name": "王建国", "carer_name": "张桂兰", "carer_relation": "奶奶", "carer_phone": "10012345670",
              "carer_id_no": ID_GRANNY, "labels": "留守、低保", "address": "三社12号", "boarding": "否", **cells}  # fmt: skip
    (row,) = check_rows([SheetRow("S", 2, given)], TREE, None, TODAY)
    assert isinstance(row.result, Good), row.problems
    read_row: RosterRow = row.result.row
    return read_row.apply_to(Child("c1", "GT-106-009-0001", read_row.name, read_row.unit))


def listed(plain: bool, **cells: Cell) -> dict[str, str]:
    (line,) = csv.DictReader(io.StringIO(roster_csv([child(**cells)], TREE, plain)))
    return line


def test_the_list_is_masked_unless_asked_for_plain() -> None:
    text = roster_csv([child()], TREE)
    for secret in ("王小苗", "王建国", "张桂兰", ID_BOY, ID_GRANNY, "10012345670", "三社", "2016-05-08"):
        assert secret not in text
    line = listed(plain=False)
    assert (line["姓名"], line["身份证号"], line["电话"]) == ("王*苗", "6207**********0119", "100****5670")
    assert (line["乡镇"], line["村/社区"], line["儿童类别"]) == ("新坝镇", "小坝村", "留守、低保")


def test_the_plain_list_holds_everything_and_can_be_imported_again() -> None:
    line = listed(plain=True)
    assert (line["姓名"], line["身份证号"], line["电话"], line["照护人关系"]) == (
        "王小苗",
        ID_BOY,
        "10012345670",
        "祖父母",
    )
    roster = read(roster_csv([child()], TREE, plain=True).encode("utf-8-sig"), "a.csv")
    (row,) = check_rows(roster.rows, TREE, None, TODAY)
    assert isinstance(row.result, Good), row.problems
    assert row.result.row.apply_to(child()) == child()


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", " =cmd"])
def test_nothing_in_the_list_can_become_a_formula(text: str) -> None:
    assert listed(plain=True, school=text)["学校"] == "'" + text.strip()


def test_the_lists_headings_are_the_rosters_own() -> None:
    assert set(listed(plain=True)) - {"电话"} <= {column.heading for column in BY_KEY.values()}
