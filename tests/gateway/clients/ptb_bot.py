"""A bot as people write it with python-telegram-bot; only the base URLs are not Telegram's.

Polls, or with WEBHOOK_URL is called there, by the library's own recipe for a web server of one's choice.
"""

import asyncio
import logging
import os
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)
from telegram.constants import ChatAction, ParseMode
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    PollAnswerHandler,
    filters,
)
from telegram.helpers import escape_markdown

logging.basicConfig(level=logging.WARNING)
API = os.environ["API_URL"]
WEBHOOK_URL = os.environ.get("WEBHOOK_URL")
SECRET = "a-secret_of-ours"
CHOICES = ["周六", "周日"]


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    keyboard = ReplyKeyboardMarkup([["今天", "投票"]], resize_keyboard=True)
    await update.message.reply_html(
        f"<b>您好</b>，{update.effective_user.mention_html()}！<i>您说什么，我说什么。</i>", reply_markup=keyboard
    )


async def today(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    await update.message.reply_text("今天没有要做的。", reply_markup=ReplyKeyboardRemove(), do_quote=True)


async def ask(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    await update.message.reply_poll("哪天方便？", CHOICES, is_anonymous=False)


async def voted(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    chosen = "、".join(CHOICES[number] for number in update.poll_answer.option_ids)
    await context.bot.send_message(update.poll_answer.user.id, f"您选了{chosen}。")


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    buttons = InlineKeyboardMarkup([[InlineKeyboardButton("确认", callback_data="ok")]])
    await update.message.reply_text(update.message.text, reply_markup=buttons)


async def pressed(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    query = update.callback_query
    await query.answer("记好了")
    said = escape_markdown(query.message.text, version=2)
    await query.edit_message_text(f"*已确认*：{said}", parse_mode=ParseMode.MARKDOWN_V2)


async def document(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    await update.message.reply_chat_action(ChatAction.UPLOAD_DOCUMENT)
    file = await update.message.document.get_file()
    content = await file.download_as_bytearray()
    await update.message.reply_document(
        bytes(content) + "机器人补的一行\n".encode(),
        filename=f"回_{update.message.document.file_name}",
        caption=f"收到 {len(content)} 字节",
    )


async def photo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    file = await update.message.photo[-1].get_file()
    content = await file.download_as_bytearray()
    await update.message.reply_photo(bytes(content), caption=f"看到了：{update.message.caption}")


async def set_up(application: Application) -> None:
    await application.bot.set_my_commands([("start", "重新开始")])


async def be_called(application: Application) -> None:
    async def telegram(request: Request) -> Response:
        if request.headers.get("X-Telegram-Bot-Api-Secret-Token") != SECRET:
            return Response(status_code=403)
        await application.update_queue.put(Update.de_json(data=await request.json(), bot=application.bot))
        return Response()

    app = Starlette(routes=[Route(urlsplit(WEBHOOK_URL).path, telegram, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=urlsplit(WEBHOOK_URL).port, log_level="warning"))
    await application.bot.set_webhook(WEBHOOK_URL, allowed_updates=Update.ALL_TYPES, secret_token=SECRET)
    async with application:
        await set_up(application)
        await application.start()
        await server.serve()
        await application.stop()


def main() -> None:
    builder = Application.builder().token(os.environ["BOT_TOKEN"])
    builder = builder.base_url(f"{API}/bot").base_file_url(f"{API}/file/bot")
    if WEBHOOK_URL:
        application = builder.updater(None).build()
    else:
        application = builder.post_init(set_up).build()
    application.add_handler(CommandHandler("start", start))
    application.add_handler(MessageHandler(filters.Text(["今天"]), today))
    application.add_handler(MessageHandler(filters.Text(["投票"]), ask))
    application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, echo))
    application.add_handler(MessageHandler(filters.Document.ALL, document))
    application.add_handler(MessageHandler(filters.PHOTO, photo))
    application.add_handler(CallbackQueryHandler(pressed, "^ok$"))
    application.add_handler(PollAnswerHandler(voted))
    if WEBHOOK_URL:
        asyncio.run(be_called(application))
    else:
        application.run_polling(allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    main()
