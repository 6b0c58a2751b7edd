"""The backup of every night: made when due, kept so long, measured, and missed aloud. And a new key while the bot runs."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from bot import health
from bot.__main__ import main
from bot.commands import _backups, rotate_key
from bot.commands._open import run_with_database
from bot.settings import Settings
from db import backup, rotation
from db.crypto import KeyTrouble, load_keyring, only_writer, write_keyring
from db.migrate import put_meta
from db.models import children, outbox
from db.rows import opened
from db.session import Database
from tests.cast import ADMIN, HEJING, XIAOHU, YULAN
from tests.house import KEYS, TestHouse

pytestmark = pytest.mark.slow

MORNING = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)  # 10:30 in Gaotai
NIGHT = datetime(2026, 11, 17, 18, 30, tzinfo=UTC)  # 02:30 of the same day


def test_a_backup_is_due_once_a_night_from_half_past_two_on() -> None:
    assert _backups.is_due(None, MORNING)
    assert _backups.is_due(NIGHT - timedelta(minutes=1), NIGHT)
    assert not _backups.is_due(NIGHT, MORNING)
    assert not _backups.is_due(NIGHT, NIGHT + timedelta(hours=23, minutes=59))
    assert _backups.is_due(NIGHT, NIGHT + timedelta(days=1))


async def test_a_backup_made_by_a_clock_that_was_wrong_does_not_count(house: TestHouse) -> None:
    for ahead, counts in ((timedelta(hours=23), True), (timedelta(days=3), False)):
        made = (MORNING + ahead).isoformat()
        await house.db.run(lambda conn, made=made: put_meta(conn, backup.LAST_GOOD, made))
        assert (await house.look(lambda conn: backup.last_good(conn, MORNING)) is not None) == counts


def test_the_oldest_go_and_nothing_that_is_not_ours(tmp_path: Path) -> None:
    for day in range(11, 18):
        (tmp_path / f"xiaomiao-202611{day}-023000.backup").touch()
    (tmp_path / "before the move.backup").touch()
    assert _backups.tidy(tmp_path, 3) == 4
    assert sorted(path.name[:16] for path in tmp_path.glob("xiaomiao-*")) == [
        f"xiaomiao-202611{day}"[:16] for day in (15, 16, 17)
    ]
    assert (tmp_path / "before the move.backup").exists()
    assert _backups.tidy(tmp_path, 3) == 0


def settled(folder: Path, template: Path, **more: object) -> Settings:
    """A data folder with the cast in it."""
    folder.mkdir()
    write_keyring(KEYS, folder / "keys.json")
    for end in ("", "-wal"):
        if Path(f"{template}{end}").exists():
            shutil.copy(f"{template}{end}", folder / f"xiaomiao.db{end}")
    return Settings(_env_file=None, data_dir=folder, **more)  # type: ignore[call-arg,arg-type]


async def test_the_night_leaves_one_good_backup_and_a_new_machine_runs_on_it(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everything a county needs on the day its machine is gone: the file, the keys from the second place, and three commands."""
    settings = settled(tmp_path / "old", template, backup_keep=2)
    folder = _backups.folder_of(settings, "county")
    assert folder == settings.data_dir / "backups"
    async with Database(settings.database_url, load_keyring(settings.key_file, make=False)) as db:
        await db.run(lambda conn: put_meta(conn, "kind", "demo"))
        file = await _backups.once(settings, db, folder, MORNING)
        assert file is not None and stat.S_IMODE(file.stat().st_mode) == 0o600
        assert await _backups.once(settings, db, folder, MORNING + timedelta(hours=1)) is None
        assert await _backups.once(settings, db, folder, MORNING + timedelta(days=1)) is not None
        state = await db.read(lambda conn: health.look(conn, MORNING + timedelta(days=2)))
    said = health.metrics(state, MORNING + timedelta(days=2)).decode()
    assert "xiaomiao_backup_age_seconds 86400.0" in said

    new, escrow = tmp_path / "new", tmp_path / "second-place.json"
    shutil.copy(settings.key_file, escrow)
    shutil.rmtree(settings.data_dir / "logs", ignore_errors=True)
    brought = shutil.copy(file, tmp_path / "brought.backup")
    shutil.rmtree(settings.data_dir)
    for name in ("COUNTY", "DATABASE_URL", "XIAOMIAO_KEYS", "BACKUP_DIR", "BACKUP_KEEP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ENV_FILE", os.devnull)
    monkeypatch.setenv("DATA_DIR", str(new))

    def run(*words: object) -> int:
        return main(arguments=[str(word) for word in words])

    monkeypatch.setenv("KEY_FILE", str(tmp_path / "nowhere.json"))
    assert await asyncio.to_thread(run, "restore", brought) == 1
    told = capsys.readouterr().err
    assert "找不到密钥文件" in told and "docs/ops/lost-key.md" in told and "Traceback" not in told
    assert not (new / "xiaomiao.db").exists()

    monkeypatch.setenv("KEY_FILE", str(escrow))
    for words in (("restore", brought), ("audit", "verify"), ("reconcile",)):
        assert await asyncio.to_thread(run, *words) == 0, words
    names = await asyncio.to_thread(
        run_with_database,
        lambda conn: {opened(conn, children, row)["name"] for row in conn.execute(select(children))},
    )
    assert XIAOHU.name in names


