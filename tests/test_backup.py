"""Backup while everything runs, and the way back: on a new machine, with other keys, from a damaged file."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
import stat
import threading
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from bot.__main__ import main
from bot.commands._open import run_with_database
from bot.commands._service import only_one
from bot.settings import load as load_settings
from db import archive, journal, leases, people
from db.crypto import new_keyring
from db.models import children, feedback
from db.rows import add
from db.session import Database
from db.types import new_id
from domain.units import load as load_units
from gateway.store import bots
from gateway.store.database import opened as gateway_store
from gateway.store.files import Blobs
from tests import cast
from tests.cast import XIAOHU, YULAN
from tests.house import TestHouse
from tests.postgres import Server, server_binaries

pytestmark = pytest.mark.slow  # left out of ./test --fast

NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A data folder with the cast in it, a gateway with one bot and one file, and the settings that name it."""
    for name in ("COUNTY", "DATABASE_URL", "KEY_FILE", "XIAOMIAO_KEYS", "GATEWAY_KEYS", "GATEWAY_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ENV_FILE", os.devnull)
    folder = tmp_path / "old"
    monkeypatch.setenv("DATA_DIR", str(folder))
    assert run("migrate") == 0

    def fill(conn: Connection) -> None:
        people.put_units(conn, list(load_units(demo=True)))
        cast.settle_in(conn, NOW)
        journal.note(conn, NOW, "tested", subject="x")
        journal.seal(conn)

    run_with_database(fill, write=True)
    with gateway_store(folder / "gateway") as tx:
        bots.add(tx, "小苗", "xiaomiao_bot")
        Blobs(folder / "gateway" / "files", tx.vault).save(b"a picture")
    (folder / "gateway" / "admin.key").write_text("secret-admin-key")
    (folder / "gateway" / "xiaomiao.token").write_text("1:secret-token")
    capsys.readouterr()
    return folder


def run(*arguments: str | Path) -> int:
    return main(arguments=[str(one) for one in arguments])


