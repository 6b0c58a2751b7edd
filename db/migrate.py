"""Bringing a database to the newest schema, and marking what it is for."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, select

from db.crypto import KeyTrouble
from db.models import meta
from db.rows import keys_of

HERE = Path(__file__).parent / "migrations"


def config(conn: Connection | None = None) -> Config:
    made = Config()
    made.set_main_option("script_location", str(HERE))
    made.set_main_option("path_separator", "os")
    if conn is not None:
        made.attributes["connection"] = conn
    return made


def newest() -> str:
    head = ScriptDirectory.from_config(config()).get_current_head()
    assert head is not None
    return head


def current(conn: Connection) -> str | None:
    return MigrationContext.configure(conn).get_current_revision()


def migrate(conn: Connection, to: str = "head") -> bool:
    """Upgrade to `to`; whether anything had to be done. Runs inside the caller's transaction: all or nothing."""
    if to == "head" and current(conn) == newest():
        return False
    command.upgrade(config(conn), to)
    return True


def downgrade(conn: Connection, to: str) -> None:
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
        put_meta(conn, "key_check", ring.seal(place, b"xiaomiao").hex())
        put_meta(conn, "index_check", ring.blind("check", "xiaomiao").hex())
        return
    if ring.open(place, bytes.fromhex(stored)) != b"xiaomiao":
        raise KeyTrouble("密钥和这个数据库不是一套。请放回原来的密钥文件。")
    if get_meta(conn, "index_check") != ring.blind("check", "xiaomiao").hex():
        raise KeyTrouble("密钥文件里的查找密钥不对，和这个数据库不是一套。请放回原来的密钥文件。")
