"""三年行动: units say how far they are, the county sees lights and lists, asks once, inspects, closes, and loads the next."""

from __future__ import annotations

import io

import pytest
from docx import Document
from openpyxl import load_workbook

from db import deeds
from tests.cast import ADMIN, HEJING, LEADER, LUOLAOSHI, MAGUANG, XIAOHU, YULAN
from tests.house import TestHouse

pytestmark = pytest.mark.slow


async def test_a_lead_unit_reports_in_one_line_and_who_shares_in_it_is_asked_once(house: TestHouse) -> None:
    education, police, county = house.phone(LUOLAOSHI), house.phone(MAGUANG), house.phone(HEJING)
    await education.send("进展 11 100% 劝返2名学生，结对18对")
    await education.press("跳过")
    await education.press("确认")
    assert "还没有凭据" in education.text and "已请县公安局回一句" in education.text
    assert "任务11" in police.text and "只问这一次" in police.text
    assert "🟡" in await county.send("三年行动 11") and "还缺凭据" in county.text
    await police.press("回一句")
    await police.send("联合摸排了3次")
    await police.press("跳过")
    await police.press("确认")
    heard = len(police.messages)
    await education.send("进展 11 100% 办完了")
    await education.send_file(b"%PDF-1.4 x", "总结.pdf")
    await education.press("确认")
    assert len(police.messages) == heard  # asked once
    card = await county.send("三年行动 11")
    assert "🟢 报了100%，有1个凭据" in card and "1家回了话" in card
    await county.press("报过的")
    assert "联合摸排了3次" in county.text
    await county.press("看凭据")
    assert county.last.document == b"%PDF-1.4 x"
    await education.press("撤回")
    assert "🟡" in await county.send("三年行动 11")


async def test_bad_answers_are_met_kindly(house: TestHouse) -> None:
    education, police = house.phone(LUOLAOSHI), house.phone(MAGUANG)
    assert "0到100" in await education.send("进展 1 150% 多了")
    assert "由县民政局牵头" in await education.send("进展 5 20% 别人的")
    said = await police.send("进展 11 20% 别人的")
    assert "由县教育局牵头" in said and "三年行动 11" in said
    assert "1到19号" in await education.send("进展 77 20% 没有")
    await education.send("进展 1")
    assert "0到100" in (await education.send("一百五")) or "0到100" in education.everything
    await education.send("60")
    await education.send("法治课12场")
    await house.receive(
        {"message": {"message_id": 900, "date": 1, "from": {"id": LUOLAOSHI.chat_id, "is_bot": False, "first_name": "x"},
                     "chat": {"id": LUOLAOSHI.chat_id, "type": "private"},
                     "document": {"file_id": "big", "file_unique_id": "big", "file_name": "a.zip", "file_size": 30_000_000}}}
    )  # fmt: skip
    assert "太大了，最多20MB" in education.everything
    await education.press("跳过")
    await education.press("确认")
    assert "记下了：任务1" in education.text


async def test_each_sees_what_is_theirs(house: TestHouse) -> None:
    county, leader, police = house.phone(HEJING), house.phone(LEADER), house.phone(MAGUANG)
    board = await county.send("三年行动")
    assert "19项任务" in board and "⚪" in board
    await county.press("精准帮扶")
    await county.press("9 开展")
    assert "数字还没到要求" in county.text and "0/5" in county.text
    await county.press("背后的清单")
    assert "新坝镇暖泉村 3" in county.text and XIAOHU.name not in county.text
    await county.press("▶ 本月联系")
    assert "19项任务" in await leader.send("三年行动")
    assert "红黄档少于5个" in await leader.send("三年行动 9")
    assert not leader.has_button("📋 背后的清单")
    own = await police.send("三年行动")
    assert "您参与的" in own and "加强思想道德建设" not in own
    assert "不归您单位" in await police.send("三年行动 1")
    assert "由县里看" in await police.send("调度")
    for nobody in (YULAN, ADMIN):
        assert "不能做这个" in await house.phone(nobody).send("三年行动")


