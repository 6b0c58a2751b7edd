"""Waking a phone whose page is closed (Web Push), where its browser has that: a bonus. Chrome's push service is out of
reach on the mainland, so a push that was accepted proves nothing and nothing waits for one.

A push carries the number of the message and whether it is urgent, sealed for the browser; never words or names. It is
tried in the background, a few times, and forgotten with a restart.
"""

import asyncio
import base64
import contextlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from starlette.requests import Request

from gateway import words
from gateway.access import Access
from gateway.addresses import GuardedResolver, forbidden_host, is_among
from gateway.context import Gateway, log, log_failure
from gateway.errors import PageRefused
from gateway.params import read_page_json
from gateway.store import groups, push
from gateway.store.database import Arrived, Tx
from gateway.store.vault import write_secret

Json = dict[str, Any]
KEY_FILE = "vapid.key"
SENDERS = 4
MOST_WAITING = 10_000
MOST_TRIES = 4
TIMEOUT_SECONDS = 10
KEPT_SECONDS = 24 * 3600  # by the push service, for a phone that is off
LONGEST_ENDPOINT = 2000
POINT, SECRET = 65, 16  # the bytes of a browser's public key and of its secret


@dataclass(frozen=True)
class Job:
    arrived: Arrived
    subscription: Json | None = None  # None: look who is to be woken
    tries: int = 0


def open_key(data: Path) -> ec.EllipticCurvePrivateKey:
    """The key by which push services know this gateway, made at the first start."""
    path = data / KEY_FILE
    if not path.exists():
        made = ec.generate_private_key(ec.SECP256R1())
        text = made.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        with contextlib.suppress(FileExistsError):
            write_secret(path, text.decode())
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("not a key for push")
    return key


def public_key(key: ec.EllipticCurvePrivateKey) -> str:
    """As the page hands it to the browser."""
    point = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


async def subscribe(asking: Access, request: Request) -> Json:
    """POST push {subscription}"""
    given = (await read_page_json(request)).get("subscription")
    settings = asking.gateway.settings
    subscription = checked(given, settings.local_push, settings.push_hosts)
    await asking.gateway.db.write(lambda tx: push.put(tx, asking.session, asking.person.id, subscription))
    return {}


async def unsubscribe(asking: Access, request: Request) -> Json:
    """POST push/remove {endpoint}"""
    endpoint = (await read_page_json(request)).get("endpoint")
    if not isinstance(endpoint, str):
        raise PageRefused(400, "bad_request", words.BAD_REQUEST)
    await asking.gateway.db.write(lambda tx: push.remove(tx, asking.person.id, endpoint))
    return {}


def checked(given: Any, local: bool, hosts: tuple[str, ...] | None) -> Json:
    """A browser's subscription, only what is needed of it. Its endpoint is one of the push services and does not lead
    into the server or its network: a person could have written it. Raises PageRefused."""
    refused = PageRefused(400, "bad_request", words.NO_PUSH)
    try:
        endpoint, keys = given["endpoint"], given["keys"]
        parts = urlsplit(endpoint)
        port = parts.port
        sizes = [len(_bytes(keys[name])) for name in ("p256dh", "auth")]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise refused from None
    safe = parts.scheme == "https" and port in (None, 443) and not parts.username
    if sizes != [POINT, SECRET] or len(endpoint) > LONGEST_ENDPOINT or not (safe or local):
        raise refused
    if not parts.hostname or forbidden_host(parts.hostname, local) or not (local or is_among(parts.hostname, hosts)):
        raise refused
    return {"endpoint": endpoint, "keys": {"p256dh": keys["p256dh"], "auth": keys["auth"]}}


