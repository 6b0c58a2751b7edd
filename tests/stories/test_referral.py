"""Referrals as people live them: asked in a sentence, handled by an office, brought back to the family."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, update

from db import child_file, children, referrals, reports, school_terms
from db import referral_measures as measures
from db.child_file import Hand
from db.models import people as people_table
from domain.child_file import HelpKind
from domain.people import Role
from domain.policy import COUNTY_DEFAULTS
from tests.cast import CUIFANG, EDUCATION, HEJING, LUOLAOSHI, MAGUANG, POLICE, XIAOHU, YULAN
from tests.house import TestHouse
from tests.phone import Phone

pytestmark = pytest.mark.slow


YEAR = date(2026, 1, 1)


async def _asked(phone: Phone, consent: str = "还没问") -> None:
    await phone.send("小虎要看心理老师")
    await phone.press("常哭")
    await phone.press("选好了")
    await phone.send("小虎这学期不爱说话")
    await phone.press(consent)
    await phone.press("确认")


async def test_a_child_goes_to_the_school_counsellor_and_the_result_comes_home(house: TestHouse) -> None:
    yulan, teacher = house.phone(YULAN), house.phone(LUOLAOSHI)
    await _asked(yulan)
    assert "已送到县教育局" in yulan.text and "12356" in yulan.text
    assert "新转介" in teacher.text and "小虎" not in teacher.text
    await teacher.press("打开看")
    assert "小虎" not in teacher.text
    await teacher.press("接收")
    assert "县教育局接收了" in yulan.text
    assert "还没同意" in await teacher.press("等家里同意")
    await yulan.press("打开看")
    await yulan.press("监护人同意")
    await teacher.send("转介")
    await teacher.press("看心理老师", teacher.last)
    assert "殷小虎" in await teacher.press("看是谁")
    await teacher.press("记进展")
    await teacher.press("学校谈话")
    await teacher.press("跳过")
    await teacher.press("跳过")
    await teacher.press("确认")
    assert "学校谈话" in yulan.text
    await teacher.press("有结果了")
    await teacher.press("好转了")
    await teacher.send("谈了三次，睡得好了")
    await teacher.press("确认")
    assert "请告诉家里" in yulan.text
    assert "可以这样跟家里说" in await yulan.press("打开看")
    assert "办完了" in await yulan.press("告诉家里了")
    assert "已告诉家里" in teacher.text
    assert "小虎" not in "".join(m.text for m in teacher.messages if "转介" in m.text or "📨" in m.text)
    helped = await house.look(lambda conn: child_file.helps_of(conn, [XIAOHU.id]))
    assert [one.kind for one in helped] == [HelpKind.MIND]
    counts = await house.look(lambda conn: measures.measure_psychology(conn, YEAR, house.today))
    assert counts == {"flagged": 1, "helped_in_14_days": 1, "open": 0}


async def test_a_sign_of_danger_brings_the_emergency_card_and_no_referral(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("小虎要看心理老师")
    await phone.press("★说不想活")
    assert "110" in await phone.press("选好了")
    await phone.press("🆘 有伤害")
    assert ("110" in phone.everything and phone.has_button("🚨 填强制报告")) or "报告" in str(phone.last.labels)
    assert await house.look(referrals.open_ones) == []


async def test_a_child_out_of_school_may_be_taken_to_the_bureau_from_the_emergency_card(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("小虎 不上学了 在家放羊")
    assert phone.last.labels[:2] == ["🆘 登记报告", "🎒 上学的事"]
    assert XIAOHU.name in await phone.press("上学的事")
    await phone.press("不上学了")
    assert "在家放羊" in phone.text
    await phone.press("确认")
    assert "已送到县教育局" in phone.text
    assert "现在没有正在填的表" in await phone.send("取消")  # the report that was offered is gone
    await phone.send("小雨 不上学了")
    await phone.send("小雨胳膊上有皮带印")
    assert "上学的事" not in str(phone.last.labels)
    await phone.press("上学的事")
    assert "登记报告" in phone.text  # what was told since is for the report


async def test_what_was_said_before_the_request_is_its_reason_and_names_the_child(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("小虎最近老哭 不说话 想叫心理老师看看")
    await phone.press("常哭")
    await phone.press("选好了")
    said = await phone.press("还没问")
    assert XIAOHU.name in said and "最近老哭" in said


async def test_an_office_nobody_sits_in_is_passed_over_and_the_county_has_it_at_once(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("给小雨申请康复训练")
    await phone.press("跳过")
    assert "县残联还没有人登记，已直接交给县民政局" in await phone.press("确认")
    county = house.phone(HEJING)
    assert "县残联没有人登记" in county.text and "小雨" not in county.text
    await county.press("打开看")
    await county.press("转给别家")
    await county.press("县教育局")
    await county.press("跳过")
    await county.press("确认")
    assert "新转介" in house.phone(LUOLAOSHI).text


async def test_what_a_file_says_of_school_is_an_alarm_until_the_bureau_is_asked(house: TestHouse) -> None:
    phone = house.phone(YULAN)

    def out(conn: Connection, status: str = "辍学") -> None:
        entry = children.by_id(conn, XIAOHU.id, {XIAOHU.unit})
        assert entry is not None
        child_file.put(
            conn,
            entry.child,
            replace(entry.child, school_status=status),
            Hand(house.now, COUNTY_DEFAULTS, None, "test", True),
        )

    await house.db.run(out)
    open_now = await house.look(lambda conn: list(school_terms.tasks(conn, house.today, None, None)))
    assert [one.child for one in open_now] == [XIAOHU.id]
    counts = await house.look(lambda conn: measures.measure_schooling(conn, YEAR, house.today))
    assert (counts["alarms"], counts["out_of_school"]) == (1, 1)
    assert "孩子没上学" in await phone.send("今天")
    await phone.send("可能符合")
    await phone.press("殷小虎")
    assert "没在上学" in phone.text
    await phone.press("转教育局劝返")
    await phone.press("不上学了")
    await phone.press("跳过")
    await phone.press("确认")
    assert "已送到县教育局" in phone.text
    assert await house.look(lambda conn: list(school_terms.tasks(conn, house.today, None, None))) == []
    counts = await house.look(lambda conn: measures.measure_schooling(conn, YEAR, house.today))
    assert (counts["alarms"], counts["out_of_school"]) == (1, 1)  # counted once


async def test_sent_back_with_a_reason_it_comes_to_the_county_and_the_director_reads_why(house: TestHouse) -> None:
    yulan, teacher = house.phone(YULAN), house.phone(LUOLAOSHI)
    await _asked(yulan)
    await teacher.press("打开看")
    await teacher.press("退回")
    await teacher.send("孩子在外县上学")
    await teacher.press("确认")
    assert "退回" in house.phone(HEJING).text
    assert "孩子在外县上学" in await yulan.press("打开看")


async def test_the_third_admonition_goes_to_the_police_with_one_tap(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("求助")
    await phone.press("孩子或家里有难处")
    await phone.press("劝诫监护人")
    await phone.press("殷小虎")
    await phone.press("长期不联系")
    await phone.press("选好了")
    await phone.press("爸爸")
    await phone.press("先劝着")
    await phone.send("答应每周六打视频")
    assert "先由村里办" in await phone.press("确认")
    await phone.press("打开看")
    for _ in range(2):
        await phone.press("记进展")
        await phone.press("又劝诫一次")
        await phone.press("跳过")
        await phone.press("一周后")
        await phone.press("确认")
    assert "已劝诫3次" in phone.text and "11月25日回头看" in phone.text
    assert "110" in await phone.press("报派出所")
    await phone.press("转给县公安局")
    assert "等县公安局接收" in phone.text
    officer = house.phone(MAGUANG)
    await officer.press("打开看")
    await officer.press("接收")
    await officer.press("记进展")
    assert {"公安训诫", "家庭教育指导令"} <= set(officer.last.labels)
    seen = await house.look(lambda conn: [now.desk for _, now in referrals.open_ones(conn)])
    assert seen == [POLICE]
    counts = await house.look(lambda conn: measures.measure_admonitions(conn, YEAR, house.today))
    assert counts == {"admonitions": 3, "closed": 0, "repeats": 1, "to_police": 1}


async def test_a_day_to_look_again_stands_on_the_list_of_that_day(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    assert XIAOHU.name in await phone.send("家里要调解 小虎")
    await phone.send("求助")
    await phone.press("孩子或家里有难处")
    await phone.press("家里闹矛盾")
    await phone.press("管娃的事")
    assert "110" not in await phone.press("没有")
    await phone.send("说好了一人管一样")
    await phone.press("定回看日子")
    await phone.press("一周后")
    await phone.press("确认")
    house.pass_time(days=7)
    assert "求助的事该回头看" in await phone.send("今天")
    assert "说好了日子" in await phone.press_raw(f"do:today.why:{XIAOHU.file_no}|look_again", phone.last.id)


async def test_a_quarrel_with_violence_is_reported_and_not_mediated(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("求助")
    await phone.press("孩子或家里有难处")
    await phone.press("家里闹矛盾")
    await phone.press("殷小虎")
    await phone.press("两口子")
    assert "不是转介" in await phone.press("有", phone.last)
    assert await house.look(referrals.open_ones) == []


async def test_an_office_that_says_nothing_is_reminded_once_and_then_the_county_hears(house: TestHouse) -> None:
    await _asked(house.phone(YULAN))
    teacher, county = house.phone(LUOLAOSHI), house.phone(HEJING)
    for days in (6, 1, 5, 1):
        house.pass_time(days=days)
        await house.scheduler.once()
        await house.settle()
    assert sum("请看一眼" in m.text for m in teacher.messages) == 1
    assert sum("请县里过问" in m.text for m in county.messages) == 1
    assert "小虎" not in "".join(m.text for m in [*teacher.messages, *county.messages] if "ZJ-" in m.text)


async def test_a_suggestion_of_the_procuratorate_is_sent_to_an_office(house: TestHouse) -> None:
    from db import people

    def settle(conn: Connection) -> None:
        post = people.ensure_post(conn, Role.DEPARTMENT, "620724.procuratorate", house.today)
        code = people.invite(conn, post, "许红霞", house.now)
        people.bind(conn, code.code, 100_901, "zh_CN", house.now, demo=True)

    await house.db.run(settle)
    phone = Phone(house, 100_901)
    await phone.send("转介")
    await phone.press("发司法")
    await phone.press("县教育局")
    await phone.send("宿舍夜间巡查不到位，建议补齐制度")
    assert "一个月内" in await phone.press("确认")
    teacher = house.phone(LUOLAOSHI)
    await teacher.press("打开看")
    assert "宿舍夜间巡查" in teacher.text
    await teacher.press("接收")
    await teacher.press("有结果了")
    await teacher.press("书面回复了")
    await teacher.send("已整改")
    await teacher.press("确认")
    assert "书面回复了" in phone.text
    await teacher.send("宣传")
    await teacher.press("开会讲")
    await teacher.send("大概200多人")
    await teacher.press("跳过")
    await teacher.press("确认")
    counts = await house.look(lambda conn: measures.measure_interventions(conn, YEAR, house.today))
    assert counts == {"suggestions": 1, "answered_in_time": 1, "overdue": 0, "publicity": 1, "reached": 200}


async def test_a_referral_is_opened_by_nobody_it_does_not_concern(house: TestHouse) -> None:
    await _asked(house.phone(YULAN))
    number = (await house.look(referrals.open_ones))[0][0].id
    for stranger in (CUIFANG, MAGUANG):
        phone = house.phone(stranger)
        await phone.send("转介")
        assert "找不到" in await phone.press_raw(f"do:referral.open:{number}", phone.last.id)


async def test_a_desk_that_empties_is_passed_over_from_then_on(house: TestHouse) -> None:
    def leave(conn: Connection) -> None:
        conn.execute(
            update(people_table)
            .where(people_table.c.chat_id == LUOLAOSHI.chat_id)
            .values(left_on=house.today - timedelta(days=1))
        )

    await house.db.run(leave)
    assert await house.look(lambda conn: reports.staffed(conn, [EDUCATION])) == []
    await _asked(house.phone(YULAN))
    assert "县教育局还没有人登记" in house.phone(YULAN).text
    assert (await house.look(referrals.open_ones))[0][1].desk == "620724"