async def test_the_month_is_told_in_ten_lines_and_silent_units_are_asked_once_a_month(house: TestHouse) -> None:
    county, education = house.phone(HEJING), house.phone(LUOLAOSHI)
    text = await county.send("调度")
    assert "没报19项" in text and len(text.splitlines()) <= 10
    await county.press("请没报的报")
    assert "县妇联" in county.text and "还没有人登记" in county.text and "本局牵头的任务3、5" in county.text
    assert "11月调度" in education.text and "1、2、8、11、14、15" in education.text
    heard = len(education.messages)
    await county.press("请没报的报")
    assert len(education.messages) == heard
    house.pass_time(days=8)
    assert "三年行动要回的话" in await education.send("今天")
    await county.press("📊 调度表")
    book = load_workbook(io.BytesIO(county.last.document or b""))
    assert book.sheetnames == ["任务进展", "责任单位", "时间节点", "督导检查"]
    rows = [[cell.value for cell in row] for row in book["任务进展"].iter_rows()]
    assert sum(str(row[0]).isdigit() for row in rows) == 19
    assert any("照护协议：留守儿童5个" in str(row[-1]) for row in rows)


async def test_an_inspection_settles_the_years_duty_and_its_findings_are_put_right(house: TestHouse) -> None:
    county = house.phone(HEJING)
    assert "还没记" in await county.send("督导检查")
    await county.press("记一次")
    await county.press("实地检查")
    await county.press("今天")
    await county.send("新坝镇和黑泉镇")
    await county.send("两个村档案缺照片")
    await county.press("30天内")
    await county.press("确认")
    assert ("inspection", "620724") in await house.look(deeds.days)
    assert "今年至少检查一次：做了" in await county.send("督导检查")
    await county.press("整改好了")
    await county.send("补齐了")
    await county.press("确认")
    assert "已整改" in await county.send("督导检查")


async def test_the_closing_report_holds_the_facts_and_says_where_there_are_none(house: TestHouse) -> None:
    county, education = house.phone(HEJING), house.phone(LUOLAOSHI)
    await education.send("进展 1 40% 法治课12场")
    await education.press("跳过")
    await education.press("确认")
    await county.send("三年行动")
    await county.press("时间节点")
    await county.press("记凭据 2026-10")
    await county.send("印发了巩固提升总结")
    await county.press("跳过")
    await county.press("确认")
    await county.send("调度")
    await county.press("总结初稿")
    doc = Document(io.BytesIO(county.last.document or b""))
    headings = [one.text for one in doc.paragraphs if (one.style.name or "").startswith("Heading 2")]
    words = "\n".join(one.text for one in doc.paragraphs)
    assert len(headings) == 19 and headings[0] == "任务1　加强思想道德建设"
    assert "县教育局（40%）：法治课12场" in words and "各单位还没有报过" in words and "红黄档少于5个" in words
    assert "来源：协议台账" in words and XIAOHU.name not in words
    assert "印发了巩固提升总结" in "".join(cell.text for row in doc.tables[0].rows for cell in row.cells)


async def test_the_next_plan_stands_beside_this_one_once_its_file_is_right(house: TestHouse) -> None:
    county, education = house.phone(HEJING), house.phone(LUOLAOSHI)
    await county.send("调度")
    await county.press("方案文件")
    book = load_workbook(io.BytesIO(county.last.document or b""))

    def content() -> bytes:
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    for row in book["方案"].iter_rows():
        if row[0].value in ("开始", "结束", "简称"):
            row[1].value = {"开始": "2027-01-01", "结束": "2029-12", "简称": "新三年行动"}[str(row[0].value)]
    for row in book["任务"].iter_rows(min_row=5):
        row[5].value = "2029-12"
    for row in book["里程碑"].iter_rows(min_row=5):
        row[0].value = "2028-12-31"
    book["任务"]["D6"] = "县教育菊"
    said = await county.send_file(content(), "下一个方案.xlsx")
    assert "“任务”第6行“牵头单位”" in said and "是不是“县教育局”" in said and "一项也没装" in said
    book["任务"]["D6"] = "县教育局"
    assert "2027-2029" in await county.send_file(content(), "下一个方案.xlsx")
    await county.press("看一看")
    assert "新三年行动" in county.text
    assert "高民发〔2024〕10号" in await county.send("三年行动")  # the one that runs
    assert county.has_button("📂 新三年行动 2027-2029")
    assert "装好了" not in await education.send_file(content(), "下一个方案.xlsx")  # not theirs to load
