"""The chat page's API: everything below `/c/<user>/<bot>/api`."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway import access, api_files, carry, images, markup, words
from gateway.access import Access
from gateway.api_call import LONGEST_CAPTION, LONGEST_TEXT, Saved
from gateway.errors import PageRefused
from gateway.params import Body, TooBig, limited, read_form
from gateway.settings import MEGABYTE
from gateway.store import messages, once
from gateway.store.database import Tx
from gateway.store.messages import Stored
from gateway.text import formatted

Json = dict[str, Any]
LONGEST_JSON = 256 * 1024
LONGEST_CLIENT_ID = 100
MOST_MESSAGES = 100
Handler = Callable[[Access, Request], Awaitable[Json]]


def handler(answer: Handler) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint: who asks is settled before `answer` runs."""

    async def endpoint(request: Request) -> Response:
        return JSONResponse(await answer(await access.enter(request), request))

    return endpoint


async def me(asking: Access, request: Request) -> Json:
    person, bot = asking.chat.person, asking.bot
    return {
        "csrf": asking.session.csrf,
        "user": {"id": person.id, "first_name": person.first_name},
        "bot": {"id": bot.id, "username": bot.username, "first_name": bot.first_name},
        "chat_id": asking.chat.id,
        "commands": carry.commands_for(bot, asking.chat),
        "reply_keyboard": asking.chat.keyboard,
        "demo": asking.gateway.demo and access.on_loopback(request),
        "last_event_id": asking.chat.last_event_id,
    }


async def history(asking: Access, request: Request) -> Json:
    before = _number(request.query_params.get("before"))
    limit = min(max(_number(request.query_params.get("limit")) or 40, 1), MOST_MESSAGES)
    found = await asking.gateway.db.read(
        lambda tx: messages.before(tx, asking.bot.id, asking.chat.id, before, limit + 1)
    )
    return {"messages": [one.for_page() for one in found[-limit:]], "more": len(found) > limit}


async def post_message(asking: Access, request: Request) -> Json:
    body = await _json(request)
    _hold_to_rate(asking, "people_send")
    content = _words(_text(body, "text"), "text", LONGEST_TEXT)
    if not content:
        raise PageRefused(400, "empty", words.EMPTY)
    answered = body.get("reply_to_message_id")

    def work(tx: Tx) -> Stored:
        if isinstance(answered, int):
            replied = carry.reply_to(tx, asking.bot.id, asking.chat.id, answered)
            content.update({"reply_to_message": replied} if replied else {})
        return _send(tx, asking, content, _client_id(body))

    return {"message": (await asking.gateway.db.write(work)).for_page()}


