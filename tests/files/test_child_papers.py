"""Every printed form says what was entered, all of it, in PDF, Word and Excel; nothing of it is lost or invented."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import replace

import pytest
from pypdf import PdfReader

from domain.child_file import ChildFile
from domain.children import Child
from files import child_file, grid, register_form, visit_form
from files import word_templates as word
from files.child_record import Record, record_of
from files.grid import Cell, Sheet
from files.ledgers import Village, forms_workbook
from files.sheet_style import Style
from tests.files.child_on_paper import FRAME, MADE, TODAY, UNIT, child, in_excel, in_word, packed, record, words


def lists(one: Record) -> Iterable[tuple[str, str]]:
    """Every single value of every list, by where it stands."""
    for name in ("people", "labels", "benefits", "visits", "contacts", "helps", "problems", "log", "consents"):
        for row in getattr(one, name):
            yield from ((f"{name}.{key}", value) for key, value in row.items())


# where a value is worked into a mark, another form of date, or a sentence, instead of standing as it is
SHAPED = {"照护人", "外出", "编号", "见到孩子", "方式", "岗位", "居住", "吃穿钱", "身体", "学习", "情绪行为", "大人照看", "安全", "情况和备注",
          "心愿和备注", "外出时间", "出生日期", "问题", "处理", "求助", "监护能力", "父母联系", "申请", "责任", "限期"}  # fmt: skip


def missing(values: Iterable[tuple[str, str]], text: str) -> list[str]:
    """The values that do not stand in the text: each line of a value by itself."""
    return [
        f"{name}: {value}" for name, value in values
        if value and name.rpartition(".")[2] not in SHAPED
        and not all(packed(line) in text for line in re.split(r"[\n；]", value))
    ]  # fmt: skip


def test_the_file_as_pdf_says_everything_of_the_entry_and_its_front_is_one_page(whole: Record) -> None:
    pdf = child_file.child_file_pdf(whole, UNIT, MADE, FRAME)
    text = words(pdf)
    left_out = {
        "最近联系",
        "最近走访",
        "未解决问题",
        "随父母外出至",
        "救助享受",
        "儿童类别",
        "照护人身份证号",
        "照护人住址",
    }
    facts = [(name, value) for name, value in whole.facts.items() if name not in left_out]
    assert missing([*facts, *lists(whole)], text) == []
    pages = [packed(page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]
    assert "知情同意" in pages[0] and "走访记录（1条）" in pages[1] and "演示数据" in pages[0]
    assert "第1页" in pages[0] and f"共{len(pages)}页" in pages[0]


def test_the_file_as_word_says_the_same(whole: Record) -> None:
    text = in_word(word.word("file", word.context_of(whole, UNIT, MADE, "演示数据"), None))
    left_out = {"最近联系", "最近走访", "未解决问题", "随父母外出至", "救助享受"}
    facts = [(name, value) for name, value in whole.facts.items() if name not in left_out]
    listed = [(name, value) for name, value in lists(whole) if name.rpartition(".")[2] not in ("返乡", "照护人")]
    assert missing([*facts, *listed], text) == []


def test_the_register_form_is_the_national_one_in_its_order_in_pdf_word_and_excel(whole: Record) -> None:
    sheet = register_form.register(whole, UNIT, MADE)
    text = words(grid.grid_pdf([sheet], FRAME))
    order = ["姓名", "民族", "身份证号", "是否登记户口", "户籍地", "现居住地", "身体情况", "是否寄宿", "就学情况", "祖父母", "父亲", "母亲",
             "父母双方是否外出务工", "是否签订委托照护协议", "受委托照护人", "监护类型", "家庭收入来源", "享受救助情况", "负责人"]  # fmt: skip
    places = [text.index(one) for one in order]
    assert places == sorted(places)
    entered = ["阿依努尔·买买提", "620799201605080127", "先天性心脏病", "肢体四级", "1958-03-19", "柴𠮷", "李珺祎", "新疆昌吉", "10087654322",
               "620799195803192463", "暖泉村三社12号", "新坝镇中心小学四年级", "裕固族", "2016年5月8日"]  # fmt: skip
    excel = in_excel(forms_workbook(UNIT, [Village("暖泉村", UNIT, [whole])], TODAY, Style()))
    plain = in_word(word.word("register", word.context_of(whole, UNIT, MADE), None))
    for fact in entered:
        assert fact in text and fact in excel and (fact in plain or fact == "1958-03-19"), fact
    assert "■患病" in excel and "□健康" in excel and "■小学" in excel and "■低保" in excel
    assert len(PdfReader(io.BytesIO(grid.grid_pdf([sheet], FRAME))).pages) == 1


def test_what_the_file_does_not_know_is_left_for_a_pen_and_not_guessed() -> None:
    bare = record_of(ChildFile(Child("c", "GT-106-001-0009", "某某", "620724106001")), UNIT, TODAY)
    cells = [cell.text for row in register_form.register(bare, UNIT, MADE).rows for cell in row if cell.kind == "value"]
    assert "■" not in "".join(cells)
    assert visit_form.visit_form(bare, None, UNIT).title in words(
        grid.grid_pdf([visit_form.visit_form(bare, None, UNIT)], FRAME)
    )


def test_a_visit_is_printed_with_all_that_was_found_in_pdf_and_word(whole: Record) -> None:
    [visit] = whole.visits
    sheet = visit_form.visit_form(whole, visit, UNIT)
    text = words(grid.grid_pdf([sheet], FRAME))
    plain = in_word(word.word("visit", word.context_of(whole, UNIT, MADE, visited=visit), None))
    for fact in (
        "2026-10-12",
        "柴玉兰",
        "孩子和大人都在",
        "咳嗽半个月",
        "烟筒接口松",
        "想让爸爸回来过年",
        "奶奶腿疼",
        "自己处理",
        "去镇卫生院开了药",
    ):
        assert fact in text and fact in plain, fact
    ticked = [cell.text for row in sheet.rows for cell in row if "■" in cell.text]
    assert any("□正常　■有情况" in one for one in ticked) and any("■用火用电煤烟" in one for one in ticked)
    assert len(PdfReader(io.BytesIO(grid.grid_pdf([sheet], FRAME))).pages) == 1


def test_a_page_with_far_too_much_on_it_is_set_smaller_and_loses_nothing() -> None:
    one = replace(child(), address="暖泉村三社" * 30, hukou_place="甘肃省张掖市高台县" * 14)
    long = record(one, notes="这一次走访写得很长。" * 60)
    pdf = grid.grid_pdf([visit_form.visit_form(long, long.visits[0], UNIT)], FRAME)
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
    assert words(pdf).count("这一次走访写得很长。") == 60


def test_a_crooked_grid_is_refused_before_it_is_printed() -> None:
    with pytest.raises(ValueError, match="row 0"):
        grid.data_of([Sheet("表", "", "", ((Cell("甲", 23),),))], FRAME)
