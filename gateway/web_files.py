"""Handing a file of a chat to the page: with the type a browser may trust, and in parts, as players ask for it."""

import mimetypes
import re

from starlette.responses import Response

from gateway import images
from gateway.file_names import attachment
from gateway.store.files import File

# Shown, played or opened by the browser itself; everything else is only ever saved.
OPENABLE = frozenset(
    {
        "application/pdf",
        "text/plain",
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "audio/aac",
        "audio/amr",
        "audio/flac",
        "audio/mp4",
        "audio/mpeg",
        "audio/ogg",
        "audio/wav",
        "audio/webm",
        "video/3gpp",
        "video/mp4",
        "video/quicktime",
        "video/webm",
    }
)
UNKNOWN = "application/octet-stream"
RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")


def answer(file: File, content: bytes, headers: dict[str, str], asked: str | None) -> Response:
    """The bytes, or those of them that the Range header `asked` for."""
    if file.kind == "photo":
        picture = images.look(content)
        return Response(content, media_type=picture.mime_type if picture else UNKNOWN, headers=headers)
    mime = file.about.get("mime_type") or mimetypes.guess_type(file.path)[0]
    name = file.about.get("file_name") or file.path.rpartition("/")[2]
    headers = {**headers, "Content-Disposition": attachment(name), "Accept-Ranges": "bytes"}
    mime = mime if mime in OPENABLE else UNKNOWN
    part = _part(asked, len(content))
    if part is None:
        return Response(content, media_type=mime, headers=headers)
    first, last = part
    if first > last:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{len(content)}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    return Response(content[first : last + 1], 206, headers, mime)


def _part(asked: str | None, size: int) -> tuple[int, int] | None:
    """The first and the last byte that are wanted; None: all of them. One that begins behind the end stands reversed."""
    match = RANGE.fullmatch(asked.strip()) if asked else None
    if match is None or match[1] == match[2] == "":
        return None
    if match[1] == "":
        return max(size - int(match[2]), 0), size - 1
    first = int(match[1])
    if match[2] and int(match[2]) < first:
        return None  # no range at all, by the rules of HTTP
    last = min(int(match[2]), size - 1) if match[2] else size - 1
    return (first, last) if first < size else (1, 0)
