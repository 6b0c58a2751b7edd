"""查阅/更正申请: taken in the chat, answered in writing, never deleted against the law; 隐私 in plain words."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from docx import Document
from sqlalchemy import select

from db.models import rights_requests
from domain.rights import Kind, blocked, due
from tests.cast import CUIFANG, GUIXIANG, HEJING, JIANGUO, XIAOHU, YULAN
from tests.house import TestHouse
from tests.phone import Phone


async def ask(house: TestHouse, kind: str, proof: str = "看过了", what: str = "") -> Phone:
    director = house.phone(YULAN)
    await director.send("查阅更正 殷小虎")
    await director.press(kind)
    await director.press("母亲")
    await director.send("李桂花")
    if what:
        await director.send(what)
    await director.press(proof)
    await director.press("确认")
    return director


def test_an_answer_is_due_within_fifteen_working_days_and_a_file_in_use_is_not_deleted() -> None:
    assert due(date(2026, 11, 18)) == date(2026, 12, 9)
    assert blocked(Kind.DELETE, file_open=True, has_reports=False) == "legal_duty"
    assert blocked(Kind.DELETE, file_open=False, has_reports=True) == "legal_duty"
    assert blocked(Kind.DELETE, file_open=False, has_reports=False) is None
    assert blocked(Kind.COPY, file_open=True, has_reports=True) is None


async def test_a_mother_asks_for_a_copy_and_the_supervisor_grants_it(house: TestHouse) -> None:
    director = await ask(house, "复制")
    assert "QL-2026-0001" in director.text
    supervisor = house.phone(JIANGUO)
    assert "QL-2026-0001" in supervisor.text and XIAOHU.name not in supervisor.text
    assert "李桂花" in await supervisor.press("看申请")
    await supervisor.press("同意")
    assert "同意了" in director.text
    await director.press("看申请")
    await director.press("书面答复")
    assert "我们同意" in director.messages[-2].text
    assert director.has_button("打印档案给家长")


async def test_a_wish_to_delete_is_refused_in_writing_with_its_reason(house: TestHouse) -> None:
    director = await ask(house, "删除", what="把走访记录都删掉")
    supervisor = house.phone(JIANGUO)
    assert "法律要求保存" in await supervisor.press("看申请")
    assert not any(label == "同意" for label in supervisor.last.labels)
    request = (await house.look(lambda conn: conn.execute(select(rights_requests)).one())).id
    assert "不能同意" in await supervisor.press_raw(f"do:rights.grant:{request}", supervisor.last.id)
    await supervisor.press("不同意，写原因")
    await supervisor.press("法律要求保存")
    await supervisor.send("孩子还在关爱名单里，档案依法保存。")
    await supervisor.press("确认")
    await director.press("看申请")
    assert "打印、盖章" in await director.press("书面答复")
    letter, paper = director.messages[-2].text, director.last.document
    assert "法律要求保存" in letter and "依法保存" in letter and "起诉" in letter
    assert paper is not None
    words = "".join(one.text for one in Document(BytesIO(paper)).paragraphs)
    assert "个人信息申请答复书QL-2026-0001李桂花：您于2026年" in words and "依法保存" in words and "起诉" in words


async def test_it_waits_in_the_supervisors_today_and_nobody_elses_place_sees_it(house: TestHouse) -> None:
    await ask(house, "查阅", proof="还没有")
    assert "还没看过证件" in await house.phone(JIANGUO).press("看申请")
    request = (await house.look(lambda conn: conn.execute(select(rights_requests)).one())).id
    for person in (CUIFANG, GUIXIANG):
        other = house.phone(person)
        await other.send("/start")
        assert "没有找到" in await other.press_raw(f"do:rights.open:{request}", other.last.id)
    assert "QL-2026-0001" in await house.phone(HEJING).send("查阅更正")
    house.pass_time(days=16)
    assert "查阅更正申请" in await house.phone(JIANGUO).send("今天")


async def test_the_policy_can_be_read_in_plain_words(house: TestHouse) -> None:
    director = house.phone(YULAN)
    await director.send("隐私")
    for button in ("记些什么", "谁能看", "存多久", "家长的权利", "怎么保护", "手机怎么用"):
        text = await director.press(button)
        assert len(text.splitlines()) <= 5 and "。" in text
        await director.press("返回")
