"""Voices, sounds, films and albums, both ways; what a file was once it stays."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.gateway.conftest import XIUYING
from tests.gateway.sides import BotSide, Json, Phone, Refused
from tests.gateway.test_files import fetch, png

OGG = b"OggS\x00\x02" + b"\0" * 40
MP3 = b"ID3\x04" + b"\0" * 40
MP4 = b"\0\0\0\x18ftypisom" + b"\0" * 40
WEBM = b"\x1aE\xdf\xa3" + b"\0" * 40


async def send(bot: BotSide, method: str, kind: str, content: bytes, name: str, **params: Any) -> Json:
    sent: Json = await bot.upload(method, {kind: (name, content)}, chat_id=XIUYING, **params)
    return sent


async def test_every_kind_of_file_arrives_with_what_the_sender_said_of_it(bot: BotSide, phone: Phone) -> None:
    voice = await send(bot, "sendVoice", "voice", OGG, "a.oga", duration=7, caption="<b>听</b>", parse_mode="HTML")
    assert (voice["voice"]["duration"], voice["voice"]["mime_type"]) == (7, "audio/ogg")
    assert (voice["caption"], voice["caption_entities"][0]["type"]) == ("听", "bold")
    audio = await send(bot, "sendAudio", "audio", MP3, "歌.mp3", duration=60, performer="村广播", title="通知")
    assert audio["audio"] | {"file_id": "", "file_unique_id": ""} == {
        "file_id": "", "file_unique_id": "", "file_size": len(MP3), "duration": 60,
        "performer": "村广播", "title": "通知", "file_name": "歌.mp3", "mime_type": "audio/mpeg",
    }  # fmt: skip
    video = await send(bot, "sendVideo", "video", MP4, "a.mp4", width=640, height=20_000, duration=3)
    assert [video["video"][part] for part in ("width", "height", "duration")] == [640, 10_000, 3]
    animation = await send(bot, "sendAnimation", "animation", MP4, "a.mp4", width=10, height=10, has_spoiler=True)
    assert animation["document"]["file_id"] == animation["animation"]["file_id"]
    assert animation["has_media_spoiler"] is True
    note = await send(bot, "sendVideoNote", "video_note", MP4, "a.mp4", length=240)
    assert note["video_note"]["length"] == 240
    sticker = await send(bot, "sendSticker", "sticker", png(512, 512), "a.webp", emoji="👍")
    assert (sticker["sticker"]["width"], sticker["sticker"]["emoji"]) == (512, "👍")
    shown = (await phone.history())["messages"]
    assert [next(kind for kind in ("voice", "audio", "video", "animation", "video_note", "sticker") if kind in one) for one in shown] == [
        "voice", "audio", "video", "animation", "video_note", "sticker",
    ]  # fmt: skip


async def test_a_recording_plays_on_the_page_and_can_be_asked_for_in_parts(bot: BotSide, phone: Phone) -> None:
    sent = await send(bot, "sendVoice", "voice", OGG, "a.oga", duration=1)
    where = f"{phone.base}/file/{sent['voice']['file_id']}"
    whole = await phone.http.get(where)
    assert (whole.content, whole.headers["content-type"]) == (OGG, "audio/ogg")
    assert whole.headers["accept-ranges"] == "bytes"
    for asked, expected, told in (
        ("bytes=0-3", OGG[:4], f"bytes 0-3/{len(OGG)}"),
        ("bytes=4-", OGG[4:], f"bytes 4-{len(OGG) - 1}/{len(OGG)}"),
        ("bytes=-5", OGG[-5:], f"bytes {len(OGG) - 5}-{len(OGG) - 1}/{len(OGG)}"),
    ):
        part = await phone.http.get(where, headers={"Range": asked})
        assert (part.status_code, part.content, part.headers["content-range"]) == (206, expected, told)
    assert (await phone.http.get(where, headers={"Range": "bytes=999-"})).status_code == 416
    assert (await phone.http.get(where, headers={"Range": "lines=1-2"})).content == OGG


@pytest.mark.parametrize(
    ("kind", "content", "mime"),
    [
        ("voice", WEBM, "audio/webm"),
        ("voice", OGG, "audio/ogg"),
        ("audio", MP3, "audio/mpeg"),
        ("video", MP4, "video/mp4"),
    ],
)
async def test_what_a_person_records_reaches_the_bot(
    bot: BotSide, phone: Phone, kind: str, content: bytes, mime: str
) -> None:
    answer = await phone.send_file("录音", content, kind, duration="12", caption="小虎家", client_id="r1")
    assert answer.json()["message"][kind]["duration"] == 12
    assert (await phone.send_file("录音", content, kind, client_id="r1")).json() == answer.json()
    (update,) = await bot.updates()
    file = update["message"][kind]
    assert (file["mime_type"], update["message"]["caption"]) == (mime, "小虎家")
    assert await fetch(bot, file["file_id"]) == content


async def test_a_page_cannot_pass_anything_else_for_a_recording(bot: BotSide, phone: Phone) -> None:
    answer = await phone.send_file("a.ogg", b"<script>alert(1)</script>", "voice")
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "not_playable")
    assert (await phone.send_file("a", OGG, "hologram")).status_code == 400
    assert await bot.updates() == []


async def test_a_file_sent_again_stays_what_it_was(bot: BotSide, phone: Phone) -> None:
    voice = (await send(bot, "sendVoice", "voice", OGG, "a.oga", duration=7))["voice"]
    again = await bot.call("sendDocument", chat_id=XIUYING, document=voice["file_id"], caption="再听")
    assert (again["voice"], again["caption"]) == (voice, "再听")
    photo = (await send(bot, "sendPhoto", "photo", png(), "a.png"))["photo"][-1]["file_id"]
    for method, kind, file_id, words in (
        ("sendVoice", "voice", photo, "can't use file of type Photo as VoiceNote"),
        ("sendPhoto", "photo", voice["file_id"], "can't use file of type VoiceNote as Photo"),
        ("sendVideo", "video", "nobodys", "wrong file identifier/HTTP URL specified"),
        ("sendAudio", "audio", "https://a.cn/a.mp3", "failed to get HTTP URL content"),
    ):
        with pytest.raises(Refused, match=f"^Bad Request: {words}"):
            await bot.call(method, chat_id=XIUYING, **{kind: file_id})


async def test_a_thumbnail_and_a_cover_come_along(bot: BotSide, phone: Phone) -> None:
    files = {"video": ("a.mp4", MP4), "thumbnail": ("t.png", png(4, 4)), "mine": ("c.png", png(6, 6))}
    sent = await bot.upload("sendVideo", files, chat_id=XIUYING, cover="attach://mine", start_timestamp=5)
    video = sent["video"]
    assert (video["thumbnail"]["width"], video["cover"][-1]["width"], video["start_timestamp"]) == (4, 6, 5)
    for file_id in (video["thumbnail"]["file_id"], video["cover"][-1]["file_id"]):
        assert (await phone.http.get(f"{phone.base}/file/{file_id}")).status_code == 200
    broken = await bot.upload("sendVideo", {"video": ("a.mp4", MP4), "thumbnail": ("t", b"no")}, chat_id=XIUYING)
    assert "thumbnail" not in broken["video"]


def item(kind: str, media: str, **more: Any) -> Json:
    return {"type": kind, "media": media, **more}


async def album(bot: BotSide, items: list[Json], **files: bytes) -> list[Json]:
    parts = {name: (f"{name}.png", content) for name, content in files.items()}
    sent: list[Json] = await bot.upload(
        "sendMediaGroup", parts or {"none": ("", b"")}, chat_id=XIUYING, media=json.dumps(items)
    )
    return sent


async def test_an_album_mixes_new_files_and_known_ones(bot: BotSide, phone: Phone) -> None:
    known = (await send(bot, "sendPhoto", "photo", png(), "a.png"))["photo"][-1]["file_id"]
    items = [
        item("photo", "attach://yard", caption="*院子*", parse_mode="MarkdownV2"),
        item("photo", known, has_spoiler=True),
        item("video", "attach://film", width=4, height=3, thumbnail="attach://yard"),
        item("video", "attach://film", thumbnail="attach://yard"),
    ]
    sent = await album(bot, items, yard=png(5, 5), film=MP4)
    assert len({message["media_group_id"] for message in sent}) == 1
    assert (sent[0]["caption"], sent[0]["photo"][-1]["width"]) == ("院子", 5)
    assert sent[1]["photo"][-1]["file_id"] == known
    assert sent[1]["has_media_spoiler"] is True
    assert (sent[2]["video"]["width"], sent[2]["video"]["thumbnail"]["width"]) == (4, 5)
    numbers = [message["message_id"] for message in sent]
    assert numbers == list(range(numbers[0], numbers[0] + 4))
    assert [message["message_id"] for message in (await phone.history())["messages"]][1:] == numbers


async def test_an_album_of_one_is_an_ordinary_message(bot: BotSide, phone: Phone) -> None:
    (sent,) = await album(bot, [item("photo", "attach://yard")], yard=png())
    assert "media_group_id" not in sent


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([], "there are no messages to send"),
        ([item("photo", "attach://yard")] * 11, "too many messages to send as an album"),
        ([item("photo", "attach://yard"), item("document", "attach://yard")], "document can't be mixed with other media types"),
        ([item("audio", "attach://yard"), item("photo", "attach://yard")], "audio can't be mixed with other media types"),
        ([item("photo", "attach://yard"), item("photo", "attach://lost")], "can't parse InputMedia: media not found"),
        ([item("sticker", "attach://yard")], 'can\'t parse InputMedia: type "sticker" is unsupported'),
        ([item("photo", "attach://yard", caption="字" * 1025)], "message caption is too long"),
        ([{"type": "photo"}], 'parameter "media" is required'),
        (["photo"], "can't parse media JSON object"),
    ],
)  # fmt: skip
async def test_an_album_that_cannot_be_says_why_and_leaves_nothing(
    bot: BotSide, phone: Phone, items: list[Any], words: str
) -> None:
    with pytest.raises(Refused) as refused:
        await album(bot, items, yard=png())
    assert refused.value.words.startswith(f"Bad Request: {words}")
    assert (await phone.history())["messages"] == []


async def test_another_file_takes_the_place_of_the_first(bot: BotSide, phone: Phone) -> None:
    sent = await send(bot, "sendPhoto", "photo", png(), "a.png", caption="旧")
    old = sent["photo"][-1]["file_id"]
    where = {"chat_id": XIUYING, "message_id": sent["message_id"]}
    media = json.dumps(item("document", "attach://sheet", caption="新"))
    edited = await bot.upload("editMessageMedia", {"sheet": ("名单.xlsx", b"PK")}, **where, media=media)
    assert (edited["document"]["file_name"], edited["caption"], "photo" in edited) == ("名单.xlsx", "新", False)
    assert edited["edit_date"]
    assert (await phone.http.get(f"{phone.base}/file/{edited['document']['file_id']}")).status_code == 200
    assert (await phone.http.get(f"{phone.base}/file/{old}")).status_code == 404
    same = item("document", edited["document"]["file_id"], caption="新")
    with pytest.raises(Refused, match="message is not modified"):
        await bot.call("editMessageMedia", **where, media=same)


async def test_a_text_may_become_a_picture_but_a_voice_may_not(bot: BotSide, phone: Phone) -> None:
    text = await bot.call("sendMessage", chat_id=XIUYING, text="等图")
    media = json.dumps(item("photo", "attach://yard"))
    where = {"chat_id": XIUYING, "message_id": text["message_id"]}
    edited = await bot.upload("editMessageMedia", {"yard": ("a.png", png())}, **where, media=media)
    assert ("text" in edited, edited["photo"][-1]["width"]) == (False, 3)
    voice = await send(bot, "sendVoice", "voice", OGG, "a.oga")
    where["message_id"] = voice["message_id"]
    with pytest.raises(Refused, match="there is no media in the message to edit"):
        await bot.upload("editMessageMedia", {"yard": ("a.png", png())}, **where, media=media)
    assert (await bot.call("editMessageCaption", **where, caption="听"))["caption"] == "听"


async def test_in_an_album_a_photo_does_not_become_a_document(bot: BotSide, phone: Phone) -> None:
    first, _ = await album(bot, [item("photo", "attach://yard"), item("photo", "attach://yard")], yard=png())
    where = {"chat_id": XIUYING, "message_id": first["message_id"]}
    media = json.dumps(item("document", "attach://sheet"))
    with pytest.raises(Refused, match="can't change media type in the album"):
        await bot.upload("editMessageMedia", {"sheet": ("a.txt", b"1")}, **where, media=media)
    video = await bot.upload(
        "editMessageMedia", {"film": ("a.mp4", MP4)}, **where, media=json.dumps(item("video", "attach://film"))
    )
    assert video["media_group_id"] == first["media_group_id"]


async def test_names_with_html_stay_words(bot: BotSide, phone: Phone) -> None:
    sent = await send(bot, "sendAudio", "audio", MP3, "<b>x</b>.mp3", title="<script>", performer="<i>")
    assert "<" not in sent["audio"]["file_name"]
    assert (sent["audio"]["title"], sent["audio"]["performer"]) == ("<script>", "<i>")
