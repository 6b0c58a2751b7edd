"""演练: how an exercise went, from what happened: to receipt, to feedback, which clocks rose and whether they were seen.

A drill is a report like any other (events.py, clocks.py) that is counted nowhere; only its end is its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.reports.events import Act, Event

ENDS_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class DeskTimes:
    """One department: how long it took, None where it has not happened."""

    unit: str
    to_receipt: timedelta | None
    to_feedback: timedelta | None


@dataclass(frozen=True)
class Risen:
    """One clock that ran out: to which rung it went, and after how long somebody acknowledged it."""

    clock: str
    desk: str
    rung: str
    seen_after: timedelta | None


@dataclass(frozen=True)
class Debrief:
    """What there is to talk about afterwards. Departments in the order they were told; nobody's name."""

    desks: tuple[DeskTimes, ...]
    rises: tuple[Risen, ...]
    called_after: timedelta | None  # until 110 was said to have been called


def debrief(events: Iterable[Event]) -> Debrief:
    """The times of an exercise so far."""
    told: dict[str, datetime] = {}
    received: dict[str, datetime] = {}
    answered: dict[str, datetime] = {}
    rises: dict[tuple[str, str, str], Risen] = {}
    rose_at: dict[tuple[str, str, str], datetime] = {}
    filed = called = None
    for event in events:
        match event.kind:
            case Act.FILED:
                filed = event.at
            case Act.CALLED:
                called = called or event.at
            case Act.SENT | Act.FORWARDED if event.to:
                told.setdefault(event.to, event.at)
            case Act.RECEIVED if event.unit:
                received.setdefault(event.unit, event.at)
            case Act.ANSWER if event.unit:
                answered.setdefault(event.unit, event.at)
            case Act.ESCALATED | Act.ACKNOWLEDGED:
                key = (event.said("clock") or "", event.said("desk") or "", event.said("since") or "")
                if event.kind is Act.ESCALATED:
                    rose_at.setdefault(key, event.at)
                    seen = rises[key].seen_after if key in rises else None
                    rises[key] = Risen(key[0], key[1], event.said("rung") or "", seen)
                elif key in rises and rises[key].seen_after is None:
                    rises[key] = Risen(key[0], key[1], rises[key].rung, event.at - rose_at[key])
    return Debrief(
        tuple(
            DeskTimes(unit, _since(at, received.get(unit)), _since(at, answered.get(unit))) for unit, at in told.items()
        ),
        tuple(rises.values()),
        _since(filed, called) if filed else None,
    )


def _since(start: datetime, end: datetime | None) -> timedelta | None:
    return end - start if end is not None else None
