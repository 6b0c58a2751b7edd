"""What a photo loses and keeps on its way, and the pictures that are refused."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from gateway import file_names, photos
from gateway.photos import NotAPhoto
from tests.gateway.conftest import XIUYING
from tests.gateway.sides import BotSide, Phone, Refused
from tests.gateway.test_files import fetch, png


def picture(size: tuple[int, int] = (640, 480), kind: str = "JPEG", mode: str = "RGB", **more: Any) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    into = io.BytesIO()
    image.convert(mode).save(into, kind, **more)
    return into.getvalue()


def taken_at_home() -> Image.Exif:
    exif = Image.Exif()
    exif[photos.ORIENTATION] = 6  # the phone was held upright
    exif[photos.MADE_AT] = "2026:11:20 08:00:00"
    exif[0x010F] = "SecretPhone"
    exif[photos.GPS] = {1: "N", 2: (39.0, 22.0, 33.0), 3: "E", 4: (99.0, 49.0, 12.0)}
    return exif


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def is_close(pixel: Any, colour: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 12 for one, other in zip(pixel, colour, strict=True))


def test_a_photo_loses_place_time_and_phone_and_stands_upright() -> None:
    content = picture(exif=taken_at_home(), comment=b"SecretComment", icc_profile=srgb(), xmp=b"<x:xmpmeta>SecretXmp")
    assert b"SecretPhone" in content
    for size in photos.make_sizes(content):
        image = opened(size.content)
        assert image.size == (size.width, size.height)
        assert size.height > size.width  # turned
        assert is_close(image.getpixel((size.width // 2, size.height // 8)), (254, 0, 0))  # red is on top now
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
        assert b"Secret" not in size.content


def srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def test_a_photo_comes_in_the_sizes_of_telegram_and_never_larger_than_it_was() -> None:
    big = photos.make_sizes(picture((4000, 3000)))
    assert [(size.width, size.height) for size in big] == [
        (90, 68), (320, 240), (800, 600), (1280, 960), (2560, 1920),
    ]  # fmt: skip
    assert [(size.width, size.height) for size in photos.make_sizes(picture((700, 100)))] == [
        (90, 13), (320, 46), (700, 100),
    ]  # fmt: skip
    assert [(size.width, size.height) for size in photos.make_sizes(picture((60, 40)))] == [(60, 40)]


@pytest.mark.parametrize(
    ("kind", "mode", "more"),
    [
        ("PNG", "RGB", {}),
        ("PNG", "P", {}),
        ("PNG", "RGBA", {}),
        ("WEBP", "RGB", {"lossless": True}),
        ("GIF", "P", {}),
        ("JPEG", "CMYK", {"quality": 95}),
        ("JPEG", "RGB", {"progressive": True}),
        ("JPEG", "RGB", {"icc_profile": b"rubbish"}),
    ],
)
def test_every_kind_of_picture_a_phone_makes_becomes_a_jpeg_of_the_same_colours(
    kind: str, mode: str, more: dict[str, Any]
) -> None:
    image = opened(photos.make_sizes(picture((300, 200), kind, mode, **more))[-1].content)
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (300, 200))
    assert is_close(image.getpixel((20, 100)), (254, 0, 0))
    assert is_close(image.getpixel((280, 100)), (0, 0, 254))


def test_what_is_see_through_is_white() -> None:
    into = io.BytesIO()
    Image.new("RGBA", (200, 100), (0, 0, 0, 0)).save(into, "PNG")
    assert is_close(opened(photos.make_sizes(into.getvalue())[-1].content).getpixel((50, 50)), (255, 255, 255))


def test_a_large_drawing_with_a_palette_is_scaled_without_being_copied_whole() -> None:
    made = photos.make_sizes(picture((5200, 300), "PNG", "P"))[-1]
    image = opened(made.content)
    assert (made.width, made.height) == (1734, 100)
    assert is_close(image.getpixel((100, 30)), (254, 0, 0))
    assert is_close(image.getpixel((1700, 60)), (0, 0, 254))


def test_grey_of_sixteen_bits_keeps_its_grey() -> None:
    into = io.BytesIO()
    Image.new("I;16", (200, 100), 128 * 256).save(into, "PNG")
    assert is_close(opened(photos.make_sizes(into.getvalue())[-1].content).getpixel((50, 50)), (128, 128, 128))


def test_only_pixels_survive_of_a_picture_that_is_also_something_else() -> None:
    content = picture(kind="PNG") + b"PK\x03\x04<script>alert(1)</script>"
    assert b"script" not in photos.make_sizes(content)[-1].content


def test_colours_of_another_space_are_brought_to_srgb() -> None:
    # a profile in which the channels mean something else: LAB has no place in an RGB picture, XYZ does
    into = io.BytesIO()
    linear = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    Image.new("RGB", (100, 100), (128, 128, 128)).save(into, "JPEG", quality=95, icc_profile=linear)
    made = photos.make_sizes(into.getvalue())[-1].content
    assert "icc_profile" not in opened(made).info


def bomb(width: int, height: int) -> bytes:
    """A tiny file that says it is a huge picture (and has nothing in it)."""
    return png(width, height)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not_a_photo"),
        (b"<html>", "not_a_photo"),
        (b"\xff\xd8\xff\xe0", "not_a_photo"),
        (png(9000, 100), "not_a_photo"),
        (bomb(10_000, 10_000), "too_many_pixels"),
        (bomb(60_000, 60_000), "too_many_pixels"),
        (picture()[:-3000], "broken"),
        (picture(kind="PNG")[:400], "broken"),
        (png(2000, 2000), "broken"),  # fewer rows than it says
    ],
)
def test_pictures_that_cannot_be_shown_are_refused_with_a_reason(content: bytes, why: str) -> None:
    with pytest.raises(NotAPhoto) as refused:
        photos.make_sizes(content)
    assert refused.value.why == why


def test_a_header_that_lies_does_not_get_past_the_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    # two frame headers: ours reads the first, the decoder the second
    huge = b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", 20_000, 20_000) + b"\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01"
    whole = picture()
    at = whole.index(b"\xff\xda")
    with pytest.raises(NotAPhoto):
        photos.make_sizes(whole[:at] + huge + whole[at:])


def test_a_bomb_in_the_notes_of_a_png_is_not_unpacked() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add(b"zTXt", b"note\0\0" + zlib.compress(b"\0" * 80_000_000, 9))
    with pytest.raises(NotAPhoto) as refused:
        photos.make_sizes(picture(kind="PNG", pnginfo=notes))
    assert refused.value.why == "broken"


async def test_people_are_told_in_words_why_a_photo_is_refused(phone: Phone, bot: BotSide) -> None:
    huge = await phone.send_file("a.png", bomb(10_000, 10_000), "photo")
    assert (huge.status_code, huge.json()["error"]["code"]) == (413, "too_many_pixels")
    assert "6400 万像素" in huge.json()["error"]["message"]
    torn = await phone.send_file("a.jpg", picture()[:-3000], "photo")
    assert (torn.status_code, torn.json()["error"]["code"]) == (415, "broken")
    assert "重新拍" in torn.json()["error"]["message"]
    assert await bot.updates() == []


async def test_bots_are_told_as_telegram_does(phone: Phone, bot: BotSide) -> None:
    for content, words in (
        (picture()[:-3000], "IMAGE_PROCESS_FAILED"),
        (bomb(10_000, 10_000), "PHOTO_INVALID_DIMENSIONS"),
    ):
        with pytest.raises(Refused, match=words):
            await bot.upload("sendPhoto", {"photo": ("a.jpg", content)}, chat_id=XIUYING)


async def test_a_photo_from_a_phone_reaches_the_bot_bare_and_every_size_opens(phone: Phone, bot: BotSide) -> None:
    answer = await phone.send_file("IMG.jpg", picture((1000, 800), exif=taken_at_home()), "photo")
    sizes = answer.json()["message"]["photo"]
    assert [(size["width"], size["height"]) for size in sizes] == [(72, 90), (256, 320), (640, 800), (800, 1000)]
    (update,) = await bot.updates()
    assert update["message"]["photo"] == sizes
    for size in sizes:
        content = await fetch(bot, size["file_id"])
        assert len(content) == size["file_size"]
        assert b"SecretPhone" not in content
        shown = await phone.http.get(f"{phone.base}/file/{size['file_id']}")
        assert (shown.content, shown.headers["content-type"]) == (content, "image/jpeg")
    again = await bot.call("sendPhoto", chat_id=XIUYING, photo=sizes[0]["file_id"])
    assert again["photo"] == sizes


async def test_a_photo_sent_as_a_file_is_kept_whole_and_the_sender_is_told_what_it_may_tell(
    phone: Phone, bot: BotSide
) -> None:
    content = picture(exif=taken_at_home())
    answer = await phone.send_file("证据.jpg", content, "document")
    assert "时间和地点" in answer.json()["notice"]
    (update,) = await bot.updates()
    assert await fetch(bot, update["message"]["document"]["file_id"]) == content
    plain = await phone.send_file("截屏.png", picture(kind="PNG"), "document")
    assert "notice" not in plain.json()


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\名单.xlsx", "名单.xlsx"),
        ("协议\u202egpj.exe", "协议gpj.exe"),
        ("a\0b\r\nSet-Cookie: x.txt", "a b Set-Cookie x.txt"),
        ("<img src=x onerror=alert(1)>.html", "img src=x onerror=alert(1) .html"),
        ("\u200b\u2066.\u2069", "file"),
        ("...", "file"),
        ("", "file"),
        ("CON.txt", "_CON.txt"),
        ("字" * 300 + ".docx", "字" * 115 + ".docx"),
        ("走访👨‍👩‍👧.pdf", "走访👨👩👧.pdf"),
    ],
)
def test_file_names_are_made_safe(given: str, safe: str) -> None:
    assert file_names.safe_name(given) == safe


def test_a_chinese_file_name_is_saved_whole_and_old_programs_get_a_plain_one() -> None:
    assert file_names.attachment('报告 "1".docx') == (
        "attachment; filename=\"1.docx\"; filename*=UTF-8''%E6%8A%A5%E5%91%8A%20%221%22.docx"
    )
    assert file_names.attachment("台账").startswith('attachment; filename="file"; ')
