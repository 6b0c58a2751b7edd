"""What was asked twice and done once: a bot's idempotency keys, a page's client ids, button presses to answer."""

import secrets
from dataclasses import dataclass
from typing import Any

from gateway.store.database import Tx

Json = dict[str, Any]


def answer(tx: Tx, bot_id: int, key: str) -> Json | None:
    """The first answer given under this key."""
    row = tx.one("SELECT body FROM answers WHERE bot_id = ? AND key = ?", bot_id, key)
    if row is None:
        return None
    body: Json = tx.vault.unseal_json(f"answers.body:{bot_id}:{key}", row["body"])
    return body


def keep_answer(tx: Tx, bot_id: int, key: str, body: Json, now: int) -> None:
    sealed = tx.vault.seal_json(f"answers.body:{bot_id}:{key}", body)
    tx.run("INSERT INTO answers (bot_id, key, body, at) VALUES (?, ?, ?, ?)", bot_id, key, sealed, now)


@dataclass(frozen=True)
class Done:
    message_id: int | None


def done(tx: Tx, bot_id: int, user_id: int, client_id: str) -> Done | None:
    row = tx.one(
        "SELECT message_id FROM client_requests WHERE bot_id = ? AND user_id = ? AND client_id = ?",
        bot_id, user_id, client_id,
    )  # fmt: skip
    return Done(row["message_id"]) if row else None


def keep_done(tx: Tx, bot_id: int, user_id: int, client_id: str, message_id: int | None, now: int) -> None:
    tx.run(
        "INSERT INTO client_requests (bot_id, user_id, client_id, message_id, at) VALUES (?, ?, ?, ?, ?)",
        bot_id, user_id, client_id, message_id, now,
    )  # fmt: skip


def ask(tx: Tx, bot_id: int, user_id: int, message_id: int, now: int) -> str:
    """A new callback query; its id is not to be guessed."""
    query_id = secrets.randbits(62)
    tx.run(
        "INSERT INTO callback_queries (id, bot_id, user_id, message_id, asked_at) VALUES (?, ?, ?, ?, ?)",
        query_id, bot_id, user_id, message_id, now,
    )  # fmt: skip
    return str(query_id)


def take_query(tx: Tx, bot_id: int, query_id: str, not_before: int) -> tuple[int, int] | None:
    """(user, message) of an unanswered query that is still young; it is answered by this, so only once."""
    if not (query_id.isascii() and query_id.isdigit() and len(query_id) < 20):
        return None
    row = tx.one(
        "DELETE FROM callback_queries WHERE id = ? AND bot_id = ? AND asked_at >= ? RETURNING user_id, message_id",
        min(int(query_id), 2**63 - 1), bot_id, not_before,
    )  # fmt: skip
    return (row["user_id"], row["message_id"]) if row else None


def forget_before(tx: Tx, moment: int) -> None:
    tx.run("DELETE FROM answers WHERE at < ?", moment)
    tx.run("DELETE FROM client_requests WHERE at < ?", moment)
    tx.run("DELETE FROM callback_queries WHERE asked_at < ?", moment)
