"""A report that was begun and not sent: who asks after it, who hears of it, and who takes it up."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from db.models import drafts, people
from domain.people import Role
from tests import cast
from tests.cast import CUIFANG, HEJING, JIANGUO, MAGUANG, YULAN
from tests.house import TestHouse
from tests.stories.report_hours import NEVER_SAID, later, proved, seat

pytestmark = pytest.mark.slow  # left out of ./test --fast


async def test_silence_over_a_begun_report_asks_and_then_tells_a_person_without_its_content(house: TestHouse) -> None:
    phone, county, supervisor = house.phone(YULAN), house.phone(HEJING), house.phone(JIANGUO)
    await phone.send("/report")
    await phone.press("现在有危险")
    await later(house, minutes=9)
    assert "刚才的报告还没填完" not in phone.everything
    await later(house, minutes=1)
    assert phone.text.startswith("🆘 有危险先打 110")
    assert county.everything == supervisor.everything == ""
    await later(house, minutes=20)
    assert "暖泉村儿童主任开始写一份强制报告" in county.text  # the conflict question is unanswered
    assert "危险" not in county.text and supervisor.everything == ""
    _, button = county.find_button("看电话")
    assert "没有找到" in await house.phone(CUIFANG).press_raw(button["callback_data"], 1)
    await county.press("看电话")
    assert YULAN.phone in county.text
    told = county.everything.count("没有动静")
    await later(house, minutes=60)
    assert county.everything.count("没有动静") == told
    await later(house, minutes=31)
    assert county.everything.count("没有动静") == told + 1
    await house.restart()
    await later(house, hours=22)
    assert county.everything.count("没有动静") == told + 2
    assert await proved(house)


async def test_a_report_that_stays_half_told_is_brought_up_once_a_day_until_it_is_sent_or_closed(
    house: TestHouse,
) -> None:
    phone, county = house.phone(YULAN), house.phone(HEJING)
    for _ in range(2):
        await phone.send("/report")
        if "没填完" in phone.text:
            await phone.press("新填一份")
        await phone.press("安全")
    await later(house, hours=24, minutes=1)  # Thursday
    assert "一直没交" not in county.everything
    for day in range(1, 5):  # over the weekend, too
        await later(house, hours=12)
        await later(house, hours=12)
        assert county.everything.count("一直没交") == day
    assert "有 2 份强制报告" in county.text and county.text.count("暖泉村儿童主任") == 2
    assert not [word for word in NEVER_SAID if word in county.text]
    await county.press("📞 新坝镇暖泉村儿童主任")
    assert YULAN.phone in county.text
    for asked_again in [one for one in phone.messages if "▶️ 接着写" in one.labels]:
        await phone.press("误触", asked_again)
        await phone.press("点错了")
        await phone.press("确认")
    told = county.everything.count("一直没交")
    await later(house, hours=24)
    assert county.everything.count("一直没交") == told
    assert await proved(house)


async def test_the_supervisor_hears_of_the_silence_only_where_nobody_is_involved(house: TestHouse) -> None:
    phone, county, supervisor = house.phone(YULAN), house.phone(HEJING), house.phone(JIANGUO)
    await phone.send("/report")
    await phone.press("安全")
    await phone.press("殷小虎")
    await phone.press("在学校")
    await phone.press("身上有伤")
    await phone.press("没有")
    await later(house, minutes=31)
    assert "开始写一份强制报告" in supervisor.text
    assert county.everything == ""


async def test_words_that_only_sound_like_harm_tell_nobody_and_are_repeated_once(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("小虎身上青一块紫一块 说是爸爸用皮带抽的")
    await later(house, minutes=11)
    assert "没有告诉任何人" in phone.text
    for _ in range(5):
        await later(house, hours=6)
    assert phone.everything.count("没有告诉任何人") == 1
    for person in (HEJING, JIANGUO, MAGUANG):
        assert "强制报告" not in house.phone(person).everything
    await phone.send("今天")
    assert any("报告" in label for label in phone.last.labels)


async def test_opening_a_suggestion_starts_its_silence_and_not_ends_it(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("小虎身上青一块紫一块 说是爸爸用皮带抽的")
    house.pass_time(hours=5)
    await phone.press("报告")
    await later(house, minutes=9)
    assert "刚才的报告还没填完" not in phone.everything
    await later(house, minutes=22)
    assert "开始写一份强制报告" in house.phone(HEJING).text


async def test_the_report_of_a_worker_who_leaves_is_taken_up_above_and_goes_on(house: TestHouse) -> None:
    phone, county = house.phone(YULAN), house.phone(HEJING)
    await phone.send("/report")
    await phone.press("现在有危险")
    await phone.press("还没打")

    def leave(conn: Connection) -> None:
        conn.execute(update(people).where(people.c.chat_id == YULAN.chat_id).values(left_on=house.today))

    await house.db.run(leave)
    await later(house, minutes=1)
    assert "写的人不在岗了，现在请您接着办" in county.text
    await county.press("接着写")
    assert "是哪个孩子" in county.text  # with all that was answered
    kept: Any = await house.look(lambda conn: conn.execute(select(drafts.c.chat_id)).scalars().all())
    assert kept == [HEJING.chat_id]


async def test_a_worker_with_another_telephone_finds_the_report_there(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("/report")
    await phone.press("现在有危险")
    await phone.press("还没打")
    new = await seat(house, Role.CHILD_DIRECTOR, cast.NUANQUAN, 778, YULAN.name)
    await later(house, minutes=1)
    assert "报告没写完" in new.text
    await new.press("接着写")
    assert "是哪个孩子" in new.text
    assert house.phone(HEJING).everything == ""
