"""Logging contacts and home visits by conversation."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from db import child_changes, children, contacts, issues, phone_talks
from db.models import contacts as contacts_table
from tests.cast import HAORAN, JIANGUO, NUANQUAN, XIAOHU, XIAOYU, YINUO, YULAN
from tests.house import TestHouse


async def _records(house: TestHouse, child: object) -> list[contacts.Record]:
    return await house.look(lambda conn: contacts.latest(conn, child.id))  # type: ignore[attr-defined]


async def test_five_taps_log_an_all_normal_phone_contact(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("🏠 走访")  # 1
    await phone.press("殷小虎")  # 2
    await phone.press("电话")  # 3
    card = await phone.press("孩子本人，都正常")  # 4
    assert "殷小虎" in card and "今天" in card and "电话" in card
    said = await phone.press("确认")  # 5
    assert "记好了" in said
    record = (await _records(house, XIAOHU))[0]
    assert (record.contact.day, record.contact.kind, record.contact.reached) == (house.today, "phone", True)


async def test_twelve_taps_or_fewer_log_an_all_normal_home_visit(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    taps = ["殷小虎", "上门家访", "孩子和大人都在", "都正常", "联系过", "这次没讲", "没有需要", "没有手机", "确认"]
    await phone.send("走访")
    for tap in taps:
        await phone.press(tap)
    assert len(taps) + 1 <= 12
    assert "记好了" in phone.text
    entry = await house.look(lambda conn: children.by_file_no(conn, XIAOHU.file_no, {NUANQUAN}))
    assert entry.visit_due == date(2027, 2, 18)


async def test_the_use_of_a_phone_is_asked_once_a_term_and_a_worry_says_what_helps(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    taps = ("殷小虎", "上门家访", "孩子和大人都在", "都正常", "联系过", "这次没讲", "没有需要")
    await phone.send("走访")
    for tap in (*taps, "和网上生人来往", "确认"):
        await phone.press(tap)
    assert "聊天记录别删" in phone.text and phone.has_button("手机咋管") and phone.has_button("转给学校网信")
    counts = await house.look(lambda conn: phone_talks.measure_phone_use(conn, {NUANQUAN}, house.today))
    assert counts == {"asked": 1, "of_age": 3, "worry": 1}
    for tap in ("改这条", "修改", "手机", "有人管，玩得少", "确认"):
        await phone.press(tap)
    counts = await house.look(lambda conn: phone_talks.measure_phone_use(conn, {NUANQUAN}, house.today))
    assert counts == {"asked": 1, "of_age": 3, "worry": 0}
    await phone.send("儿童 殷小虎")
    assert "手机：有人管，玩得少" in await phone.press("记录")
    await phone.send("走访")
    for tap in taps:
        await phone.press(tap)
    assert phone.has_button("确认")  # this term it was asked
    await phone.send("取消")
    await phone.send("今天去了殷小雨家 奶奶和娃都在 都好")  # told in words it is offered, not asked
    for tap in ("问过手机", "没有手机", "确认"):
        await phone.press(tap)
    counts = await house.look(lambda conn: phone_talks.measure_phone_use(conn, {NUANQUAN}, house.today))
    assert counts == {"asked": 2, "of_age": 3, "worry": 0}
    house.pass_time(days=100)
    await phone.send("取消")
    await phone.send("走访")
    for tap in taps:
        await phone.press(tap)
    assert phone.has_button("没有手机")


async def test_a_home_visit_without_seeing_the_child_is_kept_but_is_no_visit(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    before = await house.look(lambda conn: children.by_file_no(conn, XIAOHU.file_no, {NUANQUAN}))
    await phone.send("走访")
    for tap in ("殷小虎", "上门家访", "只见到大人", "都正常", "联系过", "这次没讲", "没有需要", "没问", "确认"):
        await phone.press(tap)
    assert "不算家访" in phone.text
    after = await house.look(lambda conn: children.by_file_no(conn, XIAOHU.file_no, {NUANQUAN}))
    assert after.visit_due == before.visit_due
    assert after.contact_due > before.contact_due


async def test_not_reached_is_kept_and_does_not_count(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    before = await house.look(lambda conn: children.by_file_no(conn, XIAOHU.file_no, {NUANQUAN}))
    await phone.send("走访")
    for tap in ("殷小虎", "电话", "没联系上", "确认"):
        await phone.press(tap)
    assert "不算完成" in phone.text
    after = await house.look(lambda conn: children.by_file_no(conn, XIAOHU.file_no, {NUANQUAN}))
    assert after.contact_due == before.contact_due
    assert (await _records(house, XIAOHU))[0].contact.reached is False


async def test_several_children_in_one_go(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访")
    await phone.press("选几个")
    await phone.press("殷小虎")
    await phone.press("蒋浩然")
    await phone.press("选好了")
    for tap in ("视频", "家里大人，都正常", "确认"):
        await phone.press(tap)
    for child in (XIAOHU, HAORAN):
        assert (await _records(house, child))[0].contact.kind == "video"
    assert not await _records(house, XIAOYU)


async def test_the_household_is_added_with_one_tap_on_the_card(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访 殷小虎")
    for tap in ("电话", "孩子本人", "同户的孩子", "殷小雨", "选好了", "确认"):
        await phone.press(tap)
    assert len(await _records(house, XIAOYU)) == 1


async def test_the_day_can_be_changed_by_button_or_typed(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访 xiaohu")
    await phone.press("不是这天")
    assert "还没到" in await phone.send("明天")
    assert "没有" in await phone.send("2月30日")
    assert "11月11日" in await phone.send("上周三")
    for tap in ("电话", "孩子本人", "确认"):
        await phone.press(tap)
    assert (await _records(house, XIAOHU))[0].contact.day == date(2026, 11, 11)


async def test_worries_become_issues_and_the_town_is_asked_without_a_name(house: TestHouse) -> None:
    phone, supervisor = house.phone(YULAN), house.phone(JIANGUO)
    await phone.send("走访 浩然")
    for tap in ("上门", "孩子和大人都在", "身体", "学习", "选好了"):
        await phone.press(tap)
    await phone.send("咳嗽半个月了，作业没写")
    for tap in ("请镇上帮忙", "没有", "防溺水", "选好了", "衣物用品", "选好了", "没问", "确认"):
        await phone.press(tap)
    found = await house.look(lambda conn: issues.open_of_child(conn, HAORAN.id))
    assert {issue.type for issue in found} == {"medical", "school", "aid"}
    assert HAORAN.file_no in supervisor.text
    assert "浩然" not in supervisor.everything and "咳嗽" not in supervisor.everything


async def test_a_name_that_fits_two_children_is_asked(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访")
    said = await phone.send("殷小")
    assert "殷小虎" in said and "殷小雨" in said


async def test_a_restart_in_the_middle_loses_nothing(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访 小虎")
    await phone.press("电话")
    await house.restart()
    await phone.press("孩子本人")
    assert "记好了" in await phone.press("确认")


async def test_a_double_tap_saves_once(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访 小虎")
    await phone.press("电话")
    await phone.press("孩子本人")
    card, button = phone.find_button("确认")
    await phone.press_raw(button["callback_data"], card.id)
    await phone.press_raw(button["callback_data"], card.id)
    assert "已经交了" in phone.toast
    assert len(await _records(house, XIAOHU)) == 1


async def test_an_unrelated_command_in_the_middle_keeps_the_draft(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访 小虎")
    await phone.press("电话")
    await phone.send("帮助")
    assert phone.has_button("孩子本人")
    await phone.send("意见反馈")
    await phone.send("取消")
    said = await phone.send("走访")
    assert "没填完" in said
    await phone.press("接着填")
    await phone.press("孩子本人")
    assert "记好了" in await phone.press("确认")


async def test_an_old_button_of_another_question_repeats_the_open_one(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访")
    first, child = phone.find_button("殷小虎")
    await phone.press("殷小虎")
    await phone.press("电话")
    said = await phone.press_raw(child["callback_data"], first.id)
    assert "联系上了吗" in said


async def test_answers_are_edited_from_the_card_without_losing_the_others(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访 小虎")
    await phone.press("电话")
    await phone.press("孩子本人")
    await phone.press("修改")
    await phone.press("结果")
    card = await phone.press("家里大人")
    assert "家里大人" in card and "电话" in card
    await phone.press("确认")
    assert len(await _records(house, XIAOHU)) == 1


async def test_words_and_photos_on_the_card_are_added_to_it(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访 小虎")
    await phone.press("电话")
    await phone.press("孩子本人")
    assert "下周家长会" in await phone.send("下周家长会")
    assert "1 张" in await phone.send_photo(caption="登记表")
    assert "登记表" in phone.text and "下周家长会" in phone.text
    await phone.press("确认")
    record = (await _records(house, XIAOHU))[0]
    assert record.content["note"] == "下周家长会\n登记表" and len(record.content["photos"]) == 1


async def test_a_correction_keeps_the_old_version_and_moves_the_due_days(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访 小虎")
    await phone.press("电话")
    await phone.press("孩子本人")
    await phone.press("确认")
    old = (await _records(house, XIAOHU))[0]
    await phone.send("上次记错了")
    await phone.press("改这条")
    await phone.press("修改")
    await phone.press("日期")
    await phone.send("10月20号")
    assert "改好了" in await phone.press("确认")
    new = (await _records(house, XIAOHU))[0]
    assert new.contact.day == date(2026, 10, 20) and new.replaces == old.contact.id
    kept = await house.look(lambda conn: contacts.get(conn, old.contact.id))
    assert kept.replaced_by == new.contact.id and kept.content["how"] == "phone"
    entry = await house.look(lambda conn: children.by_file_no(conn, XIAOHU.file_no, {NUANQUAN}))
    assert entry.contact_due == date(2026, 11, 30)


async def test_a_withdrawn_record_no_longer_counts(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    before = await house.look(lambda conn: children.by_file_no(conn, XIAOHU.file_no, {NUANQUAN}))
    await phone.send("走访 小虎")
    for tap in ("电话", "孩子本人", "确认", "记错了，撤销", "是，撤销"):
        await phone.press(tap)
    after = await house.look(lambda conn: children.by_file_no(conn, XIAOHU.file_no, {NUANQUAN}))
    assert after.contact_due == before.contact_due
    assert not await _records(house, XIAOHU)


async def test_another_persons_button_and_another_villages_child_are_refused(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访 小虎")
    message, button = phone.find_button("电话")
    await phone.press_raw(button["callback_data"], message.id, by=4711)
    assert "不是给您的" in phone.toast
    await phone.press_raw(f"do:visit.start:{YINUO.file_no}|phone", message.id)
    assert "不在您的名单" in phone.text
    total = await house.look(lambda conn: conn.execute(select(func.count()).select_from(contacts_table)).scalar())
    assert total == 0


async def test_a_supervisors_call_is_the_yearly_contact(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    await phone.send("走访 罗一诺")
    for tap in ("电话", "家里大人", "确认"):
        await phone.press(tap)
    entry = await house.look(lambda conn: children.by_ids(conn, [YINUO.id]))
    assert entry[YINUO.id].supervisor_due == date(2027, 12, 31)


async def test_cancel_throws_the_draft_away_and_back_goes_one_step(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访 小虎")
    await phone.press("电话")
    assert "怎么联系" in await phone.send("返回")
    await phone.press("视频")
    assert "不记了" in await phone.press("取消")
    assert "哪个孩子" in await phone.send("走访")


async def test_ticking_a_child_on_the_second_page_stays_on_that_page(house: TestHouse) -> None:
    from dataclasses import replace

    from domain.policy import COUNTY_DEFAULTS
    from tests.cast import XIAOHU as one

    more = [
        replace(one, id=f"more-{number}", file_no=f"GT-106-001-{number:04}", name=f"赵{number}", id_no=None, guardians=())
        for number in range(10, 40)
    ]
    await house.db.run(
        lambda conn: child_changes.add_children(conn, more, house.now, COUNTY_DEFAULTS, by=None, source="test")
    )
    phone = house.phone(YULAN)
    await phone.send("走访")
    await phone.press("选几个")
    await phone.press("下一页")
    await phone.press("赵30")
    assert any(label.startswith("☑ 赵30") for label in phone.last.labels)
