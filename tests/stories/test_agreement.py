"""委托照护协议: made from the file, printed, signed, completed, ended; a carer who cannot go on; parents who do not call."""

from __future__ import annotations

import io
from datetime import UTC, date, time, timedelta

from pypdf import PdfReader
from sqlalchemy import Connection, select

from db import agreements, duties, issues, tiers
from db.models import journal
from domain.agreements import Ending, Paper, Signer, State, state_of
from domain.calendar import at
from domain.contacts import Kind
from domain.policy import COUNTY_DEFAULTS
from domain.tiers import Ground, propose
from tests.cast import CUIFANG, HAORAN, HEJING, JIANGUO, XIAOHU, XIAOYU, YULAN
from tests.done import done
from tests.house import TestHouse
from tests.phone import Phone


async def _papers(house: TestHouse, child_id: str) -> list[Paper]:
    found = await house.look(lambda conn: agreements.of_children(conn, [child_id]))
    return list(found.get(child_id, []))


async def _fill_in(phone: Phone) -> str:
    """The wizard for 小虎 and his sister, as the file has them: 奶奶 is known, her age is not."""
    await phone.send("协议 小虎")
    await phone.press("填协议")
    await phone.send("68")
    await phone.press("四样都没有")
    await phone.press("一年")
    await phone.press("每周六晚上")
    await phone.press("愿意")
    await phone.press("学校")
    await phone.press("选好了")
    return phone.text


async def _sign(phone: Phone, *, proof: str = "2026-新坝-017", who: str = "都签了") -> str:
    await phone.press("登记签字")
    for name in ("殷小虎", "殷小雨"):
        if phone.has_button(f"☐ {name}"):
            await phone.press(f"☐ {name}")
    if "哪几份" in phone.text:
        await phone.press("选好了")
    await phone.press("今天")
    await phone.press(who)
    if proof:
        await phone.send(proof)
    else:
        await phone.press("跳过")
    return await phone.press("确认")


