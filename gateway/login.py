"""Signing in with a one-time link, and the first pages a person meets."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway import access, carry, devices, logs, page_files, web_pages, words
from gateway.context import Gateway, log
from gateway.errors import PageRefused
from gateway.params import read_page_form
from gateway.store import links, people, sessions
from gateway.store.database import Tx
from gateway.store.sessions import Session
from gateway.text import formatted

LONGEST_FORM = 4096


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
        await _lock_when_reopened(request, (await access.enter(request, when_locked=True)).session)
    except PageRefused as refused:
        logs.refused(request, refused)
        if refused.status == 401:
            return web_pages.need_link(again=request.url.path)
        return web_pages.notice(words.NEED_LINK_TITLE, refused.words, refused.status)
    return page_files.index(request)


async def _lock_when_reopened(request: Request, session: Session) -> None:
    """Whoever opens the page anew on a device with a PIN gives it first, except right after using it (going from one
    chat to another is opening a page too). The page itself shows nothing of anybody; its API then answers 423."""
    gateway: Gateway = request.app.state.gateway
    if session.has_pin and gateway.now() - session.used_at > gateway.settings.reopen_seconds:
        await gateway.db.write(lambda tx: sessions.lock(tx, session))


async def link_page(request: Request) -> Response:
    """Shows a button and nothing else: programs that look at links before people do must not use them up."""
    gateway: Gateway = request.app.state.gateway
    code = request.path_params["code"]
    if not await gateway.db.read(lambda tx: links.is_open(tx, code, gateway.now())):
        return _dead(request)
    return web_pages.enter(code)


async def typed_code(request: Request) -> Response:
    """Somebody typed the code of a link from paper: on to its page. Wrong ones are counted like links that are dead."""
    gateway: Gateway = request.app.state.gateway
    form = await read_page_form(request, LONGEST_FORM)
    code = links.typed(str(form.get("code", "")))
    opens: bool = await gateway.db.read(lambda tx: links.is_open(tx, code, gateway.now()))
    if opens:
        return RedirectResponse(f"/l/{quote(code, safe='')}", 303)
    seconds = gateway.wait_for(request.client.host if request.client else "", "dead_links")
    if not seconds:
        return web_pages.need_link(refusal=words.CODE_WRONG, status=404)
    response = web_pages.need_link(refusal=words.TOO_OFTEN.format(seconds=seconds), status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


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
        if link.start and chat and not chat.barred:
            text, entities = formatted(f"/start {link.start}")
            carry.set_blocked(tx, link.bot, chat, False, now)
            carry.to_bot(tx, link.bot, chat, {"text": text, "entities": entities}, now)
        return link, session

    used = await gateway.db.write(work)
    if used is None:
        return _dead(request)
    link, session = used
    logs.done("signed_in", request, user=link.user_id, bot=link.bot.id, device=session.device_id)
    response = RedirectResponse(chat_path(link.user_id, link.bot.username), 303)
    access.set_cookie(request, response, session)
    return response


def _session_for(tx: Tx, request: Request, user_id: int, now: int) -> Session:
    """A device belongs to one person, unless this is a demo: signing in as somebody else signs the first one out. On a
    device with a PIN a new link starts afresh: that is the way back for whoever forgot it."""
    gateway: Gateway = request.app.state.gateway
    session = access.session_of(tx, request)
    if session and not session.has_pin and (gateway.demo or sessions.holds(tx, session, user_id)):
        return sessions.renew(tx, session, now)
    if session:
        sessions.end(tx, session)
    return sessions.start(tx, now, devices.device_name(request.headers.get("user-agent", "")))


def chat_path(user_id: int, bot_username: str) -> str:
    return f"/c/{user_id}/{bot_username}"


def _dead(request: Request) -> Response:
    """Only links that do not open count against the limit, so an office behind one address signs in freely."""
    gateway: Gateway = request.app.state.gateway
    address = request.client.host if request.client else ""
    gateway.meter.wrong_secrets.labels("link").inc()
    log.warning("a link that opens nothing, from %s", address or "?")
    seconds = gateway.wait_for(address, "dead_links")
    if not seconds:
        return web_pages.notice(words.LINK_DEAD_TITLE, words.LINK_DEAD_BODY, 410)
    response = web_pages.notice(words.LINK_DEAD_TITLE, words.TOO_OFTEN.format(seconds=seconds), 429)
    response.headers["Retry-After"] = str(seconds)
    return response
