"""Reminder rows: planned once, one digest a morning, settled once, taken back, proved."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from bot.reminders.proof import prove
from db import child_changes, child_due, digests, duties, outbox, reminder_people, reminder_proof, reminders
from db.models import children as children_table
from db.models import outbox as outbox_table
from db.models import people, posts
from db.models import reminders as table
from domain.contacts import Kind
from domain.people import Role
from domain.policy import COUNTY_DEFAULTS
from domain.reminders import Key, State
from tests.cast import CUIFANG, HAORAN, JIANGUO, NUANQUAN, XIAOHU, YULAN
from tests.done import all_done, done, id_of
from tests.house import TestHouse

DAY = date(2026, 11, 18)


async def key(house: TestHouse, day: date = DAY) -> Key:
    return ("contact", f"child:{XIAOHU.id}", await id_of(house, YULAN), day)


async def test_planning_twice_keeps_one_row_as_it_was(house: TestHouse) -> None:
    one = await key(house)
    for late in (False, True):
        await house.db.run(lambda conn, late=late: reminders.plan(conn, [(one, DAY, late)], house.now))
    found = await house.look(lambda conn: conn.execute(select(table)).all())
    assert [(row.late, row.state) for row in found] == [(False, "planned")]


async def test_a_morning_is_claimed_once_and_again_only_after_it_was_taken_back(house: TestHouse) -> None:
    person = await id_of(house, YULAN)

    def claim(conn: Connection, digest: str) -> bool:
        return digests.claim_morning(conn, person, DAY, digest, house.now)

    assert await house.db.run(lambda conn: claim(conn, "first"))
    assert not await house.db.run(lambda conn: claim(conn, "second"))
    assert await house.look(lambda conn: digests.mornings(conn, DAY)) == {person}
    assert await house.look(lambda conn: digests.mornings(conn, DAY + timedelta(days=1))) == set()

    def queue_and_take_back(conn: Connection) -> int:
        outbox.put(
            conn, YULAN.chat_id, "sendMessage", {"text": "x"}, house.now, urgency=outbox.Urgency.REMINDER,
            digest_id="first",
        )  # fmt: skip
        return digests.take_back(conn, house.now, outbox.Urgency.REMINDER, house.now + timedelta(days=1))

    assert await house.db.run(queue_and_take_back) == 1
    assert await house.look(lambda conn: digests.mornings(conn, DAY)) == set()
    assert await house.db.run(lambda conn: claim(conn, "third"))
    states = await house.look(lambda conn: conn.execute(select(outbox_table.c.state)).scalars().all())
    assert states == ["withdrawn"]


async def test_taking_back_reminders_leaves_a_notice_where_it_is(house: TestHouse) -> None:
    def work(conn: Connection) -> int:
        for urgency in (outbox.Urgency.NOTICE, outbox.Urgency.REMINDER):
            outbox.put(conn, 1, "sendMessage", {"text": "x"}, house.now, urgency=urgency, digest_id=str(urgency))
        return digests.take_back(conn, house.now, outbox.Urgency.REMINDER, house.now + timedelta(days=1))

    assert await house.db.run(work) == 1


async def test_a_digest_that_may_have_arrived_is_repeated_in_the_morning_and_not_said_anew(house: TestHouse) -> None:
    tomorrow = house.now + timedelta(days=1)

    def work(conn: Connection) -> list[Any]:
        for chat, trouble in ((1, "TimedOut"), (2, outbox.NO_CONNECTION)):
            outbox.put(
                conn, chat, "sendMessage", {"text": "x"}, house.now, urgency=outbox.Urgency.REMINDER, digest_id=str(chat)
            )
            (row,) = outbox.next_waiting(conn, house.now, {1} if chat == 2 else ())
            outbox.later(conn, row, house.now, trouble)
        for _ in range(2):  # every beat of a quiet hour looks again
            digests.take_back(conn, house.now, outbox.Urgency.REMINDER, tomorrow)
        outbox.put(conn, 1, "sendMessage", {"text": "an answer"}, house.now)
        return [
            conn.execute(select(outbox_table.c.chat_id, outbox_table.c.state).order_by(outbox_table.c.seq)).all(),
            [row.params["text"] for row in outbox.next_waiting(conn, house.now, ())],
            outbox.next_waiting(conn, tomorrow, ())[0].digest_id,
        ]

    states, now, then = await house.db.run(work)
    assert states == [(1, "waiting"), (2, "withdrawn"), (1, "waiting")]
    assert (now, then) == (["an answer"], "1")


async def test_a_row_on_its_way_is_no_longer_open_and_cannot_be_settled_past_the_sender(house: TestHouse) -> None:
    one = await key(house)

    def work(conn: Connection) -> tuple[set[str], set[str], list[Any]]:
        reminders.plan(conn, [(one, DAY, False)], house.now)
        ids = [row.id for row in reminders.open_rows(conn, reminders.readers(conn))]
        won = digests.claim(conn, ids, "digest", ())
        again = digests.claim(conn, ids, "other", ())
        reminders.settle(conn, ids, State.MOOT, house.now)
        return won, again, reminders.open_rows(conn, reminders.readers(conn))

    won, again, left = await house.db.run(work)
    assert len(won) == 1 and again == set() and left == []
    assert [state for _, state in await house.look(lambda conn: list(reminder_proof.rows(conn)))] == [State.HELD]


async def test_only_what_is_moot_comes_back_when_it_is_owed_again(house: TestHouse) -> None:
    one, two = await key(house), await key(house, DAY + timedelta(days=3))

    def work(conn: Connection) -> None:
        reminders.plan(conn, [(one, DAY, False), (two, DAY, False)], house.now)
        first, second = reminders.open_rows(conn, reminders.readers(conn))
        reminders.settle(conn, [first.id], State.MOOT, house.now)
        reminders.settle(conn, [second.id], State.UNREACHABLE, house.now)
        reminders.revive(conn, {one, two})

    await house.db.run(work)
    found = dict(await house.look(lambda conn: list(reminder_proof.rows(conn))))
    assert found == {one: State.PLANNED, two: State.UNREACHABLE}


async def test_somebody_who_left_answers_for_nothing_and_cannot_be_reached(house: TestHouse) -> None:
    gone, supervisor = await id_of(house, YULAN), await id_of(house, JIANGUO)
    await house.db.run(
        lambda conn: conn.execute(update(people).where(people.c.id == gone).values(left_on=date(2026, 11, 1)))
    )
    rota = await house.look(reminder_people.rota)
    assert rota.persons(Role.CHILD_DIRECTOR, NUANQUAN) == (supervisor,)
    found = await house.look(lambda conn: reminder_people.recipients(conn, [gone, supervisor]))
    assert found[gone].chat_id is None and found[supervisor].chat_id == JIANGUO.chat_id


async def test_a_vacant_post_is_named_by_its_id(house: TestHouse) -> None:
    def work(conn: Connection) -> tuple[str | None, str]:
        wanted = conn.execute(select(posts.c.id).where(posts.c.unit == NUANQUAN)).scalar_one()
        return reminder_people.vacant_post(conn, "child_director", NUANQUAN), wanted

    found, wanted = await house.look(work)
    assert found == wanted


async def test_what_is_owed_is_found_by_column_and_counted_from_the_facts(house: TestHouse) -> None:
    await all_done(house, date(2026, 11, 16))
    found = await house.look(lambda conn: duties.until(conn, date(2026, 11, 30), DAY, COUNTY_DEFAULTS))
    assert [(one.duty.code, one.child.file_no, one.due) for one in found if one.child] == [
        ("contact", "GT-106-001-0002", date(2026, 11, 30)),
        ("contact", "GT-106-001-0003", date(2026, 11, 23)),
    ]
    # a column that is wrong for once never makes a reminder of its own
    await house.db.run(
        lambda conn: conn.execute(
            update(children_table).where(children_table.c.id == XIAOHU.id).values(contact_due=date(2026, 11, 1))
        )
    )
    again = await house.look(lambda conn: duties.until(conn, date(2026, 11, 30), DAY, COUNTY_DEFAULTS))
    assert again == found
    assert await house.db.run(lambda conn: child_due.recompute(conn, COUNTY_DEFAULTS)) == 1


async def test_as_of_a_day_later_facts_are_not_known(house: TestHouse) -> None:
    await all_done(house, date(2026, 11, 16))
    before = await house.look(lambda conn: duties.as_of(conn, DAY, COUNTY_DEFAULTS))
    await done(house, HAORAN, date(2026, 11, 20), Kind.HOME_VISIT)
    after = await house.look(lambda conn: duties.as_of(conn, DAY, COUNTY_DEFAULTS))
    assert after == before
    assert len(before) == 15  # each child's next contact, visit and supervisor's contact
    later = await house.look(lambda conn: duties.as_of(conn, date(2026, 11, 20), COUNTY_DEFAULTS))
    assert later != before
    assert await house.look(lambda conn: duties.as_of(conn, date(2025, 3, 9), COUNTY_DEFAULTS)) == []


async def test_the_proof_sees_that_the_heartbeat_has_stopped(house: TestHouse) -> None:
    await all_done(house, date(2026, 11, 16))
    never = await house.look(lambda conn: prove(conn, house.now))
    assert never.surveyed_at is None and never.books.balanced
    await house.scheduler.once()
    house.pass_time(days=1)
    assert (await house.look(lambda conn: prove(conn, house.now))).books.balanced
    house.pass_time(days=2)  # on Friday the red child's contact was to be brought up
    proof = await house.look(lambda conn: prove(conn, house.now))
    assert not proof.books.balanced
    assert [missed[:2] for missed in proof.books.missed] == [("contact", f"child:{HAORAN.id}")]
    await house.scheduler.once()
    assert (await house.look(lambda conn: prove(conn, house.now))).books.balanced


async def test_a_lost_row_is_missed(house: TestHouse) -> None:
    house.pass_time(hours=1)
    await house.scheduler.once()
    await house.settle()
    house.pass_time(hours=2)
    lost = select(func.min(table.c.id)).where(table.c.subject == f"child:{HAORAN.id}").scalar_subquery()
    await house.db.run(lambda conn: conn.execute(table.delete().where(table.c.id == lost)))
    proof = await house.look(lambda conn: prove(conn, house.now))
    assert len(proof.books.missed) == 1 and not proof.books.balanced


async def test_a_fact_entered_after_the_survey_is_not_yet_missed(house: TestHouse) -> None:
    await all_done(house, date(2026, 11, 16))
    await house.scheduler.once()
    house.pass_time(hours=3)
    await house.db.run(
        lambda conn: child_changes.change_child(
            conn, XIAOHU, house.now, COUNTY_DEFAULTS, by=None, source="test", changed={"tier": ["green", "green"]}
        )
    )
    person = await id_of(house, CUIFANG)
    touched = await house.look(lambda conn: reminder_proof.touched_since(conn, house.now))
    assert f"child:{XIAOHU.id}" in touched and f"person:{person}" not in touched
