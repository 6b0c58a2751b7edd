"""What becomes of a photo before anybody gets it: turned upright, brought to sRGB, scaled to a few sizes and written
anew as JPEG. Only pixels survive: no place, no time, no name of the phone, no comment, nothing hung on behind.

The header is looked at before a single pixel is decoded, so a picture that would blow up is refused for the price of
reading its first bytes; pictures are worked on one after the other, away from the event loop.
"""

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageCms

from gateway import images

# The longest sides, Telegram's: what a list, a message, a full screen and a close look need.
SIDES = (90, 320, 800, 1280, 2560)
FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
# A baseline JPEG is decoded at a half or a quarter of its size, so even a 64-megapixel phone camera is cheap;
# everything else has to be decoded whole (16 megapixels are 64 MB for a moment, and as much again to scale them).
MOST_PIXELS_JPEG = 64_000_000
MOST_PIXELS = 16_000_000
BAND = 64  # rows at a time, where a picture would have to be copied whole
LONGEST_TO_SHORTEST = 20
ORIENTATION, GPS, MADE_AT = 0x0112, 0x8825, 0x0132
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
Why = Literal["not_a_photo", "too_many_pixels", "broken"]
_worker = ThreadPoolExecutor(1, "gateway-photo")


@dataclass(frozen=True)
class Size:
    width: int
    height: int
    content: bytes


class NotAPhoto(Exception):
    """This upload cannot be shown as a photo."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


async def sizes(content: bytes) -> list[Size]:
    """The same photo in Telegram's sizes, the smallest first, never larger than it came. Raises NotAPhoto."""
    check(content)
    return await asyncio.get_running_loop().run_in_executor(_worker, make_sizes, content)


def check(content: bytes) -> None:
    """By its first bytes alone: may this be decoded? Raises NotAPhoto."""
    picture = images.look(content)
    if picture is None:
        raise NotAPhoto("not_a_photo")
    jpeg = picture.mime_type == "image/jpeg"
    _hold_to(MOST_PIXELS_JPEG if jpeg else MOST_PIXELS, picture.width, picture.height)
    long, short = max(picture.width, picture.height), min(picture.width, picture.height)
    if long > LONGEST_TO_SHORTEST * short:
        raise NotAPhoto("not_a_photo")


def make_sizes(content: bytes) -> list[Size]:
    """What `sizes` does, on the spot."""
    check(content)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as source:
            graphic = source.format not in ("JPEG", "MPO")
            # the decoder's own opinion: it may differ from the header's
            whole = graphic or "progressive" in source.info
            _hold_to(MOST_PIXELS if whole else MOST_PIXELS_JPEG, source.width, source.height)
            image = _upright(source)
    except NotAPhoto:
        raise
    except Exception as broken:  # Pillow's readers raise all kinds on a broken file
        raise NotAPhoto("broken") from broken
    made: list[Size] = []
    longest = max(image.size)
    for side in [longest, *sorted((side for side in SIDES if side < longest), reverse=True)]:
        image.thumbnail((side, side), Image.Resampling.LANCZOS)
        made.append(Size(image.width, image.height, _jpeg(image, graphic)))
    return made[::-1]


def tells_where(content: bytes) -> bool:
    """Does this picture, sent as a file, carry the place or the time it was taken at?"""
    if images.look(content) is None:
        return False
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as source:
            noted = source.getexif() if source.format in ("JPEG", "MPO", "WEBP") else source.info.get("exif") or {}
            return bool(noted) if isinstance(noted, bytes) else GPS in noted or MADE_AT in noted
    except Exception:
        return False  # not readable here, so not readable to whoever opens it either


def _hold_to(most: int, width: int, height: int) -> None:
    if width * height > most:
        raise NotAPhoto("too_many_pixels")


def _upright(source: Image.Image) -> Image.Image:
    """Decoded, at most as large as the largest size, in sRGB on white, the right side up."""
    most = max(SIDES)
    if max(source.size) > most:
        scale = most / max(source.size)
        source.draft(source.mode, (max(1, int(source.width * scale)), max(1, int(source.height * scale))))
    source.load()
    profile, turn = source.info.get("icc_profile"), TURNS.get(source.getexif().get(ORIENTATION, 1))
    image = _flat(source, (most, most))
    image = _to_srgb(image, profile)
    return image.transpose(turn) if turn is not None else image


def _flat(source: Image.Image, most: tuple[int, int]) -> Image.Image:
    """Scaled down and without transparency; L, RGB or CMYK."""
    image = source
    if source.mode in ("1", "P", "PA", "LA", "RGBA") or "transparency" in source.info:
        image = _reduced(source, -(-max(source.size) // max(most)))
    elif source.mode.startswith("I"):
        image = source.point(lambda value: value / 256).convert("L")
    image.thumbnail(most, Image.Resampling.LANCZOS, reducing_gap=2.0)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        flat = Image.new("RGB", image.size, "white")
        flat.paste(image, mask=image.getchannel("A"))
        return flat
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")


def _reduced(source: Image.Image, factor: int) -> Image.Image:
    """With its transparency and a whole number of times smaller, a few rows at a time."""
    size = (-(-source.width // factor), -(-source.height // factor))
    image = Image.new("RGBA", size)
    for top in range(0, source.height, BAND * factor):
        rows = source.crop((0, top, source.width, min(source.height, top + BAND * factor))).convert("RGBA")
        image.paste(rows.reduce(factor) if factor > 1 else rows, (0, top // factor))
    return image


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            made = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if made is not None:
                return made
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # a profile nobody can read: the colours as they are
    return image.convert("RGB")


def _jpeg(image: Image.Image, graphic: bool) -> bytes:
    """Photos as cameras store them; drawings and screenshots with their thin lines kept."""
    bare = Image.new("RGB", image.size)
    bare.paste(image)  # a new picture has no `info` that could be written out with it
    into = io.BytesIO()
    fine = {"quality": 90, "subsampling": 0} if graphic else {"quality": 82}
    bare.save(into, "JPEG", optimize=True, progressive=True, **fine)  # progressive: something shows early on 2G
    return into.getvalue()