async def test_a_folder_somebody_emptied_is_filled_again_at_once(template: Path, tmp_path: Path) -> None:
    settings = settled(tmp_path / "old", template)
    folder = tmp_path / "elsewhere"
    async with Database(settings.database_url, load_keyring(settings.key_file, make=False)) as db:
        first = await _backups.once(settings, db, folder, MORNING)
        assert first is not None and await _backups.once(settings, db, folder, MORNING + timedelta(minutes=10)) is None
        first.unlink()
        again = await _backups.once(settings, db, folder, MORNING + timedelta(minutes=20))
        assert again is not None and again.exists()


async def test_a_backup_of_a_clock_far_ahead_does_not_count_as_fresh(house: TestHouse) -> None:
    """Else nothing would ring for as long as that clock was ahead, whatever became of the backups."""
    ahead = house.now + timedelta(days=400)
    await house.db.run(lambda conn: put_meta(conn, backup.LAST_GOOD, ahead.isoformat()))
    await house.db.run(lambda conn: put_meta(conn, _backups.SINCE, house.now.isoformat()))
    late = house.now + timedelta(days=2, hours=1)
    state = await house.db.read(lambda conn: health.look(conn, late))
    assert "backup_age_seconds" not in health.metrics(state, late).decode()
    assert await house.db.run(lambda conn: _backups.warn(conn, late)) >= 2


def test_a_demo_makes_none_unless_it_is_told_where(tmp_path: Path) -> None:
    assert _backups.folder_of(Settings(_env_file=None, data_dir=tmp_path), "demo") is None  # type: ignore[call-arg]
    there = Settings(_env_file=None, data_dir=tmp_path, backup_dir=tmp_path)  # type: ignore[call-arg]
    assert _backups.folder_of(there, "demo") == tmp_path
    off = Settings(_env_file=None, data_dir=tmp_path, backup_keep=0)  # type: ignore[call-arg]
    assert _backups.folder_of(off, "county") is None


async def test_two_days_without_a_good_backup_are_said_once_a_day_to_administrator_and_county(house: TestHouse) -> None:
    def told(conn: Connection) -> set[int]:
        rows = conn.execute(select(outbox)).all()
        return {row.chat_id for row in rows if "备份" in (opened(conn, outbox, row)["params"] or {}).get("text", "")}

    now = house.now
    await house.db.run(lambda conn: put_meta(conn, backup.LAST_GOOD, now.isoformat()))
    assert await house.db.run(lambda conn: _backups.warn(conn, now + timedelta(days=2))) == 0
    late = now + timedelta(days=2, hours=1)
    assert await house.db.run(lambda conn: _backups.warn(conn, late)) >= 2
    assert {ADMIN.chat_id, HEJING.chat_id} <= await house.db.read(told)
    assert await house.db.run(lambda conn: _backups.warn(conn, late + timedelta(hours=1))) == 0
    assert (
        await house.db.run(lambda conn: _backups.warn(conn, late + timedelta(hours=12))) == 0
    )  # at night nobody is woken
    assert await house.db.run(lambda conn: _backups.warn(conn, late + timedelta(days=1))) >= 2


