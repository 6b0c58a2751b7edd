"""The yearly training: sign-in by a code read out, a second chance, and the county's duty once everybody is reached."""

from __future__ import annotations

import io
import re
from datetime import date

from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import Connection, select

from db import lessons, training
from db.models import deeds, people
from domain.training import standing
from tests.cast import CUIFANG, GUIXIANG, HEJING, JIANGUO, YULAN, Person
from tests.house import TestHouse


async def _plan_and_begin(house: TestHouse) -> str:
    county = house.phone(HEJING)
    await county.send("培训")
    await county.press("安排培训")
    await county.send("强制报告怎么做")
    await county.press("今天")
    await county.send("上午9点半")
    await county.send("县民政局二楼")
    await county.press("确认")
    await county.press("这次培训")
    said = await county.press("开始签到")
    found = re.search(r"(\d \d \d \d)", said)
    assert found
    return found[1].replace(" ", "")


def _person(conn: Connection, who: Person) -> str:
    return str(conn.execute(select(people.c.id).where(people.c.chat_id == who.chat_id)).scalar_one())


async def test_a_director_signs_in_with_the_code_read_out_and_gets_a_certificate(house: TestHouse) -> None:
    yulan, county = house.phone(YULAN), house.phone(HEJING)
    code = await _plan_and_begin(house)
    assert "强制报告怎么做" in yulan.text and "09:30" in yulan.text
    assert "对不上" in await yulan.send("签到 0000")
    assert "四个数字" in await yulan.send("签到")
    await yulan.send("走访")  # an open form does not swallow the code
    assert "签到成功" in await yulan.send(f"我要签到：{code[:2]} {code[2:]}")
    for words in (f"培训 {code}", f"签到{code}", f"签到 {code}"):
        assert "已经签过" in await yulan.send(words)
    await yulan.send("取消")
    assert "已经签过" in await yulan.send(code)
    assert "已签到 1 人，应到 3 人" in await county.press("看人数")
    await county.press("结束签到")
    assert "对不上" in await house.phone(CUIFANG).send(f"签到 {code}")
    await yulan.send("证书")
    paper = yulan.last.document
    assert paper is not None
    words = PdfReader(io.BytesIO(paper)).pages[0].extract_text().replace(" ", "")
    assert "柴玉兰" in words and "培训证书" in words and "强制报告怎么做" in words
    await county.press("签到表")
    book = county.last.document
    assert book is not None
    cells = str([cell.value for row in load_workbook(io.BytesIO(book)).worksheets[0].iter_rows() for cell in row])
    assert "柴玉兰" in cells and "未到" in cells


async def test_somebody_without_a_phone_is_put_down_by_hand_and_struck_by_a_second_tap(house: TestHouse) -> None:
    await _plan_and_begin(house)
    county = house.phone(HEJING)
    await county.press("谁来了")
    await county.press("新坝镇 0/2")
    await county.press("柴玉兰")
    assert county.has_button("✅ 暖泉村 柴玉兰")
    await county.press("✅ 暖泉村 柴玉兰")
    assert "✅" not in str(county.last.labels)


async def test_lessons_and_a_talk_make_up_for_a_session_and_the_duty_is_entered_when_all_are_reached(
    house: TestHouse,
) -> None:
    code = await _plan_and_begin(house)
    supervisor, county = house.phone(JIANGUO), house.phone(HEJING)
    await house.phone(YULAN).send(f"签到 {code}")
    await house.phone(GUIXIANG).send(f"签到 {code}")

    def learn(conn: Connection) -> None:
        for lesson in [one.code for one in lessons.ALL][:6]:
            lessons.finish(conn, _person(conn, CUIFANG), lesson, 5, house.now, house.today)

    await house.db.run(learn)
    assert "微课 6/6，还没谈" in await supervisor.send("补训")
    none = await house.look(lambda conn: conn.execute(select(deeds.c.id)).all())
    assert not none
    await supervisor.press("谈过了：新沟村")
    assert "都培训过了" in supervisor.text
    assert "补训完成" in house.phone(CUIFANG).everything
    found = await house.look(lambda conn: conn.execute(select(deeds.c.duty, deeds.c.reached)).all())
    assert [tuple(row) for row in found] == [("training", 3)]
    assert "3 个岗位都培训到了" in county.everything
    measured = await house.look(lambda conn: training.measure_trained(conn, house.tree, house.today))
    assert (measured.held, measured.trained) == (3, 3)
    assert "补上了" in await house.phone(CUIFANG).send("培训")


async def test_a_town_sees_its_own_sessions_and_a_director_plans_none(house: TestHouse) -> None:
    await _plan_and_begin(house)
    supervisor = house.phone(JIANGUO)
    await supervisor.send("培训")
    assert not any("强制报告" in label for label in supervisor.last.labels)  # the county's session is the county's
    await house.phone(YULAN).press_raw("do:tr.plan:", house.phone(YULAN).last.id)
    assert "不能做这个" in house.phone(YULAN).text


def test_six_lessons_and_a_talk_count_on_the_day_the_last_of_them_was_done() -> None:
    days = [date(2026, 3, n) for n in range(1, 8)]
    assert standing(None, days[:5], date(2026, 3, 20)).trained_on is None
    assert standing(None, days, None).trained_on is None
    assert standing(None, days, date(2026, 3, 2)).trained_on == date(2026, 3, 6)
    assert standing(date(2026, 9, 1), days, None).how == "session"
