"""Bot API: files that come with a call or are named by their file_id, and getting them back."""

from typing import Any

from gateway import images, media
from gateway.api_call import Call
from gateway.errors import bad
from gateway.media import KINDS
from gateway.settings import Settings
from gateway.store import files
from gateway.store.database import Tx
from gateway.store.files import File
from gateway.uploads import Saved

Json = dict[str, Any]
LARGEST_THUMBNAIL = 200 * 1024
THUMBNAIL_SIDE = 320


def get_file(call: Call) -> Json:
    file = files.get(call.tx, call.bot.id, call.params["file_id"])
    if file is None:
        raise bad("invalid file_id")
    if file.size > call.settings.bot_download_bytes:
        raise bad("file is too big")
    return file.for_bot()


def chosen(call: Call, kind: str, named: str, given: Json) -> File:
    """The file a bot means by `named`: uploaded with this call, or sent before and named by its file_id. `given` is
    what the bot says of it (a file that is sent again keeps what was said first). Raises ApiError."""
    if not named.startswith("attach://"):
        return _again(call, kind, named)
    saved = call.saved.get(named)
    if saved is None:
        raise bad(f"there is no {kind.replace('_', ' ')} in the request")
    if saved.file_id and files.get(call.tx, call.bot.id, saved.file_id):
        return _again(call, kind, saved.file_id)  # one part may be named several times
    _hold_to_rules(kind, saved, call.settings)
    if kind == "video_note" and not 0 <= given.get("length", 0) <= media.LONGEST_VIDEO_NOTE:
        raise bad("wrong video note length")
    return keep(call.tx, call.bot.id, kind, saved, given, _thumbnail(call, given))


def _hold_to_rules(kind: str, saved: Saved, settings: Settings) -> None:
    if saved.size == 0:
        raise bad("file must be non-empty")
    most = settings.bot_photo_bytes if kind == "photo" else settings.bot_document_bytes
    if saved.size > most:
        raise bad(f"too big for a {kind}")
    if kind == "photo" and saved.picture is None:
        raise bad("IMAGE_PROCESS_FAILED")
    if kind == "photo" and saved.picture and not images.fits_telegram(saved.picture):
        raise bad("PHOTO_INVALID_DIMENSIONS")


def _again(call: Call, kind: str, named: str) -> File:
    """A file sent before; it stays what it was, whatever method sends it. A photo is never anything else."""
    if "://" in named:
        raise bad("failed to get HTTP URL content")  # the gateway reads nothing from outside
    file = files.get(call.tx, call.bot.id, named)
    if file is None:
        raise bad("wrong file identifier/HTTP URL specified")
    if file.kind != kind and "photo" in (file.kind, kind):
        raise bad(f"can't use file of type {KINDS[file.kind].spoken} as {KINDS[kind].spoken}")
    return file


def _thumbnail(call: Call, given: Json) -> Json | None:
    """The thumbnail that came along; one that cannot be read is left out, as Telegram does it."""
    saved = call.saved.get(str(given.get("thumbnail", "")))
    if saved is None or not saved.sizes or saved.size > LARGEST_THUMBNAIL:
        return None
    if files.get(call.tx, call.bot.id, saved.file_id) is None:  # one part may be named several times
        keep(call.tx, call.bot.id, "photo", saved)
    small = [size for size in saved.sizes if max(size["width"], size["height"]) <= THUMBNAIL_SIDE]
    return small[-1] if small else saved.sizes[0]


def keep(
    tx: Tx, bot_id: int, kind: str, saved: Saved, given: Json | None = None, thumbnail: Json | None = None
) -> File:
    """A row for a file that is on the disk; of a photo, one for each of its sizes."""
    if kind == "photo" and saved.sizes:
        rows = [
            files.add(tx, bot_id, size["file_id"], kind, size["file_size"], size, ".jpg", saved.sizes)
            for size in saved.sizes
        ]
        return rows[-1]
    about, suffix = media.about(KINDS[kind], saved.file_id, saved, given or {})
    if thumbnail is not None and kind not in ("voice", "photo"):
        about["thumbnail"] = thumbnail
    return files.add(tx, bot_id, saved.file_id, kind, saved.size, about, suffix)
