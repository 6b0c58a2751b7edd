"""A data folder to back up, another machine to restore it on, and what a command said."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from bot.__main__ import main
from bot.commands import _in_place
from bot.commands._open import run_with_database
from bot.settings import ROOT
from db import journal, people
from db.models import feedback
from domain.units import load as load_units
from gateway.store import bots
from gateway.store.database import opened as gateway_store
from gateway.store.files import Blobs
from tests import cast

NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)


def make_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str | None = None
) -> Path:
    """A data folder with the cast in it (or in that database), a gateway with one bot and one file, and the settings."""
    for name in ("COUNTY", "DATABASE_URL", "KEY_FILE", "XIAOMIAO_KEYS", "GATEWAY_KEYS", "GATEWAY_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    if url is not None:
        monkeypatch.setenv("DATABASE_URL", url)
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


def refused(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    capsys.readouterr()
    assert run(*arguments) == 1
    said = capsys.readouterr()
    assert said.out == "" and "Traceback" not in said.err
    return said.err


def full_after(moves: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full after so many moves of a restore."""
    left, move = [moves], _in_place.move

    def until_full(*arguments: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        move(*arguments)

    monkeypatch.setattr(_in_place, "move", until_full)


def how_many_feedbacks(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(feedback)).scalar_one()


KILLED = """
import os, signal, sys
from bot.__main__ import main
from bot.commands import _bring_back, _in_place, _postgres
from db import archive, backup

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

at, moves = sys.argv[1], _in_place.move
if at == "copied":
    backup._digest = die
elif at == "packed":
    archive.SealedWriter.finish = die
elif at == "unpacked":
    _bring_back._check_gateway_key = die
elif at == "tables aside":
    _postgres.restore = die
elif at == "tables restored":
    bring_back = _postgres.restore
    _postgres.restore = lambda *arguments: die(bring_back(*arguments))
else:
    def counted(*arguments, _left=[int(at)]):
        _left[0] -= 1
        if _left[0] < 0:
            die()
        moves(*arguments)
    _in_place.move = counted
main(arguments=sys.argv[2:])
"""


def killed(at: str, *arguments: str | Path, environment: Mapping[str, str] = os.environ) -> None:
    """A command in a process of its own that is SIGKILLed at that point."""
    words = [sys.executable, "-c", KILLED, at, *map(str, arguments)]
    own = {**environment, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(words, cwd=ROOT, env=own, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
