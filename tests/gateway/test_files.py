"""Photos and documents, both ways."""

from __future__ import annotations

import struct
import zlib

import httpx
import pytest

from gateway.settings import Settings
from tests.gateway.conftest import XIUYING, Start, new_bot, new_phone
from tests.gateway.sides import BotSide, Phone, Refused, Running


def png(width: int = 3, height: int = 2) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    rows = chunk(b"IDAT", zlib.compress(bytes(min(height * (3 * width + 1), 1_000_000))))
    return b"\x89PNG\r\n\x1a\n" + head + rows + chunk(b"IEND", b"")


async def fetch(bot: BotSide, file_id: str) -> bytes:
    file = await bot.call("getFile", file_id=file_id)
    return (await bot.http.get(f"{bot.url}/file/bot{bot.token}/{file['file_path']}")).raise_for_status().content


async def test_a_photo_of_the_bot_shows_on_the_page(bot: BotSide, phone: Phone) -> None:
    sent = await bot.upload(
        "sendPhoto", {"photo": ("a.png", png())}, chat_id=XIUYING, caption="<i>图</i>", parse_mode="HTML"
    )
    (size,) = sent["photo"]
    assert (size["width"], size["height"]) == (3, 2)
    assert (sent["caption"], sent["caption_entities"][0]["type"]) == ("图", "italic")
    shown = await phone.http.get(f"{phone.base}/file/{size['file_id']}")
    assert (len(shown.content), shown.headers["content-type"]) == (size["file_size"], "image/jpeg")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in shown.headers["content-security-policy"]
    again = await phone.http.get(
        f"{phone.base}/file/{size['file_id']}", headers={"If-None-Match": shown.headers["etag"]}
    )
    assert again.status_code == 304


async def test_a_document_keeps_its_name_and_is_saved_not_opened(bot: BotSide, phone: Phone) -> None:
    sent = await bot.upload(
        "sendDocument", {"sheet": ("../台账<script>.html", b"<b>1")}, chat_id=XIUYING, document="attach://sheet"
    )
    document = sent["document"]
    assert (document["file_name"], document["mime_type"]) == ("台账 script .html", "text/html")
    saved = await phone.http.get(f"{phone.base}/file/{document['file_id']}")
    assert saved.headers["content-type"] == "application/octet-stream"
    assert saved.headers["content-disposition"].endswith("; filename*=UTF-8''%E5%8F%B0%E8%B4%A6%20script%20.html")


async def test_a_file_id_can_be_sent_again(bot: BotSide, phone: Phone) -> None:
    first = await bot.upload("sendDocument", {"document": ("a.xlsx", b"123")}, chat_id=XIUYING)
    file_id = first["document"]["file_id"]
    again = await bot.call("sendDocument", chat_id=XIUYING, document=file_id, caption="再发一次")
    assert again["document"] == first["document"]
    assert await fetch(bot, file_id) == b"123"
    with pytest.raises(Refused, match="can't use file of type Document as Photo"):
        await bot.call("sendPhoto", chat_id=XIUYING, photo=file_id)


async def test_what_a_person_sends_the_bot_can_download(bot: BotSide, phone: Phone) -> None:
    photo = await phone.send_file("IMG.png", png(), "photo", caption="院子")
    document = await phone.send_file("名单.xlsx", b"PK..", "document")
    assert photo.json()["message"]["caption"] == "院子"
    first, second = await bot.updates()
    assert (await fetch(bot, first["message"]["photo"][-1]["file_id"])).startswith(b"\xff\xd8\xff")
    assert second["message"]["document"]["file_name"] == "名单.xlsx"
    assert await fetch(bot, second["message"]["document"]["file_id"]) == b"PK.."
    assert document.json()["message"]["out"] is True