async def post_file(asking: Access, request: Request) -> Json:
    settings = asking.gateway.settings
    _hold_to_rate(asking, "people_upload")
    body = await _form(request, settings.document_bytes)
    kind = body.values.get("kind", "document")
    upload = body.uploads.get("file")
    if upload is None or kind not in ("photo", "document"):
        raise PageRefused(400, "bad_request", words.BAD_REQUEST)
    if not upload.content:
        raise PageRefused(400, "empty", words.FILE_EMPTY)
    most = settings.photo_bytes if kind == "photo" else settings.document_bytes
    if len(upload.content) > most:
        raise PageRefused(413, "too_big", words.FILE_TOO_BIG.format(limit=most // MEGABYTE))
    picture = images.look(upload.content)
    if kind == "photo" and (picture is None or not images.fits_telegram(picture)):
        raise PageRefused(415, "not_a_photo", words.NOT_A_PHOTO)
    caption = _words(_text(body.values, "caption"), "caption", LONGEST_CAPTION)
    blobs = asking.gateway.blobs
    file_id = await asyncio.to_thread(blobs.save, upload.content)
    saved = Saved(file_id, upload.filename, upload.content_type, len(upload.content), picture)

    def work(tx: Tx) -> Stored:
        earlier = _earlier(tx, asking, _client_id(body.values))
        if earlier is not None:
            return earlier
        file = api_files.keep(tx, asking.bot.id, kind, saved)
        content = {kind: [file.about] if kind == "photo" else file.about, **caption}
        return _send(tx, asking, content, _client_id(body.values), (file_id,))

    try:
        return {"message": (await asking.gateway.db.write(work)).for_page()}
    except PageRefused:
        await asyncio.to_thread(blobs.drop, file_id)
        raise


async def press(asking: Access, request: Request) -> Json:
    """An inline button was pressed; only a button that is really there counts."""
    body = await _json(request)
    _hold_to_rate(asking, "people_send")
    message_id, data = body.get("message_id"), body.get("data")
    if not isinstance(message_id, int) or not isinstance(data, str):
        raise PageRefused(400, "bad_request", words.BAD_REQUEST)
    now, client_id = asking.gateway.now(), _client_id(body)

    def work(tx: Tx) -> Json:
        bot, chat = asking.bot, asking.chat
        if client_id and once.done(tx, bot.id, chat.id, client_id):
            return {}
        stored = messages.get(tx, bot.id, chat.id, message_id)
        present = markup.buttons(stored.message.get("reply_markup")) if stored else []
        if stored is None or not any(button.get("callback_data") == data for button in present):
            raise PageRefused(410, "button_gone", words.BUTTON_GONE)
        _refuse_when_stopped(asking)
        carry.press(tx, bot, chat, stored, data, once.ask(tx, bot.id, chat.id, message_id, now))
        if client_id:
            once.keep_done(tx, bot.id, chat.id, client_id, message_id, now)
        return {}

    return await asking.gateway.db.write(work)


async def edit(asking: Access, request: Request) -> Json:
    """The person corrects an own message; the bot gets it as edited_message."""
    body = await _json(request)
    _hold_to_rate(asking, "people_send")
    message_id = body.get("message_id")
    if not isinstance(message_id, int):
        raise PageRefused(400, "bad_request", words.BAD_REQUEST)
    content = _words(_text(body, "text"), "text", LONGEST_TEXT)
    if not content:
        raise PageRefused(400, "empty", words.EMPTY)
    now = asking.gateway.now()

    def work(tx: Tx) -> Stored:
        stored = messages.get(tx, asking.bot.id, asking.chat.id, message_id)
        if stored is None or not stored.out or "text" not in stored.message:
            raise PageRefused(410, "message_gone", words.MESSAGE_GONE)
        _refuse_when_stopped(asking)
        kept = {name: value for name, value in stored.message.items() if name not in ("text", "entities")}
        if all(stored.message.get(part) == content.get(part) for part in ("text", "entities")):
            return stored
        return carry.change(tx, asking.bot, asking.chat, stored, {**kept, **content, "edit_date": now}, now)

    return {"message": (await asking.gateway.db.write(work)).for_page()}


def _send(tx: Tx, asking: Access, content: Json, client_id: str | None, shown: tuple[str, ...] = ()) -> Stored:
    bot, chat, now = asking.bot, asking.chat, asking.gateway.now()
    earlier = _earlier(tx, asking, client_id)
    if earlier is not None:
        return earlier
    if chat.blocked and content.get("text", "").split()[:1] == ["/start"]:
        carry.set_blocked(tx, bot, chat, False, now)
    else:
        _refuse_when_stopped(asking)
    stored = carry.to_bot(tx, bot, chat, content, now, shown)
    if client_id:
        once.keep_done(tx, bot.id, chat.id, client_id, stored.message_id, now)
    return stored


def _earlier(tx: Tx, asking: Access, client_id: str | None) -> Stored | None:
    """What this very request did before."""
    done = once.done(tx, asking.bot.id, asking.chat.id, client_id) if client_id else None
    if done is None:
        return None
    stored = messages.get(tx, asking.bot.id, asking.chat.id, done.message_id or 0)
    if stored is None:
        raise PageRefused(410, "message_gone", words.MESSAGE_GONE)
    return stored


def _refuse_when_stopped(asking: Access) -> None:
    if asking.chat.blocked:
        raise PageRefused(403, "stopped", words.STOPPED)


def _hold_to_rate(asking: Access, rate: str) -> None:
    seconds = asking.gateway.wait_for(asking.chat.id, rate)
    if seconds:
        raise PageRefused(429, "too_fast", words.TOO_FAST.format(seconds=seconds), seconds)


def _words(text: str, name: str, most: int) -> Json:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PageRefused(400, "bad_request", words.BAD_REQUEST) from None
    written, entities = formatted(text)
    if len(written) > most:
        raise PageRefused(400, "too_long", words.TOO_LONG.format(limit=most, length=len(written)))
    if not written:
        return {}
    marks = "entities" if name == "text" else "caption_entities"
    return {name: written, **({marks: entities} if entities else {})}


async def _json(request: Request) -> Json:
    try:
        body = json.loads(await limited(request, LONGEST_JSON).body())
    except TooBig:
        raise PageRefused(413, "too_long", words.TOO_LONG.format(limit=LONGEST_TEXT, length="…")) from None
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise PageRefused(400, "bad_request", words.BAD_REQUEST)
    return body


async def _form(request: Request, most_bytes: int) -> Body:
    try:
        return await read_form(limited(request, most_bytes + MEGABYTE))
    except TooBig:
        raise PageRefused(413, "too_big", words.FILE_TOO_BIG.format(limit=most_bytes // MEGABYTE)) from None
    except ValueError:
        raise PageRefused(400, "bad_request", words.BAD_REQUEST) from None


def _text(body: Json, name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise PageRefused(400, "bad_request", words.BAD_REQUEST)
    return value


def _client_id(body: Json) -> str | None:
    value = body.get("client_id")
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > LONGEST_CLIENT_ID or not value.isascii():
        raise PageRefused(400, "bad_request", words.BAD_REQUEST)
    return value


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None
