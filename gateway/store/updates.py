"""What waits for a bot. A row stays until the bot confirms it, however long that takes (Telegram forgets after 24 h;
the bot of a county office that was switched off for a week must still get its reports)."""

from typing import Any

from gateway.store.bots import Bot
from gateway.store.database import Tx

Json = dict[str, Any]


def add(tx: Tx, bot: Bot, kind: str, payload: Json, now: int | None = None) -> None:
    """Queue an update, unless the bot asked not to get this kind. Update ids grow one by one for each bot."""
    if not bot.wants(kind):
        return
    update_id = tx.value(
        "UPDATE bots SET last_update_id = last_update_id + 1 WHERE id = ? RETURNING last_update_id", bot.id
    )
    body = tx.vault.seal_json(_where(bot.id, update_id), {"update_id": update_id, kind: payload})
    since = now if now is not None else payload.get("date")
    tx.run(
        "INSERT INTO updates (bot_id, update_id, body, at, chat_id) VALUES (?, ?, ?, ?, ?)",
        bot.id, update_id, body, since, _chat_of(payload),
    )  # fmt: skip
    tx.effects.bots.add(bot.id)


def waiting(tx: Tx, bot_id: int, limit: int, offset: int = 0) -> list[Json]:
    """The oldest updates from `offset` on."""
    rows = tx.all(
        "SELECT update_id, body FROM updates WHERE bot_id = ? AND update_id >= ? ORDER BY update_id LIMIT ?",
        bot_id, offset, limit,
    )  # fmt: skip
    return [tx.vault.unseal_json(_where(bot_id, row["update_id"]), row["body"]) for row in rows]


def get(tx: Tx, bot_id: int, update_id: int) -> Json | None:
    row = tx.one("SELECT body FROM updates WHERE bot_id = ? AND update_id = ?", bot_id, update_id)
    return tx.vault.unseal_json(_where(bot_id, update_id), row["body"]) if row else None


def oldest_by_chat(tx: Tx, bot_id: int, limit: int) -> list[tuple[int, int]]:
    """(chat, update) of the oldest waiting update of each chat, as far as the `limit` oldest ones reach."""
    rows = tx.all("SELECT chat_id, update_id FROM updates WHERE bot_id = ? ORDER BY update_id LIMIT ?", bot_id, limit)
    first: dict[int, int] = {}
    for row in rows:
        first.setdefault(row["chat_id"], row["update_id"])
    return list(first.items())


def confirm(tx: Tx, bot_id: int, update_id: int) -> None:
    tx.run("DELETE FROM updates WHERE bot_id = ? AND update_id = ?", bot_id, update_id)


def oldest_at(tx: Tx) -> int | None:
    """Since when the update waits that waits longest, of all bots."""
    moment: int | None = tx.value("SELECT min(at) FROM updates WHERE at > 0")
    return moment


def count(tx: Tx, bot_id: int) -> int:
    number: int = tx.value("SELECT count(*) FROM updates WHERE bot_id = ?", bot_id)
    return number


def first_to_keep(tx: Tx, bot_id: int, offset: int) -> int:
    """The id from which updates are kept: `offset` itself, or counted from the end when it is negative."""
    if offset >= 0:
        return offset
    found = tx.value(
        "SELECT update_id FROM updates WHERE bot_id = ? ORDER BY update_id DESC LIMIT 1 OFFSET ?",
        bot_id, min(-offset, 2**31) - 1,
    )  # fmt: skip
    return found or 0


def any_before(tx: Tx, bot_id: int, update_id: int) -> bool:
    return tx.one("SELECT 1 FROM updates WHERE bot_id = ? AND update_id < ? LIMIT 1", bot_id, update_id) is not None


def confirm_before(tx: Tx, bot_id: int, update_id: int) -> None:
    tx.run("DELETE FROM updates WHERE bot_id = ? AND update_id < ?", bot_id, update_id)


def drop_all(tx: Tx, bot_id: int) -> None:
    tx.run("DELETE FROM updates WHERE bot_id = ?", bot_id)


def _chat_of(payload: Json) -> int:
    """The chat an update belongs to; its updates are delivered in order. A poll's answers have only a person."""
    for holder in (payload, payload.get("message") or {}):
        if isinstance(holder.get("chat"), dict):
            return int(holder["chat"]["id"])
    person = payload.get("user") or payload.get("from") or {}
    return int(person.get("id", 0))


def _where(bot_id: int, update_id: int) -> str:
    return f"updates.body:{bot_id}:{update_id}"
