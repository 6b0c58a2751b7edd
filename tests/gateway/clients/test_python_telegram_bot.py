"""python-telegram-bot, unmodified, as the bot's side."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import telegram
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken

from tests.gateway.conftest import XIUYING
from tests.gateway.sides import BotSide, Phone, Running
from tests.gateway.test_files import png


@pytest.fixture
async def client(bot: BotSide) -> AsyncIterator[telegram.Bot]:
    base = f"{bot.url}/bot"
    async with telegram.Bot(bot.token, base_url=base, base_file_url=f"{bot.url}/file/bot") as client:
        yield client


async def test_it_talks(client: telegram.Bot, phone: Phone) -> None:
    assert client.username == "xiaomiao_bot"
    await phone.send("/start 你好")
    (update,) = await client.get_updates(timeout=5)
    assert update.message is not None
    assert update.message.parse_entities(["bot_command"])
    keyboard = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("确认", callback_data="ok")]])
    sent = await update.message.reply_text("<b>好</b>", parse_mode=ParseMode.HTML, reply_markup=keyboard, do_quote=True)
    assert sent.reply_to_message is not None
    await phone.press(sent.message_id, "ok")
    (pressed,) = await client.get_updates(offset=update.update_id + 1)
    assert pressed.callback_query is not None
    await pressed.callback_query.answer("已保存")
    await pressed.callback_query.edit_message_text("已确认")
    with pytest.raises(BadRequest, match="Message is not modified"):
        await pressed.callback_query.edit_message_text("已确认")
    await client.send_chat_action(XIUYING, ChatAction.TYPING)
    await client.set_my_commands([("today", "今天")])
    assert [command.command for command in await client.get_my_commands()] == ["today"]
    assert (await client.get_chat(XIUYING)).first_name == "王秀英"
    assert await client.delete_message(XIUYING, sent.message_id)
    assert await client.log_out()
    assert await client.close()
    assert (await client.get_me()).username == "xiaomiao_bot"


async def test_it_sends_and_gets_files(client: telegram.Bot, phone: Phone) -> None:
    photo = await client.send_photo(XIUYING, png(), caption="图")
    again = await client.send_photo(XIUYING, photo.photo[-1].file_id)
    assert again.photo == photo.photo
    document = await client.send_document(XIUYING, b"123", filename="台账.xlsx")
    assert document.document is not None
    assert document.document.file_name == "台账.xlsx"
    await phone.send_file("院子.png", png(5, 5), "photo")
    (update,) = await client.get_updates()
    assert update.message is not None
    file = await update.message.photo[-1].get_file()
    assert len(await file.download_as_bytearray()) == update.message.photo[-1].file_size


async def test_it_understands_our_refusals(client: telegram.Bot, bot: BotSide, phone: Phone, gateway: Running) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await client.send_message(5, "a")
    await gateway.admin("block", {"user_id": XIUYING, "bot": bot.username})
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await client.send_message(XIUYING, "a")
    stranger = telegram.Bot("7000000001:" + "x" * 35, base_url=f"{bot.url}/bot")
    with pytest.raises(InvalidToken):
        await stranger.initialize()
