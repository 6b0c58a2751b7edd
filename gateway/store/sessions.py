"""Devices that are signed in. The cookie is a random token; only its hash is kept here."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from gateway.store.database import Tx

SEEN_EVERY = 3600  # write "seen" at most once an hour, not with every request


@dataclass(frozen=True)
class Session:
    token: str
    key: bytes
    seen_at: int

    @property
    def csrf(self) -> str:
        """Made from the token, so it needs no place of its own and ends with the session."""
        return hmac.new(self.token.encode(), b"csrf", hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class OpenChat:
    user_id: int
    bot_id: int
    bot_username: str


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()


def start(tx: Tx, now: int) -> Session:
    token = secrets.token_urlsafe(32)
    tx.run("INSERT INTO sessions (token_hash, made_at, seen_at) VALUES (?, ?, ?)", _hash(token), now, now)
    return Session(token, _hash(token), now)


def find(tx: Tx, token: str, not_before: int) -> Session | None:
    row = tx.one("SELECT * FROM sessions WHERE token_hash = ? AND seen_at >= ?", _hash(token), not_before)
    return Session(token, row["token_hash"], row["seen_at"]) if row else None


def seen(tx: Tx, session: Session, now: int) -> None:
    tx.run("UPDATE sessions SET seen_at = ? WHERE token_hash = ?", now, session.key)


def add_chat(tx: Tx, session: Session, user_id: int, bot_id: int, now: int) -> None:
    tx.run(
        """INSERT INTO session_chats (token_hash, user_id, bot_id, opened_at) VALUES (?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET opened_at = excluded.opened_at""",
        session.key, user_id, bot_id, now,
    )  # fmt: skip


def holds(tx: Tx, session: Session, user_id: int) -> bool:
    row = tx.one("SELECT 1 FROM session_chats WHERE token_hash = ? AND user_id = ?", session.key, user_id)
    return row is not None


def chats(tx: Tx, session: Session) -> list[OpenChat]:
    """The chats opened on this device, the latest first."""
    rows = tx.all(
        """SELECT s.user_id, s.bot_id, b.username FROM session_chats s JOIN bots b ON b.id = s.bot_id
           WHERE s.token_hash = ? ORDER BY s.opened_at DESC""",
        session.key,
    )  # fmt: skip
    return [OpenChat(row["user_id"], row["bot_id"], row["username"]) for row in rows]


def end(tx: Tx, session: Session) -> None:
    tx.run("DELETE FROM sessions WHERE token_hash = ?", session.key)


def end_all_of(tx: Tx, user_id: int) -> int:
    """Sign a person out everywhere (a lost phone); how many devices that were."""
    gone = tx.run(
        "DELETE FROM sessions WHERE token_hash IN (SELECT token_hash FROM session_chats WHERE user_id = ?)", user_id
    )
    return gone.rowcount


def forget_before(tx: Tx, moment: int) -> None:
    tx.run("DELETE FROM sessions WHERE seen_at < ?", moment)
