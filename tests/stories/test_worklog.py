"""工作日志: one's own words by day, for nobody else."""

from __future__ import annotations

from sqlalchemy import select

from db.models import inbox, work_log
from tests.cast import CUIFANG, JIANGUO, YULAN
from tests.house import TestHouse


async def test_words_go_into_the_log_by_a_tap_once_and_stand_there_by_day(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("把文化墙刷了一遍")
    offer = phone.last
    assert "只有您自己看得到" in await phone.press("记到工作日志")
    data = next(f"do:worklog.keep:{message.id}" for message in phone.messages if message.out)
    await phone.press_raw(data, offer.id)  # the same button once more
    assert "已经在工作日志里" in phone.text
    house.pass_time(days=1)
    await phone.send("日志 今天去镇上开会")
    await phone.send("工作日志")
    assert phone.last.labels == ["11月19日（1条）", "11月18日（1条）", "🗓 本月日志表"]
    assert "把文化墙刷了一遍" in await phone.press("11月18日")
    await phone.press("删 1")
    await phone.send("工作日志")
    assert phone.last.labels == ["11月19日（1条）", "🗓 本月日志表"]


async def test_nobody_else_can_open_or_delete_an_entry_and_it_rests_sealed(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("日志 把文化墙刷了一遍")
    row = (await house.look(lambda conn: conn.execute(select(work_log)).all()))[0]
    assert "文化墙".encode() not in bytes(row.text)
    for person in (JIANGUO, CUIFANG):
        other = house.phone(person)
        assert "还没往日志里添话" in await other.send("工作日志")
        await other.press_raw(f"do:worklog.drop:{row.id}", other.last.id)
        await other.press_raw("do:worklog.day:2026-11-18", other.last.id)
        assert "文化墙" not in other.everything
    await phone.send("工作日志")
    assert "文化墙" in await phone.press("11月18日")


async def test_an_entry_follows_its_message_when_that_is_changed(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("把文化墙刷了一遍")
    message = next(one for one in phone.messages if one.out)
    await phone.press("记到工作日志")
    await house.receive({"edited_message": phone._message(message.id, text="把文化广场刷了一遍") | {"edit_date": 2}})
    await phone.send("工作日志")
    assert "文化广场" in await phone.press("11月18日")


async def test_words_that_are_gone_are_asked_for_again(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("把文化墙刷了一遍")
    await house.db.run(lambda conn: conn.execute(inbox.update().values(body=None)))
    assert "再发一遍" in await phone.press("记到工作日志")
