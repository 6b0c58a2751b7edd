"""What comes to a family without a referral: what it may apply for, a helper, work at home, a text read to it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from db import child_file, helpers, referrals
from domain.child_file import BenefitStatus
from tests.cast import HEJING, XIAOHU, YULAN
from tests.house import TestHouse

pytestmark = pytest.mark.slow


async def test_a_need_without_names_is_taken_up_by_a_declared_helper_and_by_one_only(house: TestHouse) -> None:
    phone, county = house.phone(YULAN), house.phone(HEJING)
    await phone.send("求助")
    await phone.press("孩子或家里有难处")
    await phone.press("请社会帮忙")
    await phone.press("殷小虎")
    await phone.press("衣服鞋子")
    assert "放到求助墙上" in await phone.send("小虎缺冬衣")  # asked again, below the reason
    assert "换个说法" in phone.messages[-2].text and "□□缺冬衣" in phone.messages[-2].text
    await phone.send("10岁男孩，身高1米4，缺一身冬衣")
    await phone.press("还没问")
    await phone.press("确认")

    for name, declared in (("雨露社工", "签了"), ("绿洲公司", "还没有")):
        await county.send("帮扶力量")
        await county.press("登记")
        await county.press("社会组织")
        await county.send(name)
        await county.press(declared)
        await county.press("确认")
    await county.send("求助墙")
    assert "缺一身冬衣" in county.text and "暖泉" not in county.text and "小虎" not in county.text
    await county.press("认领1")
    assert county.last.labels == ["雨露社工"]
    take = county.last.buttons[0][0]["callback_data"]
    await county.press("雨露社工")
    assert "有人认领" in phone.text
    assert "刚被别人认领了" in await county.press_raw(take, county.last.id)
    await phone.press("打开看")
    await phone.press("监护人同意")
    found = await house.look(lambda conn: referrals.on_board(conn)[0][1])
    assert found.consent is True and found.helper is not None


async def test_what_may_apply_is_said_without_a_promise_and_one_tap_begins_the_application(house: TestHouse) -> None:
    county = house.phone(HEJING)
    await county.send("能享受啥")
    for answer in ("去世了", "去世了", "很困难", "没有", "没有", "不到18岁"):
        await county.press(answer, county.last)
    await county.press("确认")
    assert "孤儿基本生活费" in county.text and "可能符合" in county.text
    await county.press("孤儿基本生活费")
    assert "县里填的" not in county.text
    await county.press("填标准")
    await county.send("按省里文件，每年公布")
    await county.press("确认")

    phone = house.phone(YULAN)
    await phone.send("能享受啥 小虎")
    assert "妈妈" in phone.text  # the father is in the file
    for answer in ("去世了", "很困难", "没有", "没有"):
        await phone.press(answer, phone.last)
    assert "年纪：不到18岁" in phone.text
    await phone.press("确认")
    await phone.press("低保")
    assert "户口本" in phone.text and "便民大厅" in phone.text
    await phone.press("开始申请")
    await phone.press("跳过")
    assert "办补助" in phone.text
    await phone.press("确认")
    assert [one.topic for one, _ in await house.look(referrals.open_ones)] == ["low_income"]

    await county.send("转介")
    await county.press("办补助", county.last)
    await county.press("接收")
    await county.press("有结果了")
    await county.press("批了")
    await county.press("一年")
    await county.send("从下月起发")
    await county.press("确认")
    kept = await house.look(lambda conn: child_file.benefits_of(conn, [XIAOHU.id]))
    assert [(one.status, one.until) for one in kept] == [(BenefitStatus.GRANTED, house.today + timedelta(days=365))]
    assert "到期前我提醒您续办" in await phone.press("打开看")
    await phone.press("告诉家里了")
    house.pass_time(days=340)
    assert "补助到期要续办" in await phone.send("今天")


async def test_a_text_is_read_to_a_family_and_counted_once_a_day(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("家教")
    await phone.press("手机")
    await phone.press("上小学")
    assert "未成年人模式" in phone.messages[-2].text and not phone.messages[-2].buttons
    for place in range(2):
        if place:
            await phone.press("再记一家")
        await phone.press("念给家里听了")
        await phone.press("殷小虎")
        await phone.press("确认")
    today = house.today
    assert await house.look(lambda conn: helpers.families_guided(conn, today, today)) == 1


async def test_a_helper_stands_by_a_child_until_it_ends(house: TestHouse) -> None:
    def ready(conn: Connection) -> None:
        helpers.put(conn, "teacher", "张老师", "620724", house.now, declared_on=house.today)

    await house.db.run(ready)
    phone = house.phone(YULAN)
    await phone.send("儿童 小虎")
    await phone.press("🤝 求助")
    await phone.press("结对帮扶")
    await phone.press("➕ 结对")
    await phone.press("一对一辅导")
    await phone.press("张老师")
    said = await phone.press("确认")
    assert "还没问过家里" in said  # nobody outside learns who a child is before the family agreed
    assert await house.look(lambda conn: helpers.pairs_of(conn, [XIAOHU.id])) == []
    await phone.press("✍️ 问过了，记下")
    for answer in ("同意", "张老师", "照护人", "当面念的", "今天", "确认"):
        shown = any(answer in label for label in phone.last.labels)
        await (phone.press(answer) if shown else phone.send(answer))
    await phone.press("接着结对")
    await phone.press("确认")
    assert len(await house.look(lambda conn: helpers.pairs_of(conn, [XIAOHU.id]))) == 1
    await phone.press("结对帮扶")
    await phone.press("结束：张老师")
    assert await house.look(lambda conn: helpers.pairs_of(conn, [XIAOHU.id])) == []


async def test_work_at_home_is_asked_for_once_a_year_and_a_plain_no_ends_it(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    assert "还有3个留守孩子" in await phone.send("转介")
    await phone.send("求助")
    await phone.press("孩子或家里有难处")
    await phone.press("家长回乡找活")
    await phone.press("殷小虎")
    await phone.press("不回")
    assert "今年问过了" in await phone.press("确认")
    assert "还有2个留守孩子" in await phone.send("转介")
    assert await house.look(referrals.open_ones) == []
