"""What the stories of cases share: one that was filed, a step that wants words, a second officer at the police."""

from __future__ import annotations

from sqlalchemy import Connection, update

from db.models import people, posts
from db.reports import Report
from db.rows import add
from db.types import new_id
from tests import cast
from tests.cast import YULAN, Person
from tests.house import TestHouse
from tests.phone import Phone
from tests.stories.report_hours import newest
from tests.stories.report_told import send


async def filed(house: TestHouse, *, by: Person = YULAN, involved: str = "没有", kind: str = "身上有伤") -> Report:
    """A report about a child that is safe: Yulan names her own, others only what they know of it."""
    await send(house.phone(by), child="殷小虎" if by is YULAN else "隔壁家的男孩", kind=kind, involved=involved)
    return await newest(house)


async def step(phone: Phone, button: str, words: str, choice: str | None = None) -> str:
    """A step that wants words: open it, perhaps choose, write, confirm."""
    await phone.press(button)
    if choice:
        await phone.press(choice)
    await phone.send(words)
    return await phone.press("确认")


async def second_officer(house: TestHouse) -> Phone:
    def add_deputy(conn: Connection) -> None:
        person = new_id()
        add(conn, people, id=person, name="任磊", chat_id=888, language="zh_CN", bound_at=house.now, demo=True)
        conn.execute(update(posts).where(posts.c.unit == cast.POLICE).values(deputy=person))

    await house.db.run(add_deputy)
    return Phone(house, 888, "任磊")
