"""What people and bots say is sealed at rest: AES-256-GCM, the key in a file of its own, never in the database.

Ids, times and sizes stay readable; texts, names, buttons and files do not. `where` (table, column and row) is bound
into each sealed value, so that a value moved to another row does not open.
"""

import base64
import contextlib
import json
import os
import secrets
import time
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway import words
from gateway.errors import CannotServe

KEY_ID = 4
NONCE = 12
LOOK_SECONDS = 1.0


class Vault:
    """Keys by id; the first one seals, all of them open (so a new first line in the key file rotates the key)."""

    def __init__(self, keys: dict[bytes, bytes], source: Path | None = None) -> None:
        self._source, self._stamp, self._looked_at = source, _stamp(source), time.monotonic()
        self._take(keys)

    def _take(self, keys: dict[bytes, bytes]) -> None:
        # one assignment: other threads are sealing meanwhile
        self._keys = (next(iter(keys)), {key_id: AESGCM(key) for key_id, key in keys.items()})

    def _look_again(self, at_once: bool = False) -> None:
        """Another process (`gateway rotate-key`) may have put a new key into the file."""
        if self._source is None or (not at_once and time.monotonic() - self._looked_at < LOOK_SECONDS):
            return
        self._looked_at, stamp = time.monotonic(), _stamp(self._source)
        if stamp is not None and stamp != self._stamp:
            self._take(read_keys(self._source.read_text("ascii", errors="replace")))
            self._stamp = stamp

    def is_current(self, sealed: bytes) -> bool:
        """Is it sealed under the key that seals now?"""
        return sealed[:KEY_ID] == self._keys[0]

    def seal(self, where: str, plain: bytes) -> bytes:
        self._look_again()
        (current, ciphers), nonce = self._keys, os.urandom(NONCE)
        return current + nonce + ciphers[current].encrypt(nonce, plain, where.encode())

    def knows(self, key_id: bytes) -> bool:
        """Is the key of this id here?"""
        return key_id in self._keys[1]

    def unseal(self, where: str, sealed: bytes) -> bytes:
        cipher = self._keys[1].get(sealed[:KEY_ID])
        if cipher is None:
            self._look_again(at_once=True)
            cipher = self._keys[1].get(sealed[:KEY_ID])
        if cipher is None:
            raise CannotServe(words.WRONG_KEY)
        try:
            return cipher.decrypt(sealed[KEY_ID : KEY_ID + NONCE], sealed[KEY_ID + NONCE :], where.encode())
        except InvalidTag:
            raise CannotServe(words.WRONG_KEY) from None

    def seal_json(self, where: str, value: Any) -> bytes:
        return self.seal(where, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())

    def unseal_json(self, where: str, sealed: bytes) -> Any:
        return json.loads(self.unseal(where, sealed))


def read_keys(text: str) -> dict[bytes, bytes]:
    """One key a line: eight hex digits of id, a space, the key in base64."""
    keys = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        try:
            key_id, key = line.split()
            keys[bytes.fromhex(key_id)] = base64.b64decode(key, validate=True)
        except ValueError:
            raise CannotServe(words.BAD_KEY_FILE) from None
    if not keys or any(len(i) != KEY_ID or len(key) != 32 for i, key in keys.items()):
        raise CannotServe(words.BAD_KEY_FILE)
    return keys


def open_vault(data: Path, new: bool) -> Vault:
    """The vault of this data folder. The key is `GATEWAY_KEYS` or the file `GATEWAY_KEY_FILE` (default: gateway.key
    beside the database); it is made only together with a new database."""
    inline = os.environ.get("GATEWAY_KEYS")
    if inline:
        return Vault(read_keys(inline))
    path = Path(os.environ.get("GATEWAY_KEY_FILE") or data / "gateway.key")
    if not path.exists():
        if not new:
            raise CannotServe(words.NO_KEY_FILE.format(path=path))
        with contextlib.suppress(FileExistsError):  # the command line may have made it in this very moment
            write_secret(path, f"{secrets.token_hex(KEY_ID)} {base64.b64encode(os.urandom(32)).decode()}\n")
    return Vault(read_keys(path.read_text("ascii", errors="replace")), path)


def key_file(data: Path) -> Path:
    """Where the keys of this data folder are, when they are in a file. Raises CannotServe."""
    if os.environ.get("GATEWAY_KEYS"):
        raise CannotServe(words.KEYS_FROM_ENVIRONMENT)
    path = Path(os.environ.get("GATEWAY_KEY_FILE") or data / "gateway.key")
    if not path.exists():
        raise CannotServe(words.NO_KEY_FILE.format(path=path))
    return path


def add_key(path: Path) -> str:
    """A new key in the first line, so that it seals from now on; the old ones still open. Its id."""
    key_id = secrets.token_hex(KEY_ID)
    new = f"{key_id} {base64.b64encode(os.urandom(32)).decode()}\n"
    _replace(path, new + path.read_text("ascii"))
    return key_id


def drop_old_keys(path: Path) -> int:
    """Keep only the key that seals; how many were taken away."""
    lines = [line for line in path.read_text("ascii").splitlines() if line.strip()]
    _replace(path, lines[0] + "\n")
    return len(lines) - 1


def _replace(path: Path, text: str) -> None:
    """Never half a key file, whatever happens."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    write_secret(draft, text)
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _stamp(path: Path | None) -> tuple[int, int] | None:
    try:
        found = path.stat() if path else None
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_ino) if found else None


def write_secret(path: Path, text: str) -> None:
    """Write a file only we can read, whole or not at all. Raises FileExistsError when it is there already."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    finally:
        draft.unlink()
