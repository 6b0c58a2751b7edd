"""A restore that is killed or fails half way: what was there is there, or nothing starts until it is taken up again."""

from __future__ import annotations

import asyncio
import errno
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.commands import _in_place, restore
from bot.commands._open import run_with_database
from bot.settings import load as load_settings
from db import backup
from db.models import feedback
from db.rows import add
from db.types import new_id
from tests.backups import (
    NOW,
    everything,
    full_after,
    how_many_feedbacks,
    killed,
    make_home,
    refused,
    run,
)

pytestmark = pytest.mark.slow  # left out of ./test --fast


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    return make_home(tmp_path, monkeypatch, capsys)


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


def test_one_more_try_that_fails_does_not_let_start_what_a_killed_one_left(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = home.parent / "all.backup"
    assert run("backup", file) == 0
    killed("5", "restore", file, "--force")

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(backup, "unpack", full)
        assert "磁盘满了" in refused(capsys, "restore", file, "--force")
    assert "恢复没有做完" in refused(capsys, "migrate")
    assert run("restore", file, "--force") == 0 == run("migrate")


@pytest.mark.parametrize("moves", [1, 3, 5])
def test_a_restore_that_fails_half_way_leaves_everything_as_it_was(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], moves: int
) -> None:
    file = home.parent / "all.backup"
    assert run("backup", file) == 0
    before = everything(home)
    full_after(moves, monkeypatch)
    assert "磁盘满了" in refused(capsys, "restore", file, "--force")
    assert everything(home) == before | {"running.lock": b""}
    assert not [*home.glob("before-restore-*")] and not [*home.glob(".restore-*")]


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
