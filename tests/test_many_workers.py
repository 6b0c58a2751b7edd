"""Several workers on one PostgreSQL: every message once, each chat in its order, and the county's stories hold there too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, text

from bot.worker import Worker
from db import child_due, children, contacts, leases, tiers
from db.models import inbox, outbox
from db.types import new_id
from domain.children import Tier
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


async def at_once(county: TestHouse, first: Callable[[Connection], None], second: Callable[[Connection], None]) -> None:
    """The second is worked while the first is not committed yet, as far as the database lets it."""
    worked, through = asyncio.Event(), asyncio.Event()
    waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

    def begin(conn: Connection) -> None:
        first(conn)
        worked.set()
        while not through.is_set() and not conn.execute(text(waits)).scalar():
            conn.execute(text("SELECT pg_stat_clear_snapshot()"))

    async def follow() -> None:
        await worked.wait()
        await county.db.run(second)
        through.set()

    await asyncio.gather(county.db.run(begin), follow())


def keep(county: TestHouse, one: Contact, conn: Connection) -> None:
    contacts.put(conn, one, {}, county.now, batch=new_id())
    child_due.refresh_due(conn, [one.child_id], COUNTY_DEFAULTS)


def visit(county: TestHouse) -> Contact:
    return Contact(new_id(), XIAOHU.id, county.today, Kind.HOME_VISIT, True, True)


async def test_two_contacts_of_a_child_written_at_once_are_both_counted(county: TestHouse) -> None:
    """One worker takes the month's only visit back while another keeps a new one of the same month."""
    old, new = visit(county), visit(county)
    await county.db.run(partial(keep, county, old))

    def take_back(conn: Connection) -> None:
        contacts.withdraw(conn, old.id)
        child_due.refresh_due(conn, [old.child_id], COUNTY_DEFAULTS)

    await at_once(county, take_back, partial(keep, county, new))
    assert [one.id for one in await county.look(lambda conn: contacts.of_children(conn, [XIAOHU.id])[XIAOHU.id])] == [new.id]
    assert await county.db.run(lambda conn: child_due.recompute(conn, COUNTY_DEFAULTS)) == 0


async def test_a_file_changed_while_its_child_is_visited_knows_of_the_visit(county: TestHouse) -> None:
    def change(conn: Connection) -> None:
        child = children.by_ids(conn, [XIAOHU.id])[XIAOHU.id].child
        tiers.set_tier(conn, child, Tier.YELLOW, (), county.now, county.today, by=None)

    await at_once(county, partial(keep, county, visit(county)), change)
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
