"""A few facts about the gateway itself."""

from gateway.store.database import Tx


def put(tx: Tx, name: str, value: str) -> None:
    tx.run("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", name, value.encode())


def get(tx: Tx, name: str) -> str | None:
    value = tx.value("SELECT value FROM meta WHERE name = ?", name)
    return value.decode() if value is not None else None
