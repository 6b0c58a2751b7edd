"""Urgent messages in private chats, and whether their person has acknowledged them.

Arriving is nothing, and a push that was delivered is nothing. A message with buttons asks for something, so having it
on the screen (of a phone left on a table) is not enough: it takes a press of one of them, an answer to it, or anything
written after it was seen. A message without buttons is acknowledged by being seen.
"""

from dataclasses import dataclass
from typing import Any

from gateway.store.database import Tx

OPEN = "acknowledged_at IS NULL AND done_at IS NULL"


@dataclass(frozen=True)
class Urgent:
    id: int
    bot_id: int
    user_id: int
    message_id: int
    sent_at: int
    tries: int


def note(tx: Tx, bot_id: int, user_id: int, message_id: int, has_buttons: bool, now: int) -> None:
    tx.run(
        "INSERT INTO urgent (bot_id, user_id, message_id, sent_at, has_buttons) VALUES (?, ?, ?, ?, ?)",
        bot_id, user_id, message_id, now, int(has_buttons),
    )  # fmt: skip


def seen(tx: Tx, bot_id: int, user_id: int, up_to: int, now: int) -> None:
    tx.run(
        """UPDATE urgent SET seen_at = ?, acknowledged_at = CASE WHEN has_buttons THEN acknowledged_at ELSE ? END
           WHERE bot_id = ? AND user_id = ? AND message_id <= ? AND seen_at IS NULL""",
        now, now, bot_id, user_id, up_to,
    )  # fmt: skip


def answered(tx: Tx, bot_id: int, user_id: int, message_id: int, now: int) -> None:
    """One of its buttons was pressed, or it was answered."""
    tx.run(
        """UPDATE urgent SET acknowledged_at = ?, seen_at = coalesce(seen_at, ?)
           WHERE bot_id = ? AND user_id = ? AND message_id = ? AND acknowledged_at IS NULL""",
        now, now, bot_id, user_id, message_id,
    )  # fmt: skip


def wrote(tx: Tx, bot_id: int, user_id: int, now: int) -> None:
    """The person wrote something; what was on the screen before is acknowledged, what was not may have crossed it."""
    tx.run(
        f"UPDATE urgent SET acknowledged_at = ? WHERE bot_id = ? AND user_id = ? AND seen_at IS NOT NULL AND {OPEN}",  # noqa: S608
        now, bot_id, user_id,
    )  # fmt: skip


def changed(tx: Tx, bot_id: int, user_id: int, message_id: int, has_buttons: bool, now: int) -> None:
    """The bot changed the message: without its buttons it asks for nothing any more."""
    tx.run(
        """UPDATE urgent SET has_buttons = ?, acknowledged_at = CASE WHEN seen_at IS NOT NULL AND NOT ? THEN ? END
           WHERE bot_id = ? AND user_id = ? AND message_id = ? AND acknowledged_at IS NULL""",
        int(has_buttons), int(has_buttons), now, bot_id, user_id, message_id,
    )  # fmt: skip


def forget(tx: Tx, bot_id: int, user_id: int, message_id: int) -> None:
    tx.run("DELETE FROM urgent WHERE bot_id = ? AND user_id = ? AND message_id = ?", bot_id, user_id, message_id)


def to_call(tx: Tx, before: int) -> list[Urgent]:
    """The call list: sent before `before`, neither acknowledged nor phoned about. The oldest first."""
    rows = tx.all(f"SELECT * FROM urgent WHERE {OPEN} AND sent_at <= ? ORDER BY sent_at, id", before)  # noqa: S608
    return [_urgent(row) for row in rows]


def done(tx: Tx, number: int, now: int) -> bool:
    """The duty officer has reached the person by telephone."""
    return tx.run(f"UPDATE urgent SET done_at = ? WHERE id = ? AND {OPEN}", now, number).rowcount == 1  # noqa: S608


def to_hook(tx: Tx, now: int, limit: int) -> list[Urgent]:
    """Those the outbound hook has not taken yet and whose turn it is."""
    rows = tx.all(
        f"""SELECT * FROM urgent WHERE hooked_at IS NULL AND hook_next_at <= ? AND {OPEN}
            ORDER BY hook_next_at, id LIMIT ?""",  # noqa: S608
        now, limit,
    )  # fmt: skip
    return [_urgent(row) for row in rows]


def hooked(tx: Tx, number: int, now: int) -> None:
    tx.run("UPDATE urgent SET hooked_at = ? WHERE id = ?", now, number)


def hook_later(tx: Tx, number: int, at: int) -> None:
    tx.run("UPDATE urgent SET hook_next_at = ?, hook_tries = hook_tries + 1 WHERE id = ?", at, number)


def _urgent(row: Any) -> Urgent:
    return Urgent(row["id"], row["bot_id"], row["user_id"], row["message_id"], row["sent_at"], row["hook_tries"])
