"""The chat page's API: everything below `/c/<user>/<bot>/api`."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway import (
    access,
    api_files,
    bot_profile,
    carry,
    chat_list,
    devices,
    markup,
    media,
    photos,
    scanner,
    search,
    uploads,
    words,
)
from gateway.access import Access
from gateway.api_call import LONGEST_CAPTION, LONGEST_TEXT
from gateway.errors import PageRefused
from gateway.page_request import (
    answered,
    client_id_of,
    done_before,
    form_body,
    hold_to_rate,
    is_message_id,
    json_body,
    number_of,
    refuse_when_full,
    refuse_when_stopped,
    said,
    send,
    text_of,
)
from gateway.params import Body, Upload
from gateway.settings import MEGABYTE
from gateway.store import groups, messages, once, personas, pins
from gateway.store.database import Tx
from gateway.store.files import Blobs
from gateway.store.messages import Stored
from gateway.uploads import Saved

Json = dict[str, Any]
MOST_MESSAGES = 100
VOICE_SECONDS = 300  # the page stops recording then: enough to tell of a visit, 2 MB on a village's network
PLAYABLE = ("voice", "video", "audio")
KINDS = ("photo", "document", *PLAYABLE)
Handler = Callable[[Access, Request], Awaitable[Json]]


def handler(answer: Handler) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint: who asks is settled before `answer` runs."""

    async def endpoint(request: Request) -> Response:
        return JSONResponse(await answer(await access.enter(request), request))

    return endpoint


async def me(asking: Access, request: Request) -> Json:
    person, bot, chat = asking.person, asking.bot, asking.chat

    def look(tx: Tx) -> tuple[list[Json], Stored | None, bool, list[Json], bool]:
        member = groups.member(tx, chat.id, person.id) if chat.group else None
        runs_it = member is not None and member.status in groups.RUNS_IT
        played = asking.gateway.demo and personas.is_one(tx, person.id)
        return chat_list.of(tx, person, bot), pins.top(tx, chat), runs_it, devices.listed(tx, asking.session), played

    chats, top, administrator, every, persona = await asking.gateway.db.read(look)
    settings = asking.gateway.settings
    return {
        "csrf": asking.session.csrf,
        "user": {"id": person.id, "first_name": person.first_name},
        "bot": bot_profile.about(bot, person.language_code),
        "chat_id": chat.id,
        "chat": {part: value for part, value in chat.about().items() if part in ("id", "type", "title")},
        "chats": chats,
        "blocked": chat.blocked,
        "pinned": top.for_page(person.id) if top else None,
        "menu_button": bot_profile.menu_button(bot, chat),
        "limits": {
            "text": LONGEST_TEXT,
            "photo_bytes": settings.photo_bytes,
            "file_bytes": settings.document_bytes,
            "voice_seconds": VOICE_SECONDS,
        },
        "commands": carry.commands_for(bot, chat, administrator),
        "reply_keyboard": chat.keyboard,
        "demo": asking.gateway.demo and access.on_loopback(request),
        "persona": persona,  # played by whoever likes: other devices are nobody's concern
        "last_event_id": chat.last_event_id,
        "device": devices.about(asking.session, asking.gateway),
        "other_devices": [one for one in every if not one["this"]],
        "signed_in_until": max([one["made_at"] for one in every if one["this"]], default=0) + settings.sign_in_seconds,
        "push": {"key": asking.gateway.pushes.public_key if asking.gateway.pushes else ""},
    }


async def history(asking: Access, request: Request) -> Json:
    before = number_of(request.query_params.get("before"))
    limit = min(max(number_of(request.query_params.get("limit")) or 40, 1), MOST_MESSAGES)
    around = number_of(request.query_params.get("around"))
    if around is not None:
        return await search.around(asking, around, limit)
    found = await asking.gateway.db.read(
        lambda tx: messages.before(tx, asking.bot.id, asking.chat.id, before, limit + 1)
    )
    return {"messages": [one.for_page(asking.person.id) for one in found[-limit:]], "more": len(found) > limit}


async def post_message(asking: Access, request: Request) -> Json:
    body = await json_body(request)
    hold_to_rate(asking, "people_send")
    content = said(text_of(body, "text"), "text", LONGEST_TEXT)
    if not content:
        raise PageRefused(400, "empty", words.EMPTY)

    def work(tx: Tx) -> Stored:
        reply = answered(tx, asking, body.get("reply_to_message_id"))
        return send(tx, asking, {**reply, **content}, client_id_of(body))

    return {"message": (await asking.gateway.db.write(work)).for_page(asking.person.id)}


