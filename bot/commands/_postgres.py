"""PostgreSQL's own tools for backup and restore. The password goes by the environment, never on the command line."""

from __future__ import annotations

import os
import shutil
import subprocess
from itertools import chain, count
from pathlib import Path

from sqlalchemy import Connection, inspect, make_url, text
from sqlalchemy.schema import CreateSchema, DropSchema

from bot.errors import Refusal

_PARTS = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password", "PGDATABASE": "dbname"}


ASIDE = "before_restore_"  # a schema of this name holds what lay in the database before a restore


def dump(url: str, to: Path) -> None:
    """All of the database into a file that `restore` reads, but what an earlier restore put aside."""
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--exclude-schema={ASIDE}*", f"--file={to}"]
    _run("pg_dump", url, options)


def restore(url: str, dumped: Path) -> None:
    """Into a database with nothing of ours in it, all or nothing."""
    database = make_url(url).database or ""
    _run(
        "pg_restore",
        url,
        ["--single-transaction", "--no-owner", "--no-privileges", f"--dbname={database}", str(dumped)],
    )


def is_restoring(conn: Connection) -> bool:
    """Whether a `pg_restore` of ours writes into this database: that of a killed restore goes on without it."""
    working = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'pg_restore'"
    return conn.execute(text(working)).first() is not None


def names(conn: Connection, schema: str | None = None) -> set[str]:
    """Every table and sequence, of the schema we work in or of that one."""
    there = inspect(conn)
    return {*there.get_table_names(schema=schema), *there.get_sequence_names(schema=schema)}


def unused(conn: Connection, name: str) -> str:
    """That name for a schema, or the next that nothing has: two restores of one second keep what each of them moved aside."""
    there = set(inspect(conn).get_schema_names())
    return next(one for one in chain([name], (f"{name}_{number}" for number in count(2))) if one not in there)


def put_aside(conn: Connection, name: str) -> None:
    """Move every table and sequence into a new schema, also those of a newer program that a restore knows nothing of."""
    conn.execute(CreateSchema(name))
    _move(conn, None, name)


def put_back(conn: Connection, name: str, before: set[str]) -> None:
    """The tables and sequences of `before` are there and no others, whether or not anything was put aside or restored.

    What was restored goes first: `pg_restore` may fail, or be killed, with its work already committed.
    """
    moved = names(conn, name) if name in inspect(conn).get_schema_names() else None
    kept = before - (moved or set())
    quoted = conn.dialect.identifier_preparer.quote
    if came := set(inspect(conn).get_table_names()) - kept:
        conn.execute(text(f"DROP TABLE {', '.join(map(quoted, sorted(came)))}"))
    if came := set(inspect(conn).get_sequence_names()) - kept:  # those of no table
        conn.execute(text(f"DROP SEQUENCE {', '.join(map(quoted, sorted(came)))}"))
    if moved is not None:
        _move(conn, name, str(conn.execute(text("SELECT current_schema()")).scalar_one()))
        conn.execute(DropSchema(name))


def _move(conn: Connection, source: str | None, to: str) -> None:
    quoted, there = conn.dialect.identifier_preparer.quote, inspect(conn)
    start = f"{quoted(source)}." if source else ""
    for table in there.get_table_names(schema=source):  # its indexes, and what counts its ids, go with it
        conn.execute(text(f"ALTER TABLE {start}{quoted(table)} SET SCHEMA {quoted(to)}"))
    for sequence in inspect(conn).get_sequence_names(schema=source):
        conn.execute(text(f"ALTER SEQUENCE {start}{quoted(sequence)} SET SCHEMA {quoted(to)}"))


def demand(tool: str) -> str:
    """Where the tool is. Raises Refusal if it is not on PATH."""
    path = shutil.which(tool)
    if path is None:
        raise Refusal(
            f"数据在 PostgreSQL 里，要用它自带的 {tool}，这台机器的 PATH 上没有。请装上 PostgreSQL 客户端再试。 / "
            f"The data is in PostgreSQL and {tool} is not on PATH; install PostgreSQL's client tools."
        )
    return path


def _run(tool: str, url: str, options: list[str]) -> None:
    address = make_url(url)
    said = {**address.query, **address.translate_connect_args(username="user", database="dbname")}
    where = {name: str(said[part]) for name, part in _PARTS.items() if part in said} | {"PGAPPNAME": tool}
    done = subprocess.run([demand(tool), *options], env=os.environ | where, capture_output=True, check=False)
    if done.returncode:
        # what it complains of may quote data: the code is enough to look it up
        raise Refusal(
            f"{tool} 没有成功（退出码 {done.returncode}）。请核对 DATABASE_URL，客户端版本不能比服务器旧。 / "
            f"{tool} failed with code {done.returncode}; check DATABASE_URL, and that the tools are not older than the server."
        )
