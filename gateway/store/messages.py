"""Messages of a chat. A message is the Bot API object as the bot sees it, plus what only the page needs."""

from dataclasses import dataclass
from typing import Any

from gateway.store.database import Tx

Json = dict[str, Any]


@dataclass(frozen=True)
class Stored:
    out: bool  # written by the person
    message: Json
    page: Json  # extras for the page: force_reply

    @property
    def message_id(self) -> int:
        number: int = self.message["message_id"]
        return number

    def for_page(self) -> Json:
        return {**self.message, **self.page, "out": self.out}


def next_id(tx: Tx, bot_id: int, chat_id: int) -> int:
    number: int = tx.value(
        """UPDATE chats SET last_message_id = last_message_id + 1
           WHERE bot_id = ? AND user_id = ? RETURNING last_message_id""",
        bot_id, chat_id,
    )  # fmt: skip
    return number


def put(tx: Tx, bot_id: int, chat_id: int, stored: Stored) -> None:
    """Keep a new message, or a changed one in its old place."""
    body = {"m": stored.message, **({"p": stored.page} if stored.page else {})}
    tx.run(
        """INSERT INTO messages (bot_id, chat_id, message_id, out, date, body) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET body = excluded.body""",
        bot_id, chat_id, stored.message_id, int(stored.out), stored.message["date"],
        tx.vault.seal_json(_where(bot_id, chat_id, stored.message_id), body),
    )  # fmt: skip


def get(tx: Tx, bot_id: int, chat_id: int, message_id: int) -> Stored | None:
    row = tx.one(
        "SELECT * FROM messages WHERE bot_id = ? AND chat_id = ? AND message_id = ?", bot_id, chat_id, message_id
    )
    return _stored(tx, row) if row else None


def before(tx: Tx, bot_id: int, chat_id: int, message_id: int | None, limit: int) -> list[Stored]:
    """The `limit` newest messages older than `message_id` (or the newest of all), oldest first."""
    rows = tx.all(
        """SELECT * FROM messages WHERE bot_id = ? AND chat_id = ? AND message_id < ?
           ORDER BY message_id DESC LIMIT ?""",
        bot_id, chat_id, message_id or 2**62, limit,
    )  # fmt: skip
    return [_stored(tx, row) for row in reversed(rows)]


def delete(tx: Tx, bot_id: int, chat_id: int, message_id: int) -> bool:
    """Forget it wholly, and with it the right to open its file. Its id is never given again."""
    where = (bot_id, chat_id, message_id)
    tx.run("DELETE FROM chat_files WHERE bot_id = ? AND chat_id = ? AND message_id = ?", *where)
    gone = tx.run("DELETE FROM messages WHERE bot_id = ? AND chat_id = ? AND message_id = ?", *where)
    return gone.rowcount == 1


def _stored(tx: Tx, row: Any) -> Stored:
    body = tx.vault.unseal_json(_where(row["bot_id"], row["chat_id"], row["message_id"]), row["body"])
    return Stored(bool(row["out"]), body["m"], body.get("p", {}))


def _where(bot_id: int, chat_id: int, message_id: int) -> str:
    return f"messages.body:{bot_id}:{chat_id}:{message_id}"
