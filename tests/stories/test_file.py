"""档案: one child's file by conversation: a fact by one tap and one answer, undone, clashing; rules; consent; new children."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, select, update

from db import child_file, children, file_complete, file_history, file_rules
from db.child_file import Hand
from db.models import child_history, consents, guardians, journal
from db.models import children as table
from domain.children import Label
from domain.consent import Consent, ConsentKind, ConsentState, How, Standing, Whose
from domain.policy import COUNTY_DEFAULTS
from tests.cast import CUIFANG, HEJING, JIANGUO, LEADER, NUANQUAN, XIAOHU, XIAOYU, YINUO, YULAN
from tests.house import TestHouse


async def _child(house: TestHouse, child_id: str = XIAOHU.id) -> Any:
    return (await house.look(lambda conn: children.by_ids(conn, [child_id])))[child_id].child


async def _open(house: TestHouse, who: Any = YULAN) -> Any:
    phone = house.phone(who)
    await phone.send("儿童 小虎")
    await phone.press("📁 档案")
    return phone


async def test_a_fact_is_changed_by_one_tap_and_one_answer_and_undone_by_another(house: TestHouse) -> None:
    phone = await _open(house)
    assert "完整" in phone.text
    await phone.press("🪪 基本")
    await phone.press("✏️ 民族")
    assert "民族：回族" in await phone.press("回族")
    assert (await _child(house)).ethnicity == "回族"
    await phone.press("记错了")
    assert (await _child(house)).ethnicity is None


async def test_a_grandmothers_new_phone_is_new_for_all_her_children_with_a_line_in_each_file(house: TestHouse) -> None:
    phone = await _open(house)
    await phone.press("👪 家里人")
    await phone.press("祖父母王秀英")
    assert "殷小雨" in phone.text
    await phone.press("✏️ 电话")
    said = await phone.send("100 8888 6666")
    assert "殷小雨" in said and "10088886666" not in said
    for child_id in (XIAOHU.id, XIAOYU.id):
        assert (await _child(house, child_id)).guardians[0].phone == "10088886666"
        line = await house.look(lambda conn, child_id=child_id: file_history.last_change(conn, child_id))
        assert list(line.changed.values()) == [["10012345678", "10088886666"]]
    of_both = guardians.c.child_id.in_([XIAOHU.id, XIAOYU.id]), guardians.c.relation == "paternal_grandparent"
    assert (
        len(await house.look(lambda conn: set(conn.execute(select(guardians.c.kin_id).where(*of_both)).scalars()))) == 1
    )


async def test_the_second_of_two_people_sees_what_the_first_changed_and_is_asked(house: TestHouse) -> None:
    director, supervisor = await _open(house), await _open(house, JIANGUO)
    for phone in (director, supervisor):
        await phone.press("🪪 基本")
        await phone.press("✏️ 住址")
    await director.send("暖泉村三社12号")
    said = await supervisor.send("暖泉村五社1号")
    assert YULAN.name in said and "三社12号" in said and "五社1号" in said
    assert (await _child(house)).address == "暖泉村三社12号"
    await supervisor.press("取消")
    assert (await _child(house)).address == "暖泉村三社12号"


async def test_an_older_change_is_undone_unless_its_fact_changed_again_and_then_it_is_said(house: TestHouse) -> None:
    phone = await _open(house)
    for block, field, value in (
        ("🪪 基本", "✏️ 民族", "回族"),
        ("🪪 基本", "✏️ 户口", "农村户口"),
        ("🪪 基本", "✏️ 民族", "藏族"),
    ):
        await phone.press(block)
        await phone.press(field)
        await phone.press(value)
        await phone.press("📁 回档案")
    await phone.press("🕘 改动")
    await phone.press("↩️ 撤销2")
    child = await _child(house)
    assert child.hukou_status is None and child.ethnicity == "藏族"
    await phone.press("📁 回档案")
    await phone.press("🕘 改动")
    await phone.press("↩️ 撤销4")
    assert "不能直接撤销" in f"{phone.text}{phone.toast}" and YULAN.name in f"{phone.text}{phone.toast}"
    assert (await _child(house)).ethnicity == "藏族"


async def test_the_eight_states_are_proposed_when_a_fact_changes_and_a_no_is_kept(house: TestHouse) -> None:
    phone = await _open(house)
    await phone.press("👪 家里人")
    await phone.press("父亲殷建军")
    await phone.press("✏️ 状况")
    await phone.press("失联")
    await phone.press("📁 回档案")
    await phone.press("👪 家里人")
    await phone.press("➕ 加一个人")
    await phone.press("母亲")
    await phone.send("李静")
    await phone.press("跳过")
    await phone.press("确认")
    await phone.press("接着填")
    await phone.press("✏️ 状况")
    said = await phone.press("服刑在押")
    assert "可能符合「事实无人抚养」" in said and "爸爸失联" in said and "妈妈服刑在押" in said
    assert "1个孩子可能要加类别" in await phone.send("今天")
    await phone.send("规则提示")
    await phone.press("殷小虎")
    await phone.press("不是")
    assert Label.DE_FACTO_UNATTENDED not in (await _child(house)).labels
    assert "没有规则提示" in await phone.send("规则提示")
    await phone.send("儿童 小虎")
    await phone.press("📁 档案")
    await phone.press("👪 家里人")
    await phone.press("母亲李静")
    await phone.press("✏️ 状况")
    await phone.press("重病")  # the facts are others: asked again
    assert "可能符合「事实无人抚养」" in phone.text
    await phone.press("是，记上")
    assert Label.DE_FACTO_UNATTENDED in (await _child(house)).labels


async def test_consent_is_kept_for_each_child_and_taken_back(house: TestHouse) -> None:
    phone = await _open(house)
    await phone.press("✍️ 告知同意")
    await phone.press("念给家长听")
    await phone.press("念过了")
    await phone.press("照护人")
    await phone.press("今天")
    await phone.press("确认")
    await phone.press("殷小雨也一样")
    found = await house.look(lambda conn: conn.execute(select(consents.c.child_id, consents.c.kind)).all())
    assert {tuple(row) for row in found} == {(XIAOHU.id, "notice"), (XIAOYU.id, "notice")}
    for answer, standing in (("✅ 同意", Standing.GIVEN), ("↩️ 收回同意", Standing.WITHDRAWN)):
        await phone.send("儿童 小虎")
        await phone.press("📁 档案")
        await phone.press("✍️ 告知同意")
        await phone.press("✏️ 拍照")
        for word in (answer, "母亲", "签了纸", "今天", "确认"):
            await phone.press(word)
        child = await _child(house)
        got = await house.look(
            lambda conn, child=child: child_file.standing(conn, child, ConsentKind.PHOTO, house.today)
        )
        assert got is standing


async def test_a_photo_the_family_does_not_want_is_gone(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send_photo(b"\xff\xd8\xffa child", caption="昨天去了小虎家，奶奶和娃都在，都好")
    await phone.press("确认")
    assert "1张照片删了" in await phone.press("🗑 不留")
    await phone.send("儿童 小虎")
    assert not phone.has_button("看照片")


async def test_where_the_family_said_no_to_photos_none_is_offered(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("昨天去了小虎家，奶奶和娃都在，都好")
    await phone.press("修改")
    assert phone.has_button("照片")
    await phone.press("返回")
    line = Consent("", XIAOHU.id, ConsentKind.PHOTO, ConsentState.REFUSED, house.today, Whose.CARER, How.ALOUD)
    await house.db.run(lambda conn: child_file.put_consent(conn, line, Hand(house.now, COUNTY_DEFAULTS, None)))
    await phone.press("修改")
    assert not any("照片" in label for label in phone.last.labels)
    await phone.press("返回")
    assert "家里不同意拍孩子" in await phone.send_photo(b"\xff\xd8\xffa paper")


async def test_one_small_question_a_day_follows_a_confirmed_visit_and_can_wait(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("昨天去了小虎家，奶奶和娃都在，都好")
    await phone.press("确认")
    assert "顺便问一句" in phone.text
    await phone.press("以后再说")
    await phone.send("昨天去了蒋浩然家，爷爷和娃都在，都好")
    await phone.press("确认")
    assert "顺便问一句" not in phone.text


async def test_a_new_child_is_on_file_after_a_few_answers(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("新孩子")
    assert "已经在" in await phone.send(XIAOHU.id_no or "")
    await phone.send("620799201311020284")
    await phone.send("买买提·𠮷")
    for word in ("留守", "选好了", "祖父母"):
        await phone.press(word)
    assert "孩子自己的名字" in await phone.send("买买提·𠮷")  # nobody looks after itself
    await phone.send("王秀英")
    await phone.press("加电话")
    await phone.send("10012345678")
    said = await phone.press("确认")
    assert "买买提·𠮷" in said and "GT-106-001-0004" in said and "殷小虎" in said
    made = next(
        entry.child
        for entry in await house.look(lambda conn: children.in_units(conn, [NUANQUAN]))
        if entry.child.file_no == "GT-106-001-0004"
    )
    assert (
        made.birth_date is not None
        and made.birth_date.isoformat() == "2013-11-02"
        and made.labels == (Label.LEFT_BEHIND,)
    )
    elder = await _child(house)
    assert made.household == elder.household and made.guardians[0].kin_id == elder.guardians[0].kin_id


async def test_an_id_number_of_another_village_is_told_by_number_alone(house: TestHouse) -> None:
    yinuo = house.phone(CUIFANG)
    await yinuo.send("儿童 一诺")
    await yinuo.press("📁 档案")
    await yinuo.press("🪪 基本")
    await yinuo.press("✏️ 身份证号")
    said = await yinuo.send(XIAOHU.id_no or "")
    assert XIAOHU.name not in said and ("对不上" in said or XIAOHU.file_no in said)
    await yinuo.press("取消")
    await yinuo.send("新孩子")
    said = await yinuo.send(XIAOHU.id_no or "")
    assert XIAOHU.file_no in said and XIAOHU.name not in said


async def test_only_those_in_charge_open_a_file_and_each_look_is_journaled(house: TestHouse) -> None:
    await _open(house, HEJING)
    for person in (CUIFANG, LEADER):
        other = house.phone(person)
        await other.send("/start")
        for button in (
            f"do:file.open:{XIAOHU.file_no}",
            f"do:file.block:{XIAOHU.file_no}|basic|1",
            f"do:file.put:{XIAOHU.file_no}|ethnicity|1",
        ):
            assert "小虎" not in await other.press_raw(button, other.last.id)
    assert (await _child(house)).ethnicity is None
    notes = await house.look(lambda conn: conn.execute(select(journal).where(journal.c.action == "child.file")).all())
    assert notes and all(note.subject == f"child:{XIAOHU.id}" for note in notes)
    lines = await house.look(
        lambda conn: conn.execute(select(child_history).where(child_history.c.child_id == YINUO.id)).all()
    )
    assert len(lines) == 1


async def test_files_from_before_are_joined_to_their_people_and_asked_about_by_a_recompute(house: TestHouse) -> None:
    def older(conn: Connection) -> None:
        conn.execute(update(guardians).values(kin_id=None))
        conn.execute(update(table).values(proposes_on=None))

    await house.db.run(older)
    assert await house.db.run(lambda conn: file_rules.link_and_ask(conn, house.now)) > 0
    assert await house.db.run(lambda conn: file_rules.link_and_ask(conn, house.now)) == 0
    one, other = await _child(house), await _child(house, XIAOYU.id)
    assert one.guardians[0].kin_id == other.guardians[0].kin_id
    assert await house.look(
        lambda conn: conn.execute(select(table.c.proposes_on).where(table.c.id == XIAOHU.id)).scalar()
    ) == date(2032, 5, 9)
    measured = await house.look(lambda conn: file_complete.measure_file_completeness(conn, [NUANQUAN], house.today))
    assert measured["files"] == 3 and measured["whole"] == 0 and measured["mean"] > 0
