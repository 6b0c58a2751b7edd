"""Bots: who they are, their token (only its hash is kept), which updates they want, where their webhook is."""

import hashlib
import hmac
import json
import re
import secrets
from dataclasses import dataclass
from typing import Any

from gateway.store.database import Tx

Json = dict[str, Any]
FIRST_ID = 7_000_000_001
USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,30}[A-Za-z0-9]")
# What Telegram sends when a bot never said what it wants.
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True)
class Bot:
    id: int
    username: str
    first_name: str
    allowed_updates: tuple[str, ...]
    profile: Json
    privacy: bool = True  # in groups it sees only what is meant for it
    token_hash: bytes = b""

    def user(self) -> Json:
        return {"id": self.id, "is_bot": True, "first_name": self.first_name, "username": self.username}

    def wants(self, kind: str) -> bool:
        return kind in self.allowed_updates if self.allowed_updates else kind not in NOT_BY_DEFAULT


@dataclass(frozen=True)
class Webhook:
    url: str
    secret: str | None
    max_connections: int
    ip_address: str | None
    has_certificate: bool
    error_at: int | None
    error: str | None


def _bot(row: Any) -> Bot | None:
    if row is None:
        return None
    allowed = tuple(json.loads(row["allowed_updates"] or "[]"))
    return Bot(row["id"], row["username"], row["first_name"], allowed, json.loads(row["profile"]), bool(row["privacy"]), row["token_hash"])


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()


def add(tx: Tx, first_name: str, username: str) -> str:
    """A new bot; its token, which nobody can read again. Raises sqlite3.IntegrityError when the username is taken."""
    bot_id = max(tx.value("SELECT max(id) FROM bots") or 0, FIRST_ID - 1) + 1
    token = f"{bot_id}:{secrets.token_urlsafe(27)[:35]}"
    tx.run(
        "INSERT INTO bots (id, username, first_name, token_hash) VALUES (?, ?, ?, ?)",
        bot_id, username, first_name, _hash(token),
    )  # fmt: skip
    return token


def new_token(tx: Tx, bot: Bot) -> str:
    """Another token; the one before is worth nothing from now on."""
    token = f"{bot.id}:{secrets.token_urlsafe(27)[:35]}"
    tx.run("UPDATE bots SET token_hash = ?, revoked_at = NULL WHERE id = ?", _hash(token), bot.id)
    tx.effects.bots.add(bot.id)
    return token


def by_token(tx: Tx, token: str) -> Bot | None:
    """The bot this token belongs to; compared in constant time."""
    number, _, _ = token.partition(":")
    if not re.fullmatch(r"[0-9]{1,18}", number):
        return None
    row = tx.one("SELECT * FROM bots WHERE id = ?", int(number))
    known = row["token_hash"] if row else bytes(32)
    return _bot(row) if hmac.compare_digest(known, _hash(token)) else None


def token_is_of(tx: Tx, bot: Bot) -> bool:
    """Does the token with which `bot` was found still open it?"""
    return bool(tx.value("SELECT token_hash = ? FROM bots WHERE id = ?", bot.token_hash, bot.id))


def revoke(tx: Tx, bot: Bot, now: int) -> None:
    """Nobody opens it any more, until it gets a new token; its webhook is gone. Chats and waiting updates stay."""
    tx.run("UPDATE bots SET token_hash = ?, revoked_at = ? WHERE id = ?", secrets.token_bytes(32), now, bot.id)
    delete_webhook(tx, bot.id)
    tx.effects.bots.add(bot.id)
    tx.effects.webhooks.add(bot.id)


def is_revoked(tx: Tx, bot: Bot) -> bool:
    return tx.value("SELECT revoked_at FROM bots WHERE id = ?", bot.id) is not None


def set_privacy(tx: Tx, bot: Bot, privacy: bool) -> None:
    tx.run("UPDATE bots SET privacy = ? WHERE id = ?", int(privacy), bot.id)


def by_id(tx: Tx, bot_id: int) -> Bot:
    bot = _bot(tx.one("SELECT * FROM bots WHERE id = ?", bot_id))
    if bot is None:
        raise LookupError("no such bot")
    return bot


def named(tx: Tx, name: str) -> Bot | None:
    """By username (with or without @), or by id."""
    name = name.removeprefix("@")
    return _bot(tx.one("SELECT * FROM bots WHERE username = ? OR CAST(id AS TEXT) = ?", name, name))


def every(tx: Tx) -> list[Bot]:
    return [bot for row in tx.all("SELECT * FROM bots ORDER BY id") if (bot := _bot(row))]


def set_profile(tx: Tx, bot: Bot, profile: Json, first_name: str) -> None:
    tx.run(
        "UPDATE bots SET profile = ?, first_name = ? WHERE id = ?",
        json.dumps(profile, ensure_ascii=False), first_name, bot.id,
    )  # fmt: skip


def set_allowed_updates(tx: Tx, bot_id: int, allowed: list[str]) -> None:
    tx.run("UPDATE bots SET allowed_updates = ? WHERE id = ?", json.dumps(allowed) if allowed else None, bot_id)


def webhook(tx: Tx, bot_id: int) -> Webhook | None:
    row = tx.one("SELECT * FROM webhooks WHERE bot_id = ?", bot_id)
    if row is None:
        return None
    secret = row["secret"] and tx.vault.unseal(f"webhooks.secret:{bot_id}", row["secret"]).decode()
    return Webhook(
        row["url"], secret, row["max_connections"], row["ip_address"],
        bool(row["has_certificate"]), row["error_at"], row["error"],
    )  # fmt: skip


def set_webhook(tx: Tx, bot_id: int, hook: Webhook) -> None:
    secret = hook.secret and tx.vault.seal(f"webhooks.secret:{bot_id}", hook.secret.encode())
    tx.run(
        """INSERT OR REPLACE INTO webhooks
           (bot_id, url, secret, max_connections, ip_address, has_certificate, error_at, error)
           VALUES (?, ?, ?, ?, ?, ?, NULL, NULL)""",
        bot_id, hook.url, secret, hook.max_connections, hook.ip_address, int(hook.has_certificate),
    )  # fmt: skip


def delete_webhook(tx: Tx, bot_id: int) -> bool:
    return tx.run("DELETE FROM webhooks WHERE bot_id = ?", bot_id).rowcount == 1


def webhook_failed(tx: Tx, bot_id: int, error: str, now: int) -> None:
    tx.run("UPDATE webhooks SET error_at = ?, error = ? WHERE bot_id = ?", now, error[:200], bot_id)


def with_webhook(tx: Tx) -> list[int]:
    return [row[0] for row in tx.all("SELECT bot_id FROM webhooks")]
