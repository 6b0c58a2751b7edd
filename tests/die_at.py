"""Runs the real bot (`./run bot`), or another command, which kills itself with SIGKILL the first time it comes to a point.

    python -m tests.die_at POINT MARKER [COMMAND ...]

MARKER is a file that remembers that the death has happened: the next start runs through. Only the tests know these
points; the product has no such switch. The reminders stand still: what is said must not depend on the hour and the day of
the week at which somebody runs the tests.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def die(marker: Path) -> None:
    if not marker.exists():
        marker.write_text("died")
        os.kill(os.getpid(), signal.SIGKILL)


def before(owner: Any, name: str, marker: Path, only_if: Callable[..., bool] = lambda *a, **k: True) -> None:
    original = getattr(owner, name)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if only_if(*args, **kwargs):
            die(marker)
        return original(*args, **kwargs)

    setattr(owner, name, wrapped)


def after(owner: Any, name: str, marker: Path) -> None:
    original = getattr(owner, name)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        die(marker)
        return result

    setattr(owner, name, wrapped)


def arm(point: str, marker: Path) -> None:
    from bot import intake, outbox, worker
    from bot.reminders import tick
    from db import inbox as inbox_rows
    from db import outbox as outbox_rows

    tick.beat = lambda conn, now, tree: 0  # on a working day after nine its digest would be the first thing said
    if point == "received_not_committed":
        after(inbox_rows, "put", marker)
    elif point == "committed_not_confirmed":
        original = intake.Intake._keep

        async def keep(self: Any, updates: Any) -> int:
            new = await original(self, updates)
            die(marker)
            return new

        intake.Intake._keep = keep  # type: ignore[method-assign]
    elif point == "worked_not_committed":
        after(worker.Worker, "_attempt", marker)
    elif point == "committed_not_sent":
        before(outbox.Sender, "_call", marker, lambda self, row: row.method.startswith(("send", "edit")))
    elif point == "sent_not_marked":
        before(outbox_rows, "sent", marker, lambda conn, row, *rest: row.method.startswith(("send", "edit")))
    elif point in ("part_written_not_committed", "part_committed"):
        _arm_import(point, marker)
    elif point != "never":
        raise SystemExit(f"no such point: {point}")


def _arm_import(point: str, marker: Path) -> None:
    """An import of parts of three rows: death inside the transaction of its second part, or between two parts."""
    from db import roster_jobs

    roster_jobs.PART = 3
    original, calls = roster_jobs.part, 0

    def part(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if point == "part_committed" and calls == 2:
            die(marker)
        done = original(*given, **named)
        if point == "part_written_not_committed" and calls == 2:
            die(marker)
        return done

    roster_jobs.part = part


def stand_still() -> None:
    from bot.reminders import tick

    tick.beat = lambda *_: 0  # type: ignore[assignment]


if __name__ == "__main__":
    stand_still()
    arm(sys.argv[1], Path(sys.argv[2]))
    from bot.__main__ import main

    sys.exit(main(arguments=sys.argv[3:] or ["bot"]))
