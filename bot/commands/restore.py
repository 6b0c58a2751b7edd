"""`./run restore FILE`: a backup into an empty data folder, checked before anything is written and after it."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Connection, inspect

from bot.commands import _postgres
from bot.commands._open import database_path, keyring, open_database
from bot.commands._service import only_one
from bot.errors import Refusal
from bot.settings import Settings, load
from db import backup, child_due, journal
from db import policy as policies
from db.archive import Damaged
from db.backup import Manifest
from db.crypto import Keyring, KeyTrouble
from db.migrate import newest
from db.session import Database
from gateway import env_file
from gateway.errors import CannotServe
from gateway.store import vault

LOCK = "running.lock"
# What may lie in the folder of a new machine: the keys, which are brought separately, and accounts of failures.
_KEYS = ("gateway.key", "admin.key", "xiaomiao.token")
_OURS = ("gateway", "logs", "backups", LOCK)
_BESIDE = ("", "-wal", "-shm")


@dataclass(frozen=True)
class Restored:
    """What came back and what was found on looking it over."""

    manifest: Manifest
    revision: str
    recomputed: int
    journal: journal.Verdict


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--force", is_flag=True, help="文件夹里有数据也恢复;旧数据移到 before-restore-… 里。 / Also over data that is there; it is moved aside.")
def command(file: Path, force: bool) -> int:
    """把备份恢复到空的数据文件夹。先把做备份时的钥匙放好。

    Bring a backup back into an empty DATA_DIR. Put the keys it was made with in place first.
    """
    settings = load()
    done = asyncio.run(restore(settings, file, force=force, now=datetime.now(UTC)))
    found = {"links": done.journal.links, "unsealed": done.journal.unsealed, "broken_at": done.journal.broken_at}
    click.echo(
        json.dumps(
            {
                "made_at": done.manifest.made_at, "kind": done.manifest.kind, "revision": done.revision,
                "recomputed": done.recomputed, "journal": found, "counts": done.manifest.counts,
            }
        )
    )  # fmt: skip
    if done.journal.broken_at is not None:
        raise Refusal(
            f"恢复好了,但日志从第 {done.journal.broken_at} 行起对不上,备份之前就被改动过。 / "
            f"Restored, but the journal had been tampered with from line {done.journal.broken_at} on."
        )
    say(f"恢复好了:{done.manifest.made_at[:16]} 的数据,改正到期日 {done.recomputed} 个,日志完整。 / Restored; the journal is whole.")
    if (done.manifest.kind == "county") != bool(settings.county):
        say("注意:.env 里的 COUNTY 和这份数据不符,启动前先改好。 / Mind: COUNTY in .env does not fit this data.")
    return 0


async def restore(settings: Settings, file: Path, *, force: bool, now: datetime) -> Restored:
    """Nothing is written before the whole file has been read and found sound. Raises Refusal."""
    ring = keyring(settings, make=False)
    with _in_words():
        manifest = await asyncio.to_thread(backup.examine, file, ring)
    demand_room(settings, manifest, force=force)
    if backup.DUMP in manifest.names and not force and await _has_tables(settings, ring):
        raise _there_is_data(settings)
    os.umask(0o077)  # what is written here is for its own user only
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with only_one(settings):
        await asyncio.to_thread(_bring_back, settings, file, ring, manifest, force, now)
        return await _look_over(settings, manifest, now)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except KeyTrouble as trouble:
        raise Refusal(f"{trouble} / The backup was sealed with other keys; put back those it was made with.") from None
    except Damaged:
        raise Refusal(
            "这份备份坏了或不是小苗的备份,什么也没有写。请用另一份。 / The backup is damaged or not ours; nothing was written."
        ) from None


# --- before ---


def demand_room(settings: Settings, manifest: Manifest, *, force: bool) -> None:
    """Raises Refusal unless this backup fits here and nothing is in its way."""
    on_sqlite = settings.database_url.startswith("sqlite")
    if on_sqlite != (backup.DATABASE in manifest.names):
        raise Refusal(
            "这份备份是另一种数据库的(SQLite 或 PostgreSQL),请改 DATABASE_URL。 / "
            "The backup is of the other kind of database (SQLite or PostgreSQL); change DATABASE_URL."
        )
    if not on_sqlite:
        _postgres.demand("pg_restore")
    if _is_locked(settings) or (on_sqlite and _is_running(database_path(settings))):
        raise Refusal("小苗还在运行,先停下它再恢复。 / The bot is still running; stop it first.")
    if not force and in_the_way(settings):
        raise _there_is_data(settings)


def _there_is_data(settings: Settings) -> Refusal:
    return Refusal(
        f"{settings.data_dir} 或数据库里已经有数据,没有动它。请换一个空的,或加 --force(旧文件移到一边,PostgreSQL 里的会被换掉)。 / "
        "There is data already, untouched; choose an empty place, or --force, which moves files aside and replaces PostgreSQL's."
    )


async def _has_tables(settings: Settings, ring: Keyring) -> bool:
    """Whether anything of ours lies in the PostgreSQL database."""
    async with Database(settings.database_url, ring) as db:
        return await db.read(lambda conn: inspect(conn).has_table("meta"))


def in_the_way(settings: Settings) -> list[Path]:
    """What lies in the data folder besides the keys and our logs."""
    if not settings.data_dir.exists():
        return []
    found = [path for path in settings.data_dir.iterdir() if path.name not in _OURS and path != settings.key_file]
    gateway = settings.data_dir / "gateway"
    found += [path for path in gateway.iterdir() if path.name not in _KEYS] if gateway.is_dir() else []
    if settings.database_url.startswith("sqlite") and database_path(settings).exists():
        found.append(database_path(settings))
    return found


def _is_locked(settings: Settings) -> bool:
    """Whether a process of this machine holds the data folder. Leaves nothing behind where there is no lock yet."""
    path = settings.data_dir / LOCK
    if not path.exists():
        return False
    try:
        only_one(settings).close()
    except Refusal:
        return True
    return False


def _is_running(path: Path) -> bool:
    """Whether a bot holds one of the leases of the database that would be replaced."""
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(path, timeout=5)) as conn:
            until = conn.execute("SELECT max(until) FROM leases").fetchone()[0]
    except sqlite3.Error:
        return False  # no database of ours, or a broken one: what a restore is for
    return until is not None and datetime.fromisoformat(until).replace(tzinfo=UTC) > datetime.now(UTC)


# --- bringing back ---


def _bring_back(settings: Settings, file: Path, ring: Keyring, manifest: Manifest, force: bool, now: datetime) -> None:
    folder = settings.data_dir / f".restore-{now:%Y%m%d%H%M%S}"
    try:
        with _in_words():
            backup.unpack(file, ring, folder)
        if backup.GATEWAY in manifest.names:
            _check_gateway_key(settings, folder)
        if force:
            _move_aside(settings, folder, settings.data_dir / f"before-restore-{now:%Y%m%d-%H%M%S}")
        if backup.DUMP in manifest.names:
            _postgres.restore(settings.database_url, folder / backup.DUMP, clean=force)
        _put_in_place(settings, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _check_gateway_key(settings: Settings, folder: Path) -> None:
    """The gateway's messages are sealed with a key of its own, which has to be there as well."""
    home = settings.data_dir / "gateway"
    with closing(sqlite3.connect(folder / backup.GATEWAY)) as conn:
        proof = conn.execute("SELECT value FROM meta WHERE name = 'proof'").fetchone()
    try:
        env_file.read()  # GATEWAY_KEY_FILE may stand there
        keys = vault.open_vault(home, new=False)
        if proof is not None:
            keys.unseal("meta.proof", proof[0])
    except CannotServe:
        raise Refusal(
            f"网关的钥匙不在或不对。请把做备份时的 gateway.key 放到 {home} 里,再恢复一次。 / "
            "The gateway's key is missing or another one; put the gateway.key of that time in place and restore again."
        ) from None


