"""PostgreSQL's own tools for backup and restore. The password goes by the environment, never on the command line."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import make_url

from bot.errors import Refusal

_PARTS = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password", "PGDATABASE": "dbname"}


def dump(url: str, to: Path) -> None:
    """All of the database into a file that `restore` reads."""
    _run("pg_dump", url, ["--format=custom", "--no-owner", "--no-privileges", f"--file={to}"])


def restore(url: str, dumped: Path, *, clean: bool) -> None:
    """All or nothing; `clean` drops what is there first."""
    database = make_url(url).database or ""
    more = ["--clean", "--if-exists"] if clean else []
    _run("pg_restore", url, ["--single-transaction", "--no-owner", "--no-privileges", f"--dbname={database}", *more, str(dumped)])


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
    where = {name: str(said[part]) for name, part in _PARTS.items() if part in said}
    done = subprocess.run([demand(tool), *options], env=os.environ | where, capture_output=True, check=False)
    if done.returncode:
        # what it complains of may quote data: the code is enough to look it up
        raise Refusal(
            f"{tool} 没有成功（退出码 {done.returncode}）。请核对 DATABASE_URL，客户端版本不能比服务器旧。 / "
            f"{tool} failed with code {done.returncode}; check DATABASE_URL, and that the tools are not older than the server."
        )
