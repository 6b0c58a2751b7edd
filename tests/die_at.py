"""Runs the real bot (`./run bot`), which kills itself with SIGKILL the first time it comes to a named point.

    python -m tests.die_at POINT MARKER

MARKER is a file that remembers that the death has happened: the next start runs through. Only the tests know these
points; the product has no such switch.
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
    from db import inbox as inbox_rows
    from db import outbox as outbox_rows

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
    elif point != "never":
        raise SystemExit(f"no such point: {point}")


if __name__ == "__main__":
    arm(sys.argv[1], Path(sys.argv[2]))
    from bot.__main__ import main

    sys.exit(main(arguments=["bot"]))
