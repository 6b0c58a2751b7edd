"""打印, 台账, 日志 and 国家系统 in the chat: who may have which, under which password, and that nothing stays behind."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import Connection, select

from bot import national_sync
from bot.commands.export import national_table
from bot.errors import Refusal
from db import child_changes, children, contacts
from db.models import journal, outbox
from db.rows import opened as row_opened
from db.types import new_id
from domain.contacts import Contact, Kind
from domain.policy import COUNTY_DEFAULTS
from tests.cast import ADMIN, CUIFANG, HEJING, JIANGUO, LEADER, MAGUANG, XIAOHU, YULAN
from tests.files.test_office_lock import opened
from tests.house import TestHouse
from tests.phone import Message, Phone

pytestmark = pytest.mark.slow
PASSWORD = re.compile(r"密码：(\S+)")


def paper(phone: Phone) -> tuple[Message, str]:
    """The newest file and its password."""
    found = next(one for one in reversed(phone.messages) if one.document)
    said = PASSWORD.search(phone.text)
    assert said, phone.text
    return found, said[1]


def excel(phone: Phone) -> str:
    found, password = paper(phone)
    book = load_workbook(io.BytesIO(opened(found.document or b"", password)))
    return "|".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)


async def journaled(house: TestHouse, action: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = await house.look(
        lambda conn: [row.detail for row in conn.execute(select(journal).where(journal.c.action == action))]
    )
    return found


async def visited(house: TestHouse) -> None:
    def work(conn: Connection) -> None:
        one = Contact(new_id(), XIAOHU.id, house.today, Kind.HOME_VISIT, True, True)
        contacts.put(conn, one, {"met": "both", "state": [], "wish": "想要一本书"}, house.now, batch=new_id())

    await house.db.run(work)


async def test_from_the_card_a_child_is_printed_under_a_password_of_its_own_and_no_copy_stays(house: TestHouse) -> None:
    await visited(house)
    phone = house.phone(YULAN)
    await phone.send("儿童 小虎")
    await phone.press("🖨 打印")
    await phone.press("🗂 档案 PDF")
    await phone.press("归档留存")
    found, password = paper(phone)
    reader = PdfReader(io.BytesIO(found.document or b""))
    assert reader.is_encrypted and reader.decrypt(password)
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))
    for fact in ("殷小虎", "620799201605080119", "王秀英", "新疆昌吉", "想要一本书", "打印：柴玉兰"):
        assert fact in text, fact
    assert found.file_name == "GT-106-001-0001-档案.pdf" and "殷" not in found.text
    assert await journaled(house, "child.printed") == [{"what": "file", "form": "pdf", "reason": "archive"}]

    def kept(conn: Connection) -> list[object]:
        rows = [row_opened(conn, outbox, row) for row in conn.execute(select(outbox))]
        assert not any(password in str(one["params"]) for one in rows)
        return [one["file"] for one in rows if one["file"]]

    assert await house.look(kept) == []
    house.pass_time(minutes=11)
    await house.settle()
    assert password not in phone.everything


async def test_the_visit_form_as_word_and_an_empty_one_to_take_along(house: TestHouse) -> None:
    await visited(house)
    phone = house.phone(YULAN)
    await phone.send("打印小虎")
    await phone.press("🚶 走访记录表")
    await phone.press("换成 Word")
    await phone.press("2026-11-18")
    await phone.press("给家里签字")
    found, password = paper(phone)
    doc = Document(io.BytesIO(opened(found.document or b"", password)))
    text = "".join(cell.text for table in doc.tables for row in table.rows for cell in row.cells)
    assert "想要一本书" in text and "孩子和大人都在" in text
    await phone.send("打印 小虎")
    await phone.press("🚶 走访记录表")
    await phone.press("空白表")
    await phone.press("自己工作用")
    assert paper(phone)[0].file_name == "GT-106-001-0001-走访记录表.pdf"


async def test_a_character_no_font_of_ours_has_is_said_with_the_way_out_and_not_printed_as_a_box(house: TestHouse) -> None:
    def renamed(conn: Connection) -> None:
        child = children.by_ids(conn, [XIAOHU.id])[XIAOHU.id].child
        after = replace(child, name="殷\U0002aed0")
        child_changes.change_child(conn, after, house.now, COUNTY_DEFAULTS, by=None, source="test", changed={"name": [child.name, after.name]})

    await house.db.run(renamed)
    phone = house.phone(YULAN)
    await phone.send("登记表 0001")
    await phone.press("📄 登记表")
    await phone.press("归档留存")
    assert "生僻字" in f"{phone.text}{phone.toast}" and not any(one.document for one in phone.messages)
    await phone.send("登记表 0001")
    await phone.press("📝 登记表 Word")
    await phone.press("归档留存")
    assert paper(phone)[0].document


async def test_departments_leaders_and_neighbours_print_nothing(house: TestHouse) -> None:
    for person in (MAGUANG, LEADER, ADMIN):
        phone = house.phone(person)
        for words in ("打印 小虎", "台账 暖泉村", "国家系统"):
            assert "不能做这个" in await phone.send(words), (person.name, words)
    phone = house.phone(CUIFANG)
    await phone.send("/start")
    for data in (
        "do:print.make:fp|GT-106-001-0001|archive", "do:sync.tick:GT-106-001-0001|0", "do:ledger.make:ledger|620724106001|own",
        "do:sync.make:620724106001|own", "do:print.why:fp|GT-106-001-0001", "do:sync.child:GT-106-001-0001|0",
    ):  # fmt: skip
        await phone.press_raw(data, phone.last.id)
        assert not any(one.document for one in phone.messages)
    assert "殷小虎" not in phone.everything


async def test_a_supervisor_gets_the_towns_ledger_and_a_form_each_by_village(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    await phone.send("台账")
    await phone.press("📚 台账")
    await phone.press("交给镇上县上")
    text = excel(phone)
    for fact in ("填报单位：新坝镇暖泉村", "殷小虎", "620799201605080119", "10012345678", "罗一诺", "合计", "填表人"):
        assert fact in text, fact
    assert "祁沐宸" not in text  # of another town
    await phone.send("台账 暖泉村")
    await phone.press("📑 一人一表")
    await phone.press("归档留存")
    text = excel(phone)
    assert "农村留守儿童基本情况登记表" in text and "蒋浩然" in text and "罗一诺" not in text
    await phone.send("登记表 暖泉村")
    await phone.press("📄 登记表 PDF")
    await phone.press("归档留存")
    found, password = paper(phone)
    reader = PdfReader(io.BytesIO(found.document or b""))
    reader.decrypt(password)
    pages = [re.sub(r"\s", "", page.extract_text()) for page in reader.pages]
    assert len(pages) == 3 and all("基本情况登记表" in page for page in pages)  # every child of the village, a page each
    assert "蒋浩然" in "".join(pages) and "罗一诺" not in "".join(pages)
    assert [one["what"] for one in await journaled(house, "ledger.printed")] == ["ledger", "forms", "papers"]


async def test_what_changed_since_the_tick_comes_back_with_its_fields_and_a_tick_can_be_undone(
    house: TestHouse,
) -> None:
    phone = house.phone(YULAN)
    assert "新录3名" in await phone.send("国家系统")
    await phone.press("这3名都录好了")
    assert "3名记成已同步" in phone.text and "没有要录的" in phone.text
    await phone.press("撤销刚才的")
    assert "新录3名" in phone.text
    await phone.press("这3名都录好了")

    def move(conn: Connection) -> None:
        entry = children.by_file_no(conn, XIAOHU.file_no, [XIAOHU.unit])
        assert entry is not None
        after = replace(entry.child, school="高台县第一小学", address="暖泉村五社")
        child_changes.change_child(
            conn,
            after,
            house.now,
            COUNTY_DEFAULTS,
            by=None,
            source="chat",
            changed={"school": [entry.child.school, after.school]},
        )

    await house.db.run(move)
    said = await phone.send("同步")
    assert "要改1名" in said and "改了现居住地、学校" in said
    await phone.press("1 殷小虎")
    assert "学校：（空） → 高台县第一小学" in phone.text
    await phone.press("在国家系统录好了")
    assert "没有要录的" in phone.text
    await phone.send("儿童 小虎")
    assert "🔁 国家系统：11月18日已同步" in phone.text
    await phone.send("国家系统")
    await phone.press("📊 录入表")
    await phone.press("归档留存")
    assert "高台县第一小学" in excel(phone) and "应改为" in excel(phone)


async def test_a_closed_child_is_listed_to_be_taken_out_over_there(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("国家系统")
    await phone.press("都录好了")

    def close(conn: Connection) -> None:
        entry = children.by_file_no(conn, XIAOHU.file_no, [XIAOHU.unit])
        assert entry is not None
        gone = replace(entry.child, closed_on=house.today, close_reason="moved")
        child_changes.change_child(
            conn, gone, house.now, COUNTY_DEFAULTS, by=None, source="chat", changed={"closed_on": [None, "x"]}
        )

    await house.db.run(close)
    assert "要减少1名" in await phone.send("国家系统")
    counts = await house.look(
        lambda conn: national_sync.measure_national_sync(conn, house.tree, house.today, [XIAOHU.unit])
    )
    assert counts == {"same": 2, "new": 0, "changed": 0, "closed": 1}


async def test_the_county_sees_where_there_is_something_to_enter_and_goes_down_to_the_village(house: TestHouse) -> None:
    phone = house.phone(HEJING)
    assert "新录5名" in await phone.send("国家系统")
    await phone.press("新坝镇 4")
    await phone.press("暖泉村 3")
    assert "殷小虎（0001）还没录入" in phone.text


async def test_the_work_log_of_a_month_is_made_from_what_was_entered_and_ones_own_lines(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访 小虎")
    for button in ("📞 电话", "孩子本人，都正常", "确认"):
        await phone.press(button)
    await phone.send("日志 去镇上开会，讲防溺水")
    said = await phone.send("日志 本月")
    assert "有记录1天" in said and "电话、见面等联系：殷小虎" in said and "去镇上开会" in said
    await phone.press("📊 Excel 表")
    text = excel(phone)
    assert "新坝镇暖泉村儿童主任 2026年11月工作日志" in text and "去镇上开会，讲防溺水" in text and "殷小虎" in text
    await phone.send("日志 上个月")
    assert "2026年10月工作日志：有记录0天" in phone.text
    other = house.phone(JIANGUO)
    await other.send("日志 本月")
    assert "去镇上开会" not in other.text


async def test_the_county_takes_a_template_edits_it_and_sends_it_back(house: TestHouse, tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    house.worker.house.templates = folder
    county = house.phone(HEJING)
    await county.send("模板")
    await county.press("登记表")
    ours = next(one for one in reversed(county.messages) if one.document)
    assert ours.file_name == "登记表.docx"
    doc = Document(io.BytesIO(ours.document or b""))
    doc.paragraphs[0].runs[0].text = "高台县儿童登记表（{{姓名}}）"
    good, bad = io.BytesIO(), io.BytesIO()
    doc.save(good)
    doc.paragraphs[0].runs[0].text = "高台县儿童登记表（{{名子}}）"
    doc.save(bad)
    assert "标签 {{名子}}" in await county.send_file(bad.getvalue(), "登记表.docx")
    assert not (folder / "登记表.docx").exists()
    assert "可以用" in await county.send_file(good.getvalue(), "登记表.docx")
    phone = house.phone(YULAN)
    await phone.send("打印 小虎")
    await phone.press("📝 登记表 Word")
    await phone.press("归档留存")
    found, password = paper(phone)
    made = Document(io.BytesIO(opened(found.document or b"", password)))
    assert made.paragraphs[0].text == "高台县儿童登记表（殷小虎）"
    (folder / "登记表.docx").write_bytes(bad.getvalue())  # edited on the server's disk
    await phone.send("打印 小虎")
    await phone.press("📝 登记表 Word")
    await phone.press("归档留存")
    assert "登记表.docx：标签 {{名子}}" in phone.text
    await phone.send_file(good.getvalue(), "登记表.docx")  # a director's file is no template
    assert "可以用" not in phone.text


async def test_the_command_line_gives_the_national_table_and_writes_down_who_took_it(house: TestHouse) -> None:
    text = await house.db.run(lambda conn: national_table(conn, house.now, as_post="child_director:620724106001", reason="录入"))
    assert "殷小虎" in text and "620799201605080119" in text and "罗一诺" not in text
    assert (await journaled(house, "export"))[-1] == {"what": "national", "rows": 3, "plain": True, "reason": "录入"}
    with pytest.raises(Refusal):
        await house.db.run(lambda conn: national_table(conn, house.now, as_post="leader:620724", reason="看看"))
