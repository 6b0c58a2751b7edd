"""The admin API: our own bot and the operator make people, links and demo personas. Answers are plain JSON, refusals
have the Bot API's shape."""

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway import carry, deep_links, logs
from gateway.context import Gateway
from gateway.errors import UNAUTHORIZED, ApiError, bad
from gateway.guessing import Guesses
from gateway.params import TooBig, limited, says_json
from gateway.store import bots, links, people, personas, sessions
from gateway.store.bots import Bot
from gateway.store.database import Tx
from gateway.store.people import Chat

Json = dict[str, Any]
LONGEST_BODY = 4 * 1024 * 1024
LONGEST_NAME = 64
LONGEST_START = 64
Handler = Callable[[Gateway, Json], Awaitable[Json]]


def handler(answer: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        gateway: Gateway = request.app.state.gateway
        try:
            demand_key(request)
            found = await answer(gateway, await _json(request))
            if request.method != "GET":
                logs.done("admin_call", request, route=request.scope["route"].path)
            return JSONResponse(found)
        except ApiError as refused:
            return JSONResponse(refused.body(), refused.code)

    return endpoint


def demand_key(request: Request) -> None:
    """Raises ApiError unless the request carries the admin key. Guessing it is slowed down and logged."""
    gateway: Gateway = request.app.state.gateway
    guesses: Guesses = request.app.state.admin_guesses
    given, address = request.headers.get("authorization", ""), request.client.host if request.client else ""
    guesses.look(address, given)
    if not hmac.compare_digest(given.encode(), f"Bearer {gateway.admin_key}".encode()):
        raise guesses.wrong(address, given, ApiError(*UNAUTHORIZED))
    guesses.right(given)


async def health(request: Request) -> Response:
    gateway: Gateway = request.app.state.gateway
    await gateway.db.read(lambda tx: tx.value("SELECT count(*) FROM bots"))
    return JSONResponse({"ok": True})


async def put_user(gateway: Gateway, body: Json) -> Json:
    user_id = _whole(body, "id", required=False)
    if user_id is not None and not people.FIRST_ID <= user_id <= people.MAX_ID:
        raise bad(f"id must be at least {people.FIRST_ID}")
    first_name = words_of(body, "first_name", LONGEST_NAME)
    last_name = words_of(body, "last_name", LONGEST_NAME, required=False)
    language = words_of(body, "language_code", 16, required=False)
    phone = words_of(body, "phone_number", 32, required=False)

    def work(tx: Tx) -> Json:
        bot = _bot(tx, body)
        made = people.put(tx, first_name or "", user_id, last_name, language, phone)
        people.open_chat(tx, bot.id, made)
        return {"id": made}

    return await gateway.db.write(work)


async def make_link(gateway: Gateway, body: Json) -> Json:
    def work(tx: Tx) -> str:
        bot, chat = _chat(tx, body)
        return links.make(tx, bot.id, _expires(gateway, body), user_id=chat.id, start=_start(body))

    return _url(gateway, await gateway.db.write(work))


async def make_invite(gateway: Gateway, body: Json) -> Json:
    first_name = words_of(body, "first_name", LONGEST_NAME)

    def work(tx: Tx) -> str:
        bot = _bot(tx, body)
        return links.make(tx, bot.id, _expires(gateway, body), first_name=first_name, start=_start(body))

    return _url(gateway, await gateway.db.write(work))


async def put_personas(gateway: Gateway, body: Json) -> Json:
    if not gateway.demo:
        raise ApiError(403, "Forbidden: the gateway was not started with --demo")
    given = body.get("personas")
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise bad("personas must be a list of objects")
    for one in given:
        words_of(one, "key", LONGEST_NAME)
        words_of(one, "title", LONGEST_NAME)
        _whole(one, "user_id")
    if len({one["key"] for one in given}) != len(given):
        raise bad("persona keys must differ")

    def work(tx: Tx) -> Json:
        try:
            personas.replace(tx, _bot(tx, body).id, given)
        except LookupError:
            raise bad("user not found") from None
        return {"personas": len(given)}

    return await gateway.db.write(work)


async def block(gateway: Gateway, body: Json) -> Json:
    """The person stops the bot (or takes it back): sending then answers 403. With `by_operator` the operator does,
    and only the operator takes it back."""
    blocked, by_operator = bool(body.get("blocked", True)), bool(body.get("by_operator", False))

    def work(tx: Tx) -> Json:
        bot, chat = _chat(tx, body)
        carry.set_blocked(tx, bot, chat, blocked, gateway.now(), by_operator=by_operator)
        return {"blocked": blocked}

    return await gateway.db.write(work)


async def sign_out(gateway: Gateway, body: Json) -> Json:
    """A lost phone: end every session of this person, open streams included."""
    user_id = _whole(body, "user_id") or 0

    def work(tx: Tx) -> Json:
        for bot in bots.every(tx):
            tx.effects.chats.add((bot.id, user_id))  # wakes the open streams, which then see it and end
        return {"devices": sessions.end_all_of(tx, user_id)}

    return await gateway.db.write(work)


async def _json(request: Request) -> Json:
    if not says_json(request):
        raise ApiError(415, "Unsupported Media Type: the body has to be application/json")
    try:
        body = json.loads(await limited(request, LONGEST_BODY).body() or b"{}")
    except TooBig:
        raise ApiError(413, "Request Entity Too Large") from None
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise bad("can't parse JSON object")
    return body


def _bot(tx: Tx, body: Json) -> Bot:
    bot = bots.named(tx, words_of(body, "bot", LONGEST_NAME) or "")
    if bot is None:
        raise bad("bot not found")
    return bot


def _chat(tx: Tx, body: Json) -> tuple[Bot, Chat]:
    bot = _bot(tx, body)
    chat = people.chat(tx, bot.id, _whole(body, "user_id") or 0)
    if chat is None:
        raise bad("user not found")
    return bot, chat


def words_of(body: Json, name: str, most: int, required: bool = True) -> str | None:
    value = body.get(name)
    if value is None and not required:
        return None
    if not isinstance(value, str) or not 0 < len(value.strip()) <= most or not _sound(value):
        raise bad(f"{name} must be 1-{most} characters")
    return value.strip()


def _sound(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _whole(body: Json, name: str, required: bool = True) -> int | None:
    value = body.get(name)
    if value is None and not required:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= people.MAX_ID:
        raise bad(f"{name} must be a positive Integer")
    return value


def _start(body: Json) -> str | None:
    code = words_of(body, "start", LONGEST_START, required=False)
    if code is not None and not deep_links.is_code(code):
        raise bad("start must be 1-64 characters of A-Z, a-z, 0-9, _ and -")
    return code


def _expires(gateway: Gateway, body: Json) -> int:
    seconds = _whole(body, "ttl_seconds", required=False) or gateway.settings.link_seconds
    longest = gateway.settings.longest_link_seconds
    if seconds > longest:
        raise bad(f"ttl_seconds must be at most {longest}")
    return gateway.now() + seconds


def _url(gateway: Gateway, code: str) -> Json:
    return {"url": f"{gateway.base_url or ''}/l/{code}"}