class Pushes:
    """Sends what arrived to the browsers of those who have no page open on it."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._key = open_key(gateway.data)
        self.public_key = public_key(self._key)
        self._jobs: asyncio.Queue[Job] = asyncio.Queue(MOST_WAITING)
        self._senders: list[asyncio.Task[None]] = []
        self._session: aiohttp.ClientSession | None = None
        self._passed_over: set[str] = set()  # hosts that were told of in the log

    async def start(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=GuardedResolver(self._gateway.settings.local_push), limit=SENDERS),
            timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
        )
        self._senders = [asyncio.create_task(self._send_all()) for _ in range(SENDERS)]

    async def stop(self) -> None:
        for sender in self._senders:
            sender.cancel()
        await asyncio.gather(*self._senders, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def arrived(self, arrived: Arrived) -> None:
        """Called after the commit; never waits."""
        self._put(Job(arrived))

    def _put(self, job: Job) -> None:
        with contextlib.suppress(asyncio.QueueFull):  # a bonus: with this many waiting, one less is nothing
            self._jobs.put_nowait(job)

    async def _send_all(self) -> None:
        while True:
            job = await self._jobs.get()
            try:
                if job.subscription is None:
                    await self._look(job)
                else:
                    await self._try(job, job.subscription)
            except Exception as broken:
                log_failure("push", broken)

    async def _look(self, job: Job) -> None:
        """Whose browsers are to be woken? Everyone's who has no page open on this chat; an urgent message wakes all."""
        arrived, hub = job.arrived, self._gateway.hub
        if arrived.chat_id > 0 and not arrived.urgent and hub.shows(arrived.chat_id, arrived.chat_id):
            return  # the usual case, without a look into the store

        def look(tx: Tx) -> list[Json]:
            chat_id = arrived.chat_id
            people = [chat_id] if chat_id > 0 else [member.user_id for member in groups.members(tx, chat_id)]
            return push.of(tx, [one for one in people if arrived.urgent or not hub.shows(one, chat_id)])

        for subscription in await self._gateway.db.read(look):
            self._put(replace(job, subscription=subscription))

    async def _try(self, job: Job, subscription: Json) -> None:
        endpoint = subscription["endpoint"]
        if not self._may_call(urlsplit(endpoint).hostname or ""):
            return
        try:
            status = await self._post(subscription, job.arrived)
        except (aiohttp.ClientError, OSError, TimeoutError) as failed:
            status = 0
            log.info("a push could not be sent: %s", type(failed).__name__)
        # 403: it was made for another key (a restored gateway); the page makes a new one when it is opened next
        if status in (403, 404, 410):
            await self._gateway.db.write(lambda tx: push.gone(tx, endpoint))
        elif (status == 0 or status == 429 or status >= 500) and job.tries + 1 < MOST_TRIES:
            pause = self._gateway.settings.push_first_pause * 4**job.tries
            asyncio.get_running_loop().call_later(pause, self._put, replace(job, tries=job.tries + 1))

    def _may_call(self, host: str) -> bool:
        """Subscriptions outlive settings: a host that is no longer among them is passed over and its subscriptions stay.
        A slip of the pen in GATEWAY_PUSH_HOSTS must not cost every phone its reminders."""
        settings = self._gateway.settings
        known = settings.local_push or is_among(host, settings.push_hosts)
        if known and not forbidden_host(host, settings.local_push):
            return True
        if host not in self._passed_over:
            self._passed_over.add(host)
            log.warning("pushes to %s are left out: it is not among GATEWAY_PUSH_HOSTS", host)
        return False

    async def _post(self, subscription: Json, arrived: Arrived) -> int:
        assert self._session is not None
        endpoint = subscription["endpoint"]
        body = json.dumps({"code": arrived.message_id, "urgent": arrived.urgent}).encode()
        sealed, signed = await asyncio.to_thread(self._sealed, subscription, body)
        headers = {
            **signed,
            "Content-Type": "application/octet-stream",
            "Content-Encoding": "aes128gcm",
            "TTL": str(KEPT_SECONDS),
            "Urgency": "high" if arrived.urgent else "normal",
        }
        async with self._session.post(endpoint, data=sealed, headers=headers, allow_redirects=False) as response:
            return response.status

    def _sealed(self, subscription: Json, body: bytes) -> tuple[bytes, dict[str, str]]:
        """For this browser's eyes only, and signed so that its push service takes it from nobody else."""
        from py_vapid import Vapid02  # type: ignore[import-untyped]  # here: whoever sends no push needs not the memory
        from pywebpush import WebPusher  # type: ignore[import-untyped]

        parts = urlsplit(subscription["endpoint"])
        claims = {
            "sub": self._gateway.settings.push_contact,
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": self._gateway.now() + KEPT_SECONDS // 2,
        }
        sealed = WebPusher(subscription).encode(body, content_encoding="aes128gcm")
        return bytes(sealed["body"]), dict(Vapid02(private_key=self._key).sign(claims))


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
