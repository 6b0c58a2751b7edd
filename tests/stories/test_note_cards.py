"""Several children, several visits, several messages, pictures and changed messages: nothing guessed, nothing dropped."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from db import child_changes, children, contacts
from db.types import new_id
from domain.policy import COUNTY_DEFAULTS
from tests.cast import HAORAN, XIAOHU, XIAOYU, YULAN
from tests.house import NOON, TestHouse
from tests.phone import Phone


async def _latest(house: TestHouse, child: object) -> contacts.Record | None:
    found = await house.look(lambda conn: contacts.latest(conn, child.id))  # type: ignore[attr-defined]
    return found[0] if found else None


async def _how_many(house: TestHouse, child: object) -> int:
    return len(await house.look(lambda conn: contacts.latest(conn, child.id, 50)))  # type: ignore[attr-defined]


async def _edit(phone: Phone, text: str, back: int = 1) -> str:
    """Change the words of one's own message sent so many messages ago."""
    mine = [message for message in phone.messages if message.out][-back]
    await phone.house.receive({"edited_message": phone._message(mine.id, text=text) | {"edit_date": 2}})
    return phone.text


# --- several children ---


async def test_each_of_several_children_has_a_line_and_a_record_of_its_own(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    card = await phone.send("今天给小虎小雨浩然都打了电话，就浩然没接")
    lines = {line.strip()[:3]: line for line in card.splitlines()}
    assert "✅ 联系上了" in lines["殷小虎"] and "✖ 没联系上" in lines["蒋浩然"]
    said = await phone.press("确认")
    assert "没联系上" in said and "蒋浩然" in said
    records = [await _latest(house, child) for child in (XIAOHU, XIAOYU, HAORAN)]
    assert [record.contact.reached for record in records if record] == [True, True, False]
    assert len({record.batch for record in records if record}) == 1


async def test_one_childs_line_is_changed_by_tap(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("今天给小虎小雨浩然都打了电话，就浩然没接")
    assert "殷小雨" in await phone.press("✏️ 殷小雨")
    card = await phone.press("号码不对")
    assert "✖ 号码不对" in next(line for line in card.splitlines() if "殷小雨" in line)
    await phone.press("✏️ 殷小虎")
    assert "殷小虎" not in await phone.press("不是这个孩子")
    await phone.press("确认")
    assert await _latest(house, XIAOHU) is None
    record = await _latest(house, XIAOYU)
    assert record is not None and record.contact.reached is False and record.content["outcome"] == "wrong_number"


async def test_one_of_several_can_get_a_card_of_its_own(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("今天给小虎小雨浩然都打了电话，就浩然没接")
    await phone.press("✏️ 殷小雨")
    await phone.press("单独记一张")
    await phone.press("确认")
    assert "殷小雨" in phone.text and await _latest(house, XIAOYU) is None
    for tap in ("有要注意的", "情绪行为", "选好了"):
        await phone.press(tap)
    await phone.send("说想妈妈")
    for tap in ("我能办", "确认"):
        await phone.press(tap)
    record = await _latest(house, XIAOYU)
    assert record is not None and record.content["worries"] == "说想妈妈"


async def test_three_visits_in_one_message_come_one_after_another_each_with_its_own_words(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send(
        "今天上午去了小虎家，奶奶和娃都在，都好。下午给浩然打了视频，爷爷接的，都好。昨天在路上碰见小雨了，好着呢"
    )
    assert "第1张，共3张" in phone.text
    for _ in range(3):
        await phone.press("确认")
    found = [await _latest(house, child) for child in (XIAOHU, HAORAN, XIAOYU)]
    assert [record.contact.kind for record in found if record] == ["home_visit", "video", "in_person"]
    xiaoyu = found[2]
    assert xiaoyu is not None and xiaoyu.contact.day == date(2026, 11, 17)
    assert "浩然" not in str(xiaoyu.content)  # nor anything else that was said of another child


async def test_a_visit_and_a_question_in_one_message_are_both_served(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("今天给小虎打了电话，奶奶接的，都好。这个月还差谁？")
    assert "还差" in phone.everything and "核对" in phone.text
    await phone.press("确认")
    record = await _latest(house, XIAOHU)
    assert record is not None and "还差谁" not in record.content["note"]


# --- ties, strangers, vague days ---


async def test_a_tie_is_asked_with_village_and_carer_and_never_guessed(house: TestHouse) -> None:
    twin = replace(
        HAORAN,
        id=new_id(),
        file_no="GT-106-001-0009",
        name="殷浩然",
        guardians=(replace(HAORAN.guardians[0], name="何桂兰"),),
    )

    def settle(conn: Connection) -> None:
        child_changes.add_children(conn, [twin], NOON, COUNTY_DEFAULTS, by=None, source="test", demo=True)

    await house.db.run(settle)
    phone = house.phone(YULAN)
    said = await phone.send("昨天给浩然打了电话，爷爷接的，都好")
    assert "我留着了" in said
    assert {"蒋浩然 暖泉村 蒋万福", "殷浩然 暖泉村 何桂兰"} <= set(phone.last.labels)
    assert "殷小虎" not in "".join(phone.last.labels)
    await phone.press("殷浩然")
    await phone.press("确认")
    assert await _latest(house, twin) is not None and await _latest(house, HAORAN) is None


async def test_a_child_nobody_knows_is_asked_and_the_words_are_kept_in_the_log(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    said = await phone.send("今天去了陈小明家，都好")
    assert "我留着了" in said and phone.has_button("殷小虎")
    assert "工作日志" in await phone.press("不在名单上")
    assert phone.has_button("督导员电话")
    await phone.send("工作日志")
    assert "今天去了陈小明家，都好" in await phone.press("11月18日")


async def test_a_vague_day_is_asked_with_the_days_it_may_have_been(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    assert "哪天" in await phone.send("前几天去了浩然家，爷爷和娃都在，挺好")
    assert phone.has_button("11月16日 星期一")
    await phone.press("11月16日")
    await phone.press("确认")
    record = await _latest(house, HAORAN)
    assert record is not None and record.contact.day == date(2026, 11, 16)


# --- several messages about one visit ---


async def test_further_messages_are_read_into_the_open_card(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    assert "见到谁" in await phone.send("昨天去了浩然家")
    await phone.send("爷爷在 娃也在")
    card = await phone.send("都挺好的")
    assert "孩子和大人都在" in card and "都正常" in card
    await phone.press("确认")
    record = await _latest(house, HAORAN)
    assert record is not None and record.content["note"] == "昨天去了浩然家\n爷爷在 娃也在\n都挺好的"
    assert await _how_many(house, HAORAN) == 1


async def test_a_visit_told_in_bits_becomes_one_card_and_nothing_typed_is_refused(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    for bit in ("今天上午去了浩然家", "爷爷在", "娃也在家写作业呢", "对了 缺双棉鞋"):
        assert "请点下面的按钮" not in await phone.send(bit)
    assert "孩子和大人都在" in phone.text and "衣物用品" in phone.text
    assert "家里没人" in await phone.send("其实没见着人")


async def test_a_sibling_named_after_the_visit_joins_its_card(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("昨天去了小虎家，奶奶在，娃也在，都好")
    card = await phone.send("小雨也在")
    assert "殷小虎" in card and "殷小雨" in card
    await phone.press("确认")
    assert (await _how_many(house, XIAOHU), await _how_many(house, XIAOYU)) == (1, 1)


async def test_words_about_a_child_nobody_named_are_kept_and_of_whom_is_asked(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    asked = await phone.send("娃咳嗽得厉害，昨天去的")
    assert "您的话我留着了" in asked and "哪个孩子" in asked
    assert "蒋浩然" in await phone.send("浩然")


async def test_a_message_right_after_confirming_adds_to_the_record_not_a_second_one(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("昨天去了小虎家，奶奶和娃都在，都好")
    await phone.press("确认")
    assert "改的是上一次" in await phone.send("对了 还缺双棉鞋")
    await phone.press("确认")
    assert await _how_many(house, XIAOHU) == 1
    record = await _latest(house, XIAOHU)
    assert record is not None and record.content["needs"] == ["clothes"] and record.replaces
    house.pass_time(hours=1)
    assert "改的是上一次" not in await phone.send("还缺双棉鞋")  # by then nobody knows whose


async def test_words_answer_a_form_begun_by_button(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访 小虎")
    card = await phone.send("昨天打的电话 奶奶接的 都好")
    assert "核对" in card and "11月17日" in card and "家里大人" in card


async def test_another_child_is_another_card_and_the_first_comes_back(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("昨天给小虎打了电话，奶奶接的，都好")
    assert "蒋浩然" in await phone.send("今天给浩然打了电话没人接")
    await phone.press("确认")
    assert "殷小虎" in phone.text and "核对" in phone.text
    await phone.press("确认")
    assert await _latest(house, XIAOHU) is not None and await _latest(house, HAORAN) is not None


# --- pictures ---


async def test_a_caption_is_read_and_the_photo_goes_with_it_also_while_something_is_asked(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    assert "1 张" in await phone.send_photo(caption="昨天去了小虎家，奶奶和娃都在，都好")
    assert "2 张" in await phone.send_photo()
    await phone.press("确认")
    await phone.send("今天上午去了浩然家")
    await phone.send_photo()
    assert "见到谁" in phone.text and "照片收下了" in phone.everything
    for tap in ("家里没人", "确认"):
        await phone.press(tap)
    record = await _latest(house, HAORAN)
    assert record is not None and len(record.content["photos"]) == 1


# --- messages changed afterwards ---


async def test_an_edited_message_is_read_again_while_its_card_is_open(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("给浩然打了电话 没人接")
    card = await _edit(phone, "给浩然打了电话 爷爷接的 都好")
    assert "家里大人" in card
    await phone.press("确认")
    record = await _latest(house, HAORAN)
    assert record is not None and record.contact.reached and record.content["note"] == "给浩然打了电话 爷爷接的 都好"


async def test_what_was_changed_by_hand_stays_when_the_message_is_read_again(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("给浩然打了电话 爷爷接的 都好")
    for tap in ("修改", "日期", "昨天"):
        await phone.press(tap)
    assert "11月17日" in await _edit(phone, "给浩然打了电话 娃接的 都好")
    assert "孩子本人" in phone.text


async def test_an_edited_message_of_a_record_offers_the_correction(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("昨天给小虎打了电话，奶奶接的，都好")
    await phone.press("确认")
    card = await _edit(phone, "前天给小虎打了电话，奶奶接的，都好")
    assert "11月16日" in card and "原来：11月17日" in card
    before = await _latest(house, XIAOHU)
    assert before is not None and before.contact.day == date(2026, 11, 17)
    await phone.press("确认")
    after = await _latest(house, XIAOHU)
    assert after is not None and after.contact.day == date(2026, 11, 16)


async def test_words_that_only_look_like_a_visit_go_into_the_log_by_one_tap(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    assert "我留着了" in await phone.send("今天打了电话 都好")
    assert "工作日志" in await phone.press("不是说孩子")
    await phone.send("工作日志")
    assert "今天打了电话 都好" in await phone.press("11月18日")


async def test_a_whole_note_behind_the_word_is_read_and_a_command_on_a_card_is_a_command(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    card = await phone.send("走访 昨天去了小虎家，奶奶和娃都在，都好")
    assert "核对" in card and "11月17日" in card and "孩子和大人都在" in card
    assert "蒋浩然" in await phone.send("儿童 浩然")
    assert "怎么联系" in await phone.send("走访 浩然")


async def test_a_visit_to_somebody_unknown_is_never_mixed_into_the_card_in_hand(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("昨天去了小虎家，奶奶和娃都在，都好")
    assert "我留着了" in await phone.send("今天又去了陈小明家，锁着门没人")
    await phone.press("不在名单上")
    assert "殷小虎" in phone.text and "陈小明" not in phone.text


# --- going on about another household, and news that is no contact ---


async def test_another_household_told_while_a_card_is_open_has_a_card_of_the_same_day(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    first = await phone.send("昨天去了小虎家 奶奶在 都好")
    second = await phone.send("还有浩然家也去了 爷爷在 都好")
    assert "蒋浩然" in second and "殷小虎" not in second
    assert [line for line in second.splitlines() if "日期" in line] == [line for line in first.splitlines() if "日期" in line]
    await phone.press("确认")
    await phone.press("确认")  # the first card waited
    records = [await _latest(house, child) for child in (XIAOHU, HAORAN)]
    assert len({record.contact.day for record in records if record}) == 1 and all(records)


async def test_a_changed_number_goes_into_the_file_and_is_no_contact(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    before = await _how_many(house, XIAOHU)
    assert "10000000011" in await phone.send("小虎奶奶电话换了 10000000011")
    await phone.press("改进档案")
    entry = await house.look(lambda conn: children.by_ids(conn, [XIAOHU.id])[XIAOHU.id])
    assert "10000000011" in [one.phone for one in entry.child.guardians]
    assert await _how_many(house, XIAOHU) == before
