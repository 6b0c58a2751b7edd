"""小苗: what talks, reminds and answers; the rules are in domain/, what is remembered in db/."""

import sys

# structlog (for coloured tracebacks) and httpx (for a command line of its own) take rich and pygments wherever they find
# them: eight megabytes, and our lines go to a file. None says "there is none"; the commands that draw a table find rich.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
_HAD = "rich" in sys.modules
if not _HAD:
    sys.modules["rich"] = None  # type: ignore[assignment]
import structlog  # noqa: E402, F401

if not _HAD:
    del sys.modules["rich"]
