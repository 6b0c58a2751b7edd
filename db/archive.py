"""A backup as one sealed file: everything in it is encrypted as a whole, and a single changed byte is noticed.

    magic · length of the header · header (JSON, readable: key id, salt, proof of the key) · chunks

The key is derived from the county's current key and the salt; no key is ever in the file. Each chunk is AES-256-GCM
with its number and whether it is the last in the nonce, and the header as associated data: chunks cannot be changed,
swapped, left out or cut off at the end (the STREAM construction of Hoang, Reyhanitabar, Rogaway, Vizár 2015).
"""

from __future__ import annotations

import hmac
import json
import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from db.crypto import Keyring, KeyTrouble

MAGIC = b"XIAOMIAO-BACKUP-1\n"
CHUNK = 1 << 20
_TAG = 16
_LONGEST_HEADER = 4096


class Damaged(Exception):
    """This is no backup of ours, or not all of it is as it was written."""


def _derived(key: bytes, salt: bytes) -> tuple[bytes, str]:
    """The key of one backup, and a value that only the same key gives: tells a wrong key from a damaged file."""
    material = HKDF(SHA256(), 64, salt, b"xiaomiao backup").derive(key)
    return material[:32], material[32:48].hex()


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


class SealedWriter:
    """A file object to write to; `finish` seals the last chunk. Without it the file is not a whole backup."""

    def __init__(self, target: BinaryIO, ring: Keyring) -> None:
        salt, self._prefix = os.urandom(16), os.urandom(7)
        key, proof = _derived(ring.keys[ring.current], salt)
        header = {"key": ring.current, "salt": salt.hex(), "prefix": self._prefix.hex(), "proof": proof, "chunk": CHUNK}
        self._header = json.dumps(header).encode()
        self._cipher, self._target = AESGCM(key), target
        self._waiting, self._number = bytearray(), 0
        target.write(MAGIC + len(self._header).to_bytes(4, "big") + self._header)

    def write(self, data: bytes) -> int:
        self._waiting += data
        while len(self._waiting) > CHUNK:  # one is always kept: the last is sealed as the last
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def finish(self) -> None:
        self._put(bytes(self._waiting), last=True)

    def _put(self, chunk: bytes, *, last: bool) -> None:
        nonce = _nonce(self._prefix, self._number, last=last)
        self._target.write(self._cipher.encrypt(nonce, chunk, self._header))
        self._number += 1


class SealedReader:
    """A file object to read from. Raises KeyTrouble with keys it was not sealed with, Damaged where a byte is not right."""

    def __init__(self, source: BinaryIO, ring: Keyring) -> None:
        self._source = source
        self._header = _header(source)
        try:
            said = json.loads(self._header)
            name, salt, self._prefix = said["key"], bytes.fromhex(said["salt"]), bytes.fromhex(said["prefix"])
            proof, self._chunk = str(said["proof"]), int(said["chunk"])
        except (ValueError, KeyError, TypeError):
            raise Damaged from None
        if name not in ring.keys:
            raise KeyTrouble(f"这份备份是用另一把钥匙（{name}）锁的，密钥文件里没有。请取回做备份时的密钥文件。")
        key, expected = _derived(ring.keys[name], salt)
        if not hmac.compare_digest(proof, expected):
            raise KeyTrouble("这份备份不是用这套密钥锁的，打不开。请取回做备份时的密钥文件。")
        self._cipher, self._number, self._open = AESGCM(key), 0, bytearray()
        self._next = source.read(self._chunk + _TAG)
        self._ended = False

    def read(self, size: int = -1) -> bytes:
        while not self._ended and (size < 0 or len(self._open) < size):
            self._take()
        size = len(self._open) if size < 0 else size
        taken = bytes(self._open[:size])
        del self._open[:size]
        return taken

    def _take(self) -> None:
        sealed, self._next = self._next, self._source.read(self._chunk + _TAG)
        self._ended = not self._next
        try:
            nonce = _nonce(self._prefix, self._number, last=self._ended)
            self._open += self._cipher.decrypt(nonce, sealed, self._header)
        except (InvalidTag, ValueError, OverflowError):
            raise Damaged from None
        self._number += 1


def _header(source: BinaryIO) -> bytes:
    if source.read(len(MAGIC)) != MAGIC:
        raise Damaged
    length = int.from_bytes(source.read(4), "big")
    header = source.read(min(length, _LONGEST_HEADER + 1))
    if not 0 < length <= _LONGEST_HEADER or len(header) != length:
        raise Damaged
    return header
