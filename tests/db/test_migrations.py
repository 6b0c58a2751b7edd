"""The migrations: up, down and up again through every revision, and equal to the models, on both databases."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select, text, update

from db import children, drives, tiers
from db.child_file import Hand
from db.migrate import config, downgrade, migrate, newest, revisions
from db.models import child_history, guardians, metadata
from db.rows import add
from db.session import Database
from db.types import new_id
from domain.children import Tier
from domain.drives import Sort, Whom
from domain.policy import COUNTY_DEFAULTS
from tests import cast
from tests.house import KEYS, TestHouse
from tests.kept import stored


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


async def test_what_older_programs_kept_in_the_open_goes_with_the_upgrade(house: TestHouse) -> None:
    """Whole addresses as a parent's city, and what was written on a case as the reason of the tier that came with it."""
    def before(conn: Connection) -> None:
        downgrade(conn, "0025")
        for city in ("昌吉", "新乡市", "巴音郭楞蒙古自治州", "镜花水月路八十八号 10055512345"):
            relation = {"昌吉": "father", "新乡市": "mother"}.get(city, "other")
            add(
                conn, guardians, id=new_id(), child_id=cast.XIAOHU.id, relation=relation, name="殷某", carer=False,
                province="新疆", city=city,
            )  # fmt: skip
        child = children.by_ids(conn, [cast.XIAOHU.id])[cast.XIAOHU.id].child
        for minutes, source in ((1, "case"), (2, "chat")):
            now = house.now + timedelta(minutes=minutes)
            tiers.set_tier(conn, child, Tier.YELLOW, (), now, house.today, by=None, reason=f"因为{source}")
            conn.execute(update(child_history).where(child_history.c.at == now).values(source=source))

    await house.db.run(before)
    await house.db.run(migrate)
    kept = await house.look(lambda conn: set(conn.execute(select(guardians.c.city).where(guardians.c.city.is_not(None))).scalars()))
    assert kept >= {"昌吉", "新乡市", "巴音郭楞蒙古自治州"} and not any("路" in city for city in kept)
    assert {one.reason for one in await house.look(lambda conn: tiers.history(conn, cast.XIAOHU.id))} >= {None, "因为chat"}
    assert "因为case" not in {one.reason for one in await house.look(lambda conn: tiers.history(conn, cast.XIAOHU.id))}


async def test_what_a_campaign_brings_and_from_whom_is_sealed_by_the_upgrade(house: TestHouse) -> None:
    def put(conn: Connection) -> str:
        day = house.today
        made = drives.put(conn, Sort.AUTUMN, "中秋走访", cast.COUNTY, day, day, Whom.ALL, house.now, gift="米", giver="殷老板")
        drives.fill(conn, made, {cast.NUANQUAN})
        rows = drives.rows_of(conn, made, {cast.NUANQUAN})
        drives.done(conn, rows, "米", "殷老板", Hand(house.now, COUNTY_DEFAULTS, None), gift=True)
        downgrade(conn, "0026")
        assert conn.execute(text("SELECT giver FROM drives")).scalars().all() == ["殷老板"]
        assert set(conn.execute(text("SELECT giver FROM drive_rows")).scalars()) == {"殷老板"}
        migrate(conn)
        return made

    made = await house.db.run(put)
    one = await house.look(lambda conn: drives.get(conn, made))
    assert (one.gift, one.giver) == ("米", "殷老板")
    assert {row.giver for row in await house.look(lambda conn: drives.rows_of(conn, made, {cast.NUANQUAN}))} == {"殷老板"}
    await house.close()
    assert "殷老板".encode() not in stored(house)
    await house.open()
