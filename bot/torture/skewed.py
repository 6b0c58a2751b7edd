"""`./run bot` with a clock that is wrong by as many seconds as the file $TORTURE_CLOCK says: what the torture starts.

The machine's own clock is left alone. Wrong are the moments the bot takes (messages, answers, reminders, leases) and
the time in the ids it makes, as they would be on a machine whose clock jumps. The product has no such switch.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from uuid import UUID

from uuid_utils import uuid7

from bot import app
from bot.torture.wrong_clock import Clock
from db import types

_TIME = 2**48 - 1


def wear(clock: Clock) -> None:
    """From now on the bot in this process goes by that clock."""

    class Skewed(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.fromtimestamp(time.time() + clock.wrong_by(), tz)

    def id_of_that_time() -> Any:
        millis = int((time.time() + clock.wrong_by()) * 1000)
        return UUID(int=(uuid7().int & ~(_TIME << 80)) | (millis << 80))  # its first 48 bits are the time

    app.datetime = Skewed  # type: ignore[attr-defined,misc] # every part gets its `now` there, and the leases are taken there
    types.uuid7 = id_of_that_time  # type: ignore[attr-defined,assignment]


if __name__ == "__main__":
    from bot.__main__ import main

    wear(Clock(Path(os.environ["TORTURE_CLOCK"])))
    sys.exit(main(arguments=["bot"]))
