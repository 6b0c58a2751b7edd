"""Writing down what the server accepted: what is not written down would be said again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

import structlog

from db import outbox
from db.outbox import Outgoing
from db.session import Database, is_busy, is_full

log = structlog.get_logger("outbox")

Mark = tuple[Outgoing, int | None, datetime]  # what was sent, what the server called it, when


class Marks:
    """Each chat waits for its own mark. `broken` is awaited with a row that cannot be marked at all, and why."""

    def __init__(self, db: Database, broken: Callable[[Outgoing, Exception], Awaitable[None]]) -> None:
        self._db, self._broken = db, broken
        self._waiting: list[tuple[Mark, asyncio.Future[None]]] = []
        self.task: asyncio.Task[None] | None = None  # as long as there is something to write

    async def put(self, row: Outgoing, message_id: int | None, at: datetime) -> None:
        """Returns when it is written. What is answered while one commit is under way shares the next one."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(((row, message_id, at), written))
        if self.task is None:
            self.task = asyncio.create_task(self._all())
        await written

    async def _all(self) -> None:
        """Everything that is to be marked, a commit at a time; a chat goes on as soon as its own commit is done."""
        try:
            while self._waiting:
                waiting, self._waiting = self._waiting, []
                try:
                    await self.write([mark for mark, _ in waiting])
                except Exception as problem:
                    for _, written in waiting:
                        if not written.done():
                            written.set_exception(problem)
                for _, written in waiting:
                    if not written.done():
                        written.set_result(None)
        finally:
            self.task = None

    async def write(self, marks: Sequence[Mark]) -> None:
        """However long the database is locked or the disk full: their chats wait, because sending again would say it
        twice."""

        def work(conn: Any) -> None:
            for row, message_id, at in marks:
                outbox.sent(conn, row, message_id, at)

        while marks:
            try:
                await self._db.run(work, together=True)
                return
            except Exception as problem:
                log.error("cannot_mark", trouble=type(problem).__name__, rows=[row.id for row, _, _ in marks])
                if is_busy(problem) or is_full(problem):
                    await asyncio.sleep(1)
                    continue
                if len(marks) == 1:
                    raise
            for mark in marks:  # one of them is broken: the others are not to suffer for it
                try:
                    await self.write([mark])
                except Exception as problem:
                    await self._broken(mark[0], problem)
            return
