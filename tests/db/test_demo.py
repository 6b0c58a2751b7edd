"""The demo county in a real database, and the command that makes it."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, func, select, text

from bot.__main__ import main
from bot.commands._open import mark, open_database
from bot.reminders.clocks import beat
from bot.settings import load
from db import child_due, children, contacts, demo, issues, people, reports
from db.crypto import new_keyring
from db.migrate import check_keys, get_meta, migrate, put_meta
from db.models import metadata
from db.rows import opened
from db.session import Database
from domain import units
from domain.calendar import at, time
from domain.demo.staff import DEMO_VILLAGE
from domain.duties import open_duties
from domain.people import Role
from domain.policy import COUNTY_DEFAULTS
from domain.reports import case
from domain.reports.case import Act, ReportState
from domain.reports.clocks import clocks

pytestmark = pytest.mark.slow  # left out of ./test --fast

KEYS = new_keyring()
MORNING = at(date(2026, 11, 22), time(6))


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with 300 children, made once."""
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite3"

    def fill(conn: Connection) -> None:
        migrate(conn)
        check_keys(conn)
        demo.seed(conn, children=300, seed=1, at=MORNING)

    async def go() -> None:
        async with Database(f"sqlite+aiosqlite:///{path}", KEYS) as db:
            await db.run(fill)

    asyncio.run(go())
    return path


@pytest.fixture
async def db(seeded: Path, tmp_path: Path) -> AsyncIterator[Database]:
    copy = tmp_path / "demo.sqlite3"
    shutil.copy(seeded, copy)
    async with Database(f"sqlite+aiosqlite:///{copy}", KEYS) as db:
        yield db


async def test_the_due_days_are_those_of_the_facts(db: Database) -> None:
    assert await db.run(lambda conn: child_due.recompute(conn, COUNTY_DEFAULTS)) == 0
    coming = select(func.count()).select_from(metadata.tables["children"]).where(text("contact_due <= '2026-12-31'"))
    assert await db.read(lambda conn: conn.execute(coming).scalar_one()) > 200


async def test_every_row_is_marked_as_demo(db: Database) -> None:
    def marks(conn: Connection) -> dict[str, set[Any]]:
        marked = [table for table in metadata.sorted_tables if "demo" in table.c]
        return {table.name: set(conn.execute(select(table.c.demo)).scalars()) for table in marked}

    found = await db.read(marks)
    filled = {name: values for name, values in found.items() if values}
    assert set(filled) >= {"people", "children", "contacts", "issues", "reports", "report_events"}
    assert set(map(frozenset, filled.values())) == {frozenset({True})}


async def test_the_counts_are_those_of_the_tables(db: Database) -> None:
    made = await db.read(demo.counts)
    assert (made.children, made.posts, made.reports) == (300, 170, 14)
    assert made.people == 170  # three posts are vacant, and the three who left them are kept
    assert made.contacts > 4000


async def test_the_personas_hold_their_posts_and_the_first_three_see_a_report_travel(db: Database) -> None:
    def look(conn: Connection) -> list[tuple[dict[str, Any], Any]]:
        return [(one, people.me_of(conn, one["user_id"])) for one in demo.personas(conn)]

    found = await db.read(look)
    assert len({one["key"] for one, _ in found}) == 12
    assert all(me is not None and me.name in one["title"] for one, me in found)
    assert all(set(one) == {"key", "user_id", "title", "subtitle", "group"} for one, _ in found)
    roles = [me.posts[0].role for _, me in found[:3]]
    assert roles == [Role.CHILD_DIRECTOR, Role.SUPERVISOR, Role.DEPARTMENT]
    assert {one["group"] for one, _ in found} == {"村", "镇", "县", "部门"}


async def test_an_empty_database_has_no_personas(tmp_path: Path) -> None:
    async with Database(f"sqlite+aiosqlite:///{tmp_path / 'new.sqlite3'}", KEYS) as db:
        await db.run(lambda conn: migrate(conn))
        assert await db.read(demo.personas) == []


