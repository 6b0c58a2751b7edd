"""`./run backup FILE`: everything but the keys, in one sealed file, while everything runs."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Connection, create_engine

from bot.commands import _postgres
from bot.commands._open import database_path, open_database
from bot.errors import Refusal
from bot.settings import Settings, load
from db import backup, journal
from db.archive import Damaged
from db.backup import Manifest
from db.migrate import put_meta


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def command(file: Path) -> None:
    """把数据库和网关的消息备份成一个加密文件,不用停机。文件里没有钥匙,钥匙要另外保管。

    Back everything up into one encrypted FILE while everything runs. The keys are not in it: keep them elsewhere.
    """
    settings, file = load(), file.expanduser().absolute()
    demand_writable(file)
    manifest = asyncio.run(take(settings, file, datetime.now(UTC)))
    with file.open("rb") as whole:
        digest = hashlib.file_digest(whole, "sha256").hexdigest()
    click.echo(
        json.dumps(
            {
                "file": str(file), "bytes": file.stat().st_size, "sha256": digest, "made_at": manifest.made_at,
                "kind": manifest.kind, "revision": manifest.revision, "counts": manifest.counts,
                "parts": manifest.names,
            },
            ensure_ascii=False,
        )
    )  # fmt: skip
    click.echo(
        f"备份好了。没有 {settings.key_file} 里的钥匙打不开它,请把钥匙另外保管。 / "
        "Done. It cannot be opened without the keys, which are not in it: keep them in a second place.",
        err=True,
    )


def demand_writable(file: Path) -> None:
    """Raises Refusal where a backup must not or cannot be written."""
    if not file.parent.is_dir():
        raise Refusal(f"没有 {file.parent} 这个文件夹,先建好它。 / There is no such folder; make it first.")
    if file.exists() and not (file.is_file() and backup.is_backup(file)):
        raise Refusal(
            f"{file} 已经有了,而且不是备份,没有动它。请换一个文件名。 / It exists and is no backup; choose another name."
        )


async def take(settings: Settings, file: Path, now: datetime) -> Manifest:
    """Make the backup, read it back to its end, and only then write it down as a good one. Raises Refusal."""
    if not settings.database_url.startswith("sqlite"):
        _postgres.demand("pg_dump")
    db = await open_database(settings)
    try:
        with backup.workroom(settings.data_dir) as folder:
            before = set() if db.is_sqlite else await db.read(backup.keys_in)  # a rotation may end while it is dumped
            await asyncio.to_thread(_copy, settings, folder)
            if (folder / backup.DATABASE).exists():
                state, keys = await asyncio.to_thread(_state, folder / backup.DATABASE)
            else:
                state, keys = await db.read(lambda conn: (backup.state_of(conn), backup.keys_in(conn)))
            manifest = await asyncio.to_thread(backup.pack, folder, file, db.keys, now, state, keys | before)
        try:
            await asyncio.to_thread(backup.examine, file, db.keys)
        except Damaged:
            raise Refusal(
                f"备份写到 {file} 以后读回来不对,不能用。磁盘可能坏了,请换一个地方再备份。 / "
                "The backup does not read back as it was written; the disk may be failing. Back up to another place."
            ) from None

        def note(conn: Connection) -> None:
            journal.note(
                conn,
                now,
                "backup.made",
                parts=len(manifest.parts),
                bytes=file.stat().st_size,
                revision=manifest.revision,
            )
            put_meta(conn, backup.LAST_GOOD, now.isoformat())

        await db.run(note)
        return manifest
    finally:
        await db.close()


def _copy(settings: Settings, folder: Path) -> None:
    """The gateway first: what it hands over between the two copies is then in both and known again by its number. The
    other way round a message would stand in the chat as received, and nothing would be known of it.
    """
    try:
        gateway = settings.data_dir / backup.GATEWAY
        if gateway.exists():
            (folder / backup.GATEWAY).parent.mkdir(mode=0o700)
            backup.snapshot(gateway, folder / backup.GATEWAY)
            backup.copy_blobs(settings.data_dir / backup.BLOBS, folder / backup.BLOBS)
        if settings.database_url.startswith("sqlite"):
            backup.snapshot(database_path(settings), folder / backup.DATABASE)
        else:
            _postgres.dump(settings.database_url, folder / backup.DUMP)
        backup.copy_own(settings.data_dir, folder)
    except sqlite3.Error as problem:
        if "full" in str(problem):
            raise
        raise Refusal(
            f"数据库读不完整({type(problem).__name__}),没有做成备份。磁盘可能坏了,请用上一份备份。 / "
            "The database cannot be read whole, so there is no backup; the disk may be failing."
        ) from None


def _state(copy: Path) -> tuple[tuple[str, str, dict[str, int]], set[str]]:
    """What the copy itself holds: the database goes on while we count."""
    engine = create_engine(f"sqlite:///{copy}")
    try:
        with engine.connect() as conn:
            return backup.state_of(conn), backup.keys_in(conn)
    finally:
        engine.dispose()
