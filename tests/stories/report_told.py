"""What the stories of telling a report share: the form filled in, sent off, and what is then on file."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from db import reports as report_rows
from db.models import reports as report_table
from tests.house import TestHouse
from tests.phone import Phone

SEEN = "胳膊上青一块紫一块，他说“爸爸用皮带抽我”"


async def fill(
    phone: Phone, *, safe: str = "安全", child: str = "殷小虎", who: str = "", kind: str = "身上有伤",
    involved: str = "没有", seen: str = SEEN,
) -> str:  # fmt: skip
    """As far as what was seen: enough to send. `child` is a button, or words; `who` answers 是谁 where that is asked."""
    await phone.send("/report")
    if "没填完" in phone.text:
        await phone.press("新填一份")
    await phone.press(safe)
    if safe != "安全":
        await phone.press("还没打")
    if phone.has_button(child):
        await phone.press(child)
    else:
        await phone.send(child)
    if who:
        await phone.send(who)
    await phone.press("在学校")
    await phone.press(kind)
    if kind == "没人管":
        await phone.press("跳过")
    await phone.press(involved)
    return await phone.send(seen)


async def send(phone: Phone, **how: str) -> None:
    await fill(phone, **how)
    await phone.press("先交上去")
    await phone.press("确认")


async def all_reports(house: TestHouse) -> list[report_rows.Report]:
    def query(conn: Connection) -> list[report_rows.Report]:
        ids = conn.execute(select(report_table.c.id).order_by(report_table.c.number)).scalars().all()
        return [report for one in ids if (report := report_rows.get(conn, one)) is not None]

    found: list[report_rows.Report] = await house.look(query)
    return found


async def count(house: TestHouse, table: Any) -> int:
    found: int = await house.look(lambda conn: conn.execute(select(func.count()).select_from(table)).scalar_one())
    return found
