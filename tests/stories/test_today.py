"""今天: the list of what is to be done, by name, with the reasons, for each role."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, time, timedelta
from typing import Any

from sqlalchemy import select, update

from db import child_changes, drafts
from db import people as people_rows
from db.models import journal, people, posts
from db.types import new_id
from domain.calendar import at
from domain.contacts import Kind
from domain.forms import Draft
from domain.people import Role
from domain.policy import COUNTY_DEFAULTS
from tests.cast import (
    ADMIN,
    CUIFANG,
    HAORAN,
    HEJING,
    JIANGUO,
    LEADER,
    LUOLAOSHI,
    MAGUANG,
    NUANQUAN,
    XIAOHU,
    XIAOYU,
    YULAN,
)
from tests.done import all_done, done
from tests.house import TestHouse
from tests.stories.mornings import file_report

MONDAY = date(2026, 11, 16)


async def test_who_has_done_everything_hears_a_kind_word(house: TestHouse) -> None:
    await all_done(house, MONDAY)
    said = await house.phone(CUIFANG).send("今天")
    assert "没有要办的事" in said and "11月18日 星期三" in said


async def test_children_stand_by_name_under_overdue_today_soon_and_this_month(house: TestHouse) -> None:
    await all_done(house, MONDAY)
    house.now = at(date(2026, 11, 30), time(10)).astimezone(UTC)  # the red child's week is over, the yellow's two today
    said = await house.phone(YULAN).send("/today")
    overdue, due_today = said.index("【超期】1 个"), said.index("【今天到期】1 个")
    assert overdue < said.index("蒋浩然") < due_today < said.index("殷小雨")
    assert "联系已超7天（上次11月16日）" in said
    assert "殷小虎" not in said  # contacted this month, next in December


async def test_the_month_ahead_is_listed_after_what_is_urgent(house: TestHouse) -> None:
    await all_done(house, date(2026, 10, 20))
    await done(house, HAORAN, house.today)
    await done(house, HAORAN, house.today, Kind.HOME_VISIT)
    await done(house, XIAOYU, house.today)
    said = await house.phone(YULAN).send("今天")
    assert said.index("【本月】") < said.index("殷小虎：联系11月30日到期")


async def test_every_item_says_why_on_a_button(house: TestHouse) -> None:
    await all_done(house, MONDAY)
    house.now = at(date(2026, 11, 24), time(10)).astimezone(UTC)
    phone = house.phone(YULAN)
    await phone.send("今天")
    said = await phone.press("1 ❓ 为什么")
    for word in ("每7天联系一次", "上次联系11月16日", "红色", "11月23日到期", "任务9"):
        assert word in said, word


async def test_its_buttons_open_the_form_prefilled(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("今天")
    assert "蒋浩然" in await phone.press("1 🏠 记走访")
    await phone.send("取消")
    await phone.send("今天")
    assert "蒋浩然" in await phone.press("1 📞 记联系")


async def test_another_village_is_neither_listed_nor_explained(house: TestHouse) -> None:
    other = house.phone(CUIFANG)
    said = await other.send("今天")
    assert "罗一诺" in said and "蒋浩然" not in said and "殷小虎" not in said
    message = other.last
    said = await other.press_raw(f"do:today.why:{XIAOHU.file_no}|contact", message.id)
    assert "找不到这个孩子" in said and "殷小虎" not in other.everything


async def test_opening_the_list_is_journaled_once_and_names_nobody(house: TestHouse) -> None:
    await house.phone(YULAN).send("今天")
    notes = await house.look(
        lambda conn: conn.execute(select(journal).where(journal.c.action == "child.list")).all()
    )
    assert [note.detail for note in notes] == [{"count": 3}]


async def test_eight_to_a_page_and_the_rest_behind_a_button(house: TestHouse) -> None:
    many = [
        replace(XIAOYU, id=new_id(), file_no=f"GT-106-001-{serial:04}", name=f"殷小{name}", added_on=date(2026, 11, 2))
        for serial, name in enumerate("甲乙丙丁戊己庚辛壬癸", 11)
    ]
    await house.db.run(
        lambda conn: child_changes.add_children(conn, many, house.now, COUNTY_DEFAULTS, by=None, source="test", demo=True)
    )
    phone = house.phone(YULAN)
    said = await phone.send("今天")
    assert "8. " in said and "9. " not in said and "第 1 页，共 2 页" in said
    said = await phone.press("下一页")
    assert "9. " in said and "13. " in said and "8. " not in said and "第 2 页" in said
    assert not phone.has_button("下一页")
    assert "1. " in await phone.press("上一页")


async def test_half_filled_forms_stand_on_top_reports_first(house: TestHouse) -> None:
    phone = house.phone(YULAN)

    def leave(conn: Any) -> None:
        me = people_rows.me_of(conn, YULAN.chat_id)
        assert me is not None
        drafts.start(conn, YULAN.chat_id, me.person_id, Draft("report", {}), house.now)
        drafts.start(conn, YULAN.chat_id, me.person_id, Draft("visit", {}), house.now + timedelta(minutes=5))

    await house.db.run(leave)
    said = await phone.send("今天")
    assert "还有 2 份没填完" in said and said.index("没填完") < said.index("蒋浩然")
    assert phone.last.labels[0].startswith("▶️ 强制报告") and phone.last.labels[1].startswith("▶️ 走访记录")


async def test_a_supervisor_sees_own_yearly_contacts_and_where_help_is_needed(house: TestHouse) -> None:
    await all_done(house, MONDAY)
    house.now = at(date(2027, 3, 1), time(10)).astimezone(UTC)
    await done(house, XIAOHU, date(2027, 3, 1), Kind.PHONE, Role.SUPERVISOR)
    said = await house.phone(JIANGUO).send("今天")
    assert "罗一诺（新沟村）：督导联系12月31日到期（上次2026年11月16日）" in said  # green: once a year
    assert "殷小雨（暖泉村）：督导联系3月31日到期（上次2026年11月16日）" in said  # yellow: each quarter
    assert "蒋浩然（暖泉村）：督导联系已超60天（上次2026年11月16日）" in said  # red: each month
    assert "殷小虎（暖泉村）" not in said
    assert "需要帮一把的" in said and "新坝镇暖泉村" in said
    assert YULAN.name not in said


async def test_the_county_sees_where_help_is_needed_and_no_names(house: TestHouse) -> None:
    said = await house.phone(HEJING).send("今天")
    assert "新坝镇暖泉村：9 件" in said and "黑泉镇定安村" in said
    assert "小虎" not in said and house.phone(HEJING).has_button("看超期")


async def test_a_department_sees_the_reports_that_wait_for_its_receipt_and_only_those(house: TestHouse) -> None:
    await file_report(house)
    officer = house.phone(MAGUANG)
    said = await officer.send("今天")
    assert "1 份强制报告等您签收" in said and "小虎" not in said
    assert officer.has_button("打开案件")
    assert "没有要办的事" in await house.phone(LUOLAOSHI).send("今天")


async def test_a_supervisor_without_a_desk_in_the_case_does_not_hear_of_it(house: TestHouse) -> None:
    await all_done(house, MONDAY)
    await file_report(house)
    assert "强制报告" not in await house.phone(JIANGUO).send("今天")


async def test_a_deputy_sees_the_list_of_the_holder(house: TestHouse) -> None:
    def stand_in(conn: Any) -> None:
        deputy = conn.execute(select(people.c.id).where(people.c.chat_id == CUIFANG.chat_id)).scalar_one()
        conn.execute(update(posts).where(posts.c.unit == NUANQUAN).values(deputy=deputy))

    await house.db.run(stand_in)
    said = await house.phone(CUIFANG).send("今天")
    assert "蒋浩然（暖泉村）" in said and "罗一诺（新沟村）" in said


async def test_who_has_no_duties_is_refused_kindly(house: TestHouse) -> None:
    for person in (LEADER, ADMIN):
        assert "您的岗位不能做这个" in await house.phone(person).send("今天")


async def test_a_forged_page_or_a_closed_child_breaks_nothing(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("今天")
    message = phone.last
    assert "星期三" in await phone.press_raw("do:today.page:999", message.id)
    assert "星期三" in await phone.press_raw("do:today.page:-1x", message.id)
    closed = replace(HAORAN, closed_on=house.today)
    await house.db.run(
        lambda conn: child_changes.change_child(
            conn, closed, house.now, COUNTY_DEFAULTS, by=None, source="test", changed={"closed_on": [None, "x"]}
        )
    )
    assert "都办好了" in await phone.press_raw(f"do:today.why:{HAORAN.file_no}", message.id)
