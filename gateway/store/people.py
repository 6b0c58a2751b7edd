"""People and their chats with bots. A person's private chat with any bot has the person's own id."""

from dataclasses import dataclass
from typing import Any

from gateway.store.database import Tx

Json = dict[str, Any]
FIRST_ID = 100_001
MAX_ID = 2**52


@dataclass(frozen=True)
class Person:
    id: int
    first_name: str
    last_name: str | None
    language_code: str | None

    def user(self) -> Json:
        return {"id": self.id, "is_bot": False, **self._names(), **self._language()}

    def chat(self) -> Json:
        return {"id": self.id, "type": "private", **self._names()}

    def _names(self) -> Json:
        return {"first_name": self.first_name, **({"last_name": self.last_name} if self.last_name else {})}

    def _language(self) -> Json:
        return {"language_code": self.language_code} if self.language_code else {}


@dataclass(frozen=True)
class Chat:
    bot_id: int
    person: Person
    blocked: bool
    last_event_id: int
    keyboard: Json | None

    @property
    def id(self) -> int:
        return self.person.id


def put(
    tx: Tx, first_name: str, user_id: int | None = None, last_name: str | None = None, language_code: str | None = None
) -> int:
    """A new person, or the same person under a new name when the id is known already."""
    if user_id is None:
        user_id = max(tx.value("SELECT max(id) FROM users") or 0, FIRST_ID - 1) + 1
    profile = {"first_name": first_name, "last_name": last_name, "language_code": language_code}
    tx.run(
        "INSERT INTO users (id, profile) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET profile = excluded.profile",
        user_id, tx.vault.seal_json(f"users.profile:{user_id}", profile),
    )  # fmt: skip
    return user_id


def get(tx: Tx, user_id: int) -> Person | None:
    row = tx.one("SELECT profile FROM users WHERE id = ?", user_id)
    if row is None:
        return None
    return Person(user_id, **tx.vault.unseal_json(f"users.profile:{user_id}", row["profile"]))


def open_chat(tx: Tx, bot_id: int, user_id: int) -> None:
    """From now on this bot may write to this person."""
    tx.run("INSERT OR IGNORE INTO chats (bot_id, user_id) VALUES (?, ?)", bot_id, user_id)


def chat(tx: Tx, bot_id: int, user_id: int) -> Chat | None:
    row = tx.one("SELECT * FROM chats WHERE bot_id = ? AND user_id = ?", bot_id, user_id)
    person = get(tx, user_id) if row else None
    if row is None or person is None:
        return None
    keyboard = row["keyboard"] and tx.vault.unseal_json(_keyboard_of(bot_id, user_id), row["keyboard"])
    return Chat(bot_id, person, bool(row["blocked"]), row["last_event_id"], keyboard)


def set_keyboard(tx: Tx, bot_id: int, user_id: int, keyboard: Json | None) -> None:
    sealed = tx.vault.seal_json(_keyboard_of(bot_id, user_id), keyboard) if keyboard else None
    tx.run("UPDATE chats SET keyboard = ? WHERE bot_id = ? AND user_id = ?", sealed, bot_id, user_id)


def set_blocked(tx: Tx, bot_id: int, user_id: int, blocked: bool) -> bool:
    """True when this changed something."""
    changed = tx.run(
        "UPDATE chats SET blocked = ? WHERE bot_id = ? AND user_id = ? AND blocked <> ?",
        int(blocked), bot_id, user_id, int(blocked),
    )  # fmt: skip
    return changed.rowcount == 1


def chats_of_bot(tx: Tx, bot_id: int) -> list[int]:
    return [row[0] for row in tx.all("SELECT user_id FROM chats WHERE bot_id = ?", bot_id)]


def _keyboard_of(bot_id: int, user_id: int) -> str:
    return f"chats.keyboard:{bot_id}:{user_id}"
