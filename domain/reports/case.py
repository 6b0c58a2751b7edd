"""Where a report stands, computed from what happened to it (domain.md 1.9).

Each department that holds a report has a state of its own; the report's state is derived from them. Events are facts
and only ever added: a wrong report is closed with a reason, never deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

COUNTY_LENGTH = 6  # a unit code of this length is the county bureau itself


class Act(StrEnum):
    """What can happen to a report. The values are what `report_events.kind` holds."""

    FILED = "filed"  # 登记
    CALLED = "called"  # 报警(人确认)
    SENT = "sent"  # 转送: detail {"to": unit}
    VACANT = "vacant"  # nobody could be reached at {"to": unit}
    RECEIVED = "received"  # 签收
    SUPPLEMENT = "supplement"  # 补充
    ANSWER = "answer"  # 反馈
    FORWARDED = "forwarded"  # 转办: detail {"to": unit}
    RETURNED = "returned"  # 退回
    REFUSED = "refused"  # 不予受理
    CLOSED = "closed"  # 结案: detail {"outcome": …}
    MISTAKEN = "mistaken"  # 误触: closed by the reporter before it was filed


class DeskState(StrEnum):
    """Where one department stands."""

    WAITING = "waiting"  # 等签收
    RECEIVED = "received"  # 已签收, 处置中
    PASSING = "passing"  # 转办中: holds it until the next has taken it
    RELEASED = "released"  # the next has taken it
    RETURNED = "returned"
    REFUSED = "refused"
    CLOSED = "closed"


class ReportState(StrEnum):
    """Where the whole report stands; the smaller place in this list is listed first."""

    HOMELESS = "homeless"  # nobody holds it: every department has sent it back, the county must find one
    WAITING = "waiting"
    RECEIVED = "received"
    ANSWERED = "answered"
    CLOSED = "closed"
    MISTAKEN = "mistaken"


class Part(StrEnum):
    """As what somebody may open a report."""

    RECEIVER = "receiver"
    WATCHER = "watcher"
    REPORTER = "reporter"


HOLDING = (DeskState.WAITING, DeskState.RECEIVED, DeskState.PASSING)
NEEDS_REASON = (Act.SUPPLEMENT, Act.ANSWER, Act.FORWARDED, Act.RETURNED, Act.REFUSED, Act.CLOSED)
OUTCOMES = ("handled", "guardian", "unfounded", "elsewhere")  # 已处置 / 监护已落实 / 查无此事 / 移送其他地方


@dataclass(frozen=True)
class Event:
    """One thing that happened. `unit` is the desk that did it; `to` the desk it went to."""

    kind: Act
    at: datetime
    unit: str | None = None
    person: str | None = None
    to: str | None = None
    note: str | None = None
    detail: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Seat:
    """Who wants to act: as what, for which unit."""

    part: Part
    unit: str | None = None

    @property
    def county(self) -> bool:
        return self.unit is not None and len(self.unit) == COUNTY_LENGTH


class Impossible(Exception):
    """The step cannot be taken now. `why` names the sentence in locales/ (case.impossible.<why>)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def desks(events: Iterable[Event]) -> dict[str, DeskState]:
    """The state of each department the report was sent to, in the order they were told."""
    found: dict[str, DeskState] = {}
    passed: dict[str, set[str]] = {}  # to → from: who hands over to whom
    for event in events:
        if event.kind in (Act.SENT, Act.FORWARDED) and event.to and found.get(event.to) not in HOLDING:
            found[event.to] = DeskState.WAITING
        unit = event.unit
        if unit is None or unit not in found:
            continue
        if event.kind is Act.RECEIVED:
            found[unit] = DeskState.RECEIVED
            for giver in passed.pop(unit, ()):
                if found.get(giver) is DeskState.PASSING:
                    found[giver] = DeskState.RELEASED
        elif event.kind is Act.FORWARDED and event.to not in (None, unit) and found[unit] in HOLDING:
            found[unit] = DeskState.PASSING
            passed.setdefault(str(event.to), set()).add(unit)
        elif event.kind in (Act.RETURNED, Act.REFUSED):
            found[unit] = DeskState(event.kind.value)
            for giver in passed.pop(unit, ()):  # handed back: whoever passed it on holds it again
                if found.get(giver) is DeskState.PASSING:
                    found[giver] = DeskState.RECEIVED
        elif event.kind is Act.CLOSED:
            found[unit] = DeskState.CLOSED
    return found


