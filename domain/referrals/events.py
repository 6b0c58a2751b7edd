"""What can happen to a referral, as facts. Facts are only added; what was wrong is withdrawn with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Act(StrEnum):
    """The values are what `referral_events.kind` holds."""

    RAISED = "raised"
    SENT = "sent"  # `to` the lead unit
    VACANT = "vacant"  # nobody is registered at `to`: the county has it
    ACCEPTED = "accepted"
    RETURNED = "returned"  # with the reason; it lies with the county until it is handed on
    FORWARDED = "forwarded"  # `to` another unit
    STEP = "step"  # detail {"step": …, "next": ISO day}
    RESULT = "result"  # detail {"outcome": …, "until": ISO day}
    TOLD = "told"  # the family was told, by the director
    CONSENT = "consent"  # detail {"given": yes | no}
    CLAIMED = "claimed"  # detail {"helper": id}: somebody takes a need up
    UNCLAIMED = "unclaimed"
    NUDGED = "nudged"  # detail {"clock": …, "since": ISO day}: the unit was reminded
    RISEN = "risen"  # the same: the county was told
    MOVED = "moved"  # the child lives in another village: from `unit` to `to`
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Event:
    """One thing that happened. `unit` is whose post did it, `to` where it went."""

    kind: Act
    at: datetime
    person: str | None = None
    unit: str | None = None
    to: str | None = None
    note: str | None = None
    detail: Mapping[str, str] | None = None

    def said(self, key: str) -> str | None:
        return (self.detail or {}).get(key)
