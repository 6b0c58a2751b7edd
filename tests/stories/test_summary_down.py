"""From a figure of 汇总 down to the place, the list and the child and back."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from db.models import journal
from domain.contacts import Kind
from tests import cast
from tests.cast import HEJING, JIANGUO, LEADER, YULAN
from tests.house import TestHouse
from tests.stories.summary_figures import figures_in, meet

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")


async def test_the_way_down_to_a_child_and_back(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    await phone.send("汇总")
    before = len(phone.messages)
    await phone.press("看各村")
    assert phone.last.labels == ["🤝暖泉村", "🤝新沟村", "📋 全部 30 处", "↩️ 新坝镇"]  # thirty villages, one message
    await phone.press("全部")
    assert "顺德村" in phone.last.labels
    assert "🤝暖泉村" in phone.last.labels
    await phone.press("暖泉村")
    assert figures_in(phone.text)["children"] == "3"
    await phone.press("↩️ 新坝镇")
    assert figures_in(phone.text)["children"] == "4"
    assert len(phone.messages) == before  # one message, changed in place
    await phone.press("看各村")
    await phone.press("暖泉村")
    await phone.press("看孩子")
    assert "殷小虎（0001）" in phone.last.labels


async def test_the_county_chooses_a_town_or_names_one(house: TestHouse) -> None:
    phone = house.phone(HEJING)
    await phone.send("汇总")
    assert {"城关镇", "新坝镇", "罗城镇"} <= set(phone.last.labels)
    assert figures_in(await phone.press("新坝镇"))["children"] == "4"
    assert "暖泉村" in await phone.send("汇总暖泉村")
    await phone.send("/town 小坝村")  # there is one in each of two towns
    assert phone.last.labels == ["新坝镇小坝村", "黑泉镇小坝村"]
    assert "黑泉镇小坝村" in await phone.press("黑泉镇小坝村")
    assert "没找到" in await phone.send("/town 桃花岛")


async def test_days_that_are_not_there_are_answered_plainly(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    assert "2027年3月还没到" in await phone.send("汇总 明年3月")
    assert "没有「2月30日」这样的日子" in await phone.send("汇总 2月30日")
    assert "没找到「桃花岛」" in await phone.send("汇总 桃花岛 上个月")
    assert "2026年" in await phone.send("汇总 顺德村 今年")  # a village with nobody on file
    assert figures_in(await phone.press_raw("do:summary.show:620724106|x", phone.last.id))["children"] == "4"
    assert "还没到" in await phone.press_raw("do:summary.show:620724106|300101-300131", phone.last.id)


async def test_two_villages_of_one_name_are_two_buttons_that_keep_the_days(house: TestHouse) -> None:
    phone = house.phone(HEJING)
    await phone.send("汇总 小坝村 上个月")
    assert phone.last.labels == ["新坝镇小坝村", "黑泉镇小坝村"]
    assert "黑泉镇小坝村　2026年10月" in await phone.press("黑泉镇小坝村")


async def test_from_a_number_to_the_list_to_the_child_and_back(house: TestHouse) -> None:
    await meet(house, cast.XIAOHU, Kind.HOME_VISIT)
    phone = house.phone(JIANGUO)
    await phone.send("汇总")
    await phone.press("没联系 3")
    assert "殷小雨（0002） 暖泉村" in "".join(phone.last.labels)
    listed = phone.last
    assert "殷小雨" in await phone.press("殷小雨")
    await phone.press("别的数", listed)
    assert {"本月没联系到 3", "🔴 红色 1", "在册 4"} <= set(phone.last.labels)
    await phone.press("↩️ 新坝镇")
    assert figures_in(phone.text)["children"] == "4"
    noted = await house.look(
        lambda conn: conn.execute(select(journal.c.detail).where(journal.c.action == "behind.read")).scalars().all()
    )
    assert noted == [{"count": 3}]


async def test_the_county_goes_down_by_places_and_sees_numbers_not_names(house: TestHouse) -> None:
    phone = house.phone(HEJING)
    await phone.send("全县")
    await phone.press("没联系 5")
    assert phone.last.labels[:2] == ["新坝镇 4", "黑泉镇 1"]
    await phone.press("新坝镇 4")
    assert any("GT-106-001-0001" in label for label in phone.last.labels)
    await phone.press("↩️ 高台县")
    assert "新坝镇 4" in phone.last.labels
    for child in cast.CHILDREN:
        assert child.name not in phone.everything


async def test_whom_a_month_gone_by_missed(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("汇总 上个月")
    await phone.press("没做到的")
    assert "一次没联系到 3" in phone.last.labels
    await phone.press("一次没联系到")
    assert any("殷小虎" in label for label in phone.last.labels)


async def test_leaders_have_no_lists_and_are_told_so_when_they_ask_for_names(house: TestHouse) -> None:
    phone = house.phone(LEADER)
    for words in ("哪些孩子没走访", "暖泉村有哪些娃", "小虎家啥情况"):
        before = len(phone.messages)
        await phone.send(words)
        assert "不看孩子的名字" in phone.messages[before + 1].text, words
    assert "不能做这个" in await phone.press_raw("do:behind.list:contacts|620724106", phone.last.id)
    assert "不能做这个" in await phone.press_raw("do:behind.all:620724", phone.last.id)
    await phone.send("全县 上个月")
    assert not phone.has_button("没做到的")
    for child in cast.CHILDREN:
        assert child.name not in phone.everything


async def test_what_is_missing_in_a_file_is_a_reason_to_call(house: TestHouse) -> None:
    phone = house.phone(HEJING)
    said = await phone.send("资料核对")
    assert "也不是谁的错" in said
    await phone.press("新坝镇")
    await phone.press("暖泉村")
    assert "殷小虎" not in phone.text
    phone = house.phone(YULAN)
    said = await phone.send("资料核对")
    assert re.search(r"\d\. .{1,2}殷小虎：", said)
    assert phone.has_button("📞 打电话")
    assert "不能做这个" in await house.phone(LEADER).send("资料核对")