def state(events: Sequence[Event]) -> ReportState:
    """The report's own state."""
    if any(event.kind is Act.MISTAKEN for event in events):
        return ReportState.MISTAKEN
    states = list(desks(events).values())
    holding = [one for one in states if one in HOLDING]
    if not holding:
        return ReportState.CLOSED if DeskState.CLOSED in states else ReportState.HOMELESS
    if not any(one in (DeskState.RECEIVED, DeskState.PASSING) for one in states):
        return ReportState.WAITING
    answered = any(event.kind is Act.ANSWER for event in events)
    return ReportState.ANSWERED if answered else ReportState.RECEIVED


def is_open(events: Sequence[Event]) -> bool:
    return state(events) not in (ReportState.CLOSED, ReportState.MISTAKEN)


def waiting_since(events: Iterable[Event], unit: str) -> datetime | None:
    """When the desk was told last; None if it never was."""
    told = [one.at for one in events if one.kind in (Act.SENT, Act.FORWARDED) and one.to == unit]
    return told[-1] if told else None


def police_called(events: Iterable[Event]) -> bool:
    return any(event.kind is Act.CALLED for event in events)


def possible(events: Sequence[Event], seat: Seat) -> tuple[Act, ...]:
    """What this seat may do now, in the order of the buttons."""
    whole = state(events)
    if whole is ReportState.MISTAKEN:
        return ()
    if seat.part is Part.REPORTER:
        return (*((Act.CALLED,) if not police_called(events) and is_open(events) else ()), Act.SUPPLEMENT)
    if seat.part is Part.WATCHER or seat.unit is None:
        more = (Act.FORWARDED,) if seat.county and is_open(events) else ()
        return (Act.SUPPLEMENT, *more)
    desk = desks(events).get(seat.unit)
    if desk is DeskState.WAITING:
        back = () if seat.county else (Act.RETURNED,)  # the county bureau is where reports come back to
        return (Act.RECEIVED, Act.SUPPLEMENT, Act.FORWARDED, *back, Act.REFUSED)
    if desk is DeskState.RECEIVED:
        return (Act.ANSWER, Act.SUPPLEMENT, Act.FORWARDED, Act.REFUSED, Act.CLOSED)
    if desk is DeskState.PASSING:
        return (Act.ANSWER, Act.SUPPLEMENT)
    more = (Act.FORWARDED,) if seat.county and is_open(events) else ()
    return (Act.SUPPLEMENT, *more) if desk is not None else ()


def check(events: Sequence[Event], seat: Seat, act: Act, note: str | None = None, to: str | None = None) -> None:
    """Whether the step may be taken now; raises Impossible with the reason. Nothing is decided for a person."""
    if act is Act.RECEIVED and seat.unit is not None:
        desk = desks(events).get(seat.unit)
        if desk is not None and desk is not DeskState.WAITING:
            raise Impossible("received_already")
    if act is Act.CALLED and police_called(events):
        raise Impossible("called_already")
    if act is Act.CLOSED and Act.CLOSED not in possible(events, seat):
        raise Impossible("receive_first")
    if act not in possible(events, seat):
        raise Impossible("not_now")
    if act in NEEDS_REASON and not (note or "").strip():
        raise Impossible("reason_wanted")
    if act is Act.FORWARDED and (to is None or desks(events).get(to) in HOLDING):
        raise Impossible("has_it_already")


def received_by(events: Iterable[Event], unit: str) -> str | None:
    """Who signed for that desk last."""
    return next((one.person for one in reversed(list(events)) if one.kind is Act.RECEIVED and one.unit == unit), None)
