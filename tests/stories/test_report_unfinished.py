"""Reports that were left half told, told twice, or told by mistake."""

from __future__ import annotations

from db import reports as report_rows
from db.models import report_desks
from domain.reports.case import Act
from tests.cast import MAGUANG, YULAN
from tests.house import TestHouse
from tests.stories.report_told import all_reports, count, fill


async def test_a_restart_in_the_middle_loses_nothing(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await fill(phone)
    await house.restart()
    await phone.press("今天")
    assert "怀疑是谁" in phone.text
    await house.restart()
    await phone.press("先交上去")
    await phone.press("确认")
    assert "BG-2026-0001" in phone.everything


async def test_a_visit_does_not_lose_a_half_written_report(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await fill(phone)
    await phone.send("意见反馈")
    await phone.send("字太小")
    await phone.press("确认")
    await phone.send("/visit")
    said = await phone.send("/report")
    assert "110" in said  # the numbers stay first, also when a draft waits
    assert "1 份报告没填完" in said
    said = await phone.press("接着填（")
    assert "什么时候" in said
    said = await phone.send("取消")
    assert "先放着" in said
    assert "没填完的" not in await phone.send("/start")
    await phone.send("/report")
    await phone.press("接着填（")
    await phone.press("先交上去")
    assert "皮带" in phone.text


async def test_several_reports_may_be_half_written(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await fill(phone)
    await phone.send("/report")
    await phone.press("新填一份")
    await phone.press("现在有危险")
    said = await phone.send("/report")
    assert "2 份报告没填完" in said
    assert len([label for label in phone.last.labels if "接着填" in label]) == 2


async def test_pressing_confirm_twice_sends_once(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await fill(phone)
    await phone.press("先交上去")
    card, button = phone.find_button("确认")
    await phone.press("确认")
    await phone.press_raw(button["callback_data"], card.id)
    assert "已经交了" in phone.toast
    assert len(await all_reports(house)) == 1
    assert house.phone(MAGUANG).everything.count("BG-2026-0001") == 1


async def test_a_mistaken_report_is_closed_with_a_reason_and_stays(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("/report")
    await phone.press("安全")
    await phone.send("取消")
    await phone.press("误触")
    await phone.press("点错了")
    await phone.press("确认")
    assert "BG-2026-0001" in phone.text
    assert "没有" in await phone.send("取消")  # nothing in hand any more
    [report] = await all_reports(house)
    events = await house.look(lambda conn: report_rows.events(conn, report.id))
    assert [one.kind for one in events] == [Act.MISTAKEN]
    assert events[0].note == "点错了"
    assert await count(house, report_desks) == 0
    assert house.phone(MAGUANG).everything == ""
    assert "孩子现在安全吗" in await phone.send("/report")


async def test_mistaken_on_the_card_can_be_left_again(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await fill(phone)
    await phone.press("先交上去")
    await phone.press("误触")
    await phone.press("取消")
    await phone.send("/report")
    await phone.press("接着填（")
    assert "皮带" in phone.text
    assert await all_reports(house) == []
