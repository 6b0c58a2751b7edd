"""What the gateway writes down about itself: one JSON object a line, in UTC, with the same first fields as the bot's log.

Ids only: user, device, bot, address and the kind of thing; never a name, a word somebody wrote, a token, a code or a
path with one in it. Everything is escaped to ASCII, so nothing that came from outside can end a line or look like one.
"""

import json
import logging
import time
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request

from gateway.context import Gateway, log, places
from gateway.errors import PageRefused
from gateway.meter import UNUSUAL
from gateway.settings import Rate

# The same refusal from the same address: so often it is written down; `gateway_refusals_total` counts every one.
WRITTEN = Rate(20, 0.2)


class Lines(logging.Formatter):
    """One record, one line. Of an exception its kind and its places in the code: its words may be somebody's.

    asyncio's first line says what happened; below it names the task with its exception, words and all.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage() if record.name == log.name else record.getMessage().partition("\n")[0],
            **getattr(record, "ids", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["trouble"] = type(record.exc_info[1]).__name__
            line["at"] = places(record.exc_info[1])
        return json.dumps(line, default=str)


def set_up(to: logging.Handler, level: int = logging.INFO) -> None:
    """For a gateway that runs by itself; inside another program that one's logging holds."""
    to.setFormatter(Lines())
    to.addFilter(_ours_or_a_warning)
    logging.getLogger().handlers = [to]
    logging.getLogger().setLevel(level)


def _ours_or_a_warning(record: logging.LogRecord) -> bool:
    """What libraries chat about below WARNING is what they are given."""
    return record.name == log.name or record.levelno >= logging.WARNING


def done(what: str, request: Request, **ids: object) -> None:
    """Something about who may come in has changed: signed in, signed out, a PIN, a key used."""
    log.info(what, extra={"ids": {**ids, "from": _address(request)}})


def refused(request: Request, refusal: PageRefused) -> None:
    """Somebody was not let in or not let do something."""
    _write(request, refusal.code, refusal.status, refusal.code in UNUSUAL)


def misled(request: Request, status: int) -> None:
    """An address or a method there is none of, or a body no page of ours sends."""
    code = {404: "no_such_address", 405: "no_such_method"}.get(status, "bad_request")
    _write(request, code, status, status == 405)


def _write(request: Request, code: str, status: int, unusual: bool) -> None:
    gateway: Gateway = request.app.state.gateway
    gateway.meter.refusals.labels(code).inc()
    address = _address(request)
    if gateway.limits.take(("written", code, address), WRITTEN, time.monotonic()):
        return
    route = getattr(request.scope.get("route"), "path", None)
    ids = {"code": code, "status": status, "method": request.method[:16], "route": route, "from": address}
    user = request.path_params.get("user")
    log.log(
        logging.WARNING if unusual else logging.INFO,
        "refused", extra={"ids": ids | ({"user": user} if isinstance(user, int) else {})},
    )  # fmt: skip


def _address(request: Request) -> str:
    return request.client.host if request.client else "?"
