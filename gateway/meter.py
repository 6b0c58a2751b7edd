"""What is counted for /metrics. Numbers only: no ids, no names, no texts, no addresses."""

import time

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

KINDS = (
    ("bot_api", ("/bot",)),
    ("bot_file", ("/file/",)),
    ("admin", ("/admin",)),
    ("page_file", ("/web/", "/sw.js")),
    ("sign_in", ("/l/", "/b/")),
)
# What only somebody who wants in, or is not who they say, meets; other refusals happen to anybody.
UNUSUAL = ("sign_in", "not_yours", "csrf", "wrong_pin", "too_fast", "barred")
# From a millisecond on a good day to a slow upload.
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)


class Meter:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter("gateway_requests", "Requests answered", ["kind", "status"], registry=self.registry)
        self.seconds = Histogram(
            "gateway_request_seconds", "Time to the first byte of an answer; not of long polls and streams",
            ["kind"], buckets=SECONDS, registry=self.registry,
        )  # fmt: skip
        self.wrong_secrets = Counter(
            "gateway_wrong_secrets", "Tokens, keys and link codes that opened nothing", ["what"], registry=self.registry
        )
        for what in ("bot token", "admin key", "link"):  # at 0 from the start: the first burst is an increase as well
            self.wrong_secrets.labels(what)
        self.refusals = Counter(
            "gateway_refusals", "Requests of people that were refused, by the reason", ["code"], registry=self.registry
        )
        for code in UNUSUAL:
            self.refusals.labels(code)
        self.webhook_calls = Counter(
            "gateway_webhook_calls", "Calls of webhooks, by outcome", ["outcome"], registry=self.registry
        )


class Counted:
    """Counts every answer by the kind of request and the first digit of its status."""

    def __init__(self, app: ASGIApp, meter: Meter) -> None:
        self._app = app
        self._meter = meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        kind, began = kind_of(scope["path"]), time.monotonic()

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._meter.requests.labels(kind, f"{message['status'] // 100}xx").inc()
                if kind not in ("stream", "long_poll"):
                    self._meter.seconds.labels(kind).observe(time.monotonic() - began)
            await send(message)

        await self._app(scope, receive, counted)


def kind_of(path: str) -> str:
    """The kind of request, from its path; what the path names is thrown away."""
    if path.endswith("/api/events"):
        return "stream"
    if path.lower().endswith("/getupdates"):
        return "long_poll"
    for kind, beginnings in KINDS:
        if path.startswith(beginnings):
            return kind
    if path.startswith("/c/"):
        return "page_api" if "/api/" in path else "chat_file" if "/file/" in path else "page"
    return "other"
