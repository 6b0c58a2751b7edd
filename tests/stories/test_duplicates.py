"""Two files of one child: found, shown side by side, made one, taken apart. All people are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from bot import likeness_night
from db import child_changes, children, duplicates
from db.models import contacts as contact_table
from db.models import likenesses
from db.rows import add as add_row
from db.types import new_id
from domain.children import Child, Guardian, Relation
from domain.policy import COUNTY_DEFAULTS
from tests.cast import JIANGUO, NUANQUAN, XINGOU, YULAN
from tests.house import TestHouse

pytestmark = pytest.mark.slow

GRANNY = Guardian(Relation.PATERNAL_GRANDPARENT, "张桂兰", "10000000091", carer=True)


async def add(house: TestHouse, key: str, name: str, unit: str = NUANQUAN, **more: Any) -> Child:
    serial = int(key, 16)
    one = Child(
        f"00000000-0000-7000-8000-00000000000{key}", f"{children.file_prefix(unit)}09{serial:02}", name, unit,
        birth_date=date(2015, 3, 4), added_on=date(2026, 1, serial), guardians=(GRANNY,),
    )  # fmt: skip
    one = replace(one, **more)
    await house.db.run(
        lambda conn: child_changes.add_child(conn, one, house.now, COUNTY_DEFAULTS, by=None, source="chat", demo=True)
    )
    return one


async def on_file(house: TestHouse, key: str) -> Child:
    found = await house.look(lambda conn: children.by_ids(conn, [key]))
    return found[key].child  # type: ignore[no-any-return]


async def night(house: TestHouse) -> int:
    found = await likeness_night.look(house.db, house.tree, house.now)
    await house.settle()
    return found


async def test_the_night_finds_a_pair_and_tells_the_director_without_a_name(house: TestHouse) -> None:
    await add(house, "1", "王晓虎")
    await add(house, "2", "王小虎", school="新坝镇中心小学")
    phone = house.phone(YULAN)
    assert await night(house) == 1
    assert "1对档案" in phone.last.text
    assert "虎" not in phone.last.text
    assert await night(house) == 0
    said = await phone.press("看一看")
    assert "名字读音一样、生日一样、同一个村、家人名字一样、家里电话一样" in said
    assert "不一样的：姓名" in said


async def test_a_merge_by_choice_loses_nothing_and_can_be_taken_apart(house: TestHouse) -> None:
    one, other = await add(house, "1", "王晓虎"), await add(house, "2", "王小虎", school="新坝镇中心小学", id_no="620799201503040116")
    phone = house.phone(YULAN)

    def contact_rows(conn: Any) -> dict[str, int]:
        rows = conn.execute(select(contact_table.c.child_id, func.count()).group_by(contact_table.c.child_id))
        return {row[0]: row[1] for row in rows}

    await house.db.run(lambda conn: called(conn, house, other.id))
    await phone.send(f"查重 {one.file_no} {other.file_no}")
    said = await phone.press("是同一个")
    assert "姓名：用①　①王晓虎　②王小虎" in said
    said = await phone.press("姓名改用②")
    assert "姓名：用②" in said
    said = await phone.press("确认合并")
    assert other.file_no in said
    kept, closed = await on_file(house, one.id), await on_file(house, other.id)
    assert (kept.name, kept.school, kept.id_no) == ("王小虎", "新坝镇中心小学", "620799201503040116")
    assert (closed.close_reason, closed.id_no) == ("duplicate", None)
    assert (await house.look(contact_rows)).get(one.id) == 1
    assert await house.look(lambda conn: children.by_id_no(conn, "620799201503040116")) == one.id
    await phone.press("撤销合并")
    kept, closed = await on_file(house, one.id), await on_file(house, other.id)
    assert (kept.name, kept.school, kept.id_no) == ("王晓虎", None, None)
    assert (closed.name, closed.school, closed.id_no, closed.closed_on) == ("王小虎", "新坝镇中心小学", "620799201503040116", None)
    assert (await house.look(contact_rows)).get(other.id) == 1
    assert await night(house) == 0  # whoever takes it apart has said that they are two


def called(conn: Any, house: TestHouse, child_id: str) -> None:
    add_row(
        conn, contact_table, id=new_id(), child_id=child_id, day=house.today, kind="phone", reached=True,
        by_role="child_director", content={}, entered_at=house.now, batch=new_id(), demo=True,
    )  # fmt: skip


async def test_a_fact_changed_after_the_merge_stays_when_it_is_taken_apart(house: TestHouse) -> None:
    one, other = await add(house, "1", "王晓虎"), await add(house, "2", "王小虎", school="新坝镇中心小学")
    phone = house.phone(YULAN)
    await phone.send(f"查重 {one.file_no} {other.file_no}")
    await phone.press("是同一个")
    await phone.press("确认合并")
    kept = await on_file(house, one.id)
    later = replace(kept, address="暖泉村五社")
    await house.db.run(
        lambda conn: child_changes.change_child(
            conn, later, house.now, COUNTY_DEFAULTS, by=None, source="chat", changed={"address": [None, "暖泉村五社"]}
        )
    )
    await phone.send(other.file_no)  # the closed one's number still opens it, with the ways on and back
    assert one.file_no in phone.text and phone.last.labels == ["👧 看档案", "📁 档案", "↩️ 撤销合并"]
    said = await phone.press("撤销合并")
    assert "家庭住址" in said
    assert (await on_file(house, one.id)).address == "暖泉村五社"


async def test_not_the_same_is_remembered_until_a_fact_changes(house: TestHouse) -> None:
    await add(house, "1", "王晓虎")
    other = await add(house, "2", "王小虎")
    phone = house.phone(YULAN)
    await night(house)
    await phone.press("看一看")
    await phone.press("不是同一个")
    assert await night(house) == 0
    moved = replace(other, birth_date=date(2015, 4, 3))
    await house.db.run(
        lambda conn: child_changes.change_child(
            conn, moved, house.now, COUNTY_DEFAULTS, by=None, source="chat", changed={"birth_date": ["2015-03-04", "2015-04-03"]}
        )
    )
    assert await night(house) == 1


async def test_a_pair_across_villages_goes_to_the_supervisor_and_is_closed_to_the_director(house: TestHouse) -> None:
    one = await add(house, "1", "王晓虎")
    other = await add(house, "2", "王晓虎", unit=XINGOU)
    director, supervisor = house.phone(YULAN), house.phone(JIANGUO)
    await night(house)
    assert "1对档案" in supervisor.last.text
    assert "没有" in await director.send("查重")
    assert "不在您管的范围" in await director.send(f"查重 {one.file_no} {other.file_no}")
    await supervisor.press("看一看")
    assert await house.look(lambda conn: conn.execute(select(likenesses.c.state)).scalar_one()) == "open"
    said = await supervisor.press("是同一个")
    assert "村/社区：用①" in said


async def test_an_old_button_of_a_settled_pair_says_so(house: TestHouse) -> None:
    one, other = await add(house, "1", "王晓虎"), await add(house, "2", "王小虎")
    phone = house.phone(YULAN)
    await phone.send(f"查重 {one.file_no} {other.file_no}")
    message, button = phone.find_button("是同一个")
    await phone.press("不是同一个")
    assert "已经有人处理过" in await phone.press_raw(button["callback_data"], message.id)


async def test_at_entry_the_file_that_may_be_there_already_is_named(house: TestHouse) -> None:
    one = await add(house, "1", "王晓虎")
    new = replace(one, id="x", name="王小虎", file_no="")
    found = await house.look(lambda conn: duplicates.at_entry(conn, new, house.tree))
    assert [each.id for each, _ in found] == [one.id]
    stranger = replace(new, name="何一诺")
    assert await house.look(lambda conn: duplicates.at_entry(conn, stranger, house.tree)) == []
