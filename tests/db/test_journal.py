"""The journal: appended, sealed into a chain, and every tampering found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, func, insert, select, text, update

from db import journal
from db.crypto import KeyTrouble
from db.migrate import check_keys, downgrade, migrate
from db.models import journal as table
from db.models import meta
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


# --- what somebody does to the table by hand, without the keys ---

FORGED = insert(table).values(id="zz", at=datetime(2026, 11, 18, 3, tzinfo=UTC), action="forged")
MOVED_BACK = "json_set(value, '$[0]', 3, '$[1]', (SELECT lower(hex(hash)) FROM journal WHERE seq = 3))"
BY_HAND = {
    "the newest line taken out": [delete(table).where(table.c.seq == select(func.max(table.c.seq)).scalar_subquery())],
    "all taken out": [delete(table)],
    "all taken out, and where the chain ended": [delete(table), delete(meta).where(meta.c.key == journal.HEAD)],
    "the end moved back": [
        delete(table).where(table.c.seq > 3),
        update(meta).where(meta.c.key == journal.HEAD).values(value=text(MOVED_BACK)),
    ],
    "a line written in": [FORGED],
    "a line written in, and no line tagged": [FORGED, update(table).values(mac=None)],
    "a line written in behind the chain": [FORGED.values(seq=1000, hash=b"h" * 32)],
    "a tag copied": [FORGED.values(mac=select(table.c.mac).where(table.c.seq == 2).scalar_subquery())],
    "a moment that is none": [text("UPDATE journal SET at = 'yesterday' WHERE seq = 2")],
    "a detail that is none": [text("UPDATE journal SET detail = '{' WHERE seq = 2")],
}


@pytest.mark.parametrize("sealer", ["comes by", "does not come by"])
@pytest.mark.parametrize("deed", BY_HAND)
async def test_what_was_done_by_hand_is_found_whether_or_not_the_sealer_comes_by(
    house: TestHouse, deed: str, sealer: str
) -> None:
    await _sealed(house)
    assert (await house.db.read(journal.verify)).broken_at is None

    def work(conn: Connection) -> None:
        for statement in BY_HAND[deed]:
            conn.execute(statement)

    await house.db.run(work)
    if sealer == "comes by":
        await house.db.run(lambda conn: journal.note(conn, house.now, "later"))
        await house.db.run(journal.seal)
    assert (await house.db.read(journal.verify)).broken_at is not None


async def test_a_line_changed_before_the_sealer_came_by_is_found(house: TestHouse) -> None:
    await house.db.run(lambda conn: journal.note(conn, house.now, "told", person="p", ids=("a", "b"), by={1: 2}))
    assert (await house.db.read(journal.verify)).broken_at is None
    await house.db.run(lambda conn: conn.execute(update(table).values(action="nothing")))
    assert (await house.db.read(journal.verify)).broken_at is not None
    await house.db.run(journal.seal)
    assert (await house.db.read(journal.verify)).broken_at is not None


async def test_a_whole_database_put_back_to_an_earlier_day_is_told_by_a_head_written_down(house: TestHouse) -> None:
    await _sealed(house)
    early = (await house.db.read(journal.verify)).head
    await house.db.run(lambda conn: journal.note(conn, house.now, "later"))
    await house.db.run(journal.seal)
    late = (await house.db.read(journal.verify)).head
    assert (await house.db.read(lambda conn: journal.verify(conn, early))).broken_at is None

    def put_back(conn: Connection) -> None:
        conn.execute(delete(table))
        conn.execute(delete(meta).where(meta.c.key == journal.HEAD))
        journal.begin(conn)  # as on that day
        journal.note(conn, house.now, "demo.seeded")

    await house.db.run(put_back)
    await house.db.run(journal.seal)
    assert (await house.db.read(journal.verify)).broken_at is None
    for noted in (early, late):
        assert (await house.db.read(lambda conn, noted=noted: journal.verify(conn, noted))).broken_at is not None


async def test_the_journal_of_an_older_program_stays_whole_and_cannot_be_forged_from_then_on(house: TestHouse) -> None:
    await _sealed(house)

    def older(conn: Connection) -> None:
        downgrade(conn, "0023")
        for name in ("b", "c"):  # two lines that program had not sealed yet, one newer than what comes
            moment = house.now.replace(tzinfo=None) + timedelta(days=name == "c")
            conn.execute(
                text("INSERT INTO journal (id, at, action) VALUES (:id, :at, 'old')"), {"id": name, "at": moment}
            )
        migrate(conn)
        journal.note(conn, house.now, "new")

    await house.db.run(older)
    assert (await house.db.read(journal.verify)).broken_at is None
    await house.db.run(journal.seal)
    assert (await house.db.read(journal.verify)).broken_at is None
    await house.db.run(lambda conn: conn.execute(FORGED))
    assert (await house.db.read(journal.verify)).broken_at is not None
    await house.db.run(journal.seal)
    assert (await house.db.read(journal.verify)).broken_at is not None


async def test_the_chain_does_not_begin_anew_where_the_mark_of_the_keys_was_taken_out(house: TestHouse) -> None:
    """Else who can write to the database would take lines out, and whoever opens it next would bless what is left."""
    await _sealed(house)

    def work(conn: Connection) -> None:
        conn.execute(delete(table).where(table.c.seq > 2))
        conn.execute(delete(meta).where(meta.c.key.in_(("key_check", journal.HEAD))))

    await house.db.run(work)
    with pytest.raises(KeyTrouble):
        await house.db.run(check_keys)
    assert (await house.db.read(journal.verify)).broken_at is not None
