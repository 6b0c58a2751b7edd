"""Papers of a case and names on tap: who may have them, what is in them, and that nothing stays behind."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from pypdf import PdfReader
from pypdf.errors import FileNotDecryptedError
from sqlalchemy import Connection, select, update

from db import people as people_rows
from db import reports as report_rows
from db.models import attachments, journal, outbox, people, posts
from db.models import reports as report_table
from db.reports import Report
from db.rows import add, opened
from db.types import new_id
from domain.people import Role
from tests import cast
from tests.cast import CUIFANG, HEJING, JIANGUO, LUOLAOSHI, MAGUANG, YULAN, Person
from tests.house import TestHouse
from tests.phone import Message, Phone

SEEN = "胳膊上青一块紫一块，小虎说“爸爸殷建军用皮带抽我”"
PASSWORD = re.compile(r"密码：(\S+)")


async def filed(house: TestHouse, by: Person = YULAN) -> Report:
    phone = house.phone(by)
    await phone.send("/report")
    await phone.press("安全")
    await (phone.press("殷小虎") if by is YULAN else phone.send("殷小虎"))
    for button in ("在学校", "身上有伤", "没有"):
        await phone.press(button)
    await phone.send(SEEN)
    await phone.press("先交上去")
    await phone.press("确认")

    def newest(conn: Connection) -> Report:
        found = conn.execute(select(report_table.c.id).order_by(report_table.c.number.desc())).scalars().first()
        report = report_rows.get(conn, str(found))
        assert report is not None
        return report

    report: Report = await house.look(newest)
    return report


async def handled(house: TestHouse) -> Report:
    """A report the police have signed, worked on and fed back."""
    report = await filed(house)
    police = house.phone(MAGUANG)
    await police.press("看内容")
    house.pass_time(minutes=20)
    await police.press("签收")
    await police.press("记处置")
    await police.press("训诫")
    await police.send("父亲写了保证书")
    await police.press("确认")
    await police.press("反馈")
    await police.send("已上门，孩子住在姑姑家。")
    await police.press("确认")
    return report


async def card(house: TestHouse, person: Person, report: Report) -> Phone:
    phone = house.phone(person)
    await phone.send(f"/cases {report.number}")
    if phone.has_button("督查"):  # from the list it is asked why, once a day
        await phone.press("督查")
    return phone


async def printed(
    phone: Phone, button: str, *, reason: str = "移交办案", photos: str | None = None
) -> tuple[Message, str]:
    """The paper and its password."""
    await phone.press(button)
    await phone.press(reason)
    if photos:
        await phone.press(photos)
    await phone.press("确认")
    paper = next(one for one in reversed(phone.messages) if one.document)
    said = PASSWORD.search(phone.text)
    assert said, phone.text
    return paper, said[1]


def read(paper: Message, password: str) -> str:
    assert paper.document
    reader = PdfReader(io.BytesIO(paper.document))
    assert reader.decrypt(password)
    return re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))


async def journaled(house: TestHouse, action: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = await house.look(
        lambda conn: [row.detail for row in conn.execute(select(journal).where(journal.c.action == action))]
    )
    return found


async def overseer(house: TestHouse) -> Phone:
    """Somebody at the procuratorate, before any report is filed."""

    def work(conn: Connection) -> None:
        person = new_id()
        add(conn, people, id=person, name="许检", chat_id=890, language="zh_CN", bound_at=house.now, demo=True)
        post = people_rows.ensure_post(conn, Role.DEPARTMENT, f"{cast.COUNTY}.procuratorate", house.today)
        conn.execute(update(posts).where(posts.c.id == post.id).values(holder=person))

    await house.db.run(work)
    return Phone(house, 890, "许检")


# --- names on tap ---


async def test_a_card_shows_no_name_until_somebody_says_why_and_hides_them_after_a_minute(house: TestHouse) -> None:
    report = await filed(house)
    police = await card(house, MAGUANG, report)
    for secret in ("殷小虎", "小虎", "王秀英", "柴玉兰", "殷建军", "10012345678"):
        assert secret not in police.text
    assert "殷某某" in police.text and "皮带" in police.text
    await police.press("显示姓名")
    await police.press("办案核实")
    shown = police.last
    for name in ("殷小虎", "王秀英", "柴玉兰", "殷建军", "10012345678"):
        assert name in shown.text
    assert (await journaled(house, "case.names"))[-1]["reason"] == "handling"
    house.pass_time(seconds=59)
    await house.settle()
    assert "殷小虎" in shown.text
    house.pass_time(seconds=2)
    await house.settle()
    assert shown.text == f"编号 {report.number}：姓名收起来了。"
    assert "殷小虎" not in police.everything
    await police.press("再看一次")
    await police.press("办案核实")
    assert "殷小虎" in police.text


async def test_names_are_hidden_after_a_restart_too_and_what_is_said_meanwhile_does_not_wait(house: TestHouse) -> None:
    report = await filed(house)
    police = await card(house, MAGUANG, report)
    await police.press("显示姓名")
    await police.press("上门见孩子")
    shown = police.last
    await house.restart()
    await police.send("/cases")
    assert "案件" in police.text  # at once, not in a minute
    assert "殷小虎" in shown.text
    house.pass_time(minutes=2)
    await house.settle()
    assert "殷小虎" not in police.everything


async def test_revealed_names_cannot_be_forwarded_and_are_not_kept_in_the_outbox(house: TestHouse) -> None:
    report = await filed(house)
    police = await card(house, MAGUANG, report)
    await police.press("显示姓名")
    await police.press("联系家里")
    sent = [params for name, params in house.line.calls if name == "sendMessage" and "殷小虎" in params.get("text", "")]
    assert sent[-1]["protect_content"] in (True, "true")
    assert all(not key.startswith("_") for key in sent[-1])

    def kept(conn: Connection) -> list[str]:
        rows = conn.execute(select(outbox).where(outbox.c.chat_id == MAGUANG.chat_id)).all()
        return [str(opened(conn, outbox, row)["params"]) for row in rows]

    assert not any("殷小虎" in one for one in await house.look(kept))


async def test_the_reporter_sees_the_own_reports_names_without_a_question(house: TestHouse) -> None:
    report = await filed(house)
    phone = await card(house, YULAN, report)
    assert "殷小虎" not in phone.text
    await phone.press("显示姓名")
    assert "殷小虎" in phone.text


async def test_a_guessed_button_reveals_nothing_and_is_journaled(house: TestHouse) -> None:
    report = await filed(house)
    for person in (CUIFANG, LUOLAOSHI):
        phone = house.phone(person)
        await phone.send("/start")
        for data in (f"do:names.show:{report.id}|handling", f"do:papers.ask:form|{report.id}"):
            await phone.press_raw(data, phone.last.id)
            assert "没有找到" in phone.text
        assert "殷" not in phone.everything.replace("殷家庄", "")
    assert len(await journaled(house, "case.refused")) == 4


# --- papers ---


async def test_the_report_form_opens_with_its_password_only_and_holds_what_the_law_wants(house: TestHouse) -> None:
    report = await handled(house)
    paper, password = await printed(await card(house, MAGUANG, report), "报告表")
    assert paper.document
    with pytest.raises(FileNotDecryptedError):
        PdfReader(io.BytesIO(paper.document)).pages[0].extract_text()
    words = read(paper, password)
    for fact in (
        "强制报告表", report.number, "柴玉兰", "10000000101", "殷小虎", "王秀英", "在学校", "殷建军用皮带抽我",
        "公安", "马光", "训诫", "父亲写了保证书", "孩子住在姑姑家", "报告人（签字）", "第1页", "第一百零三条",
    ):  # fmt: skip
        assert fact in words, fact
    assert paper.file_name == f"{report.number}-报告表.pdf"
    assert paper.text == report.number
    assert password not in paper.text + (paper.file_name or "")
    [detail] = await journaled(house, "case.exported")
    assert detail == {"what": "form", "reason": "handover", "photos": False}


async def test_the_password_leaves_the_screen_and_no_copy_of_the_paper_stays(house: TestHouse) -> None:
    report = await handled(house)
    phone = await card(house, MAGUANG, report)
    _, password = await printed(phone, "报告表")
    house.pass_time(minutes=11)
    await house.settle()
    assert password not in phone.everything

    def kept(conn: Connection) -> list[object]:
        rows = conn.execute(select(outbox).where(outbox.c.chat_id == MAGUANG.chat_id)).all()
        values = [opened(conn, outbox, row) for row in rows]
        assert not any(password in str(one["params"]) for one in values)
        return [one["file"] for one in values if one["file"]]

    assert await house.look(kept) == []


async def test_the_case_file_has_the_clocks_and_the_whole_timeline_and_photos_only_when_asked_for(
    house: TestHouse,
) -> None:
    report = await handled(house)
    picture = io.BytesIO()
    Image.new("RGB", (80, 60), "#204060").save(picture, "JPEG")

    def send_along(conn: Connection) -> None:
        add(
            conn, attachments, id=new_id(), chat_id=YULAN.chat_id, received_at=house.now, kind="photo",
            mime="image/jpeg", size=9, name="a.jpg", content=picture.getvalue(), subject=f"report:{report.id}",
        )  # fmt: skip

    await house.db.run(send_along)
    phone = await card(house, HEJING, report)
    paper, password = await printed(phone, "案卷", photos="不放")
    words = read(paper, password)
    for fact in ("案卷", "经过", "公安（马光）签收", "正在走的时限", "每月反馈", "材料清单", "照片"):
        assert fact in words, fact
    assert paper.document
    plain = PdfReader(io.BytesIO(paper.document))
    plain.decrypt(password)
    assert not any(page.images for page in plain.pages)
    await phone.send(f"/cases {report.number}")
    paper, password = await printed(phone, "案卷", photos="放进去")
    assert paper.document
    full = PdfReader(io.BytesIO(paper.document))
    full.decrypt(password)
    assert len(full.pages) == len(plain.pages) + 1
    assert "材料1（照片）" in read(paper, password)


async def test_the_reporter_gets_the_form_of_the_own_report_without_what_departments_noted(house: TestHouse) -> None:
    report = await handled(house)
    phone = await card(house, YULAN, report)
    assert not any("案卷" in label for label in phone.last.labels)
    paper, password = await printed(phone, "报告表", reason="自己留底")
    words = read(paper, password)
    assert "殷小虎" in words and "公安" in words
    for noted in ("马光", "保证书", "姑姑家"):
        assert noted not in words
    await phone.press_raw(f"do:papers.ask:file|{report.id}", phone.last.id)
    assert "不归您打印" in phone.text


async def test_a_supervisor_who_reported_gets_no_more_than_any_reporter(house: TestHouse) -> None:
    report = await filed(house, JIANGUO)
    police = house.phone(MAGUANG)
    await police.press("看内容")
    await police.press("签收")
    await police.press("反馈")
    await police.send("孩子住在姑姑家")
    await police.press("确认")
    phone = await card(house, JIANGUO, report)
    assert not any("案卷" in label for label in phone.last.labels)
    words = read(*await printed(phone, "报告表", reason="自己留底"))
    assert "盛建国" in words and "公安反馈" in words
    assert "马光" not in words and "姑姑" not in words


async def test_what_was_sent_along_is_named_by_the_number_not_after_people(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("/report")
    for button in ("安全", "殷小虎", "在学校", "身上有伤", "没有"):
        await phone.press(button)
    await phone.send(SEEN)
    await phone.press("先交上去")
    await phone.press("加材料")
    await phone.send_file(b"%PDF-1.7 receipt", "殷小虎病历.pdf", mime="application/pdf")
    await phone.press("确认")
    police = house.phone(MAGUANG)
    await police.press("看内容")
    await police.press("材料")
    sent = next(one for one in reversed(police.messages) if one.document)
    assert sent.file_name == "BG-2026-0001-1.pdf"


async def test_who_only_watches_reads_and_prints_nothing(house: TestHouse) -> None:
    procurator = await overseer(house)
    report = await filed(house)
    for phone in (await card(house, JIANGUO, report), procurator):
        await phone.send(f"/cases {report.number}")
        if phone.has_button("督查"):
            await phone.press("督查")
        assert report.number in phone.text
        assert not any("案卷" in label or "报告表" in label for label in phone.last.labels)
        for what in ("form", "file"):
            await phone.press_raw(f"do:papers.ask:{what}|{report.id}", phone.last.id)
            assert "不归您打印" in phone.text
    assert len(await journaled(house, "case.paper_refused")) == 4


async def test_a_paper_asked_for_before_the_desk_was_given_up_is_not_made_after_it(house: TestHouse) -> None:
    report = await filed(house)
    police = await card(house, MAGUANG, report)
    await police.press("报告表")
    await police.press("归档留存")
    message, yes = police.find_button("确认")
    await police.send(f"/cases {report.number}")
    await police.press("退回")
    await police.send("不归我们管")
    await police.press("确认")
    await police.press_raw(yes["callback_data"], message.id)
    assert "没有找到" in police.text
    assert not any(message.document for message in police.messages)
