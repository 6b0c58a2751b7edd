"""The outermost layer: security headers on every answer, and no traceback for anybody."""

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import words
from gateway.context import log_failure

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "media-src 'self' blob:; form-action 'self'; frame-ancestors 'self'; frame-src 'self'; base-uri 'none'; manifest-src 'self'"
)
FILE_CSP = "default-src 'none'; frame-ancestors 'self'; sandbox"
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    # not no-referrer: with that a form post would carry `Origin: null`, and the sign-in looks at its origin
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
HTTPS_ONLY = "max-age=31536000; includeSubDomains"
# An answer for programs that is opened as a page is saved under a plain name, never shown.
API_ANSWER = 'attachment; filename="api.json"'
# The page's immutable files are nobody's secret and never a page of their own; there are dozens of them, and on a slow
# network every line counts.
PAGE_FILES = "/web/v/"
FOR_PAGE_FILES = ("X-Content-Type-Options", "Cross-Origin-Resource-Policy")


class Guarded:
    """Adds the headers an answer does not have yet, and turns any failure of ours into one plain sentence."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                kind = headers.get("Content-Type", "")
                page = kind.startswith("text/html")
                if kind.startswith("application/json") and not scope["path"].startswith("/health"):
                    headers.setdefault("Content-Disposition", API_ANSWER)
                lean = scope["path"].startswith(PAGE_FILES) and not page
                for name, value in HEADERS.items():
                    if not lean or name in FOR_PAGE_FILES:
                        headers.setdefault(name, value)
                if scope.get("scheme") == "https":
                    headers.setdefault("Strict-Transport-Security", HTTPS_ONLY)
            await send(message)

        try:
            await self._app(scope, receive, guarded)
        except ClientDisconnect:
            return  # hung up in the middle of the request: no failure, and nobody to answer
        except Exception as broken:
            log_failure("request", broken)
            if not started:
                body = {"error": {"code": "our_fault", "message": words.OUR_FAULT}}
                await JSONResponse(body, 500)(scope, receive, guarded)
