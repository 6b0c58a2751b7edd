"""Each value shows the words it came from; what people change is counted by field, never with its words."""

from __future__ import annotations

from sqlalchemy import select

from db import corrections
from db.models import reading_corrections
from tests.cast import COUNTY, HEJING, LEADER, NUANQUAN, YULAN
from tests.house import TestHouse

SAID = "昨天给小虎打了电话，奶奶接的，都好"


async def _rates(house: TestHouse) -> dict[str, tuple[int, int]]:
    found = await house.look(
        lambda conn: corrections.rates(conn, [NUANQUAN, COUNTY], house.today.replace(month=10, day=1), house.today)
    )
    return {one.field: (one.read, one.corrected) for one in found}


async def test_every_value_shows_its_words_and_is_changed_from_there(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send(SAID)
    said = await phone.press("看依据")
    assert "<b>【昨天】</b>" in said
    day = next(line for line in said.splitlines() if line.startswith("日期"))
    assert "11月17日" in day and "“昨天”" in day
    assert "“小虎”" in next(line for line in said.splitlines() if line.startswith("孩子"))
    await phone.press("改日期")
    await phone.press("前天")
    assert "11月16日" in phone.text and phone.has_button("确认")
    day = next(line for line in (await phone.press("看依据")).splitlines() if line.startswith("日期"))
    assert "您自己选的" in day
    assert "核对" in await phone.press("返回")


async def test_a_day_nobody_named_says_so_and_angle_brackets_stay_words(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("给小虎打了电话，奶奶接的，都好 <b>&")
    said = await phone.press("看依据")
    assert "没写日子" in next(line for line in said.splitlines() if line.startswith("日期"))
    assert "&lt;b&gt;&amp;" in said


async def test_what_was_read_and_what_was_changed_is_counted_by_field_without_words(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send(SAID)
    await phone.press("确认")
    assert (await _rates(house))["day"] == (1, 0)
    await phone.send("昨天给浩然打了电话，爷爷接的，都好")
    for tap in ("修改", "日期", "前天", "确认"):
        await phone.press(tap)
    assert await _rates(house) == {"day": (2, 1), "child": (2, 0), "how": (2, 0), "result": (2, 0)}
    rows = await house.look(lambda conn: conn.execute(select(reading_corrections)).all())
    assert {type(value) for row in rows for value in row} <= {type(house.today), str, int}
    assert not any("浩然" in str(value) or "昨天" in str(value) for row in rows for value in row)


async def test_a_correction_afterwards_counts_against_the_reading_too(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send(SAID)
    await phone.press("确认")
    await phone.send("上次记错了 是10号")
    await phone.press("确认")
    assert await _rates(house) == {"day": (1, 1), "child": (1, 0), "how": (1, 0), "result": (1, 0)}


async def test_a_form_filled_by_taps_is_not_counted(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访 小虎")
    for tap in ("电话", "孩子本人", "确认"):
        await phone.press(tap)
    assert await _rates(house) == {}


async def test_the_county_sees_how_well_messages_are_read_and_leaders_do_not(house: TestHouse) -> None:
    phone, county = house.phone(YULAN), house.phone(HEJING)
    assert "读消息" not in await county.send("全县")
    await phone.send(SAID)
    for tap in ("修改", "日期", "前天", "确认"):
        await phone.press(tap)
    assert "本季读消息 4 项，改了 1 项（25.0%）" in await county.send("全县")
    said = await county.press("读消息准不准")
    assert "日期：1 项，改了 1 项（100.0%）" in said
    assert "柴玉兰" not in said and "小虎" not in said
    leader = house.phone(LEADER)
    assert "读消息" not in await leader.send("全县") and not leader.has_button("读消息准不准")
