"""Backup while everything runs, and the way back: on a new machine, with other keys, from a damaged file."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import json
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, inspect, select, text

from bot.__main__ import main
from bot.commands import _in_place, _postgres, restore
from bot.commands import backup as making
from bot.commands._open import keyring, run_with_database
from bot.commands._service import only_one
from bot.errors import Refusal
from bot.settings import ROOT, Settings
from bot.settings import load as load_settings
from db import archive, backup, inbox, journal, leases, people
from db.crypto import load_keyring, new_keyring, write_keyring
from db.migrate import current, downgrade, newest
from db.models import children, feedback
from db.models import inbox as inbox_table
from db.rows import add
from db.session import Database
from db.types import new_id
from domain.units import load as load_units
from gateway.store import bots
from gateway.store.backup import STEP_OVER
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
        # while a part works on it from another machine; and with a dump that turns out to be none
        take = lambda conn: leases.take(conn, "sender", "other:1", datetime.now(UTC), timedelta(minutes=5))  # noqa: E731
        run_with_database(take, write=True)
        assert "还在运行" in refused(capsys, "restore", file, "--force")
        run_with_database(lambda conn: leases.release(conn, "sender", "other:1"), write=True)
        run_with_database(lambda conn: add(conn, feedback, id=new_id(), at=NOW, text="later"), write=True)
        monkeypatch.setattr(_postgres, "_run", broken_tool)
        assert "pg_restore" in refused(capsys, "restore", file, "--force")
        assert run_with_database(how_many_feedbacks) == 1


def how_many_feedbacks(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(feedback)).scalar_one()


async def opened_as_it_is(settings: Settings) -> Database:
    """Without bringing it to the newest schema, as the program of that day opened it."""
    return await Database(settings.database_url, keyring(settings, make=False)).start()


def broken_tool(tool: str, url: str, options: list[str]) -> None:
    raise Refusal(f"{tool} …")


# --- killed on the way, and things of another day ---


KILLED = """
import os, signal, sys
from bot.__main__ import main
from bot.commands import _in_place, restore
from db import archive, backup

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

at, moves = sys.argv[1], _in_place.move
if at == "copied":
    backup._digest = die
elif at == "packed":
    archive.SealedWriter.finish = die
elif at == "unpacked":
    restore._check_gateway_key = die
else:
    def counted(*arguments, _left=[int(at)]):
        _left[0] -= 1
        if _left[0] < 0:
            die()
        moves(*arguments)
    _in_place.move = counted
main(arguments=sys.argv[2:])
"""


def killed(at: str, *arguments: str | Path) -> None:
    """A command in a process of its own that is SIGKILLed at that point."""
    words = [sys.executable, "-c", KILLED, at, *map(str, arguments)]
    done = subprocess.run(words, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


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


@pytest.mark.parametrize("at", ["unpacked", "2", "5"])
def test_a_restore_killed_half_way_starts_nothing_empty_and_is_taken_up_again(
    home: Path, capsys: pytest.CaptureFixture[str], at: str
) -> None:
    file = home.parent / "all.backup"
    assert run("backup", file) == 0
    run_with_database(lambda conn: add(conn, feedback, id=new_id(), at=NOW, text="later"), write=True)
    killed(at, "restore", file, "--force")
    for words in (("migrate",), ("backup", home.parent / "other.backup")):
        assert "恢复没有做完" in refused(capsys, *words)
    assert run("restore", file, "--force") == 0
    assert run_with_database(how_many_feedbacks) == 0
    with closing(sqlite3.connect(next(home.glob("before-restore-*/xiaomiao.db")))) as conn:
        assert conn.execute("SELECT count(*) FROM feedback").fetchone() == (1,)
    assert not [*home.glob(".restore-*")]


@pytest.mark.parametrize("moves", [1, 3, 5])
def test_a_restore_that_fails_half_way_leaves_everything_as_it_was(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], moves: int
) -> None:
    file = home.parent / "all.backup"
    assert run("backup", file) == 0
    left, move = [moves], _in_place.move

    def until_full(*arguments: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        move(*arguments)

    before = everything(home)
    monkeypatch.setattr(_in_place, "move", until_full)
    assert "磁盘满了" in refused(capsys, "restore", file, "--force")
    assert everything(home) == before | {"running.lock": b""}


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


def test_two_restores_of_one_second_keep_what_each_of_them_moved_aside(home: Path) -> None:
    file = home.parent / "all.backup"
    assert run("backup", file) == 0
    for number in range(2):
        (home / "lexicon.txt").write_text(f"# {number}")
        asyncio.run(restore.restore(load_settings(), file, force=True, now=NOW))
    found = sorted(path.read_text() for path in home.glob("before-restore-*/lexicon.txt"))
    assert found == ["# 0", "# 1"]


def test_what_cannot_be_put_where_it_belongs_stays_where_it_was(tmp_path: Path) -> None:
    here, there = tmp_path / "templates", tmp_path / "in the way"
    for folder in (here, there):
        folder.mkdir()
        (folder / "form.docx").write_text(folder.name)
    moved: list[tuple[Path, Path]] = []
    with pytest.raises(OSError):
        _in_place.move(here, there, moved)
    assert (here / "form.docx").read_text() == "templates" and not moved
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in the way", "templates"]
