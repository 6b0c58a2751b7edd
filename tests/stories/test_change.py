"""变动: away, back, no longer 留守, closed; and put back."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, select

from db.models import child_labels, children
from tests.cast import CUIFANG, XIAOHU, XIAOYU, YULAN
from tests.house import TestHouse


def _row(conn: Connection):  # type: ignore[no-untyped-def]
    return conn.execute(select(children).where(children.c.id == XIAOHU.id)).one()


async def test_a_child_away_with_its_parents_is_not_due_until_it_is_back(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("儿童 殷小虎")
    await phone.press("变动")
    await phone.press("跟父母走了")
    await phone.send("3月1日")
    await phone.send("去新疆了，妈妈带着")
    assert "到：2027年3月1日" in phone.text
    assert "2027年3月1日前不提醒" in await phone.press("确认")
    row = await house.look(_row)
    assert row.paused_until == date(2027, 3, 1) and row.contact_due == date(2027, 3, 8)
    said = await phone.press("记错了")
    assert "改回" in said
    row = await house.look(_row)
    assert row.paused_until is None and row.contact_due < date(2027, 1, 1)
    assert "没有可以改回" in await phone.press_raw(f"do:change.undo:{XIAOHU.file_no}", phone.last.id)


async def test_the_end_of_left_behind_is_kept_with_its_day_and_the_file_stays_open(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("儿童 殷小虎")
    await phone.press("变动")
    await phone.press("不再是留守")
    await phone.press("跳过")
    assert "档案还开着" in await phone.press("确认")
    labels = await house.look(
        lambda conn: conn.execute(select(child_labels.c.label, child_labels.c.until).where(child_labels.c.child_id == XIAOHU.id)).all()
    )
    assert [tuple(one) for one in labels] == [("left_behind", house.today)]
    assert (await house.look(_row)).closed_on is None


async def test_a_file_is_closed_with_a_reason_that_fits_and_can_be_opened_again(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("儿童 殷小虎")
    await phone.press("变动")
    await phone.press("关闭档案")
    await phone.press("满18岁")
    await phone.press("跳过")
    assert "还没满18岁" in await phone.press("确认")
    await phone.send("儿童 殷小雨")
    await phone.press("变动")
    await phone.press("关闭档案")
    await phone.press("迁出")
    await phone.press("跳过")
    assert "档案关闭了" in await phone.press("确认")
    closed = await house.look(lambda conn: conn.execute(select(children).where(children.c.id == XIAOYU.id)).one())
    assert (closed.closed_on, closed.close_reason, closed.contact_due) == (house.today, "moved", None)
    await phone.press("记错了")
    again = await house.look(lambda conn: conn.execute(select(children).where(children.c.id == XIAOYU.id)).one())
    assert again.closed_on is None and again.contact_due is not None


async def test_nobody_changes_a_child_of_another_village(house: TestHouse) -> None:
    phone = house.phone(CUIFANG)
    await phone.send("你好")
    said = await phone.press_raw(f"do:change.begin:{XIAOHU.file_no}:closed", phone.last.id)
    assert "小虎" not in said
    assert (await house.look(_row)).closed_on is None
