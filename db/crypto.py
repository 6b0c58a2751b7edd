"""The keys, and what is done with them: sealing sensitive values and blind look-ups.

AES-256-GCM with a fresh nonce per value. The place a value belongs to (table.column:row id) is authenticated with it,
so a sealed value copied into another row or column does not open.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = 1
_ID = 4  # bytes of a key id
_NONCE = 12


class KeyTrouble(Exception):
    """The keys are missing, damaged or not the ones this database was written with. Carries a person's sentence."""


@dataclass(frozen=True)
class Keyring:
    """The keys of one county. `current` seals; every key opens what it once sealed; `index` makes blind indexes."""

    keys: dict[str, bytes]
    current: str
    index: bytes
    source: Path | None = field(default=None, repr=False, compare=False)  # the file it was read from
    _ciphers: dict[str, AESGCM] = field(default_factory=dict, init=False, repr=False, compare=False)  # made once a key

    def seal(self, place: str, plain: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        body = self._cipher(self.current, self.keys[self.current]).encrypt(nonce, plain, place.encode())
        return bytes([_VERSION]) + self.current.encode() + nonce + body

    def open(self, place: str, token: bytes) -> bytes:
        """The plain bytes. Raises KeyTrouble if the key is unknown or the value was not sealed for this place."""
        key_id = token[1 : 1 + _ID].decode("ascii", "replace")
        key = self.keys.get(key_id)
        if key is None and self.reread():  # a new key came into the file while we run (db/rotation.py)
            key = self.keys.get(key_id)
        if token[:1] != bytes([_VERSION]) or key is None:
            raise KeyTrouble(f"密钥文件里没有这把钥匙（{key_id}）。请找回原来的密钥文件。")
        nonce, body = token[1 + _ID : 1 + _ID + _NONCE], token[1 + _ID + _NONCE :]
        try:
            return self._cipher(key_id, key).decrypt(nonce, body, place.encode())
        except InvalidTag:
            raise KeyTrouble("密钥不对，或数据被改动过，打不开。请核对密钥文件。") from None

    def reread(self) -> bool:
        """Take over the keys now in the file this ring came from, in place; whether there was such a file.

        Raises KeyTrouble if the file is damaged or another county's.
        """
        if self.source is None:
            return False
        now = load_keyring(self.source, make=False)
        if now.index != self.index:
            raise KeyTrouble(f"密钥文件 {self.source} 换成了另一套，和正在用的不是一套。请放回原来的密钥文件。")
        self.keys.update(now.keys)
        object.__setattr__(self, "current", now.current)
        return True

    def with_new_key(self) -> Keyring:
        """The same ring with one more key, which seals from now on."""
        fresh = new_keyring()
        while fresh.current in self.keys:
            fresh = new_keyring()
        return replace(self, keys=self.keys | fresh.keys, current=fresh.current)

    def without_old_keys(self) -> Keyring:
        """The same ring with the key that seals, and no other."""
        return replace(self, keys={self.current: self.keys[self.current]})

    def _cipher(self, key_id: str, key: bytes) -> AESGCM:
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            cipher = self._ciphers[key_id] = AESGCM(key)
        return cipher

    def blind(self, purpose: str, value: str) -> bytes:
        """A keyed digest for exact look-ups: equal values meet, nothing can be read back."""
        return hmac.new(self.index, f"{purpose}\0{value}".encode(), hashlib.sha256).digest()[:20]

    def to_json(self) -> str:
        def text(raw: bytes) -> str:
            return base64.b64encode(raw).decode()

        keys = {name: text(raw) for name, raw in self.keys.items()}
        return json.dumps({"current": self.current, "keys": keys, "index": text(self.index)}, indent=1)


def new_keyring() -> Keyring:
    name = "k" + secrets.token_hex(2)[: _ID - 1]
    return Keyring({name: AESGCM.generate_key(256)}, name, secrets.token_bytes(32))


def parse_keyring(text: str, where: str) -> Keyring:
    """Raises KeyTrouble naming `where` if the text is not a keyring."""
    try:
        raw = json.loads(text)
        keys = {name: base64.b64decode(value, validate=True) for name, value in raw["keys"].items()}
        ring = Keyring(keys, raw["current"], base64.b64decode(raw["index"], validate=True))
        if ring.current not in keys or any(len(key) != 32 or len(name) != _ID for name, key in keys.items()):
            raise ValueError
        if len(ring.index) != 32:
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeyTrouble(f"密钥内容看不懂：{where}。请放回原来的密钥文件，不要手工修改。") from None
    return ring


def write_keyring(ring: Keyring, path: Path) -> None:
    """Put the file in place whole or not at all, for its owner only."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(ring.to_json())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """See to it that what was put into the folder is still in it after a power cut: a key, because what it sealed will be."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def lock_of(path: Path) -> Path:
    """The file whose lock one holds who changes that key file."""
    return path.with_name(f".{path.name}.lock")


@contextmanager
def only_writer(path: Path) -> Iterator[bool]:
    """Whether this process alone may change the key file now: who writes back what it read before another's new key
    was added takes that key away, and with it all that it has sealed already.
    """
    if not path.parent.is_dir():  # nothing to change there, which others say better
        yield True
        return
    with open(os.open(lock_of(path), os.O_RDWR | os.O_CREAT, 0o600), "rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def load_keyring(path: Path, *, make: bool, text: str | None = None) -> Keyring:
    """The keyring from the environment's text, else from the file; made new (mode 0600) only where `make` says so."""
    if text:
        return parse_keyring(text, "XIAOMIAO_KEYS")
    try:
        return replace(parse_keyring(path.read_text(), str(path)), source=path)
    except FileNotFoundError:
        pass
    except OSError as problem:
        raise KeyTrouble(f"读不了密钥文件 {path}：{problem.strerror}。") from None
    if not make:
        raise KeyTrouble(
            f"找不到密钥文件 {path}。数据库是加密的，没有它打不开。请从保管人处取回密钥，放到这个位置再启动；怎么办见 docs/ops/lost-key.md。"
        )
    ring = new_keyring()
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(ring.to_json())
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)
    return replace(ring, source=path)
