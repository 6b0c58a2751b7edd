"""档案: people who are on file already, what a second pair of hands changed meanwhile, the work log and the reports of a child."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader
from sqlalchemy import Connection, select

from db import file_history
from db import reports as report_rows
from db.models import journal, people
from domain.reports.case import Act, Event
from domain.reports.conflict import Conflict
from tests import cast
from tests.cast import HAORAN, JIANGUO, XIAOHU, YULAN
from tests.house import TestHouse
from tests.stories.test_file import _child, _open
from tests.stories.test_print_file import paper


async def test_a_grandmother_of_other_children_is_found_by_name_and_not_typed_again(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("儿童 浩然")
    await phone.press("📁 档案")
    await phone.press("👪 家里人")
    await phone.press("➕ 加一个人")
    await phone.press("外祖父母")
    assert "是同一个人吗" in await phone.send("王秀瑛")  # written by ear
    said = await phone.press("王秀英（殷小虎、殷小雨家的）")
    assert "外祖父母" in said and "电话多少" not in said
    assert "殷小虎、殷小雨" in await phone.press("确认")
    mine = (await _child(house, HAORAN.id)).guardians[-1]
    theirs = (await _child(house)).guardians[0]
    assert (mine.kin_id, mine.phone, mine.name) == (theirs.kin_id, "10012345678", "王秀英")
    await phone.send("儿童 浩然")
    await phone.press("📁 档案")
    await phone.press("👪 家里人")
    await phone.press("➕ 加一个人")
    await phone.press("邻居")
    await phone.send("殷建军")
    await phone.press("不是，是另一个人")
    await phone.send("10055556666")
    await phone.press("确认")
    named = [one for one in (await _child(house, HAORAN.id)).guardians if one.name == "殷建军"]
    assert [one.phone for one in named] == ["10055556666"]
    assert named[0].kin_id != (await _child(house)).guardians[1].kin_id


@pytest.mark.parametrize(
    ("opening", "answers", "words"),
    [
        (("👪 家里人", "➕ 加一个人", "母亲"), ("李静", "跳过", "确认"), "加上了母亲李静"),
        (("🏷 类别", "➕ 加一类", "低保"), ("跳过", "跳过"), "低保"),
        (("🧾 享受政策", "➕ 登记一项", "临时救助"), ("已申请", "今天", "确认"), "临时救助 已申请"),
    ],
    ids=["people", "categories", "benefits"],
)
async def test_the_second_of_two_sees_what_the_first_put_in_and_is_asked(
    house: TestHouse, opening: tuple[str, ...], answers: tuple[str, ...], words: str
) -> None:
    phones = first, second = await _open(house), await _open(house, JIANGUO)
    for phone in phones:
        for button in opening:
            await phone.press(button)
    for phone in phones:
        for answer in answers:
            shown = any(answer in label for label in phone.last.labels)
            await (phone.press(answer) if shown else phone.send(answer))
    assert f"{YULAN.name}改过" in second.text and words in second.text
    before = await house.look(lambda conn: len(file_history.history(conn, XIAOHU.id, 50)))
    await second.press("取消")
    assert await house.look(lambda conn: len(file_history.history(conn, XIAOHU.id, 50))) == before


async def test_a_person_who_was_changed_since_is_asked_about_again_before_going_out(house: TestHouse) -> None:
    first, second = await _open(house), await _open(house, JIANGUO)
    for phone in (first, second):
        await phone.press("👪 家里人")
        await phone.press("父亲殷建军")
    await second.press("🗑 不是这家人")
    await first.press("✏️ 状况")
    await first.press("重病")
    said = await second.press("拿掉")
    assert f"{YULAN.name}改过" in said and "重病" in said
    assert len((await _child(house)).guardians) == 2
    await second.press("拿掉")
    assert len((await _child(house)).guardians) == 1


async def _report(house: TestHouse, conflict: Conflict) -> None:
    def work(conn: Connection) -> None:
        ids = {row.chat_id: row.id for row in conn.execute(select(people.c.chat_id, people.c.id))}
        reporter = ids[cast.CUIFANG.chat_id]
        report = report_rows.file(
            conn, reporter, {"safe": "safe", "places": [cast.NUANQUAN]}, house.now, situation="R4", urgent=True,
            conflict=conflict, unit=cast.NUANQUAN, child_id=XIAOHU.id,
        )  # fmt: skip
        report_rows.put_event(conn, report, Event(Act.FILED, house.now, person=reporter))
        report_rows.send_out(conn, report, house.now)

    await house.db.run(work)


async def test_the_reports_of_a_child_are_on_its_file_for_the_case_team_alone(house: TestHouse) -> None:
    await _report(house, Conflict.NONE)
    team = await _open(house, JIANGUO)
    assert "BG-2026" in await team.press("🚨 报告 1") and any("BG-2026" in label for label in team.last.labels)
    await team.send("打印 小虎")
    await team.press("🚨 档案附报告")
    await team.press("归档留存")
    found, password = paper(team)
    reader = PdfReader(io.BytesIO(found.document or b""))
    reader.decrypt(password)
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))
    assert "仅限办案人员" in text and "BG-2026" in text
    seen = await house.look(lambda conn: [row.action for row in conn.execute(select(journal))])
    assert seen.count("child.reports") == 2
    await _report(house, Conflict.TOWN)  # goes around the town
    again = await _open(house, JIANGUO)
    assert "🚨 报告 1" in again.last.labels
    director = await _open(house)
    assert not any("🚨" in label for label in director.last.labels)
    await director.send("打印 小虎")
    assert not any("🚨" in label for label in director.last.labels)


async def test_what_was_done_for_a_child_stands_on_its_file_by_day(house: TestHouse) -> None:
    phone = await _open(house)
    await phone.press("🤝 帮扶")
    await phone.press("➕")
    await phone.press("物资")
    await phone.send("棉衣一套")
    await phone.press("跳过")
    await phone.press("今天")
    await phone.press("确认")
    await phone.press("📁 回档案")
    said = await phone.press("📓 工作日志")
    assert f"关爱帮扶：物资（{YULAN.name}）" in said
