"""Bot API: photos, documents, and getting files back."""

import mimetypes
import secrets
from pathlib import PurePosixPath
from typing import Any

from gateway import images
from gateway.api_call import Call, Saved
from gateway.errors import bad
from gateway.store import files
from gateway.store.database import Tx
from gateway.store.files import File
from gateway.text.entities import cleaned

Json = dict[str, Any]
LONGEST_NAME = 120


def send_photo(call: Call) -> Json:
    photo = _file(call, "photo")
    content: Json = {"photo": [photo.about], **call.caption()}
    if content.get("caption") and call.get("show_caption_above_media"):
        content["show_caption_above_media"] = True
    if call.get("has_spoiler"):
        content["has_media_spoiler"] = True
    return call.send(content, (photo.file_id,))


def send_document(call: Call) -> Json:
    document = _file(call, "document")
    return call.send({"document": document.about, **call.caption()}, (document.file_id,))


def get_file(call: Call) -> Json:
    file = files.get(call.tx, call.bot.id, call.params["file_id"])
    if file is None:
        raise bad("invalid file_id")
    if file.size > call.settings.bot_download_bytes:
        raise bad("file is too big")
    return file.for_bot()


def _file(call: Call, kind: str) -> File:
    """The file of the parameter `kind`: uploaded with this call, or sent before and named by its file_id."""
    saved = call.saved.get(kind)
    if saved is not None:
        if saved.size == 0:
            raise bad("file must be non-empty")
        most = call.settings.bot_photo_bytes if kind == "photo" else call.settings.bot_document_bytes
        if saved.size > most:
            raise bad(f"too big for a {kind}")
        if kind == "photo" and saved.picture is None:
            raise bad("IMAGE_PROCESS_FAILED")
        if kind == "photo" and saved.picture and not images.fits_telegram(saved.picture):
            raise bad("PHOTO_INVALID_DIMENSIONS")
        return keep(call.tx, call.bot.id, kind, saved)
    named = call.params[kind]
    if named.startswith("attach://"):
        raise bad(f"there is no {kind} in the request")
    if "://" in named:
        raise bad("failed to get HTTP URL content")  # the gateway reads nothing from outside
    file = files.get(call.tx, call.bot.id, named)
    if file is None:
        raise bad("wrong file identifier/HTTP URL specified")
    if file.kind != kind:
        raise bad(f"can't use file of type {file.kind.capitalize()} as {kind.capitalize()}")
    return file


def keep(tx: Tx, bot_id: int, kind: str, saved: Saved) -> File:
    """A row for a file that is on the disk; `kind` photo only with a picture."""
    about: Json = {"file_id": saved.file_id, "file_unique_id": secrets.token_urlsafe(12), "file_size": saved.size}
    if kind == "photo" and saved.picture:
        about |= {"width": saved.picture.width, "height": saved.picture.height}
        return files.add(tx, bot_id, saved.file_id, kind, saved.size, about, saved.picture.suffix)
    name = safe_name(saved.filename)
    about |= {"file_name": name, "mime_type": _mime(saved, name)}
    suffix = PurePosixPath(name).suffix.lower()
    plain = suffix if suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) <= 10 else ""
    return files.add(tx, bot_id, saved.file_id, "document", saved.size, about, plain)


def safe_name(name: str) -> str:
    """A file name without folders, control characters and what file systems do not like; never empty."""
    name = cleaned(name).replace("\\", "/").rpartition("/")[2]
    name = "".join(" " if character in '<>:"|?*\n\t\u202e\u2066\u2067' else character for character in name)
    name = " ".join(name.split()).lstrip(".") or "file"
    if len(name) > LONGEST_NAME:
        suffix = PurePosixPath(name).suffix[:16]
        name = name[: LONGEST_NAME - len(suffix)] + suffix
    return name


def _mime(saved: Saved, name: str) -> str:
    if saved.picture:
        return saved.picture.mime_type
    given = saved.content_type.partition(";")[0].strip().lower()
    if given and given != "application/octet-stream" and len(given) < 100 and given.isascii() and given.isprintable():
        return given
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
