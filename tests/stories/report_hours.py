"""What the stories of a report's hours share: one that was filed, time that passes over it, a new hand at a desk."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, func, select, update

from bot.reminders import clocks
from bot.reminders.proof import prove
from db import people as people_rows
from db import policy as policy_rows
from db import reports as report_rows
from db.models import journal, people, posts
from db.models import reports as report_table
from db.reports import Report
from db.rows import add
from db.types import new_id
from domain.people import Role
from domain.reports.case import Event
from tests.cast import YULAN
from tests.house import TestHouse
from tests.phone import Phone
from tests.stories.report_told import send

NUMBER = "BG-2026-0001"
NEVER_SAID = ("殷小虎", "小虎", "柴玉兰", "皮带", "胳膊", "青一块", "学校")


async def file_report(house: TestHouse, *, safe: str = "现在有危险", **how: str) -> Report:
    """Yulan's report; the child is in danger now unless said otherwise."""
    await send(house.phone(YULAN), safe=safe, **how)
    return await newest(house)


async def newest(house: TestHouse) -> Report:
    def query(conn: Connection) -> Report:
        found = conn.execute(select(report_table.c.id).order_by(report_table.c.id.desc())).scalars().first()
        report = report_rows.get(conn, str(found))
        assert report is not None
        return report

    report: Report = await house.look(query)
    return report


async def events_of(house: TestHouse, report: Report) -> tuple[Event, ...]:
    found: tuple[Event, ...] = await house.look(lambda conn: report_rows.events(conn, report.id))
    return found


async def later(house: TestHouse, **span: float) -> None:
    """Time passes and the clocks are looked at, twice, as by two processes; the morning digests stay out of it."""
    house.pass_time(**span)
    for _ in range(2):
        await house.db.run(lambda conn: clocks.beat(conn, house.now, house.tree, policy_rows.current(conn, house.now)))
    await house.settle()


async def seat(house: TestHouse, role: Role, unit: str, chat_id: int, name: str, *, deputy: bool = False) -> Phone:
    """Somebody new at a post."""

    def work(conn: Connection) -> None:
        person = new_id()
        add(conn, people, id=person, name=name, chat_id=chat_id, language="zh_CN", bound_at=house.now, demo=True)
        post = people_rows.ensure_post(conn, role, unit, date(2025, 1, 1))
        column = "deputy" if deputy else "holder"
        conn.execute(update(posts).where(posts.c.id == post.id).values(**{column: person}))

    await house.db.run(work)
    return Phone(house, chat_id, name)


async def proved(house: TestHouse) -> bool:
    found: bool = await house.look(lambda conn: prove(conn, house.now).clocks.balanced)
    return found


async def journaled(house: TestHouse, action: str) -> int:
    found: int = await house.look(
        lambda conn: conn.execute(select(func.count()).where(journal.c.action == action)).scalar_one()
    )
    return found
