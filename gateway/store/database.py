"""One writer thread, a few readers, every accepted fact on the disk before it is answered.

Writes that arrive while the disk is busy share the next commit (each in a savepoint of its own, so one refused
request does not undo its neighbours): many people cost few fsyncs.
"""

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from gateway import words
from gateway.errors import CannotServe
from gateway.store import schema, vault

T = TypeVar("T")
BATCH = 64
READERS = 2
PROOF = "gateway"  # sealed in `meta`: opens only with the right key


@dataclass(frozen=True)
class Arrived:
    """A bot's new message, for whoever has to be told outside the page."""

    bot_id: int
    chat_id: int
    message_id: int
    urgent: bool


@dataclass
class Effects:
    """What to wake after the commit."""

    chats: set[tuple[int, int]] = field(default_factory=set)
    bots: set[int] = field(default_factory=set)
    webhooks: set[int] = field(default_factory=set)  # bots whose webhook was set or deleted
    typing: list[tuple[int, int, int]] = field(default_factory=list)  # bot, chat, seconds
    arrived: list[Arrived] = field(default_factory=list)
    people: set[int] = field(default_factory=set)  # whose open pages look again whether they still may be
    lists: set[tuple[int, int]] = field(default_factory=set)  # person whose list of chats changed, chat it is about


class Tx:
    """One transaction: statements, the vault, and what is to be woken once it is committed."""

    def __init__(self, connection: sqlite3.Connection, keys: vault.Vault) -> None:
        self._connection = connection
        self.vault = keys
        self.effects = Effects()

    def run(self, statement: str, *values: Any) -> sqlite3.Cursor:
        return self._connection.execute(statement, values)

    def one(self, statement: str, *values: Any) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._connection.execute(statement, values).fetchone()
        return row

    def all(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        return self._connection.execute(statement, values).fetchall()

    def value(self, statement: str, *values: Any) -> Any:
        row = self.one(statement, *values)
        return None if row is None else row[0]


@dataclass
class _Job:
    work: Callable[[Tx], Any]
    done: "Future[tuple[Any, Effects]]"


class Database:
    """`write` and `read` run a function of a Tx in a thread and give back what it returns or raises."""

    def __init__(self, data: Path, on_commit: Callable[[Effects], None] = lambda effects: None) -> None:
        self.path, self.vault = prepare(data)
        self._on_commit = on_commit
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._local = threading.local()
        self._readers = ThreadPoolExecutor(READERS, "gateway-read")
        self._connections: list[sqlite3.Connection] = []
        self._here: sqlite3.Connection | None = None  # of the event loop's own thread
        self._version: int | None = None
        self._writer = threading.Thread(target=self._write_jobs, name="gateway-write", daemon=True)
        self._writer.start()

    async def write(self, work: Callable[[Tx], T]) -> T:
        job = _Job(work, Future())
        self._jobs.put(job)
        committed = asyncio.wrap_future(job.done)
        committed.add_done_callback(self._tell)
        # shielded: a caller that goes away does not undo what is being committed, nor keep it from those who wait
        result, _ = await asyncio.shield(committed)
        return result  # type: ignore[no-any-return]

    def _tell(self, committed: "asyncio.Future[tuple[Any, Effects]]") -> None:
        if not committed.cancelled() and committed.exception() is None:
            self._on_commit(committed.result()[1])

    async def read(self, work: Callable[[Tx], T]) -> T:
        result, effects = await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)
        self._on_commit(effects)
        return result

    def read_now(self, work: Callable[[Tx], T]) -> T:
        """`read` on the thread of the event loop, for a look at a few rows by their keys: that takes a tenth of a
        millisecond, less than the way to another thread and back, and readers wait for nobody (WAL)."""
        if self._here is None:
            self._here = self._reader()
        result, effects = _read(self._here, self.vault, work)
        self._on_commit(effects)
        return result

    async def others_wrote(self) -> bool:
        """Has another process (the command line) committed something since this was asked last?"""
        version: int = await self.write(lambda tx: tx.value("PRAGMA data_version"))
        changed, self._version = self._version not in (None, version), version
        return changed

    async def fold(self) -> None:
        """Empty the write-ahead log: its old pages still hold, sealed, what was forgotten. Whoever reads just then keeps
        it until the next time."""
        await asyncio.to_thread(_fold, self.path)

    def close(self) -> None:
        self._jobs.put(None)
        self._writer.join()
        self._readers.shutdown()
        for connection in self._connections:
            connection.close()

    def _read(self, work: Callable[[Tx], T]) -> tuple[T, Effects]:
        if not hasattr(self._local, "connection"):
            self._local.connection = self._reader()
        return _read(self._local.connection, self.vault, work)

    def _reader(self) -> sqlite3.Connection:
        connection = connect(self.path)
        connection.execute("PRAGMA query_only = ON")
        self._connections.append(connection)
        return connection

    def _write_jobs(self) -> None:
        connection = connect(self.path)
        stopping = False
        while not stopping:
            batch = [self._jobs.get()]
            with contextlib.suppress(queue.Empty):
                while len(batch) < BATCH:
                    batch.append(self._jobs.get_nowait())
            stopping = None in batch
            jobs = [job for job in batch if job and job.done.set_running_or_notify_cancel()]
            if jobs:
                self._commit_together(connection, jobs)
        connection.close()

    def _commit_together(self, connection: sqlite3.Connection, jobs: list[_Job]) -> None:
        outcomes: list[tuple[_Job, Any, Effects | None]] = []
        try:
            connection.execute("BEGIN IMMEDIATE")
            for job in jobs:
                outcomes.append((job, *self._in_savepoint(connection, job)))
            connection.execute("COMMIT")
        except BaseException as broken:
            # the disk refused: nothing of this batch is kept, everyone is told
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            for job in jobs:
                job.done.set_exception(broken)
            return
        for job, result, effects in outcomes:
            if effects is None:
                job.done.set_exception(result)
            else:
                job.done.set_result((result, effects))

    def _in_savepoint(self, connection: sqlite3.Connection, job: _Job) -> tuple[Any, Effects | None]:
        connection.execute("SAVEPOINT job")
        tx = Tx(connection, self.vault)
        try:
            result = job.work(tx)
        except Exception as refused:
            if not connection.in_transaction:  # SQLite itself gave up the whole transaction (disk full)
                raise
            connection.execute("ROLLBACK TO job")
            connection.execute("RELEASE job")
            return refused, None
        connection.execute("RELEASE job")
        return result, tx.effects


