"""The demo: a visitor on this very machine plays one of the personas, or several side by side."""

from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway import access, web_pages
from gateway.context import Gateway
from gateway.login import chat_path
from gateway.params import read_page_form
from gateway.store import personas, sessions
from gateway.store.database import Tx
from gateway.store.personas import Persona
from gateway.store.sessions import Session

# A browser keeps six connections to one address and every open chat holds one: four leave two to work with.
MOST_PANES = 4
LONGEST_FORM = 64 * 1024


def _demo(request: Request) -> Gateway:
    """The gateway, if this is a demo and the visitor sits at this machine; otherwise there is no such page."""
    gateway: Gateway = request.app.state.gateway
    if not gateway.demo or not access.on_loopback(request):
        raise HTTPException(404)
    return gateway


async def choose(request: Request) -> Response:
    gateway = _demo(request)
    session = await gateway.db.read(lambda tx: access.session_of(tx, request))
    if session is None:
        session = await gateway.db.write(lambda tx: sessions.start(tx, gateway.now()))
    everyone = await gateway.db.read(personas.every)
    response = web_pages.demo(everyone, session.csrf, MOST_PANES)
    access.set_cookie(request, response, session)
    return response


async def chosen(request: Request) -> Response:
    """Sign this device in as the chosen personas and open their chats."""
    gateway = _demo(request)
    session = await gateway.db.read(lambda tx: access.session_of(tx, request))
    if session is None:
        return RedirectResponse("/demo", 303)
    form = await read_page_form(request, LONGEST_FORM)
    access.check_csrf(session, str(form.get("csrf", "")))
    one = form.get("open")
    wanted = [str(one)] if one else [str(value) for value in form.getlist("pick")][:MOST_PANES]

    def sign_in(tx: Tx) -> list[Persona]:
        known = {web_pages.persona_value(persona): persona for persona in personas.every(tx)}
        picked = [known[value] for value in wanted if value in known]
        for persona in picked:
            sessions.add_chat(tx, session, persona.user_id, persona.bot_id, gateway.now())
        return picked

    picked = await gateway.db.write(sign_in)
    if not picked:
        return RedirectResponse("/demo", 303)
    if len(picked) == 1:
        return RedirectResponse(chat_path(picked[0].user_id, picked[0].bot_username), 303)
    panes = urlencode([("p", web_pages.persona_value(persona)) for persona in picked])
    return RedirectResponse(f"/demo/wall?{panes}", 303)


async def wall(request: Request) -> Response:
    gateway = _demo(request)
    wanted = request.query_params.getlist("p")

    def look(tx: Tx) -> list[Persona]:
        session: Session | None = access.session_of(tx, request)
        if session is None:
            return []
        known = {web_pages.persona_value(persona): persona for persona in personas.every(tx)}
        picked = [known[value] for value in dict.fromkeys(wanted) if value in known]
        return [persona for persona in picked if sessions.holds(tx, session, persona.user_id)]

    picked = await gateway.db.read(look)
    if not picked:
        return RedirectResponse("/demo", 303)
    return web_pages.wall(picked[:MOST_PANES])
