"""明天 · 这周 · 这个月 and the route list: what falls due, household by household, and a sheet to take along."""

from __future__ import annotations

import io
from datetime import UTC, date, time

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from db.models import journal
from domain.calendar import at
from tests.cast import HEJING, JIANGUO, MAGUANG, XIAOHU, YINUO, YULAN
from tests.done import all_done
from tests.house import TestHouse

pytestmark = pytest.mark.slow
MONDAY = date(2026, 11, 16)


async def a_week_on(house: TestHouse) -> None:
    await all_done(house, MONDAY)
    house.now = at(date(2026, 11, 30), time(10)).astimezone(UTC)


async def test_this_week_shows_what_falls_due_with_names_and_reasons(house: TestHouse) -> None:
    await a_week_on(house)
    phone = house.phone(YULAN)
    await phone.send("今天")
    said = await phone.press("这周")
    assert "到12月6日" in said and "🔴蒋浩然（蒋万福家）：联系已超7天（上次11月16日）" in said
    assert YINUO.name not in said


async def test_brother_and_sister_are_one_stop(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("今天")
    said = await phone.press("这周")
    assert "3 个孩子，2 家" in said and "🟡殷小雨、🟢殷小虎（王秀英家）" in said


async def test_tomorrow_and_this_month_answer_like_the_questions(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    asked = await phone.send("这个月还差谁")
    await phone.send("今天")
    assert await phone.press("这个月") == asked
    await phone.send("今天")
    await phone.press("明天")
    assert any("该跑 2 家" in message.text for message in phone.messages[-2:])


async def test_the_route_list_is_a_sheet_with_boxes_and_masked_phones_and_is_journaled(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("今天")
    await phone.press("这周")
    await phone.press("路线单")
    paper = phone.last
    assert paper.file_name == "走访路线单-2026-11-18.pdf" and XIAOHU.name not in paper.text
    assert paper.document is not None
    printed = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.document)).pages)
    assert "□" in printed and XIAOHU.name in printed and XIAOHU.file_no in printed
    assert "10012345678" not in printed and "100****5678" in printed
    noted = await house.look(
        lambda conn: conn.execute(select(journal.c.detail).where(journal.c.action == "route.printed")).scalar_one()
    )
    assert noted == {"days": 6, "count": 3}


async def test_who_does_no_visits_is_not_offered_any(house: TestHouse) -> None:
    for person in (HEJING, MAGUANG):
        phone = house.phone(person)
        await phone.send("今天")
        assert not phone.has_button("这周")
    await house.phone(MAGUANG).press_raw("do:week.print:7", 1)
    assert house.phone(MAGUANG).last.document is None


async def test_a_supervisors_week_does_not_hold_the_villages_work(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    await phone.send("今天")
    said = await phone.press("这周")
    assert "【新坝镇暖泉村】" in said and "督导联系已超" in said
    assert "家访" not in said and "；联系" not in said and "：联系" not in said
