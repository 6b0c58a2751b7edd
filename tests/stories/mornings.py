"""A house whose work is done, mornings at which the clock beats, and what was kept of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Connection, select

from bot.reminders.proof import prove
from db import deeds, reports
from db.models import people, reminders
from domain.calendar import DAY, at
from domain.reports.case import Act, Event
from domain.reports.conflict import Conflict
from tests.cast import NUANQUAN, POLICE, XIAOHU, YULAN
from tests.done import all_done, staff_offices
from tests.house import TestHouse

MONDAY = date(2026, 11, 16)
FRIDAY = date(2026, 11, 20)


async def file_report(house: TestHouse) -> None:
    """A report that has reached the police and that nobody has signed for."""

    def work(conn: Any) -> None:
        reporter = conn.execute(select(people.c.id).where(people.c.chat_id == YULAN.chat_id)).scalar_one()
        report = reports.file(
            conn, reporter, {}, house.now, situation="R1", urgent=False, conflict=Conflict.NONE, child_id=XIAOHU.id,
            unit=NUANQUAN,
        )  # fmt: skip
        reports.put_event(conn, report, Event(Act.FILED, house.now, person=reporter))
        reports.put_event(conn, report, Event(Act.SENT, house.now, to=POLICE))
        reports.seat_unit(conn, report, POLICE, house.now)

    await house.db.run(work)


async def beat_at(house: TestHouse, day: date, hour: int = 9, minute: int = 0) -> None:
    """The clock stands at that local time, the scheduler beats, and what it says goes out."""
    house.now = at(day, time(hour, minute)).astimezone(UTC)
    await house.scheduler.once()
    await house.settle()


async def rows(house: TestHouse, rule: str = "contact") -> list[Any]:
    return await house.look(
        lambda conn: conn.execute(select(reminders).where(reminders.c.rule == rule).order_by(reminders.c.day)).all()
    )


async def balanced(house: TestHouse) -> bool:
    proof = await house.look(lambda conn: prove(conn, house.now))
    return proof.books.balanced


async def make_quiet(house: TestHouse) -> None:
    """All work was done on Monday: the red child wants a contact a week later, the others later still.

    Every office a report may go to is staffed: a vacant one is an alarm of its own (test_report_clocks.py).
    """
    await all_done(house, MONDAY)
    await house.db.run(lambda conn: settle_units(conn, house.now))
    await staff_offices(house)


def settle_units(conn: Connection, now: datetime) -> None:
    """Every unit has done what the plan asks of it this year and at the turn of the next: another story."""
    for duty in deeds.open_duties(conn, now):
        for weeks in range(0, 14, 2):
            day = now.date() + weeks * 7 * DAY
            deeds.put(conn, duty.duty.code, duty.unit, day, now, by=None, demo=True)