def _move_aside(settings: Settings, folder: Path, aside: Path) -> None:
    paths = [path for path in in_the_way(settings) if path.name not in (folder.name,) and not path.name.startswith("before-restore-")]
    if settings.database_url.startswith("sqlite"):
        paths += [Path(f"{database_path(settings)}{end}") for end in _BESIDE]
    for path in dict.fromkeys(paths):
        if path.exists():
            inside = path.is_relative_to(settings.data_dir)
            to = aside / (path.relative_to(settings.data_dir) if inside else path.name)
            to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.move(path, to)


def _put_in_place(settings: Settings, folder: Path) -> None:
    """The bot's database last: as long as it is not there, the folder counts as new."""
    gateway, home = folder / "gateway", settings.data_dir / "gateway"
    if gateway.exists():
        home.mkdir(mode=0o700, exist_ok=True)
        for path in gateway.iterdir():
            path.replace(home / path.name)
    if (folder / backup.DATABASE).exists():
        database_path(settings).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(folder / backup.DATABASE, database_path(settings))


# --- after ---


async def _look_over(settings: Settings, manifest: Manifest, now: datetime) -> Restored:
    """Bring it to this version, count the due days anew, walk the journal, and write into it that this happened."""
    db = await open_database(settings)
    try:

        def work(conn: Connection) -> Restored:
            while journal.seal(conn):
                pass
            verdict = journal.verify(conn)
            changed = child_due.recompute(conn, policies.current(conn, now))
            journal.note(conn, now, "backup.restored", made_at=manifest.made_at, recomputed=changed)
            return Restored(manifest, newest(), changed, verdict)

        return await db.run(work)
    finally:
        await db.close()


def say(words: str) -> None:
    click.echo(words, err=True)