def _read(connection: sqlite3.Connection, keys: vault.Vault, work: Callable[[Tx], T]) -> tuple[T, Effects]:
    connection.execute("BEGIN")  # one picture of the data for the whole function
    try:
        tx = Tx(connection, keys)
        return work(tx), tx.effects
    finally:
        connection.execute("COMMIT")


def connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    return connection


def _fold(path: Path) -> None:
    with contextlib.closing(connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def prepare(data: Path) -> tuple[Path, vault.Vault]:
    """The database file and its keys, made when new. Raises CannotServe with a sentence for the operator."""
    path = data / "gateway.db"
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)  # for its own user only, and so is all that is in it
        new = not path.exists()
        keys = vault.open_vault(data, new)
        connection = connect(path)
        path.chmod(0o600)
        connection.execute("PRAGMA journal_mode = WAL")
        schema.migrate(connection)
    except (OSError, sqlite3.Error):
        raise CannotServe(words.DATA_NOT_WRITABLE.format(path=data)) from None
    try:
        proof = connection.execute("SELECT value FROM meta WHERE name = 'proof'").fetchone()
        if proof is None:
            connection.execute(
                "INSERT INTO meta (name, value) VALUES ('proof', ?)", (keys.seal("meta.proof", PROOF.encode()),)
            )
        else:
            keys.unseal("meta.proof", proof[0])
    finally:
        connection.close()
    return path, keys


@contextlib.contextmanager
def opened(data: Path) -> Iterator[Tx]:
    """One transaction from another process (the command line); works while the gateway runs."""
    path, keys = prepare(data)
    connection = connect(path)
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield Tx(connection, keys)
        connection.execute("COMMIT")
    finally:
        connection.close()
