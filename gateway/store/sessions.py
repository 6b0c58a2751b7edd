"""Devices that are signed in. The cookie is a random token; only its hash is kept here."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any

from gateway.store.database import Tx

SEEN_EVERY = 3600  # write "seen" at most once an hour, not with every request
USED_EVERY = 15  # with a PIN: when a person last did something, this exactly
WRONG_PINS = 5


@dataclass(frozen=True)
class Session:
    token: str
    key: bytes
    seen_at: int
    device_id: str
    has_pin: bool
    shut: bool  # locked by hand or by opening the page anew
    used_at: int

    @property
    def csrf(self) -> str:
        """Made from the token, so it needs no place of its own and ends with the session."""
        return hmac.new(self.token.encode(), b"csrf", hashlib.sha256).hexdigest()

    def is_locked(self, now: int, lock_after: int) -> bool:
        """Nothing is shown on a locked device until its PIN is given."""
        return self.has_pin and (self.shut or now - self.used_at > lock_after)


@dataclass(frozen=True)
class Device:
    id: str
    name: str
    made_at: int
    seen_at: int


@dataclass(frozen=True)
class OpenChat:
    user_id: int
    bot_id: int
    bot_username: str


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()


def start(tx: Tx, now: int, device: str = "") -> Session:
    """A device signs in; `device` is what a person would call it."""
    token, device_id = secrets.token_urlsafe(32), secrets.token_hex(8)
    tx.run(
        "INSERT INTO sessions (token_hash, made_at, seen_at, used_at, device_id, device) VALUES (?, ?, ?, ?, ?, ?)",
        _hash(token), now, now, now, device_id, tx.vault.seal(_device(device_id), device.encode()),
    )  # fmt: skip
    return Session(token, _hash(token), now, device_id, False, False, now)


def find(tx: Tx, token: str, seen_since: int = 0, made_since: int = 0) -> Session | None:
    """The session of this token, if it was used since the one moment and began since the other."""
    row = tx.one(
        "SELECT * FROM sessions WHERE token_hash = ? AND seen_at >= ? AND made_at >= ?",
        _hash(token), seen_since, made_since,
    )  # fmt: skip
    if row is None:
        return None
    return Session(
        token, row["token_hash"], row["seen_at"], row["device_id"],
        row["pin"] is not None, bool(row["locked"]), row["used_at"],
    )  # fmt: skip


def renew(tx: Tx, session: Session, now: int) -> Session:
    """The same device with the same chats under a new token: after a sign-in nobody holds one from before it."""
    token = secrets.token_urlsafe(32)
    tx.run(
        """INSERT INTO sessions (token_hash, made_at, seen_at, used_at, device, pin, pin_tries, locked)
           SELECT ?, ?, ?, ?, device, pin, pin_tries, locked FROM sessions WHERE token_hash = ?""",
        _hash(token), now, now, now, session.key,
    )  # fmt: skip
    tx.run("UPDATE session_chats SET token_hash = ? WHERE token_hash = ?", _hash(token), session.key)
    tx.run("UPDATE push_subscriptions SET token_hash = ? WHERE token_hash = ?", _hash(token), session.key)
    tx.run("DELETE FROM sessions WHERE token_hash = ?", session.key)
    tx.run("UPDATE sessions SET device_id = ? WHERE token_hash = ?", session.device_id, _hash(token))
    _wake(tx, _hash(token))
    return Session(token, _hash(token), now, session.device_id, session.has_pin, session.shut, now)


def seen(tx: Tx, session: Session, now: int) -> None:
    tx.run("UPDATE sessions SET seen_at = ? WHERE token_hash = ?", now, session.key)


def used(tx: Tx, session: Session, now: int) -> None:
    tx.run("UPDATE sessions SET used_at = ?, seen_at = ? WHERE token_hash = ?", now, now, session.key)


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


def people(tx: Tx, session: Session) -> list[int]:
    """Whose device this is (several people only in a demo)."""
    rows = tx.all("SELECT DISTINCT user_id FROM session_chats WHERE token_hash = ? ORDER BY user_id", session.key)
    return [row[0] for row in rows]


def devices(tx: Tx, session: Session) -> list[Device]:
    """Every device of the people of this one, the latest used first."""
    rows = tx.all(
        """SELECT * FROM sessions WHERE token_hash IN (
               SELECT token_hash FROM session_chats
               WHERE user_id IN (SELECT user_id FROM session_chats WHERE token_hash = ?))
           ORDER BY seen_at DESC, made_at DESC, device_id""",
        session.key,
    )  # fmt: skip
    return [Device(row["device_id"], _name(tx, row), row["made_at"], row["seen_at"]) for row in rows]


def revoke(tx: Tx, session: Session, device_id: str) -> bool:
    """Sign out one of the devices `devices` names; what is open on it ends."""
    if all(device.id != device_id for device in devices(tx, session)):
        return False
    row = tx.one("SELECT token_hash FROM sessions WHERE device_id = ?", device_id)
    if row is not None:
        _wake(tx, row["token_hash"])
        tx.run("DELETE FROM sessions WHERE token_hash = ?", row["token_hash"])
    return row is not None


def lock(tx: Tx, session: Session) -> None:
    """Has an effect only on a device with a PIN; what is open on it is told."""
    tx.run("UPDATE sessions SET locked = 1 WHERE token_hash = ? AND pin IS NOT NULL", session.key)
    _wake(tx, session.key)


def unlock(tx: Tx, session: Session, now: int) -> None:
    tx.run("UPDATE sessions SET locked = 0, pin_tries = 0, used_at = ? WHERE token_hash = ?", now, session.key)


def set_pin(tx: Tx, session: Session, hashed: bytes | None, now: int) -> None:
    sealed = tx.vault.seal(_pin(session.device_id), hashed) if hashed else None
    tx.run(
        "UPDATE sessions SET pin = ?, pin_tries = 0, locked = 0, used_at = ? WHERE token_hash = ?",
        sealed, now, session.key,
    )  # fmt: skip


def try_pin(tx: Tx, session: Session) -> tuple[bytes, int] | None:
    """Count one more try before the PIN is looked at, so that many at once are no way around: (what `set_pin` kept,
    the tries that are left after this one). None when the device has no PIN or has used up its tries."""
    row = tx.one(
        """UPDATE sessions SET pin_tries = pin_tries + 1 WHERE token_hash = ? AND pin IS NOT NULL AND pin_tries < ?
           RETURNING pin, pin_tries""",
        session.key, WRONG_PINS,
    )  # fmt: skip
    return (tx.vault.unseal(_pin(session.device_id), row["pin"]), WRONG_PINS - row["pin_tries"]) if row else None


def count_of(tx: Tx, user_id: int) -> int:
    """On how many devices this person is signed in."""
    number: int = tx.value("SELECT count(DISTINCT token_hash) FROM session_chats WHERE user_id = ?", user_id)
    return number


def end(tx: Tx, session: Session) -> None:
    _wake(tx, session.key)
    tx.run("DELETE FROM sessions WHERE token_hash = ?", session.key)


def end_all_of(tx: Tx, user_id: int) -> int:
    """Sign a person out everywhere (a lost phone); how many devices that were."""
    tx.effects.people.add(user_id)
    gone = tx.run(
        "DELETE FROM sessions WHERE token_hash IN (SELECT token_hash FROM session_chats WHERE user_id = ?)", user_id
    )
    return gone.rowcount


def forget_before(tx: Tx, seen: int, made: int) -> None:
    tx.run("DELETE FROM sessions WHERE seen_at < ? OR made_at < ?", seen, made)


def _wake(tx: Tx, key: bytes) -> None:
    """The open pages of this device look again whether they still may be."""
    rows = tx.all("SELECT DISTINCT user_id FROM session_chats WHERE token_hash = ?", key)
    tx.effects.people.update(row[0] for row in rows)


def _name(tx: Tx, row: Any) -> str:
    return tx.vault.unseal(_device(row["device_id"]), row["device"]).decode() if row["device"] else ""


def _device(device_id: str) -> str:
    return f"sessions.device:{device_id}"


def _pin(device_id: str) -> str:
    return f"sessions.pin:{device_id}"
