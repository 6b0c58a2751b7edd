"""What goes into a backup and how it is taken while everything runs, and how it is checked before it is brought back."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import sqlite3
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, cast

from sqlalchemy import Connection, func, select

from db.archive import MAGIC, Damaged, SealedReader, SealedWriter
from db.crypto import Keyring, sync_folder
from db.migrate import current, get_meta
from db.models import metadata
from db.types import Secret

LAST_GOOD = "backup.last_good"
MANIFEST = "manifest.json"
DATABASE = "xiaomiao.db"  # the bot's database, wherever it lies
DUMP = "xiaomiao.dump"  # the same from PostgreSQL, as pg_dump writes it
GATEWAY = "gateway/gateway.db"
BLOBS = "gateway/files"
OWN = ("templates", "situations.json", "lexicon.txt")  # what the county put into its data folder itself
UNFINISHED = ".backup-"  # a folder of this name in the data folder is a backup being made, or what a killed one left
DAILY = re.compile(r"xiaomiao-\d{8}-\d{6}\.backup")
LOCK = "lock"
_NAME = re.compile(r"[\w.-]+(/[\w.-]+)*")
_DRAFT = re.compile(r"\.(.+)\.\d+\.part")
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Part:
    """One file in the backup."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself, inside its seal."""

    made_at: str
    kind: str
    revision: str
    counts: dict[str, int]
    parts: tuple[Part, ...]
    keys: tuple[str, ...] = ()  # the ids of all that something in it rests under

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()

    @property
    def names(self) -> list[str]:
        return [part.name for part in self.parts]


