"""Who is asking: the device session of a request, and whether it may see this chat. Every page and every call of the
page's API goes through here."""

import hmac
import ipaddress
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from gateway import words
from gateway.context import Gateway
from gateway.errors import PageRefused
from gateway.store import bots, groups, people, sessions
from gateway.store.bots import Bot
from gateway.store.database import Tx
from gateway.store.people import Chat, Person
from gateway.store.sessions import Session

COOKIE = "xm_session"


@dataclass(frozen=True)
class Access:
    """Who asks (`person`, on the device `session`), and which chat under which bot's address it is about."""

    gateway: Gateway
    session: Session
    bot: Bot
    chat: Chat

    @property
    def person(self) -> Person:
        return self.chat.person


def session_of(tx: Tx, request: Request) -> Session | None:
    gateway: Gateway = request.app.state.gateway
    token = request.cookies.get(cookie_name(request))
    return _running(tx, gateway, token) if token else None


def _running(tx: Tx, gateway: Gateway, token: str) -> Session | None:
    """The session of this token, unless it has ended by time."""
    now, settings = gateway.now(), gateway.settings
    return sessions.find(tx, token, now - settings.session_seconds, now - settings.sign_in_seconds)


async def enter_device(request: Request, *, when_locked: bool = False) -> Session:
    """The device of this request. Raises PageRefused."""
    gateway: Gateway = request.app.state.gateway
    session = await gateway.db.read(lambda tx: session_of(tx, request))
    if session is None:
        raise PageRefused(401, "sign_in", words.SIGN_IN_AGAIN)
    if not when_locked:
        _refuse_when_locked(gateway, session)
        if request.method not in ("GET", "HEAD"):
            check_csrf(session, request.headers.get("x-csrf", ""))
        await _note(gateway, session, request)
    return session


def _refuse_when_locked(gateway: Gateway, session: Session) -> None:
    if session.is_locked(gateway.now(), gateway.settings.lock_after_seconds):
        raise PageRefused(423, "locked", words.LOCKED)


async def _note(gateway: Gateway, session: Session, request: Request) -> None:
    """When the device was there last and, where a PIN guards it, when a person last did something on it. What a page
    asks for by itself (its stream, its files, saying what is on the screen) is nobody's doing."""
    now = gateway.now()
    by_itself = request.url.path.endswith(("/seen", "/push", "/push/remove"))
    done = (request.method == "POST" and not by_itself) or "before" in request.query_params
    if session.has_pin and done and now - session.used_at > sessions.USED_EVERY:
        await gateway.db.write(lambda tx: sessions.used(tx, session, now))
    elif now - session.seen_at > sessions.SEEN_EVERY:
        await gateway.db.write(lambda tx: sessions.seen(tx, session, now))


async def enter(request: Request, *, when_locked: bool = False) -> Access:
    """The chat of this request, if this device is signed in as its person, or as a member of the group. Raises
    PageRefused."""
    gateway: Gateway = request.app.state.gateway
    user_id, name = request.path_params["user"], request.path_params["bot"]
    group = request.path_params.get("group")

    def look(tx: Tx) -> Access:
        session = session_of(tx, request)
        if session is None:
            raise PageRefused(401, "sign_in", words.SIGN_IN_AGAIN)
        if not sessions.holds(tx, session, user_id):
            raise PageRefused(403, "not_yours", words.NOT_YOURS)
        if not when_locked:
            _refuse_when_locked(gateway, session)
        bot = bots.named(tx, name)
        chat = _chat(tx, bot, user_id, group) if bot else None
        if bot is None or chat is None:
            raise PageRefused(404, "not_yours", words.NOT_YOURS)
        return Access(gateway, session, bot, chat)

    access = await gateway.db.read(look)
    if request.method not in ("GET", "HEAD"):
        check_csrf(access.session, request.headers.get("x-csrf", ""))
    if not when_locked:
        await _note(gateway, access.session, request)  # another site's page keeps no device open
    return access


def _chat(tx: Tx, bot: Bot, user_id: int, group: int | None) -> Chat | None:
    if group is None:
        return people.chat(tx, bot.id, user_id)
    if not 0 < group <= people.MAX_ID or not groups.is_in(tx, -group, user_id):
        return None
    chat = people.chat(tx, bot.id, -group, user_id)
    return chat if chat and not chat.blocked else None  # a bot that left has no page of the group


class Sight(Enum):
    """What an open page may still show."""

    ALL = "all"
    LOCKED = "locked"  # nothing until its PIN is given
    ENDED = "ended"


def sight(tx: Tx, asking: Access) -> Sight:
    """Asked at every wake of an open stream, so the session is looked up once."""
    gateway, chat = asking.gateway, asking.chat
    session = _running(tx, gateway, asking.session.token)
    if session is None or not sessions.holds(tx, session, asking.person.id):
        return Sight.ENDED
    if chat.group is not None:
        there = groups.bot_in(tx, chat.id, asking.bot.id)
        if there is None or not there.is_in or not groups.is_in(tx, chat.id, asking.person.id):
            return Sight.ENDED
    return Sight.LOCKED if session.is_locked(gateway.now(), gateway.settings.lock_after_seconds) else Sight.ALL


def check_csrf(session: Session, given: str) -> None:
    if not hmac.compare_digest(session.csrf.encode(), given.encode(errors="replace")):
        raise PageRefused(403, "csrf", words.RELOAD)


def from_our_own_page(request: Request) -> bool:
    """Was this form sent from a page of ours? A browser always says so with a POST; scripts without it pass, they
    bring no cookie of anybody."""
    origin = request.headers.get("origin")
    if origin is None:
        return True
    gateway: Gateway = request.app.state.gateway
    own = {request.headers.get("host", "")}
    if gateway.base_url:
        own.add(urlsplit(gateway.base_url).netloc)
    return urlsplit(origin).netloc in own - {""}  # `null` has no name, and neither has a request without Host


def on_loopback(request: Request) -> bool:
    """Both the client and the name it used are this machine (a name would let another site's page in by DNS)."""
    host = urlsplit("//" + request.headers.get("host", "")).hostname or ""
    return is_loopback(request.client.host if request.client else "") and is_loopback(host)


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def cookie_name(request: Request) -> str:
    """Over https the browser itself holds the name to this very host: no other program of the county's domain, and
    nobody on a line without TLS, can put a session of theirs in its place."""
    return f"__Host-{COOKIE}" if _is_secure(request) else COOKIE


def set_cookie(request: Request, response: Response, session: Session) -> None:
    gateway: Gateway = request.app.state.gateway
    response.set_cookie(
        cookie_name(request), session.token, max_age=gateway.settings.sign_in_seconds,
        path="/", httponly=True, samesite="strict", secure=_is_secure(request),
    )  # fmt: skip


def _is_secure(request: Request) -> bool:
    gateway: Gateway = request.app.state.gateway
    return request.url.scheme == "https" or (gateway.base_url or "").startswith("https://")
