"""`./run gateway` with a clock that is wrong by as many seconds as the file $TORTURE_CLOCK says (see skewed.py).

All its parts ask one clock, which is given to its app; the product never gives another than the machine's.
"""

from __future__ import annotations

import os
import time
from functools import partial
from pathlib import Path

from bot.torture.wrong_clock import Clock
from gateway import server
from gateway.__main__ import cli

if __name__ == "__main__":
    wrong = Clock(Path(os.environ["TORTURE_CLOCK"]))
    server.create_app = partial(server.create_app, clock=lambda: time.time() + wrong.wrong_by())
    cli()
