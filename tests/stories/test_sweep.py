"""拉网式排查: begun by the town, two taps a household, resumed at any time, signed by name, entered as done when all are."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader
from sqlalchemy import update

from db import deeds, sweeps
from db.models import sweep_villages
from tests.cast import CUIFANG, HAORAN, HEJING, JIANGUO, NUANQUAN, XIAOHU, XINBA, YULAN
from tests.house import TestHouse
from tests.phone import Phone

pytestmark = pytest.mark.slow


async def begun(house: TestHouse) -> Phone:
    jianguo = house.phone(JIANGUO)
    assert "没有拉网式排查" in await jianguo.send("排查")
    await jianguo.press("开始今年的排查")
    await jianguo.press("▶️ 开始")
    assert "已签字 0/" in jianguo.text
    return jianguo


async def test_a_village_is_gone_through_in_two_taps_a_household_and_signed(house: TestHouse) -> None:
    jianguo, yulan = await begun(house), house.phone(YULAN)
    assert "拉网式排查开始了" in yulan.everything
    assert "还没去 2 户" in await yulan.send("排查")
    await yulan.press("打印排查表")
    sheet = next(one.document for one in reversed(yulan.messages) if one.document)
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(sheet)).pages)
    assert XIAOHU.name in words and "100****" in words and "10012345678" not in words
    await yulan.send("排查")
    await yulan.press("去下一户")
    assert XIAOHU.name in yulan.text and "1/2" in yulan.text
    await yulan.press("见到了")
    assert HAORAN.name in yulan.text
    await yulan.send("今天")  # something else in between: nothing is lost
    assert "还没去 1 户" in await yulan.send("拉网排查")
    await yulan.press("去下一户")
    await yulan.press("没人在家")
    assert "1 户没人在家" in yulan.text
    await yulan.press("▶️ 去下一户") if yulan.has_button("去下一户") else None
    await yulan.press("确认签字")
    await yulan.send("王五")
    assert "登记的名字" in yulan.text
    await yulan.send(YULAN.name)
    await yulan.press("确认")
    assert "排查完成" in yulan.text and YULAN.name in yulan.text
    assert "已签字 1/" in await jianguo.send("排查")
    assert HAORAN.name not in jianguo.everything


async def test_a_child_met_on_the_way_is_on_file_seen_and_under_its_brothers_roof(house: TestHouse) -> None:
    await begun(house)
    yulan = house.phone(YULAN)
    await yulan.send("排查")
    await yulan.press("有新孩子")
    await yulan.press("跳过")
    for words in ("蒋浩宇", "2017年4月5日"):
        await yulan.send(words)
    for word in ("男", "留守", "选好了", "祖父母"):
        await yulan.press(word)
    await yulan.send("蒋万福")
    await yulan.press("加电话")
    await yulan.send("10012345678")
    await yulan.press("确认")
    assert f"{HAORAN.name}" in yulan.text
    await yulan.press("排查：见到了")
    assert "王秀英家" in yulan.text  # one home of two is seen: the brother's
    assert "见到 1 户，没人在家 0 户，搬走 0 户，还没去 1 户" in await yulan.send("排查")


async def test_when_the_last_village_has_signed_the_town_has_done_it(house: TestHouse) -> None:
    jianguo, cuifang = await begun(house), house.phone(CUIFANG)

    def others(conn):  # type: ignore[no-untyped-def]
        conn.execute(update(sweep_villages).where(sweep_villages.c.unit != "620724106002").values(signed_at=house.now))

    await house.db.run(others)
    await cuifang.send("排查")
    await cuifang.press("去下一户")
    await cuifang.press("搬走了")
    assert "搬到哪儿" in cuifang.text
    await cuifang.press("先走下一户")
    await cuifang.press("确认签字")
    await cuifang.send(CUIFANG.name)
    await cuifang.press("确认")
    done = await house.look(lambda conn: [one.duty for one in deeds.of_units(conn, [XINBA], house.today)])
    assert done == ["sweep"]
    assert "各村都排查签字了" in jianguo.everything
    assert (await house.look(lambda conn: sweeps.measure_sweeps(conn, 2026)))["signed"] > 5


async def test_the_county_begins_the_rest_sees_places_and_no_family_and_reminders_follow(house: TestHouse) -> None:
    await begun(house)
    county, yulan = house.phone(HEJING), house.phone(YULAN)
    await county.send("排查")
    await county.press("没开始的镇都开始")
    await county.press("▶️ 开始")
    await county.press("新坝镇")
    assert "还没走的" in county.text
    await county.press("暖泉村")
    assert "还没去 2 户" in county.text and XIAOHU.name not in county.everything and "王秀英" not in county.everything
    await county.press_raw(f"do:sw.found:{NUANQUAN}|{XIAOHU.file_no}|seen", county.last.id)
    assert "不能做这个" in county.everything
    house.pass_time(days=37)
    assert "拉网排查没走完" in await yulan.send("今天")
