"""One message is enough: what a worker writes becomes a filled form; a sign of harm becomes the emergency card."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from db import contacts
from db.models import drafts, reports
from tests.cast import HAORAN, MAGUANG, XIAOHU, YULAN
from tests.house import TestHouse


async def test_a_sentence_about_a_call_needs_only_to_be_confirmed(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    card = await phone.send("昨天给小虎打了电话，奶奶接的，都好")
    assert "核对" in card and "殷小虎" in card and "11月17日" in card
    await phone.press("确认")
    record = (await house.look(lambda conn: contacts.latest(conn, XIAOHU.id)))[0]
    assert record.contact.day == date(2026, 11, 17)
    assert record.contact.kind == "phone"
    assert record.content["note"] == "昨天给小虎打了电话，奶奶接的，都好"


async def test_what_a_sentence_leaves_out_is_asked(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    said = await phone.send("今天上午去了浩然家")
    assert "家里见到谁" in said and "蒋浩然" in said


async def test_a_call_not_answered_is_an_attempt(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("今天给小虎打电话没人接")
    await phone.press("确认")
    assert (await house.look(lambda conn: contacts.latest(conn, XIAOHU.id)))[0].contact.reached is False


async def test_a_sign_of_harm_shows_110_offers_the_report_and_files_nothing(house: TestHouse) -> None:
    phone, police = house.phone(YULAN), house.phone(MAGUANG)
    said = await phone.send("刚看见浩然胳膊上有皮带印")
    assert "110" in said and "已报告" not in said
    assert await house.look(lambda conn: conn.execute(select(func.count()).select_from(reports)).scalar()) == 0
    assert police.messages == []
    await phone.press("登记报告")
    assert "安全" in phone.text


async def test_not_meant_so_ends_the_suggestion(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("刚看见浩然胳膊上有皮带印")
    await phone.press("不是，是别的意思")
    assert await house.look(lambda conn: conn.execute(select(func.count()).select_from(drafts)).scalar()) == 0


async def test_a_sign_of_harm_in_the_middle_of_a_visit_keeps_both(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访 浩然")
    await phone.send("娃身上有好多伤，说是他爸打的")
    assert "110" in phone.everything
    assert phone.has_button("登记报告") and phone.has_button("电话")
    assert HAORAN.name in phone.text


async def test_small_talk_gets_a_kind_line(house: TestHouse) -> None:
    assert "没看懂" in await house.phone(YULAN).send("今天天气真好啊")


async def test_a_sign_of_harm_typed_into_a_visit_is_not_only_a_note(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访 浩然")
    for tap in ("上门", "孩子和大人都在", "身体", "选好了"):
        await phone.press(tap)
    await phone.send("胳膊上青一块紫一块，他说是他爸拿皮带抽的")
    assert phone.has_button("登记报告")
    assert "自己能办" in phone.text  # and the visit goes on
    await phone.press("登记报告")
    assert "安全" in phone.text
