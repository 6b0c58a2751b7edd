"""Opening a deep link on a device that is signed in already: one button, then /start CODE in the chat."""

from html import escape

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway import access, carry, deep_links, logs, web_pages, words
from gateway.chat_list import path
from gateway.context import Gateway
from gateway.errors import PageRefused
from gateway.params import read_page_form
from gateway.store import bots, people, sessions
from gateway.store.database import Tx
from gateway.store.people import Chat
from gateway.store.sessions import Session
from gateway.text import formatted

LONGEST_FORM = 4096


async def link_page(request: Request) -> Response:
    """Opening the link alone does nothing: programs that look at links must not start anything."""
    gateway: Gateway = request.app.state.gateway
    code = _code(request)
    try:
        session, chat = await gateway.db.read(lambda tx: _chat(tx, request))
    except PageRefused as refused:
        logs.refused(request, refused)
        return web_pages.notice(words.START_TITLE, refused.words, refused.status)
    if session is None or chat is None:
        return web_pages.need_link(again=f"{request.url.path}?start={code}")
    body = f"""<main><h1>{words.START_TITLE}</h1><p>{escape(words.START_BODY)}</p>
<form method="post" action="{escape(request.url.path)}?start={code}">
<input type="hidden" name="csrf" value="{session.csrf}">
<button class="main">{words.START}</button></form></main>"""
    return web_pages.page(words.START_TITLE, body)


async def open_chat(request: Request) -> Response:
    gateway: Gateway = request.app.state.gateway
    code, now = _code(request), gateway.now()
    form = await read_page_form(request, LONGEST_FORM)
    text, entities = formatted(f"/start {code}")

    def work(tx: Tx) -> str | None:
        session, chat = _chat(tx, request)
        if session is None or chat is None:
            return None
        access.check_csrf(session, str(form.get("csrf", "")))
        seconds = gateway.wait_for(chat.person.id, "people_send")
        if seconds:
            raise PageRefused(429, "too_fast", words.TOO_FAST.format(seconds=seconds), seconds)
        if chat.barred:
            raise PageRefused(403, "barred", words.BARRED)
        bot = bots.by_id(tx, chat.bot_id)
        carry.set_blocked(tx, bot, chat, False, now)
        carry.to_bot(tx, bot, chat, {"text": text, "entities": entities}, now)
        sessions.add_chat(tx, session, chat.id, bot.id, now)
        return path(chat.id, bot.username, chat.id)

    try:
        opened = await gateway.db.write(work)
    except PageRefused as refused:
        logs.refused(request, refused)
        return web_pages.notice(words.START_TITLE, refused.words, refused.status)
    return RedirectResponse(opened, 303) if opened else web_pages.need_link(again=f"{request.url.path}?start={code}")


def _code(request: Request) -> str:
    code = request.query_params.get("start", "")
    if not deep_links.is_code(code):
        raise HTTPException(404)
    return code


def _chat(tx: Tx, request: Request) -> tuple[Session | None, Chat | None]:
    """The device, and the chat with this bot that was opened on it last."""
    session = access.session_of(tx, request)
    bot = bots.named(tx, request.path_params["bot"])
    if session is None or bot is None:
        return session, None
    gateway: Gateway = request.app.state.gateway
    if session.is_locked(gateway.now(), gateway.settings.lock_after_seconds):
        raise PageRefused(423, "locked", words.LOCKED)
    opened = [one.user_id for one in sessions.chats(tx, session) if one.bot_id == bot.id]
    return session, people.chat(tx, bot.id, opened[0]) if opened else None
