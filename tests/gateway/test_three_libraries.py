"""The three libraries Python bots are written in, unmodified, through the methods beyond text.

Each is loaded by its own test: aiogram alone takes some seconds, which every run would pay that only collects this file.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.gateway.conftest import XIUYING
from tests.gateway.sides import BotSide, Phone
from tests.gateway.test_files import png
from tests.gateway.test_media import MP4, OGG

pytestmark = pytest.mark.slow


async def test_python_telegram_bot(bot: BotSide, phone: Phone) -> None:
    import telegram

    async with telegram.Bot(bot.token, base_url=f"{bot.url}/bot", base_file_url=f"{bot.url}/file/bot") as client:
        assert (await client.send_voice(XIUYING, OGG, duration=3)).voice.duration == 3  # type: ignore[union-attr]
        film = telegram.InputMediaVideo(MP4, width=3, height=3, thumbnail=png())
        album = await client.send_media_group(XIUYING, [telegram.InputMediaPhoto(png(), caption="图"), film])
        assert album[0].media_group_id == album[1].media_group_id
        asked = await client.send_poll(
            XIUYING, "哪天？", ["六", "日"], type="quiz", correct_option_ids=[1], is_anonymous=False
        )
        await phone.post("vote", {"message_id": asked.message_id, "option_ids": [1]})
        poll, answer = await client.get_updates(allowed_updates=telegram.Update.ALL_TYPES)
        assert (poll.poll.total_voter_count, answer.poll_answer.option_ids) == (1, (1,))  # type: ignore[union-attr]
        assert (await client.stop_poll(XIUYING, asked.message_id)).is_closed
        await client.set_message_reaction(XIUYING, asked.message_id, "👍")
        copied = await client.copy_message(XIUYING, XIUYING, album[0].message_id, caption="新")
        await client.pin_chat_message(XIUYING, copied.message_id)
        assert (await client.get_chat(XIUYING)).pinned_message.caption == "新"  # type: ignore[union-attr]
        forward = await client.forward_message(XIUYING, XIUYING, album[0].message_id)
        assert isinstance(forward.forward_origin, telegram.MessageOriginUser)
        edited = await client.edit_message_media(
            telegram.InputMediaDocument(b"1", filename="a.txt"), XIUYING, copied.message_id
        )
        assert isinstance(edited, telegram.Message)
        reply = telegram.ReplyParameters(forward.message_id)
        sent = await client.send_message(XIUYING, "好", reply_parameters=reply, protect_content=True)
        assert sent.has_protected_content


async def test_aiogram(bot: BotSide, phone: Phone) -> None:
    import aiogram
    from aiogram import types as aio
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    session = AiohttpSession(api=TelegramAPIServer.from_base(bot.url))
    async with aiogram.Bot(bot.token, session=session) as client:

        def file(content: bytes, name: str) -> aio.BufferedInputFile:
            return aio.BufferedInputFile(content, name)

        media: Any = [aio.InputMediaPhoto(media=file(png(), name), caption="图") for name in ("a.png", "b.png")]
        album = await client.send_media_group(XIUYING, media)
        assert album[0].media_group_id == album[1].media_group_id
        film = await client.send_video(XIUYING, file(MP4, "a.mp4"), thumbnail=file(png(), "t.png"))
        assert film.video is not None
        assert film.video.thumbnail is not None
        asked = await client.send_poll(XIUYING, "哪天？", ["六", "日"])
        assert (await client.stop_poll(XIUYING, asked.message_id)).is_closed
        await client.set_message_reaction(XIUYING, asked.message_id, [aio.ReactionTypeEmoji(emoji="👍")])
        assert len(await client.copy_messages(XIUYING, XIUYING, [film.message_id])) == 1
        picture = aio.InputMediaPhoto(media=file(png(), "n.png"))
        await client.edit_message_media(picture, chat_id=XIUYING, message_id=film.message_id)


async def test_telebot(bot: BotSide, phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    import telebot
    from telebot import types as tele

    monkeypatch.setattr(telebot.apihelper, "API_URL", bot.url + "/bot{0}/{1}")

    def talk() -> None:
        client = telebot.TeleBot(bot.token, threaded=False)
        album = client.send_media_group(
            XIUYING, [tele.InputMediaPhoto(png(), caption="图"), tele.InputMediaPhoto(png())]
        )
        assert album[0].media_group_id == album[1].media_group_id
        asked = client.send_poll(XIUYING, "哪天？", ["六", "日"])
        quiz = [tele.InputPollOption("六"), tele.InputPollOption("日")]
        assert client.send_poll(XIUYING, "哪天？", quiz, type="quiz", correct_option_id=0).poll.type == "quiz"
        assert client.send_voice(XIUYING, OGG, duration=2).voice.duration == 2
        client.set_message_reaction(XIUYING, asked.message_id, [tele.ReactionTypeEmoji("👍")])
        client.pin_chat_message(XIUYING, asked.message_id)
        client.edit_message_media(tele.InputMediaPhoto(png()), XIUYING, album[0].message_id)
        assert client.reply_to(asked, "好").reply_to_message.message_id == asked.message_id

    await asyncio.to_thread(talk)
