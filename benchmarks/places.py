"""Empty databases to measure on: one for each size, gone afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import Server, shared_server


@contextmanager
def servers(postgres: bool) -> Iterator[dict[str, Server | None]]:
    """The databases to measure, by name: SQLite needs no server."""
    if not postgres:
        yield {"sqlite": None}
        return
    with tempfile.TemporaryDirectory() as folder, shared_server(Path(folder)) as server:
        yield {"sqlite": None, "postgres": server}


@contextmanager
def emptied(server: Server | None) -> Iterator[str]:
    """The URL of an empty database: a SQLite file where there is no server."""
    if server is None:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite+aiosqlite:///{folder}/county.sqlite3"
        return
    with server.fresh_database() as place:
        yield place.replace("postgresql://", "postgresql+asyncpg://", 1)
