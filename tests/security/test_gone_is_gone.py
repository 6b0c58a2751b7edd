"""What retention deletes is in none of the database's files any more, sealed or not."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing, suppress

import pytest

from bot.app import App
from db import retention
from tests.cast import YULAN
from tests.house import TestHouse
from tests.kept import stored

pytestmark = pytest.mark.slow


def _sealed_words(house: TestHouse) -> list[bytes]:
    with closing(sqlite3.connect(house.path)) as conn:
        found = conn.execute(
            "SELECT body FROM inbox WHERE body IS NOT NULL UNION SELECT params FROM outbox WHERE params IS NOT NULL"
        )
        return [row[0][6:] for row in found]


async def test_what_a_sweep_took_lies_in_no_file_of_the_database(
    house: TestHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = house.phone(YULAN)
    for number in range(12):
        await phone.send(f"工作日志 殷小虎 {number}")
    old = _sealed_words(house)
    assert len(old) > 20 and all(one in stored(house) for one in old)
    house.pass_time(days=32)
    await phone.send("今天")  # the program goes on
    app = App(house.db, house.bot, house.worker.house, house.intake, house.worker, house.sender, house.scheduler)

    async def enough(*rest: object) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr("bot.app.likeness_night.nightly", enough)  # what comes after the sweep: once round is enough
    with suppress(asyncio.CancelledError):
        await app._tidy()
    assert sum((await house.look(lambda conn: retention.overdue(conn, house.now))).values()) == 0
    remains = stored(house)
    assert [one for one in old if one in remains] == []


async def test_a_long_reader_keeps_the_log_and_it_is_asked_again(house: TestHouse) -> None:
    await house.phone(YULAN).send("工作日志 殷小虎")
    reader = sqlite3.connect(house.path)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM inbox").fetchone()
    await house.phone(YULAN).send("工作日志 别的")
    assert await asyncio.to_thread(retention.fold, str(house.path), wait=0.1) is False
    reader.close()
    assert await asyncio.to_thread(retention.fold, str(house.path)) is True
