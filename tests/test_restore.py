"""The way back: on a new machine, with other keys, from a damaged file, and over what is there."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text

from bot.commands import _postgres
from bot.commands import backup as making
from bot.commands._open import keyring, run_with_database
from bot.commands._service import only_one
from bot.errors import Refusal
from bot.settings import Settings
from bot.settings import load as load_settings
from db import archive, backup, leases, people
from db.crypto import load_keyring, new_keyring, write_keyring
from db.migrate import current, downgrade, newest
from db.models import children, feedback
from db.rows import add
from db.session import Database
from db.types import new_id
from gateway.store import bots
from gateway.store.database import opened as gateway_store
from gateway.store.files import Blobs
from tests import cast
from tests.backups import (
    NOW,
    everything,
    how_many_feedbacks,
    line,
    make_home,
    new_machine,
    refused,
    run,
)
from tests.cast import XIAOHU, YULAN
from tests.house import TestHouse
from tests.postgres import Server, server_binaries

pytestmark = pytest.mark.slow  # left out of ./test --fast


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    return make_home(tmp_path, monkeypatch, capsys)


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
    assert run_with_database(how_many_feedbacks) == 0
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
        assert run_with_database(how_many_feedbacks) == 0

        def aside(conn: Connection) -> list[int]:
            schemas = [name for name in inspect(conn).get_schema_names() if name.startswith("before_restore_")]
            return [conn.execute(text(f"SELECT count(*) FROM {name}.feedback")).scalar_one() for name in schemas]

        assert run_with_database(aside) == [1]  # what was there is not gone, and not in the next backup
        assert run("backup", file) == 0
        # one of before the last upgrade, over tables of a newer program: what a county does whose upgrade went wrong
        run_with_database(lambda conn: downgrade(conn, "0018"), write=True)
        monkeypatch.setattr(making, "open_database", opened_as_it_is)
        monkeypatch.setattr(making.journal, "note", lambda *_, **__: None)
        monkeypatch.setattr(backup, "state_of", lambda conn: ("demo", "0018", {}))
        monkeypatch.setattr(backup, "keys_in", lambda conn: set())
        old_schema = tmp_path / "old.backup"
        assert run("backup", old_schema) == 0
        monkeypatch.undo()
        monkeypatch.setenv("ENV_FILE", os.devnull)
        monkeypatch.setenv("PATH", f"{server_binaries()}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setenv("DATA_DIR", str(tmp_path / "var"))
        monkeypatch.setenv("DATABASE_URL", new)
        assert run("restore", old_schema, "--force") == 0 == run("restore", old_schema, "--force")
        assert run_with_database(current) == newest()

        def name_taken(conn: Connection) -> str:
            conn.execute(text("CREATE SCHEMA before_restore_same"))
            name, before = _postgres.unused(conn, "before_restore_same"), _postgres.names(conn)
            _postgres.put_aside(conn, name)
            _postgres.put_back(conn, name, before)
            assert _postgres.names(conn) == before
            return name

        assert run_with_database(name_taken, write=True) == "before_restore_same_2"
        # while a part works on it from another machine; and with a dump that turns out to be none
        take = lambda conn: leases.take(conn, "sender", "other:1", datetime.now(UTC), timedelta(minutes=5))  # noqa: E731
        run_with_database(take, write=True)
        assert "还在运行" in refused(capsys, "restore", file, "--force")
        run_with_database(lambda conn: leases.release(conn, "sender", "other:1"), write=True)
        run_with_database(lambda conn: add(conn, feedback, id=new_id(), at=NOW, text="later"), write=True)
        monkeypatch.setattr(_postgres, "_run", broken_tool)
        assert "pg_restore" in refused(capsys, "restore", file, "--force")
        assert run_with_database(how_many_feedbacks) == 1


async def opened_as_it_is(settings: Settings) -> Database:
    """Without bringing it to the newest schema, as the program of that day opened it."""
    return await Database(settings.database_url, keyring(settings, make=False)).start()


def broken_tool(tool: str, url: str, options: list[str]) -> None:
    raise Refusal(f"{tool} …")


def test_the_countys_own_forms_situations_and_words_come_back(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = {
        "templates/儿童档案.docx": b"PK",
        "situations.json": b"[]",
        "lexicon.txt": "R1|打娃|天天打娃|打电话".encode(),
    }
    for name, content in own.items():
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_bytes(content)
    file = home.parent / "all.backup"
    assert run("backup", file) == 0
    folder = new_machine(home, monkeypatch)
    assert run("restore", file) == 0
    assert {name: (folder / name).read_bytes() for name in own} == own


def test_data_of_a_newer_program_is_refused_in_words_and_left_alone(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = home.parent / "all.backup"
    with closing(sqlite3.connect(home / "xiaomiao.db")) as conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
        conn.commit()
    assert "更新版本" in refused(capsys, "migrate")
    monkeypatch.setattr(making, "open_database", opened_as_it_is)
    assert run("backup", file) == 0
    folder = new_machine(home, monkeypatch)
    before = everything(folder)
    assert "更新版本" in refused(capsys, "restore", file)
    assert everything(folder) == before


def test_a_backup_made_in_the_middle_of_a_key_change_needs_both_keys_and_says_so_first(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file, old = home.parent / "all.backup", load_keyring(home / "keys.json", make=False)
    write_keyring(old.with_new_key(), home / "keys.json")
    run_with_database(lambda conn: add(conn, feedback, id=new_id(), at=NOW, text="under the new key"), write=True)
    assert run("backup", file) == 0
    folder = new_machine(home, monkeypatch)
    both = load_keyring(folder / "keys.json", make=False)
    write_keyring(both.without_old_keys(), folder / "keys.json")
    before = everything(folder)
    said = refused(capsys, "restore", file)
    assert old.current in said and "另一把钥匙" in said
    assert everything(folder) == before
    write_keyring(both, folder / "keys.json")
    assert run("restore", file) == 0
