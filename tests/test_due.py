"""`./run due`, `recompute` and `reconcile`: data on stdout, people's text on stderr, 0 or 1."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
import pytest
from sqlalchemy import Connection, select, update

from bot.__main__ import main
from bot.commands._open import keyring, open_database
from bot.commands.due import moment_of
from bot.reminders.tick import beat
from bot.settings import load
from db import people, reports
from db.migrate import put_meta
from db.models import children as children_table
from db.models import people as people_table
from db.models import posts, reminders
from domain import units
from domain.contacts import Kind
from domain.duties import DUTIES
from domain.people import Role
from domain.reports.case import Act, Event
from domain.reports.conflict import Conflict
from domain.unit_duties import UNIT_DUTIES
from tests import cast
from tests.done import write

NOON = datetime(2026, 11, 18, 4, 0, tzinfo=UTC)
Run = Callable[[Callable[[Connection], Any]], Any]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A data directory with the cast in it, as the commands find it; and a way to change what is in it."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ENV_FILE", os.devnull)

    def once(work: Callable[[Connection], Any]) -> Any:
        async def go() -> Any:
            settings = load()
            keyring(settings, make=not settings.key_file.exists())
            db = await open_database(settings, make=True)
            try:
                return await db.run(work)
            finally:
                await db.close()

        return asyncio.run(go())

    def fill(conn: Connection) -> None:
        put_meta(conn, "kind", "demo")
        people.put_units(conn, list(units.load(demo=True)))
        cast.settle_in(conn, NOON)
        for child in cast.CHILDREN:
            write(conn, child, date(2026, 11, 10), Kind.HOME_VISIT, NOON)
            write(conn, child, date(2026, 11, 12), Kind.PHONE, NOON)

    once(fill)
    return once


def due(capsys: pytest.CaptureFixture[str], *options: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert main(arguments=["due", "--json", *options]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def of(lines: list[dict[str, Any]], child: Any, duty: str) -> dict[str, Any]:
    return next(line for line in lines if line["child"] == child.file_no and line["duty"] == duty)


def holder(conn: Connection, unit: str) -> str:
    return str(conn.execute(select(posts.c.holder).where(posts.c.unit == unit)).scalar_one())


def test_each_child_has_its_next_contact_visit_and_supervisors_contact(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = due(capsys, "--at", "2026-11-18")
    assert sum(line["child"] is not None for line in lines) == 3 * len(cast.CHILDREN)
    assert set(lines[0]) == {"child", "duty", "due", "person", "tier", "why"}
    contact = of(lines, cast.HAORAN, "contact")
    assert (contact["due"], contact["tier"]) == ("2026-11-19", "red")
    assert contact["person"] == run(lambda conn: holder(conn, cast.NUANQUAN))
    assert "上次联系11月12日" in contact["why"] and "任务9" in contact["why"]
    assert of(lines, cast.XIAOHU, "contact")["due"] == "2026-12-31"
    assert of(lines, cast.XIAOHU, "visit")["due"] == "2027-02-10"
    assert of(lines, cast.XIAOHU, "supervisor_contact")["person"] == run(lambda conn: holder(conn, cast.XINBA))
    assert {line["duty"] for line in lines} <= {*DUTIES, *UNIT_DUTIES}
    sweeps = [line for line in lines if line["duty"] == "sweep"]
    assert len(sweeps) == 10  # nine towns and the demo town
    assert {(line["child"], line["tier"], line["due"]) for line in sweeps} == {(None, None, "2026-12-31")}


def test_at_an_earlier_day_later_facts_do_not_count(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    lines = due(capsys, "--at", "2026-11-11")
    assert of(lines, cast.HAORAN, "contact")["due"] == "2026-11-17"  # the visit of the 10th, not the call of the 12th
    lines = due(capsys, "--at", "2026-11-09T08:00")
    assert of(lines, cast.HAORAN, "first_visit")["due"] == "2025-03-17"
    assert due(capsys, "--at", "2025-03-09") == []


def test_a_file_closed_later_was_open_then(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run(
        lambda conn: conn.execute(
            update(children_table).where(children_table.c.id == cast.XIAOHU.id).values(closed_on=date(2026, 11, 15))
        )
    )
    children_then = {line["child"] for line in due(capsys, "--at", "2026-11-14")}
    children_now = {line["child"] for line in due(capsys, "--at", "2026-11-18")}
    assert children_then - children_now == {cast.XIAOHU.file_no}


def test_a_report_waits_for_its_receipt_until_it_is_signed_for(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    signed = datetime(2026, 11, 17, 3, 0, tzinfo=UTC)

    def file(conn: Connection) -> str:
        reporter = conn.execute(select(people_table.c.id).limit(1)).scalar_one()
        filed = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
        report = reports.file(conn, reporter, {}, filed, situation="R1", urgent=False, conflict=Conflict.NONE)
        reports.put_event(conn, report, Event(Act.FILED, filed, person=reporter))
        reports.put_event(conn, report, Event(Act.SENT, filed, to=cast.POLICE))
        reports.put_event(conn, report, Event(Act.RECEIVED, signed, unit=cast.POLICE))
        return holder(conn, cast.POLICE)

    officer = run(file)
    receipts = [line for line in due(capsys, "--at", "2026-11-16") if line["duty"] == "receipt"]
    assert [(one["child"], one["due"], one["person"], one["tier"]) for one in receipts] == [
        (None, "2026-11-16", officer, None)
    ]
    assert not [line for line in due(capsys, "--at", "2026-11-18") if line["duty"] == "receipt"]


def test_what_nobody_answers_for_names_the_vacant_post(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run(lambda conn: conn.execute(update(posts).values(holder=None)))
    post = run(lambda conn: people.posts_at(conn, Role.CHILD_DIRECTOR, cast.NUANQUAN)[0].id)
    assert of(due(capsys, "--at", "2026-11-18"), cast.HAORAN, "contact")["person"] == post


def test_the_readable_list_goes_by_village_and_names_no_child(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(arguments=["due", "--at", "2026-11-25"]) == 0
    said = capsys.readouterr()
    assert said.out.index("新坝镇暖泉村") < said.out.index("新坝镇新沟村") < said.out.index("黑泉镇")
    assert cast.HAORAN.file_no in said.out and "已超6天" in said.out
    assert "浩然" not in said.out and "项，其中超期" in said.err


def test_a_moment_that_is_none_is_refused_with_an_example(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments=["due", "--at", "明天"]) == 2
    assert "2026-11-18" in capsys.readouterr().err
    with pytest.raises(click.BadParameter):
        moment_of("2026-02-30", NOON)
    assert moment_of("2026-11-18T09:00", NOON).astimezone(UTC) == datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
    assert moment_of(None, NOON) == NOON


def test_recompute_repairs_columns_and_says_how_many(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(arguments=["recompute"]) == 0
    assert capsys.readouterr().out.strip() == "0"
    run(
        lambda conn: conn.execute(
            update(children_table).where(children_table.c.tier == "green").values(contact_due=date(2020, 1, 1))
        )
    )
    assert main(arguments=["recompute"]) == 0
    said = capsys.readouterr()
    assert said.out.strip() == "3" and "改正了 3 个" in said.err
    column = run(
        lambda conn: conn.execute(
            select(children_table.c.contact_due).where(children_table.c.id == cast.XIAOHU.id)
        ).scalar_one()
    )
    assert column == date(2026, 12, 31)


def test_reconcile_balances_or_fails_with_what_is_missed(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(arguments=["reconcile"]) == 0
    assert "还没有运行过" in capsys.readouterr().out
    now = datetime.now(UTC)
    tree = run(lambda conn: units.load(demo=True))
    run(lambda conn: beat(conn, now, tree))
    assert main(arguments=["reconcile", "--json"]) == 0
    books = json.loads(capsys.readouterr().out)
    assert books["due"] == books["sent"] + books["moot"] + books["unreachable"] + books["held"]
    assert books["missed"] == books["duplicates"] == 0
    planned = reminders.insert().values(
        id="x", rule="contact", subject="child:y", person_id=run(lambda conn: holder(conn, cast.NUANQUAN)),
        day=date(2026, 1, 5), due=date(2026, 1, 5), state="planned", late=False, planned_at=now,
    )  # fmt: skip
    run(lambda conn: conn.execute(planned))
    assert main(arguments=["reconcile"]) == 1
    assert "missed contact child:y" in capsys.readouterr().out
