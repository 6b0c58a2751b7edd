"""Files: a sealed blob in the data folder (named by its file_id) and a row here. A file belongs to one bot."""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gateway.store.database import Tx
from gateway.store.groups import home
from gateway.store.vault import Vault

Json = dict[str, Any]
SHARED = "shared/"  # before the path of another bot's file
SIZES = "_sizes"  # beside the object's own fields, where it is kept


@dataclass(frozen=True)
class File:
    file_id: str
    kind: str  # photo, document, voice, audio, video, animation, video_note or sticker
    path: str
    size: int
    about: Json  # the PhotoSize, Document, Voice … object
    sizes: tuple[Json, ...] = ()  # of a photo: all its PhotoSizes, the smallest first

    def content(self) -> Json:
        """The part of a Message that shows this file."""
        return {self.kind: list(self.sizes) if self.sizes else [self.about] if self.kind == "photo" else self.about}

    def shown(self) -> tuple[str, ...]:
        """The ids of every file a message with this one lets a person open."""
        return tuple(size["file_id"] for size in self.sizes) or (self.file_id,)

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
        self.vault = vault

    def save(self, content: bytes) -> str:
        file_id = secrets.token_urlsafe(36)
        path = self._path(file_id)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(self.vault.seal(f"blob:{file_id}", content))
            file.flush()
            os.fsync(file.fileno())
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return file_id

    def load(self, file_id: str) -> bytes:
        return self.vault.unseal(f"blob:{file_id}", self._path(file_id).read_bytes())

    def drop(self, file_id: str) -> None:
        self._path(file_id).unlink(missing_ok=True)

    def older_than(self, moment: int) -> set[str]:
        return {path.name for path in self.folder.glob("*/*") if path.stat().st_mtime < moment}

    def _path(self, file_id: str) -> Path:
        return self.folder / file_id[:2] / file_id


def add(
    tx: Tx, bot_id: int, file_id: str, kind: str, size: int, about: Json, suffix: str, sizes: Sequence[Json] = ()
) -> File:
    number = (tx.value("SELECT max(number) FROM files WHERE bot_id = ?", bot_id) or 0) + 1
    path = f"{kind}s/file_{number}{suffix}"
    tx.run(
        "INSERT INTO files (bot_id, number, file_id, kind, path, size, about) VALUES (?, ?, ?, ?, ?, ?, ?)",
        bot_id, number, file_id, kind, path, size, tx.vault.seal_json(f"files.about:{file_id}", {**about, SIZES: list(sizes)} if sizes else about),
    )  # fmt: skip
    return File(file_id, kind, path, size, about, tuple(sizes))


def get(tx: Tx, bot_id: int, file_id: str) -> File | None:
    """A file of this bot, or one that a message shows in a group where the bot is."""
    row = tx.one(
        """SELECT * FROM files f WHERE file_id = ? AND (bot_id = ? OR EXISTS (
           SELECT 1 FROM chat_files c JOIN group_bots g ON g.group_id = c.chat_id
           WHERE c.file_id = f.file_id AND c.bot_id = 0 AND g.bot_id = ? AND g.status IN ('administrator', 'member')))""",
        file_id, bot_id, bot_id,
    )  # fmt: skip
    file = _file(tx, row)
    if row is None or file is None or row["bot_id"] == bot_id:
        return file
    return replace(file, path=f"{SHARED}{row['bot_id']}/{file.path}")


def at_path(tx: Tx, bot_id: int, path: str) -> File | None:
    if path.startswith(SHARED):
        owner, _, rest = path.removeprefix(SHARED).partition("/")
        theirs = at_path(tx, int(owner), rest) if owner.isascii() and owner.isdecimal() and len(owner) < 16 else None
        return get(tx, bot_id, theirs.file_id) if theirs else None
    number = path.rpartition("/file_")[2].partition(".")[0]
    if not (number.isascii() and number.isdecimal() and len(number) < 18):
        return None
    return _file(
        tx, tx.one("SELECT * FROM files WHERE bot_id = ? AND number = ? AND path = ?", bot_id, int(number), path)
    )


def show_in(tx: Tx, bot_id: int, chat_id: int, message_id: int, file_id: str) -> None:
    """From now on this person may open this file."""
    tx.run(
        "INSERT OR IGNORE INTO chat_files (bot_id, chat_id, message_id, file_id) VALUES (?, ?, ?, ?)",
        home(bot_id, chat_id), chat_id, message_id, file_id,
    )  # fmt: skip


def show_only(tx: Tx, bot_id: int, chat_id: int, message_id: int, file_ids: Sequence[str]) -> None:
    """The message shows these files from now on, and none it showed before."""
    where = (home(bot_id, chat_id), chat_id, message_id)
    tx.run("DELETE FROM chat_files WHERE bot_id = ? AND chat_id = ? AND message_id = ?", *where)
    for file_id in file_ids:
        show_in(tx, bot_id, chat_id, message_id, file_id)


def in_chat(tx: Tx, bot_id: int, chat_id: int, file_id: str) -> File | None:
    """The file, if a message that is still in this chat shows it."""
    where = (home(bot_id, chat_id), chat_id, file_id)
    shown = tx.one("SELECT 1 FROM chat_files WHERE bot_id = ? AND chat_id = ? AND file_id = ?", *where)
    # in a group another bot may have sent it
    return _file(tx, tx.one("SELECT * FROM files WHERE file_id = ?", file_id)) if shown else None


def kept_of_people(tx: Tx, bot_id: int, chat_id: int) -> tuple[int, int]:
    """What people have sent into this chat and is still here: how many files (of a photo each size is one), how many
    bytes."""
    row = tx.one(
        """SELECT count(*) AS number, coalesce(sum(f.size), 0) AS bytes FROM files f WHERE f.file_id IN (
               SELECT c.file_id FROM chat_files c JOIN messages m
               ON m.bot_id = c.bot_id AND m.chat_id = c.chat_id AND m.message_id = c.message_id
               WHERE c.bot_id = ? AND c.chat_id = ? AND m.out = 1)""",
        home(bot_id, chat_id), chat_id,
    )  # fmt: skip
    return (row["number"], row["bytes"]) if row else (0, 0)


def shown_by(tx: Tx, bot_id: int, chat_id: int, file_id: str) -> list[int]:
    """The messages of this chat that show the file."""
    where = (home(bot_id, chat_id), chat_id, file_id)
    rows = tx.all("SELECT message_id FROM chat_files WHERE bot_id = ? AND chat_id = ? AND file_id = ?", *where)
    return [row["message_id"] for row in rows]


def known(tx: Tx) -> set[str]:
    return {row[0] for row in tx.all("SELECT file_id FROM files")}


def _file(tx: Tx, row: Any) -> File | None:
    if row is None:
        return None
    about = tx.vault.unseal_json(f"files.about:{row['file_id']}", row["about"])
    sizes = tuple(about.pop(SIZES, ()))
    return File(row["file_id"], row["kind"], row["path"], row["size"], about, sizes)
