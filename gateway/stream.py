"""The page's event stream (SSE) and its files."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gateway import access, images, words
from gateway.access import Access
from gateway.errors import PageRefused
from gateway.hub import Listener
from gateway.security import FILE_CSP
from gateway.store import events, files, sessions
from gateway.store.database import Tx

Json = dict[str, Any]
RETRY_MS = 2000
# Shown or opened by the browser itself; everything else is only ever saved.
OPENABLE = frozenset({"application/pdf", "text/plain", "image/jpeg", "image/png", "image/gif", "image/webp"})


async def stream(request: Request) -> Response:
    asking = await access.enter(request)
    given = request.headers.get("last-event-id") or request.query_params.get("after") or ""
    after = int(given) if given.isascii() and given.isdigit() and len(given) < 16 else asking.chat.last_event_id
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_lines(asking, after), media_type="text/event-stream", headers=headers)


async def _lines(asking: Access, after: int) -> AsyncIterator[str]:
    """Everything after `after` from the database, then what happens, until the session or the gateway ends."""
    gateway, key = asking.gateway, (asking.bot.id, asking.chat.id)

    def look(tx: Tx) -> tuple[bool, int, list[events.Event]]:
        signed_in = sessions.holds(tx, asking.session, asking.chat.id)
        return signed_in, events.last_id(tx, *key), events.after(tx, *key, after)

    with gateway.hub.page(key) as listener:
        yield f"retry: {RETRY_MS}\n\n"
        while not gateway.hub.closing:
            signed_in, last, found = await gateway.db.read(look)
            if not signed_in:
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
            if not found and not await listener.wait(gateway.settings.heartbeat_seconds):
                yield ": \n\n"


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
    file = await asking.gateway.db.read(lambda tx: files.in_chat(tx, asking.bot.id, asking.chat.id, file_id))
    if file is None:
        raise PageRefused(404, "file_gone", words.FILE_GONE)
    etag = f'"{file.about["file_unique_id"]}"'
    # kept by the browser, but every use asks again whether this device is still signed in
    headers = {"Cache-Control": "private, no-cache", "ETag": etag, "Content-Security-Policy": FILE_CSP}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    try:
        content = await asyncio.to_thread(asking.gateway.blobs.load, file.file_id)
    except FileNotFoundError:
        raise PageRefused(404, "file_gone", words.FILE_GONE) from None
    if file.kind == "photo":
        picture = images.look(content)
        return Response(content, media_type=picture.mime_type if picture else None, headers=headers)
    mime = file.about["mime_type"]
    headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.about['file_name'], safe='')}"
    return Response(content, media_type=mime if mime in OPENABLE else "application/octet-stream", headers=headers)
