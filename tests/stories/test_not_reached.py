"""The failed-contact ladder: each attempt that reaches nobody is followed by its next step, in one tap."""

from __future__ import annotations

from datetime import timedelta

from db import duties
from domain.policy import COUNTY_DEFAULTS
from tests.cast import JIANGUO, XIAOHU, YULAN
from tests.house import TestHouse
from tests.phone import Phone


async def _nobody_answers(phone: Phone) -> str:
    await phone.send("给小虎打电话了 没人接")
    return await phone.press("确认")


async def test_after_the_first_failure_it_is_tried_again_within_two_days(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    said = await _nobody_answers(phone)
    assert "2天内换个方式再试" in said and phone.has_button("看看别的号码")
    owed = await house.look(
        lambda conn: duties.retries_until(conn, house.today + timedelta(days=9), house.today, COUNTY_DEFAULTS)
    )
    assert [(one.duty.code, one.due - house.today) for one in owed] == [("retry", timedelta(days=2))]
    house.pass_time(days=2)
    assert "没联系上，换个方式再试" in await phone.send("今天")


async def test_the_second_offers_a_visit_and_the_third_asks_the_supervisor_by_number_only(house: TestHouse) -> None:
    phone, supervisor = house.phone(YULAN), house.phone(JIANGUO)
    await _nobody_answers(phone)
    house.pass_time(days=2)
    assert "第二次没联系上" in await _nobody_answers(phone)
    assert phone.has_button("去家里看")
    assert supervisor.messages == []
    house.pass_time(days=2)
    said = await _nobody_answers(phone)
    assert "连着3次没联系上" in said
    assert (
        "没联系上了" in said and "110" in said and phone.has_button("报告")
    )  # never reached since the file was opened
    assert XIAOHU.file_no in supervisor.text and "小虎" not in supervisor.text
    house.pass_time(days=2)
    owed = await house.look(lambda conn: duties.retries_until(conn, house.today, house.today, COUNTY_DEFAULTS))
    assert [one.duty.code for one in owed] == ["lost"]


async def test_reaching_somebody_ends_it(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await _nobody_answers(phone)
    house.pass_time(days=1)
    await phone.send("给小虎打电话了 奶奶接的 都好")
    assert "没联系上" not in await phone.press("确认")
    assert (
        await house.look(
            lambda conn: duties.retries_until(conn, house.today + timedelta(days=9), house.today, COUNTY_DEFAULTS)
        )
        == []
    )
