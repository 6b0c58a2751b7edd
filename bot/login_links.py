"""One-time login links to our own gateway, and their QR codes.

A handler runs inside a transaction and never calls the network, so it queues the message with a hole for the link;
the sender has the link made just before it sends.
"""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import segno
from telegram.error import NetworkError

HOLE = "{link}"
ORDER = "_login_link"  # the key among an outbox row's params; never sent to the server

LinkMaker = Callable[[dict[str, Any]], Awaitable[str]]


def qr_png(link: str) -> bytes:
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="png", scale=8, border=4)
    return out.getvalue()


def order(start: str, first_name: str, hours: int) -> dict[str, Any]:
    """What the sender needs to have a link made."""
    return {"start": start, "first_name": first_name, "ttl_seconds": hours * 3600}


def sign_out(user_id: int) -> dict[str, Any]:
    """What the sender needs to have every session of somebody ended before it sends the word that this was done."""
    return {"sign_out": user_id}


def maker(url: str, key_file: Path, bot: Callable[[], str]) -> LinkMaker | None:
    """Asks the gateway at `url` with its admin key; None where there is no such key on this machine."""
    if not key_file.exists():
        return None
    headers = {"Authorization": f"Bearer {key_file.read_text().strip()}"}

    async def make(wanted: dict[str, Any]) -> str:
        user_id = wanted.get("sign_out")
        path, body = ("invites", {"bot": bot(), **wanted}) if user_id is None else ("sign-out", {"user_id": user_id})
        try:
            async with (
                aiohttp.ClientSession(headers=headers) as http,
                http.post(f"{url}/admin/{path}", json=body) as answer,
            ):
                answer.raise_for_status()
                return str((await answer.json())["url"]) if user_id is None else ""
        except (aiohttp.ClientError, OSError, KeyError, ValueError) as problem:
            raise NetworkError(f"no login link ({type(problem).__name__})") from problem

    return make
