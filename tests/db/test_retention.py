"""What goes when its time is over, class by class, and what never goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Table, func, select

from db import contacts, drafts, inbox, journal, outbox, people, reports, retention
from db.models import attachments, imports, invites, metadata
from db.models import inbox as inbox_table
from db.models import journal as journal_table
from db.models import outbox as outbox_table
from db.rows import add, opened
from db.types import new_id
from domain.contacts import Contact, Kind
from domain.forms import Draft
from domain.people import Role
from domain.reports.case import Act, Event
from domain.reports.conflict import Conflict
from tests.cast import NUANQUAN, XIAOHU, YULAN
from tests.house import TestHouse


async def keep(house: TestHouse, table: Table, days_ago: float, column: str, **values: Any) -> str:
    """One row of a class, so many days old."""
    row_id = new_id()
    moment = house.now - timedelta(days=days_ago)
    await house.db.run(lambda conn: add(conn, table, id=row_id, **{column: moment}, **values))
    return row_id


async def received(house: TestHouse, days_ago: float, state: str = "done") -> str:
    update_id = (
        await house.look(lambda conn: conn.execute(select(func.count()).select_from(inbox_table)).scalar_one()) + 1000
    )
    return await keep(
        house, inbox_table, days_ago, "done_at", bot_id=1, update_id=update_id, chat_id=YULAN.chat_id, received_at=house.now,
        state=state, tries=0, body={"message": {"text": "去了小虎家"}},
    )  # fmt: skip


async def said(house: TestHouse, days_ago: float, state: str = "sent", **more: Any) -> str:
    seq = (
        await house.look(lambda conn: conn.execute(select(func.count()).select_from(outbox_table)).scalar_one()) + 1000
    )
    sent_at = house.now - timedelta(days=days_ago) if state in ("sent", "refused") else None
    return await keep(
        house, outbox_table, days_ago, "created_at", seq=seq, chat_id=YULAN.chat_id, urgency=1, method="sendMessage",
        params={"text": "殷小虎"}, state=state, tries=0, sent_at=sent_at, **more,
    )  # fmt: skip


async def read(house: TestHouse, table: Table, row_id: str) -> dict[str, Any] | None:
    def work(conn: Connection) -> dict[str, Any] | None:
        row = conn.execute(select(table).where(table.c.id == row_id)).first()
        return opened(conn, table, row) if row else None

    found: dict[str, Any] | None = await house.look(work)
    return found


async def sweep(house: TestHouse) -> dict[str, int]:
    counts: dict[str, int] = await house.db.run(lambda conn: retention.sweep(conn, house.now))
    assert set((await house.look(lambda conn: retention.overdue(conn, house.now))).values()) == {0}
    return counts


# --- each class ---


async def test_the_body_of_a_worked_message_goes_after_thirty_days_and_its_row_stays(house: TestHouse) -> None:
    old, young = await received(house, 31), await received(house, 29)
    assert (await sweep(house))["inbox_bodies"] == 1
    gone, kept = await read(house, inbox_table, old), await read(house, inbox_table, young)
    assert gone is not None and gone["body"] is None and gone["state"] == "done"
    assert kept is not None and kept["body"]["message"]["text"] == "去了小虎家"


async def test_a_message_delivered_again_after_its_body_is_gone_is_still_not_worked_twice(house: TestHouse) -> None:
    old = await received(house, 31)
    row = await read(house, inbox_table, old)
    assert row is not None
    await sweep(house)
    again = {"update_id": row["update_id"], "message": {"message_id": 1, "chat": {"id": YULAN.chat_id}}}
    assert await house.db.run(lambda conn: inbox.put(conn, 1, [again], house.now)) == 0


@pytest.mark.parametrize("state", ["waiting", "aside"])
async def test_a_message_nobody_has_worked_yet_keeps_its_body(house: TestHouse, state: str) -> None:
    row_id = await received(house, 400, state)
    await sweep(house)
    row = await read(house, inbox_table, row_id)
    assert row is not None and row["body"] is not None


@pytest.mark.parametrize("state", ["sent", "refused", "withdrawn"])
async def test_what_was_said_goes_after_thirty_days(house: TestHouse, state: str) -> None:
    old = await said(house, 31, state, file=b"a chart", file_name="小虎.png")
    young = await said(house, 29, state)
    assert (await sweep(house))["outbox_words"] == 1
    gone, kept = await read(house, outbox_table, old), await read(house, outbox_table, young)
    assert gone is not None and (gone["params"], gone["file"], gone["file_name"]) == (None, None, None)
    assert gone["state"] == state
    assert kept is not None and kept["params"] == {"text": "殷小虎"}


async def test_what_is_still_to_be_said_waits_however_long(house: TestHouse) -> None:
    row_id = await said(house, 400, "waiting")
    await sweep(house)
    row = await read(house, outbox_table, row_id)
    assert row is not None and row["params"] and row["state"] == "waiting"


async def test_what_could_not_be_said_for_a_month_is_not_said_emptied_when_they_come_back(house: TestHouse) -> None:
    await house.db.run(lambda conn: outbox.unreachable(conn, YULAN.chat_id, "blocked", house.now))
    old, young = await said(house, 31, "unreachable"), await said(house, 29, "unreachable")
    await sweep(house)
    await house.db.run(lambda conn: outbox.reachable(conn, YULAN.chat_id))
    gone, kept = await read(house, outbox_table, old), await read(house, outbox_table, young)
    assert gone is not None and gone["params"] is None and gone["state"] == "expired"
    assert kept is not None and kept["params"] and kept["state"] == "waiting"


async def test_the_rows_of_a_preview_nobody_confirmed_go_after_a_week(house: TestHouse) -> None:
    common = {"digest": b"d" * 32, "counts": {"new": 1}, "rows": [{"name": "殷小虎"}]}
    old = await keep(house, imports, 8, "at", **common)
    young = await keep(house, imports, 6, "at", **common)
    applied = await keep(house, imports, 8, "at", applied_at=house.now, **common)
    assert (await sweep(house))["import_rows"] == 1
    left = [(await read(house, imports, one) or {})["rows"] for one in (old, young, applied)]
    assert left[0] is None and left[1] and left[2]


async def test_a_picture_that_belongs_nowhere_goes_after_a_week(house: TestHouse) -> None:
    common = {"chat_id": YULAN.chat_id, "kind": "photo", "content": b"p"}
    old = await keep(house, attachments, 8, "received_at", **common)
    young = await keep(house, attachments, 6, "received_at", **common)
    owned = await keep(house, attachments, 900, "received_at", subject="report:1", **common)
    assert (await sweep(house))["orphan_attachments"] == 1
    assert [await read(house, attachments, one) is None for one in (old, young, owned)] == [True, False, False]


async def test_the_papers_of_an_unfinished_report_wait_as_long_as_its_draft(house: TestHouse) -> None:
    paper = await keep(house, attachments, 90, "received_at", chat_id=YULAN.chat_id, kind="photo", content=b"p")
    draft = Draft("report", {"paper": [paper]})
    kept = await house.db.run(
        lambda conn: drafts.start(conn, YULAN.chat_id, None, draft, house.now - timedelta(days=90))
    )
    await sweep(house)
    assert await read(house, attachments, paper) is not None
    assert (await house.look(lambda conn: drafts.get(conn, kept.id))).draft.answers == {"paper": [paper]}
    await house.db.run(lambda conn: drafts.take_away(conn, kept.id))
    await sweep(house)
    assert await read(house, attachments, paper) is None


async def test_a_used_or_dead_link_goes_a_month_later(house: TestHouse) -> None:
    post = await house.look(lambda conn: people.posts_at(conn, Role.CHILD_DIRECTOR, NUANQUAN)[0].id)
    common = {"post_id": post, "as_deputy": False, "name": "某某"}

    async def link(expired: int, used: int | None) -> str:
        used_at = house.now - timedelta(days=used) if used is not None else None
        expires = house.now - timedelta(days=expired)
        return await keep(
            house,
            invites,
            expired + 3,
            "made_at",
            code=new_id().encode()[-20:],
            expires_at=expires,
            used_at=used_at,
            **common,
        )

    rows = [await link(31, None), await link(29, None), await link(-5, None), await link(32, 31), await link(31, 29)]
    assert (await sweep(house))["invites"] == 2
    assert [await read(house, invites, one) is None for one in rows] == [True, False, False, True, False]


# --- what never goes ---


def records(conn: Connection, house: TestHouse) -> None:
    """A contact, a report with its story, a draft and a feedback, all ten years old."""
    then = house.now - timedelta(days=3650)
    contact = Contact(new_id(), XIAOHU.id, then.date(), Kind.HOME_VISIT, True, True)
    contacts.put(conn, contact, {"note": "好"}, then, batch=new_id())
    me = people.me_of(conn, YULAN.chat_id)
    assert me is not None
    made = reports.file(
        conn, me.person_id, {"told": "x"}, then, situation="R1", urgent=True, conflict=Conflict.NONE, child_id=XIAOHU.id
    )
    reports.put_event(conn, made, Event(Act.FILED, then, person=me.person_id, note="n"))
    reports.seat_unit(conn, made, "620724.police", then)
    drafts.start(conn, YULAN.chat_id, me.person_id, Draft("report", {"told": "半句"}), then)
    add(conn, metadata.tables["feedback"], id=new_id(), at=then, text="字太小")
    journal.note(conn, then, "tested")


def untouched(conn: Connection) -> dict[str, list[Any]]:
    swept = {kept.table.name for kept in retention.CLASSES} | {"meta", "journal", "leases"}
    return {
        table.name: [tuple(row) for row in conn.execute(select(table).order_by(*table.primary_key))]
        for table in metadata.sorted_tables
        if table.name not in swept
    }


async def test_files_contacts_reports_drafts_and_feedback_are_never_touched(house: TestHouse) -> None:
    await house.db.run(lambda conn: records(conn, house))
    before = await house.look(untouched)
    assert (
        before["reports"] and before["contacts"] and before["drafts"] and before["feedback"] and before["report_desks"]
    )
    house.pass_time(days=4000)
    await sweep(house)
    assert await house.look(untouched) == before


async def test_the_journal_is_only_added_to_and_stays_whole(house: TestHouse) -> None:
    await house.db.run(lambda conn: records(conn, house))
    await house.db.run(journal.seal)
    await received(house, 31)
    before = await house.look(lambda conn: conn.execute(select(journal_table)).all())
    await sweep(house)
    after = await house.look(lambda conn: conn.execute(select(journal_table)).all())
    assert [row for row in before if row not in after] == []
    (line,) = [row for row in after if row not in before]
    assert line.action == "retention.swept" and line.detail["inbox_bodies"] == 1
    await house.db.run(journal.seal)
    assert (await house.look(journal.verify)).broken_at is None


def test_every_table_is_either_swept_or_said_to_stay() -> None:
    spoken_of = {name for names in retention.STAYS for name in names.split(", ")}
    spoken_of |= {kept.table.name for kept in retention.CLASSES}
    without_content = {"meta", "leases", "chats", "people"}  # people: while they hold or held a post
    assert set(metadata.tables) - spoken_of == without_content
    assert all(kept.source for kept in retention.CLASSES) and all(retention.STAYS.values())


# --- when ---


async def test_the_sweep_is_made_once_a_night(house: TestHouse) -> None:
    night: Callable[[], Any] = lambda: house.db.run(lambda conn: retention.nightly(conn, house.now))  # noqa: E731
    await received(house, 31)
    house.pass_time(hours=-10)  # half past midnight: too early
    assert await night() is None
    house.pass_time(hours=2)
    assert (await night())["inbox_bodies"] == 1
    house.pass_time(hours=5)
    assert await night() is None
    house.pass_time(hours=24)
    assert await night() is not None


async def test_after_a_night_switched_off_it_is_made_up_for_in_the_morning(house: TestHouse) -> None:
    await received(house, 31)
    assert await house.db.run(lambda conn: retention.nightly(conn, house.now)) is not None
