"""紧急查看: a child's file of another place, opened in an emergency, for half an hour.

A child found on the road is helped by whoever is there, not by whoever keeps its file. So a director or a supervisor may
open what is needed at once, for one of four reasons; the county and the supervisor concerned are told at once, and it
ends by itself. Source: 未成年人网络保护条例 art. 36 (least authority, recorded); 未成年人保护法 art. 4 (the child's best interest).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

REASONS = ("found", "hurt", "danger", "disaster")  # 走失找到 · 受伤生病 · 正有危险 · 灾害转移
LASTS = timedelta(minutes=30)
MOST_A_DAY = 3  # further ones go by telephone: the county sees everything anyway
SEARCHES_A_DAY = 12  # a name mistyped a few times for each; more would be to find out who there is
SEARCHED = "glass.searched"


@dataclass(frozen=True)
class Opening:
    """One file opened by one person. `ended_at`: the county closed it before its time."""

    id: str
    child_id: str
    unit: str
    by: str
    reason: str
    at: datetime
    until: datetime
    ended_at: datetime | None = None

    def open_at(self, now: datetime) -> bool:
        return self.at <= now < self.until and self.ended_at is None
