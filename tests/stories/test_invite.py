"""Inviting a colleague from the chat, and what becomes of the code."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update

from db import people, reports
from db.migrate import put_meta
from db.models import journal, posts
from domain.people import Role
from domain.reports.crew import Matter, Rung
from tests.cast import ADMIN, CUIFANG, HEJING, JIANGUO, LEADER, MAGUANG, NUANQUAN, POLICE, XINGOU, YULAN, Person
from tests.house import TestHouse
from tests.phone import Phone

NEWCOMER = 555_001


async def _invite(phone: Phone, *taps: str, name: str = "安小兰") -> str:
    """Through the form to the message that is to be passed on."""
    await phone.send("邀请")
    for tap in taps:
        await phone.press(tap)
    await phone.send(name)
    await phone.press("确认")
    return phone.text


def _code(text: str) -> str:
    found = re.search(r"/start (\w{12})", text)
    assert found is not None
    return found[1]


async def _holder(house: TestHouse, role: Role, unit: str) -> people.Person | None:
    found = await house.look(lambda conn: people.posts_at(conn, role, unit))
    holder = found[0].holder if found else None
    return await house.look(lambda conn: people.person(conn, holder)) if holder else None


async def test_a_supervisor_invites_for_a_village_and_the_newcomer_takes_the_post(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    said = await phone.send("✉️ 邀请")
    assert "哪个村" in said
    assert phone.last.labels[0].endswith("（空岗）")
    assert "暖泉村（空岗）" not in phone.last.labels
    await phone.press("小坝村")
    card = await phone.send("安小兰")
    assert "小坝村" in card
    assert "安小兰" in card
    await phone.press("确认")
    assert "新坝镇小坝村 儿童主任" in phone.text
    newcomer = house.stranger(NEWCOMER)
    said = await newcomer.send(f"/start {_code(phone.text)}")
    assert "安小兰" in said or "安小兰" in newcomer.everything
    holder = await _holder(house, Role.CHILD_DIRECTOR, "620724106009")
    assert holder is not None
    assert (holder.name, holder.chat_id) == ("安小兰", NEWCOMER)


async def test_a_used_code_works_for_nobody_else(house: TestHouse) -> None:
    code = _code(await _invite(house.phone(JIANGUO), "小坝村"))
    await house.stranger(NEWCOMER).send(f"/start {code}")
    other = house.stranger(NEWCOMER + 1)
    said = await other.send(f"/start {code}")
    assert "已经用过了" in said
    assert "110" in said


async def test_a_code_expires_after_three_days(house: TestHouse) -> None:
    code = _code(await _invite(house.phone(JIANGUO), "小坝村"))
    house.pass_time(hours=73)
    assert "过期" in await house.stranger(NEWCOMER).send(f"/start {code}")
    assert await _holder(house, Role.CHILD_DIRECTOR, "620724106009") is None


async def test_a_held_post_is_said_to_be_held_and_changes_hands_only_when_the_code_is_used(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    await phone.send("邀请")
    await phone.press("下一页")
    await phone.press("暖泉村")
    card = await phone.send("安小兰")
    assert "现在有人" in card
    await phone.press("确认")
    holder = await _holder(house, Role.CHILD_DIRECTOR, NUANQUAN)
    assert holder is not None
    assert holder.chat_id == YULAN.chat_id
    await house.stranger(NEWCOMER).send(f"/start {_code(phone.text)}")
    holder = await _holder(house, Role.CHILD_DIRECTOR, NUANQUAN)
    assert holder is not None
    assert holder.chat_id == NEWCOMER


async def test_a_deputy_stands_in_beside_the_holder(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    await phone.send("邀请")
    await phone.press("下一页")
    await phone.press("新沟村")
    await phone.send("安小兰")
    await phone.press("只是临时代理")
    card = await phone.press("临时代理")
    assert "接替" not in card
    await phone.press("确认")
    newcomer = house.stranger(NEWCOMER)
    await newcomer.send(f"/start {_code(phone.text)}")
    assert "代理" in newcomer.everything
    holder = await _holder(house, Role.CHILD_DIRECTOR, XINGOU)
    assert holder is not None
    assert holder.chat_id == CUIFANG.chat_id


async def test_the_county_invites_departments_and_supervisors_but_no_administrator(house: TestHouse) -> None:
    phone = house.phone(HEJING)
    await phone.send("邀请")
    assert not any("管理员" in label or "审计" in label for label in phone.last.labels)
    await phone.press("取消")
    await _invite(phone, "接收单位", "县卫健局")
    await house.stranger(NEWCOMER).send(f"/start {_code(phone.text)}")
    holder = await _holder(house, Role.DEPARTMENT, "620724.health")
    assert holder is not None
    assert holder.chat_id == NEWCOMER


async def test_a_forged_choice_outside_ones_own_is_not_taken(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    await phone.send("邀请")
    _, button = phone.find_button("小坝村")
    data = button["callback_data"].replace("620724106009", "620724107001")
    await phone.press_raw(data, phone.last.id)
    assert "请点下面的按钮来选" in phone.text


async def test_a_supervisor_who_lost_the_town_meanwhile_makes_no_invitation(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    await phone.send("邀请")
    await phone.press("小坝村")
    await phone.send("安小兰")
    card = phone.last
    _, button = phone.find_button("确认")
    await house.db.run(
        lambda conn: conn.execute(update(posts).where(posts.c.role == "supervisor").values(unit="620724107"))
    )
    said = await phone.press_raw(button["callback_data"], card.id)
    assert "不归您邀请" in said
    assert "/start" not in phone.everything


async def test_on_telegram_the_deep_link_and_its_qr_picture_are_sent(house: TestHouse) -> None:
    house.worker.house.links_tel = False
    await house.db.run(lambda conn: put_meta(conn, "bot_username", "xiaomiao_bot"))
    phone = house.phone(JIANGUO)
    said = await _invite(phone, "小坝村")
    assert f"https://t.me/xiaomiao_bot?start={_code(said)}" in said
    assert phone.last.photo is not None
    assert phone.last.photo.startswith(b"\x89PNG")


async def test_on_our_own_page_it_says_how_a_login_is_made(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    said = await _invite(phone, "小坝村")
    assert "打开小苗网页，输入邀请码" in said
    assert "t.me" not in said
    assert "./run invite" in phone.everything


async def test_the_head_of_a_department_is_invited_and_a_late_report_rises_to_them(house: TestHouse) -> None:
    county = house.phone(HEJING)
    await county.send("邀请")
    await county.press("领导")
    assert "领导哪里" in county.text
    assert county.last.labels[0] == "高台县"  # 县分管领导; that one is held
    assert "县公安局（空岗）" in county.last.labels
    await county.press("县公安局")
    await county.send("安小兰")
    await county.press("确认")
    assert "县公安局 领导" in county.text
    newcomer = house.stranger(NEWCOMER)
    await newcomer.send(f"/start {_code(county.text)}")
    holder = await _holder(house, Role.LEADER, POLICE)
    assert holder is not None and holder.chat_id == NEWCOMER
    crew = await house.look(reports.crew)
    assert crew.on(Rung.HEAD, Matter("", "", "", "", None), POLICE) == (holder.id,)
    assert POLICE not in await house.look(reports.vacant_heads)


@pytest.mark.parametrize("person", [YULAN, MAGUANG, LEADER], ids=lambda person: person.role.value)
async def test_others_invite_nobody(house: TestHouse, person: Person) -> None:
    said = await house.phone(person).send("/invite")
    assert "您的岗位不能做这个" in said


async def test_the_administrator_invites_and_sees_no_child(house: TestHouse) -> None:
    phone = house.phone(ADMIN)
    await _invite(phone, "审计员")
    assert "审计员" in phone.text
    assert "小虎" not in phone.everything
    rows = await house.look(lambda conn: conn.execute(select(journal).where(journal.c.action == "invited")).all())
    assert [row.detail for row in rows] == [{"role": "auditor", "unit": "620724", "deputy": False}]
