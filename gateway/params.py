"""From a request to raw parameters: query, JSON, form or multipart, never more bytes than allowed."""

import json
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Message

from gateway import words
from gateway.errors import ApiError, PageRefused, bad

MOST_PARTS = 100


class TooBig(Exception):
    """The body is longer than allowed."""


@dataclass(frozen=True)
class Upload:
    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Body:
    values: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)


def limited(request: Request, most_bytes: int) -> Request:
    """The same request; reading more than `most_bytes` of its body raises TooBig.

    What is only somewhat too big is taken in and thrown away first: a browser that is cut off while it sends sees a
    broken line instead of our answer, and would try again for ever.
    """
    announced = request.headers.get("content-length", "")
    patience = 4 * most_bytes
    too_big = announced.isdecimal() and int(announced) > most_bytes
    if too_big and int(announced) > patience:
        raise TooBig
    receive = request.receive
    seen = 0

    async def counting() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        while (too_big or seen > most_bytes) and seen <= patience and message.get("more_body"):
            message = await receive()
            seen += len(message.get("body", b""))
        if too_big or seen > most_bytes:
            raise TooBig
        return message

    return Request(request.scope, counting)


async def read_form(request: Request) -> Body:
    """A form of either kind. Raises ValueError when it is none."""
    try:
        async with request.form(max_files=MOST_PARTS, max_fields=MOST_PARTS) as form:
            values: dict[str, Any] = {}
            uploads: dict[str, Upload] = {}
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    kind = value.content_type or "application/octet-stream"
                    uploads[name] = Upload(value.filename or "", kind, await value.read())
                else:
                    values[name] = value
            return Body(values, uploads)
    except (HTTPException, MultiPartException, KeyError, UnicodeDecodeError):
        raise ValueError("not a form") from None


def says_json(request: Request) -> bool:
    """Is the body called what it is? A form of another site can send only other types without being asked first."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    empty = request.headers.get("content-length", "0") == "0" and "transfer-encoding" not in request.headers
    return kind == "application/json" or empty


async def read_page_json(request: Request, most_bytes: int = 16 * 1024) -> dict[str, Any]:
    """The JSON object a page sends; no body at all is an empty one. Raises PageRefused."""
    if not says_json(request):
        raise PageRefused(415, "bad_type", words.BAD_REQUEST)
    try:
        body = json.loads(await limited(request, most_bytes).body() or b"{}")
    except TooBig:
        raise PageRefused(413, "too_long", words.FAR_TOO_LONG) from None
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise PageRefused(400, "bad_request", words.BAD_REQUEST)
    return body


async def read_page_form(request: Request, most_bytes: int) -> FormData:
    """The small form of a page the server wrote itself. Raises HTTPException."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("", "application/x-www-form-urlencoded"):  # a button alone sends neither a body nor a type
        raise HTTPException(415)
    try:
        return await limited(request, most_bytes).form(max_files=0, max_fields=MOST_PARTS * 10)
    except TooBig:
        raise HTTPException(413) from None


async def read_body(request: Request, most_bytes: int) -> Body:
    """The parameters of a Bot API call. Raises ApiError."""
    values: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        request = limited(request, most_bytes)
        if kind == "application/json":
            given = json.loads(await request.body() or b"{}")
            if not isinstance(given, dict):
                raise ValueError
            return Body(values | given)
        if kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
            form = await read_form(request)
            return Body(values | form.values, form.uploads)
    except TooBig:
        raise ApiError(413, "Request Entity Too Large") from None
    except (ValueError, RecursionError):
        words = "can't parse request parameters"
        raise bad(f"{words} JSON object" if kind == "application/json" else words) from None
    return Body(values)
