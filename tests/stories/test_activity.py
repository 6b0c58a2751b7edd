"""活动: told in one message or planned with seats; who was there, and who never joined."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from db import activities, deeds
from db.models import activities as table
from db.rows import opened
from domain.activities import seated
from domain.reading.activity import read
from tests.cast import CUIFANG, EDUCATION, HEIQUAN, JIANGUO, LUOLAOSHI, NUANQUAN, XINBA, YULAN
from tests.house import NOON, TestHouse


def test_one_message_tells_what_where_and_how_many() -> None:
    told = read("今天在文化广场搞了普法 来了12个娃", NOON)
    assert told is not None and (told.theme, told.site, told.reached) == ("law", "square", 12)
    told = read("昨天派出所民警来学校讲了一节防欺凌课，二十三个孩子参加", NOON)
    assert told is not None and told.day.isoformat() == "2026-11-17" and told.reached == 23
    assert (told.theme, told.site, told.helpers) == ("bullying", "school", ("police",))
    told = read("前天大学生志愿者在书屋给娃辅导作业 来了十来个", NOON)
    assert told is not None and (told.theme, told.site, told.reached) == ("reading", "library", 10)
    told = read("明天准备在村委会搞个防溺水宣传", NOON)
    assert told is not None and told.to_come
    told = read("明天在儿童之家讲防火 来了12个娃", NOON)  # nobody has come tomorrow yet: the day is asked
    assert told is not None and told.day is None and told.reached == 12


@pytest.mark.parametrize(
    "words",
    [
        "今天去了小虎家 奶奶在",
        "娃在学校上课没见着",
        "小雨她爸从新疆回来了",
        "孩子活动能力差",
        "晚上做作业到十点",
        "去了3个娃家 讲了防溺水",
        "给5个娃打了电话 说了安全",
        "今天学校开家长会",
    ],
)
def test_what_is_no_activity_is_not_taken_for_one(words: str) -> None:
    assert read(words, NOON) is None


def test_nobody_overtakes_who_waits_already() -> None:
    assert seated(["a", "b", "c"], taken=18, waiting=0, seats=20) == (["a", "b"], ["c"])
    assert seated(["d"], taken=19, waiting=1, seats=20) == ([], ["d"])
    assert seated(["e"], taken=500, waiting=0, seats=None) == (["e"], [])


async def test_a_sentence_becomes_a_card_and_the_roll_call_shortens_the_list_of_who_never_joined(
    house: TestHouse,
) -> None:
    phone = house.phone(YULAN)
    card = await phone.send("今天在文化广场搞了普法 来了12个娃")
    assert all(one in card for one in ("请核对", "普法", "文化广场", "12")), card
    await phone.press("确认")
    assert "记好了" in phone.text
    await phone.press("点名")
    assert "没有：9号" in await phone.send("1号 9号")
    await phone.send("1号、3号")
    assert "殷小虎" in phone.text and "蒋浩然" in phone.text
    await phone.press("确认")
    await phone.send("活动")
    assert "本月活动 1 次" in phone.text and "没参加过的孩子：1 个" in phone.text
    await phone.press("谁没参加过")
    assert "殷小雨" in phone.text and "小虎" not in phone.text
    above = house.phone(JIANGUO)
    await above.send("活动")
    await above.press("谁没参加过")
    assert "新沟村：1 个" in above.text and "小雨" not in above.text
    counts = await house.look(lambda conn: activities.measure_never_joined(conn, house.tree, house.today))
    assert (counts["children"], counts["joined"], counts["never"]) == (5, 2, 3)


async def test_attendance_of_a_day_to_come_and_five_hundred_children_are_asked_about(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("活动")
    await phone.press("记一次")
    await phone.press("体育游戏")
    await phone.press("学校")
    assert "还没到" in await phone.send("明天")
    await phone.press("昨天")
    assert "写个数字" in await phone.send("好多")
    assert "都是孩子吗" in await phone.send("500个")
    await phone.press("连大人一起")
    assert "比 500 少" in await phone.send("600")
    await phone.send("四十")
    await phone.press("确认")
    assert "来了 40 个孩子" in phone.text
    await phone.press("撤销")
    assert "本月活动 0 次" in phone.text


async def test_a_town_announces_with_two_seats_the_third_waits_and_moves_up(house: TestHouse) -> None:
    town, yulan, cuifang = (house.phone(one) for one in (JIANGUO, YULAN, CUIFANG))
    await town.send("活动报名")
    await town.press("安排一次")
    for word in ("读书辅导", "农家书屋"):
        await town.press(word)
    await town.press("明天")
    await town.send("下午3点半")
    await town.send("2个")
    await town.press("跳过")
    assert "15:30" in town.text
    await town.press("确认")
    assert "已告诉 2 位" in town.text and "有活动" in cuifang.text
    await cuifang.press("给孩子报名")
    await cuifang.press("给孩子报名")
    await cuifang.send("1号")
    await cuifang.press("确认")
    assert "报上了" in cuifang.text
    await yulan.send("报名")
    await yulan.press("读书辅导")
    await yulan.press("给孩子报名")
    await yulan.send("1号 2号")
    await yulan.press("确认")
    assert "报上了：1号" not in yulan.text and "候补" in yulan.text and "殷小雨" in yulan.text
    await cuifang.send("报名")
    await cuifang.press("读书辅导")
    await cuifang.press("不去了")
    assert "候补补上了" in yulan.text and "小雨" not in yulan.text
    house.pass_time(days=2)
    await yulan.send("报名")
    await yulan.press("要点名")
    await yulan.press("点名")
    await yulan.send("2号")
    await yulan.press("确认")
    assert "来了 1 个" in yulan.text


async def test_a_departments_own_safety_activity_is_its_yearly_duty_and_one_of_a_village_may_be(
    house: TestHouse,
) -> None:
    teacher, yulan = house.phone(LUOLAOSHI), house.phone(YULAN)
    await teacher.send("今天在新坝小学讲了一堂防溺水安全课 来了120个学生")
    await teacher.press("都是孩子")
    await teacher.press("确认")
    assert "已经算作本单位" in teacher.text
    done = await house.look(lambda conn: deeds.of_units(conn, [EDUCATION], house.today))
    assert [one.duty for one in done] == ["lecture"]
    await yulan.send("今天教育局来村委会搞了消防演练 来了9个娃")
    await yulan.press("确认")
    await teacher.send("活动")
    await teacher.press("本单位参与的")
    assert "2 次" in teacher.text and "暖泉村" in teacher.text
    await teacher.press("算今年的")
    done = await house.look(lambda conn: deeds.of_units(conn, [EDUCATION], house.today))
    assert {one.duty for one in done} == {"lecture", "safety_activity"}


async def test_words_of_an_activity_are_sealed_and_other_towns_do_not_see_it(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("今天在村委会办了手工活动 来了5个娃")
    await phone.press("确认")
    row = await house.look(lambda conn: conn.execute(select(table)).one())
    assert not isinstance(row.words, str)
    opened_row = await house.look(lambda conn: opened(conn, table, conn.execute(select(table)).one()))
    assert opened_row["words"] == "今天在村委会办了手工活动 来了5个娃" and opened_row["unit"] == NUANQUAN
    there = await house.look(lambda conn: activities.held(conn, {HEIQUAN}, house.today, house.today))
    assert there == [] and XINBA != HEIQUAN
