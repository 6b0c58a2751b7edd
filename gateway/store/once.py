"""What was asked twice and done once: a bot's idempotency keys, a page's client ids, button presses to answer."""

import secrets
from dataclasses import dataclass
from typing import Any

from gateway.store import messages
from gateway.store.database import Tx

Json = dict[str, Any]
MESSAGE = "_message"  # stands for the message of this name


def answer(tx: Tx, bot_id: int, key: str) -> Json | None:
    """The first answer given under this key."""
    row = tx.one("SELECT body FROM answers WHERE bot_id = ? AND key = ?", bot_id, key)
    if row is None:
        return None
    body: Json = tx.vault.unseal_json(f"answers.body:{bot_id}:{key}", row["body"])
    return {**body, "result": _filled(tx, bot_id, body["result"])} if "result" in body else body


def keep_answer(tx: Tx, bot_id: int, key: str, body: Json, now: int) -> None:
    """Messages in the answer are kept as what they are called: their words live in one place only, and are forgotten
    there."""
    kept = {**body, "result": _referred(body["result"])} if "result" in body else body
    sealed = tx.vault.seal_json(f"answers.body:{bot_id}:{key}", kept)
    tx.run("INSERT INTO answers (bot_id, key, body, at) VALUES (?, ?, ?, ?)", bot_id, key, sealed, now)


def _referred(result: Any) -> Any:
    if isinstance(result, list):
        return [_referred(one) for one in result]
    if isinstance(result, dict) and "message_id" in result and "chat" in result:
        chat = {part: result["chat"][part] for part in ("id", "type")}
        return {MESSAGE: {"message_id": result["message_id"], "date": result["date"], "chat": chat}}
    return result


def _filled(tx: Tx, bot_id: int, result: Any) -> Any:
    if isinstance(result, list):
        return [_filled(tx, bot_id, one) for one in result]
    if isinstance(result, dict) and MESSAGE in result:
        known = result[MESSAGE]
        stored = messages.get(tx, bot_id, known["chat"]["id"], known["message_id"])
        return stored.message if stored else known
    return result


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


def ask(tx: Tx, bot_id: int, chat_id: int, message_id: int, now: int, person_id: int | None = None) -> str:
    """A new callback query to this bot; its id is not to be guessed. `person_id`: who pressed (needed in a group)."""
    query_id = secrets.randbits(62)
    tx.run(
        """INSERT INTO callback_queries (id, bot_id, user_id, message_id, asked_at, person_id)
           VALUES (?, ?, ?, ?, ?, ?)""",
        query_id, bot_id, chat_id, message_id, now, person_id,
    )  # fmt: skip
    return str(query_id)


@dataclass(frozen=True)
class Query:
    chat_id: int
    message_id: int
    person_id: int


def take_query(tx: Tx, bot_id: int, query_id: str, not_before: int) -> Query | None:
    """An unanswered query that is still young; it is answered by this, so only once."""
    if not (query_id.isascii() and query_id.isdecimal() and len(query_id) < 20):
        return None
    row = tx.one(
        """DELETE FROM callback_queries WHERE id = ? AND bot_id = ? AND asked_at >= ?
           RETURNING user_id, message_id, person_id""",
        min(int(query_id), 2**63 - 1), bot_id, not_before,
    )  # fmt: skip
    return Query(row["user_id"], row["message_id"], row["person_id"] or row["user_id"]) if row else None


def forget_before(tx: Tx, moment: int) -> None:
    tx.run("DELETE FROM answers WHERE at < ?", moment)
    tx.run("DELETE FROM client_requests WHERE at < ?", moment)
    tx.run("DELETE FROM callback_queries WHERE asked_at < ?", moment)
