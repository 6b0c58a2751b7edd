"""Which characters our fonts have: typst prints an empty box for one they lack and says nothing."""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

FONT = Path(__file__).parent / "NotoSansCJKsc-Regular.otf"


@cache
def covered() -> frozenset[int]:
    """Every code point of the font, from its cmap (format 12: groups of first, last, glyph)."""
    data = FONT.read_bytes()
    tables = {data[at : at + 4]: struct.unpack(">II", data[at + 8 : at + 16]) for at in range(12, 12 + 16 * _short(data, 4), 16)}
    start = tables[b"cmap"][0]
    for at in range(start + 4, start + 4 + 8 * _short(data, start + 2), 8):
        table = start + struct.unpack(">I", data[at + 4 : at + 8])[0]
        if _short(data, table) == 12:
            count = struct.unpack(">I", data[table + 12 : table + 16])[0]
            groups = struct.iter_unpack(">III", data[table + 16 : table + 16 + 12 * count])
            return frozenset(code for first, last, _ in groups for code in range(first, last + 1))
    raise ValueError("no cmap of format 12")


def _short(data: bytes, at: int) -> int:
    found: int = struct.unpack(">H", data[at : at + 2])[0]
    return found


def missing(text: str) -> set[str]:
    """The characters of a text that would be printed as a box."""
    return {char for char in set(text) if char > "\x7f" and ord(char) not in covered()}


def printable(value: Any) -> Any:
    """Plain values without the pictures typed into a note (😊): a paper has none. Letters are never left out."""
    if isinstance(value, str):
        gone = {ord(char): None for char in missing(value) if unicodedata.category(char)[0] not in "LMN"}
        # the signs that only join or colour such pictures
        return value.translate(gone | {0xFE0F: None, 0x200D: None}) if gone or "\ufe0f" in value else value
    if isinstance(value, dict):
        return {key: printable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [printable(one) for one in value]
    return value
