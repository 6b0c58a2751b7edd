"""Numbers and receipts on a database with many writers: the database decides who wins."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Connection

from db import people, reports
from db.migrate import check_keys, migrate
from db.reports import Report
from db.session import Database
from domain import units
from domain.reports.case import Act, Event, Impossible, Part, Seat
from domain.reports.conflict import Conflict
from tests import cast
from tests.house import KEYS, NOON

AT_ONCE = 8


def _fill(conn: Connection) -> None:
    migrate(conn)
    check_keys(conn)
    people.put_units(conn, list(units.load(demo=True)))
    cast.settle_in(conn, NOON)


def _file(conn: Connection) -> Report:
    me = people.me_of(conn, cast.MAGUANG.chat_id)
    assert me is not None
    report = reports.file(
        conn, me.person_id, {"seen": "…", "involved": "none"}, NOON, situation="R4", urgent=True,
        conflict=Conflict.NONE, unit=cast.DEMO_VILLAGE,
    )  # fmt: skip
    reports.seat_unit(conn, report, cast.POLICE, NOON)
    reports.put_event(conn, report, Event(Act.SENT, NOON, to=cast.POLICE))
    return report


@pytest.mark.postgres
@pytest.mark.slow
async def test_reports_filed_at_once_get_numbers_without_a_gap_and_one_receipt_wins(postgres_url: str) -> None:
    async with Database(postgres_url, KEYS) as one, Database(postgres_url, KEYS) as other:
        await one.run(_fill)
        filed = await asyncio.gather(*(db.run(_file) for db in (one, other) * AT_ONCE))
        assert sorted(report.number for report in filed) == [f"BG-2026-{n:04}" for n in range(1, 2 * AT_ONCE + 1)]

        def sign(conn: Connection) -> str:
            try:
                reports.act(conn, filed[0], Seat(Part.RECEIVER, cast.POLICE), Event(Act.RECEIVED, NOON, cast.POLICE))
            except Impossible as impossible:
                return impossible.why
            return "signed"

        said = await asyncio.gather(*(db.run(sign) for db in (one, other) * AT_ONCE))
        assert sorted(said) == ["received_already"] * (2 * AT_ONCE - 1) + ["signed"]
        assert len(await one.read(reports.waiting)) == 2 * AT_ONCE - 1
