"""The size of a picture, read from its first bytes. Nothing is decoded, so no picture can blow up here."""

import struct
from dataclasses import dataclass


@dataclass(frozen=True)
class Picture:
    mime_type: str
    suffix: str
    width: int
    height: int


def look(content: bytes) -> Picture | None:
    """JPEG, PNG, GIF or WebP with sane measures; None for anything else."""
    picture = _look(content)
    if picture is None or picture.width <= 0 or picture.height <= 0:
        return None
    return picture


def fits_telegram(picture: Picture) -> bool:
    """Telegram's rule for photos: width and height together at most 10,000, neither 20 times the other."""
    long, short = max(picture.width, picture.height), min(picture.width, picture.height)
    return picture.width + picture.height <= 10_000 and long <= 20 * short


def _look(content: bytes) -> Picture | None:
    try:
        if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR":
            return Picture("image/png", ".png", *struct.unpack(">II", content[16:24]))
        if content[:6] in (b"GIF87a", b"GIF89a"):
            return Picture("image/gif", ".gif", *struct.unpack("<HH", content[6:10]))
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return _webp(content)
        if content.startswith(b"\xff\xd8\xff"):
            return _jpeg(content)
    except (struct.error, IndexError):
        pass
    return None


def _webp(content: bytes) -> Picture | None:
    kind = content[12:16]
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", content[26:30])
        return Picture("image/webp", ".webp", width & 0x3FFF, height & 0x3FFF)
    if kind == b"VP8L":
        bits = struct.unpack("<I", content[21:25])[0]
        return Picture("image/webp", ".webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8X":
        width = int.from_bytes(content[24:27], "little") + 1
        return Picture("image/webp", ".webp", width, int.from_bytes(content[27:30], "little") + 1)
    return None


def _jpeg(content: bytes) -> Picture | None:
    """Walk the segments to the frame header, which is the one that knows the measures."""
    at = 2
    while at + 9 < len(content):
        if content[at] != 0xFF:
            return None
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return Picture("image/jpeg", ".jpg", width, height)
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
            continue
        at += 2 + int(struct.unpack(">H", content[at + 2 : at + 4])[0])
    return None
