"""A backup of the store, taken while it is written to, and bringing one back.

It holds the database and the files as they lie in the store (sealed) in a tar, and that is sealed once more: who has
the file and no key sees nothing, not even how many people there are. The key is not in it.
"""

import fcntl
import glob
import hashlib
import json
import os
import re
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, cast

from gateway import words
from gateway.errors import CannotServe
from gateway.store import schema
from gateway.store.archive import MAGIC, Damaged, OtherKey, SealedReader, SealedWriter
from gateway.store.database import PROOF, opened
from gateway.store.vault import Vault, open_vault

Json = dict[str, Any]
DATABASE = "gateway.db"
MANIFEST = "manifest.json"
FILES = "files"
UNFINISHED, RESTORING = ".backup-", ".restore-"
BESIDE = ("", "-wal", "-shm")
COUNTED = ("bots", "users", "groups", "messages", "files", "updates")
# Bots and pages saw numbers given after the backup was taken: those given after bringing it back must be others.
STEP_OVER = 1_000_000
_FILE = re.compile(r"files/[\w-]{2}/[\w-]+")
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Part:
    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself, at its end, inside its seal."""

    made_at: str
    schema: int
    counts: dict[str, int]
    parts: tuple[Part, ...]

    def about(self) -> Json:
        return {"made_at": self.made_at, "schema": self.schema, "counts": self.counts, "parts": len(self.parts)}


# --- taking one ---


def take(data: Path, file: Path, now: int) -> Manifest:
    """Back the store in `data` up into `file` (0600, whole or not at all). Raises CannotServe."""
    if not (data / DATABASE).exists():
        raise CannotServe(words.NO_GATEWAY_HERE.format(path=data))
    if not file.parent.is_dir():
        raise CannotServe(words.BACKUP_NO_FOLDER.format(path=file.parent))
    if file.exists() and not is_backup(file):
        raise CannotServe(words.BACKUP_IN_THE_WAY.format(path=file))
    vault = open_vault(data, new=False)
    draft = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        # beside the data: a copy of it must not lie in a folder that others read
        with _alone(data), tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=data) as made:
            for left in file.parent.glob(f".{glob.escape(file.name)}.*.part"):
                left.unlink(missing_ok=True)
            copy = Path(made) / DATABASE
            _snapshot(data / DATABASE, copy)
            with _private(draft) as target:
                manifest = _pack(data, copy, target, vault, now)
                target.flush()
                os.fsync(target.fileno())
            draft.replace(file)
            _sync(file.parent)
    except sqlite3.Error:
        raise CannotServe(words.BACKUP_UNREADABLE) from None
    except OSError:
        raise CannotServe(words.DATA_NOT_WRITABLE.format(path=file.parent)) from None
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def is_backup(file: Path) -> bool:
    """Does the file begin like one of ours?"""
    with file.open("rb") as source:
        return source.read(len(MAGIC)) == MAGIC


def _snapshot(source: Path, target: Path) -> None:
    """A consistent copy of the database while it is written to; nobody waits for it. Raises sqlite3.Error."""
    with _private(target):
        pass
    with closing(sqlite3.connect(source, timeout=15)) as there, closing(sqlite3.connect(target)) as here:
        there.backup(here, pages=-1)
        here.execute("PRAGMA journal_mode = DELETE")  # one file, no -wal beside it
        _demand_sound(here)


def _demand_sound(connection: sqlite3.Connection) -> None:
    """Not quick_check: up to SQLite 3.40 it finds fault with sound tables WITHOUT ROWID whose key is in another order
    than their columns (chat_files). Raises sqlite3.DatabaseError."""
    if connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
        raise sqlite3.DatabaseError("not sound")


def _pack(data: Path, copy: Path, target: BinaryIO, vault: Vault, now: int) -> Manifest:
    writer = SealedWriter(target, vault)
    parts: list[Part] = []
    with closing(sqlite3.connect(copy)) as database:
        version = database.execute("PRAGMA user_version").fetchone()[0]
        counts = {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in COUNTED}  # noqa: S608
        file_ids = [row[0] for row in database.execute("SELECT file_id FROM files ORDER BY file_id")]
    with tarfile.open(fileobj=cast(Any, writer), mode="w|", format=tarfile.PAX_FORMAT) as tar:
        with copy.open("rb") as source:
            size = copy.stat().st_size
            parts.append(Part(DATABASE, size, hashlib.file_digest(source, "sha256").hexdigest()))
            source.seek(0)
            _add(tar, DATABASE, source, size)
        for file_id in file_ids:
            name = f"{FILES}/{file_id[:2]}/{file_id}"
            try:
                content = (data / name).read_bytes()
            except FileNotFoundError:
                continue  # its time was over since the copy was made
            parts.append(Part(name, len(content), hashlib.sha256(content).hexdigest()))
            _add(tar, name, BytesIO(content), len(content))
        manifest = Manifest(datetime.fromtimestamp(now, UTC).isoformat(), version, counts, tuple(parts))
        said = json.dumps(asdict(manifest)).encode()
        _add(tar, MANIFEST, BytesIO(said), len(said))
    writer.finish()
    return manifest


def _add(tar: tarfile.TarFile, name: str, source: BinaryIO, size: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    tar.addfile(entry, source)


# --- bringing one back ---


def restore(file: Path, data: Path, now: int, force: bool) -> Manifest:
    """Bring `file` back into `data`, where its key lies already. Nothing there is touched before the whole file has
    been read and found sound. Raises CannotServe."""
    _demand_free(data, force)  # before anybody waits, and once more when nobody else is at it
    vault = open_vault(data, new=False)
    folder = data / f"{RESTORING}{os.getpid()}"
    try:
        with _alone(data):
            there = _demand_free(data, force)
            manifest = _unpack(file, vault, folder)
            _look_over(folder / DATABASE, vault, manifest)
            if there:
                _move_aside(data, data / f"before-restore-{datetime.fromtimestamp(now, UTC):%Y%m%d-%H%M%S}")
            if (folder / FILES).exists():
                (folder / FILES).rename(data / FILES)
            (folder / DATABASE).rename(data / DATABASE)  # last: a kill before leaves no store that looks whole
            _sync(data)
            step_over(data)
    except OtherKey:
        raise CannotServe(words.BACKUP_OTHER_KEY) from None
    except (Damaged, sqlite3.Error):
        raise CannotServe(words.BACKUP_DAMAGED) from None
    except OSError:
        raise CannotServe(words.DATA_NOT_WRITABLE.format(path=data)) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return manifest


def _demand_free(data: Path, force: bool) -> bool:
    """Whether something lies there that has to be moved aside. Raises CannotServe where that is not wanted or in use."""
    there = any(path.exists() for path in (data / DATABASE, data / FILES))
    if there and not force:
        raise CannotServe(words.RESTORE_NOT_EMPTY.format(path=data))
    _demand_stopped(data / DATABASE)
    return there


def _demand_stopped(database: Path) -> None:
    """Whoever has a store open keeps it in WAL; only alone can it be taken out of it."""
    if not database.exists():
        return
    try:
        with closing(sqlite3.connect(database, timeout=0.2)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.OperationalError as refused:
        if "locked" in str(refused):
            raise CannotServe(words.RESTORE_RUNNING) from None
    except sqlite3.DatabaseError:
        pass  # a broken one: what a restore is for


def _unpack(file: Path, vault: Vault, folder: Path) -> Manifest:
    """Everything into `folder`, compared with the manifest at the end."""
    folder.mkdir(mode=0o700)
    found: list[Part] = []
    manifest: Manifest | None = None
    with file.open("rb") as sealed:
        reader = SealedReader(sealed, vault)
        try:
            with tarfile.open(fileobj=cast(Any, reader), mode="r|") as tar:
                for entry in tar:
                    source = tar.extractfile(entry)
                    if source is None or manifest is not None:
                        raise Damaged
                    if entry.name == MANIFEST:
                        manifest = _manifest(source.read())
                    elif entry.name == DATABASE or _FILE.fullmatch(entry.name):
                        found.append(_write(cast(BinaryIO, source), folder / entry.name, entry.name))
                    else:
                        raise Damaged
        except tarfile.TarError:
            raise Damaged from None
        if reader.read().strip(b"\0"):
            raise Damaged
    if manifest is None or tuple(found) != manifest.parts:
        raise Damaged
    return manifest


def _manifest(content: bytes) -> Manifest:
    try:
        said = json.loads(content)
        parts = tuple(Part(**part) for part in said.pop("parts"))
        return Manifest(parts=parts, **said)
    except (ValueError, TypeError, KeyError):
        raise Damaged from None


def _write(source: BinaryIO, path: Path, name: str) -> Part:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with _private(path) as target:
        while block := source.read(_BLOCK):
            digest.update(block)
            size += len(block)
            target.write(block)
        target.flush()
        os.fsync(target.fileno())
    return Part(name, size, digest.hexdigest())


def _look_over(database: Path, vault: Vault, manifest: Manifest) -> None:
    """Is it a sound store, of a version we know, that opens with this key?"""
    if manifest.schema > len(schema.STEPS):
        raise Damaged
    with closing(sqlite3.connect(database)) as connection:
        _demand_sound(connection)
        proof = connection.execute("SELECT value FROM meta WHERE name = 'proof'").fetchone()
    try:
        whole = proof is not None and vault.unseal("meta.proof", proof[0]) == PROOF.encode()
    except CannotServe:
        raise OtherKey from None
    if not whole:
        raise Damaged


def _move_aside(data: Path, aside: Path) -> None:
    aside.mkdir(mode=0o700)
    for name in [*(DATABASE + end for end in BESIDE), FILES]:
        if (data / name).exists():
            (data / name).rename(aside / name)


def step_over(data: Path) -> None:
    """Numbers go on well beyond those given since the backup, and a link used since then stays used."""
    with opened(data) as tx:
        tx.run("UPDATE bots SET last_update_id = last_update_id + ?", STEP_OVER)
        for table in ("chats", "groups"):
            tx.run(
                f"UPDATE {table} SET last_message_id = last_message_id + ?, last_event_id = last_event_id + ?",  # noqa: S608
                STEP_OVER, STEP_OVER,
            )  # fmt: skip
        tx.run("DELETE FROM links WHERE used_at IS NULL")


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Nobody else backs this store up or brings one back meanwhile; what a killed one left behind goes first."""
    folder = os.open(data, os.O_RDONLY)  # a lock on it goes with its process, however that ends
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        for left in (*data.glob(f"{UNFINISHED}*"), *data.glob(f"{RESTORING}*")):
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        os.close(folder)


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        yield file


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
