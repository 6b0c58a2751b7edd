"""`./run rotate-key`: a new key for all sealed data, while the bot runs; taken up again where a kill left it."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import click
from sqlalchemy import Connection

from bot.commands._open import open_database
from bot.errors import Refusal
from bot.settings import Settings, load
from db import journal, rotation
from db.crypto import KeyTrouble, only_writer, write_keyring
from db.session import Database

WATCH_EVERY = 2.0  # seconds: a running bot looks so often whether its key file has changed
HEARD_AFTER = 3 * WATCH_EVERY  # by then every running bot seals with the new key


@click.command("rotate-key")
@click.option(
    "--forget-old",
    is_flag=True,
    help="换好以后,把旧钥匙从钥匙文件里删掉。 / Remove the old keys once nothing needs them.",
)
def command(forget_old: bool) -> None:
    """换一把新钥匙,把全部加密的数据换成用它锁;不用停机,中断了再运行一次就接着做。

    A new key for all sealed data while everything runs; run it again after an interruption. Old backups still need the
    old keys: keep a copy of the old key file with them.
    """
    settings = load()
    if settings.xiaomiao_keys is not None:
        raise Refusal(
            "钥匙写在 XIAOMIAO_KEYS 里,程序改不了。先改用 KEY_FILE,再换钥匙。 / "
            "The keys are in XIAOMIAO_KEYS, which no program can change; use KEY_FILE first."
        )
    try:
        with only_writer(settings.key_file) as alone:
            if not alone:
                raise Refusal("另一个 rotate-key 正在换钥匙,等它做完。 / Another rotate-key is at work; wait for it.")
            said = asyncio.run(_forget(settings) if forget_old else _rotate(settings))
    except KeyTrouble as trouble:
        raise Refusal(str(trouble)) from None
    click.echo(json.dumps(said))


async def _rotate(settings: Settings) -> dict[str, object]:
    db = await open_database(settings)
    try:
        unfinished = await db.read(rotation.left)
        if not unfinished:
            old = db.keys.current
            write_keyring(db.keys.with_new_key(), settings.key_file)  # before anything is sealed with it
            db.keys.reread()
            await db.run(lambda conn: journal.note(conn, datetime.now(UTC), "key.new", old=old, new=db.keys.current))
            await asyncio.sleep(HEARD_AFTER)  # so that what a running bot seals from now on need not be walked again
        rows = await _walk_until_done(db)
        await db.run(lambda conn: journal.note(conn, datetime.now(UTC), "key.rotated", rows=rows, key=db.keys.current))
    finally:
        await db.close()
    click.echo(
        f"换好了,共 {rows} 行。请马上把新的 {settings.key_file} 另存一份;旧备份还要旧钥匙,旧的那份不要扔。"
        "要把旧钥匙从文件里删掉,运行 ./run rotate-key --forget-old。 / "
        "Done. Put a copy of the new key file in the second place at once, and keep the old copy for old backups. "
        "./run rotate-key --forget-old removes the old keys.",
        err=True,
    )
    return {"key": db.keys.current, "rows": rows, "continued": bool(unfinished)}


async def _walk_until_done(db: Database) -> int:
    """Batch by batch, each its own transaction: nobody waits longer than for one."""
    rows = 0
    while await db.read(rotation.left):
        place: rotation.Place | None = rotation.first()
        while place is not None:
            here = place
            count, place = await db.run(lambda conn, here=here: rotation.step(conn, here))  # type: ignore[misc]
            rows += count
    return rows


async def _forget(settings: Settings) -> dict[str, object]:
    db = await open_database(settings)
    try:
        ring = db.keys
        old = sorted(set(ring.keys) - {ring.current})

        def work(conn: Connection) -> None:
            rotation.demand_all_new(conn)
            journal.note(conn, datetime.now(UTC), "key.forgotten", keys=old)

        await db.run(work)
        if old:
            write_keyring(ring.without_old_keys(), settings.key_file)
    finally:
        await db.close()
    return {"key": ring.current, "forgotten": old}


async def watch_file(settings: Settings, db: Database) -> None:
    """For a running bot: take over the key file whenever it changes, until cancelled."""
    seen = await asyncio.to_thread(_stamp, settings)
    while True:
        await asyncio.sleep(WATCH_EVERY)
        now = await asyncio.to_thread(_stamp, settings)
        if now is not None and now != seen:
            try:
                db.keys.reread()
                seen = now
            except KeyTrouble as trouble:
                click.echo(str(trouble), err=True)


def _stamp(settings: Settings) -> tuple[int, int] | None:
    try:
        found = settings.key_file.stat()
    except OSError:
        return None  # taken away while we run: the keys we hold go on
    return found.st_mtime_ns, found.st_ino
