"""Backup while everything runs: what is in it, what is not, and what a killed one leaves."""

from __future__ import annotations

import asyncio
import fcntl
import json
import stat
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from bot.commands._open import run_with_database
from db import backup, inbox, journal
from db.crypto import load_keyring
from db.models import feedback
from db.models import inbox as inbox_table
from db.rows import add
from db.session import Database
from db.types import new_id
from gateway.store.backup import STEP_OVER
from gateway.store.database import opened as gateway_store
from tests import cast
from tests.backups import NOW, everything, killed, line, make_home, new_machine, refused, run
from tests.cast import XIAOHU, YULAN

pytestmark = pytest.mark.slow  # left out of ./test --fast


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    return make_home(tmp_path, monkeypatch, capsys)


def test_a_backup_says_what_is_in_it_and_only_its_owner_may_read_it(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = home.parent / "all.backup"
    assert run("backup", file) == 0
    said = line(capsys)
    assert said["counts"]["children"] == len(cast.CHILDREN)
    assert said["revision"] and said["kind"] == "demo" and len(said["sha256"]) == 64
    assert said["parts"][0].startswith("gateway/files/") or "xiaomiao.db" in said["parts"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    noted = run_with_database(lambda conn: [row.action for row in conn.execute(select(journal.journal))])
    assert noted.count("backup.made") == 1


def test_neither_keys_nor_names_nor_even_tables_can_be_read_in_the_file(home: Path) -> None:
    file = home.parent / "all.backup"
    assert run("backup", file) == 0
    content = file.read_bytes()
    keys = json.loads((home / "keys.json").read_text())
    planted = [
        *keys["keys"].values(),
        keys["index"],
        "secret-admin-key",
        "secret-token",
        "CREATE TABLE",
        "GT-106",
        YULAN.name,
        XIAOHU.name,
    ]
    assert [word for word in planted if word.encode() in content] == []
    assert not [path.name for path in home.iterdir() if path.name.startswith(".backup")]


async def test_a_backup_taken_while_others_write_is_one_moment_of_the_data(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each transaction writes a pair; a copy made in the middle of one would hold half of it."""
    keys, stop, written = load_keyring(home / "keys.json", make=False), threading.Event(), threading.Event()

    async def write() -> int:
        count = 0
        async with Database(f"sqlite+aiosqlite:///{home / 'xiaomiao.db'}", keys) as db:
            while not stop.is_set():

                def pair(conn: Connection) -> None:
                    add(conn, feedback, id=new_id(), at=NOW, text="一")
                    add(conn, feedback, id=new_id(), at=NOW, text="二")

                await db.run(pair)
                count += 2
                written.set()
        return count

    writer = asyncio.create_task(asyncio.to_thread(lambda: asyncio.run(write())))
    await asyncio.to_thread(written.wait)
    file = home.parent / "all.backup"
    try:
        assert await asyncio.to_thread(run, "backup", file) == 0
    finally:
        stop.set()
        total = await writer
    capsys.readouterr()
    new_machine(home, monkeypatch)
    assert await asyncio.to_thread(run, "restore", file) == 0
    counted = line(capsys)["counts"]["feedback"]
    there = await asyncio.to_thread(
        run_with_database, lambda conn: conn.execute(select(func.count()).select_from(feedback)).scalar_one()
    )
    assert there == counted
    assert 0 < there <= total and there % 2 == 0


def test_a_backup_overwrites_an_older_backup_and_nothing_else(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, letter = home.parent / "all.backup", home.parent / "letter.txt"
    assert run("backup", file) == 0 == run("backup", file)
    letter.write_text("keep me")
    assert "不是备份" in refused(capsys, "backup", letter)
    assert letter.read_text() == "keep me"
    assert "文件夹" in refused(capsys, "backup", home.parent / "nowhere" / "all.backup")


def test_an_empty_folder_has_nothing_to_back_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "none"))
    assert "还没有数据" in refused(capsys, "backup", tmp_path / "all.backup")
    assert not (tmp_path / "all.backup").exists()


def test_with_postgresql_its_own_tool_is_asked_for_by_name(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody:password@127.0.0.1:1/nothing")
    monkeypatch.setenv("PATH", str(home))
    said = refused(capsys, "backup", home.parent / "all.backup")
    assert "pg_dump" in said and "password" not in said


@pytest.mark.parametrize("at", ["copied", "packed"])
def test_what_a_killed_backup_left_is_cleared_by_the_next_and_one_at_work_is_not_disturbed(home: Path, at: str) -> None:
    places, name = home.parent / "places", "all.backup"
    places.mkdir()
    killed(at, "backup", places / name)
    other = places / ".xiaomiao-20261117-023000.backup.7.part"
    other.write_bytes(b"half")
    assert [*home.glob(".backup-*")] and not (places / name).exists()
    with backup.workroom(home) as at_work, (places / f".{name}.1.part").open("wb") as half:
        fcntl.flock(half, fcntl.LOCK_EX)
        (places / "letter.part").touch()
        assert run("backup", places / name) == 0
        assert [path.name for path in home.glob(".backup-*")] == [at_work.parent.name]
        assert {path.name for path in places.iterdir()} == {name, f".{name}.1.part", "letter.part"}


def test_what_the_gateway_hands_over_between_the_two_copies_is_not_lost(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The number of an update the gateway counts as taken is one the bot has; the other way round is harmless."""
    copies, snapshot = [0], backup.snapshot

    def between(source: Path, target: Path) -> None:
        snapshot(source, target)
        copies[0] += 1
        if copies[0] == 1:
            with gateway_store(home / "gateway") as tx:
                tx.run("UPDATE bots SET last_update_id = 7")
            update = {"update_id": 7, "message": {"message_id": 1, "chat": {"id": YULAN.chat_id}}}
            run_with_database(lambda conn: inbox.put(conn, 1, [update], NOW), write=True)

    monkeypatch.setattr(backup, "snapshot", between)
    file = home.parent / "all.backup"
    assert run("backup", file) == 0
    folder = new_machine(home, monkeypatch)
    assert run("restore", file) == 0
    known = set(run_with_database(lambda conn: conn.execute(select(inbox_table.c.update_id)).scalars().all()))
    with gateway_store(folder / "gateway") as tx:
        given = tx.value("SELECT last_update_id FROM bots")
    assert set(range(1, given % STEP_OVER + 1)) <= known
    # and what is said after the restore gets a number the bot has not seen: it would be taken for a repetition
    assert given >= STEP_OVER


def test_a_backup_can_be_read_to_its_end_without_writing_anything(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = home.parent / "all.backup"
    assert run("backup", file) == 0
    folder = new_machine(home, monkeypatch)
    before = everything(folder)
    capsys.readouterr()
    assert run("restore", file, "--check") == 0
    assert line(capsys)["counts"]["children"] == len(cast.CHILDREN)
    file.write_bytes(file.read_bytes()[:-1])
    assert "坏了" in refused(capsys, "restore", file, "--check")
    assert everything(folder) == before