# --- a new key ---


async def test_a_new_key_is_taken_over_by_a_running_bot_and_the_old_one_can_go(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotate_key, "WATCH_EVERY", 0.01)
    monkeypatch.setattr(rotate_key, "HEARD_AFTER", 0.1)
    settings = settled(tmp_path / "data", template)
    old = KEYS.current
    house = TestHouse(tmp_path / "data" / "xiaomiao.db", load_keyring(settings.key_file, make=False))
    await house.open()
    watching = asyncio.create_task(rotate_key.watch_file(settings, house.db))
    try:
        phone = house.phone(YULAN)
        assert XIAOHU.name in await phone.send("小虎")
        await asyncio.sleep(0)  # so that the watch has seen the file as it was
        said = await rotate_key._rotate(settings)
        assert said["rows"] and not said["continued"]
        assert XIAOHU.name in await phone.send("小虎")
        assert house.db.keys.current == said["key"] != old
        assert await house.db.read(rotation.left) == 0
        assert (await rotate_key._forget(settings))["forgotten"] == [old]
        assert list(json.loads(settings.key_file.read_text())["keys"]) == [said["key"]]
        watching.cancel()
        await house.close()
        house.keys = load_keyring(settings.key_file, make=False)
        await house.open()
        assert XIAOHU.name in await house.phone(YULAN).send("小虎")
    finally:
        watching.cancel()
        await house.close()


async def test_a_rotation_that_was_killed_goes_on_where_it_was_and_no_key_goes_before(
    template: Path, tmp_path: Path
) -> None:
    settings = settled(tmp_path / "data", template)
    write_keyring(KEYS.with_new_key(), settings.key_file)
    ring = load_keyring(settings.key_file, make=False)
    async with Database(settings.database_url, ring) as db:
        all_rows = await db.read(rotation.left)

        def half(conn: Connection) -> int:
            return rotation.step(conn, rotation.Place("children"), most=2)[0]

        assert await db.run(half) == 2  # and here it is killed
        assert await db.read(rotation.left) == all_rows - 2
        with pytest.raises(KeyTrouble, match="旧钥匙不能删"):
            await rotate_key._forget(settings)
        said = await rotate_key._rotate(settings)
        assert said == {"key": ring.current, "rows": all_rows - 2, "continued": True}  # no third key
        assert await db.read(rotation.left) == 0
        assert await db.read(lambda conn: conn.execute(select(func.count()).select_from(children)).scalar_one()) > 0


def test_two_people_cannot_change_the_key_at_once(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second would write back the file it read before, and what the first new key has sealed would be lost."""
    settings = settled(tmp_path / "data", template)
    before = settings.key_file.read_bytes()
    for name in ("COUNTY", "DATABASE_URL", "KEY_FILE", "XIAOMIAO_KEYS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ENV_FILE", os.devnull)
    monkeypatch.setenv("DATA_DIR", str(settings.data_dir))
    monkeypatch.setattr(rotate_key, "HEARD_AFTER", 0)
    with only_writer(settings.key_file) as alone:
        assert alone
        for words in (["rotate-key"], ["rotate-key", "--forget-old"]):
            assert main(arguments=words) == 1
            assert "等它做完" in capsys.readouterr().err
        assert settings.key_file.read_bytes() == before
    assert main(arguments=["rotate-key"]) == 0
    assert len(load_keyring(settings.key_file, make=False).keys) == 2
