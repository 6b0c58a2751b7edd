"""What a page has to hear of, numbered per chat without a gap, so that a page which was away resumes exactly."""

from dataclasses import dataclass
from typing import Any

from gateway.store import messages
from gateway.store.database import Tx

Json = dict[str, Any]


@dataclass(frozen=True)
class Event:
    id: int
    name: str
    data: Json | None  # None: a message that has been deleted since; its `deleted` event follows


def add(
    tx: Tx, bot_id: int, chat_id: int, name: str, now: int, body: Json | None = None, message_id: int | None = None
) -> None:
    event_id = tx.value(
        """UPDATE chats SET last_event_id = last_event_id + 1
           WHERE bot_id = ? AND user_id = ? RETURNING last_event_id""",
        bot_id, chat_id,
    )  # fmt: skip
    sealed = tx.vault.seal_json(_where(bot_id, chat_id, event_id), body) if body is not None else None
    tx.run(
        "INSERT INTO events (bot_id, chat_id, event_id, name, message_id, body, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        bot_id, chat_id, event_id, name, message_id, sealed, now,
    )  # fmt: skip
    tx.effects.chats.add((bot_id, chat_id))


def after(tx: Tx, bot_id: int, chat_id: int, event_id: int, limit: int = 100) -> list[Event]:
    """The next events in order. A gap before the first one means that the page was away longer than events are kept."""
    rows = tx.all(
        "SELECT * FROM events WHERE bot_id = ? AND chat_id = ? AND event_id > ? ORDER BY event_id LIMIT ?",
        bot_id, chat_id, event_id, limit,
    )  # fmt: skip
    return [Event(row["event_id"], row["name"], _data(tx, row)) for row in rows]


def last_id(tx: Tx, bot_id: int, chat_id: int) -> int:
    number: int = tx.value("SELECT last_event_id FROM chats WHERE bot_id = ? AND user_id = ?", bot_id, chat_id)
    return number


def forget_before(tx: Tx, moment: int) -> None:
    tx.run("DELETE FROM events WHERE at < ?", moment)


def _data(tx: Tx, row: Any) -> Json | None:
    bot_id, chat_id = row["bot_id"], row["chat_id"]
    if row["message_id"] is not None:
        stored = messages.get(tx, bot_id, chat_id, row["message_id"])
        return {"message": stored.for_page()} if stored else None
    data: Json = tx.vault.unseal_json(_where(bot_id, chat_id, row["event_id"]), row["body"])
    return data


def _where(bot_id: int, chat_id: int, event_id: int) -> str:
    return f"events.body:{bot_id}:{chat_id}:{event_id}"
