"""Updates a second on PostgreSQL with 1, 2 and 4 worker processes on one inbox, and whether any was worked twice.

    ./run python benchmarks/postgres_workers.py [--updates 2000] [--workers 1 2 4] [--json]

A PostgreSQL of its own ($TEST_POSTGRES_URL, else server binaries on this machine; tests/postgres.py), a demo county, so
many updates waiting in the inbox. Each worker does our whole durable work for each: a contact record, due days, journal,
outbox. Counted from the moment all workers are ready until nothing waits. Afterwards every update must have one contact
and one answer, and each chat's answers must stand in the order of its messages.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

from sqlalchemy import Connection, func, select  # noqa: E402
from updates import TOKEN, keeping, seeded  # noqa: E402


def message(number: int, chat: int) -> dict[str, Any]:
    sender = {"id": chat, "first_name": "某人"}
    return {
        "update_id": number,
        "message": {
            "message_id": number, "date": 1_795_000_000, "text": f"第{number}条，家里都好",
            "chat": {**sender, "type": "private"}, "from": {**sender, "is_bot": False},
        },
    }  # fmt: skip


async def work(url: str, keys: Path) -> None:
    """One worker process: says that it is ready, waits for the word, works until stopped."""
    from bot import app as application
    from db.crypto import load_keyring
    from db.session import Database
    from domain import units

    application.SUBJECTS = (keeping(),)
    async with Database(url, load_keyring(keys, make=False)) as db:
        app = await application.build(db, TOKEN, "http://127.0.0.1:9", units.load(demo=True), demo=True)
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        await app.worker.run()


async def measure(url: str, keys: Path, chats: list[int], updates: int, workers: int, first: int) -> dict[str, Any]:
    from db import inbox
    from db.crypto import load_keyring
    from db.models import contacts, outbox
    from db.models import inbox as inbox_table
    from db.session import Database

    numbers = range(first, first + updates)
    async with Database(url, load_keyring(keys, make=False)) as db:
        await db.run(
            lambda conn: inbox.put(
                conn, 4711, [message(one, chats[one % len(chats)]) for one in numbers], datetime.now(UTC)
            )
        )

        def counts(conn: Connection) -> tuple[int, int]:
            return (
                conn.execute(select(func.count()).select_from(contacts)).scalar_one(),
                conn.execute(select(func.count()).select_from(outbox)).scalar_one(),
            )

        before = await db.read(counts)
        command = [sys.executable, str(Path(__file__)), "--url", url, "--keys", str(keys)]
        pipe = asyncio.subprocess.PIPE
        running = [await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe) for _ in range(workers)]
        try:
            for one in running:
                assert one.stdout is not None
                while await one.stdout.readline() != b"ready\n":
                    assert one.returncode is None
            began = time.perf_counter()
            for one in running:
                assert one.stdin is not None
                one.stdin.write(b"\n")
            while await db.read(inbox.waiting):
                await asyncio.sleep(0.02)
            took = time.perf_counter() - began
        finally:
            for one in running:
                if one.returncode is None:
                    one.kill()
                await one.wait()
        after = await db.read(counts)
        rows = await db.read(
            lambda conn: conn.execute(select(outbox).order_by(outbox.c.seq).where(outbox.c.message_id.is_(None))).all()
        )
        aside = await db.read(
            lambda conn: conn.execute(
                select(func.count()).select_from(inbox_table).where(inbox_table.c.state != "done")
            ).scalar_one()
        )
        said: dict[int, list[int]] = defaultdict(list)
        from db.rows import opened

        for row in rows:
            text = (await db.read(lambda conn, row=row: opened(conn, outbox, row)))["params"]["text"]  # type: ignore[misc]
            if (number := int(text[1:].partition("条")[0])) >= first:
                said[row.chat_id].append(number)
    return {
        "updates_per_s": round(updates / took, 1), "not_done": aside,
        "worked_twice": max(after[0] - before[0], after[1] - before[1]) - updates,
        "chats_out_of_order": sum(numbers != sorted(numbers) for numbers in said.values()),
    }  # fmt: skip


async def compare(updates: int, workers: list[int]) -> dict[str, Any]:
    from db.crypto import load_keyring
    from db.session import Database
    from tests.postgres import shared_server

    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="xiaomiao-workers-") as folder, shared_server(Path(folder)) as server:
        keys = Path(folder) / "keys.json"
        with server.fresh_database() as url:
            async with Database(url, load_keyring(keys, make=True)) as db:
                chats = await db.run(seeded)
            for place, count in enumerate(workers):
                found[str(count)] = await measure(url, keys, chats, updates, count, 1 + place * updates)
                print(f"{count} workers: {found[str(count)]}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--updates", type=int, default=2000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--json", action="store_true")
    for hidden in ("--url", "--keys"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.url:
        from bot import app

        app.run(work(given.url, Path(given.keys)))
        return
    os.umask(0o077)
    found = asyncio.run(compare(given.updates, given.workers))
    if given.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
