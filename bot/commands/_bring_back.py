"""A backup that was found sound takes the place of what is there; whatever fails on the way, that is there again."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

import click

from bot.commands import _in_place, _postgres
from bot.commands._in_place import unused
from bot.commands._open import RESTORING
from bot.errors import Refusal
from bot.settings import Settings
from db import backup
from db.archive import Damaged
from db.backup import Manifest
from db.crypto import Keyring, KeyTrouble, sync_folder
from db.session import Database
from gateway import env_file
from gateway.errors import CannotServe
from gateway.store import vault

Undo = list[Callable[[], Awaitable[None]]]  # what puts back what has been done so far, in the order it was done


async def bring_back(
    settings: Settings, file: Path, ring: Keyring, manifest: Manifest, force: bool, now: datetime
) -> None:
    """Whatever fails on the way, what was there before is there again. Whoever is killed on the way starts again.

    Until it is through, a folder `.restore-…` lets nothing start. It stays where this is killed, where not everything went
    back, and where a restore that was to be taken up failed once more.
    """
    home, end = settings.data_dir, f"{now:%Y%m%d-%H%M%S}"
    taken_up, mark = any(home.glob(f"{RESTORING}*")), home / f"{RESTORING}{end}"
    for left in home.glob(f"{RESTORING}*/*"):  # not the folder itself: what it says is still so
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    folder, undo = mark / "content", Undo()
    try:
        mark.mkdir(mode=0o700, exist_ok=True)
        sync_folder(home)
        schema = await _exchange(settings, file, ring, manifest, folder, end if force else "", undo)
    except BaseException:
        undone = await _is_undone(undo)
        shutil.rmtree(folder, ignore_errors=True)
        if undone and not taken_up:
            shutil.rmtree(mark, ignore_errors=True)
        raise
    for left in home.glob(f"{RESTORING}*"):
        shutil.rmtree(left)
    if schema:
        say(f"原来的表在 {schema} 里,确认无误后可以删。 / What was there before lies in the schema {schema}.")


async def _exchange(
    settings: Settings, file: Path, ring: Keyring, manifest: Manifest, folder: Path, aside: str, undo: Undo
) -> str:
    """The files first: they can be moved back, but what `pg_restore` has done is committed. The schema of the old tables.

    `aside` is the end of the name of what the old is moved to; without it there is nothing old.
    """
    with in_words():
        await _to_its_end(lambda: backup.unpack(file, ring, folder))
    if backup.GATEWAY in manifest.names:
        _check_gateway_key(settings, folder)
    beside, moved = unused(settings.data_dir / f"before-restore-{aside}"), _in_place.Moves()

    async def files_back() -> None:
        _in_place.undo(moved, beside)

    undo.append(files_back)
    await _to_its_end(lambda: _in_place.exchange(settings, folder, beside if aside else None, moved))
    if backup.DUMP not in manifest.names:
        return ""
    async with Database(settings.database_url, ring) as db:
        before = await db.read(_postgres.names)
        wanted = f"{_postgres.ASIDE}{aside.replace('-', '_')}"
        # chosen beforehand: a connection may be lost just when what was put aside is committed
        schema = await db.read(lambda conn: _postgres.unused(conn, wanted)) if aside and before else ""

        async def tables_back() -> None:
            async with Database(settings.database_url, ring) as anew:
                await anew.run(lambda conn: _postgres.put_back(conn, schema, before))

        undo.append(tables_back)
        if schema:
            await db.run(lambda conn: _postgres.put_aside(conn, schema))
    await _to_its_end(lambda: _postgres.restore(settings.database_url, folder / backup.DUMP))
    return schema


async def _is_undone(undo: Undo) -> bool:
    """Whether everything is where it was. What stands in the way of it is said; the caller says what went wrong before."""
    whole = True
    for put_back in reversed(undo):
        try:
            await put_back()
        except Exception as problem:
            whole = False
            say(
                f"原来的数据没能全部放回去({type(problem).__name__}),都还在,但现在不能启动。"
                "解决下面的问题以后,再运行一次 ./run restore 文件 --force。 / "
                "Not everything could be put back; nothing is lost, but nothing starts until ./run restore FILE --force is through."
            )
    return whole


async def _to_its_end(work: Callable[[], object]) -> None:
    """In a thread, waited for also after Ctrl-C: what still goes on cannot be undone."""
    running = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        while not running.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([running])
        raise


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


@contextmanager
def in_words() -> Iterator[None]:
    """What a backup that cannot be read is told of in words: raises Refusal."""
    try:
        yield
    except KeyTrouble as trouble:
        raise Refusal(f"{trouble} / The backup was sealed with other keys; put back those it was made with.") from None
    except Damaged:
        raise Refusal(
            "这份备份坏了或不是小苗的备份,什么也没有写。请用另一份。 / The backup is damaged or not ours; nothing was written."
        ) from None


def say(words: str) -> None:
    click.echo(words, err=True)
