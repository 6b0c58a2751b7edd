"""Who is asking: the device session of a request, and whether it may see this chat. Every page and every call of the
page's API goes through here."""

import hmac
import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from gateway import words
from gateway.context import Gateway
from gateway.errors import PageRefused
from gateway.store import bots, people, sessions
from gateway.store.bots import Bot
from gateway.store.database import Tx
from gateway.store.people import Chat
from gateway.store.sessions import Session

COOKIE = "xm_session"


@dataclass(frozen=True)
class Access:
    gateway: Gateway
    session: Session
    bot: Bot
    chat: Chat


def session_of(tx: Tx, request: Request) -> Session | None:
    gateway: Gateway = request.app.state.gateway
    token = request.cookies.get(COOKIE)
    return sessions.find(tx, token, gateway.now() - gateway.settings.session_seconds) if token else None


async def enter(request: Request) -> Access:
    """The chat of this request, if this device is signed in as its person. Raises PageRefused."""
    gateway: Gateway = request.app.state.gateway
    user_id, name = request.path_params["user"], request.path_params["bot"]

    def look(tx: Tx) -> Access:
        session = session_of(tx, request)
        if session is None:
            raise PageRefused(401, "sign_in", words.SIGN_IN_AGAIN)
        if not sessions.holds(tx, session, user_id):
            raise PageRefused(403, "not_yours", words.NOT_YOURS)
        bot = bots.named(tx, name)
        chat = people.chat(tx, bot.id, user_id) if bot else None
        if bot is None or chat is None:
            raise PageRefused(404, "not_yours", words.NOT_YOURS)
        return Access(gateway, session, bot, chat)

    access = await gateway.db.read(look)
    now = gateway.now()
    if now - access.session.seen_at > sessions.SEEN_EVERY:
        await gateway.db.write(lambda tx: sessions.seen(tx, access.session, now))
    if request.method not in ("GET", "HEAD"):
        check_csrf(access.session, request.headers.get("x-csrf", ""))
    return access


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
    return urlsplit(origin).netloc in own


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


def set_cookie(request: Request, response: Response, session: Session) -> None:
    gateway: Gateway = request.app.state.gateway
    secure = request.url.scheme == "https" or (gateway.base_url or "").startswith("https://")
    response.set_cookie(
        COOKIE, session.token, max_age=gateway.settings.session_seconds,
        path="/", httponly=True, samesite="strict", secure=secure,
    )  # fmt: skip
