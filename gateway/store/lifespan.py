"""Which messages have had their time, what else holds their words, and how much was forgotten so far."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gateway.store.database import Tx


@dataclass(frozen=True)
class Row:
    """A message as it is kept; `bot_id` is 0 in a group."""

    bot_id: int
    chat_id: int
    message_id: int


def due(tx: Tx, life: str, before: int, limit: int) -> list[Row]:
    """The oldest messages of this class from before `before`."""
    rows = tx.all(
        "SELECT bot_id, chat_id, message_id FROM messages WHERE life = ? AND date < ? ORDER BY date LIMIT ?",
        life, before, limit,
    )  # fmt: skip
    return [Row(*row) for row in rows]


def overdue(tx: Tx, life: str, before: int) -> int:
    number: int = tx.value("SELECT count(*) FROM messages WHERE life = ? AND date < ?", life, before)
    return number


def quoting(tx: Tx, home_bot: int, chat_id: int, message_ids: Collection[int]) -> list[int]:
    """The messages of the chat that show some of these in themselves, as the one answered to or as the one pinned."""
    found: list[int] = []
    for number in message_ids:
        rows = tx.all(
            "SELECT message_id FROM messages WHERE bot_id = ? AND chat_id = ? AND reply_to = ?",
            home_bot, chat_id, number,
        )  # fmt: skip
        found += [row[0] for row in rows]
    return found


def quotes_nothing(tx: Tx, home_bot: int, chat_id: int, message_id: int) -> None:
    tx.run(
        "UPDATE messages SET reply_to = NULL WHERE bot_id = ? AND chat_id = ? AND message_id = ?",
        home_bot, chat_id, message_id,
    )  # fmt: skip


def files_of(tx: Tx, rows: Sequence[Row]) -> set[str]:
    found: set[str] = set()
    for row in rows:
        shown = tx.all(
            "SELECT file_id FROM chat_files WHERE bot_id = ? AND chat_id = ? AND message_id = ?",
            row.bot_id, row.chat_id, row.message_id,
        )  # fmt: skip
        found.update(one[0] for one in shown)
    return found


def drop_files(tx: Tx, file_ids: Collection[str]) -> list[str]:
    """Forget those of these files that no message shows any more; the ids whose bytes are now to be removed."""
    return [
        file_id
        for file_id in file_ids
        if tx.one("SELECT 1 FROM chat_files WHERE file_id = ? LIMIT 1", file_id) is None
        and tx.run("DELETE FROM files WHERE file_id = ?", file_id).rowcount
    ]


def shown_or_not(tx: Tx, limit: int) -> tuple[list[str], list[str]]:
    """(files no message shows since lately, files that are shown again). Looks at every file, so it only reads."""
    shown = "EXISTS (SELECT 1 FROM chat_files c WHERE c.file_id = files.file_id)"
    alone = tx.all(f"SELECT file_id FROM files WHERE alone_since IS NULL AND NOT {shown} LIMIT ?", limit)  # noqa: S608
    again = tx.all(f"SELECT file_id FROM files WHERE alone_since IS NOT NULL AND {shown} LIMIT ?", limit)  # noqa: S608
    return [row[0] for row in alone], [row[0] for row in again]


def mark_alone(tx: Tx, file_ids: Collection[str], since: int | None) -> None:
    for file_id in file_ids:
        tx.run("UPDATE files SET alone_since = ? WHERE file_id = ?", since, file_id)


def lonely_files(tx: Tx, before: int, limit: int) -> list[str]:
    """Files that no message has shown since `before` (a bot may send one again by its id for a while)."""
    rows = tx.all("SELECT file_id FROM files WHERE alone_since < ? ORDER BY alone_since LIMIT ?", before, limit)
    return [row[0] for row in rows]


def drop_updates(tx: Tx, before: int) -> int:
    """Updates no bot has fetched in all that time."""
    return tx.run("DELETE FROM updates WHERE at IS NOT NULL AND at < ?", before).rowcount


def count(tx: Tx, what: str, number: int, now: int) -> None:
    if number:
        tx.run(
            """INSERT INTO forgotten (what, number, last_at) VALUES (?, ?, ?)
               ON CONFLICT DO UPDATE SET number = number + excluded.number, last_at = excluded.last_at""",
            what, number, now,
        )  # fmt: skip


def counted(tx: Tx) -> dict[str, int]:
    return {row["what"]: row["number"] for row in tx.all("SELECT what, number FROM forgotten")}
