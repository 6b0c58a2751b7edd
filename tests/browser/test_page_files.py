"""Photos and documents, in both directions."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from .conftest import Bot, Guest

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def jpeg(width: int, height: int, *, noisy: bool = False) -> bytes:
    """A picture; a noisy one does not compress and is therefore heavy."""
    out = io.BytesIO()
    if noisy:
        image = Image.frombytes("RGB", (width, height), os.urandom(width * height * 3))
    else:
        image = Image.new("RGB", (width, height), "#5a8f4e")
    image.save(out, "JPEG", quality=92)
    return out.getvalue()


def attach(page: Page, name: str, mime: str, content: bytes) -> None:
    payload: FilePayload = {"name": name, "mimeType": mime, "buffer": content}
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="附件").click()
    chooser.value.set_files(payload)


def fetched(bot: Bot, file_id: str) -> bytes:
    path = bot("getFile", file_id=file_id)["file_path"]
    base = str(bot.http.base_url).replace("/bot", "/file/bot", 1)
    return bot.http.get(f"{base}{path}").content


def test_an_attached_photo_goes_with_the_words_in_the_box(guest: Guest, bot: Bot) -> None:
    bot.says(guest.chat, "很长的说明\n" * 60)
    expect(guest.page.get_by_role("article")).to_have_count(1)
    guest.page.get_by_role("textbox", name="输入消息").fill("屋顶漏雨")
    attach(guest.page, "屋顶.jpg", "image/jpeg", jpeg(800, 600))
    (update,) = bot.heard(guest.chat)
    assert update["message"]["caption"] == "屋顶漏雨"
    assert update["message"]["photo"][-1]["width"] == 800
    expect(guest.page.get_by_role("textbox", name="输入消息")).to_have_value("")
    picture = guest.page.get_by_role("img", name="屋顶漏雨")
    expect(picture).to_have_count(1)
    expect(guest.page.get_by_text("屋顶漏雨")).to_be_in_viewport()  # under the picture: still at the very end
    guest.page.get_by_role("button", name="看大图：屋顶漏雨").click()
    full = guest.page.get_by_role("dialog", name="照片")
    expect(full.get_by_role("img")).to_be_visible()
    assert full.get_by_role("img").evaluate("async e => { await e.decode(); return e.naturalWidth }") == 800
    guest.page.keyboard.press("Escape")
    expect(full).to_have_count(0)


def test_a_heavy_photo_is_made_smaller_before_it_goes_up(guest: Guest, bot: Bot) -> None:
    heavy = jpeg(3000, 1500, noisy=True)
    assert len(heavy) > 2 * 1024 * 1024
    attach(guest.page, "大照片.jpg", "image/jpeg", heavy)
    (update,) = bot.heard(guest.chat)
    content = fetched(bot, update["message"]["photo"][-1]["file_id"])
    assert len(content) < len(heavy)
    assert Image.open(io.BytesIO(content)).size == (2560, 1280)


def test_any_other_file_goes_as_a_document(guest: Guest, bot: Bot) -> None:
    attach(guest.page, "名单.csv", "text/csv", "姓名,村\n小虎,殷家庄\n".encode())
    (update,) = bot.heard(guest.chat)
    assert update["message"]["document"]["file_name"] == "名单.csv"
    assert fetched(bot, update["message"]["document"]["file_id"]).decode().startswith("姓名")
    expect(guest.page.get_by_role("link", name="下载 名单.csv")).to_be_visible()


def test_an_empty_file_is_refused_in_words(guest: Guest) -> None:
    attach(guest.page, "空.csv", "text/csv", b"")
    expect(guest.page.get_by_text("「空.csv」是空的，没有发。")).to_be_visible()
    expect(guest.page.get_by_role("article")).to_have_count(0)


def test_a_document_of_the_bot_shows_name_and_size_and_downloads_whole(guest: Guest, bot: Bot, tmp_path: Path) -> None:
    content = os.urandom(48_211)
    bot("sendDocument", chat_id=guest.chat, caption="台账", files={"document": ("台账_11月.xlsx", content)})
    link = guest.page.get_by_role("link", name="下载 台账_11月.xlsx（47 KB）")
    with guest.page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "台账_11月.xlsx"
    download.value.save_as(tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == content


def test_a_chart_of_the_bot_keeps_its_place_before_the_bytes_are_here(guest: Guest, bot: Bot) -> None:
    guest.page.route("**/file/*", lambda route: None)  # the bytes never come
    bot("sendPhoto", chat_id=guest.chat, caption="10月联系情况", files={"photo": ("a.jpg", jpeg(1200, 800))})
    picture = guest.page.get_by_role("img", name="10月联系情况")
    expect(picture).to_have_count(1)
    size = picture.bounding_box()
    assert size is not None
    assert size["height"] > 100
    guest.page.unroute_all(behavior="ignoreErrors")
