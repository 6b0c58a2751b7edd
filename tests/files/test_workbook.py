"""Workbooks: read back by two independent readers, and equal to the summary they were made from."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from domain.children import Tier
from domain.people import Unit, UnitKind
from domain.summaries import Summary, UnitCounts, suppress
from files.excel_cells import MOST_TEXT
from files.workbook import HEADING_ROW, Sheet, sheets_workbook, town_workbook

# openpyxl drops what it does not know (the look of data bars) and says so
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")

TOWN = Unit("620724108", UnitKind.TOWN, "罗城镇", "620724")
TODAY = date(2026, 11, 22)
OVERDUE = Sheet("超期名单", ("档案号", "村", "超期天数"), [("GT-108-001-0007", "张墩村", 12)])


def say(key: str, **holes: Any) -> str:
    return " ".join([key, *(str(value) for value in holes.values())])


def village(number: int, name: str, due: int, done: int, late: int) -> UnitCounts:
    unit = Unit(f"620724108{number:03}", UnitKind.VILLAGE, name, TOWN.code)
    tiers = {Tier.RED: 1, Tier.YELLOW: 2, Tier.GREEN: due - 3}
    return UnitCounts(unit, due, tiers, due, done, late, due - 1, done - 2, late + 1, due, 3, 2, 4, late)


def summary() -> Summary:
    rows = (village(1, "张墩村", 12, 9, 2), village(2, "花墙子村", 30, 30, 0), village(3, "河西村", 8, 2, 1))
    names = [name for name in UnitCounts.__dataclass_fields__ if name not in ("unit", "by_tier")]
    sums = {name: sum(getattr(row, name) for row in rows) for name in names}
    sums["open_reports"] += 1  # one belongs to the town itself and to no village
    total = UnitCounts(unit=TOWN, by_tier={tier: sum(row.by_tier[tier] for row in rows) for tier in Tier}, **sums)
    month, quarter = (date(2026, 11, 1), date(2026, 11, 30)), (date(2026, 10, 1), date(2026, 12, 31))
    return Summary(TOWN, TODAY, month, quarter, total, rows)


def opened(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content))


def table(sheet: Worksheet) -> list[dict[str, Any]]:
    heading, *rows = list(sheet.iter_rows(min_row=HEADING_ROW + 1, values_only=True))
    return [dict(zip((str(name) for name in heading), row, strict=True)) for row in rows]


def one_sheet(columns: Sequence[str], *rows: Sequence[Any]) -> Any:
    return opened(sheets_workbook([Sheet("走访记录", tuple(columns), rows)], "走访记录", "新坝镇", TODAY)).worksheets[0]


def test_the_numbers_in_the_workbook_are_the_summarys() -> None:
    given = summary()
    lines = table(opened(town_workbook(given, say, [], demo=False))["workbook.sheet.summary"])
    assert [line["workbook.unit"] for line in lines] == ["张墩村", "花墙子村", "河西村", "workbook.total"]
    names = [name for name in UnitCounts.__dataclass_fields__ if name not in ("unit", "by_tier")]
    for line, counts in zip(lines, (*given.rows, given.total), strict=True):
        assert {name: line[f"workbook.{name}"] for name in names} == {name: getattr(counts, name) for name in names}
        assert {tier: line[f"workbook.tier.{tier}"] for tier in Tier} == dict(counts.by_tier)
        assert line["workbook.contacts_share"] == pytest.approx(counts.contacts_done / counts.contacts_due)
        assert line["workbook.visits_share"] == pytest.approx(counts.visits_done / counts.visits_due)


def test_the_total_is_the_summarys_own_and_counts_what_belongs_to_no_village() -> None:
    *villages, total = table(opened(town_workbook(summary(), say, [], demo=False))["workbook.sheet.summary"])
    assert sum(line["workbook.open_reports"] for line in villages) == 6
    assert total["workbook.open_reports"] == 7


def test_another_reader_finds_the_same_numbers() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(town_workbook(summary(), say, [OVERDUE], demo=False)))
    rows = book.get_sheet_by_name("workbook.sheet.summary").to_python(skip_empty_area=False)
    assert rows[HEADING_ROW + 1][:2] == ["张墩村", 12.0]
    assert book.get_sheet_by_name("超期名单").to_python(skip_empty_area=False)[HEADING_ROW + 1] == [
        "GT-108-001-0007",
        "张墩村",
        12.0,
    ]


def test_summary_first_then_the_callers_lists_then_how_it_is_counted() -> None:
    book = opened(town_workbook(summary(), say, [OVERDUE], demo=False))
    assert book.sheetnames == ["workbook.sheet.summary", "超期名单", "workbook.sheet.how"]


def test_every_column_of_the_summary_is_explained() -> None:
    book = opened(town_workbook(summary(), say, [], demo=False))
    columns = {cell.value for cell in book["workbook.sheet.summary"][HEADING_ROW + 1]} - {"workbook.unit"}
    explained = {line["workbook.how.item"] for line in table(book["workbook.sheet.how"])}
    assert columns <= explained


def test_demo_data_is_marked_on_every_sheet_and_real_data_on_none() -> None:
    for demo in (True, False):
        book = opened(town_workbook(summary(), say, [OVERDUE], demo))
        assert [("workbook.demo" in sheet["A2"].value) for sheet in book] == [demo] * 3


def test_leaders_get_a_star_for_a_small_cell_and_the_reason_for_it() -> None:
    book = opened(town_workbook(suppress(summary()), say, [], demo=False))
    first = table(book["workbook.sheet.summary"])[0]
    assert first["workbook.tier.red"] == "workbook.few"
    assert first["workbook.contacts_overdue"] == "workbook.few"
    assert "workbook.how.few.rule" in {line["workbook.how.rule"] for line in table(book["workbook.sheet.how"])}


def test_a_share_is_not_worked_out_from_a_withheld_cell() -> None:
    for line in table(opened(town_workbook(suppress(summary()), say, [], demo=False))["workbook.sheet.summary"]):
        hidden = "workbook.few" in (line["workbook.contacts_done"], line["workbook.contacts_due"])
        assert (line["workbook.contacts_share"] is None) == hidden


def test_a_town_without_villages_or_children_still_makes_a_workbook() -> None:
    nobody = replace(summary().total, **dict.fromkeys(("contacts_due", "contacts_done", "visits_due"), 0))
    lines = table(opened(town_workbook(replace(summary(), rows=(), total=nobody), say, [], True)).worksheets[0])
    assert [(line["workbook.unit"], line["workbook.contacts_share"]) for line in lines] == [("workbook.total", None)]


def test_sheets_freeze_their_heading_and_print_on_a4_with_it_repeated() -> None:
    for sheet in opened(town_workbook(summary(), say, [OVERDUE], demo=False)):
        assert sheet.freeze_panes == f"B{HEADING_ROW + 2}"
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
        assert sheet.print_title_rows == f"${HEADING_ROW + 1}:${HEADING_ROW + 1}"
        # one page wide (1 is the format's default, so it is not written), as many as needed long
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)


def test_shares_are_drawn_as_bars_over_the_villages_and_not_over_the_total() -> None:
    sheet = opened(town_workbook(summary(), say, [], demo=False)).worksheets[0]
    bars = [str(area.sqref) for area in sheet.conditional_formatting for rule in area.rules if rule.type == "dataBar"]
    assert len(bars) == 2
    assert all(area.endswith(str(HEADING_ROW + 4)) for area in bars)


def test_overdue_is_marked_where_it_is_a_number_above_nought_not_where_it_is_a_star() -> None:
    sheet = opened(town_workbook(suppress(summary()), say, [], demo=False)).worksheets[0]
    rules = [rule.formula for area in sheet.conditional_formatting for rule in area.rules if rule.type == "expression"]
    first = HEADING_ROW + 2
    assert [f"AND(ISNUMBER(I{first}),I{first}>0)"] in rules
    assert len(rules) == 3  # contacts, visits, help needed


@pytest.mark.parametrize(
    "typed",
    ["=1+1", '=HYPERLINK("http://x","点")', "+8613800000000", "-1", "@SUM(A1)", "https://example.org/a", "{=A1}"],
)
def test_what_a_worker_typed_stays_text(typed: str) -> None:
    sheet = one_sheet(["记录"], [typed])
    cell = sheet.cell(HEADING_ROW + 2, 1)
    assert (cell.value, cell.data_type, cell.hyperlink) == (typed, "s", None)


def test_an_id_number_keeps_all_its_digits() -> None:
    cell = one_sheet(["身份证号"], ["620799201605080119"]).cell(HEADING_ROW + 2, 1)
    assert (cell.value, cell.number_format) == ("620799201605080119", "@")


def test_days_are_days_and_moments_are_shown_in_local_time() -> None:
    sheet = one_sheet(["日", "时"], [date(2026, 11, 22), datetime(2026, 11, 21, 17, 30, tzinfo=UTC)])
    day, moment = (sheet.cell(HEADING_ROW + 2, column) for column in (1, 2))
    assert (day.value, day.number_format) == (datetime(2026, 11, 22), "yyyy-mm-dd")  # noqa: DTZ001
    assert moment.value == datetime(2026, 11, 22, 1, 30)  # noqa: DTZ001


def test_rare_names_emoji_long_texts_and_control_characters_survive_or_are_cut_never_break_the_file() -> None:
    sheet = one_sheet(["a", "b", "c"], ["𬭚𠮷🙂", "甲\x00\x0b乙\ud800", "长" * 40_000], [None, True, ""])
    first, second, third = (sheet.cell(HEADING_ROW + 2, column).value for column in (1, 2, 3))
    assert (first, second) == ("𬭚𠮷🙂", "甲乙")
    assert third == "长" * MOST_TEXT
    assert [cell.value for cell in sheet[HEADING_ROW + 3]] == [None, "✓", ""]


def test_sheet_names_excel_would_refuse_are_made_acceptable_and_different() -> None:
    names = ["走访[1]/2?", "走访[1]/2?", "很长的名字" * 10, "很长的名字" * 10, "'", ""]
    book = opened(sheets_workbook([Sheet(name, ("a",), []) for name in names], "t", "n", TODAY))
    assert len({name.casefold() for name in book.sheetnames}) == 6
    assert max(len(name) for name in book.sheetnames) <= 31


def test_a_row_with_too_few_cells_is_refused_not_shifted() -> None:
    with pytest.raises(ValueError):
        sheets_workbook([Sheet("走访", ("日", "村"), [("2026-11-01",)])], "走访", "", TODAY)


def test_the_same_facts_give_the_same_file() -> None:
    assert town_workbook(summary(), say, [OVERDUE], True) == town_workbook(summary(), say, [OVERDUE], True)
    created = opened(town_workbook(summary(), say, [], True)).properties.created
    assert (created.year, created.month, created.day) == (2026, 11, 22)


def test_share_columns_are_as_wide_as_what_they_show() -> None:
    sheet = opened(town_workbook(summary(), lambda key, **holes: "率", [], demo=False)).worksheets[0]
    assert max(dimension.width for dimension in sheet.column_dimensions.values()) < 14


def test_columns_are_wide_enough_for_chinese_and_long_texts_do_not_make_them_endless() -> None:
    sheet = one_sheet(["村", "记录"], ["骆驼城镇骆驼城村", "走" * 500])
    assert 16 <= sheet.column_dimensions["A"].width <= 24
    assert sheet.column_dimensions["B"].width <= 50


def test_a_long_record_is_wrapped_so_that_print_shows_all_of_it() -> None:
    sheet = one_sheet(["记录", "村"], ["走" * 200, "新坝镇暖泉村"])
    assert [sheet.cell(HEADING_ROW + 2, column).alignment.wrap_text or False for column in (1, 2)] == [True, False]
