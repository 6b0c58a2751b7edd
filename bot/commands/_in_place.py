"""What a restore moves: what lies in the data folder to one side, what was unpacked into its place; and all of it back."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from bot.commands._open import RESTORING, database_path
from bot.settings import Settings
from db import backup
from db.crypto import lock_of, sync_folder
from gateway.store.backup import step_over

LOCK = "running.lock"
# What may lie in the folder of a new machine: the keys, which are brought separately, and accounts of failures.
_KEYS = ("gateway.key", "admin.key", "xiaomiao.token")
_OURS = ("gateway", "logs", "backups", LOCK)
_BESIDE = ("", "-wal", "-shm")
Moves = list[tuple[Path, Path]]


def in_the_way(settings: Settings) -> list[Path]:
    """What lies in the data folder besides the keys and our logs."""
    if not settings.data_dir.exists():
        return []
    key = settings.key_file
    fine = (*_OURS, key.name, lock_of(key).name) if key.parent == settings.data_dir else _OURS
    ours = (RESTORING, backup.UNFINISHED)  # what a killed one left, of no use to anybody
    found = [path for path in settings.data_dir.iterdir() if path.name not in fine and not path.name.startswith(ours)]
    gateway = settings.data_dir / "gateway"
    found += [path for path in gateway.iterdir() if path.name not in _KEYS] if gateway.is_dir() else []
    if settings.database_url.startswith("sqlite") and database_path(settings).exists():
        found.append(database_path(settings))
    return found


def unused(path: Path) -> Path:
    """That name, or the next that nothing has: what an earlier try has moved aside is not written over."""
    tried = (path.with_name(f"{path.name}-{number}") for number in range(2, 10_000))
    return path if not path.exists() else next(one for one in tried if not one.exists())


def exchange(settings: Settings, folder: Path, aside: Path | None, moved: Moves) -> None:
    """What was unpacked takes the place of what is there. `moved` says how far it came: `undo` takes that."""
    if aside is not None:
        _move_aside(settings, aside, moved)
    _put_in_place(settings, folder, moved)


def undo(moved: Moves, aside: Path) -> None:
    """Everything is where it was. Stops at the first that does not go back: nothing may be put over it."""
    while moved:
        here, there = moved[-1]
        shutil.move(there, here)
        moved.pop()
    for emptied in (*sorted(aside.rglob("*"), reverse=True), aside):
        with suppress(OSError):
            emptied.rmdir()


def move(here: Path, there: Path, moved: Moves) -> None:
    """Whole or not at all, also onto another disk."""
    there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = there.with_name(f".{there.name}.coming")
    try:
        shutil.move(here, draft)
        draft.replace(there)
    except OSError:
        if not here.exists():  # the only one there is
            shutil.move(draft, here)
        elif draft.is_dir():
            shutil.rmtree(draft)
        else:
            draft.unlink(missing_ok=True)
        raise
    moved.append((here, there))
    sync_folder(there.parent)


def _move_aside(settings: Settings, aside: Path, moved: Moves) -> None:
    paths = [path for path in in_the_way(settings) if not path.name.startswith("before-restore-")]
    if settings.database_url.startswith("sqlite"):
        paths += [Path(f"{database_path(settings)}{end}") for end in _BESIDE]
    for path in dict.fromkeys(paths):
        if path.exists():
            inside = path.is_relative_to(settings.data_dir)
            move(path, aside / (path.relative_to(settings.data_dir) if inside else path.name), moved)


def _put_in_place(settings: Settings, folder: Path, moved: Moves) -> None:
    """The bot's database last: as long as it is not there, the folder counts as new."""
    gateway, home = folder / "gateway", settings.data_dir / "gateway"
    if gateway.exists():
        for path in sorted(gateway.iterdir()):
            move(path, home / path.name, moved)
        step_over(home)  # the numbers and links given since then are not given a second time
    for name in backup.OWN:
        if (folder / name).exists():
            move(folder / name, settings.data_dir / name, moved)
    if (folder / backup.DATABASE).exists():
        move(folder / backup.DATABASE, database_path(settings), moved)
