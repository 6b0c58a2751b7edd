"""/cases for a department: waiting for my receipt, about to be late, late; counted on the buttons, paged."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, select

from db import reports as report_rows
from db.models import people
from domain.reports.case import Act, Event, Part, Seat
from domain.reports.conflict import Conflict
from tests import cast
from tests.cast import HEJING, JIANGUO, MAGUANG, YULAN
from tests.house import TestHouse


async def file_many(house: TestHouse, count: int, *, conflict: Conflict = Conflict.NONE, signed: int = 0) -> None:
    """Reports about a child that is safe, at the police; the first `signed` of them signed for."""

    def work(conn: Connection) -> None:
        ids = {row.chat_id: row.id for row in conn.execute(select(people.c.chat_id, people.c.id))}
        for number in range(count):
            report = report_rows.file(
                conn, ids[YULAN.chat_id], {"safe": "safe", "places": [cast.NUANQUAN]}, house.now, situation="R4",
                urgent=True, conflict=conflict, unit=cast.NUANQUAN,
            )  # fmt: skip
            report_rows.put_event(conn, report, Event(Act.FILED, house.now, person=report.reporter))
            report_rows.send_out(conn, report, house.now)
            if number < signed:
                seat = Seat(Part.RECEIVER, cast.POLICE)
                event = Event(Act.RECEIVED, house.now, cast.POLICE, ids[MAGUANG.chat_id])
                report_rows.act(conn, report, seat, event)

    await house.db.run(work)


async def test_the_lists_follow_the_clocks(house: TestHouse) -> None:
    await file_many(house, 3, signed=1)
    police = house.phone(MAGUANG)
    await police.send("/cases")
    assert "等签收（2）" in police.last.labels
    assert not any("快到时限" in label or "超时" in label for label in police.last.labels)
    house.pass_time(hours=1, minutes=30)  # of two hours
    await police.send("/cases")
    await police.press("快到时限（2）")
    assert sum("BG-2026" in label for label in police.last.labels) == 2
    house.pass_time(hours=1)
    await police.send("/cases")
    await police.press("超时（2）")
    assert sum("⏰" in label and "BG-2026" in label for label in police.last.labels) == 2
    assert not any("快到时限" in label for label in police.last.labels)


async def test_waiting_is_ones_own_receipt_for_a_department_and_anybodys_for_the_county(house: TestHouse) -> None:
    await file_many(house, 2, signed=1)
    for person in (MAGUANG, HEJING):
        phone = house.phone(person)
        await phone.send("/cases")
        assert "等签收（1）" in phone.last.labels


async def test_a_long_list_is_paged_and_keeps_its_filter(house: TestHouse) -> None:
    await file_many(house, 23, signed=11)
    police = house.phone(MAGUANG)
    await police.send("/cases")
    assert sum("BG-2026" in label for label in police.last.labels) == 10
    await police.press("等签收（12）")
    seen = {label for label in police.last.labels if "BG-2026" in label}
    await police.press("下一页")
    seen |= {label for label in police.last.labels if "BG-2026" in label}
    assert len(seen) == 12
    assert not any("下一页" in label for label in police.last.labels)
    await police.press("上一页")
    assert "等签收（12）" in police.text


@pytest.mark.parametrize(("conflict", "seen"), [(Conflict.NONE, 4), (Conflict.TOWN, 0)])
async def test_what_goes_around_the_town_is_in_no_count_of_the_supervisor(
    house: TestHouse, conflict: Conflict, seen: int
) -> None:
    await file_many(house, 4, conflict=conflict)
    supervisor = house.phone(JIANGUO)
    await supervisor.send("/cases")
    assert sum("BG-2026" in label for label in supervisor.last.labels) == seen