async def test_a_photo_sent_twice_under_one_client_id_is_one(bot: BotSide, phone: Phone, gateway: Running) -> None:
    answers = [await phone.send_file("a.png", png(), "photo", client_id="c1") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len(await bot.updates()) == 1


@pytest.mark.parametrize(
    ("method", "params", "files", "words"),
    [
        ("sendPhoto", {}, {}, "there is no photo in the request"),
        ("sendDocument", {}, {}, "there is no document in the request"),
        ("sendDocument", {"document": "attach://lost"}, {}, "there is no document in the request"),
        ("sendDocument", {"document": "nobodys-file-id"}, {}, "wrong file identifier/HTTP URL specified"),
        ("sendDocument", {"document": "https://a.cn/a.pdf"}, {}, "failed to get HTTP URL content"),
        ("sendDocument", {}, {"document": ("a.txt", b"")}, "file must be non-empty"),
        ("sendPhoto", {}, {"photo": ("a.png", b"no picture")}, "IMAGE_PROCESS_FAILED"),
        ("sendPhoto", {}, {"photo": ("a.png", png(9000, 100))}, "PHOTO_INVALID_DIMENSIONS"),
        ("sendPhoto", {"caption": "字" * 1025}, {"photo": ("a.png", png())}, "message caption is too long"),
        ("getFile", {"file_id": "nothing"}, {}, "invalid file_id"),
    ],
)
async def test_files_that_cannot_be_sent_say_why(
    bot: BotSide, phone: Phone, gateway: Running, method: str, params: dict, files: dict, words: str
) -> None:
    with pytest.raises(Refused, match=f"^Bad Request: {words}"):
        await bot.upload(method, files, chat_id=str(XIUYING), **params)
    assert (await phone.history())["messages"] == []
    assert list(gateway.gateway.blobs.folder.glob("*/*")) == []


async def test_captions_can_be_edited(bot: BotSide, phone: Phone) -> None:
    sent = await bot.upload("sendPhoto", {"photo": ("a.png", png())}, chat_id=XIUYING, caption="旧")
    where = {"chat_id": XIUYING, "message_id": sent["message_id"]}
    assert (await bot.call("editMessageCaption", **where, caption="新"))["caption"] == "新"
    with pytest.raises(Refused, match="message is not modified"):
        await bot.call("editMessageCaption", **where, caption="新")
    with pytest.raises(Refused, match="there is no text in the message to edit"):
        await bot.call("editMessageText", **where, text="新")


async def test_files_too_big_are_refused_in_chinese(start: Start) -> None:
    gateway = await start(Settings(photo_bytes=1000, document_bytes=2000))
    phone = await new_phone(gateway, await new_bot(gateway))
    photo = await phone.send_file("a.png", png() + b"\0" * 1000, "photo")
    assert (photo.status_code, photo.json()["error"]["code"]) == (413, "too_big")
    document = await phone.send_file("a.bin", b"\0" * 1_500_000, "document")
    assert (document.status_code, document.json()["error"]["code"]) == (413, "too_big")
    broken = await phone.send_file("a.png", b"\x89PNG no", "photo")
    assert (broken.status_code, broken.json()["error"]["code"]) == (415, "not_a_photo")
    empty = await phone.send_file("a.txt", b"", "document")
    assert (empty.status_code, empty.json()["error"]["code"]) == (400, "empty")


async def test_a_hundred_megabytes_are_refused_before_they_are_read(gateway: Running, bot: BotSide) -> None:
    async def body() -> object:
        for _ in range(300):
            yield b"\0" * 1_000_000

    headers = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": "300000000"}
    try:
        answer = await bot.http.post("sendDocument", content=body(), headers=headers)  # type: ignore[arg-type]
    except httpx.WriteError:
        return  # the line was closed while we were still sending
    assert answer.json() == {"ok": False, "error_code": 413, "description": "Request Entity Too Large"}


async def test_a_file_goes_with_its_message(bot: BotSide, phone: Phone) -> None:
    sent = await bot.upload("sendDocument", {"document": ("a.txt", b"123")}, chat_id=XIUYING)
    where = f"{phone.base}/file/{sent['document']['file_id']}"
    assert (await phone.http.get(where)).status_code == 200
    await bot.call("deleteMessage", chat_id=XIUYING, message_id=sent["message_id"])
    assert (await phone.http.get(where)).status_code == 404


async def test_a_file_of_another_chat_cannot_be_opened(bot: BotSide, phone: Phone, gateway: Running) -> None:
    sent = await bot.upload("sendDocument", {"document": ("a.txt", b"123")}, chat_id=XIUYING)
    other = await new_phone(gateway, bot, "李建国")
    file_id = sent["document"]["file_id"]
    assert (await other.http.get(f"{other.base}/file/{file_id}")).status_code == 404
    assert (await other.http.get(f"{phone.base}/file/{file_id}")).status_code == 403
    foreign = await new_bot(gateway, "other_bot")
    with pytest.raises(Refused, match="invalid file_id"):
        await foreign.call("getFile", file_id=file_id)
    path = (await bot.call("getFile", file_id=file_id))["file_path"]
    assert (await foreign.http.get(f"{gateway.url}/file/bot{foreign.token}/{path}")).status_code == 404
    assert (await foreign.http.get(f"{gateway.url}/file/bot{foreign.token}/../../gateway.key")).status_code == 404
