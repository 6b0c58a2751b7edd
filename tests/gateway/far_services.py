"""Services on the other side of the wire, on this machine: a push service that really decrypts, a county's SMS hook."""

from __future__ import annotations

import asyncio
import base64
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import http_ece
from aiohttp import web
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

Json = dict[str, Any]


@dataclass
class Got:
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Json:
        return json.loads(self.body)  # type: ignore[no-any-return]


@dataclass
class Service:
    """Keeps what it is sent; answers with `statuses` one after the other, then with `usual`."""

    usual: int = 201
    url: str = ""
    statuses: list[int] = field(default_factory=list)
    got: list[Got] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def answer(self, request: web.Request) -> web.Response:
        got = Got(request.path, dict(request.headers), await request.read())
        async with self._news:
            self.got.append(got)
            self._news.notify_all()
        return web.Response(status=self.statuses.pop(0) if self.statuses else self.usual)

    async def wait_for(self, count: int) -> list[Got]:
        async with asyncio.timeout(10), self._news:
            await self._news.wait_for(lambda: len(self.got) >= count)
        return self.got


@asynccontextmanager
async def service(usual: int = 201) -> AsyncIterator[Service]:
    kept = Service(usual)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", kept.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    kept.url = site.name
    yield kept
    await runner.cleanup()


class Browser:
    """A browser's half of Web Push: its subscription, and opening what was sealed for it."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._secret = os.urandom(16)

    def subscription(self) -> Json:
        point = self._key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {"endpoint": self.endpoint, "keys": {"p256dh": _text(point), "auth": _text(self._secret)}}

    def opened(self, got: Got) -> Json:
        assert got.headers["Content-Encoding"] == "aes128gcm"
        plain = http_ece.decrypt(got.body, private_key=self._key, auth_secret=self._secret, version="aes128gcm")
        return json.loads(plain)  # type: ignore[no-any-return]


def signed_claims(got: Got, public_key: str) -> Json:
    """What the gateway signed for the push service; raises when it was not signed with `public_key`."""
    scheme, _, parameters = got.headers["Authorization"].partition(" ")
    parts = dict(part.strip().split("=", 1) for part in parameters.split(","))
    assert (scheme, parts["k"]) == ("vapid", public_key)
    signed, _, signature = parts["t"].rpartition(".")
    raw = _bytes(signature)
    der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(public_key))
    key.verify(der, signed.encode(), ec.ECDSA(hashes.SHA256()))
    return json.loads(_bytes(signed.split(".")[1]))  # type: ignore[no-any-return]


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