async def post_file(asking: Access, request: Request) -> Json:
    """A file of the person. One that was taken before is not asked about again: the chat may be full by it, and the
    page, whose answer was lost, must not hear that it was not sent."""
    hold_to_rate(asking, "people_upload")
    body = await form_body(request, asking.gateway.settings.document_bytes)
    kind, upload = _kind_and_file(asking, body)
    client_id = client_id_of(body.values)
    stored = await asking.gateway.db.read(lambda tx: done_before(tx, asking, client_id))
    if stored is None:
        await refuse_when_full(asking)
        await scanner.refuse_when_infected(asking.gateway.settings.scanner, upload.content)
        stored = await _send_file(asking, body, kind, upload, client_id)
    told = kind == "document" and await asyncio.to_thread(photos.tells_where, upload.content)
    return {"message": stored.for_page(asking.person.id), **({"notice": words.FILE_TELLS_WHERE} if told else {})}


def _kind_and_file(asking: Access, body: Body) -> tuple[str, Upload]:
    settings = asking.gateway.settings
    kind = body.values.get("kind", "document")
    upload = body.uploads.get("file")
    if upload is None or kind not in KINDS:
        raise PageRefused(400, "bad_request", words.BAD_REQUEST)
    if not upload.content:
        raise PageRefused(400, "empty", words.FILE_EMPTY)
    most = settings.photo_bytes if kind == "photo" else settings.document_bytes
    if len(upload.content) > most:
        raise PageRefused(413, "too_big", words.FILE_TOO_BIG.format(limit=most // MEGABYTE))
    if kind in PLAYABLE and media.recognise(upload.content) is None:
        raise PageRefused(415, "not_playable", words.NOT_PLAYABLE)
    return kind, upload


async def _send_file(asking: Access, body: Body, kind: str, upload: Upload, client_id: str | None) -> Stored:
    caption = said(text_of(body.values, "caption"), "caption", LONGEST_CAPTION)
    about = {name: number_of(body.values.get(name)) or 0 for name in ("duration", "width", "height")}
    blobs = asking.gateway.blobs
    saved = await (_photo(blobs, upload) if kind == "photo" else uploads.save(blobs, upload))

    def work(tx: Tx) -> Stored:
        earlier = done_before(tx, asking, client_id)
        if earlier is not None:
            return earlier  # asked twice at once
        file = api_files.keep(tx, asking.bot.id, kind, saved, about)
        content = {**answered(tx, asking, body.values.get("reply_to_message_id")), **file.content(), **caption}
        return send(tx, asking, content, client_id, file.shown())

    try:
        return await asking.gateway.db.write(work)
    except PageRefused:
        await uploads.drop(blobs, saved)
        raise


async def _photo(blobs: Blobs, upload: Upload) -> Saved:
    try:
        return await uploads.save_photo(blobs, upload)
    except photos.NotAPhoto as refused:
        said = {
            "not_a_photo": (415, words.NOT_A_PHOTO),
            "too_many_pixels": (413, words.PHOTO_TOO_MANY_PIXELS.format(most=photos.MOST_PIXELS_JPEG // 10_000)),
            "broken": (415, words.PHOTO_BROKEN),
        }
        raise PageRefused(said[refused.why][0], refused.why, said[refused.why][1]) from None


async def press(asking: Access, request: Request) -> Json:
    """An inline button was pressed; only a button that is really there counts."""
    body = await json_body(request)
    hold_to_rate(asking, "people_send")
    message_id, data = body.get("message_id"), body.get("data")
    if not is_message_id(message_id) or not isinstance(data, str):
        raise PageRefused(400, "bad_request", words.BAD_REQUEST)
    now, client_id = asking.gateway.now(), client_id_of(body)

    def work(tx: Tx) -> Json:
        bot, chat = asking.bot, asking.chat
        if client_id and once.done(tx, bot.id, chat.id, client_id):
            return {}
        stored = messages.get(tx, bot.id, chat.id, message_id)
        present = markup.buttons(stored.message.get("reply_markup")) if stored else []
        if stored is None or not any(button.get("callback_data") == data for button in present):
            raise PageRefused(410, "button_gone", words.BUTTON_GONE)
        refuse_when_stopped(asking)
        carry.press(tx, bot, chat, stored, data, now)
        if client_id:
            once.keep_done(tx, bot.id, chat.id, client_id, message_id, now)
        return {}

    return await asking.gateway.db.write(work)


async def block(asking: Access, request: Request) -> Json:
    """The person stops the bot (it is told, and can send nothing) or takes it back."""
    blocked = (await json_body(request)).get("blocked")
    if not isinstance(blocked, bool) or asking.chat.group is not None:
        raise PageRefused(400, "bad_request", words.BAD_REQUEST)
    if asking.chat.barred and not blocked:
        raise PageRefused(403, "barred", words.BARRED)
    hold_to_rate(asking, "people_send")
    now = asking.gateway.now()
    await asking.gateway.db.write(lambda tx: carry.set_blocked(tx, asking.bot, asking.chat, blocked, now))
    return {"blocked": blocked}
