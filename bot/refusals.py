"""What a server means when it refuses a call."""

from __future__ import annotations

import re
from datetime import timedelta

from telegram.error import RetryAfter

FINE = ("message is not modified", "query is too old", "query id is invalid", "message to delete not found")
GONE = ("chat not found", "user is deactivated", "bot was blocked", "bot was kicked", "user not found")


def is_fine(why: str) -> bool:
    """What was wanted is so already, or is too late to matter. `why` in lower case."""
    return any(one in why for one in FINE)


def is_gone(why: str) -> bool:
    """This chat cannot be reached any more. `why` in lower case."""
    return any(one in why for one in GONE)


def without_words(why: str) -> str:
    """What a server says of a refusal, without what it quotes of the message: that may be a name or a number."""
    return _QUOTED.sub("…", why)


_QUOTED = re.compile(r"""[^\x20-\x7e]+|"[^"]*"?|(?<!\w)'[^']*'|\S*\d{4,}\S*|\S+:\S+""")


def seconds_of(problem: RetryAfter) -> float:
    """How long the server asks to wait."""
    after = problem.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)
