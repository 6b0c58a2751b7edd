"""Several workers on one PostgreSQL: every message once, each chat in its order, and the county's stories hold there too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, text

from bot.worker import Worker
from db import child_due, children, contacts, leases
from db.models import inbox, outbox
from db.types import new_id
from domain.contacts import Contact, Kind
from domain.policy import COUNTY_DEFAULTS
from tests.cast import HEIQUAN, NUANQUAN, PEOPLE, XIAOHU, YULAN
from tests.house import KEYS, TestHouse, fill

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture
async def county(postgres_url: str, tmp_path: Path) -> AsyncIterator[TestHouse]:
    await fill(postgres_url)
    house = await TestHouse(tmp_path / "unused", KEYS, postgres_url).open()
    yield house
    await house.close()


async def test_a_visit_is_logged_and_corrected_on_postgresql(county: TestHouse) -> None:
    phone = county.phone(YULAN)
    await phone.send("走访 小虎")
    for tap in ("电话", "孩子本人", "确认", "记错了，撤销", "是，撤销"):
        await phone.press(tap)
    assert "已撤销" in phone.text
    assert await county.look(lambda conn: contacts.latest(conn, XIAOHU.id)) == []
    assert await county.look(lambda conn: len(children.in_units(conn, {NUANQUAN, HEIQUAN}))) == 3


async def test_two_contacts_of_a_child_written_at_once_are_both_counted(county: TestHouse) -> None:
    """One worker takes the month's only visit back while another keeps a new one of the same month."""
    day = county.today
    old, new = (Contact(new_id(), XIAOHU.id, day, Kind.HOME_VISIT, True, True) for _ in "ab")

    def put(conn: Connection, one: Contact) -> None:
        contacts.put(conn, one, {}, county.now, batch=new_id())
        child_due.refresh_due(conn, [one.child_id], COUNTY_DEFAULTS)

    await county.db.run(lambda conn: put(conn, old))
    taken_back, kept = asyncio.Event(), asyncio.Event()

    def take_back(conn: Connection) -> None:
        contacts.withdraw(conn, old.id)
        child_due.refresh_due(conn, [old.child_id], COUNTY_DEFAULTS)
        taken_back.set()
        waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        while not kept.is_set() and not conn.execute(text(waits)).scalar():
            conn.execute(text("SELECT pg_stat_clear_snapshot()"))

    async def keep() -> None:
        await taken_back.wait()
        await county.db.run(lambda conn: put(conn, new))
        kept.set()

    await asyncio.gather(county.db.run(take_back), keep())
    assert [one.id for one in await county.look(lambda conn: contacts.of_children(conn, [XIAOHU.id])[XIAOHU.id])] == [new.id]
    assert await county.db.run(lambda conn: child_due.recompute(conn, COUNTY_DEFAULTS)) == 0


async def test_four_workers_share_the_queue_and_keep_every_chats_order(county: TestHouse) -> None:
    phones = [county.phone(person) for person in PEOPLE]
    for number in range(12):
        for phone in phones:
            update = {"message": phone._message(number + 1, text=f"第{number}句话")}
            await county.receive(update, work=False)
    workers = [
        Worker(county.db, county.bot, county.worker.router, county.worker.house, now=lambda: county.now, batch=3)
        for _ in range(4)
    ]

    async def work(worker: Worker) -> None:
        while True:
            if not await worker.once():
                left = await county.look(
                    lambda conn: conn.execute(select(func.count()).where(inbox.c.state == "waiting")).scalar_one()
                )
                if not left:
                    return

    await asyncio.gather(*(work(worker) for worker in workers))
    said = await county.look(lambda conn: conn.execute(select(outbox.c.chat_id, outbox.c.seq, outbox.c.id)).all())
    assert len(said) == 12 * len(phones)
    for phone in phones:
        done = await county.look(
            lambda conn, phone=phone: conn.execute(
                select(inbox.c.update_id).where(inbox.c.chat_id == phone.chat_id).order_by(inbox.c.id)
            ).scalars().all()
        )  # fmt: skip
        assert done == sorted(done) and len(done) == 12


async def test_a_lease_has_one_holder_until_it_runs_out(county: TestHouse) -> None:
    minute = timedelta(minutes=1)
    results = await asyncio.gather(
        *(county.db.run(lambda conn, who=who: leases.take(conn, "sender", who, county.now, minute)) for who in "abcd")
    )
    assert sum(results) == 1
    later = county.now + 2 * minute
    assert await county.db.run(lambda conn: leases.take(conn, "sender", "z", later, minute))
