"""One-time sign-in links. Only the hash of the code is kept; using a link is winning its one UPDATE."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from gateway.store import people
from gateway.store.bots import Bot, by_id
from gateway.store.database import Tx

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH = 16


@dataclass(frozen=True)
class Link:
    bot: Bot
    user_id: int
    start: str | None


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.encode(errors="replace")).digest()


def new_code() -> str:
    """Sixteen characters (79 bits) that can be read off paper and typed: no capitals, nothing that looks like another."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def typed(text: str) -> str:
    """The code in what somebody typed: in groups, in capitals, or the whole link pasted."""
    text = text.strip().rpartition("/l/")[2]
    plain = "".join(text.lower().split()).replace("-", "")
    return plain if len(plain) == LENGTH and set(plain) <= set(ALPHABET) else text


def make(
    tx: Tx, bot_id: int, expires_at: int, *,
    user_id: int | None = None, first_name: str | None = None, start: str | None = None,
) -> str:  # fmt: skip
    """The code of a new link: for a known person, or (with only a first name) for one who is made when it is used."""
    code = new_code()
    name = tx.vault.seal(_where(code), first_name.encode()) if first_name else None
    tx.run(
        "INSERT INTO links (code_hash, bot_id, user_id, first_name, start, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
        _hash(code), bot_id, user_id, name, start, expires_at,
    )  # fmt: skip
    return code


def is_open(tx: Tx, code: str, now: int) -> bool:
    row: Any = tx.one(
        "SELECT 1 FROM links WHERE code_hash = ? AND used_at IS NULL AND expires_at > ?", _hash(code), now
    )
    return row is not None


def use(tx: Tx, code: str, now: int) -> Link | None:
    """Use it up; None when it was used before, has expired or never was."""
    row = tx.one(
        "UPDATE links SET used_at = ? WHERE code_hash = ? AND used_at IS NULL AND expires_at > ? RETURNING *",
        now, _hash(code), now,
    )  # fmt: skip
    if row is None:
        return None
    user_id = row["user_id"]
    if user_id is None:
        user_id = people.put(tx, tx.vault.unseal(_where(code), row["first_name"]).decode())
    people.open_chat(tx, row["bot_id"], user_id)
    return Link(by_id(tx, row["bot_id"]), user_id, row["start"])


def void(tx: Tx, user_id: int) -> int:
    """No link of this person opens anything any more; how many still would have."""
    return tx.run("DELETE FROM links WHERE user_id = ? AND used_at IS NULL", user_id).rowcount


def forget_before(tx: Tx, moment: int) -> None:
    tx.run("DELETE FROM links WHERE expires_at < ?", moment)


def _where(code: str) -> str:
    return f"links.first_name:{_hash(code).hex()}"
