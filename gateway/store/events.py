"""What a page has to hear of, numbered per chat without a gap, so that a page which was away resumes exactly."""

from dataclasses import dataclass
from typing import Any

from gateway.store import groups, messages
from gateway.store.database import Tx

Json = dict[str, Any]


@dataclass(frozen=True)
class Event:
    id: int
    name: str
    data: Json | None  # None: not for this reader, or a message deleted since (its `deleted` event follows)


def add(
    tx: Tx, bot_id: int, chat_id: int, name: str, now: int,
    body: Json | None = None, message_id: int | None = None, user_id: int | None = None,
) -> None:  # fmt: skip
    """`user_id`: in a group, the only member it is for."""
    home = groups.home(bot_id, chat_id)
    event_id = _next_id(tx, bot_id, chat_id)
    sealed = tx.vault.seal_json(_where(home, chat_id, event_id), body) if body is not None else None
    tx.run(
        """INSERT INTO events (bot_id, chat_id, event_id, name, message_id, body, at, user_id)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        home, chat_id, event_id, name, message_id, sealed, now, user_id,
    )  # fmt: skip
    tx.effects.chats.add((home, chat_id))


def _next_id(tx: Tx, bot_id: int, chat_id: int) -> int:
    number: int
    if chat_id < 0:
        number = tx.value(
            "UPDATE groups SET last_event_id = last_event_id + 1 WHERE id = ? RETURNING last_event_id", chat_id
        )
    else:
        number = tx.value(
            """UPDATE chats SET last_event_id = last_event_id + 1
               WHERE bot_id = ? AND user_id = ? RETURNING last_event_id""",
            bot_id, chat_id,
        )  # fmt: skip
    return number


def after(tx: Tx, bot_id: int, chat_id: int, event_id: int, limit: int = 100, viewer: int | None = None) -> list[Event]:
    """The next events in order, as the person `viewer` sees them (needed in a group). A gap before the first one means
    that the page was away longer than events are kept."""
    rows = tx.all(
        "SELECT * FROM events WHERE bot_id = ? AND chat_id = ? AND event_id > ? ORDER BY event_id LIMIT ?",
        groups.home(bot_id, chat_id), chat_id, event_id, limit,
    )  # fmt: skip
    return [Event(row["event_id"], row["name"], _data(tx, row, viewer)) for row in rows]


def last_id(tx: Tx, bot_id: int, chat_id: int) -> int:
    number: int
    if chat_id < 0:
        number = tx.value("SELECT last_event_id FROM groups WHERE id = ?", chat_id)
    else:
        number = tx.value("SELECT last_event_id FROM chats WHERE bot_id = ? AND user_id = ?", bot_id, chat_id)
    return number


def forget_before(tx: Tx, moment: int) -> None:
    tx.run("DELETE FROM events WHERE at < ?", moment)


def _data(tx: Tx, row: Any, viewer: int | None) -> Json | None:
    bot_id, chat_id = row["bot_id"], row["chat_id"]
    if row["user_id"] is not None and row["user_id"] != viewer:
        return None
    if row["message_id"] is not None:
        stored = messages.get(tx, bot_id, chat_id, row["message_id"])
        return {"message": stored.for_page(viewer)} if stored else None
    data: Json = tx.vault.unseal_json(_where(bot_id, chat_id, row["event_id"]), row["body"])
    return data


def _where(bot_id: int, chat_id: int, event_id: int) -> str:
    return f"events.body:{bot_id}:{chat_id}:{event_id}"
