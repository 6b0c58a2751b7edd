"""Upgrades on a year of data: every revision down and up again with everything in it, killed half way and taken up again.

Nothing here knows what any revision does: a new one is tested by being there.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, inspect, select, text

from bot.settings import ROOT
from db import demo, people
from db.crypto import load_keyring
from db.migrate import check_keys, config, current, downgrade, get_meta, migrate, newest, put_meta
from db.models import metadata
from db.session import Database
from domain import units
from tests.postgres import Server

pytestmark = pytest.mark.slow

YEAR = 300  # children, with a year of contacts and everything else the demo county has
REVISIONS = [one.revision for one in ScriptDirectory.from_config(config()).walk_revisions()][::-1]
FIRST = {"people", "children", "contacts", "reports", "journal", "inbox", "outbox"}  # tables of the released revision


async def fill(url: str, folder: Path, children: int = YEAR) -> None:
    def work(conn: Connection) -> None:
        migrate(conn)
        check_keys(conn)
        put_meta(conn, "kind", "demo")
        people.put_units(conn, list(units.load(demo=True)))
        demo.seed(conn, children=children, seed=7, at=datetime(2026, 11, 18, 2, 30, tzinfo=UTC))

    async with Database(url, load_keyring(folder / "keys.json", make=True)) as db:
        await db.run(work)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a SQLite database of a year, and its keys."""
    folder = tmp_path_factory.mktemp("year")
    asyncio.run(fill(f"sqlite:///{folder / 'xiaomiao.db'}", folder))
    return folder


def sums(conn: Connection) -> dict[str, Any]:
    """What must come through every revision untouched: the rows of the first schema, and the chain of the journal."""
    counted = {
        name: conn.execute(select(func.count()).select_from(metadata.tables[name])).scalar_one()
        for name in sorted(FIRST)
    }
    links = conn.execute(text("SELECT max(at), min(id), max(id) FROM journal")).one()
    return counted | {"journal ids": tuple(str(one) for one in links[1:])}


def counts(conn: Connection) -> dict[str, int]:
    """The rows of every table there is at this revision."""
    tables = inspect(conn).get_table_names()
    return {table: conn.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one() for table in tables}


def differences(conn: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(conn, opts={"compare_type": True}), metadata))


def stairs(conn: Connection) -> None:
    """Down to the released schema one by one, and up again one by one, the data staying in it.

    On the way down each step is gone up once more: there the tables of younger revisions still hold their rows.
    """
    before = sums(conn)
    assert before["children"] >= 100 and before["contacts"] > before["children"]
    for revision in REVISIONS[:0:-1]:
        downgrade(conn, "-1")
        rows = counts(conn)
        migrate(conn, revision)
        downgrade(conn, "-1")
        assert counts(conn) == rows
    assert current(conn) == REVISIONS[0]
    assert sums(conn) == before
    for revision in REVISIONS[1:]:
        migrate(conn, revision)
    assert sums(conn) == before
    check_keys(conn)


async def test_a_year_of_data_goes_down_and_up_through_every_revision_on_sqlite(year: Path, tmp_path: Path) -> None:
    shutil.copy(year / "xiaomiao.db", tmp_path / "a.db")
    async with Database(f"sqlite:///{tmp_path / 'a.db'}", load_keyring(year / "keys.json", make=False)) as db:
        await db.run(stairs)
        assert await db.run(differences) == []
        assert await db.run(lambda conn: conn.execute(text("PRAGMA foreign_key_check")).all()) == []


# --- killed half way ---

KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from alembic import op
from alembic.operations import Operations
from db import migrate
from db.crypto import load_keyring
from db.session import Database

url, keys, most = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
done, original = 0, Operations.invoke

def counted(self, operation):
    global done
    done += 1
    if done > most:
        os.kill(os.getpid(), signal.SIGKILL)
    return original(self, operation)

Operations.invoke = counted

async def main():
    async with Database(url, load_keyring(keys, make=False)) as db:
        await db.run(migrate.migrate)

asyncio.run(main())
print(done)
"""


def upgrade(url: str, keys: Path, most: int) -> tuple[int, int]:
    """Upgrade in a process that kills itself after so many operations: how it ended, and how many it did."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, url, str(keys), str(most)], env=os.environ | {"PYTHONPATH": str(ROOT)}, cwd=ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, int(done.stdout or 0)


async def interrupted(url: str, keys: Path, go_down: Any, kills: tuple[int, ...] = (3, 90)) -> None:
    async def look(work: Any) -> Any:
        async with Database(url, load_keyring(keys, make=False)) as db:
            return await db.run(work)

    before = await look(sums)
    await look(go_down)
    tables = await look(lambda conn: sorted(inspect(conn).get_table_names()))
    for most in kills:
        assert upgrade(url, keys, most)[0] == -signal.SIGKILL
        # all or nothing: not one table of the half-done upgrade is there
        assert await look(current) == REVISIONS[0]
        assert await look(lambda conn: sorted(inspect(conn).get_table_names())) == tables
        assert await look(sums) == before
    code, operations = upgrade(url, keys, 10**6)
    assert code == 0 and operations > 90
    await look(go_down)
    assert upgrade(url, keys, operations - 1)[0] == -signal.SIGKILL  # in its very last step
    assert await look(current) == REVISIONS[0]
    assert upgrade(url, keys, 10**6)[0] == 0
    assert await look(current) == newest()
    assert await look(sums) == before
    assert await look(differences) == []
    assert await look(lambda conn: get_meta(conn, "kind")) == "demo"


def to_the_first(conn: Connection) -> None:
    downgrade(conn, REVISIONS[0])


async def test_an_upgrade_killed_half_way_leaves_the_old_schema_and_is_taken_up_again_on_sqlite(
    year: Path, tmp_path: Path
) -> None:
    shutil.copy(year / "xiaomiao.db", tmp_path / "a.db")
    await interrupted(f"sqlite:///{tmp_path / 'a.db'}", year / "keys.json", to_the_first)


@pytest.mark.postgres
async def test_the_same_holds_on_postgresql(postgres_server: Server, tmp_path: Path) -> None:
    with postgres_server.fresh_database() as url:
        await fill(url, tmp_path, children=100)
        async with Database(url, load_keyring(tmp_path / "keys.json", make=False)) as db:
            await db.run(stairs)
            assert await db.run(differences) == []
        await interrupted(url, tmp_path / "keys.json", to_the_first, (90,))
