"""The way back on PostgreSQL when something gives on the way: tables and files are as they were, or nothing starts."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from bot.commands import _in_place, _postgres, restore
from bot.commands._open import run_with_database
from bot.errors import Refusal
from bot.settings import load as load_settings
from db.models import feedback
from db.rows import add
from db.types import new_id
from tests import cast
from tests.backups import NOW, everything, full_after, how_many_feedbacks, killed, make_home, new_machine, refused, run
from tests.postgres import Server, server_binaries

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
RESTORE = _postgres.restore


@pytest.fixture
def url(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PATH", f"{server_binaries()}{os.pathsep}{os.environ['PATH']}")
    return postgres_url


@pytest.fixture
def home(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """Tables and files with something in them that the backup beside them does not know."""
    folder = make_home(tmp_path, monkeypatch, capsys, url)
    (folder / "lexicon.txt").write_text("# of the backup")
    assert run("backup", tmp_path / "all.backup") == 0
    run_with_database(lambda conn: add(conn, feedback, id=new_id(), at=NOW, text="later"), write=True)
    (folder / "lexicon.txt").write_text("# later")
    return folder


@pytest.fixture
def empty(home: Path, postgres_server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, str]]:
    """Another machine with nothing but the keys, and an empty database for it."""
    with postgres_server.fresh_database() as database:
        monkeypatch.setenv("DATABASE_URL", database)
        yield new_machine(home, monkeypatch), database


def rows(url: str) -> dict[str, int]:
    """How many there are in each table, of whatever schema."""
    with psycopg.connect(url) as conn:
        named = conn.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        counted = sql.SQL("SELECT count(*) FROM {}")
        found = {name: conn.execute(counted.format(sql.Identifier(*name))).fetchone() for name in named}
    return {".".join(name): one[0] for name, one in found.items() if one}


def there(folder: Path, url: str) -> tuple[dict[str, bytes], list[str], dict[str, int]]:
    """The files, the folders and the tables; without the lock and the account of a failure that any command leaves."""
    files = {name: content for name, content in everything(folder).items() if not name.startswith(("running", "logs"))}
    return files, sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name != "logs"), rows(url)


def demand_restored(folder: Path, url: str) -> None:
    """What the backup knows is in place; what it does not know lies aside, once; nothing is left of the way."""
    found = rows(url)
    assert found["public.feedback"] == 0 and found["public.children"] == len(cast.CHILDREN)
    assert (folder / "lexicon.txt").read_text() == "# of the backup"
    assert sorted(number for name, number in found.items() if name.endswith(".feedback")) == [0, 1]
    assert "# later" in [path.read_text() for path in folder.glob("before-restore-*/lexicon.txt")]
    assert not [*folder.glob(".restore-*")]
    assert run_with_database(how_many_feedbacks) == 0


def broken(url: str, dumped: Path) -> None:
    raise Refusal("pg_restore …")


def committed_all_the_same(url: str, dumped: Path) -> None:
    """The line is lost at the last moment: all of it is there, and the tool says it is not."""
    RESTORE(url, dumped)
    raise Refusal("pg_restore …")


@pytest.mark.parametrize("moves", [1, 5])
def test_a_full_disk_leaves_all_as_it_was_and_the_next_try_works(
    home: Path, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], moves: int
) -> None:
    before, file = there(home, url), home.parent / "all.backup"
    with monkeypatch.context() as patched:
        full_after(moves, patched)
        assert "磁盘满了" in refused(capsys, "restore", file, "--force")
    assert there(home, url) == before
    assert run("restore", file, "--force") == 0
    demand_restored(home, url)


@pytest.mark.parametrize("tool", [broken, committed_all_the_same])
def test_a_tool_that_fails_leaves_all_as_it_was_whatever_it_had_done(
    home: Path, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tool: Callable[..., None]
) -> None:
    before, file = there(home, url), home.parent / "all.backup"
    with monkeypatch.context() as patched:
        patched.setattr(_postgres, "restore", tool)
        assert refused(capsys, "restore", file, "--force") == "pg_restore …\n"
    assert there(home, url) == before
    assert run("restore", file, "--force") == 0
    demand_restored(home, url)


def test_on_a_new_machine_too_and_the_next_try_needs_no_force(
    home: Path, empty: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before, file = there(*empty), home.parent / "all.backup"
    for moves in (0, 2):
        with monkeypatch.context() as patched:
            full_after(moves, patched)
            assert "磁盘满了" in refused(capsys, "restore", file)
        assert there(*empty) == before
    for tool in (broken, committed_all_the_same):
        with monkeypatch.context() as patched:
            patched.setattr(_postgres, "restore", tool)
            assert refused(capsys, "restore", file) == "pg_restore …\n"
        assert there(*empty) == before
    assert run("restore", file) == 0
    assert rows(empty[1])["public.children"] == len(cast.CHILDREN)


def test_nothing_starts_where_not_everything_could_be_put_back(
    home: Path, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = home.parent / "all.backup"

    def gone(*_: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patched:
        patched.setattr(_postgres, "restore", committed_all_the_same)
        patched.setattr(_postgres, "put_back", gone)
        said = refused(capsys, "restore", file, "--force")
    assert "没能全部放回去(ConnectionRefusedError)" in said and said.endswith("\npg_restore …\n")
    assert "恢复没有做完" in refused(capsys, "migrate")
    # nor after one more that fails, however well that one is undone
    before = there(home, url)
    with monkeypatch.context() as patched:
        full_after(3, patched)
        assert "磁盘满了" in refused(capsys, "restore", file, "--force")
    assert there(home, url)[::2] == before[::2]
    assert "恢复没有做完" in refused(capsys, "migrate")
    assert run("restore", file, "--force") == 0
    found = rows(url)
    assert found["public.feedback"] == 0
    assert 1 in [number for name, number in found.items() if name.endswith(".feedback")]
    assert run("migrate") == 0


@pytest.mark.parametrize("at", ["3", "tables aside", "tables restored"])
def test_one_that_is_killed_starts_nothing_and_is_taken_up_again(
    home: Path, url: str, capsys: pytest.CaptureFixture[str], at: str
) -> None:
    file = home.parent / "all.backup"
    killed(at, "restore", file, "--force")
    for words in (("migrate",), ("backup", home.parent / "other.backup")):
        assert "恢复没有做完" in refused(capsys, *words)
    assert run("restore", file, "--force") == 0
    found = rows(url)
    assert found["public.feedback"] == 0
    aside = {name.split(".")[0]: number for name, number in found.items() if name.endswith(".feedback")}
    assert sorted(aside.values()) == ([0, 0, 1] if at == "tables restored" else [0, 1])
    assert "# later" in [path.read_text() for path in home.glob("before-restore-*/lexicon.txt")]
    assert run("migrate") == 0


def test_the_tool_of_a_killed_one_that_still_writes_is_waited_for(
    home: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before, file = there(home, url), home.parent / "all.backup"
    with psycopg.connect(url, application_name="pg_restore"):
        assert "还在往数据库里写" in refused(capsys, "restore", file, "--force")
    assert there(home, url) == before


@pytest.mark.parametrize(("module", "name"), [(_in_place, "move"), (_postgres, "restore")])
async def test_ctrl_c_waits_for_what_is_being_done_and_then_puts_everything_back(
    home: Path, url: str, monkeypatch: pytest.MonkeyPatch, module: Any, name: str
) -> None:
    before, loop = await asyncio.to_thread(there, home, url), asyncio.get_running_loop()
    settings, file, now = load_settings(), home.parent / "all.backup", datetime.now(UTC)
    running = asyncio.create_task(restore.restore(settings, file, force=True, now=now))
    work, given = getattr(module, name), asyncio.Event()

    async def cancel() -> None:
        if not given.is_set():
            given.set()
            running.cancel()
            for _ in range(100):  # whoever does not wait goes on now
                await asyncio.sleep(0)

    def interrupted(*arguments: Any) -> None:
        work(*arguments)
        asyncio.run_coroutine_threadsafe(cancel(), loop).result()

    monkeypatch.setattr(module, name, interrupted)
    with pytest.raises(asyncio.CancelledError):
        await running
    assert given.is_set()
    await loop.shutdown_default_executor()  # whatever still goes on
    assert there(home, url) == before
