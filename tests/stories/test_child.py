"""Finding a child, its card, what is behind the buttons, and who may see any of it."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, select, update

from bot.handlers import child as handler
from db import issues, people
from db.models import issues as issue_table
from db.models import journal, posts
from db.rows import opened
from domain.people import Role
from tests.cast import (
    ADMIN,
    AUDITOR,
    CHANGMING,
    HAORAN,
    HEIQUAN,
    HEJING,
    JIANGUO,
    LEADER,
    LUOLAOSHI,
    MAGUANG,
    MUCHEN,
    NUANQUAN,
    XIAOHU,
    XIAOYU,
    XINBA,
    XINGOU,
    YINUO,
    YULAN,
    Person,
)
from tests.house import TestHouse


async def _journal(house: TestHouse, action: str) -> list[str]:
    return await house.look(
        lambda conn: list(conn.execute(select(journal.c.subject).where(journal.c.action == action)).scalars())
    )


@pytest.mark.parametrize("words", ["殷小虎", "小虎", "xiaohu", "yxh", XIAOHU.file_no, "0001"])
async def test_a_child_is_found_by_name_part_pinyin_initials_and_number(house: TestHouse, words: str) -> None:
    phone = house.phone(YULAN)
    said = await phone.send(f"/child {words}")
    assert "👦 殷小虎 男 10岁（2016-05-08）" in said
    assert XIAOHU.file_no in said


async def test_the_card_masks_numbers_and_tells_what_is_due_and_why(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    said = await phone.send("儿童 殷小虎")
    assert "新坝镇暖泉村" in said
    assert "🟢绿色" in said
    assert "留守" in said
    assert "祖父母（照护人）：王秀英 100****5678" in said
    assert "父亲：殷建军 100****4321 在外：新疆昌吉" in said
    assert "10012345678" not in said
    assert XIAOHU.id_no is not None
    assert XIAOHU.id_no not in said
    assert "家访" in said
    assert "建档" in said
    why = await phone.press("为什么到期")
    assert "县方案任务9" in why


async def test_a_name_part_that_fits_several_is_asked_with_buttons(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    said = await phone.send("/child 殷")
    assert "有2个都像" in said
    assert phone.last.labels == ["殷小虎（0001）", "殷小雨（0002）"]
    assert "殷小雨 女" in await phone.press("殷小雨")


async def test_a_slip_is_asked_even_when_only_one_child_is_near(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    said = await phone.send("/child xiaofu")
    assert "是不是找" in said
    assert phone.has_button("殷小虎（0001）")


async def test_who_is_not_there_is_said_kindly_and_other_villages_are_not_searched(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    said = await phone.send("/child 罗一诺")
    assert "没找到「罗一诺」" in said
    assert "只能查您管的孩子" in said


async def test_a_director_without_words_gets_her_own_list(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    said = await phone.send("👧 儿童")
    assert "3个孩子" in said
    assert len(phone.last.labels) == 3
    assert "蒋浩然 男" in await phone.press("蒋浩然")


async def test_a_supervisor_without_words_is_asked_and_may_go_by_village(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    assert "找哪个孩子" in await phone.send("儿童")
    assert phone.last.labels == ["暖泉村 3人", "新沟村 1人"]
    await phone.press("新沟村")
    assert "罗一诺 女" in await phone.press("罗一诺")


async def test_the_county_goes_by_town_and_village_or_simply_types_a_name(house: TestHouse) -> None:
    phone = house.phone(HEJING)
    await phone.send("儿童")
    await phone.press("黑泉镇")
    await phone.press("定安村")
    await phone.press("祁沐宸")
    assert MUCHEN.file_no in phone.text
    assert "蒋浩然" in await phone.send("蒋浩然")


async def test_a_village_outside_is_refused_also_by_a_forged_button(house: TestHouse) -> None:
    phone = house.phone(CHANGMING)
    for data in (f"do:child.open:{XIAOHU.file_no}", f"do:child.phone:{XIAOHU.file_no}", f"do:child.village:{NUANQUAN}"):
        await phone.send("儿童")
        await phone.press_raw(data, phone.last.id)
        assert "不在您管的范围" in phone.text
        assert "殷小虎" not in phone.everything


@pytest.mark.parametrize("person", [MAGUANG, LUOLAOSHI, LEADER, ADMIN, AUDITOR], ids=lambda person: person.role.value)
async def test_departments_leaders_admins_and_auditors_see_no_child(house: TestHouse, person: Person) -> None:
    phone = house.phone(person)
    for words in ("/child 殷小虎", "儿童", "暖泉村有几个娃", "殷小虎"):
        await phone.send(words)
    await phone.press_raw(f"do:child.open:{XIAOHU.file_no}", phone.last.id)
    bots = "\n".join(message.text for message in phone.messages if not message.out)
    assert "暖泉" not in bots
    assert XIAOHU.file_no not in bots
    assert "王秀英" not in bots


async def test_every_opening_and_every_look_at_the_numbers_is_journaled(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("/child 小虎")
    assert await _journal(house, "child.read") == [f"child:{XIAOHU.id}"]
    assert await _journal(house, "child.sensitive") == []
    said = await phone.press("看电话")
    assert '<a href="tel:10012345678">10012345678</a>' in said
    assert "6207**********0119" in said
    assert await _journal(house, "child.sensitive") == [f"child:{XIAOHU.id}"]


async def test_the_card_starts_a_visit_and_afterwards_shows_it(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("/child 小虎")
    assert "殷小虎" in await phone.press("记走访")
    for tap in ("电话", "孩子本人，都正常", "确认"):
        await phone.press(tap)
    said = await phone.send("/child 小虎")
    assert "11月18日 电话 儿童主任" in said
    assert "没有联系" not in said


async def test_the_report_button_opens_the_report_with_the_emergency_numbers(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("/child 小虎")
    assert "110" in await phone.press("报告")


async def test_notes_are_shown_only_in_the_records(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访 小虎")
    for tap in ("电话", "有要注意的", "身体", "选好了"):
        await phone.press(tap)
    await phone.send("咳嗽半个月了")
    await phone.press("我能办")
    await phone.press("确认")
    card = await phone.send("/child 小虎")
    assert "咳嗽" not in card
    assert "还没解决的问题 1 件" in card
    said = await phone.press("📜 记录")
    assert "要注意：咳嗽半个月了" in said
    assert await _journal(house, "child.records") == [f"child:{XIAOHU.id}"]


async def test_a_problem_is_solved_with_one_line_and_a_second_tap_changes_nothing(house: TestHouse) -> None:
    await house.db.run(lambda conn: issues.put(conn, HAORAN.id, "medical", "牙疼", None, house.today))
    phone = house.phone(YULAN)
    await phone.send("/child 浩然")
    await phone.press("问题（1）")
    assert "就医：牙疼" in phone.text
    listed, button = phone.find_button("1 已解决")
    assert "怎么解决的" in await phone.press("1 已解决")
    card = await phone.send("带去镇卫生院看好了")
    assert "就医：牙疼" in card
    assert "带去镇卫生院看好了" in card
    await phone.press("确认")
    assert "已解决" in phone.text
    assert "已经解决" in await phone.press_raw(button["callback_data"], listed.id)
    rows = await house.look(lambda conn: [opened(conn, issue_table, row) for row in conn.execute(select(issue_table))])
    assert [(row["closed_on"], row["solution"]) for row in rows] == [(house.today, "带去镇卫生院看好了")]


async def test_the_county_sees_problems_but_has_no_button_to_close_them(house: TestHouse) -> None:
    await house.db.run(lambda conn: issues.put(conn, HAORAN.id, "medical", "牙疼", None, house.today))
    phone = house.phone(HEJING)
    await phone.send("/child 蒋浩然")
    assert not phone.has_button("记走访")
    await phone.press("问题（1）")
    assert "牙疼" in phone.text
    assert not any("已解决" in label for label in phone.last.labels)


async def test_long_hit_lists_are_turned_page_by_page(house: TestHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def also_the_other_town(conn: Connection) -> None:
        own, other = (people.posts_at(conn, Role.SUPERVISOR, town)[0] for town in (XINBA, HEIQUAN))
        conn.execute(update(posts).where(posts.c.id == other.id).values(holder=own.holder))

    await house.db.run(also_the_other_town)
    monkeypatch.setattr(handler, "PAGE", 2)
    phone = house.phone(JIANGUO)
    said = await phone.send("/child 建军")  # every child's father
    assert "有5个都像" in said
    assert sum("家人" in label for label in phone.last.labels) == 2
    await phone.press("下一页")
    await phone.press("下一页")
    assert sum("家人" in label for label in phone.last.labels) == 1
    assert phone.has_button("上一页")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("暖泉村有几个娃", "新坝镇暖泉村有3个孩子。🔴1 🟡1 🟢1"),
        ("暖泉有多少个孩子？", "新坝镇暖泉村有3个孩子"),
        ("我们镇一共有多少留守儿童", "您管的范围有4个留守的孩子"),
        ("新沟村有几个孤儿", ""),
        ("定安村有几个娃", "不归您管"),
    ],
)
async def test_plain_questions_about_numbers_are_answered(house: TestHouse, words: str, answer: str) -> None:
    phone = house.phone(JIANGUO)
    said = await phone.send(words)
    assert answer in said
    assert not answer or "🟢" in said or "不归" in said


async def test_a_sentence_that_is_no_such_question_is_left_alone(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    said = await phone.send("今天天气好")
    assert "个孩子" not in said
    assert XIAOYU.name not in said
    assert YINUO.name not in said
    assert XINGOU not in said
