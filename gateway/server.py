"""Where everything meets: the routes, the life span of the app, and serving it."""

import asyncio
import contextlib
import dataclasses
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway import (
    access,
    admin,
    admin_groups,
    api,
    calls,
    context,
    devices,
    health,
    login,
    logs,
    open_link,
    page_files,
    polling,
    push,
    search,
    stream,
    web,
    web_actions,
    web_pages,
    words,
)
from gateway import demo as demo_pages
from gateway.context import Gateway
from gateway.errors import ApiError, CannotServe, PageRefused
from gateway.guessing import Guesses
from gateway.hook import Hook
from gateway.meter import Counted
from gateway.push import Pushes
from gateway.security import Guarded
from gateway.settings import Settings, from_environment
from gateway.store import meta
from gateway.store.database import Tx
from gateway.webhooks import Webhooks

CHAT = "/c/{user:int}/{bot}"
GROUP = CHAT + "/g/{group:int}"


def _routes() -> list[Route]:
    both = ["GET", "POST"]
    return [
        Route("/bot{token}/{method}", api.endpoint, methods=both),
        Route("/file/bot{token}/{path:path}", api.download),
        Route("/", login.home),
        Route("/l", login.typed_code, methods=["POST"]),
        Route("/l/{code}", login.link_page),
        Route("/l/{code}", login.use_link, methods=["POST"]),
        Route("/b/{bot}", open_link.link_page),
        Route("/b/{bot}", open_link.open_chat, methods=["POST"]),
        *_of_a_chat(CHAT),
        *_of_a_chat(GROUP),
        Route("/devices/api/list", devices.handler(devices.every)),
        Route("/devices/api/revoke", devices.handler(devices.revoke), methods=["POST"]),
        Route("/devices/api/link", devices.handler(devices.link), methods=["POST"]),
        Route("/devices/api/pin", devices.handler(devices.set_pin), methods=["POST"]),
        Route("/devices/api/lock", devices.handler(devices.lock, when_locked=True), methods=["POST"]),
        Route("/devices/api/unlock", devices.handler(devices.unlock, when_locked=True), methods=["POST"]),
        Route("/demo", demo_pages.choose),
        Route("/demo", demo_pages.chosen, methods=["POST"]),
        Route("/demo/wall", demo_pages.wall),
        Route("/admin/users", admin.handler(admin.put_user), methods=["POST"]),
        Route("/admin/links", admin.handler(admin.make_link), methods=["POST"]),
        Route("/admin/invites", admin.handler(admin.make_invite), methods=["POST"]),
        Route("/admin/personas", admin.handler(admin.put_personas), methods=["PUT"]),
        Route("/admin/block", admin.handler(admin.block), methods=["POST"]),
        Route("/admin/sign-out", admin.handler(admin.sign_out), methods=["POST"]),
        Route("/admin/groups", admin.handler(admin_groups.list_groups)),
        Route("/admin/groups", admin.handler(admin_groups.add_group), methods=["POST"]),
        Route("/admin/groups/change", admin.handler(admin_groups.change_group), methods=["POST"]),
        Route("/admin/calls", admin.handler(calls.every)),
        Route("/admin/calls/{id:int}/done", calls.done, methods=["POST"]),
        Route("/health", admin.health),
        Route("/healthz", health.healthz),
        Route("/metrics", health.metrics),
        Route("/sw.js", page_files.worker),
        Route("/web/version", page_files.version),
        Route("/web/{path:path}", page_files.serve),
    ]


def _of_a_chat(base: str) -> list[Route]:
    """What is below the address of every chat, private or group."""
    post = ["POST"]
    return [
        Route(base, login.chat_page),
        Route(base + "/api/me", web.handler(web.me)),
        Route(base + "/api/messages", web.handler(web.history)),
        Route(base + "/api/search", web.handler(search.search), methods=post),
        Route(base + "/api/seen", web.handler(calls.post_seen), methods=post),
        Route(base + "/api/push", web.handler(push.subscribe), methods=post),
        Route(base + "/api/push/remove", web.handler(push.unsubscribe), methods=post),
        Route(base + "/api/messages", web.handler(web.post_message), methods=post),
        Route(base + "/api/files", web.handler(web.post_file), methods=post),
        Route(base + "/api/callback", web.handler(web.press), methods=post),
        Route(base + "/api/messages/{message:int}/edit", web.handler(web_actions.edit), methods=post),
        Route(base + "/api/contact", web.handler(web_actions.contact), methods=post),
        Route(base + "/api/location", web.handler(web_actions.location), methods=post),
        Route(base + "/api/vote", web.handler(web_actions.vote), methods=post),
        Route(base + "/api/reactions", web.handler(web_actions.react), methods=post),
        Route(base + "/api/block", web.handler(web.block), methods=post),
        Route(base + "/api/events", stream.stream),
        Route(base + "/file/{file_id}", stream.chat_file),
    ]