async def test_the_director_of_nuanquan_opens_a_morning_with_a_handful_of_work(db: Database) -> None:
    def look(conn: Connection) -> int:
        entries = children.in_units(conn, ["620724106001"])
        known = contacts.of_children(conn, [entry.child.id for entry in entries])
        today = date(2026, 11, 22)
        return sum(
            bool(open_duties(entry.child, demo.due_days(entry.child, known[entry.child.id], COUNTY_DEFAULTS), today))
            for entry in entries
        )

    assert 2 <= await db.read(look) <= 6


async def test_a_record_opens_again_as_the_form_it_was(db: Database) -> None:
    def look(conn: Connection) -> list[contacts.Record]:
        entry = children.in_units(conn, ["620724106001"])[0]
        return contacts.latest(conn, entry.child.id)

    records = await db.read(look)
    assert records
    assert all(record.content["answers"]["how"] == record.contact.kind.value for record in records)


async def test_one_report_waits_for_a_second_receipt_and_one_for_its_feedback(db: Database) -> None:
    def look(conn: Connection) -> tuple[list[reports.Waiting], dict[str, tuple[ReportState, tuple[Any, ...]]], set[str]]:
        me = people.me_of(conn, demo.personas(conn)[2]["user_id"])  # the police officer
        assert me is not None
        listed = {one.report.number: (case.state(one.events), one.events) for one in reports.of_me(conn, me)}
        rows = conn.execute(select(metadata.tables["reports"].c.unit)).scalars()
        return reports.waiting(conn), listed, set(rows)

    waiting, listed, places = await db.read(look)
    assert len({one.number for one in waiting}) == 1
    states = [state for state, _ in listed.values()]
    assert states.count(ReportState.RECEIVED) == 2
    assert states.count(ReportState.CLOSED) >= 7
    overdue = next(events for _, (state, events) in sorted(listed.items()) if state is ReportState.RECEIVED)
    assert Act.ANSWER not in {event.kind for event in overdue}
    [signed] = [event for event in overdue if event.kind is Act.RECEIVED]
    assert (MORNING - signed.at).days >= 10
    assert places == {DEMO_VILLAGE}


async def test_what_rose_before_the_county_was_made_has_been_seen_and_its_first_day_is_calm(db: Database) -> None:
    def owed(conn: Connection) -> set[str]:
        return {
            running.clock.code
            for one in reports.open_reports(conn)
            for running in clocks(one.life, one.matter, MORNING, COUNTY_DEFAULTS)
            if running.late
        }

    def said_until(conn: Connection, hours: int) -> int:
        tree = units.load(demo=True)
        moments = [MORNING + timedelta(minutes=1), *(MORNING + timedelta(hours=hour) for hour in range(1, hours + 1))]
        return sum(beat(conn, moment, tree, COUNTY_DEFAULTS) for moment in moments)

    assert await db.read(owed) == {"feedback"}  # one late clock to look at, and no more
    assert await db.run(lambda conn: said_until(conn, 12)) == 0
    assert await db.run(lambda conn: said_until(conn, 30)) > 0  # and from then on the clocks run as anywhere


async def test_open_issues_are_counted_by_village(db: Database) -> None:
    codes = await db.read(lambda conn: [unit.code for unit in people.all_units(conn)])
    found = await db.read(lambda conn: issues.open_by_unit(conn, codes))
    assert 40 < sum(found.values()) < 120


async def test_a_database_with_people_in_it_is_not_seeded_again(db: Database) -> None:
    with pytest.raises(demo.NotEmpty):
        await db.run(lambda conn: demo.seed(conn, children=100, seed=1, at=MORNING))
    assert (await db.read(demo.counts)).children == 300


