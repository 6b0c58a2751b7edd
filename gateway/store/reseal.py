"""Sealing everything anew under the current key, so that an old key can be taken away.

`SEALED` names every sealed column and the words bound into its values; a test holds it against the schema.
"""

import os
from dataclasses import dataclass
from typing import Any

from gateway.store.database import Tx
from gateway.store.files import Blobs

AT_ONCE = 200


@dataclass(frozen=True)
class Sealed:
    table: str
    column: str
    key: tuple[str, ...]  # the primary key
    bound: tuple[str, ...] = ()  # the columns bound into the value, where they are not the primary key

    def where(self, row: Any) -> str:
        """As the file of this table binds it."""
        if self.table == "meta":
            return "meta.proof"
        values = (row[name] for name in self.bound or self.key)
        plain = (value.hex() if isinstance(value, bytes) else str(value) for value in values)
        return f"{self.table}.{self.column}:{':'.join(plain)}"


SEALED = (
    Sealed("meta", "value", ("name",)),
    Sealed("webhooks", "secret", ("bot_id",)),
    Sealed("users", "profile", ("id",)),
    Sealed("chats", "keyboard", ("bot_id", "user_id")),
    Sealed("messages", "body", ("bot_id", "chat_id", "message_id")),
    Sealed("updates", "body", ("bot_id", "update_id")),
    Sealed("events", "body", ("bot_id", "chat_id", "event_id")),
    Sealed("answers", "body", ("bot_id", "key")),
    Sealed("files", "about", ("bot_id", "number"), ("file_id",)),
    Sealed("links", "first_name", ("code_hash",)),
    Sealed("personas", "about", ("bot_id", "key")),
    Sealed("groups", "profile", ("id",)),
    Sealed("group_members", "keyboard", ("group_id", "user_id")),
    Sealed("polls", "body", ("id",)),
    Sealed("poll_votes", "chosen", ("poll_id", "user_id")),
    Sealed("sessions", "device", ("token_hash",), ("device_id",)),
    Sealed("sessions", "pin", ("token_hash",), ("device_id",)),
    Sealed("push_subscriptions", "subscription", ("user_id", "endpoint_hash")),
)


def some(tx: Tx, sealed: Sealed, after: tuple[Any, ...] | None) -> tuple[int, tuple[Any, ...] | None]:
    """Go on behind the row `after`: (values sealed anew, the row to go on behind; None: done)."""
    names = ", ".join(dict.fromkeys((*sealed.key, *sealed.bound, sealed.column)))
    order = ", ".join(sealed.key)
    holes = ", ".join("?" * len(sealed.key))
    behind = f"AND ({order}) > ({holes})" if after else ""
    only = "AND name = 'proof'" if sealed.table == "meta" else ""
    rows = tx.all(
        f"""SELECT {names} FROM {sealed.table} WHERE {sealed.column} IS NOT NULL {only} {behind}
            ORDER BY {order} LIMIT {AT_ONCE}""",  # noqa: S608
        *(after or ()),
    )  # fmt: skip
    anew = 0
    for row in rows:
        if not tx.vault.is_current(row[sealed.column]):
            plain = tx.vault.unseal(sealed.where(row), row[sealed.column])
            same = " AND ".join(f"{name} = ?" for name in sealed.key)
            tx.run(
                f"UPDATE {sealed.table} SET {sealed.column} = ? WHERE {same}",  # noqa: S608
                tx.vault.seal(sealed.where(row), plain), *(row[name] for name in sealed.key),
            )  # fmt: skip
            anew += 1
    last = tuple(rows[-1][name] for name in sealed.key) if len(rows) == AT_ONCE else None
    return anew, last


def blobs(kept: Blobs) -> int:
    """Every file on the disk, each replaced whole or not at all; how many were sealed anew."""
    anew = 0
    for path in kept.folder.glob("*/*"):
        if path.suffix == ".new":
            path.unlink(missing_ok=True)  # left by a kill in the middle
            continue
        try:
            with path.open("rb") as file:
                if kept.vault.is_current(file.read(4)):
                    continue
            content = kept.load(path.name)
        except FileNotFoundError:
            continue  # forgotten meanwhile
        draft = path.with_suffix(".new")
        with draft.open("wb") as file:
            file.write(kept.vault.seal(f"blob:{path.name}", content))
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            draft.replace(path)
            anew += 1
        else:
            draft.unlink()
    return anew
