"""A statement built once does just what the same statement does through Core, on both databases' terms."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, bindparam, create_engine, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from db.crypto import new_keyring
from db.models import inbox, journal, metadata, posts, units
from db.prepared import Prepared, Savepoint, is_gone, raw_of
from db.rows import add, add_each, change, opened

NOON = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
BODY = {"update_id": 7, "message": {"text": "殷小虎"}}
ONE = Prepared(select(inbox).where(inbox.c.id == bindparam("row")))
NOTE = Prepared(insert(journal).values(id=bindparam("id"), at=bindparam("at"), action="x", detail=bindparam("detail")))


@pytest.fixture
def conn() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as conn, conn.begin():
        conn.info["keys"] = new_keyring()
        yield conn


def received(row_id: str, update_id: int) -> dict[str, object]:
    return {
        "id": row_id, "bot_id": 1, "update_id": update_id, "chat_id": 5, "received_at": NOON, "state": "waiting", "body": BODY,
    }  # fmt: skip


def test_a_row_reads_the_same_as_through_core(conn: Connection) -> None:
    add(conn, inbox, **received("a", 7))
    prepared, core = ONE.first(conn, row="a"), conn.execute(select(inbox).where(inbox.c.id == "a")).one()
    assert prepared is not None and prepared._asdict() == dict(core._mapping)
    assert opened(conn, inbox, prepared)["body"] == opened(conn, inbox, core)["body"] == BODY


def test_what_a_column_falls_back_on_is_written_too(conn: Connection) -> None:
    add(conn, inbox, **received("a", 7))
    assert conn.execute(select(inbox.c.tries)).scalar_one() == 0


def test_no_row_is_none_and_no_rows_is_an_empty_list(conn: Connection) -> None:
    assert ONE.first(conn, row="nobody") is None and ONE.scalar(conn, row="nobody") is None
    assert list(ONE.all(conn, row="nobody")) == []


def test_a_moment_without_its_zone_is_refused_and_one_of_another_zone_is_kept_as_utc(conn: Connection) -> None:
    with pytest.raises(TypeError):
        NOTE.run(conn, id="a", at=datetime(2026, 11, 18), detail=None)  # noqa: DTZ001
    NOTE.run(conn, id="a", at=NOON.astimezone(ZoneInfo("Asia/Shanghai")), detail={"n": 1})
    assert conn.execute(select(journal.c.at, journal.c.detail)).one() == (NOON, {"n": 1})


def test_plain_words_cannot_be_written_into_a_secret_column_by_mistake(conn: Connection) -> None:
    statement = Prepared(update(inbox).values(body=bindparam("body")))
    with pytest.raises(TypeError):
        statement.run(conn, body="殷小虎")


def test_a_broken_rule_is_the_error_core_would_raise_and_says_no_value(conn: Connection) -> None:
    add(conn, inbox, **received("a", 7))
    with pytest.raises(IntegrityError) as caught:
        add_each(conn, inbox, [received("b", 7)])
    assert "殷小虎" not in str(caught.value)


def test_change_says_whether_there_was_a_row(conn: Connection) -> None:
    add(conn, inbox, **received("a", 7))
    assert change(conn, inbox, "a", state="done", done_at=NOON, body={"seen": True})
    assert not change(conn, inbox, "b", state="done")
    row = ONE.first(conn, row="a")
    assert row is not None and opened(conn, inbox, row)["body"] == {"seen": True} and row.done_at == NOON


def test_sql_as_a_value_still_works(conn: Connection) -> None:
    add(conn, units, code="1", kind="county", name="县", position=1)
    add(conn, posts, id="p", role="county", unit=select(units.c.code).scalar_subquery(), since=date(2026, 1, 1))
    assert change(conn, posts, "p", role=posts.c.role + "x")
    assert conn.execute(select(posts.c.unit, posts.c.role, posts.c.since)).one() == ("1", "countyx", date(2026, 1, 1))


def test_what_is_done_behind_a_savepoint_goes_with_it_and_nothing_else(conn: Connection) -> None:
    add(conn, inbox, **received("a", 7))
    with pytest.raises(ZeroDivisionError), Savepoint(conn):  # noqa: PT012
        add(conn, inbox, **received("b", 8))
        with Savepoint(conn):
            add(conn, inbox, **received("c", 9))
        raise ZeroDivisionError
    with Savepoint(conn):
        add(conn, inbox, **received("d", 10))
    assert conn.execute(select(inbox.c.id).order_by(inbox.c.id)).scalars().all() == ["a", "d"]


def test_a_transaction_sqlite_took_back_by_itself_is_noticed(conn: Connection) -> None:
    add(conn, inbox, **received("a", 7))
    raw = raw_of(conn)
    assert raw is not None and not is_gone(conn)
    with pytest.raises(OperationalError), Savepoint(conn):  # noqa: PT012
        raw.execute("ROLLBACK")  # as a full disk does
        raise OperationalError("", None, sqlite3.OperationalError("database or disk is full"))
    assert is_gone(conn)


def test_outside_a_transaction_core_begins_one_as_ever() -> None:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as conn:
        assert raw_of(conn) is None
        assert ONE.first(conn, row="a") is None
        assert conn.in_transaction()
