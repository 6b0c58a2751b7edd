"""What goes wrong, and when: the plan of kills, cuts and locks that a seed fixes, and the processes it is done to."""

from __future__ import annotations

import asyncio
import ctypes
import os
import resource
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import IO

from bot.settings import ROOT, Settings
from bot.torture.line import Line
from bot.torture.own_server import OwnServer

FULL_AT = 16 * 1024  # bytes up to which a file may be written while "the disk is full"
EVERY = 7.0  # seconds from one kill to the next, on average: two minutes bring about seventeen
OTHERS = ("cut", "cut", "lock_bot", "lock_gateway", "full_bot", "full_gateway", "clock_bot", "clock_gateway")
ON_ONE_FILE = ("lock_bot", "full_bot")  # what can befall a SQLite file only
_LOCK = """
import sqlite3, sys, time
held = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
held.execute("BEGIN IMMEDIATE")
time.sleep(float(sys.argv[2]))  # holding the lock for so long is the blow itself
held.execute("ROLLBACK")
"""


@dataclass(frozen=True)
class Blow:
    """One thing that goes wrong, so many seconds after the start. `span` is how long it lasts, in seconds."""

    at: float
    what: str  # one of KINDS
    span: float  # of a jump: by how many seconds the program's clock is wrong from then on


KINDS = (
    "kill_bot", "kill_gateway", "cut", "lock_bot", "lock_gateway", "full_bot", "full_gateway", "clock_bot", "clock_gateway",
    "restart_server",
)  # fmt: skip


def plan(seed: int, seconds: float, *, postgres: bool = False) -> tuple[Blow, ...]:
    """The same seed and length give the same blows: kills spread over the whole run, other trouble between them.

    With PostgreSQL its server is restarted where SQLite would be locked or full, and once more in the middle.
    """
    rng, blows = Random(f"{seed}:blows"), list[Blow]()
    kills, deck = max(2, round(seconds / EVERY)), list[str]()
    for number in range(kills):
        step = (seconds - 2) / kills
        what = "kill_gateway" if number % 5 in (1, 3) else "kill_bot"
        blows.append(Blow(2 + step * (number + rng.uniform(0, 0.8)), what, rng.uniform(0, 1.0)))
        at = 2 + step * (number + rng.uniform(0, 1))
        if not deck:  # dealt like cards, so that every kind comes before one comes again
            deck = list(OTHERS)
            rng.shuffle(deck)
        other = deck.pop()
        span = rng.uniform(0.5, 4.0)
        if other.startswith(
            "clock"
        ):  # minutes as a watch is wrong, hours as a machine that takes its zone for another one
            span = rng.choice((-1, 1)) * rng.choice((rng.uniform(20, 120), rng.uniform(4000, 3 * 3600)))
        blows.append(Blow(at, "restart_server" if postgres and other in ON_ONE_FILE else other, span))
    if postgres:
        blows.append(Blow(seconds * 0.5, "restart_server", 1.0))
    elif seconds > 60:  # once longer than anybody waits for a lock (15 s): that, too, must pass
        blows.append(Blow(seconds * 0.4, "lock_bot", 17.0))
    return tuple(sorted(blows, key=lambda blow: blow.at))


@dataclass
class Program:
    """One of our processes: started, killed and started again with the same command, its words kept in a file."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    log: Path
    kills: int = 0
    own_ends: int = 0  # times it ended without being killed
    _process: subprocess.Popen[bytes] | None = None
    _stopping: bool = False

    def start(self) -> None:
        self._stopping = False
        with open(self.log, "ab") as log:
            self._process = _spawn(self.command, self.environment, log)

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.kill()
            self.kills += 1
        else:
            self.own_ends += 1
        self._process.wait()
        self._process = None

    def limit(self, size: int | None) -> None:
        """No file may grow beyond this size: what a full disk is to a program. None lifts it. Ends with the process."""
        if self._process is None or self._process.poll() is not None or sys.platform != "linux":
            return
        most = resource.RLIM_INFINITY if size is None else size
        with suppress(ProcessLookupError):
            resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

    def look_after(self) -> None:
        """Start it again if it ended by itself, as the county's service manager would."""
        if self._process is not None and not self._stopping and self._process.poll() is not None:
            self.own_ends += 1
            self.start()

    async def stop(self) -> None:
        """In order, at the end; killed if it does not follow."""
        self._stopping = True
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        for _ in range(150):
            if self._process.poll() is not None:
                return
            await asyncio.sleep(0.1)
        self.end()

    def end(self) -> None:
        """At once, whatever it does: nothing of ours stays behind."""
        self._stopping = True
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()


@dataclass
class Chaos:
    """Carries the plan out. Interrupted or not, `close` leaves no process behind."""

    bot: Program
    gateway: Program
    line: Line
    databases: dict[str, Path]  # bot | gateway → its file
    clocks: Mapping[str, Path] = field(default_factory=dict)  # bot | gateway → the file its wrong clock is read from
    server: OwnServer | None = None
    done: Counter[str] = field(default_factory=Counter)
    _helpers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    async def run(self, blows: Sequence[Blow]) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with asyncio.TaskGroup() as group:
            for blow in blows:
                await asyncio.sleep(max(0.0, began + blow.at - loop.time()))
                self._look_after()
                group.create_task(self._strike(blow))

    async def _strike(self, blow: Blow) -> None:
        what, _, whom = blow.what.partition("_")
        self.done[what] += 1
        program = self.gateway if whom == "gateway" else self.bot
        if what == "cut":
            await self.line.cut(blow.span)
        elif what == "lock":
            await self._lock(self.databases[whom], blow.span)
        elif what == "full":
            program.limit(FULL_AT)
            await asyncio.sleep(blow.span)
            program.limit(None)
        elif what == "clock":
            self.set_clock(whom, blow.span)
        elif what == "restart":
            if self.server is not None:
                await asyncio.to_thread(self.server.restart, blow.span)
        else:
            program.kill()
            await asyncio.sleep(blow.span)
            program.start()

    def set_clock(self, whom: str, wrong_by: float) -> None:
        """From now on this program's clock is wrong by so many seconds: a jump forth or back (bot/torture/skewed.py)."""
        if whom in self.clocks:
            draft = self.clocks[whom].with_suffix(".new")
            draft.write_text(str(wrong_by))
            draft.replace(self.clocks[whom])

    async def _lock(self, database: Path, seconds: float) -> None:
        """Another process holds the database's only write lock."""
        helper = _spawn(
            (sys.executable, "-c", _LOCK, str(database), str(seconds)), dict(os.environ), subprocess.DEVNULL
        )
        self._helpers.append(helper)
        while helper.poll() is None:
            await asyncio.sleep(0.1)

    def _look_after(self) -> None:
        for program in (self.bot, self.gateway):
            program.look_after()

    def close(self) -> None:
        for helper in self._helpers:
            if helper.poll() is None:
                helper.kill()
                helper.wait()
        self.bot.end()
        self.gateway.end()


def environment(data: Path, **more: str) -> dict[str, str]:
    """One in which only this data folder counts: no `.env`, no setting of whoever runs the torture."""
    blank = {name.upper(): "" for name in Settings.model_fields}
    return {**os.environ, **blank, "DATA_DIR": str(data), "ENV_FILE": os.devnull, "PYTHONPATH": str(ROOT), **more}


def _spawn(command: Sequence[str], environment: dict[str, str], log: IO[bytes] | int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        preexec_fn=_die_with_parent if sys.platform == "linux" else None,
    )  # fmt: skip


_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """When the torture itself is killed with SIGKILL, the kernel ends what it started."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