def state_of(conn: Connection) -> tuple[str, str, dict[str, int]]:
    """What a database holds: its kind, its schema's revision, and the rows of each table."""
    rows = {
        table.name: conn.execute(select(func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
    }
    return get_meta(conn, "kind") or "demo", current(conn) or "", rows


def keys_in(conn: Connection) -> set[str]:
    """The ids of all keys that something in the database rests under: more than one while a new key is taken up."""
    check = get_meta(conn, "key_check")
    found = {bytes.fromhex(check)[1:5]} if check else set()
    for table in metadata.sorted_tables:
        for column in (column for column in table.c if isinstance(column.type, Secret)):
            ids = select(func.substr(column, 2, 4)).distinct().where(column.is_not(None))
            found |= {bytes(one) for one in conn.execute(ids).scalars()}
    return {one.decode("ascii", "replace") for one in found}


def last_good(conn: Connection, now: datetime) -> datetime | None:
    """When the newest backup was made that was read back to its end. None, too, where that clock was plainly wrong."""
    said = get_meta(conn, LAST_GOOD)
    made = None if said is None else datetime.fromisoformat(said)
    return None if made is None or made > now + timedelta(days=1) else made


# --- taking one ---


def snapshot(source: Path, target: Path) -> None:
    """A consistent copy of a SQLite database that is being written to (SQLite's online backup, in one step).

    Nobody waits for it: in WAL it is one more reader. Raises sqlite3.DatabaseError if the copy is not sound.
    """
    _private(target).close()
    with closing(sqlite3.connect(source, timeout=15)) as there, closing(sqlite3.connect(target)) as here:
        there.backup(here, pages=-1)
        here.execute("PRAGMA journal_mode=DELETE")  # one file, no -wal beside it
        # not quick_check: SQLite 3.40 finds fault with sound tables WITHOUT ROWID whose key is in another order than
        # their columns, as the gateway's chat_files
        found = here.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(found)


@contextmanager
def workroom(data_dir: Path) -> Iterator[Path]:
    """An empty folder to put a backup together in; what killed ones left behind goes first."""
    for left in data_dir.glob(f"{UNFINISHED}*"):
        if _is_abandoned(left / LOCK):
            shutil.rmtree(left, ignore_errors=True)
    # beside the data: a copy of it must not lie in a folder that others read
    with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=data_dir) as made, _private(Path(made) / LOCK) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = Path(made) / "content"
        folder.mkdir(mode=0o700)
        yield folder


def _is_abandoned(path: Path) -> bool:
    """Whether whoever locked this file is gone: a lock goes with its process, however that ends."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except (FileNotFoundError, NotADirectoryError):  # no lock in it: just being made, or killed in its first moment
        return path.parent.exists() and path.parent.stat().st_mtime < time.time() - 60
    except OSError:  # another user's: not ours to judge
        return False
    return True


def copy_own(data_dir: Path, folder: Path) -> None:
    """The county's own forms, situations and words."""
    for name in OWN:
        if (data_dir / name).is_file():
            shutil.copyfile(data_dir / name, folder / name)
        else:
            copy_blobs(data_dir / name, folder / name)


def copy_blobs(source: Path, target: Path) -> None:
    """All files of a folder, where there is one. One tidied away in this moment is left out."""
    if not source.is_dir():
        return
    for path in sorted(source.rglob("*")):
        if path.is_file() and _NAME.fullmatch(path.relative_to(source).as_posix()):
            there = target / path.relative_to(source)
            there.parent.mkdir(parents=True, exist_ok=True)
            try:
                shutil.copyfile(path, there)
            except FileNotFoundError:
                there.unlink(missing_ok=True)


def pack(
    folder: Path, file: Path, ring: Keyring, made_at: datetime, state: tuple[str, str, dict[str, int]], keys: set[str]
) -> Manifest:
    """Everything in the folder into one sealed file (0600), put in place whole or not at all."""
    _clear_drafts(file)
    kind, revision, counts = state
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    parts = tuple(Part(path.relative_to(folder).as_posix(), path.stat().st_size, _digest(path)) for path in paths)
    manifest = Manifest(made_at.isoformat(), kind, revision, counts, parts, tuple(sorted({*keys, ring.current})))
    draft = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with _private(draft) as target:
            fcntl.flock(target, fcntl.LOCK_EX)
            writer = SealedWriter(target, ring)
            with tarfile.open(fileobj=cast(Any, writer), mode="w|", format=tarfile.PAX_FORMAT) as tar:
                _add(tar, MANIFEST, BytesIO(manifest.to_json()), len(manifest.to_json()))
                for part, path in zip(parts, paths, strict=True):
                    with path.open("rb") as source:
                        _add(tar, part.name, source, part.size)
            writer.finish()
            target.flush()
            os.fsync(target.fileno())
        draft.replace(file)
        sync_folder(file.parent)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def _clear_drafts(file: Path) -> None:
    """Halves of this backup and of daily ones that a killed process left: each is as large as a backup."""
    for left in file.parent.glob(".*.part"):
        name = _DRAFT.fullmatch(left.name)
        if name and (name[1] == file.name or DAILY.fullmatch(name[1])) and _is_abandoned(left):
            left.unlink(missing_ok=True)


def _add(tar: tarfile.TarFile, name: str, source: BinaryIO, size: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    tar.addfile(entry, source)


def is_backup(path: Path) -> bool:
    """Whether the file begins like one of ours."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


# --- bringing one back ---


def examine(file: Path, ring: Keyring) -> Manifest:
    """Read a backup to its end without writing anything. Raises Damaged or KeyTrouble."""
    with _opened(file, ring) as (manifest, members):
        for part, source in members:
            digest, size = hashlib.sha256(), 0
            while block := source.read(_BLOCK):
                digest.update(block)
                size += len(block)
            if (size, digest.hexdigest()) != (part.size, part.sha256):
                raise Damaged
    return manifest


def unpack(file: Path, ring: Keyring, folder: Path) -> Manifest:
    """Write what is in it into an empty folder (0700), each file 0600. `examine` it first."""
    folder.mkdir(mode=0o700, parents=True)
    with _opened(file, ring) as (manifest, members):
        for part, source in members:
            path = folder / part.name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _private(path) as target:
                shutil.copyfileobj(source, target, _BLOCK)
                target.flush()
                os.fsync(target.fileno())
    return manifest


@contextmanager
def _opened(file: Path, ring: Keyring) -> Iterator[tuple[Manifest, Iterator[tuple[Part, BinaryIO]]]]:
    """The manifest and then each file, in order; to the very last byte, so that a cut is noticed."""
    with file.open("rb") as sealed:
        reader = SealedReader(sealed, ring)
        try:
            with tarfile.open(fileobj=cast(Any, reader), mode="r|") as tar:
                manifest = _manifest(tar)
                seen: list[str] = []
                yield manifest, _members(tar, manifest, seen)
            if seen != manifest.names or reader.read().strip(b"\0"):
                raise Damaged
        except tarfile.TarError:
            raise Damaged from None


def _manifest(tar: tarfile.TarFile) -> Manifest:
    first = tar.next()
    source = tar.extractfile(first) if first is not None and first.name == MANIFEST else None
    if source is None:
        raise Damaged
    try:
        said = json.loads(source.read())
        parts = tuple(Part(**part) for part in said.pop("parts"))
        manifest = Manifest(parts=parts, keys=tuple(said.pop("keys", ())), **said)
    except (ValueError, TypeError, KeyError):
        raise Damaged from None
    if any(not _NAME.fullmatch(name) or ".." in name.split("/") for name in manifest.names):
        raise Damaged
    return manifest


def _members(tar: tarfile.TarFile, manifest: Manifest, seen: list[str]) -> Iterator[tuple[Part, BinaryIO]]:
    for part in manifest.parts:
        entry = tar.next()
        source = tar.extractfile(entry) if entry is not None and entry.name == part.name else None
        if source is None:
            raise Damaged
        yield part, cast(BinaryIO, source)
        seen.append(part.name)
    if tar.next() is not None:
        raise Damaged


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _private(path: Path) -> BinaryIO:
    """A new file that only its owner may read."""
    return cast(BinaryIO, os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"))
