"""The people of a demo whom a visitor may play."""

from dataclasses import dataclass
from typing import Any

from gateway.store import people
from gateway.store.database import Tx

Json = dict[str, Any]


@dataclass(frozen=True)
class Persona:
    key: str
    bot_id: int
    bot_username: str
    user_id: int
    title: str
    subtitle: str
    group: str


def replace(tx: Tx, bot_id: int, personas: list[Json]) -> None:
    """These are the personas of this bot from now on. Raises LookupError for a person who is not known."""
    tx.run("DELETE FROM personas WHERE bot_id = ?", bot_id)
    for position, persona in enumerate(personas):
        if people.get(tx, persona["user_id"]) is None:
            raise LookupError("no such user")
        people.open_chat(tx, bot_id, persona["user_id"])
        about = {name: persona.get(name) or "" for name in ("title", "subtitle", "group")}
        tx.run(
            "INSERT INTO personas (bot_id, key, user_id, position, about) VALUES (?, ?, ?, ?, ?)",
            bot_id, persona["key"], persona["user_id"], position,
            tx.vault.seal_json(f"personas.about:{bot_id}:{persona['key']}", about),
        )  # fmt: skip


def is_one(tx: Tx, user_id: int) -> bool:
    """Is this person played by visitors?"""
    return tx.one("SELECT 1 FROM personas WHERE user_id = ?", user_id) is not None


def every(tx: Tx) -> list[Persona]:
    rows = tx.all("SELECT p.*, b.username FROM personas p JOIN bots b ON b.id = p.bot_id ORDER BY p.bot_id, p.position")
    return [
        Persona(
            row["key"], row["bot_id"], row["username"], row["user_id"],
            **tx.vault.unseal_json(f"personas.about:{row['bot_id']}:{row['key']}", row["about"]),
        )
        for row in rows
    ]  # fmt: skip
