"""`./run restore FILE`: a backup into an empty data folder, checked before anything is written and after it."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Connection, func, inspect, select

from bot.commands import _postgres
from bot.commands._bring_back import bring_back, in_words, say
from bot.commands._in_place import LOCK, in_the_way
from bot.commands._open import database_path, keyring, newer_program, open_database
from bot.commands._service import only_one
from bot.errors import Refusal
from bot.settings import Settings, load
from db import backup, child_due, journal
from db import policy as policies
from db.backup import Manifest
from db.crypto import Keyring
from db.migrate import knows, newest
from db.models import leases
from db.session import Database


@dataclass(frozen=True)
class Restored:
    """What came back and what was found on looking it over."""

    manifest: Manifest
    revision: str
    recomputed: int
    journal: journal.Verdict
    counts: dict[str, int]


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--force",
    is_flag=True,
    help="文件夹里有数据也恢复;旧数据移到 before-restore-… 里。 / Also over data that is there; it is moved aside.",
)
@click.option(
    "--check",
    is_flag=True,
    help="只从头到尾核对这份备份,什么也不写。 / Only read the backup to its end; write nothing.",
)
def command(file: Path, force: bool, check: bool) -> int:
    """把备份恢复到空的数据文件夹。先把做备份时的钥匙放好。

    Bring a backup back into an empty DATA_DIR. Put the keys it was made with in place first.
    """
    settings = load()
    if check:
        found = examine(file, keyring(settings, make=False))
        click.echo(
            json.dumps(
                {"made_at": found.made_at, "kind": found.kind, "revision": found.revision, "counts": found.counts}
            )
        )
        say(f"这份备份是好的:{found.made_at[:16]} 的数据,钥匙也对。 / The backup is sound, and these keys open it.")
        return 0
    done = asyncio.run(restore(settings, file, force=force, now=datetime.now(UTC)))
    chain = {"links": done.journal.links, "unsealed": done.journal.unsealed, "broken_at": done.journal.broken_at}
    click.echo(
        json.dumps(
            {
                "made_at": done.manifest.made_at, "kind": done.manifest.kind, "revision": done.revision,
                "recomputed": done.recomputed, "journal": chain, "counts": done.counts,
            }
        )
    )  # fmt: skip
    if done.journal.broken_at is not None:
        raise Refusal(
            f"恢复好了,但日志从第 {done.journal.broken_at} 行起对不上,备份之前就被改动过。 / "
            f"Restored, but the journal had been tampered with from line {done.journal.broken_at} on."
        )
    say(
        f"恢复好了:{done.manifest.made_at[:16]} 的数据,改正到期日 {done.recomputed} 个,日志完整。 / Restored; the journal is whole."
    )
    if (done.manifest.kind == "county") != bool(settings.county):
        say("注意:.env 里的 COUNTY 和这份数据不符,启动前先改好。 / Mind: COUNTY in .env does not fit this data.")
    return 0


async def restore(settings: Settings, file: Path, *, force: bool, now: datetime) -> Restored:
    """Nothing is written before the whole file has been read and found sound. Raises Refusal."""
    ring = keyring(settings, make=False)
    manifest = await asyncio.to_thread(examine, file, ring)
    demand_room(settings, manifest, force=force)
    if backup.DUMP in manifest.names:
        await _demand_free(settings, ring, force=force)
    os.umask(0o077)  # what is written here is for its own user only
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with only_one(settings):
        await bring_back(settings, file, ring, manifest, force, now)
        return await _look_over(settings, manifest, now)


def examine(file: Path, ring: Keyring) -> Manifest:
    """Read a backup to its end: it is sound, these keys open all of it, and this program knows it. Raises Refusal."""
    with in_words():
        manifest = backup.examine(file, ring)
    missing = sorted(set(manifest.keys) - set(ring.keys))
    if missing:
        raise Refusal(
            f"这份备份里有一部分是用另一把钥匙({'、'.join(missing)})锁的,钥匙文件里没有。请取回做备份那天的钥匙文件。 / "
            "Part of the backup is under a key that is not in the key file; put back the key file of that day."
        )
    if not knows(manifest.revision):
        raise newer_program()
    return manifest


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
        raise _still_running()
    if not force and in_the_way(settings):
        raise _there_is_data(settings)


def _there_is_data(settings: Settings) -> Refusal:
    return Refusal(
        f"{settings.data_dir} 或数据库里已经有数据,没有动它。请换一个空的,或加 --force(旧数据移到一边,不删)。 / "
        "There is data already, untouched; choose an empty place, or --force, which moves it aside."
    )


async def _demand_free(settings: Settings, ring: Keyring, *, force: bool) -> None:
    """Raises Refusal where something of ours lies in the PostgreSQL database, or still works on it from any machine."""

    def look(conn: Connection) -> tuple[bool, datetime | None]:
        if _postgres.is_restoring(conn):
            raise Refusal(
                "上一次恢复还在往数据库里写,等几分钟,写完了再恢复。 / "
                "An earlier restore is still writing into the database; wait a few minutes and start again."
            )
        there = inspect(conn)
        until = conn.execute(select(func.max(leases.c.until))).scalar() if there.has_table("leases") else None
        return there.has_table("meta"), until

    async with Database(settings.database_url, ring) as db:
        made, until = await db.read(look)
    if until is not None and until > datetime.now(UTC):
        raise _still_running()
    if made and not force:
        raise _there_is_data(settings)


def _still_running() -> Refusal:
    return Refusal("小苗还在运行,先停下它再恢复。 / The bot is still running; stop it first.")


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


# --- after ---


async def _look_over(settings: Settings, manifest: Manifest, now: datetime) -> Restored:
    """Bring it to this version, count the due days anew, walk the journal, and write into it that this happened."""
    db = await open_database(settings)
    try:

        def work(conn: Connection) -> Restored:
            while journal.seal(conn):
                pass
            verdict = journal.verify(conn)
            changed, counts = child_due.recompute(conn, policies.current(conn, now)), backup.state_of(conn)[2]
            journal.note(conn, now, "backup.restored", made_at=manifest.made_at, recomputed=changed)
            return Restored(manifest, newest(), changed, verdict, counts)

        return await db.run(work)
    finally:
        await db.close()
