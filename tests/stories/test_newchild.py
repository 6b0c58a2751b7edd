"""新孩子: a file that may be this child's already is shown before a second one is made, with both ways on."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from db import children, roster_notes
from db.models import imports
from db.rows import add
from db.types import new_id
from tests.cast import HAORAN, NUANQUAN, XIAOHU, YULAN
from tests.house import TestHouse
from tests.phone import Phone

pytestmark = pytest.mark.slow


async def told(house: TestHouse) -> Phone:
    """The same child again, without the ID number and one character off."""
    phone = house.phone(YULAN)
    await phone.send("新孩子")
    await phone.press("跳过")
    await phone.send("蒋皓然")
    await phone.send("2013年9月30日")
    for word in ("男", "留守", "选好了", "祖父母"):
        await phone.press(word)
    await phone.send("蒋万福")
    await phone.press("确认")
    assert HAORAN.name in phone.text and HAORAN.file_no in phone.text and "名字读音一样" in phone.text
    return phone


async def count(house: TestHouse) -> int:
    return len(await house.look(lambda conn: children.in_units(conn, [NUANQUAN])))


async def test_the_same_child_is_opened_and_no_second_file_is_made(house: TestHouse) -> None:
    phone = await told(house)
    await phone.press("是同一个")
    assert "没有再建" in phone.text and await count(house) == 3
    await phone.press("打开")
    assert HAORAN.file_no in phone.text


async def test_another_child_gets_a_file_of_its_own(house: TestHouse) -> None:
    phone = await told(house)
    await phone.press("另外建档")
    assert "蒋皓然" in phone.text and "GT-106-001-0004" in phone.text and await count(house) == 4


async def test_what_a_roster_said_besides_stands_on_the_file(house: TestHouse) -> None:
    def imported(conn: Connection) -> None:
        made = new_id()
        add(conn, imports, id=made, digest=b"0" * 32, at=house.now, counts={})
        roster_notes.put_notes(conn, made, {XIAOHU.id: {"致困原因": "父亲腰伤"}}, house.now)

    await house.db.run(imported)
    phone = house.phone(YULAN)
    await phone.send(f"儿童 {XIAOHU.file_no}")
    await phone.press("档案")
    assert "致困原因" in phone.text and "父亲腰伤" in phone.text