async def test_the_list_begins_with_those_who_have_none(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    said = await phone.send("协议")
    assert "3 个孩子要有" in said and "🔴未签 3" in said
    assert "殷小虎" in said and "罗一诺" not in said


async def test_siblings_are_written_in_one_pass_and_printed_one_page_each(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    card = await _fill_in(phone)
    assert "王秀英" in card and "殷小雨" in card and "每周六晚上，视频" in card and "2027年11月17日" in card
    await phone.press("确认")
    made = [*await _papers(house, XIAOHU.id), *await _papers(house, XIAOYU.id)]
    assert [one.terms.id for one in made] == [made[0].terms.id] * 2 and made[0].paper_id != made[1].paper_id
    assert [one.child_id for one in made] == [XIAOHU.id, XIAOYU.id]
    pdf = PdfReader(io.BytesIO(phone.last.document or b""))
    assert len(pdf.pages) == 2
    first, second = (page.extract_text() for page in pdf.pages)
    assert "殷小虎" in first and "殷小雨" not in first and "殷小雨" in second
    assert "委托的是照护" in first and "第二十二条" in first and "620799" not in first
    actions = await house.look(lambda conn: set(conn.execute(select(journal.c.action)).scalars()))
    assert {"agreement.made", "agreement.printed"} <= actions


async def test_signing_makes_it_valid_and_what_is_missing_is_said_and_filled_by_one_tap(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await _fill_in(phone)
    await phone.press("确认")
    said = await _sign(phone)
    assert "殷小虎：🟠待补" in said and "书面告诉村委会" in said
    assert "编号" not in said.partition("还差")[2]
    said = await phone.press("殷小虎")
    assert "2026-新坝-017" in said
    said = await phone.press("村委会知道了")
    assert "🟢有效" in said
    (paper,) = await _papers(house, XIAOHU.id)
    assert paper.version == 3 and paper.signed_on == house.today and Signer.FATHER in paper.signers
    history = await house.look(lambda conn: agreements.versions(conn, paper.paper_id))
    assert [(one.version, one.village_told) for one in history] == [(3, True), (2, False), (1, False)]
    said = await phone.press("上一步记错了")
    assert "🟠待补" in said


async def test_a_photo_of_the_paper_counts_as_its_archive(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await _fill_in(phone)
    await phone.press("确认")
    said = await _sign(phone, proof="")
    assert "协议编号或照片" in said
    await phone.press("📄 殷小虎")
    await phone.press("补编号或照片")
    await phone.send_photo()
    assert "1 张照片" in phone.text
    await phone.press("确认")
    said = await phone.press("📄 殷小虎")
    assert "协议编号或照片" not in said and phone.has_button("看照片（1）")
    await phone.press("看照片（1）")
    assert phone.last.photo


async def test_a_carer_to_whom_one_of_the_four_applies_is_refused(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("协议 小虎")
    await phone.press("填协议")
    await phone.send("68")
    await phone.press("吸毒、酗酒、赌博")
    said = await phone.press("选好了")
    assert "法律不许" in said and not phone.has_button("确认")
    assert await _papers(house, XIAOHU.id) == []


async def test_a_child_a_parent_and_somebody_under_age_are_no_carers(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("协议 浩然")
    await phone.press("填协议")
    await phone.press("返回")
    await phone.press("别的人")
    await phone.send("殷小虎")
    await phone.press("邻居")
    await phone.press("跳过")
    assert "还没成年" in await phone.send("17")
    assert "不能当照护人" in await phone.send("620799201605080119")
    await phone.send("40")
    await phone.press("四样都没有")
    await phone.press("一年")
    await phone.press("每周日晚上")
    await phone.press("还没问")
    await phone.press("都还没有")
    await phone.press("确认")
    papers = await _papers(house, HAORAN.id)
    assert len(papers) == 1  # forty years old: another person of that name


async def test_one_parents_signature_leaves_the_other_to_be_asked_for(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await _fill_in(phone)
    await phone.press("确认")
    assert "另一位家长签字" in await _sign(phone, who="父母还没签")


async def test_the_missing_and_the_ending_agreement_are_duties_with_reasons(house: TestHouse) -> None:
    def owed(conn: Connection) -> list[tuple[str, date]]:
        found = duties.of_child(conn, XIAOHU.id, house.today, COUNTY_DEFAULTS)
        return [(one.duty.code, one.due) for one in found if one.duty.code.startswith("agreement")]

    assert await house.look(owed) == [("agreement_missing", house.today + timedelta(days=30))]
    phone = house.phone(YULAN)
    await _fill_in(phone)
    await phone.press("确认")
    assert await house.look(owed) == [("agreement_missing", house.today + timedelta(days=30))]  # printed is not signed
    await _sign(phone)
    assert await house.look(owed) == [("agreement_ends", date(2027, 11, 17))]
    house.pass_time(days=340)
    said = await phone.send("今天")
    assert "续签委托照护协议" in said
    said = await phone.send("协议")
    assert "🟡将到期 2" in said and "🔴未签 1" in said


async def test_the_morning_digest_names_it_in_codes_and_its_button_opens_the_agreement(house: TestHouse) -> None:
    for child in (XIAOHU, XIAOYU, HAORAN):  # contacts and visits done: only the agreements are owed
        await done(house, child, house.today, Kind.HOME_VISIT)
    house.now = at(date(2026, 12, 11), time(9, 5)).astimezone(UTC)  # a week before the thirty days are over
    await done(house, XIAOYU, date(2026, 12, 10), Kind.PHONE)
    await done(house, HAORAN, date(2026, 12, 10), Kind.HOME_VISIT)
    await house.scheduler.beat(house.now)
    await house.settle()
    phone = house.phone(YULAN)
    assert "签委托照护协议" in phone.text and "1号" in phone.text
    assert not any(name in phone.text for name in ("小虎", "浩然", "王秀英"))
    said = await phone.press("1号 协议")
    assert "殷小虎" in said and "🔴未签" in said


async def test_ending_it_asks_for_a_new_one_within_a_week(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await _fill_in(phone)
    await phone.press("确认")
    await _sign(phone)
    await phone.press("📄 殷小虎")
    await phone.press("终止")
    await phone.press("照护人照护不了了")
    await phone.press("今天")
    assert "一周内" in await phone.press("确认")
    (paper,) = await _papers(house, XIAOHU.id)
    assert (state_of(paper, house.today), paper.ended_why) == (State.ENDED, Ending.CARER_UNABLE)
    found = await house.look(lambda conn: duties.of_child(conn, XIAOHU.id, house.today, COUNTY_DEFAULTS))
    assert [one.due for one in found if one.duty.code == "agreement_missing"] == [house.today + timedelta(days=7)]


async def test_a_carer_who_cannot_go_on_becomes_an_issue_words_for_the_parents_and_a_new_agreement(
    house: TestHouse,
) -> None:
    phone = house.phone(YULAN)
    await _fill_in(phone)
    await phone.press("确认")
    await _sign(phone)
    await phone.press("📄 殷小虎")
    await phone.press("换照护人")
    await phone.press("照护人病了、老了")
    await phone.press("选好了")
    await phone.press("跳过")
    await phone.press("确认")
    texts = [message.text for message in phone.messages[-3:]]
    assert "您仍是孩子的监护人" in texts[1] and not any(name in texts[1] for name in ("小虎", "王秀英", "建军"))
    opened = await house.look(lambda conn: issues.open_of_child(conn, XIAOHU.id))
    assert [one.type for one in opened] == ["guardianship"]
    await phone.press("换一位")
    assert "谁来照护" in phone.text  # the old one is not filled in again


async def test_a_carer_who_falls_ill_is_ended_for_each_child_and_the_parents_get_words(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await _fill_in(phone)
    await phone.press("确认")
    await _sign(phone)
    await phone.send("协议 小虎")
    await phone.press("终止")
    for word in ("照护人照护不了了", "今天", "确认"):
        await phone.press(word)
    await phone.press("给父母的话")
    assert "您仍是孩子的监护人" in phone.messages[-2].text and "填新的协议" in phone.text
    await phone.press("殷小雨的也终止")
    for word in ("照护人照护不了了", "今天", "确认"):
        await phone.press(word)
    assert [(await _papers(house, one.id))[0].ended_on for one in (XIAOHU, XIAOYU)] == [house.today] * 2


async def test_what_may_be_harm_offers_the_report_first(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.press_raw(f"do:agreement.unfit:{XIAOHU.file_no}", 0)
    await phone.press("打骂孩子")
    await phone.press("选好了")
    await phone.press("跳过")
    said = await phone.press("确认")
    assert "先报告" in said and "报告" in phone.last.labels[0]
    assert "您仍是孩子的监护人" not in phone.everything


async def test_a_new_signed_agreement_takes_the_place_of_the_old_one(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await _fill_in(phone)
    await phone.press("确认")
    await _sign(phone)
    house.pass_time(days=350)
    await phone.send("协议 小虎")
    await phone.press("重新填")
    await phone.send("69")
    await phone.press("四样都没有")
    await phone.press("一年")
    await phone.press("每周六晚上")
    await phone.press("愿意")
    await phone.press("都还没有")
    await phone.press("确认")
    await _sign(phone)
    states = [state_of(one, house.today) for one in await _papers(house, XIAOHU.id)]
    assert states == [State.TO_COMPLETE, State.ENDED]  # nobody told the school or the village of the new one


async def test_supervisors_see_their_town_and_the_county_changes_nothing(house: TestHouse) -> None:
    said = await house.phone(JIANGUO).send("协议")
    assert "4 个孩子要有" in said and "暖泉村：3" in said and "殷小虎" not in said
    said = await house.phone(HEJING).send("协议")
    assert "5 个孩子要有" in said
    county = house.phone(HEJING)
    await county.press_raw(f"do:agreement.make:{XIAOHU.file_no}", county.last.id)
    assert "不能做这个" in county.text
    stranger = house.phone(CUIFANG)
    await stranger.press_raw(f"do:agreement.of:{XIAOHU.file_no}", 0)
    assert "殷小虎" not in stranger.text


async def _visit(phone: Phone, called: str) -> str:
    await phone.send("走访 浩然")
    for tap in ("上门家访", "孩子和大人都在", "都正常", called, "这次没讲", "没有需要"):
        await phone.press(tap)
    if "没问" in phone.last.labels:  # once a term
        await phone.press("没问")
    await phone.press("确认")
    return phone.text


async def test_two_noes_in_a_row_bring_words_for_the_parents_and_an_issue(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await _visit(phone, "没有")
    assert not phone.has_button("父母的话")
    house.pass_time(days=7)
    await _visit(phone, "不知道")  # no answer: it neither counts nor breaks the row
    assert not phone.has_button("父母的话")
    house.pass_time(days=7)
    assert "连着两次" in await _visit(phone, "没有")
    opened = await house.look(lambda conn: issues.open_of_child(conn, HAORAN.id))
    assert [one.type for one in opened] == ["parents_silent"]  # without a tap of anybody
    await phone.press("父母的话")
    assert "每周至少联系孩子一次" in phone.text and "浩然" not in phone.text and "蒋" not in phone.text
    house.pass_time(days=7)
    assert "连着两次" not in await _visit(phone, "没有")  # said once, while the issue is open
    await phone.send("儿童 蒋浩然")
    await phone.press("问题")
    assert "父母不联系" in phone.text


async def test_a_call_in_between_ends_the_row(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    for called in ("没有", "联系过", "没有"):
        await _visit(phone, called)
        house.pass_time(days=7)
    assert not phone.has_button("父母的话")


async def test_where_nobody_asked_whether_the_parents_call_the_card_and_the_county_say_so(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    assert "还没问过父母" not in await phone.send("儿童 蒋浩然")  # nobody was reached this month either
    await phone.send("走访 浩然")
    for tap in ("电话", "孩子本人，都正常", "确认"):
        await phone.press(tap)
    assert "还没问过父母" in await phone.send("儿童 蒋浩然")
    assert "没问父母有没有每周联系的：1 个孩子" in await house.phone(HEJING).send("全县")
    await _visit(phone, "联系过")
    assert "还没问过父母" not in await phone.send("儿童 蒋浩然")


async def test_while_the_parents_are_home_the_list_says_what_to_sign(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    assert "返乡窗口" not in await phone.send("协议")
    house.now = at(date(2027, 1, 25), time(10)).astimezone(UTC)
    said = await phone.send("协议")
    assert "返乡窗口到2月20日" in said and "3 份要签或续签" in said
    said = await phone.press("看要签的")
    assert "殷小虎" in said and "蒋浩然" in said


async def test_an_agreement_long_missing_speaks_for_the_yellow_tier(house: TestHouse) -> None:
    async def grounds() -> tuple[Ground, ...]:
        def look(conn: Connection) -> tuple[Ground, ...]:
            standing = tiers.standings(conn, [XIAOHU], house.today, ())[XIAOHU.id]
            return propose(XIAOHU, standing).grounds

        return await house.look(look)

    assert Ground.AGREEMENT not in await grounds()
    house.pass_time(days=32)
    assert Ground.AGREEMENT in await grounds()
    phone = house.phone(YULAN)
    await _fill_in(phone)
    await phone.press("确认")
    await _sign(phone)
    assert Ground.AGREEMENT not in await grounds()


async def test_of_two_who_change_one_paper_the_second_is_told(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await _fill_in(phone)
    await phone.press("确认")
    await _sign(phone)
    (paper,) = await _papers(house, XIAOHU.id)
    first = await house.db.run(lambda conn: agreements.change(conn, paper, house.now, by=None, village_told=True))
    second = await house.db.run(lambda conn: agreements.change(conn, paper, house.now, by=None, school_told=False))
    assert first is not None and first.version == paper.version + 1
    assert second is None


async def test_asked_in_words_the_list_answers(house: TestHouse) -> None:
    assert "未签" in await house.phone(YULAN).send("协议快到期的有哪些")
