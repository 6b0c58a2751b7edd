"""演练: one tap and a confirmation, every route and clock, counted nowhere, and an end with the times."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader
from sqlalchemy import Connection, func, select

from bot.reminders import clocks, drills
from db import policy as policy_rows
from db import reports as report_rows
from db.models import journal
from db.reports.drills import end_drill, running_drills
from domain.reports.case import Act
from tests import cast
from tests.cast import CHANGMING, HEJING, JIANGUO, LEADER, LUOLAOSHI, MAGUANG, YULAN
from tests.house import TestHouse
from tests.phone import Phone

NUMBER = "YL-2026-0001"


async def started(house: TestHouse, scene: str = "身上有伤") -> Phone:
    county = house.phone(HEJING)
    await county.send("演练")
    await county.press(scene)
    await county.press("确认")
    return county


async def later(house: TestHouse, **span: float) -> None:
    house.pass_time(**span)

    def beat(conn: Connection) -> None:
        policy = policy_rows.current(conn, house.now)
        clocks.beat(conn, house.now, house.tree, policy)
        drills.beat(conn, house.now, house.tree, policy)

    await house.db.run(beat)
    await house.settle()


async def count(house: TestHouse, action: str) -> int:
    found: int = await house.look(
        lambda conn: conn.execute(select(func.count()).where(journal.c.action == action)).scalar_one()
    )
    return found


async def test_one_tap_shows_the_exercise_and_nothing_goes_out_before_it_is_confirmed(house: TestHouse) -> None:
    county, police = house.phone(HEJING), house.phone(MAGUANG)
    said = await county.send("/drill")
    assert "不算进任何数字" in said and "别真拨 110" in said
    shown = await county.press("身上有伤")
    assert "【演练】" in shown and "确认" in county.last.labels[-3] + county.last.labels[-4]
    assert police.messages == []
    await county.press("确认")
    assert NUMBER in county.everything
    assert police.text.startswith("【演练】") and NUMBER in police.text


async def test_only_the_county_starts_or_ends_one(house: TestHouse) -> None:
    await started(house)
    drill = (await house.look(running_drills))[0]
    for person in (YULAN, MAGUANG, LEADER):
        phone = house.phone(person)
        await phone.send("/drill")
        assert "演练：发一份" not in phone.text
        for data in ("do:drill.start:hurt", f"do:drill.end:{drill.id}", f"do:drill.times:{drill.id}"):
            await phone.press_raw(data, phone.last.id)
    assert [one.id for one in await house.look(running_drills)] == [drill.id]


@pytest.mark.parametrize(("scene", "told"), [("没人照料", MAGUANG), ("不上学", LUOLAOSHI)])
async def test_each_scene_takes_its_own_route(house: TestHouse, scene: str, told: cast.Person) -> None:
    await started(house, scene)
    assert house.phone(told).text.startswith("【演练】")


async def test_every_message_and_every_paper_of_it_is_marked(house: TestHouse) -> None:
    county = await started(house)
    police = house.phone(MAGUANG)
    await police.press("看内容")
    await later(house, minutes=31)
    await county.send(f"/cases {NUMBER}")
    await police.press("看内容")
    await police.press("签收")
    await police.press("报告表")
    await police.press("会商研判")
    await police.press("确认")
    password = re.search(r"密码：(\S+)", police.text)
    await police.press("显示姓名")
    await police.press("办案核实")
    house.pass_time(minutes=11)
    await house.settle()
    said = [message.text for phone in (county, police) for message in phone.messages if not message.out]
    assert len(said) > 10
    assert [text for text in said if NUMBER in text and "演练" not in text] == []
    paper = next(one for one in reversed(police.messages) if one.document)
    assert paper.document
    reader = PdfReader(io.BytesIO(paper.document))
    assert password and reader.decrypt(password[1])
    assert all("演练" in page.extract_text() for page in reader.pages)


async def test_it_ends_by_a_button_and_says_how_long_everything_took(house: TestHouse) -> None:
    county = await started(house)
    police = house.phone(MAGUANG)
    await later(house, minutes=31)
    await county.press("我已拨打")
    await police.press("看内容")
    await later(house, minutes=9)
    await police.press("签收")
    await county.send(f"/cases {NUMBER}")
    await county.press("看用时")
    assert "公安：签收 40分钟，反馈 没有" in county.text
    assert "签收超时" in county.text
    assert "📞 31分钟后记了「我已拨打」" in county.text
    await county.press("结束演练")
    assert police.text == f"【演练】编号 {NUMBER} 的演练结束了，不用再办。"
    assert "公安：签收 40分钟" in county.text
    assert len(county.text.splitlines()) <= 10
    assert "马光" not in county.text
    assert await house.look(running_drills) == []
    kinds = await house.look(lambda conn: [one.kind for one in _events(conn)])
    assert kinds[-1] is Act.VOIDED
    told = len(police.messages)
    await later(house, days=3)
    assert len(police.messages) == told  # no clock runs on


def _events(conn: Connection) -> list[report_rows.Event]:  # type: ignore[name-defined]
    from db.models import reports as table

    found = conn.execute(select(table.c.id).where(table.c.number == NUMBER)).scalar_one()
    return list(report_rows.events(conn, found))


async def test_it_ends_by_itself_after_seven_days_while_people_are_at_work_and_only_once(house: TestHouse) -> None:
    county = await started(house)
    await later(house, days=6, hours=20)  # 06:30 of the seventh day
    assert len(await house.look(running_drills)) == 1
    await later(house, hours=5)
    assert await house.look(running_drills) == []
    assert "的演练结束了" in county.text
    said = len(county.messages)
    await later(house, hours=1)
    assert len(county.messages) == said
    assert await count(house, "drill.ended") == 1


async def test_it_is_counted_nowhere_and_never_ends_a_real_report(house: TestHouse) -> None:
    await started(house)
    assert await house.look(report_rows.open_by_unit) == {}
    reporter = house.phone(YULAN)
    await reporter.send("/report")
    for button in ("安全", "殷小虎", "在学校", "身上有伤", "没有"):
        await reporter.press(button)
    await reporter.send("胳膊上有伤")
    await reporter.press("先交上去")
    await reporter.press("确认")
    assert "BG-2026-0001" in reporter.everything

    def real(conn: Connection) -> report_rows.Report:
        from db.models import reports as table

        found = conn.execute(select(table.c.id).where(table.c.number == "BG-2026-0001")).scalar_one()
        report = report_rows.get(conn, found)
        assert report is not None
        return report

    report = await house.look(real)
    with pytest.raises(ValueError, match="real report"):
        await house.db.run(lambda conn: end_drill(conn, report, house.now, "x", by=None))
    county = house.phone(HEJING)
    await county.press_raw(f"do:drill.end:{report.id}", county.last.id)
    assert "没有找到" in county.text
    assert await house.look(lambda conn: report_rows.life_of(conn, report.id).open)


async def test_an_exercise_that_was_opened_and_left_alarms_nobody(house: TestHouse) -> None:
    county = house.phone(HEJING)
    await county.send("/drill")
    await county.press("没人照料")
    said = len(county.messages)
    await later(house, hours=3)
    assert len(county.messages) == said


async def test_an_exercise_has_a_village_so_that_the_supervisor_practises_too(house: TestHouse) -> None:
    county, supervisor, other = house.phone(HEJING), house.phone(JIANGUO), house.phone(CHANGMING)
    await county.send("演练")
    await county.press("没人照料")
    assert re.search("演练地点：(新坝镇|黑泉镇)", county.text)  # a town whose supervisor can be reached
    await county.press("修改")
    await county.press("演练地点")
    assert "那个镇的督导员也会收到" in county.text
    await county.press("新坝镇")
    assert "演练地点：新坝镇" in county.text
    await county.press("确认")
    assert supervisor.text.startswith("【演练】") and other.everything == ""
    await later(house, hours=3)
    await later(house, hours=3)
    assert "报告人没有回话" in supervisor.text and supervisor.text.startswith("【演练】")
    assert "演练地点" not in (await house.phone(YULAN).send("/report"))
