"""搬家: a child goes over when the receiver has said yes, not before; and nobody is ever without somebody."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from db import children as files
from db import issues, people, referrals
from db.models import child_history, posts
from db.reminder_people import rota
from domain.people import Role
from tests.cast import (
    CHANGMING,
    CUIFANG,
    DINGAN,
    EDUCATION,
    GUIXIANG,
    HAORAN,
    HEJING,
    JIANGUO,
    NUANQUAN,
    XIAOHU,
    XIAOYU,
    XINGOU,
    YULAN,
)
from tests.house import TestHouse
from tests.phone import Phone

pytestmark = pytest.mark.slow


async def unit_of(house: TestHouse, file_no: str) -> tuple[str, str | None]:
    def look(conn):  # type: ignore[no-untyped-def]
        row = conn.execute(
            select(files.children.c.unit, files.children.c.household).where(files.children.c.file_no == file_no)
        ).one()
        return row.unit, row.household

    return await house.look(look)  # type: ignore[no-any-return]


async def propose(sender: Phone, file_no: str, to: str, *, siblings: tuple[str, ...] = ()) -> None:
    await sender.send(f"儿童 {file_no}")
    await sender.press("变动")
    await sender.press("搬走了")
    await sender.send(to)
    if "一起搬" in sender.text:
        for name in siblings:
            await sender.press(name)
        await sender.press("选好了")
    await sender.press("今天")
    await sender.send("跟着妈妈住到那边去了")
    await sender.press("确认")


async def test_a_child_goes_over_when_the_receiver_accepts_and_not_before(house: TestHouse) -> None:
    yulan, guixiang = house.phone(YULAN), house.phone(GUIXIANG)
    await propose(yulan, XIAOHU.file_no, "定安村", siblings=(XIAOYU.name,))
    assert "还由新坝镇暖泉村管" in yulan.text
    assert "请您看一看" in guixiang.everything and XIAOHU.name not in guixiang.everything
    assert "待接收" in await yulan.send(f"儿童 {XIAOHU.file_no}")
    assert (await unit_of(house, XIAOHU.file_no))[0] == NUANQUAN
    house.pass_time(days=5)
    assert "搬来的孩子接不接" in await guixiang.send("今天")
    await guixiang.send("搬家")
    await guixiang.press("看一看")
    assert XIAOHU.name in guixiang.text and "一家 2 个孩子" in guixiang.text and "跟着妈妈" in guixiang.text
    old = next(button["callback_data"] for row in guixiang.last.buttons for button in row if "接收" in button["text"])
    await guixiang.press("接收")
    assert "接过来了" in guixiang.text
    assert await unit_of(house, XIAOHU.file_no) == (DINGAN, "h1") and await unit_of(house, XIAOYU.file_no) == (
        DINGAN,
        "h1",
    )
    assert "已经接收" in yulan.everything
    assert "不归" in await yulan.send(f"儿童 {XIAOHU.file_no}") or XIAOHU.name not in yulan.text
    assert XIAOHU.name in await guixiang.send(f"儿童 {XIAOHU.file_no}")
    await guixiang.press_raw(old, guixiang.last.id)
    assert "已经接过去" in guixiang.everything
    history = await house.look(
        lambda conn: [
            row.source
            for row in conn.execute(select(child_history.c.source).where(child_history.c.child_id == XIAOHU.id))
        ]
    )
    assert any(source.startswith("move:") for source in history)


async def test_the_receiver_returns_it_with_a_reason_and_it_stays(house: TestHouse) -> None:
    yulan, cuifang = house.phone(YULAN), house.phone(CUIFANG)
    await propose(yulan, XIAOHU.file_no, "新沟村")
    await propose(yulan, HAORAN.file_no, "新沟")
    await cuifang.send("待接收")
    await cuifang.press("看一看")
    await cuifang.press("退回")
    await cuifang.send("人没来我们村")
    await cuifang.press("确认")
    assert "退回了" in yulan.everything and "人没来" not in yulan.everything
    await yulan.press("看一看")
    assert "人没来我们村" in yulan.text
    assert (await unit_of(house, XIAOHU.file_no))[0] == NUANQUAN
    await yulan.send("搬家")
    await yulan.press("看一看")
    await yulan.press("收回")
    assert "没有要接收的" in await cuifang.send("搬家")


async def test_brothers_and_sisters_who_do_not_all_move_are_two_homes_in_the_end(house: TestHouse) -> None:
    yulan, guixiang = house.phone(YULAN), house.phone(GUIXIANG)
    await propose(yulan, XIAOHU.file_no, "定安村")
    house.pass_time(hours=1)
    await propose(yulan, XIAOYU.file_no, "定安村")
    await guixiang.send("待接收")
    await guixiang.press(f"看一看 {XIAOHU.file_no}")
    await guixiang.press("接收")
    assert await unit_of(house, XIAOHU.file_no) == (DINGAN, "h1")  # the sister is still to follow
    await guixiang.send("待接收")
    await guixiang.press(f"看一看 {XIAOYU.file_no}")
    await guixiang.press("退回")
    await guixiang.send("妹妹没来")
    await guixiang.press("确认")
    assert await unit_of(house, XIAOYU.file_no) == (NUANQUAN, "h1")
    assert await unit_of(house, XIAOHU.file_no) == (DINGAN, None)


async def test_what_is_under_way_goes_with_the_child_and_both_sides_hear_how_much(house: TestHouse) -> None:
    yulan, guixiang = house.phone(YULAN), house.phone(GUIXIANG)

    def begun(conn):  # type: ignore[no-untyped-def]
        me = people.me_of(conn, YULAN.chat_id).person_id  # type: ignore[union-attr]
        issues.put(conn, HAORAN.id, "school", "转学", None, house.today)
        own = referrals.raise_(conn, "mediation", NUANQUAN, me, {"quarrel": "couple"}, house.now, child_id=HAORAN.id)
        other = referrals.raise_(conn, "psychology", NUANQUAN, me, {}, house.now, child_id=HAORAN.id)
        return own.id, other.id

    own, other = await house.db.run(begun)
    await propose(yulan, HAORAN.file_no, "定安村")
    await guixiang.send("待接收")
    await guixiang.press("看一看")
    await guixiang.press("接收")
    assert "现在由您接着办：问题 1 个、转介 2 件" in guixiang.text
    assert "跟着孩子走，由那边接着办：问题 1 个、转介 2 件" in yulan.text
    assert "村里在办" in (await guixiang.send("转介") and str(guixiang.last.labels))
    assert "还没有转介" in await yulan.send("转介")

    def desks(conn):  # type: ignore[no-untyped-def]
        found = {one.id: (one.unit, now.desk) for one, now in referrals.of_child(conn, HAORAN.id)}
        return found[own], found[other]

    assert await house.look(desks) == ((DINGAN, DINGAN), (DINGAN, EDUCATION))


async def test_a_village_without_a_director_is_answered_for_by_the_supervisor_and_a_later_day_waits(
    house: TestHouse,
) -> None:
    def vacate(conn):  # type: ignore[no-untyped-def]
        conn.execute(update(posts).where(posts.c.unit == DINGAN).values(holder=None))

    await house.db.run(vacate)
    answering = await house.look(lambda conn: rota(conn).persons(Role.CHILD_DIRECTOR, DINGAN))
    supervisor = await house.look(lambda conn: people.me_of(conn, CHANGMING.chat_id).person_id)  # type: ignore[union-attr]
    assert answering == (supervisor,)
    yulan, changming = house.phone(YULAN), house.phone(CHANGMING)
    await yulan.send(f"儿童 {HAORAN.file_no}")
    await yulan.press("变动")
    await yulan.press("搬走了")
    await yulan.send("定安村")
    await yulan.send("12月1日")
    await yulan.press("去那边上学")
    await yulan.press("确认")
    assert "请您看一看" in changming.everything
    await changming.send("搬家")
    await changming.press("看一看")
    await changming.press("接收")
    assert (await unit_of(house, HAORAN.file_no))[0] == NUANQUAN
    house.pass_time(days=13)
    await house.scheduler.beat(house.now)
    await house.settle()
    assert (await unit_of(house, HAORAN.file_no))[0] == DINGAN
    assert "从今天起由" in changming.everything


async def test_out_of_the_county_the_file_is_closed_and_its_paper_goes_along(house: TestHouse) -> None:
    yulan = house.phone(YULAN)
    await yulan.send(f"儿童 {HAORAN.file_no}")
    await yulan.press("变动")
    await yulan.press("搬走了")
    await yulan.press("搬出高台县")
    await yulan.press("今天")
    await yulan.press("家搬过去了")
    await yulan.press("确认")
    assert "迁出" in yulan.text
    await yulan.press("打印")
    assert any(one.document for one in yulan.messages)
    assert HAORAN.name not in str([one.file_name for one in yulan.messages])


async def test_who_is_not_concerned_cannot_look_or_accept(house: TestHouse) -> None:
    yulan = house.phone(YULAN)
    await propose(yulan, HAORAN.file_no, "新沟村")
    await yulan.send("搬家")
    button = next(
        button["callback_data"] for row in yulan.last.buttons for button in row if "move.see" in button["callback_data"]
    )
    guixiang = house.phone(GUIXIANG)
    await guixiang.send("/start")
    await guixiang.press_raw(button, guixiang.last.id)
    assert "不归您管" in guixiang.everything and HAORAN.name not in guixiang.everything
    await yulan.press_raw(button.replace("move.see", "move.accept"), yulan.last.id)
    assert (await unit_of(house, HAORAN.file_no))[0] == NUANQUAN
    for above in (JIANGUO, HEJING):
        assert HAORAN.file_no in await house.phone(above).send("搬家")
    assert XINGOU != NUANQUAN
