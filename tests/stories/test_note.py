"""One message is enough: what a worker writes becomes a filled form; a sign of harm becomes the emergency card."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from db import contacts, drafts, issues
from db.models import journal, reports
from tests.cast import HAORAN, HEJING, JIANGUO, LEADER, MAGUANG, XIAOHU, XIAOYU, YULAN
from tests.house import TestHouse

FLAGSHIP = "昨天下午去了小虎家，奶奶在，娃学习还行，就是没冬衣"


async def _count(house: TestHouse, table: object) -> int:
    return await house.look(lambda conn: conn.execute(select(func.count()).select_from(table)).scalar())  # type: ignore[no-any-return]


async def _latest(house: TestHouse, child: object) -> contacts.Record:
    return (await house.look(lambda conn: contacts.latest(conn, child.id)))[0]  # type: ignore[attr-defined,no-any-return]


# --- logs ---


async def test_one_sentence_is_a_whole_card_and_the_visit_the_finding_and_the_need_are_kept(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    card = await phone.send(FLAGSHIP)
    assert "殷小虎" in card and "11月17日" in card and "上门家访" in card and "衣物用品" in card
    assert [label in phone.last.labels for label in ("✅ 确认", "✏️ 修改", "❌ 取消")] == [True] * 3
    assert "只见到大人" in card  # nothing says that the child was seen: one tap says it was
    await phone.press("见到孩子了")
    assert "记好了" in await phone.press("确认")
    record = await _latest(house, XIAOHU)
    assert (record.contact.day, record.contact.kind, record.contact.child_seen) == (
        date(2026, 11, 17),
        "home_visit",
        True,
    )
    assert record.content["note"] == FLAGSHIP
    found = await house.look(lambda conn: issues.open_of_child(conn, XIAOHU.id))
    assert any(issue.type == "aid" and "没冬衣" in issue.text for issue in found)


async def test_a_sentence_about_a_call_needs_only_to_be_confirmed(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    card = await phone.send("昨天给小虎打了电话，奶奶接的，都好")
    assert "核对" in card and "殷小虎" in card and "11月17日" in card
    await phone.press("确认")
    record = await _latest(house, XIAOHU)
    assert record.contact.day == date(2026, 11, 17)
    assert record.contact.kind == "phone"
    assert record.content["note"] == "昨天给小虎打了电话，奶奶接的，都好"


async def test_a_card_is_confirmed_or_opened_for_changes_in_words_too(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("昨天给小虎打了电话，奶奶接的，都好")
    assert "改哪一项" in await phone.send("不对")
    assert "记好了" in await phone.send("对的")
    assert (await _latest(house, XIAOHU)).contact.kind == "phone"


async def test_what_a_sentence_leaves_out_is_asked(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    said = await phone.send("今天上午去了浩然家")
    assert "家里见到谁" in said and "蒋浩然" in said


async def test_a_call_not_answered_is_an_attempt(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("今天给小虎打电话没人接")
    await phone.press("确认")
    assert (await _latest(house, XIAOHU)).contact.reached is False


# --- signs of harm ---


async def test_a_sign_of_harm_shows_110_offers_the_report_and_files_nothing(house: TestHouse) -> None:
    phone, police = house.phone(YULAN), house.phone(MAGUANG)
    await phone.send("刚看见浩然胳膊上有皮带印")
    warning, card = phone.messages[-2:]
    assert "110" in warning.text and "已报告" not in phone.everything
    assert "请核对" in card.text and "蒋浩然" in card.text  # having seen the child is a contact, and is kept as well
    assert await _count(house, reports) == 0
    assert police.messages == []
    await phone.press("登记报告")
    assert "安全" in phone.text


async def test_the_emergency_card_shows_the_words_that_caused_it(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("刚看见浩然胳膊上有皮带印")
    said = await phone.press("为什么提示")
    assert "<b>【皮带印】</b>" in said and "不是结论" in said
    assert phone.has_button("登记报告")  # and the offer still stands above


async def test_not_meant_so_ends_the_suggestion(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("刚看见浩然胳膊上有皮带印")
    await phone.press("不是，是别的意思")
    kept = await house.look(lambda conn: drafts.of_chat(conn, YULAN.chat_id))
    assert [one.draft.form for one in kept] == ["visit"]  # what was seen of the child otherwise stays to be confirmed


async def test_the_visit_is_kept_as_well_as_the_report_that_is_offered(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("昨天去了小虎家，奶奶和娃都在，娃背上有好多印子，说是他爸拿皮带抽的")
    emergency, card = phone.messages[-2:]
    assert "110" in emergency.text and "登记报告" in "".join(emergency.labels)
    assert "核对" in card.text and "殷小虎" in card.text
    await phone.press("确认")
    assert (await _latest(house, XIAOHU)).contact.kind == "home_visit"
    assert await _count(house, reports) == 0
    await phone.press("登记报告", emergency)
    assert "安全" in phone.text


async def test_a_sign_of_harm_in_the_middle_of_a_visit_keeps_both(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访 浩然")
    await phone.send("娃身上有好多伤，说是他爸打的")
    assert "110" in phone.everything
    assert phone.has_button("登记报告") and phone.has_button("电话")
    assert HAORAN.name in phone.text


async def test_a_sign_of_harm_typed_into_a_visit_is_not_only_a_note(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访 浩然")
    for tap in ("上门", "孩子和大人都在", "身体", "选好了"):
        await phone.press(tap)
    await phone.send("胳膊上青一块紫一块，他说是他爸拿皮带抽的")
    assert phone.has_button("登记报告")
    assert "自己能办" in phone.text  # and the visit goes on
    await phone.press("登记报告")
    assert "安全" in phone.text


# --- corrections ---


async def test_the_last_record_is_put_right_with_the_old_value_beside_the_new_and_kept(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("昨天给小虎打了电话，奶奶接的，都好")
    await phone.press("确认")
    old = await _latest(house, XIAOHU)
    card = await phone.send("上次记错了 是10号")
    assert "11月10日" in card and "原来：11月17日" in card
    assert (await _latest(house, XIAOHU)).contact.day == date(2026, 11, 17)  # not before 确认
    await phone.press("确认")
    new = await _latest(house, XIAOHU)
    assert (new.contact.day, new.replaces) == (date(2026, 11, 10), old.contact.id)
    kept = await house.look(lambda conn: contacts.get(conn, old.contact.id))
    assert kept.contact.day == date(2026, 11, 17) and kept.replaced_by == new.contact.id
    noted = await house.look(
        lambda conn: (
            conn.execute(select(journal.c.subject).where(journal.c.action == "contact.corrected")).scalars().all()
        )
    )
    assert noted == [f"contact:{old.contact.id}"]


async def test_the_wrong_child_is_exchanged_and_a_record_can_be_taken_back(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("昨天给小虎打了电话，奶奶接的，都好")
    await phone.press("确认")
    assert "原来：殷小虎" in await phone.send("记错了 不是小虎是小雨")
    await phone.press("确认")
    assert (await _latest(house, XIAOYU)).contact.kind == "phone"
    assert await house.look(lambda conn: contacts.latest(conn, XIAOHU.id)) == []
    assert "撤销这条" in await phone.send("上次记错了 删掉")
    assert "已撤销" in await phone.press("是，撤销")
    assert await house.look(lambda conn: contacts.latest(conn, XIAOYU.id)) == []


async def test_a_card_still_open_is_corrected_in_place(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("昨天给小虎打了电话，奶奶接的，都好")
    assert "11月16日" in await phone.send("不对 是前天")
    assert len(await house.look(lambda conn: drafts.of_chat(conn, YULAN.chat_id))) == 1


# --- anything else ---


async def test_small_talk_gets_a_kind_line_and_what_the_bot_can_do(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    assert "没有记" in await phone.send("今天天气真好啊")
    assert phone.has_button("记到工作日志") and phone.has_button("🏠 走访")
    assert "不客气" in await phone.send("谢谢")
    assert "您好" in await phone.send("你好")


async def test_news_about_a_child_is_offered_as_a_contact(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("小雨她爸从新疆回来了")
    await phone.press("记成殷小雨的一次联系")
    for tap in ("发信息、捎话", "家里大人", "确认"):
        await phone.press(tap)
    record = await _latest(house, XIAOYU)
    assert (record.contact.kind, record.content["note"]) == ("other", "小雨她爸从新疆回来了")


async def test_words_that_are_not_about_the_card_are_neither_put_into_it_nor_lost(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("昨天给小虎打了电话，奶奶接的，都好")
    assert "没写进去" in await phone.send("明天去镇上开会")
    await phone.press("写进备注")
    await phone.press("确认")
    assert "明天去镇上开会" in (await _latest(house, XIAOHU)).content["note"]


async def test_who_notes_no_visits_never_gets_a_visit_form(house: TestHouse) -> None:
    for person in (HEJING, MAGUANG, LEADER):
        phone = house.phone(person)
        said = await phone.send("昨天去了小虎家，奶奶和娃都在，都好")
        assert "没有记" in said and not phone.has_button("确认")
        assert "殷小虎" not in phone.everything
        await phone.send("娃身上有皮带印，是他爸打的")
        assert phone.has_button("登记报告")  # everybody may and must report
    assert "核对" in await house.phone(JIANGUO).send("昨天去了小虎家，奶奶和娃都在，都好")


async def test_harm_told_in_several_messages_is_one_report(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("刚看见浩然胳膊上有皮带印")
    await phone.send("背上也被打得一道一道的")
    kept = await house.look(lambda conn: drafts.of_chat(conn, YULAN.chat_id))
    told = [one.draft.answers["seen"] for one in kept if one.draft.form == "report"]
    assert told == ["刚看见浩然胳膊上有皮带印\n背上也被打得一道一道的"]
