"""Kinds of media: what the object of each holds, and what the first bytes of a file say it is."""

import mimetypes
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from gateway.file_names import safe_name
from gateway.images import Picture

Json = dict[str, Any]
WIDEST = 10_000
LONGEST_VIDEO_NOTE = 640
STICKER_SIDE = 512


@dataclass(frozen=True)
class Kind:
    name: str  # in messages and parameters
    spoken: str  # in Telegram's refusals
    numbers: tuple[str, ...] = ()  # what only the sender knows
    words: tuple[str, ...] = ()
    named: bool = False  # keeps its file name
    typed: bool = True  # says its MIME type
    captioned: bool = True


KINDS = {
    kind.name: kind
    for kind in (
        Kind("photo", "Photo"),
        Kind("document", "Document", named=True),
        Kind("voice", "VoiceNote", ("duration",)),
        Kind("audio", "Audio", ("duration",), ("performer", "title"), named=True),
        Kind("video", "Video", ("width", "height", "duration"), named=True),
        Kind("animation", "Animation", ("width", "height", "duration"), named=True),
        Kind("video_note", "VideoNote", ("length", "duration"), typed=False, captioned=False),
        Kind("sticker", "Sticker", words=("emoji",), typed=False, captioned=False),
    )
}
CAPTIONED = tuple(kind.name for kind in KINDS.values() if kind.captioned)


@dataclass(frozen=True)
class Playable:
    """A recording, a film or a sound, by its first bytes."""

    mime_type: str
    suffix: str
    seen: bool = False  # may hold pictures (a container of films may hold sound alone)


# Where the mark stands in the file, the mark, what it means.
MARKS = (
    (0, b"OggS", Playable("audio/ogg", ".oga")),
    (0, b"ID3", Playable("audio/mpeg", ".mp3")),
    (0, b"fLaC", Playable("audio/flac", ".flac")),
    (0, b"#!AMR", Playable("audio/amr", ".amr")),
    (8, b"WAVE", Playable("audio/wav", ".wav")),
    (0, b"\x1aE\xdf\xa3", Playable("video/webm", ".webm", seen=True)),
    (4, b"ftypM4A", Playable("audio/mp4", ".m4a")),
    (4, b"ftypqt", Playable("video/quicktime", ".mov", seen=True)),
    (4, b"ftyp3g", Playable("video/3gpp", ".3gp", seen=True)),
    (4, b"ftyp", Playable("video/mp4", ".mp4", seen=True)),
)
MPEG_LAYERS = {0xFB: "mpeg", 0xF3: "mpeg", 0xF2: "mpeg", 0xFA: "mpeg", 0xF1: "aac", 0xF9: "aac"}


def recognise(content: bytes) -> Playable | None:
    for at, mark, meaning in MARKS:
        if content[at : at + len(mark)] == mark:
            return meaning
    if len(content) > 1 and content[0] == 0xFF and (sound := MPEG_LAYERS.get(content[1])):
        return Playable(f"audio/{sound}", ".mp3" if sound == "mpeg" else ".aac")
    return None


def as_kind(found: Playable | None, kind: str) -> Playable | None:
    """`found` as this kind of message: browsers record a voice into a container of films."""
    if found is not None and found.seen and kind in ("voice", "audio"):
        return Playable(found.mime_type.replace("video/", "audio/"), found.suffix)
    return found


def about(kind: Kind, file_id: str, saved: Any, given: Json) -> tuple[Json, str]:
    """The Voice, Document, … of an uploaded file, and the suffix of its path. `given` is what the sender says of it."""
    name = safe_name(saved.filename)
    found = as_kind(saved.playable, kind.name)
    told: Json = {"file_id": file_id, "file_unique_id": secrets.token_urlsafe(12), "file_size": saved.size}
    for number in kind.numbers:
        told[number] = min(max(given.get(number, 0), 0), WIDEST if number in ("width", "height") else 2**31 - 1)
    told |= {word: given[word] for word in kind.words if given.get(word)}
    if kind.named:
        told["file_name"] = name
    if kind.typed:
        told["mime_type"] = _mime(saved.picture, found, saved.content_type, name)
    if kind.name == "sticker":
        told |= _sticker(saved.picture, found)
    suffix = PurePosixPath(name).suffix.lower() if kind.named or found is None else found.suffix
    plain = suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) <= 10
    return told, suffix if plain else ""


def _mime(picture: Picture | None, found: Playable | None, content_type: str, name: str) -> str:
    if picture or found:
        return (picture or found).mime_type  # type: ignore[union-attr]
    given = content_type.partition(";")[0].strip().lower()
    if given and given != "application/octet-stream" and len(given) < 100 and given.isascii() and given.isprintable():
        return given
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _sticker(picture: Picture | None, found: Playable | None) -> Json:
    film = found is not None and found.seen
    return {
        "type": "regular",
        "width": picture.width if picture else STICKER_SIDE,
        "height": picture.height if picture else STICKER_SIDE,
        "is_animated": picture is None and not film,
        "is_video": film,
    }


def files_in(content: Json) -> Iterator[str]:
    """The ids of all files that a message with this content lets a person open."""
    for name, value in content.items():
        if name in KINDS or name in ("thumbnail", "cover"):
            for one in value if isinstance(value, list) else [value]:
                yield one["file_id"]
                yield from files_in(one)
        elif name in ("external_reply", "poll", "media", "explanation_media"):
            yield from files_in(value)
        elif name == "options":
            for option in value:
                yield from files_in(option)
