"""A bot as people write it with aiogram 3; only the API server is not Telegram's.

Polls, or with WEBHOOK_URL is called there through the library's handler for aiohttp.
"""

import asyncio
import html
import logging
import os
from urllib.parse import urlsplit

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ChatAction, ParseMode
from aiogram.filters import CommandStart
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    Message,
    PollAnswer,
    ReplyKeyboardRemove,
)
from aiogram.utils.chat_action import ChatActionSender
from aiogram.utils.keyboard import InlineKeyboardBuilder, ReplyKeyboardBuilder
from aiogram.utils.text_decorations import markdown_decoration
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

logging.basicConfig(level=logging.WARNING)
WEBHOOK_URL = os.environ.get("WEBHOOK_URL")
SECRET = "a-secret_of-ours"
CHOICES = ["周六", "周日"]
router = Router()


@router.message(CommandStart())
async def start(message: Message) -> None:
    keyboard = ReplyKeyboardBuilder()
    keyboard.button(text="今天")
    keyboard.button(text="投票")
    await message.answer(
        f"<b>您好</b>，{message.from_user.mention_html()}！<i>您说什么，我说什么。</i>",
        reply_markup=keyboard.as_markup(resize_keyboard=True),
    )


@router.message(F.text == "今天")
async def today(message: Message) -> None:
    await message.reply("今天没有要做的。", reply_markup=ReplyKeyboardRemove())


@router.message(F.text == "投票")
async def ask(message: Message) -> None:
    await message.answer_poll("哪天方便？", options=CHOICES, is_anonymous=False)


@router.poll_answer()
async def voted(answer: PollAnswer, bot: Bot) -> None:
    chosen = "、".join(CHOICES[number] for number in answer.option_ids)
    await bot.send_message(answer.user.id, f"您选了{chosen}。")


@router.message(F.document)
async def document(message: Message, bot: Bot) -> None:
    async with ChatActionSender(bot=bot, chat_id=message.chat.id, action=ChatAction.UPLOAD_DOCUMENT):
        content = (await bot.download(message.document)).read()
        answer = BufferedInputFile(content + "机器人补的一行\n".encode(), f"回_{message.document.file_name}")
        await message.answer_document(answer, caption=f"收到 {len(content)} 字节")


@router.message(F.photo)
async def photo(message: Message, bot: Bot) -> None:
    file = await bot.get_file(message.photo[-1].file_id)
    content = (await bot.download_file(file.file_path)).read()
    await message.answer_photo(BufferedInputFile(content, "photo.jpg"), caption=f"看到了：{message.caption}")


@router.message(F.text)
async def echo(message: Message) -> None:
    buttons = InlineKeyboardBuilder([[InlineKeyboardButton(text="确认", callback_data="ok")]])
    await message.answer(html.escape(message.text), reply_markup=buttons.as_markup())


@router.callback_query(F.data == "ok")
async def pressed(query: CallbackQuery) -> None:
    await query.answer("记好了")
    said = markdown_decoration.quote(query.message.text)
    await query.message.edit_text(f"*已确认*：{said}", parse_mode=ParseMode.MARKDOWN_V2)


async def on_startup(bot: Bot) -> None:
    await bot.set_my_commands([BotCommand(command="start", description="重新开始")])
    if WEBHOOK_URL:
        await bot.set_webhook(
            WEBHOOK_URL, secret_token=SECRET, allowed_updates=["message", "callback_query", "poll_answer"]
        )
    else:
        await bot.delete_webhook(drop_pending_updates=False)


async def on_shutdown(bot: Bot) -> None:
    if WEBHOOK_URL:
        await bot.delete_webhook()


def main() -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["API_URL"]))
    bot = Bot(os.environ["BOT_TOKEN"], session=session, default=DefaultBotProperties(parse_mode=ParseMode.HTML))
    dispatcher = Dispatcher()
    dispatcher.include_router(router)
    dispatcher.startup.register(on_startup)
    dispatcher.shutdown.register(on_shutdown)
    if not WEBHOOK_URL:
        asyncio.run(dispatcher.start_polling(bot))
        return
    app, here = web.Application(), urlsplit(WEBHOOK_URL)
    SimpleRequestHandler(dispatcher=dispatcher, bot=bot, secret_token=SECRET).register(app, path=here.path)
    setup_application(app, dispatcher, bot=bot)
    web.run_app(app, host="127.0.0.1", port=here.port, print=None)


if __name__ == "__main__":
    main()
