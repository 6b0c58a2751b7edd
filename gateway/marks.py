"""What our own bot says of a message beside the Bot API: how urgent it is, and how long it may be kept. Other bots say
neither, and nothing is lost by that."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.errors import bad

EMERGENCY, LEAST = 0, 3
# Classes of messages, each with a life span of its own (settings): ordinary talk; what must not be copied or kept;
# tables and documents that were asked for; sign-in links.
LIVES = ("chat", "sensitive", "report", "login")


@dataclass(frozen=True)
class Marks:
    urgency: int | None = None
    life: str | None = None


def read(headers: Mapping[str, str]) -> Marks:
    """`X-Urgency: 0..3` and `X-Message-Class`. Raises ApiError."""
    urgency, life = headers.get("x-urgency"), headers.get("x-message-class")
    if urgency is not None and not (urgency.isascii() and urgency.isdecimal() and int(urgency) <= LEAST):
        raise bad(f"X-Urgency must be 0-{LEAST}")
    if life is not None and life not in LIVES:
        raise bad(f"X-Message-Class must be one of {', '.join(LIVES)}")
    return Marks(None if urgency is None else int(urgency), life)
