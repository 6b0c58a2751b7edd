"""Pinned messages of a chat; the one sent last is on top."""

from gateway.store import messages
from gateway.store.database import Tx
from gateway.store.messages import Stored
from gateway.store.people import Chat


def pin(tx: Tx, chat: Chat, message_id: int) -> None:
    tx.run("INSERT OR IGNORE INTO pins (bot_id, chat_id, message_id) VALUES (?, ?, ?)", chat.home, chat.id, message_id)


def unpin(tx: Tx, chat: Chat, message_id: int | None) -> bool:
    """Take one pin away (without an id the topmost); False when there was none."""
    if message_id is None:
        message_id = top_id(tx, chat)
    gone = tx.run(
        "DELETE FROM pins WHERE bot_id = ? AND chat_id = ? AND message_id = ?", chat.home, chat.id, message_id
    )
    return gone.rowcount == 1


def unpin_all(tx: Tx, chat: Chat) -> bool:
    return tx.run("DELETE FROM pins WHERE bot_id = ? AND chat_id = ?", chat.home, chat.id).rowcount > 0


def top_id(tx: Tx, chat: Chat) -> int | None:
    number: int | None = tx.value(
        "SELECT max(message_id) FROM pins WHERE bot_id = ? AND chat_id = ?", chat.home, chat.id
    )
    return number


def top(tx: Tx, chat: Chat) -> Stored | None:
    """The pinned message a chat shows on top."""
    number = top_id(tx, chat)
    return messages.get(tx, chat.bot_id, chat.id, number) if number is not None else None