def line(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def new_machine(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another data folder with nothing but the keys in it."""
    folder = home.parent / "new"
    (folder / "gateway").mkdir(parents=True)
    shutil.copy(home / "keys.json", folder)
    shutil.copy(home / "gateway" / "gateway.key", folder / "gateway")
    monkeypatch.setenv("DATA_DIR", str(folder))
    return folder


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- there and back ---


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


async def test_on_a_new_machine_the_bot_answers_from_the_restored_data(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = home.parent / "all.backup"
    assert await asyncio.to_thread(run, "backup", file) == 0
    capsys.readouterr()
    folder = new_machine(home, monkeypatch)
    assert await asyncio.to_thread(run, "restore", file) == 0
    said = line(capsys)
    assert said["recomputed"] == 0
    assert said["journal"]["links"] > 0 and said["journal"]["broken_at"] is None
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.rglob("*.db*"))
    from db.crypto import load_keyring

    house = TestHouse(folder / "xiaomiao.db", load_keyring(folder / "keys.json", make=False))
    await house.open()
    try:
        phone = house.phone(YULAN)
        assert YULAN.name in await phone.send("/start")
        assert XIAOHU.name in await phone.send("小虎")
    finally:
        await house.close()
    with gateway_store(folder / "gateway") as tx:
        assert bots.named(tx, "xiaomiao_bot") is not None
        blobs = Blobs(folder / "gateway" / "files", tx.vault)
        assert [blobs.load(name) for name in blobs.older_than(2**40)] == [b"a picture"]


async def test_a_backup_taken_while_others_write_is_one_moment_of_the_data(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each transaction writes a pair; a copy made in the middle of one would hold half of it."""
    from db.crypto import load_keyring

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


# --- refusals, each a sentence, nothing written ---


def refused(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    capsys.readouterr()
    assert run(*arguments) == 1
    said = capsys.readouterr()
    assert said.out == "" and "Traceback" not in said.err
    return said.err


@pytest.mark.parametrize("where", ["first chunk", "last byte", "cut", "longer", "header", "no backup", "empty"])
def test_a_damaged_file_is_refused_and_nothing_is_written(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], where: str
) -> None:
    file = home.parent / "all.backup"
    assert run("backup", file) == 0
    content = bytearray(file.read_bytes())
    if where == "first chunk":
        content[2000] ^= 1
    elif where == "last byte":
        content[-1] ^= 1
    elif where == "cut":
        del content[-500:]
    elif where == "longer":
        content += b"more"
    elif where == "header":
        content[len(archive.MAGIC) + 6] ^= 1
    elif where == "no backup":
        content = bytearray(b"PK\x03\x04 something else")
    else:
        content.clear()
    file.write_bytes(content)
    folder = new_machine(home, monkeypatch)
    before = everything(folder)
    assert "坏了" in refused(capsys, "restore", file)
    assert everything(folder) == before


def test_chunks_cannot_be_swapped_or_left_out(tmp_path: Path) -> None:
    ring, file = new_keyring(), tmp_path / "sealed"
    with file.open("wb") as target:
        writer = archive.SealedWriter(target, ring)
        writer.write(os.urandom(3 * archive.CHUNK))
        writer.finish()
    content, size = file.read_bytes(), archive.CHUNK + 16
    head = len(content) - 3 * size
    one, two, three = (content[head + n * size : head + (n + 1) * size] for n in range(3))
    for body in (two + one + three, one + three, one + two, one + one + three):
        file.write_bytes(content[:head] + body)
        with file.open("rb") as source, pytest.raises(archive.Damaged):
            archive.SealedReader(source, ring).read()
    file.write_bytes(content)
    with file.open("rb") as source:
        assert len(archive.SealedReader(source, ring).read()) == 3 * archive.CHUNK


def test_other_keys_are_refused_by_name(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = home.parent / "all.backup"
    assert run("backup", file) == 0
    folder = new_machine(home, monkeypatch)
    other = new_keyring()
    (folder / "keys.json").write_text(other.to_json())
    assert "另一把钥匙" in refused(capsys, "restore", file)
    # the same name, another key
    mine = json.loads((home / "keys.json").read_text())
    mine["keys"][mine["current"]] = json.loads(other.to_json())["keys"][other.current]
    (folder / "keys.json").write_text(json.dumps(mine))
    assert "不是用这套密钥" in refused(capsys, "restore", file)
    (folder / "keys.json").unlink()
    assert "找不到密钥文件" in refused(capsys, "restore", file)
    assert not (folder / "xiaomiao.db").exists()


def test_without_the_gateways_key_nothing_is_put_in_place(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = home.parent / "all.backup"
    assert run("backup", file) == 0
    folder = new_machine(home, monkeypatch)
    (folder / "gateway" / "gateway.key").unlink()
    assert "gateway.key" in refused(capsys, "restore", file)
    assert everything(folder).keys() == {"keys.json", "running.lock"}


def test_data_that_is_there_is_refused_and_with_force_moved_aside(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = home.parent / "all.backup"
    assert run("backup", file) == 0
    run_with_database(lambda conn: add(conn, feedback, id=new_id(), at=NOW, text="later"), write=True)
    assert "--force" in refused(capsys, "restore", file)
    assert run("restore", file, "--force") == 0
    assert run_with_database(lambda conn: conn.execute(select(func.count()).select_from(feedback)).scalar_one()) == 0
    (aside,) = home.glob("before-restore-*")
    with closing(sqlite3.connect(aside / "xiaomiao.db")) as conn:
        assert conn.execute("SELECT count(*) FROM feedback").fetchone() == (1,)
    assert (aside / "gateway" / "gateway.db").exists() and (home / "keys.json").exists()


def test_a_running_bot_is_not_restored_over(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = home.parent / "all.backup"
    assert run("backup", file) == 0
    run_with_database(
        lambda conn: leases.take(conn, "sender", "other:1", datetime.now(UTC), timedelta(minutes=5)), write=True
    )
    assert "还在运行" in refused(capsys, "restore", file, "--force")


def test_a_folder_another_process_holds_is_not_restored_over(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = home.parent / "all.backup"
    with only_one(load_settings()):
        assert run("backup", file) == 0  # a backup does not mind
        assert "还在运行" in refused(capsys, "restore", file, "--force")
    assert run("restore", file, "--force") == 0


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


def test_due_days_that_were_wrong_are_counted_anew_and_said(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run_with_database(
        lambda conn: conn.execute(
            children.update().where(children.c.id == XIAOHU.id).values(contact_due=date(2030, 1, 1))
        ),
        write=True,
    )
    file = home.parent / "all.backup"
    assert run("backup", file) == 0
    new_machine(home, monkeypatch)
    capsys.readouterr()
    assert run("restore", file) == 0
    assert line(capsys)["recomputed"] == 1


@pytest.mark.postgres
@pytest.mark.slow
def test_a_postgresql_database_goes_there_and_back(
    postgres_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ENV_FILE", os.devnull)
    monkeypatch.setenv("PATH", f"{server_binaries()}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "var"))
    file = tmp_path / "all.backup"
    with postgres_server.fresh_database() as old, postgres_server.fresh_database() as new:
        monkeypatch.setenv("DATABASE_URL", old)
        assert run("migrate") == 0
        run_with_database(lambda conn: cast.settle_in(conn, NOW), write=True)
        capsys.readouterr()
        assert run("backup", file) == 0
        assert line(capsys)["parts"] == ["xiaomiao.dump"]
        monkeypatch.setenv("DATABASE_URL", new)
        assert run("restore", file) == 0
        assert line(capsys)["counts"]["children"] == len(cast.CHILDREN)
        assert len(run_with_database(people.persons)) == len(cast.PEOPLE)
        # once more, onto what is there now: refused, and replaced with --force
        assert "--force" in refused(capsys, "restore", file)
        run_with_database(lambda conn: add(conn, feedback, id=new_id(), at=NOW, text="later"), write=True)
        assert run("restore", file, "--force") == 0
        assert (
            run_with_database(lambda conn: conn.execute(select(func.count()).select_from(feedback)).scalar_one()) == 0
        )
