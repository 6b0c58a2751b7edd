"""The long imports, worked beside the messages: nobody else's message waits for a county's whole roster.

Reading and checking happen outside any transaction, looking up in short reads, writing in parts of about a second. One
holder at a time (the scheduler's lease); what was begun is in the database, so a killed process loses nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection

from bot.roster_card import copy_of, done_buttons, done_lines, say_preview, scope_of
from bot.words import Words
from bot.work import Work, inline
from bot.worker import House
from db import children as files
from db import outbox, people, roster_jobs, roster_undo
from db import policy as policy_rows
from db import roster as rosters
from db.parts import parts
from db.roster_jobs import Job
from db.session import Database
from domain.access import Action, may, visible_units
from domain.calendar import local_day
from domain.children import Child
from domain.roster import CheckedRow, Good
from files.roster import Roster

log = structlog.get_logger("import")

AT_A_TIME = 8  # villages in one look
TELL_EVERY = 2.0  # seconds between two words on how far it is
LOOK_EVERY = 1.0
SAID = 20  # files named after an undo


class Importer:
    """Works what waits. `once` works one import to its end."""

    def __init__(
        self, db: Database, house: House, *, now: Callable[[], datetime] = lambda: datetime.now(UTC),
        wake_sender: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        self.db, self.house, self.now, self.wake_sender = db, house, now, wake_sender
        self._told = 0.0

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                while await self.once():
                    pass
            except Exception as problem:
                log.error("import", trouble=type(problem).__name__)
                await asyncio.sleep(5)
            await asyncio.sleep(LOOK_EVERY)

    async def once(self) -> bool:
        """Work the oldest waiting import; whether there was one."""
        job = await self.db.read(roster_jobs.waiting)
        if job is None:
            return False
        me = await self.db.read(lambda conn: people.me_of(conn, job.chat_id))
        if me is None or me.person_id != job.by or not may(me, Action.IMPORT_ROSTER):
            await self.db.run(lambda conn: roster_jobs.give_up(conn, job.id))
            return True
        step = {"sent": self._preview, "going": self._apply, "undoing": self._undo}[job.stage]
        await step(job, scope_of(me, self.house.tree, visible_units(me, Action.IMPORT_ROSTER, self.house.tree.under)))
        self.wake_sender()
        return True

    # --- what a file would do ---

    async def _preview(self, job: Job, scope: rosters.Scope) -> None:
        rows, about = await self.db.read(lambda conn: roster_jobs.received(conn, job.id))
        today = local_day(self.now())
        checked = await asyncio.to_thread(rosters.check, rows, scope, today)
        await self._tell(job, "roster.progress.checked", rows=len(rows))
        on_file = await self._on_file(job, checked, scope)
        preview = await asyncio.to_thread(rosters.previewed, checked, on_file, scope)
        language = await self.db.read(partial(people.language_of, chat_id=job.chat_id))
        words = Words(language or "zh_CN")
        silent = Work(None, self.now(), job.chat_id, None, words, self.house.tree, None, self.house.demo)  # type: ignore[arg-type]
        copy = await asyncio.to_thread(copy_of, silent, preview)
        found = Roster(
            (), tuple(about["sheets"]), tuple(about["without"]), tuple(about["missing"]), tuple(about["ignored"])
        )

        def say(conn: Connection) -> None:
            current = roster_jobs.waiting(conn)
            if current is not None and (current.id, current.stage) == (job.id, "sent"):  # not dropped meanwhile
                say_preview(self._work(conn, job), scope, found, preview, job.digest, copy, job.id)

        await self.db.run(say)

    async def _on_file(self, job: Job, checked: Sequence[CheckedRow], scope: rosters.Scope) -> rosters.OnFile:
        units = sorted({each.result.row.unit for each in checked if isinstance(each.result, Good)} & set(scope.codes))
        here: list[Child] = []
        for part in parts(units, AT_A_TIME):
            here += await self.db.read(partial(_files_of, part))
            await self._tell(job, "roster.progress.compared", rows=len(checked))
        by_number: list[Child] = []
        for rows in parts(checked, 2_000):
            by_number += await self.db.read(partial(_numbered, rows))
        return rosters.sorted_out(here, by_number, scope)

    # --- taking it over ---

    async def _apply(self, job: Job, scope: rosters.Scope) -> None:
        rows, notes = await self.db.read(lambda conn: roster_jobs.good_rows(conn, job.id))
        worked = job.worked
        while True:
            done = await self.db.run(partial(self._part, job=job, rows=rows, notes=notes, worked=worked, scope=scope))
            if done is None or done >= len(rows):
                return
            worked = done
            await self._tell(job, "roster.progress.written", rows=len(rows), done=worked, share=100 * worked // len(rows))
            await asyncio.sleep(0)  # a message that waits goes in between

    def _part(
        self, conn: Connection, *, job: Job, rows: Sequence[Any], notes: bool, worked: int, scope: rosters.Scope
    ) -> int | None:
        now = self.now()
        policy = policy_rows.current(conn, now)
        written = roster_jobs.part(
            conn, job.id, rows, notes, worked, scope, job.by, now, local_day(now), policy, demo=self.house.demo
        )
        if written is None:
            return None
        mark, counts = written
        if mark >= len(rows):
            work = self._work(conn, job)
            work.note("roster.imported", f"import:{job.id}", **counts)
            work.reply("\n".join(done_lines(work, counts)), done_buttons(work, job.id))
        return mark

    # --- taking it back ---

    async def _undo(self, job: Job, scope: rosters.Scope) -> None:
        while await self.db.run(lambda conn: self._undo_part(conn, job)):
            await self._tell(job, "roster.progress.undone")
            await asyncio.sleep(0)

    def _undo_part(self, conn: Connection, job: Job) -> bool:
        now = self.now()
        if roster_undo.part(conn, job.id, now, local_day(now), policy_rows.current(conn, now)):
            return True
        say_undone(self._work(conn, job), job.id)
        return False

    # --- saying ---

    def _work(self, conn: Connection, job: Job) -> Work:
        now = self.now()
        return Work(
            conn, now, job.chat_id, people.me_of(conn, job.chat_id), Words(people.language_of(conn, job.chat_id) or "zh_CN"),
            self.house.tree, policy_rows.current(conn, now), self.house.demo, phones=self.house.phones,
            links_tel=self.house.links_tel,
        )  # fmt: skip

    async def _tell(self, job: Job, key: str, **holes: Any) -> None:
        """Change the line that shows how far it is: seldom, and only once the server has it."""
        if time.monotonic() - self._told < TELL_EVERY:
            return
        self._told = time.monotonic()

        def say(conn: Connection) -> None:
            message = roster_jobs.message_of(conn, job.progress_id)
            if message is not None:
                text = self._work(conn, job).say(key, **holes)
                params = {"text": text, "message_id": message, "reply_markup": inline(())}
                outbox.put(conn, job.chat_id, "editMessageText", params, self.now())

        await self.db.run(say)
        self.wake_sender()


def say_undone(work: Work, import_id: str) -> None:
    """How many files were put back, and which were kept because somebody changed them since: by number, not by name."""
    count, kept = roster_undo.results(work.conn, import_id)
    work.note("roster.undone", f"import:{import_id}", undone=count, kept=len(kept))
    lines = [work.say("roster.undone", count=count)]
    if kept:
        lines.append(work.say("roster.undone_kept", count=len(kept), numbers="、".join(kept[:SAID])))
    work.reply("\n".join(lines))


def _files_of(units: Sequence[str], conn: Connection) -> list[Child]:
    return [entry.child for entry in files.in_units(conn, units, closed=True)]


def _numbered(rows: Sequence[CheckedRow], conn: Connection) -> list[Child]:
    return rosters.found_by_number(conn, rows)
