"""Token buckets in memory: a limit is about the last seconds, so a restart may forget it."""

import math
from collections.abc import Hashable

from gateway.settings import Rate

MOST_KEPT = 10_000


class Limits:
    """`take` answers 0 when there is room, else the whole seconds to wait."""

    def __init__(self) -> None:
        self._buckets: dict[Hashable, tuple[float, float]] = {}  # key -> (tokens, when)

    def take(self, key: Hashable, rate: Rate | None, now: float) -> int:
        if rate is None:
            return 0
        tokens = self._tokens(key, rate, now)
        self._buckets.pop(key, None)
        if len(self._buckets) >= MOST_KEPT:
            del self._buckets[next(iter(self._buckets))]  # the one not used for longest
        if tokens >= 1:
            self._buckets[key] = (tokens - 1, now)
            return 0
        self._buckets[key] = (tokens, now)
        return _seconds(tokens, rate)

    def left(self, key: Hashable, rate: Rate | None, now: float) -> int:
        """What `take` would answer; nothing is taken."""
        tokens = self._tokens(key, rate, now) if rate else 1
        return _seconds(tokens, rate) if rate and tokens < 1 else 0

    def _tokens(self, key: Hashable, rate: Rate, now: float) -> float:
        tokens, then = self._buckets.get(key, (rate.burst, now))
        return min(rate.burst, tokens + max(0.0, now - then) * rate.per_second)


def _seconds(tokens: float, rate: Rate) -> int:
    return max(1, math.ceil((1 - tokens) / rate.per_second))
