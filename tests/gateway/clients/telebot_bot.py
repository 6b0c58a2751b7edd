"""A bot as people write it with pyTelegramBotAPI; only the two URLs of its apihelper are not Telegram's.

Polls, or with WEBHOOK_URL is called there by an aiohttp server, as in the library's examples.
"""

import os
from urllib.parse import urlsplit

import telebot
from aiohttp import web
from telebot import apihelper, formatting, types

WEBHOOK_URL = os.environ.get("WEBHOOK_URL")
SECRET = "a-secret_of-ours"
CHOICES = ["周六", "周日"]
KINDS = ["message", "callback_query", "poll_answer"]

apihelper.API_URL = os.environ["API_URL"] + "/bot{0}/{1}"
apihelper.FILE_URL = os.environ["API_URL"] + "/file/bot{0}/{1}"
bot = telebot.TeleBot(os.environ["BOT_TOKEN"], parse_mode="HTML")


@bot.message_handler(commands=["start"])
def start(message: types.Message) -> None:
    keyboard = types.ReplyKeyboardMarkup(resize_keyboard=True)
    keyboard.add(types.KeyboardButton("今天"), types.KeyboardButton("投票"))
    name = formatting.hlink(message.from_user.first_name, f"tg://user?id={message.from_user.id}")
    greeting = f"{formatting.hbold('您好')}，{name}！{formatting.hitalic('您说什么，我说什么。')}"
    bot.send_message(message.chat.id, greeting, reply_markup=keyboard)


@bot.message_handler(func=lambda message: message.text == "今天")
def today(message: types.Message) -> None:
    bot.reply_to(message, "今天没有要做的。", reply_markup=types.ReplyKeyboardRemove())


@bot.message_handler(func=lambda message: message.text == "投票")
def ask(message: types.Message) -> None:
    bot.send_poll(message.chat.id, "哪天方便？", CHOICES, is_anonymous=False)


@bot.poll_answer_handler(func=lambda answer: True)
def voted(answer: types.PollAnswer) -> None:
    chosen = "、".join(CHOICES[number] for number in answer.option_ids)
    bot.send_message(answer.user.id, f"您选了{chosen}。")


@bot.message_handler(content_types=["document"])
def document(message: types.Message) -> None:
    bot.send_chat_action(message.chat.id, "upload_document")
    content = bot.download_file(bot.get_file(message.document.file_id).file_path)
    bot.send_document(
        message.chat.id,
        content + "机器人补的一行\n".encode(),
        visible_file_name=f"回_{message.document.file_name}",
        caption=f"收到 {len(content)} 字节",
    )


@bot.message_handler(content_types=["photo"])
def photo(message: types.Message) -> None:
    content = bot.download_file(bot.get_file(message.photo[-1].file_id).file_path)
    bot.send_photo(message.chat.id, content, caption=f"看到了：{message.caption}")


@bot.message_handler(content_types=["text"])
def echo(message: types.Message) -> None:
    buttons = types.InlineKeyboardMarkup()
    buttons.add(types.InlineKeyboardButton("确认", callback_data="ok"))
    bot.send_message(message.chat.id, formatting.escape_html(message.text), reply_markup=buttons)


@bot.callback_query_handler(func=lambda query: query.data == "ok")
def pressed(query: types.CallbackQuery) -> None:
    bot.answer_callback_query(query.id, "记好了")
    said = formatting.escape_markdown(query.message.text)
    bot.edit_message_text(f"*已确认*：{said}", query.message.chat.id, query.message.message_id, parse_mode="MarkdownV2")


def be_called(url: str) -> None:
    async def telegram(request: web.Request) -> web.Response:
        if request.headers.get("X-Telegram-Bot-Api-Secret-Token") != SECRET:
            return web.Response(status=403)
        bot.process_new_updates([types.Update.de_json(await request.json())])
        return web.Response()

    bot.set_webhook(url, secret_token=SECRET, allowed_updates=KINDS)
    app = web.Application()
    app.router.add_post(urlsplit(url).path, telegram)
    web.run_app(app, host="127.0.0.1", port=urlsplit(url).port, print=None)


def main() -> None:
    bot.set_my_commands([types.BotCommand("start", "重新开始")])
    bot.remove_webhook()
    if WEBHOOK_URL:
        be_called(WEBHOOK_URL)
    else:
        bot.infinity_polling(allowed_updates=KINDS)


if __name__ == "__main__":
    main()
