"""Files: a sealed blob in the data folder (named by its file_id) and a row here. A file belongs to one bot."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.store.database import Tx
from gateway.store.vault import Vault

Json = dict[str, Any]


@dataclass(frozen=True)
class File:
    file_id: str
    kind: str  # photo or document
    path: str
    size: int
    about: Json  # the PhotoSize or Document object

    def for_bot(self) -> Json:
        return {
            "file_id": self.file_id,
            "file_unique_id": self.about["file_unique_id"],
            "file_size": self.size,
            "file_path": self.path,
        }


class Blobs:
    """The bytes, sealed, each in a file of its own that is on the disk before anybody hears of it."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self.folder = folder
        self._vault = vault

    def save(self, content: bytes) -> str:
        file_id = secrets.token_urlsafe(36)
        path = self._path(file_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(self._vault.seal(f"blob:{file_id}", content))
            file.flush()
            os.fsync(file.fileno())
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return file_id

    def load(self, file_id: str) -> bytes:
        return self._vault.unseal(f"blob:{file_id}", self._path(file_id).read_bytes())

    def drop(self, file_id: str) -> None:
        self._path(file_id).unlink(missing_ok=True)

    def older_than(self, moment: int) -> set[str]:
        return {path.name for path in self.folder.glob("*/*") if path.stat().st_mtime < moment}

    def _path(self, file_id: str) -> Path:
        return self.folder / file_id[:2] / file_id


def add(tx: Tx, bot_id: int, file_id: str, kind: str, size: int, about: Json, suffix: str) -> File:
    number = (tx.value("SELECT max(number) FROM files WHERE bot_id = ?", bot_id) or 0) + 1
    path = f"{kind}s/file_{number}{suffix}"
    tx.run(
        "INSERT INTO files (bot_id, number, file_id, kind, path, size, about) VALUES (?, ?, ?, ?, ?, ?, ?)",
        bot_id, number, file_id, kind, path, size, tx.vault.seal_json(f"files.about:{file_id}", about),
    )  # fmt: skip
    return File(file_id, kind, path, size, about)


def get(tx: Tx, bot_id: int, file_id: str) -> File | None:
    return _file(tx, tx.one("SELECT * FROM files WHERE bot_id = ? AND file_id = ?", bot_id, file_id))


def at_path(tx: Tx, bot_id: int, path: str) -> File | None:
    number = path.rpartition("/file_")[2].partition(".")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        return None
    return _file(
        tx, tx.one("SELECT * FROM files WHERE bot_id = ? AND number = ? AND path = ?", bot_id, int(number), path)
    )


def show_in(tx: Tx, bot_id: int, chat_id: int, message_id: int, file_id: str) -> None:
    """From now on this person may open this file."""
    tx.run(
        "INSERT OR IGNORE INTO chat_files (bot_id, chat_id, message_id, file_id) VALUES (?, ?, ?, ?)",
        bot_id, chat_id, message_id, file_id,
    )  # fmt: skip


def in_chat(tx: Tx, bot_id: int, chat_id: int, file_id: str) -> File | None:
    """The file, if a message that is still in this chat shows it."""
    shown = tx.one(
        "SELECT 1 FROM chat_files WHERE bot_id = ? AND chat_id = ? AND file_id = ?", bot_id, chat_id, file_id
    )
    return get(tx, bot_id, file_id) if shown else None


def known(tx: Tx) -> set[str]:
    return {row[0] for row in tx.all("SELECT file_id FROM files")}


def _file(tx: Tx, row: Any) -> File | None:
    if row is None:
        return None
    about = tx.vault.unseal_json(f"files.about:{row['file_id']}", row["about"])
    return File(row["file_id"], row["kind"], row["path"], row["size"], about)
