"""意见反馈: nobody learns who wrote; the answer comes back; what is listed names nobody."""

from __future__ import annotations

from sqlalchemy import select

from db import feedback
from db.models import feedback as table
from db.models import forms_filled, journal
from tests.cast import ADMIN, CUIFANG, HEJING, LEADER, YULAN
from tests.house import TestHouse

WORDS = "殷小虎家的表又要报一遍，暖泉村没人帮，我电话10000000101"


async def _write(house: TestHouse, words: str = WORDS, *, named: bool = False) -> None:
    phone = house.phone(YULAN)
    await phone.send(f"意见反馈 {words}")
    if named:
        await phone.press("留名")
        await phone.press("留名")
    await phone.press("确认")


async def test_an_opinion_is_anonymous_by_default_in_the_row_and_in_the_journal(house: TestHouse) -> None:
    await _write(house)
    rows = await house.look(lambda conn: conn.execute(select(table)).mappings().all())
    assert len(rows) == 1 and rows[0]["by_person"] is None
    said = await house.look(
        lambda conn: conn.execute(select(journal).where(journal.c.action == "feedback")).mappings().all()
    )
    assert len(said) == 1 and said[0]["person_id"] is None
    # with one director a village, a count by place and day would name the writer
    assert not await house.look(lambda conn: conn.execute(select(forms_filled)).all())
    county = house.phone(HEJING)
    await county.send("意见办理")
    await county.press("表又要报")
    assert "没有留名" in county.text and "柴玉兰" not in county.everything


async def test_the_answer_reaches_the_writer_and_is_listed_only_after_the_county_has_read_it(house: TestHouse) -> None:
    await _write(house)
    writer, county, other = house.phone(YULAN), house.phone(HEJING), house.phone(CUIFANG)
    await county.send("意见办理")
    assert "某某" in str(county.last.labels) and "小虎" not in str(county.last.labels)
    await county.press("表又要报")
    await county.press("↩️ 回复")
    await county.send("年底起一次录入，几张表自动填。")
    await county.press("确认")
    assert "有回复了" in writer.text and "年底" not in writer.text  # a push says nothing
    await writer.press("看回复")
    assert "一次录入" in writer.text
    assert "还没有公开" in await other.send("大家的意见")
    assert "某某家的表" in county.text and "某村" in county.text and "10000000101" not in county.text
    await county.press("📢 公开")
    said = await other.send("大家的意见")
    assert "某某家的表又要报一遍" in said and "一次录入" in said
    assert "小虎" not in said and "暖泉" not in said
    kept = await house.look(lambda conn: conn.execute(select(table.c.chat)).scalar())
    assert kept is None  # once the answer is on its way nothing leads to the writer


async def test_the_county_may_reword_it_and_a_name_slipped_in_is_masked_again(house: TestHouse) -> None:
    await _write(house)
    county = house.phone(HEJING)
    await county.send("意见办理")
    await county.press("表又要报")
    await county.press("↩️ 回复")
    await county.send("已经改了。")
    await county.press("确认")
    await county.press("改一改")
    await county.send("蒋浩然村里说重复填表")
    await county.press("确认")
    assert "某某村里说重复填表" in await house.phone(LEADER).send("大家的意见")


async def test_an_opinion_may_be_signed_and_an_admin_reads_it_without_names(house: TestHouse) -> None:
    await _write(house, named=True)
    county, admin = house.phone(HEJING), house.phone(ADMIN)
    await county.send("意见办理")
    await county.press("表又要报")
    assert "柴玉兰" in county.text
    await admin.send("意见办理")
    await admin.press("表又要报")
    assert "某某家的表" in admin.text
    assert "柴玉兰" not in admin.everything and "小虎" not in admin.everything
    assert not admin.has_button("↩️ 回复")


async def test_what_waits_longer_than_fifteen_working_days_is_brought_up_in_the_countys_morning(
    house: TestHouse,
) -> None:
    await _write(house)
    county = house.phone(HEJING)
    house.pass_time(days=22)
    await house.scheduler.once()
    await house.settle()
    assert "回复意见" in county.everything
    assert "过了 15 个工作日" in await county.send("意见办理")
    numbers = await house.look(lambda conn: feedback.counts(conn, house.today))
    assert numbers == {"waiting": 1, "overdue": 1, "answered": 0, "listed": 0}