async def test_no_name_or_number_rests_in_the_clear(seeded: Path, db: Database) -> None:
    def look(conn: Connection) -> list[str]:
        table = metadata.tables["children"]
        rows = [opened(conn, table, row) for row in conn.execute(select(table).limit(50))]
        return [text for row in rows for text in (row["name"], row["id_no"], row["address"]) if text and len(text) > 2]

    names = await db.read(look)
    raw = await asyncio.to_thread(seeded.read_bytes)
    assert len(names) > 100
    assert [name for name in names if name.encode() in raw] == []


async def test_files_and_history_are_the_same_wherever_they_are_made(db: Database, tmp_path: Path) -> None:
    def facts(conn: Connection) -> list[Any]:
        entries = children.in_units(conn, [unit.code for unit in people.all_units(conn)], closed=True)
        last = conn.execute(select(func.max(metadata.tables["contacts"].c.id))).scalar()
        return [*entries, last]

    async with Database(f"sqlite+aiosqlite:///{tmp_path / 'other.sqlite3'}", new_keyring()) as other:
        await other.run(lambda conn: migrate(conn))
        # another hour of the same local day
        await other.run(lambda conn: demo.seed(conn, children=300, seed=1, at=datetime(2026, 11, 22, 9, tzinfo=UTC)))
        assert await other.read(facts) == await db.read(facts)


@pytest.mark.postgres
@pytest.mark.slow
async def test_the_county_is_made_on_postgresql_too(postgres_url: str) -> None:
    async with Database(postgres_url, KEYS) as db:
        await db.run(lambda conn: migrate(conn))
        made = await db.run(lambda conn: demo.seed(conn, children=100, seed=1, at=MORNING))
        assert (made.children, made.reports) == (100, 14)
        assert await db.run(lambda conn: child_due.recompute(conn, COUNTY_DEFAULTS)) == 0
        assert len(await db.read(demo.personas)) == 12


# --- the command ---


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "data"
    monkeypatch.setenv("DATA_DIR", str(path))
    monkeypatch.setenv("ENV_FILE", os.devnull)
    monkeypatch.delenv("COUNTY", raising=False)
    return path


def demo_seed(*arguments: str) -> int:
    return main(arguments=["demo-seed", "--children", "100", *arguments])


async def _with(work: Any) -> Any:
    db = await open_database(load(), make=True)
    try:
        return await db.run(work)
    finally:
        await db.close()


def test_the_command_makes_a_county_and_says_so(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo_seed("--seed", "5", "--at", "2026-11-22") == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "100 个孩子" in said.err
    assert "新坝镇" in said.err
    facts = asyncio.run(_with(lambda conn: [get_meta(conn, key) for key in ("kind", "seed", "seeded_at")]))
    assert facts == ["demo", "5", "2026-11-22T06:00:00+08:00"]
    assert demo_seed() == 1
    assert "已经有数据" in capsys.readouterr().err


def test_the_command_refuses_a_county_in_service(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COUNTY", "高台县")
    assert demo_seed() == 1
    assert "COUNTY" in capsys.readouterr().err
    assert not data_dir.exists()


def test_the_command_refuses_a_folder_marked_county(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(_with(lambda conn: put_meta(conn, "kind", "county")))
    assert demo_seed() == 1
    assert "正式数据" in capsys.readouterr().err
    assert asyncio.run(_with(demo.is_empty))


def test_the_command_refuses_a_folder_with_something_else_in_it(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data_dir.mkdir()
    (data_dir / "照片.jpg").write_bytes(b"x")
    assert demo_seed() == 1
    assert "不是空的" in capsys.readouterr().err
    assert [path.name for path in data_dir.iterdir()] == ["照片.jpg"]


def test_the_command_fills_a_demo_folder_that_was_only_migrated(data_dir: Path) -> None:
    asyncio.run(_with(lambda conn: mark(conn, load())))
    assert demo_seed() == 0


def test_the_command_takes_no_number_it_cannot_fill() -> None:
    from bot.commands.demo_seed import command

    assert CliRunner().invoke(command, ["--children", "3"]).exit_code == 2
