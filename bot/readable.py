"""Whether an update can be worked at all: the few fields everything rests on are there, and of the kind they must be.

No person can send one that is not; a broken server could. Such a one is put aside at once, for a person to look at.
"""

from __future__ import annotations

from typing import Any

_LATEST = 2**33  # seconds since 1970, some way into the year 2242
_MESSAGES = ("message", "edited_message", "channel_post", "edited_channel_post")


def readable(body: dict[str, Any]) -> bool:
    """Asked of every update, so it looks at little."""
    query = body.get("callback_query")
    if query is not None:
        pressed = query.get("message")
        return (
            isinstance(query.get("id"), str)
            and isinstance(query.get("data", ""), str)
            and isinstance(query.get("from"), dict)
            and (pressed is None or _is_message(pressed))
        )
    return all(_is_message(body[kind]) for kind in _MESSAGES if kind in body)


def _is_message(message: Any) -> bool:
    return (
        isinstance(message, dict)
        and type(message.get("message_id")) is int
        and type(message.get("date")) is int
        and 0 <= message["date"] < _LATEST
        and isinstance(message.get("text", ""), str)
        and isinstance(message.get("caption", ""), str)
    )
