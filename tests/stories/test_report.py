"""强制报告 as it is told: from the first tap, question by question, to what is read back of it."""

from __future__ import annotations

from sqlalchemy import select

from db import reports as report_rows
from db.models import attachments, journal
from domain.reports.case import Act
from tests import cast
from tests.cast import CUIFANG, JIANGUO, LEADER, LUOLAOSHI, MAGUANG, YULAN
from tests.house import TestHouse
from tests.kept import stored
from tests.stories.report_told import SEEN, all_reports, count, fill, send


async def test_the_first_screen_shows_the_numbers_and_asks_whether_the_child_is_safe(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    said = await phone.send("/report")
    for number in ("110", "120", "12345"):
        assert f'<a href="tel:{number}">{number}</a>' in said
    assert "孩子现在安全吗" in said
    assert phone.last.labels[:3] == ["安全", "现在有危险", "不清楚"]
    name, params = next(call for call in reversed(house.line.calls) if call[0] == "sendMessage")
    assert params["parse_mode"] == "HTML"


async def test_the_countys_own_numbers_stand_there_too_and_telegram_gets_bold_ones(house: TestHouse) -> None:
    house.worker.house.phones = {"police_station": "0936-6620110"}
    assert '<a href="tel:09366620110">0936-6620110</a> 派出所' in await house.phone(YULAN).send("报告")
    house.worker.house.links_tel = False
    said = await house.phone(CUIFANG).send("🆘 报告")
    assert "<b>110</b> 报警\n<b>120</b> 急救" in said
    assert "href" not in said


async def test_danger_shows_110_large_and_never_blocks(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("/report")
    said = await phone.press("现在有危险")
    assert "先拨" in said
    assert "110" in said
    assert "12110" in said
    said = await phone.press("还没打")
    assert "是哪个孩子" in said
    assert "还没打" in said  # 110 stays on top of every later question
    assert "110" in said


async def test_having_called_110_keeps_the_moment_and_asks_for_the_receipt_number_later(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("/report")
    await phone.press("现在有危险")
    await phone.press("我已拨打")
    await phone.press("殷小虎")
    await phone.press("在我身边")
    await phone.press("身上有伤")
    await phone.press("没有")
    await phone.send(SEEN)
    await phone.press("今天")
    said = await phone.press("不清楚")
    assert "回执号" in said
    await phone.send("JJ20261118-07")
    await phone.press("跳过")
    await phone.press("跳过")  # whether a doctor is needed: asked of every injury
    assert "10:30" in phone.text
    assert "JJ20261118-07" in phone.text
    await phone.press("确认")
    assert "还没打" not in phone.everything.split("已登记")[1]
    [report] = await all_reports(house)
    events = await house.look(lambda conn: report_rows.events(conn, report.id))
    call = next(one for one in events if one.kind is Act.CALLED)
    assert call.detail["said"].startswith("2026-11-18T10:30")
    assert call.note == "JJ20261118-07"


async def test_every_question_can_be_passed_over_but_what_and_where(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await fill(phone)
    asked = 0
    while phone.has_button("跳过") and "核对一下" not in phone.text:
        await phone.press("跳过")
        asked += 1
    assert "核对一下" in phone.text
    assert asked == 5  # when, suspect, police, phone, and whether a doctor is needed
    await phone.send("取消")
    await phone.send("/report")
    await phone.press("新填一份")
    await phone.press("安全")
    await phone.press("殷小雨")
    assert "跳过 ➡️" not in phone.last.labels  # where
    await phone.press("在学校")
    await phone.press("跳过")  # the situation
    await phone.press("不方便说")
    assert "跳过 ➡️" not in phone.last.labels  # what


async def test_what_and_where_are_enough_to_send(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("/report")
    await phone.press("安全")
    await phone.press("殷小虎")
    assert not phone.has_button("先交上去")
    await phone.press("在学校")
    await phone.press("跳过")
    await phone.press("没有")
    assert not phone.has_button("先交上去")
    said = await phone.send(SEEN)
    assert "什么时候" in said
    said = await phone.press("先交上去")
    assert "核对一下" in said
    assert "未填" not in said
    await phone.press("确认")
    assert "BG-2026-0001" in phone.everything
    [report] = await all_reports(house)
    assert report.situation == "R9"  # 不知道怎么分
    assert report.content["seen"] == SEEN


async def test_a_child_that_is_on_no_roster_is_described_in_words(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("/report")
    await phone.press("安全")
    await phone.press("不在名册上")
    await phone.send("五社新搬来的一家，男孩，七八岁")
    await phone.press("不知道在哪")
    await phone.press("跳过")
    await phone.press("没有")
    await phone.send("好几天没人见过")
    await phone.press("先交上去")
    assert "五社新搬来的" in phone.text
    await phone.press("确认")
    [report] = await all_reports(house)
    assert report.child_id is None
    assert report.unit == cast.NUANQUAN


async def test_a_department_officer_and_a_leader_may_report_without_any_roster(house: TestHouse) -> None:
    for person in (LUOLAOSHI, LEADER):
        phone = house.phone(person)
        await phone.send("/report")
        said = await phone.press("安全")
        assert "殷小虎" not in " ".join(phone.last.labels)
        assert "是哪个孩子" in said
        await phone.send("殷小虎")  # a name they know is words, not a look-up
        assert "在哪里" in phone.text
        await phone.press("在学校")
        await phone.press("跳过")
        await phone.press("没有")
        await phone.send("上课总睡觉")
        await phone.press("先交上去")
        await phone.press("确认")
    found = await all_reports(house)
    assert [report.child_id for report in found] == [None, None]
    assert "BG-2026-0002" in house.phone(MAGUANG).everything


async def test_a_supervisor_types_a_name_of_the_town(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    await phone.send("/report")
    await phone.press("安全")
    await phone.send("罗一诺")
    await phone.press("在学校")
    await phone.press("跳过")
    await phone.press("没有")
    await phone.send("不太对劲")
    await phone.press("先交上去")
    assert f"罗一诺（{cast.YINUO.file_no}）" in phone.text
    await phone.press("确认")
    assert house.phone(CUIFANG).everything == ""  # her village, and yet no desk of hers


async def test_signs_of_self_harm_show_the_help_lines(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("/report")
    await phone.press("安全")
    await phone.press("蒋浩然")
    await phone.press("在学校")
    said = await phone.press("不想活")
    assert "12356" in said
    assert "12355" in said
    await phone.press("说不想活")
    await phone.press("没有")
    await phone.send("他在作文里写的")
    await phone.press("先交上去")
    await phone.press("确认")
    assert "12356" in next(message.text for message in phone.messages if "已登记" in message.text)


async def test_self_harm_words_typed_under_another_heading_show_them_too(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("/report")
    await phone.press("安全")
    await phone.press("蒋浩然")
    await phone.press("在学校")
    await phone.press("不上学了")
    await phone.press("没有")
    assert "12356" in await phone.send("他说不想活了")


async def test_what_a_person_types_can_never_become_markup(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("/report")
    await phone.press("安全")
    await phone.send("<b>谁&家</b>")
    await phone.press("在学校")
    await phone.press("跳过")
    await phone.press("没有")
    await phone.send("<a href='tel:1'>点</a> 5<6")
    said = await phone.press("先交上去")
    assert "&lt;b&gt;谁&amp;家&lt;/b&gt;" in said
    assert "&lt;a href" in said
    assert "<a href='tel:1'>" not in said


async def test_a_photo_is_refused_kindly_and_not_kept(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("/report")
    await phone.press("安全")
    said = await phone.send_photo()
    assert "没有留下" in said
    assert "是哪个孩子" in said
    assert await count(house, attachments) == 0


async def test_a_paper_may_be_added_on_the_card_and_the_officer_gets_it(house: TestHouse) -> None:
    phone, police = house.phone(YULAN), house.phone(MAGUANG)
    await fill(phone)
    await phone.press("先交上去")
    said = await phone.send_photo()
    assert "没有留下" in said  # a photo without a word, on the card
    await phone.press("返回")
    await phone.press("加材料")
    await phone.send_photo(b"\xff\xd8\xffpaper")
    assert "1 张" in phone.text
    await phone.press("确认")
    await police.press("看内容")
    await police.press("材料（1）")
    assert police.last.photo == b"\xff\xd8\xffpaper"


async def test_twenty_papers_one_after_the_other_need_one_tap_and_all_arrive(house: TestHouse) -> None:
    phone, police = house.phone(YULAN), house.phone(MAGUANG)
    await fill(phone)
    await phone.press("先交上去")
    await phone.press("加材料")
    for number in range(20):
        await phone.send_photo(b"\xff\xd8\xff%d" % number)
    assert "20 张" in phone.text
    await phone.press("确认")
    await police.press("看内容")
    await police.press("材料（20）")
    assert [one.photo for one in police.messages if one.photo] == [b"\xff\xd8\xff%d" % number for number in range(20)]
    assert await count(house, attachments) == 20


async def test_an_account_of_four_thousand_characters_is_kept_and_read_whole(house: TestHouse) -> None:
    phone, police = house.phone(YULAN), house.phone(MAGUANG)
    await fill(phone)
    await phone.press("先交上去")
    await phone.press("修改")
    await phone.press("看到听到")
    account = "".join(f"第{number:04}句，" for number in range(571)) + "就这些"  # 4,000 characters
    assert len(account) == 4000
    await phone.send(account)
    assert "共 4000 字" in phone.text
    await phone.press("确认")
    [report] = await all_reports(house)
    assert report.content["seen"] == account
    await police.press("看内容")
    assert account in police.everything.replace("\n", "")


async def test_what_was_left_for_later_is_asked_one_by_one_and_reaches_the_desks_as_a_supplement(
    house: TestHouse,
) -> None:
    phone, police = house.phone(YULAN), house.phone(MAGUANG)
    await send(phone)
    filed = next(message for message in phone.messages if "已登记" in message.text)
    await police.press("看内容")
    assert "什么时候的事" in await phone.press("接着补（4项）", on=filed)
    assert "怀疑是谁" in await phone.press("昨天")
    await phone.press("跳过")
    assert "打哪个电话" in phone.text
    await phone.press("用我登记的号码")
    await phone.send("胳膊肿了，还没看医生")
    await phone.press("确认")
    assert "时间：昨天" in phone.text and "看医生：胳膊肿了" in phone.text
    assert "补充了内容" in police.text and "昨天" not in police.text
    assert "看医生：胳膊肿了" in await police.press("看进展")
    [report] = await all_reports(house)
    assert "没有找到" in await house.phone(CUIFANG).press_raw(f"do:case.rest:{report.id}", 1)


async def test_a_report_may_begin_with_words_or_a_file_number(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    said = await phone.send(f"/report {cast.XIAOYU.file_no}")
    assert "孩子现在安全吗" in said
    said = await phone.press("安全")
    assert "在哪里" in said  # the child is known
    await phone.send("/report 隔壁老蒋家的孩子好几天没出门")
    await phone.press("不清楚")
    await phone.press("还没打")
    await phone.press("蒋浩然")
    await phone.press("在家，有大人")
    await phone.press("没人管")
    await phone.press("跳过")
    await phone.press("没有")
    assert "什么时候" in phone.text  # what was seen had been said already


async def test_the_database_holds_no_word_of_a_report_in_the_clear(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await fill(phone)
    await phone.press("先交上去")
    await phone.press("确认")
    await house.phone(MAGUANG).press("看内容")
    await house.phone(MAGUANG).press("签收")
    await house.close()
    raw = stored(house)
    assert b"BG-2026-0001" in raw
    for word in ("皮带", "青一块", "殷小虎", "柴玉兰"):
        assert word.encode() not in raw
        assert word.encode("unicode_escape") not in raw
    await house.open()


async def test_the_journal_says_who_began_and_filed_without_a_word_of_it(house: TestHouse) -> None:
    await send(house.phone(YULAN))
    rows = await house.look(lambda conn: conn.execute(select(journal.c.action, journal.c.detail)).all())
    actions = [row.action for row in rows]
    assert "report.begun" in actions
    assert "report.filed" in actions
    assert "小虎" not in str(rows)
    assert "皮带" not in str(rows)
