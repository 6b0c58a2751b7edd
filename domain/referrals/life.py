"""Where a referral stands: one pure function (life, event) → life, folded over what happened.

`after` never refuses: what is stored has happened. Whether a step may be taken is asked before (steps.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from domain.calendar import local_day
from domain.referrals.events import Act, Event


class State(StrEnum):
    """The words are in locales/ under referral.state.<value>."""

    WAITING = "waiting"  # 等接收
    RETURNED = "returned"  # 退回, the county finds the next
    ACCEPTED = "accepted"  # 已接收
    WORKING = "working"  # 办理中
    DONE = "done"  # 有结果: the family is still to be told
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


OVER = (State.CLOSED, State.WITHDRAWN)
IN_HAND = (State.WAITING, State.RETURNED, State.ACCEPTED, State.WORKING)
Run = tuple[str, date]  # a clock, and the day its run began


@dataclass(frozen=True)
class Life:
    """All that a referral has come to. Made by `life`; never by hand."""

    state: State = State.WAITING
    family: bool = True
    by_village: bool = False  # the unit that holds it is the child's own village
    desk: str | None = None
    raised_at: datetime | None = None
    sent_at: datetime | None = None
    accepted_at: datetime | None = None
    word_at: datetime | None = None  # the last word of the unit that holds it
    first_help_at: datetime | None = None  # the first step or result of anybody
    steps: tuple[tuple[str, date], ...] = ()
    next_on: date | None = None  # when to look again, or the step that comes next
    outcome: str | None = None
    until: date | None = None  # what was granted runs so long
    result_at: datetime | None = None
    told_at: datetime | None = None
    consent: bool | None = None
    helper: str | None = None
    claimed_at: datetime | None = None
    nudged: tuple[tuple[Run, date], ...] = ()
    risen: frozenset[Run] = frozenset()

    @property
    def open(self) -> bool:
        return self.state not in OVER

    def did(self, step: str) -> bool:
        return any(one == step for one, _ in self.steps)

    def last(self, step: str) -> date | None:
        return next((day for one, day in reversed(self.steps) if one == step), None)


def life(events: Iterable[Event], *, family: bool = True) -> Life:
    """The state after all these events, the earliest first. `family`: its result has to be told to one."""
    now = Life(family=family)
    for event in events:
        now = after(now, event)
    return now


def after(before: Life, event: Event) -> Life:
    """The state after one more event."""
    match event.kind:
        case Act.RAISED:
            return replace(before, raised_at=event.at, next_on=_day(event, "next"))
        case Act.SENT | Act.FORWARDED:
            village = event.to is not None and "." not in event.to and len(event.to) > 6
            return replace(
                before, desk=event.to, sent_at=event.at, by_village=village, word_at=None,
                accepted_at=event.at if village else None, state=State.ACCEPTED if village else State.WAITING,
            )  # fmt: skip
        case Act.ACCEPTED:
            return replace(before, state=State.ACCEPTED, accepted_at=event.at)
        case Act.RETURNED:
            return replace(
                before, state=State.RETURNED, desk=event.to, sent_at=event.at, accepted_at=None, word_at=None
            )
        case Act.STEP:
            return _stepped(before, event)
        case Act.RESULT:
            return replace(
                before, state=State.DONE if before.family else State.CLOSED, outcome=event.said("outcome"),
                until=_day(event, "until"), result_at=event.at, next_on=None, word_at=event.at,
                first_help_at=before.first_help_at or event.at,
            )  # fmt: skip
        case Act.TOLD:
            return replace(before, state=State.CLOSED, told_at=event.at)
        case Act.MOVED:
            return replace(before, desk=event.to) if before.by_village else before
        case Act.WITHDRAWN:
            return replace(before, state=State.WITHDRAWN, next_on=None)
        case Act.CONSENT:
            return replace(before, consent=event.said("given") == "yes")
        case Act.CLAIMED:
            return replace(before, helper=event.said("helper"), claimed_at=event.at)
        case Act.UNCLAIMED:
            return replace(before, helper=None, claimed_at=None)
        case Act.NUDGED:
            return replace(before, nudged=(*before.nudged, (_run(event), local_day(event.at))))
        case Act.RISEN:
            return replace(before, risen=before.risen | {_run(event)})
        case _:
            return before


def _stepped(before: Life, event: Event) -> Life:
    day = _day(event, "day") or local_day(event.at)
    lead = event.unit == before.desk or before.by_village
    state = State.WORKING if before.state in (State.ACCEPTED, State.WORKING) else before.state
    return replace(
        before, steps=(*before.steps, (event.said("step") or "", day)), next_on=_day(event, "next"), state=state,
        word_at=event.at if lead else before.word_at, first_help_at=before.first_help_at or event.at,
    )  # fmt: skip


def _run(event: Event) -> Run:
    return event.said("clock") or "", _day(event, "since") or local_day(event.at)


def _day(event: Event, key: str) -> date | None:
    said = event.said(key)
    return date.fromisoformat(said) if said else None
