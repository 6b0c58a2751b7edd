"""A sealed stream: what is written into it lies in a file as pieces, each sealed with the store's key and bound to its
place, the last one marked as last. A cut, a swapped piece or another key is noticed."""

import io
import os
from typing import BinaryIO

from gateway.errors import CannotServe
from gateway.store.vault import KEY_ID, Vault

MAGIC = b"xiaomiao gateway backup 1\n"
PIECE = 1 << 20
_NAME = 16


class Damaged(Exception):
    """The file is no whole backup of ours."""


class OtherKey(Exception):
    """The file was sealed with a key that is not here."""


class SealedWriter(io.RawIOBase):
    """`close` writes the last piece; without it the file stays one that does not open."""

    def __init__(self, target: BinaryIO, vault: Vault) -> None:
        self._target = target
        self._vault = vault
        self._name = os.urandom(_NAME)
        self._buffer = bytearray()
        self._number = 0
        target.write(MAGIC + self._name)

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._buffer += data
        while len(self._buffer) > PIECE:
            self._piece(bytes(self._buffer[:PIECE]), last=False)
            del self._buffer[:PIECE]
        return len(data)

    def finish(self) -> None:
        self._piece(bytes(self._buffer), last=True)
        self._buffer.clear()

    def _piece(self, content: bytes, last: bool) -> None:
        sealed = self._vault.seal(_where(self._name, self._number, last), content)
        self._target.write((len(sealed) << 1 | last).to_bytes(4, "big") + sealed)
        self._number += 1


class SealedReader(io.RawIOBase):
    """Raises Damaged or OtherKey."""

    def __init__(self, source: BinaryIO, vault: Vault) -> None:
        self._source = source
        self._vault = vault
        self._buffer = bytearray()
        self._number = 0
        self._ended = False
        if source.read(len(MAGIC)) != MAGIC:
            raise Damaged
        self._name = source.read(_NAME)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not self._ended and (size < 0 or len(self._buffer) < size):
            self._buffer += self._piece()
        taken = bytes(self._buffer if size < 0 else self._buffer[:size])
        del self._buffer[: len(taken)]
        return taken

    def _piece(self) -> bytes:
        head = self._source.read(4)
        length, last = int.from_bytes(head, "big") >> 1, bool(head and head[-1] & 1)
        sealed = self._source.read(length) if len(head) == 4 and length <= 2 * PIECE else b""
        if not sealed or len(sealed) != length:
            raise Damaged
        if not self._vault.knows(sealed[:KEY_ID]):
            raise OtherKey if self._number == 0 else Damaged
        try:
            content = self._vault.unseal(_where(self._name, self._number, last), sealed)
        except CannotServe:
            raise Damaged from None
        self._number += 1
        self._ended = last
        if last and self._source.read(1):
            raise Damaged
        return content


def _where(name: bytes, number: int, last: bool) -> str:
    return f"backup:{name.hex()}:{number}:{'last' if last else 'more'}"
