"""Signing in with a one-time link, and the first pages a person meets."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from gateway import access, carry, web_pages, words
from gateway.context import Gateway
from gateway.errors import PageRefused
from gateway.store import links, people, sessions
from gateway.store.database import Tx
from gateway.store.sessions import Session
from gateway.text import formatted

INDEX = Path(__file__).parent / "web" / "index.html"


async def home(request: Request) -> Response:
    """To the chat opened last on this device, or a word that a link is needed."""
    gateway: Gateway = request.app.state.gateway

    def look(tx: Tx) -> list[sessions.OpenChat]:
        session = access.session_of(tx, request)
        return sessions.chats(tx, session) if session else []

    chats = await gateway.db.read(look)
    if not chats:
        return web_pages.need_link(again="/")
    return RedirectResponse(chat_path(chats[0].user_id, chats[0].bot_username), 303)


async def chat_page(request: Request) -> Response:
    try:
        await access.enter(request)
    except PageRefused as refused:
        if refused.status == 401:
            return web_pages.need_link(again=request.url.path)
        return web_pages.notice(words.NEED_LINK_TITLE, refused.words, refused.status)
    if not INDEX.exists():
        return web_pages.notice(words.APP, words.PAGE_MISSING, 503)
    return FileResponse(INDEX, media_type="text/html", headers={"Cache-Control": "no-store"})


async def link_page(request: Request) -> Response:
    """Shows a button and nothing else: programs that look at links before people do must not use them up."""
    gateway: Gateway = request.app.state.gateway
    code = request.path_params["code"]
    if not await gateway.db.read(lambda tx: links.is_open(tx, code, gateway.now())):
        return _dead(request)
    return web_pages.enter(code)


async def use_link(request: Request) -> Response:
    """Use the link up, make this device the person's, send the start code if the link carries one."""
    gateway: Gateway = request.app.state.gateway
    if not access.from_our_own_page(request):
        return web_pages.notice(words.NEED_LINK_TITLE, words.RELOAD, 403)
    code, now = request.path_params["code"], gateway.now()

    def work(tx: Tx) -> tuple[links.Link, Session] | None:
        link = links.use(tx, code, now)
        if link is None:
            return None
        session = _session_for(tx, request, link.user_id, now)
        sessions.add_chat(tx, session, link.user_id, link.bot.id, now)
        chat = people.chat(tx, link.bot.id, link.user_id)
        if link.start and chat:
            text, entities = formatted(f"/start {link.start}")
            carry.set_blocked(tx, link.bot, chat, False, now)
            carry.to_bot(tx, link.bot, chat, {"text": text, "entities": entities}, now)
        return link, session

    used = await gateway.db.write(work)
    if used is None:
        return _dead(request)
    link, session = used
    response = RedirectResponse(chat_path(link.user_id, link.bot.username), 303)
    access.set_cookie(request, response, session)
    return response


def _session_for(tx: Tx, request: Request, user_id: int, now: int) -> Session:
    """A device belongs to one person, unless this is a demo: signing in as somebody else signs the first one out."""
    gateway: Gateway = request.app.state.gateway
    session = access.session_of(tx, request)
    if session and (gateway.demo or sessions.holds(tx, session, user_id)):
        return session
    if session:
        sessions.end(tx, session)
    return sessions.start(tx, now)


def chat_path(user_id: int, bot_username: str) -> str:
    return f"/c/{user_id}/{bot_username}"


def _dead(request: Request) -> Response:
    """Only links that do not open count against the limit, so an office behind one address signs in freely."""
    gateway: Gateway = request.app.state.gateway
    seconds = gateway.wait_for(request.client.host if request.client else "", "dead_links")
    if not seconds:
        return web_pages.notice(words.LINK_DEAD_TITLE, words.LINK_DEAD_BODY, 410)
    response = web_pages.notice(words.LINK_DEAD_TITLE, words.TOO_OFTEN.format(seconds=seconds), 429)
    response.headers["Retry-After"] = str(seconds)
    return response
