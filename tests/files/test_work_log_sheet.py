"""A month of work as a sheet: the same in Excel and PDF, and which month is meant."""

from __future__ import annotations

from datetime import date

from domain.work_days import Act, What, month_named
from files import work_log_sheet
from files.sheet_style import Style
from tests.files.child_on_paper import FRAME, TODAY, in_excel, packed, words


def test_a_month_of_work_reads_the_same_in_excel_and_pdf_and_says_each_thing_once() -> None:
    acts = [Act(date(2026, 10, 9), What.VISIT, name) for name in ("殷小虎", "柴𠮷")]
    acts += [Act(date(2026, 10, 9), What.NOTE, words="去镇上开会"), Act(date(2026, 10, 12), What.CONTACT, "殷小虎")]
    month = work_log_sheet.Month("柴玉兰", "新坝镇暖泉村儿童主任", date(2026, 10, 1), acts)
    rows = work_log_sheet.rows_of(month)
    assert rows[0] == ("2026-10-09", "周五", "1. 上门走访2人次：殷小虎、柴𠮷\n2. 去镇上开会", 2, 0)
    text = words(work_log_sheet.work_log_pdf(month, TODAY, FRAME))
    excel = in_excel(work_log_sheet.work_log_workbook(month, TODAY, Style()))
    for fact in ("上门走访2人次：殷小虎、柴𠮷", "去镇上开会", "2026-10-12", "有记录2天", "柴玉兰"):
        assert packed(fact) in text and packed(fact) in excel, fact


def test_a_month_is_taken_for_a_month_and_a_sentence_for_a_sentence() -> None:
    assert month_named("上个月", TODAY) == date(2026, 10, 1)
    assert month_named("9月", TODAY) == date(2026, 9, 1)
    assert month_named("本月", TODAY) == date(2026, 11, 1)
    for said in ("上个月去镇上开会了", "今天讲了防溺水", "上周", "全年"):
        assert month_named(said, TODAY) is None, said
