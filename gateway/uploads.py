"""From an uploaded file to blobs on the disk, before the transaction that makes a message of them."""

import asyncio
import secrets
from dataclasses import dataclass
from typing import Any

from gateway import images, media, photos
from gateway.images import Picture
from gateway.media import Playable
from gateway.params import Upload
from gateway.store.files import Blobs

Json = dict[str, Any]


@dataclass(frozen=True)
class Saved:
    """An uploaded file that is on the disk already. A photo is there in all its `sizes` (PhotoSizes, the smallest
    first) and `file_id` is the largest; a photo that could not be read has no `picture` and no blob."""

    file_id: str
    filename: str
    content_type: str
    size: int  # as it came
    picture: Picture | None
    sizes: tuple[Json, ...] = ()
    playable: Playable | None = None

    def blobs(self) -> tuple[str, ...]:
        return tuple(size["file_id"] for size in self.sizes) or ((self.file_id,) if self.file_id else ())


async def save(blobs: Blobs, upload: Upload) -> Saved:
    """A file of any kind, byte for byte as it came: that is what sending "as a file" means."""
    file_id = await asyncio.to_thread(blobs.save, upload.content)
    picture, playable = images.look(upload.content), media.recognise(upload.content)
    size = len(upload.content)
    return Saved(file_id, upload.filename, upload.content_type, size, picture, playable=playable)


async def save_photo(blobs: Blobs, upload: Upload) -> Saved:
    """A photo in Telegram's sizes, without anything but its pixels. Raises photos.NotAPhoto."""
    made = await photos.sizes(upload.content)

    def write() -> list[Json]:
        return [
            {
                "file_id": blobs.save(size.content),
                "file_unique_id": secrets.token_urlsafe(12),
                "file_size": len(size.content),
                "width": size.width,
                "height": size.height,
            }
            for size in made
        ]

    sizes = tuple(await asyncio.to_thread(write))
    largest = sizes[-1]
    picture = Picture("image/jpeg", ".jpg", largest["width"], largest["height"])
    return Saved(largest["file_id"], upload.filename, upload.content_type, len(upload.content), picture, sizes)


async def save_bots_photo(blobs: Blobs, upload: Upload, most_bytes: int) -> Saved:
    """As `save_photo`; one that Telegram would refuse comes back unsaved, for the method to say why."""
    picture = images.look(upload.content)
    unsaved = Saved("", upload.filename, upload.content_type, len(upload.content), picture)
    if picture is None or not images.fits_telegram(picture) or len(upload.content) > most_bytes:
        return unsaved
    try:
        return await save_photo(blobs, upload)
    except photos.NotAPhoto:
        return Saved("", upload.filename, upload.content_type, len(upload.content), None)


async def drop(blobs: Blobs, saved: Saved) -> None:
    """No message came of it."""

    def remove() -> None:
        for file_id in saved.blobs():
            blobs.drop(file_id)

    await asyncio.to_thread(remove)
