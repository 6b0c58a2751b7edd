"""The wall's own small server: a page, its figures, and a session that began with a one-time link from the chat.

The link's word stands behind the `#`, so it reaches no log and no proxy, and a program that merely looks at links opens
nothing: the page hands it in. A strict content policy, no outside request, and nothing is stored in the browser.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
import uvicorn
from sqlalchemy import Connection
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from bot.wall import figures
from db import journal, people, wall
from db.migrate import put_meta
from db.session import Database
from domain.access import Denied
from domain.units import UnitTree

log = structlog.get_logger("wall")

URL = "wall_url"  # in meta: where the wall is, for the link in the chat
COOKIE = "xm_wall"
PAGE = Path(__file__).parent / "page"
PARTS = ("wall.css", "wall.js", "icon.svg")
FRESH = timedelta(seconds=20)  # several screens of one person ask the database once
LONGEST_KEY = 200
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
Clock = Callable[[], datetime]


def application(
    db: Database, tree: UnitTree, *, demo: bool, secure: bool = False, now: Clock = lambda: datetime.now(UTC)
) -> Starlette:
    """The wall as an ASGI application; `secure` where people reach it by https."""
    kept: dict[int, tuple[datetime, dict[str, Any]]] = {}
    # over https the browser holds the name to this very host, and asks for the whole of it as its path
    cookie, path = (f"__Host-{COOKIE}", "/") if secure else (COOKIE, "/wall")
    headers = {**HEADERS, **(HTTPS_ONLY if secure else {})}

    async def open_(request: Request) -> Response:
        key = await _key(request)
        done = await db.run(lambda conn: _open(conn, key, now())) if key else None
        if done is None:
            return JSONResponse({"ok": False}, 403, headers=headers)
        session, until = done
        answer = JSONResponse({"ok": True}, headers=headers)
        seconds = int((until - now()).total_seconds())
        answer.set_cookie(cookie, session, max_age=seconds, path=path, secure=secure, httponly=True, samesite="lax")
        return answer

    async def numbers(request: Request) -> Response:
        session = request.cookies.get(cookie, "")
        moment = now()
        found = await db.read(lambda conn: wall.chat_of(conn, session, moment)) if session else None
        if found is None:
            return JSONResponse({"ok": False}, 401, headers=headers)
        chat, until = found
        try:
            made, shown = kept.get(chat, (None, {}))
            # whoever has lost the post meanwhile sees nothing more, cached or not
            await db.read(lambda conn: figures.work_of(conn, chat, moment, tree, demo=demo))
            if made is None or not timedelta(0) <= moment - made < FRESH:
                shown = await db.read(
                    lambda conn: figures.figures(figures.work_of(conn, chat, moment, tree, demo=demo))
                )
                shown |= {
                    "clocks": await db.run(
                        lambda conn: figures.clocks(figures.work_of(conn, chat, moment, tree, demo=demo))
                    )
                }
                kept[chat] = (moment, shown)
        except Denied:
            return JSONResponse({"ok": False}, 401, headers=headers)
        return JSONResponse({**shown, "seconds_left": int((until - moment).total_seconds())}, headers=headers)

    async def close(request: Request) -> Response:
        session = request.cookies.get(cookie, "")
        if _same_site(request) and session:
            await db.run(lambda conn: wall.close(conn, session, now()))
        answer = JSONResponse({"ok": True}, headers=headers)
        answer.delete_cookie(cookie, path=path, secure=secure, httponly=True, samesite="lax")
        return answer

    async def refused(request: Request, problem: Exception) -> Response:
        """No such page or method, or a failure of ours: nothing of the inside, and the same headers."""
        status = problem.status_code if isinstance(problem, HTTPException) else 500
        return JSONResponse({"ok": False}, status, headers=headers)

    app = Starlette(
        exception_handlers={HTTPException: refused, Exception: refused},
        routes=[
            Route("/wall", _file("wall.html", headers)),
            Route("/wall/open", open_, methods=["POST"]),
            Route("/wall/close", close, methods=["POST"]),
            Route("/wall/figures", numbers),
            *(Route(f"/wall/{name}", _file(name, headers)) for name in PARTS),
        ],
    )
    app.router.redirect_slashes = False  # it would send people on to whatever host their request names
    return app


def _file(name: str, headers: dict[str, str]) -> Callable[[Request], Awaitable[Response]]:
    async def file(request: Request) -> Response:
        return FileResponse(PAGE / name, headers=headers)

    return file


def _same_site(request: Request) -> bool:
    return request.headers.get("sec-fetch-site", "same-origin") == "same-origin"


async def _key(request: Request) -> str | None:
    """The link's word handed in by our own page; nothing else."""
    if not _same_site(request) or request.headers.get("content-type", "") != "application/json":
        return None
    announced = request.headers.get("content-length", "")
    if not announced.isdecimal() or int(announced) > LONGEST_KEY:  # refused before it is read
        return None
    body = await request.body()
    try:
        return body.decode("ascii").strip('"') or None
    except UnicodeDecodeError:
        return None


def _open(conn: Connection, key: str, now: datetime) -> tuple[str, datetime] | None:
    done = wall.open_link(conn, key, now)
    found = wall.chat_of(conn, done[0], now) if done else None
    if done is None or found is None:
        return None
    me = people.me_of(conn, found[0])
    journal.note(conn, now, "wall.opened", person=me.person_id if me else None)
    return done


async def serve(db: Database, tree: UnitTree, *, demo: bool, host: str, port: int, address: str | None) -> None:
    """Until cancelled. A port in use is no reason not to start: another one is taken, and the link names it."""
    door = _door(host, port)
    url = address or f"http://{host if ':' not in host else f'[{host}]'}:{door.getsockname()[1]}"
    await db.run(lambda conn: put_meta(conn, URL, url.rstrip("/")))
    config = uvicorn.Config(
        application(db, tree, demo=demo, secure=url.startswith("https://")), log_config=None, access_log=False,
        server_header=False, timeout_graceful_shutdown=2, lifespan="off",
    )  # fmt: skip
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment] # ours are set already
    try:
        await server.serve(sockets=[door])
    finally:
        door.close()


def _door(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for wanted in (port, 0):
        door = socket.socket(family)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, wanted))
        except OSError as problem:
            door.close()
            if not wanted:
                raise
            log.warning("wall_port", port=port, trouble=type(problem).__name__)
            continue
        return door
    raise AssertionError("unreachable")
