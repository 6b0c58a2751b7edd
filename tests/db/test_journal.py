"""The journal: appended, sealed into a chain, and every tampering found."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, delete, update

from db import journal
from db.models import journal as table
from tests.cast import YULAN
from tests.house import TestHouse


async def _sealed(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访 小虎")
    for tap in ("电话", "孩子本人", "确认"):
        await phone.press(tap)
    for number in range(5):
        await house.db.run(lambda conn, number=number: journal.note(conn, house.now, "test", number=number))
    await house.db.run(journal.seal)


async def test_what_was_done_is_in_the_chain_and_the_chain_holds(house: TestHouse) -> None:
    await _sealed(house)
    verdict = await house.db.read(journal.verify)
    assert (verdict.broken_at, verdict.unsealed) == (None, 0)
    assert verdict.links >= 6


@pytest.mark.parametrize(
    "tamper",
    [
        update(table).where(table.c.seq == 2).values(action="nothing"),
        update(table).where(table.c.seq == 3).values(person_id=None, subject="child:other"),
        delete(table).where(table.c.seq == 2),
    ],
)
async def test_a_changed_or_removed_line_breaks_the_chain(house: TestHouse, tamper: Any) -> None:
    await _sealed(house)

    def work(conn: Connection) -> None:
        conn.execute(tamper)

    await house.db.run(work)
    verdict = await house.db.read(journal.verify)
    assert verdict.broken_at is not None


async def test_the_journal_holds_no_name_and_no_word(house: TestHouse) -> None:
    await _sealed(house)
    rows = await house.look(lambda conn: [str(dict(row._mapping)) for row in conn.execute(table.select())])
    assert rows and not any("小虎" in row or "玉兰" in row for row in rows)
