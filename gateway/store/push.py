"""Which browsers want to be woken (Web Push). Kept sealed, with the device they belong to: signing it out ends them."""

import hashlib
from collections.abc import Collection
from typing import Any

from gateway.store.database import Tx
from gateway.store.sessions import Session

Json = dict[str, Any]


def put(tx: Tx, session: Session, user_id: int, subscription: Json) -> None:
    """A browser has one subscription; a new one takes the place of the one before."""
    key = _hash(subscription["endpoint"])
    tx.run(
        "DELETE FROM push_subscriptions WHERE user_id = ? AND (token_hash = ? OR endpoint_hash = ?)",
        user_id, session.key, key,
    )  # fmt: skip
    tx.run(
        "INSERT INTO push_subscriptions (endpoint_hash, user_id, token_hash, subscription) VALUES (?, ?, ?, ?)",
        key, user_id, session.key, tx.vault.seal_json(_where(user_id, key), subscription),
    )  # fmt: skip


def remove(tx: Tx, user_id: int, endpoint: str) -> None:
    tx.run("DELETE FROM push_subscriptions WHERE user_id = ? AND endpoint_hash = ?", user_id, _hash(endpoint))


def gone(tx: Tx, endpoint: str) -> None:
    """The push service knows it no more."""
    tx.run("DELETE FROM push_subscriptions WHERE endpoint_hash = ?", _hash(endpoint))


def of(tx: Tx, user_ids: Collection[int]) -> list[Json]:
    found = []
    for user_id in user_ids:
        for row in tx.all("SELECT * FROM push_subscriptions WHERE user_id = ?", user_id):
            found.append(tx.vault.unseal_json(_where(user_id, row["endpoint_hash"]), row["subscription"]))
    return found


def _hash(endpoint: str) -> bytes:
    return hashlib.sha256(endpoint.encode(errors="replace")).digest()


def _where(user_id: int, key: bytes) -> str:
    return f"push_subscriptions.subscription:{user_id}:{key.hex()}"
