"""What waits for a bot. A row stays until the bot confirms it, however long that takes (Telegram forgets after 24 h;
the bot of a county office that was switched off for a week must still get its reports)."""

from typing import Any

from gateway.store.bots import Bot
from gateway.store.database import Tx

Json = dict[str, Any]


def add(tx: Tx, bot: Bot, kind: str, payload: Json) -> None:
    """Queue an update, unless the bot asked not to get this kind. Update ids grow one by one for each bot."""
    if not bot.wants(kind):
        return
    update_id = tx.value(
        "UPDATE bots SET last_update_id = last_update_id + 1 WHERE id = ? RETURNING last_update_id", bot.id
    )
    body = tx.vault.seal_json(_where(bot.id, update_id), {"update_id": update_id, kind: payload})
    tx.run("INSERT INTO updates (bot_id, update_id, body) VALUES (?, ?, ?)", bot.id, update_id, body)
    tx.effects.bots.add(bot.id)


def waiting(tx: Tx, bot_id: int, limit: int, offset: int = 0) -> list[Json]:
    """The oldest updates from `offset` on."""
    rows = tx.all(
        "SELECT update_id, body FROM updates WHERE bot_id = ? AND update_id >= ? ORDER BY update_id LIMIT ?",
        bot_id, offset, limit,
    )  # fmt: skip
    return [tx.vault.unseal_json(_where(bot_id, row["update_id"]), row["body"]) for row in rows]


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


def _where(bot_id: int, update_id: int) -> str:
    return f"updates.body:{bot_id}:{update_id}"
