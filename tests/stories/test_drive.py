"""走访慰问: proposed by the calendar, gone through home by home, nobody served twice unseen, undone in one tap."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import load_workbook
from sqlalchemy import Connection, select

from db import child_file, deeds, drives
from db.child_file import Hand
from db.models import helps
from domain.consent import Consent, ConsentKind, ConsentState, How, Whose
from domain.drives import Sort, Whom
from domain.policy import COUNTY_DEFAULTS
from tests.cast import GUIXIANG, HAORAN, HEJING, JIANGUO, NUANQUAN, XIAOHU, XIAOYU, YULAN
from tests.house import TestHouse
from tests.stories.mornings import beat_at

pytestmark = pytest.mark.slow


async def helped(house: TestHouse, child: str = XIAOHU.id) -> int:
    query = select(helps.c.id).where(helps.c.child_id == child, helps.c.withdrawn_at.is_(None))
    return await house.look(lambda conn: len(conn.execute(query).all()))


async def begin(house: TestHouse) -> None:
    town = house.phone(JIANGUO)
    await town.send("走访慰问")
    await town.press("新安排")
    await town.press("元旦走访慰问")
    await town.press("在册全部")
    await town.send("12月31日")
    await town.send("米面油一份")
    await town.send("县妇联")
    await town.press("确认")


async def test_a_town_begins_one_and_a_director_goes_home_by_home(house: TestHouse) -> None:
    yulan, town = house.phone(YULAN), house.phone(JIANGUO)
    await begin(house)
    assert "2 个村，3 家" in town.text  # the two of one household are one home
    assert "开始了" in yulan.text and "小虎" not in yulan.text
    assert "元旦" not in house.phone(GUIXIANG).everything
    await yulan.press("看名单")
    assert "还有 2 家" in yulan.text and "还没人去过" in yulan.text and "米面油一份（县妇联）" in yulan.text
    await yulan.press("✅ 殷小虎")
    assert "还有 1 家" in yulan.text and await helped(house) == 1
    await yulan.press_raw(f"do:dr.next:{await drive_id(house)}|{NUANQUAN}", yulan.last.id)
    await yulan.press("去过的")
    await yulan.press("↩️ 殷小虎")
    assert "撤回了" in yulan.text and await helped(house) == 0
    await yulan.press("下一家")
    await yulan.press("其他…")
    assert "没同意把情况告诉县妇联" in yulan.text
    await yulan.press("送了别的")
    await yulan.send("书包一个")
    await yulan.send("团县委")
    assert await helped(house) + await helped(house, HAORAN.id) == 1
    await yulan.press("下一家")
    await yulan.press("✅ ")
    assert "还有 0 家" in yulan.text
    kept = await house.look(lambda conn: deeds.of_units(conn, [NUANQUAN], date(2026, 11, 1)))
    assert [(one.duty, one.reached) for one in kept] == [("holiday_visits", 2)]  # nobody writes them down once more
    await begin(house)  # a second one by the same giver: what was given stands with the home
    await yulan.press("看名单")
    assert "已有：" in yulan.text and "团县委书包一个" in yulan.text
    assert "米面油一份" in yulan.text


async def drive_id(house: TestHouse) -> str:
    return str((await house.look(lambda conn: drives.listed(conn, "running")))[0].id)


async def test_a_single_home_is_given_to_somebody_by_name(house: TestHouse) -> None:
    yulan, town = house.phone(YULAN), house.phone(JIANGUO)
    await begin(house)
    await town.press("看一看")
    await town.press("暖泉村")
    await town.press("其他…")
    await town.press("谁去")
    await town.press("写名字")
    await town.send("妇联王姐")
    assert "（妇联王姐去）" in town.text
    assert "由妇联王姐去" in yulan.everything and "小虎" not in yulan.everything
    county = house.phone(HEJING)
    for name, shown in ((HEJING.name, "（何静去）"), (JIANGUO.name, "（督导员去）")):
        await town.press("其他…")
        await town.press("谁去")
        await town.press("写名字")
        await town.send(name)
        assert shown in town.text
    assert "有一家请您去" in county.text and "小虎" not in county.text  # named, and told in their own chat
    kinds = await house.look(lambda conn: [one.kind for one in drives.tasks(conn, date(2027, 1, 1), None, None)])
    assert {"drive", "drive_town"} == set(kinds)  # each hears of the homes that are theirs


async def test_a_supervisor_sees_places_takes_a_village_over_and_gets_the_list(house: TestHouse) -> None:
    yulan, town = house.phone(YULAN), house.phone(JIANGUO)
    await begin(house)
    await beat_at(house, date(2026, 12, 28))
    assert "走访慰问名单" in yulan.everything
    await town.press("看一看")
    assert "暖泉村：0/2 家" in town.text
    await town.press("暖泉村")
    await town.press("这村我去")
    assert "督导员去" in yulan.text
    await town.send("今天")
    assert "走访慰问名单" in town.text
    await town.send("走访慰问")
    await town.press("看第1项")
    line = Consent("", XIAOHU.id, ConsentKind.SHARING, ConsentState.GIVEN, house.today, Whose.CARER, How.PAPER)
    hand = Hand(house.now, COUNTY_DEFAULTS, None)
    await house.db.run(lambda conn: child_file.put_consent(conn, line, hand))
    await town.press("Excel")
    sheet = load_workbook(io.BytesIO(town.last.document or b""))["名单"]
    said = str(list(sheet.values))
    assert XIAOHU.file_no in said and "小虎" not in said
    assert (
        XIAOYU.file_no not in said and "没有，不写档案号" in said
    )  # whose family was not asked stays unknown to the giver
    await town.send("走访慰问")
    await town.press("看第1项")
    await town.press("结束")
    assert "没有走访慰问" in await yulan.send("慰问")


async def test_the_homecoming_is_proposed_confirmed_and_asked_about_after_the_lantern_festival(
    house: TestHouse,
) -> None:
    county, yulan = house.phone(HEJING), house.phone(YULAN)
    await beat_at(house, date(2027, 1, 12))
    await beat_at(house, date(2027, 1, 13))
    assert county.everything.count("该安排“2027年返乡窗口”") == 1
    await county.send("返乡窗口")
    place = next(line[0] for line in county.text.splitlines() if "返乡窗口" in line)
    await county.press(f"看第{place}项")
    await county.press("开始")
    assert "已" not in county.text and "3 个村" in county.text
    await yulan.press("看名单")
    await yulan.press("🏠 殷小虎")
    await yulan.press("协议签了")
    assert "✅ 协议" in yulan.text
    await yulan.press("新电话记了")
    await yulan.press("打工地记了")
    assert "还有 1 家" in yulan.text and await helped(house) == 0  # papers are no gift
    await beat_at(house, date(2027, 2, 22))
    await yulan.send("返乡窗口")
    await yulan.press("看第1项")
    assert "还有 2 家" in yulan.text
    await yulan.press("🏠 殷小虎")
    assert "走了吗" in yulan.text
    await yulan.press("不走了")
    assert "还有 1 家" in yulan.text


async def test_the_measure_counts_children_and_who_was_never_reached(house: TestHouse) -> None:
    await begin(house)
    await house.phone(YULAN).press("看名单")
    await house.phone(YULAN).press("✅ 殷小虎")
    found = await house.look(lambda conn: drives.measure_drives(conn, house.tree.under("620724"), date(2026, 1, 1)))
    assert found == {"drives": 1, "listed": 4, "reached": 2, "never": 3, "twice": 0}


async def test_whom_one_giver_visited_twice_is_counted(house: TestHouse) -> None:
    def visit(conn: Connection, giver: str) -> None:
        made = drives.put(
            conn, Sort.AUTUMN, "走访", NUANQUAN, house.today, house.today, Whom.ALL, house.now, gift="米", giver=giver
        )
        drives.fill(conn, made, {NUANQUAN})
        hand = Hand(house.now, COUNTY_DEFAULTS, None)
        drives.done(conn, drives.rows_of(conn, made, {NUANQUAN})[:1], "米", giver, hand, gift=True)

    for giver, twice in (("殷老板", 0), ("县慈善会", 0), ("殷老板", 1)):
        await house.db.run(lambda conn, giver=giver: visit(conn, giver))
        found = await house.look(lambda conn: drives.measure_drives(conn, {NUANQUAN}, date(2026, 1, 1)))
        assert found["twice"] == twice


async def test_who_was_never_reached_stands_first_and_what_a_home_has_had_stands_with_it(house: TestHouse) -> None:
    yulan = house.phone(YULAN)
    await begin(house)
    await yulan.press("看名单")
    await yulan.press("✅ 殷小虎")
    await begin(house)
    await yulan.press("看名单")
    assert yulan.text.index("蒋浩然（还没人去过）") < yulan.text.index(
        "殷小虎、殷小雨（已有：11月18日 县妇联米面油一份）"
    )
