"""The process dies in the middle of every step of a report: nothing half done, nothing lost, nothing twice.

What a killed process leaves behind is what lies on the disk at that moment. So the files are copied while a step is being
taken, once before its commit and once after it, when nothing was said yet; a new house opens each copy and goes on.
"""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from db.models import outbox, report_events
from db.models import reports as report_table
from db.reports import desks, records
from db.reports.records import put
from domain.reports.case import Act
from tests.cast import HEJING, JIANGUO, LUOLAOSHI, MAGUANG, YULAN, Person
from tests.house import TestHouse
from tests.kept import another_house, keep

pytestmark = pytest.mark.slow

# who, what leads there, the press that takes the step, and the step
STEPS: tuple[tuple[Person, tuple[str, ...], str, Act], ...] = (
    (MAGUANG, ("看内容",), "签收", Act.RECEIVED),
    (MAGUANG, ("记处置", "训诫", "跳过"), "确认", Act.STEP),
    (MAGUANG, ("安全评估", "已带到安全的地方", "跳过"), "确认", Act.JUDGED),
    (MAGUANG, ("反馈", "=已上门看过。"), "确认", Act.ANSWER),
    (YULAN, ("=/cases", "BG-2026-0001", "补充", "=今天又见到孩子。"), "确认", Act.SUPPLEMENT),
    (MAGUANG, ("转办", "教育", "=请学校看护。"), "确认", Act.FORWARDED),
    (LUOLAOSHI, ("看内容",), "签收", Act.RECEIVED),
    (LUOLAOSHI, ("不予受理", "=不在本县上学。"), "确认", Act.REFUSED),
    (HEJING, ("看进展", "转办", "公安", "=请核实。"), "确认", Act.FORWARDED),
    (MAGUANG, ("看内容",), "签收", Act.RECEIVED),
    (MAGUANG, ("结案", "已处置", "=已训诫。"), "确认", Act.CLOSED),
    (JIANGUO, ("=/cases BG-2026-0001", "督查", "已回访", "=上门看过了。"), "确认", Act.VISITED),
)


class Disk:
    """What is kept of the database at moments of the test's choosing."""

    def __init__(self, house: TestHouse, folder: Path) -> None:
        self.house, self.folder = house, folder
        self.copies: dict[str, Path] = {}

    def copy(self, moment: str) -> None:
        if moment not in self.copies:
            self.copies[moment] = self.folder / moment
            keep(self.house, self.copies[moment])


def acts(conn: Connection) -> Counter[tuple[str, str]]:
    """What happened to which report, and how often."""
    rows = conn.execute(
        select(report_table.c.number, report_events.c.kind).join(
            report_events, report_events.c.report_id == report_table.c.id
        )
    )
    return Counter((row.number, row.kind) for row in rows)


def said(conn: Connection) -> Counter[tuple[int, str]]:
    """How much was queued for whom, whatever became of it."""
    rows = conn.execute(select(outbox.c.chat_id, outbox.c.method).where(outbox.c.method == "sendMessage"))
    return Counter((row.chat_id, row.method) for row in rows)


async def test_a_process_killed_in_any_step_of_a_report_goes_on_as_if_nothing_had_been(
    house: TestHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk: Disk | None = None

    def put_and_die(conn: Connection, report: Any, event: Any, **more: Any) -> None:
        put(conn, report.id, event, **more)
        if disk is not None:
            disk.copy("written_not_committed")

    real = house.line.do_request

    async def request(url: str, *rest: Any, **more: Any) -> Any:
        if disk is not None and not url.endswith(("getFile", "answerCallbackQuery")):
            disk.copy("committed_not_said")
        return await real(url, *rest, **more)

    monkeypatch.setattr(desks, "put_event", put_and_die)
    monkeypatch.setattr(records, "put_event", put_and_die)
    monkeypatch.setattr(house.line, "do_request", request)
    reporter = house.phone(YULAN)
    await reporter.send("/report")
    for button in ("现在有危险", "还没打", "殷小虎", "在学校", "身上有伤", "没有"):
        await reporter.press(button)
    await reporter.send("胳膊上有伤")
    await reporter.press("先交上去")
    monkeypatch.setattr("db.reports.put_event", put_and_die)
    for number, (person, way, last, act) in enumerate(((YULAN, (), "确认", Act.SENT), *STEPS)):
        phone = house.phone(person)
        for one in way:
            await (phone.send(one[1:]) if one.startswith("=") else phone.press(one))
        folder = tmp_path / str(number)
        folder.mkdir()
        before = await house.look(acts)
        disk = Disk(house, folder)
        await phone.press(last)
        copies, disk = disk.copies, None
        after, told = await house.look(acts), await house.look(said)
        assert sum(one for (_, kind), one in (after - before).items() if kind == act.value) == 1, act
        assert set(copies) == {"written_not_committed", "committed_not_said"}, act
        for moment, path in copies.items():
            async with another_house(house, path) as again:
                again.line.chats = deepcopy(house.line.chats)  # the telephones have not lost what they show
                came_back: Counter[tuple[str, str]] = await again.look(acts)
                assert came_back == (before if moment == "written_not_committed" else after), (act, moment)
                await again.settle()
                assert await again.look(acts) == after, (act, moment)
                assert await again.look(said) == told, (act, moment)
        house.pass_time(minutes=6)
