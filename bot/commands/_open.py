"""Opening the county's database for a command: settings, keys, schema, and what the data directory is for."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from bot.errors import Refusal
from bot.settings import Settings, load
from db import people
from db.crypto import Keyring, KeyTrouble, load_keyring
from db.migrate import check_keys, current, get_meta, knows, migrate, newest, put_meta
from db.session import Database, DatabaseTrouble, is_busy
from domain import units
from domain.calendar import Quiet
from domain.policy import COUNTY_DEFAULTS, Policy
from domain.units import UnitTree

T = TypeVar("T")
# a folder of this name in the data folder: a backup is being brought back, or was when that was killed
RESTORING = ".restore-"


def policy_of(settings: Settings) -> Policy:
    """The county's numbers: the defaults with the hours of `.env`."""
    night = Quiet(settings.quiet_from, settings.quiet_until)
    return replace(
        COUNTY_DEFAULTS,
        digest_hour=settings.digest_at,
        quiet_hours=(night, *COUNTY_DEFAULTS.quiet_hours[1:]),
        messages_a_day=settings.messages_per_day,
    )


def is_new(settings: Settings) -> bool:
    """Whether nothing has been made here yet. A PostgreSQL database counts as made once there are keys for it."""
    if settings.database_url.startswith("sqlite"):
        return not database_path(settings).exists() and not settings.key_file.exists()
    return not settings.key_file.exists() and settings.xiaomiao_keys is None


def database_path(settings: Settings) -> Path:
    return Path(settings.database_url.split("///", 1)[1])


def keyring(settings: Settings, *, make: bool) -> Keyring:
    text = settings.xiaomiao_keys.get_secret_value() if settings.xiaomiao_keys else None
    try:
        return load_keyring(settings.key_file, make=make, text=text)
    except KeyTrouble as trouble:
        raise Refusal(str(trouble)) from None


async def open_database(settings: Settings, *, make: bool = False) -> Database:
    """The database, migrated and checked against its keys. Raises Refusal with a person's sentence.

    `make` allows making what is not there: the folder, the keys, the file. Without it a missing database is refused.
    """
    if not make and is_new(settings):
        raise Refusal(
            f"{settings.data_dir} 里还没有数据。先运行 ./run up(演示)或 ./run migrate(正式)。 / "
            "There is no data here yet; run ./run up or ./run migrate first."
        )
    if any(settings.data_dir.glob(f"{RESTORING}*")):
        raise Refusal(
            f"{settings.data_dir} 里的恢复没有做完。请再运行一次 ./run restore 文件 --force,然后再启动。 / "
            "A restore was interrupted here; run ./run restore FILE --force once more, then start."
        )
    os.umask(0o077)  # what this program writes is for its own user only
    if make:
        try:
            settings.data_dir.mkdir(parents=True, exist_ok=True)
            probe = settings.data_dir / ".writable"
            probe.write_text("")
            probe.unlink()
        except OSError as problem:
            raise Refusal(
                f"写不了数据文件夹 {settings.data_dir}({problem.strerror})。请换一个可写的 DATA_DIR。 / "
                "The data folder cannot be written; choose another DATA_DIR."
            ) from None
    db = Database(settings.database_url, keyring(settings, make=make and is_new(settings)), policy_of(settings))
    try:
        await db.start()
        await db.run(_bring_up_to_date)
    except DatabaseTrouble as trouble:
        raise Refusal(str(trouble)) from None
    except KeyTrouble as trouble:
        await db.close()
        raise Refusal(str(trouble)) from None
    except BaseException as problem:
        await db.close()
        if isinstance(problem, Exception) and not db.is_sqlite and is_busy(problem):
            raise Refusal(
                "数据库现在连不上。请看 PostgreSQL 是不是在运行,稍后再启动。 / "
                "The database cannot be reached; see whether PostgreSQL runs, and start again."
            ) from None
        raise
    return db


def newer_program() -> Refusal:
    """What is said of data that a newer version of this program has already changed."""
    return Refusal(
        "这份数据是更新版本的小苗写的,这个版本打不开,什么也没有动。请装上那个版本再试。 / "
        "This data was written by a newer version of the program, and is untouched; install that version."
    )


def _bring_up_to_date(conn: Connection) -> None:
    there = current(conn)
    if there is not None and not knows(there):
        raise newer_program()
    if there != newest():
        migrate(conn)
    check_keys(conn)


def mark(conn: Connection, settings: Settings) -> str:
    """What this data directory is for, decided once when it is made: 'demo' or 'county'. Raises Refusal on a mismatch."""
    kind, wanted = get_meta(conn, "kind"), "county" if settings.county else "demo"
    if kind is None:
        kind = wanted
        put_meta(conn, "kind", kind)
        people.put_units(conn, list(units.load(demo=kind == "demo")))
    if kind != wanted:
        raise Refusal(
            "这个数据文件夹是演示用的，不能用于正式工作。请换一个 DATA_DIR。 / This folder holds demo data; choose another DATA_DIR."
            if kind == "demo"
            else "这个数据文件夹是正式数据，请在 .env 里写好 COUNTY。 / This folder holds county data; set COUNTY in .env."
        )
    return kind


def kind_of(conn: Connection) -> str:
    return get_meta(conn, "kind") or "demo"


def tree_of(conn: Connection) -> UnitTree:
    """The unit tree as it stands in the database."""
    return UnitTree(people.all_units(conn))


def run_with_database(work: Callable[[Connection], T], *, write: bool = False) -> T:
    """Open the database of the settings, run one unit of work, close it again."""

    async def go() -> T:
        db = await open_database(load())
        try:
            return await (db.run(work) if write else db.read(work))
        finally:
            await db.close()

    return asyncio.run(go())
