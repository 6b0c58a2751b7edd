"""Bringing a database to the newest schema, and marking what it is for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, select, text

from db import journal
from db.crypto import KeyTrouble
from db.models import journal as journal_table
from db.models import meta
from db.rows import keys_of

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent / "migrations"
TAGGED = "0024"  # from this revision on the lines of the journal are tagged


def config(conn: Connection | None = None) -> Config:
    from alembic.config import Config  # ten megabytes: only when there is something to migrate

    made = Config()
    made.set_main_option("script_location", str(HERE))
    made.set_main_option("path_separator", "os")
    if conn is not None:
        made.attributes["connection"] = conn
    return made


def revisions() -> list[str]:
    """Of every change of the schema, oldest first: their numbers rise, one after the other."""
    return sorted(file.name.partition("_")[0] for file in (HERE / "versions").glob("[0-9]*.py"))


def newest() -> str:
    return revisions()[-1]


def knows(revision: str) -> bool:
    """Whether this program can bring a schema of that revision to its own; not so with one of a newer program."""
    return revision in revisions()


def current(conn: Connection) -> str | None:
    """The revision of this database; None where there is no schema yet."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    revision: str | None = conn.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def migrate(conn: Connection, to: str = "head") -> bool:
    """Upgrade to `to`; whether anything had to be done. Runs inside the caller's transaction: all or nothing."""
    before = current(conn)
    if to == "head" and before == newest():
        return False
    from alembic import command

    command.upgrade(config(conn), to)
    if before is not None and before < TAGGED <= (current(conn) or "") and get_meta(conn, "key_check") is not None:
        journal.begin(conn)
    return True


def downgrade(conn: Connection, to: str) -> None:
    from alembic import command

    command.downgrade(config(conn), to)


def get_meta(conn: Connection, key: str) -> str | None:
    value: str | None = conn.execute(select(meta.c.value).where(meta.c.key == key)).scalar()
    return value


def put_meta(conn: Connection, key: str, value: str) -> None:
    if get_meta(conn, key) is None:
        conn.execute(meta.insert().values(key=key, value=value))
    else:
        conn.execute(meta.update().where(meta.c.key == key).values(value=value))


def check_keys(conn: Connection) -> None:
    """Refuse to go on with keys this database was not written with. Raises KeyTrouble."""
    ring, place = keys_of(conn), "meta.value:key_check"
    stored = get_meta(conn, "key_check")
    if stored is None:
        if conn.execute(select(journal_table.c.id).limit(1)).first():  # any keys would do, and a new chain begin
            raise KeyTrouble("数据库里核对密钥的记号不见了，有人动过它。请从备份恢复。 / The mark of its keys is gone from this database; restore a backup.")
        put_meta(conn, "key_check", ring.seal(place, b"xiaomiao").hex())
        put_meta(conn, "index_check", ring.blind("check", "xiaomiao").hex())
        journal.begin(conn)
        return
    if ring.open(place, bytes.fromhex(stored)) != b"xiaomiao":
        raise KeyTrouble("密钥和这个数据库不是一套。请放回原来的密钥文件。")
    if get_meta(conn, "index_check") != ring.blind("check", "xiaomiao").hex():
        raise KeyTrouble("密钥文件里的查找密钥不对，和这个数据库不是一套。请放回原来的密钥文件。")
