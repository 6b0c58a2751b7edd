"""The page's event stream (SSE) and its files."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gateway import access, chat_list, web_files, words
from gateway.access import Access, Sight
from gateway.errors import PageRefused
from gateway.hub import Listener
from gateway.security import FILE_CSP
from gateway.store import events, files, messages
from gateway.store.database import Tx

Json = dict[str, Any]
RETRY_MS = 2000
AT_ONCE = 50


async def stream(request: Request) -> Response:
    asking = await access.enter(request)
    given = request.headers.get("last-event-id") or request.query_params.get("after") or ""
    after = int(given) if given.isascii() and given.isdecimal() and len(given) < 16 else asking.chat.last_event_id
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_lines(asking, after), media_type="text/event-stream", headers=headers)


async def _lines(asking: Access, after: int) -> AsyncIterator[str]:
    """Everything after `after` from the database, then what happens, until the session or the gateway ends."""
    gateway, key, viewer = asking.gateway, (asking.chat.home, asking.chat.id), asking.person.id

    def look(tx: Tx) -> tuple[Sight, int, list[events.Event]]:
        found = events.after(tx, *key, after, AT_ONCE, viewer)
        return access.sight(tx, asking), events.last_id(tx, *key), found

    opening = True
    with gateway.hub.page(key, viewer, gateway.settings.most_streams) as listener:
        yield f"retry: {RETRY_MS}\n\n"
        listener.lists = True  # what came into another chat since the page was loaded woke no listener
        while not (gateway.hub.closing or listener.over):
            lists, listener.lists = listener.lists, False
            sight, last, found = gateway.db.read_now(look)
            if sight is Sight.ENDED:
                return
            if sight is Sight.LOCKED:
                yield _event("locked", {})
                return
            if after > last or (found and found[0].id > after + 1) or (not found and after < last):
                # the page was away longer than events are kept: it has to load the chat anew
                after = last
                yield _event("reset", {}, last)
                continue
            for event in found:
                after = event.id
                if event.data is not None:
                    yield _event(event.name, event.data, event.id)
            if line := _typing(listener):
                yield line
            if lists:
                chats = await gateway.db.read(lambda tx: chat_list.of(tx, asking.person, asking.bot))
                if not opening or any(one["unread"] for one in chats if one["id"] != asking.chat.id):
                    yield _event("chats", {"chats": chats})
                opening = False
            # fewer than asked for: that was all, and whatever came meanwhile has woken the listener
            if len(found) < AT_ONCE and not await listener.wait(gateway.settings.heartbeat_seconds):
                yield ": \n\n"
        if listener.over:
            yield _event("over", {})  # else it would be back at once and push out the next one


def _typing(listener: Listener) -> str:
    seconds, listener.typing = listener.typing, 0
    return _event("typing", {"seconds": seconds}) if seconds else ""


def _event(name: str, data: Json, event_id: int | None = None) -> str:
    number = f"id: {event_id}\n" if event_id is not None else ""
    return f"{number}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


async def chat_file(request: Request) -> Response:
    """A file of this chat, as long as a message that shows it is there."""
    asking = await access.enter(request)
    file_id = request.path_params["file_id"]
    where = (asking.bot.id, asking.chat.id)

    def look(tx: Tx) -> tuple[files.File | None, bool]:
        shown = (messages.get(tx, *where, message_id) for message_id in files.shown_by(tx, *where, file_id))
        guarded = any(one is not None and one.message.get("has_protected_content") for one in shown)
        return files.in_chat(tx, *where, file_id), guarded

    file, guarded = await asking.gateway.db.read(look)
    if file is None:
        raise PageRefused(404, "file_gone", words.FILE_GONE)
    etag = f'"{file.about["file_unique_id"]}"'
    # Kept by the browser, but every use asks again whether this device is still signed in. What its sender protected
    # never rests on a phone, and on one with a PIN nothing does that is not sealed with it.
    keeping = "no-store" if guarded or asking.session.has_pin else "private, no-cache"
    headers = {"Cache-Control": keeping, "ETag": etag, "Content-Security-Policy": FILE_CSP}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    try:
        content = await asyncio.to_thread(asking.gateway.blobs.load, file.file_id)
    except FileNotFoundError:
        raise PageRefused(404, "file_gone", words.FILE_GONE) from None
    return web_files.answer(file, content, headers, request.headers.get("range"))
