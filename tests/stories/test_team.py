"""队伍: posts and vacancies by town, ending a post at once, the same person on a new phone, a newcomer's first week."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import update

from bot.login_links import maker
from db import people, team
from db.models import posts
from domain.people import Role
from tests.cast import COUNTY, DINGAN, HEJING, JIANGUO, NUANQUAN, YULAN
from tests.house import TestHouse


async def test_the_county_sees_vacancies_first_and_a_supervisor_its_own_town_with_phones_to_tap(
    house: TestHouse,
) -> None:
    county, supervisor = house.phone(HEJING), house.phone(JIANGUO)
    said = await county.send("队伍")
    assert "在岗 3 位" in said and "⚠️" in said and "点镇名看" in said
    measured = await house.look(lambda conn: team.measure_posts_filled(conn, house.tree, house.today))
    assert (measured.posts, measured.held) == (146, 3)  # 145 and the demo village
    await supervisor.send("队伍")
    assert supervisor.has_button("新坝镇") and not supervisor.has_button("黑泉镇")
    await supervisor.press("新坝镇")
    await supervisor.press("⚠️ 下坝村")
    assert "没有人" in supervisor.text and supervisor.has_button("请人上岗")
    await supervisor.press("⬅️ 队伍")
    await supervisor.press("柴玉兰")
    assert f'href="tel:{YULAN.phone}"' in supervisor.text
    await supervisor.press("任期补贴")
    await supervisor.send("1234")
    assert "不对" in supervisor.text
    await supervisor.send("13900000199")
    await supervisor.send("2027年底")
    await supervisor.send("每月镇上发")
    await supervisor.press("还没")
    await supervisor.press("确认")
    assert "2027年12月31日" in supervisor.text and "每月镇上发" in supervisor.text and "还没录" in supervisor.text


async def test_whoever_has_left_is_out_at_once_and_the_vacancy_is_told(house: TestHouse) -> None:
    supervisor, county, yulan = house.phone(JIANGUO), house.phone(HEJING), house.phone(YULAN)
    await county.send("队伍")
    await county.press("新坝镇")
    await county.press("柴玉兰")
    await county.press("离任")
    await county.press("是，离任")
    assert "已离任" in county.text
    assert "空出来了" in supervisor.text and "柴玉兰" not in supervisor.text
    assert "柴玉兰" not in await yulan.send("今天")  # a stranger now
    held = await house.look(lambda conn: people.posts_at(conn, Role.CHILD_DIRECTOR, NUANQUAN)[0].holder)
    assert held is None
    for above in (house.phone(JIANGUO), house.phone(HEJING)):  # in the day's work until somebody is there
        assert "1 个村没有儿童主任，也没人代办：新坝镇暖泉村" in await above.send("今天")
    assert "没有人能收强制报告" in above.text and "没有儿童主任" in await above.send("三年行动")
    await supervisor.press("请人上岗")
    await supervisor.send("新来的")
    assert "暖泉村" in supervisor.text and "新来的" in supervisor.text


async def test_a_lost_phone_is_shut_out_and_the_same_person_comes_back_on_a_new_one(house: TestHouse) -> None:
    supervisor, old, new = house.phone(JIANGUO), house.phone(YULAN), house.stranger(777_001)
    before = await house.look(lambda conn: people.posts_at(conn, Role.CHILD_DIRECTOR, NUANQUAN)[0].holder)
    await supervisor.send("队伍")
    await supervisor.press("新坝镇")
    await supervisor.press("柴玉兰")
    await supervisor.press("换手机")
    await supervisor.press("停旧换新")
    found = re.search(r"\b([a-z2-9]{12})\b", supervisor.text)
    assert found
    strange = await old.send("今天")
    assert "110" in strange and "小虎" not in strange
    await new.send(f"/start {found[1]}")
    assert "柴玉兰" in new.everything
    after = await house.look(lambda conn: people.posts_at(conn, Role.CHILD_DIRECTOR, NUANQUAN)[0].holder)
    assert after == before
    assert "柴玉兰" not in await old.send(f"/start {found[1]}")


async def test_a_supervisor_moves_nobody_who_also_holds_a_post_above(house: TestHouse) -> None:
    def twice(conn):  # type: ignore[no-untyped-def]
        held = people.posts_at(conn, Role.CHILD_DIRECTOR, NUANQUAN)[0]
        conn.execute(update(posts).where(posts.c.unit == COUNTY, posts.c.role == "county").values(deputy=held.holder))
        return held.id

    post = await house.db.run(twice)
    supervisor = house.phone(JIANGUO)
    await supervisor.send("队伍")
    await supervisor.press_raw(f"do:team.phone_now:{post}", supervisor.last.id)
    assert "不归您管" in supervisor.text
    other = await house.look(lambda conn: people.posts_at(conn, Role.CHILD_DIRECTOR, DINGAN)[0].id)
    await supervisor.press_raw(f"do:team.end_now:{other}", supervisor.last.id)
    assert "不归您管" in supervisor.text
    assert await house.look(lambda conn: people.posts_at(conn, Role.CHILD_DIRECTOR, DINGAN)[0].holder)


async def test_a_newcomer_gets_one_word_each_working_day_for_a_week_until_the_button_ends_it(house: TestHouse) -> None:
    def link(conn):  # type: ignore[no-untyped-def]
        post = people.ensure_post(conn, Role.CHILD_DIRECTOR, "620724106005", house.today)
        return people.invite(conn, post, "何秀", house.now).code

    new = house.stranger(777_002)
    await new.send(f"/start {await house.db.run(link)}")
    house.pass_time(days=1)
    for _ in range(2):
        await house.scheduler.once()
        await house.settle()
    assert new.everything.count("第一天") == 1
    house.pass_time(days=2)  # a Saturday
    await house.scheduler.once()
    await house.settle()
    assert "第二天" not in new.everything
    house.pass_time(days=2)
    await house.scheduler.once()
    await house.settle()
    assert "第二天" in new.everything
    await new.press("不用再发了")
    house.pass_time(days=1)
    await house.scheduler.once()
    await house.settle()
    assert "第三天" not in new.everything


async def test_our_gateway_ends_every_session_of_the_old_phone_before_that_is_said(
    house: TestHouse, tmp_path: Path
) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []

    async def take(request: web.Request) -> web.Response:
        asked.append((request.path, await request.json()))
        return web.json_response({"url": "https://gateway.example/l/x", "devices": 1})

    far_side = web.Application()
    far_side.router.add_post("/admin/{what}", take)
    key = tmp_path / "admin.key"
    key.write_text("k")
    async with TestServer(far_side) as server:
        house.worker.house.login_links = True
        house.sender.links = maker(str(server.make_url("")).rstrip("/"), key, lambda: "xiaomiao")
        supervisor = house.phone(JIANGUO)
        for press in ("新坝镇", "柴玉兰", "换手机", "停旧换新"):
            if press == "新坝镇":
                await supervisor.send("队伍")
            await supervisor.press(press)
    assert ("/admin/sign-out", {"user_id": YULAN.chat_id}) in asked
    assert "退出登录" in supervisor.everything
    assert any(path == "/admin/invites" and body["first_name"] == "柴玉兰" for path, body in asked)