def create_app(
    data: Path,
    *,
    demo: bool = False,
    base_url: str | None = None,
    settings: Settings | None = None,
    clock: Callable[[], float] = time.time,
) -> Starlette:
    """The gateway over the data folder `data`, which is made when it is new. Raises CannotServe.

    Links carry `base_url`; `serve` fills it in when nobody gave one.
    """
    gateway = context.build(data, demo, base_url, settings or from_environment(), clock)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        gateway.webhooks = Webhooks(gateway)
        gateway.pushes, gateway.hook = Pushes(gateway), Hook(gateway)
        for sender in (gateway.webhooks, gateway.pushes, gateway.hook):
            await sender.start()
        housekeeping = asyncio.create_task(context.forget_old(gateway))
        noticing = asyncio.create_task(context.notice_other_processes(gateway))
        closing_polls = asyncio.create_task(polling.close_in_time(gateway))
        try:
            yield
        finally:
            gateway.hub.close()
            housekeeping.cancel()
            noticing.cancel()
            closing_polls.cancel()
            for sender in (gateway.webhooks, gateway.pushes, gateway.hook):
                await sender.stop()
            await asyncio.to_thread(gateway.db.close)

    app = Starlette(
        routes=_routes(),
        lifespan=lifespan,
        middleware=[Middleware(Counted, meter=gateway.meter), Middleware(Guarded)],
        exception_handlers={PageRefused: _refused, HTTPException: _http_error},
    )
    # `/demo/` would be sent on to the name in the Host header, which is the word of whoever asks
    app.router.redirect_slashes = False
    app.state.gateway = gateway
    app.state.token_guesses = Guesses(gateway, "bot token")
    app.state.admin_guesses = Guesses(gateway, "admin key")
    return app


async def _refused(request: Request, refused: Exception) -> Response:
    assert isinstance(refused, PageRefused)
    logs.refused(request, refused)
    headers = {"Retry-After": str(refused.retry_after)} if refused.retry_after else None
    return JSONResponse(refused.body(), refused.status, headers)


async def _http_error(request: Request, error: Exception) -> Response:
    """No such page or method: in the words of whoever asked."""
    assert isinstance(error, HTTPException)
    path = request.url.path
    logs.misled(request, error.status_code)
    if path.startswith(("/bot", "/file/", "/admin", "/health")):
        body = ApiError(error.status_code, error.detail).body()
    elif "/api/" in path:
        body = PageRefused(error.status_code, "not_found", words.BAD_REQUEST).body()
    else:
        return web_pages.notice(words.NOT_FOUND_TITLE, words.NOT_FOUND_BODY, error.status_code)
    return JSONResponse(body, error.status_code, error.headers)


class _Server(uvicorn.Server):
    """Ends the open streams as soon as it is asked to stop, and leaves signals alone when it is a guest."""

    def __init__(self, config: uvicorn.Config, gateway: Gateway, handle_signals: bool) -> None:
        super().__init__(config)
        self._gateway = gateway
        self._handle_signals = handle_signals

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        if not self._handle_signals:
            yield
            return
        with super().capture_signals():
            yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._gateway.hub.close()
        await super().shutdown(sockets)


async def serve(
    host: str,
    port: int,
    data: Path,
    demo: bool = False,
    base_url: str | None = None,
    ready: Callable[[str], None] = lambda url: None,
    *,
    handle_signals: bool = True,
    settings: Settings | None = None,
    local_webhooks: bool | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT (with `handle_signals`) or until cancelled. `ready` gets the address once requests
    are answered; port 0 takes a free one. Raises CannotServe before that."""
    listening = _listen(host, port)
    url = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"
    settings = dataclasses.replace(
        settings or from_environment(),
        local_webhooks=_is_for_itself(host, base_url) if local_webhooks is None else local_webhooks,
    )
    try:
        app = create_app(data, demo=demo, base_url=base_url or url, settings=settings)
    except CannotServe:
        listening.close()
        raise
    gateway: Gateway = app.state.gateway
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,  # paths hold tokens and codes
        server_header=False,
        lifespan="on",
        timeout_keep_alive=75,  # longer than clients keep idle connections, so that none is closed under a request
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )
    server = _Server(config, gateway, handle_signals)
    running = asyncio.create_task(server.serve([listening]))
    try:
        while not server.started and not running.done():
            await asyncio.sleep(0.01)
        if not server.started:
            await running
            raise RuntimeError("the gateway did not start")
        await gateway.db.write(lambda tx: _remember(tx, gateway.base_url or url))
        ready(url)
        await asyncio.shield(running)
    except asyncio.CancelledError:
        server.should_exit = True
        await running
        raise
    finally:
        listening.close()


def _is_for_itself(host: str, base_url: str | None) -> bool:
    """Is this machine all that it serves? Behind a proxy it listens here and serves the world."""
    public = urlsplit(base_url).hostname if base_url else None
    return access.is_loopback(host) and (public is None or access.is_loopback(public))


def _remember(tx: Tx, base_url: str) -> None:
    """So that `add-user` of the command line can print a whole link."""
    meta.put(tx, "base_url", base_url)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # TCP by name: asyncio turns Nagle off only where the socket says so, and with it on the body of an answer waits
        # for the other side's acknowledgement of the headers, 40 ms each time
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except (OSError, UnicodeError, OverflowError):
        raise CannotServe(words.CANNOT_LISTEN.format(host=host, port=port)) from None
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(1024)
    except (OSError, OverflowError) as refused:
        listening.close()
        used = isinstance(refused, OSError) and refused.errno == 98
        sentence = words.PORT_IN_USE if used else words.CANNOT_LISTEN
        raise CannotServe(sentence.format(host=host, port=port)) from None
    return listening
