"""报告情况: the county and the leaders read figures; nobody else, nothing under five, no drill, and nothing that goes around."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from python_calamine import CalamineWorkbook
from sqlalchemy import Connection, select

from db import policy as policy_rows
from db import reports as report_rows
from db.models import people
from db.people import me_of
from db.reports.figures import figures
from domain.reports.case import Act, Event, Part, Seat
from domain.reports.conflict import Conflict
from domain.reports.figures import ReportFigures
from tests import cast
from tests.cast import HEJING, JIANGUO, LEADER, MAGUANG, YULAN, Person
from tests.house import TestHouse


async def file_many(
    house: TestHouse, count: int, *, situation: str = "R4", conflict: Conflict = Conflict.NONE, by: Person = YULAN,
    drill: bool = False, signed: int | None = None, answered: int | None = None,
) -> None:  # fmt: skip
    """Reports at the police; the first `signed` of them are signed after 30 minutes, `answered` after four hours."""

    def work(conn: Connection) -> None:
        ids = {row.chat_id: row.id for row in conn.execute(select(people.c.chat_id, people.c.id))}
        officer, seat = ids[MAGUANG.chat_id], Seat(Part.RECEIVER, cast.POLICE)
        for number in range(count):
            content: dict[str, Any] = {"safe": "safe", "places": [cast.NUANQUAN]}
            report = report_rows.file(
                conn, ids[by.chat_id], content, house.now, situation=situation, urgent=True, conflict=conflict,
                unit=cast.NUANQUAN, drill=drill,
            )  # fmt: skip
            report_rows.put_event(conn, report, Event(Act.FILED, house.now, person=report.reporter))
            report_rows.send_out(conn, report, house.now)
            for act, of, span in (
                (Act.RECEIVED, signed, timedelta(minutes=30)),
                (Act.ANSWER, answered, timedelta(hours=4)),
            ):
                if of is not None and number < of:
                    report_rows.act(conn, report, seat, Event(act, house.now + span, cast.POLICE, officer, note="好"))

    await house.db.run(work)


async def table(house: TestHouse, person: Person) -> ReportFigures:
    def work(conn: Connection) -> ReportFigures:
        me = me_of(conn, person.chat_id)
        assert me is not None
        return figures(conn, me, house.now, policy_rows.current(conn, house.now))

    found: ReportFigures = await house.db.run(work)
    return found


async def test_the_text_has_the_times_to_receipt_and_feedback_in_at_most_ten_lines(house: TestHouse) -> None:
    await file_many(house, 12, signed=12, answered=7)
    house.pass_time(days=1)
    said = await house.phone(HEJING).send("报告情况")
    assert "报告 12 件，已签收 12 件，已反馈 7 件" in said
    assert "签收：一般 30分钟" in said
    assert "第一次反馈：一般 4小时" in said
    assert "没办完 12 件" in said
    assert len(said.splitlines()) <= 10
    assert "BG-" not in said


async def test_leaders_read_to_the_nearest_five(house: TestHouse) -> None:
    await file_many(house, 13, signed=13, answered=7)
    said = await house.phone(LEADER).send("报告情况")
    assert "报告 15 件，已签收 15 件，已反馈 5 件" in said
    assert "数字取到最近的 5" in said
    assert len(said.splitlines()) <= 10
    assert (await table(house, HEJING)).total.counts["reports"] == 13


async def test_feedback_that_is_owed_and_late_is_counted(house: TestHouse) -> None:
    await file_many(house, 11, signed=11, answered=5)
    house.pass_time(days=9)
    found = await table(house, HEJING)
    assert found.total.counts["unreturned"] == 6
    assert found.total.counts["late"] == 11  # all of them owe the safety judgement as well
    assert found.total.counts["answered"] == 5


async def test_cells_under_five_are_a_star_for_the_county_too(house: TestHouse) -> None:
    await file_many(house, 9, signed=3)
    said = await house.phone(HEJING).send("报告情况")
    assert "报告 9 件，已签收 ＊ 件" in said
    assert "签收：一般 –" in said


async def test_a_drill_is_in_no_cell(house: TestHouse) -> None:
    await file_many(house, 6)
    await file_many(house, 6, drill=True)
    assert (await table(house, LEADER)).total.counts["reports"] == 5


async def test_a_report_that_goes_around_the_reader_is_in_no_cell_of_theirs(house: TestHouse) -> None:
    await file_many(house, 6)
    await file_many(house, 7, conflict=Conflict.COLLEAGUE, by=HEJING)  # the county bureau itself is left out
    colleague = await second_county_officer(house)
    assert (await table(house, colleague)).total.counts["reports"] == 6
    assert (await table(house, LEADER)).total.counts["reports"] == 15  # 13, to the nearest five


async def second_county_officer(house: TestHouse) -> Person:
    from sqlalchemy import update

    from db.models import posts
    from db.rows import add
    from db.types import new_id

    def work(conn: Connection) -> None:
        person = new_id()
        add(conn, people, id=person, name="赵新", chat_id=886, language="zh_CN", bound_at=house.now, demo=True)
        conn.execute(update(posts).where(posts.c.unit == cast.COUNTY, posts.c.role == "county").values(deputy=person))

    await house.db.run(work)
    return Person("赵新", 886, HEJING.role, cast.COUNTY, "10000000886")


async def test_text_picture_and_workbook_show_the_same_cells(house: TestHouse) -> None:
    await file_many(house, 12, signed=12, answered=7)
    await file_many(house, 6, situation="X6")
    county = house.phone(HEJING)
    await county.send("/county")
    said = await county.press("报告情况")
    assert "报告 18 件" in said
    await county.press("Excel")
    assert county.last.document
    book = CalamineWorkbook.from_filelike(io.BytesIO(county.last.document))
    assert book.sheet_names == ["按情况", "按月份"]
    lines = {row[0]: row for row in book.get_sheet_by_name("按情况").to_python() if row}
    assert lines["合计"][1:4] == [18.0, 12.0, 7.0]
    assert lines["身上有伤、被打"][1] == 12.0
    assert lines["网上被欺负"][1] == "＊"
    message, _ = county.find_button("图")
    await county.press("图", on=message)
    assert county.last.photo
    assert Image.open(io.BytesIO(county.last.photo)).width == 1080


@pytest.mark.parametrize("person", [YULAN, JIANGUO, MAGUANG])
async def test_nobody_below_the_county_and_no_department_reads_them(house: TestHouse, person: Person) -> None:
    await file_many(house, 12)
    phone = house.phone(person)
    await phone.send("/figures")
    assert "12" not in phone.text
    for press in ("do:figures.show", "do:figures.chart", "do:figures.book"):
        await phone.press_raw(press, phone.last.id)
    assert not any(message.photo or message.document or "12 件" in message.text for message in phone.messages)
