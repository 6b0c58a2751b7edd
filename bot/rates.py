"""How many messages may leave, in all and to each chat."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field


@dataclass
class Rates:
    """What the server permits. Telegram: 30 a second in all, about one a second to a person, 20 a minute to a group.

    Overall it is a window a little longer than the second (what leaves here evenly may arrive a little bunched), and
    within it an even pace after the first few: 29 a second in the long run.
    """

    overall: float = 30.0
    window: float = 1.035
    at_once: int = 6
    private_gap: float = 1.0
    private_burst: int = 3
    group_a_minute: int = 18
    _stamps: deque[float] = field(default_factory=deque)
    _paced: float = 0.0  # when the next would leave if all went evenly
    _of_chat: dict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def full(self, now: float) -> float:
        """Seconds until anything at all may go again; 0 if it may now."""
        while self._stamps and self._stamps[0] <= now - self.window:
            self._stamps.popleft()
        of_window = self._stamps[0] + self.window - now if len(self._stamps) >= self.overall else 0.0
        pace = self.window / self.overall
        return max(of_window, self._paced - self.at_once * pace - now, 0.0)

    def wait(self, chat_id: int, now: float) -> float:
        """Seconds until one more message may go to this chat; 0 takes the place."""
        full = self.full(now)
        if full > 0:
            return full
        mine = self._of_chat[chat_id]
        window, most = (60.0, self.group_a_minute) if chat_id < 0 else (
            self.private_gap * self.private_burst, self.private_burst
        )  # fmt: skip
        while mine and mine[0] <= now - window:
            mine.popleft()
        if len(mine) >= most:
            return mine[0] + window - now
        self._stamps.append(now)
        self._paced = max(self._paced, now) + self.window / self.overall
        mine.append(now)
        if len(self._of_chat) > 5000:
            for idle in [chat for chat, stamps in self._of_chat.items() if not stamps or stamps[-1] <= now - 60]:
                del self._of_chat[idle]
        return 0.0


@dataclass
class NoRates(Rates):
    """A server that has set no limits so far."""

    def full(self, now: float) -> float:
        return 0.0

    def wait(self, chat_id: int, now: float) -> float:
        return 0.0


UNLIMITED = NoRates()
