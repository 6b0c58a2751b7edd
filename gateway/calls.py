"""What was really seen, and the call list: urgent messages nobody acknowledged in time, for the duty officer's
telephone. The list carries numbers only; whoever reads it knows who they are."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway import admin, words
from gateway.access import Access
from gateway.context import Gateway
from gateway.errors import ApiError, PageRefused
from gateway.params import read_page_json
from gateway.store import people, seen, urgent
from gateway.store.database import Tx

Json = dict[str, Any]


async def post_seen(asking: Access, request: Request) -> Json:
    """The page shows this message on a visible screen."""
    message_id = (await read_page_json(request)).get("message_id")
    if not isinstance(message_id, int) or isinstance(message_id, bool) or not 0 < message_id < 2**53:
        raise PageRefused(400, "bad_request", words.BAD_REQUEST)
    bot, chat, person, now = asking.bot, asking.chat, asking.person, asking.gateway.now()
    if message_id <= await asking.gateway.db.read(lambda tx: seen.up_to(tx, bot.id, chat.id, person.id)):
        return {}

    def work(tx: Tx) -> Json:
        if seen.put(tx, bot.id, chat.id, person.id, message_id, now) and chat.group is None:
            urgent.seen(tx, bot.id, person.id, message_id, now)
        return {}

    return await asking.gateway.db.write(work)


def waiting(tx: Tx, call_after_seconds: int, now: int) -> list[urgent.Urgent]:
    return urgent.to_call(tx, now - call_after_seconds)


async def every(gateway: Gateway, body: Json) -> Json:
    """GET /admin/calls"""
    after = gateway.settings.call_after_seconds
    found = await gateway.db.read(lambda tx: waiting(tx, after, gateway.now()))
    return {
        "calls": [{"id": one.id, "user_id": one.user_id, "code": one.message_id, "since": one.sent_at} for one in found]
    }


async def done(request: Request) -> Response:
    """POST /admin/calls/<id>/done"""

    async def mark(gateway: Gateway, body: Json) -> Json:
        number, now = request.path_params["id"], gateway.now()
        if number >= people.MAX_ID or not await gateway.db.write(lambda tx: urgent.done(tx, number, now)):
            raise ApiError(404, "Not Found: no such call, or it is settled")
        return {}

    return await admin.handler(mark)(request)
