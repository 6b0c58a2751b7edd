"""Whoever guesses tokens or keys: remembered by address, slowed down, and written to the log (the address, never what
was tried). The comparing itself is in constant time, where the secrets are."""

import hashlib
import time
from collections.abc import Hashable

from gateway.context import Gateway, log
from gateway.errors import ApiError, too_many

MOST_KNOWN = 1000


class Guesses:
    """An address with too many wrong tries gets no more answers for a while. Secrets that opened before go on working
    from there, so that nobody behind the same address can lock a running bot out."""

    def __init__(self, gateway: Gateway, what: str) -> None:
        self._gateway = gateway
        self._what = what
        self._known: dict[bytes, None] = {}

    def look(self, address: str, secret: str) -> None:
        """Before anything is compared. Raises ApiError 429."""
        if _digest(secret) in self._known:
            return
        seconds = self._gateway.limits.left(self._key(address), self._gateway.settings.wrong_tokens, time.monotonic())
        if seconds:
            raise too_many(seconds)

    def right(self, secret: str) -> None:
        self._known.pop(digest := _digest(secret), None)
        self._known[digest] = None
        if len(self._known) > MOST_KNOWN:
            del self._known[next(iter(self._known))]

    def wrong(self, address: str, secret: str, refusal: ApiError) -> ApiError:
        """What to answer to a secret that opens nothing."""
        self._known.pop(_digest(secret), None)  # it was taken away
        self._gateway.meter.wrong_secrets.labels(self._what).inc()
        seconds = self._gateway.limits.take(
            self._key(address), self._gateway.settings.wrong_tokens, time.monotonic()
        )  # fmt: skip
        log.warning("a wrong %s from %s", self._what, address or "?")
        return too_many(seconds) if seconds else refusal

    def _key(self, address: str) -> Hashable:
        return ("wrong_tokens", self._what, address)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode(errors="replace")).digest()
