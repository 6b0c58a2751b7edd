"""The migrations: up, down and up again through every revision, and equal to the models, on both databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from db.migrate import config, downgrade, migrate, newest, revisions
from db.models import metadata
from db.session import Database
from tests.house import KEYS


async def _walk(url: str) -> None:
    def stairs(conn: Connection) -> None:
        for revision in revisions():
            migrate(conn, revision)
            downgrade(conn, "-1")
            migrate(conn, revision)
        downgrade(conn, "base")
        left = set(inspect(conn).get_table_names()) - {"alembic_version"}
        assert not left
        migrate(conn)

    def differences(conn: Connection) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(conn, opts={"compare_type": True}), metadata))

    async with Database(url, KEYS) as db:
        await db.run(stairs)
        assert await db.run(differences) == []


@pytest.mark.slow
async def test_every_revision_goes_up_down_and_up_and_equals_the_models_on_sqlite(tmp_path: Path) -> None:
    await _walk(f"sqlite:///{tmp_path / 'a.db'}")


@pytest.mark.postgres
@pytest.mark.slow
async def test_every_revision_goes_up_down_and_up_and_equals_the_models_on_postgresql(postgres_url: str) -> None:
    await _walk(postgres_url)


async def test_a_migration_that_breaks_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    def breaks(conn: Connection) -> None:
        migrate(conn)
        raise RuntimeError

    async with Database(f"sqlite:///{tmp_path / 'a.db'}", KEYS) as db:
        with pytest.raises(RuntimeError):
            await db.run(breaks)
        assert await db.run(lambda conn: inspect(conn).get_table_names()) == []


def test_the_revisions_read_off_the_files_are_those_of_the_tool() -> None:
    script = ScriptDirectory.from_config(config())
    assert [one.revision for one in script.walk_revisions()][::-1] == revisions()
    assert script.get_current_head() == newest()
