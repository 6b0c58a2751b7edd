"""Who may take which step on a report now, and why not (domain.md 1.9). Nothing is decided for a person.

`take` is the whole rule: (state, event, seat) → state, or Impossible with the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from domain.reports.events import (
    COUNTY_LENGTH,
    FOLLOW_STEPS,
    JUDGEMENTS,
    NEEDS,
    OUTCOMES,
    SAFE_ANSWERS,
    STEPS,
    Act,
    Event,
    Impossible,
    Part,
    Seat,
)
from domain.reports.life import AT_WORK, HOLDING, Desk, DeskState, Life, ReportState, after, life

__all__ = [
    "COUNTY_LENGTH", "HOLDING", "NEEDS_REASON", "OUTCOMES", "STEPS", "Act", "Desk", "DeskState", "Event", "Impossible",
    "Life", "Part", "ReportState", "Seat", "check", "desks", "is_open", "life", "police_called", "possible",
    "received_by", "state", "take", "waiting_since",
]  # fmt: skip

NEEDS_REASON = (
    Act.SUPPLEMENT, Act.ANSWER, Act.FORWARDED, Act.RETURNED, Act.REFUSED, Act.CLOSED, Act.VISITED, Act.LOWERED,
    Act.RETRACTED, Act.VOIDED, Act.TRANSFERRED,
)  # fmt: skip
GUARDIAN_MISSING = ("X3", "R6")  # the guardian lost capacity, is gone or refuses; abandoned or long without care
# What a step must say beside its words, and the answers it takes.
_SAYS: dict[Act, tuple[str, tuple[str, ...]]] = {
    Act.CLOSED: ("outcome", OUTCOMES),
    Act.STEP: ("step", tuple(STEPS)),
    Act.JUDGED: ("safe", JUDGEMENTS),
    Act.RISK: ("tier", ("red", "kept")),
    Act.ASKED: ("need", tuple(NEEDS)),
    Act.FOLLOWED: ("safe", SAFE_ANSWERS),
}


def take(before: Life, event: Event, seat: Seat) -> Life:
    """The state after the step. Raises Impossible if this seat may not take it now."""
    _allow(before, event.kind, seat, event.note, event.to)
    if event.kind in _SAYS:
        key, known = _SAYS[event.kind]
        if (said := event.said(key)) is not None and said not in known:
            raise Impossible("not_now")
    if event.kind is Act.FOLLOWED and event.said("step") not in FOLLOW_STEPS:
        raise Impossible("not_now")
    return after(before, event)


def possible(events: Sequence[Event] | Life, seat: Seat) -> tuple[Act, ...]:
    """What this seat may do now, in the order of the buttons."""
    now = events if isinstance(events, Life) else life(events)
    if now.state in (ReportState.MISTAKEN, ReportState.VOIDED):
        return ()
    if seat.part is Part.OVERSEER:
        return ()
    if seat.part is Part.REPORTER:
        return _of_reporter(now)
    desk = now.desks.get(seat.unit) if seat.part is Part.RECEIVER and seat.unit is not None else None
    watching = _of_watcher(now, seat)
    if desk is None or not desk.holds:
        return watching
    more = tuple(act for act in watching if seat.county and act not in (Act.SUPPLEMENT, Act.FORWARDED))
    if desk.state is DeskState.WAITING:
        back = () if seat.county else (Act.RETURNED,)  # the county bureau is where reports come back to
        return (Act.RECEIVED, Act.SUPPLEMENT, Act.FORWARDED, *back, Act.REFUSED, *more)
    if desk.state in AT_WORK:
        guardianship = (Act.GUARDIANSHIP,) if (seat.unit or "").endswith(".civil_affairs") else ()
        handed = (Act.TRANSFERRED,) if _to_transfer(now) and not seat.county else ()
        asked = () if seat.county else (Act.ASKED,)
        return (
            Act.STEP, Act.ANSWER, Act.JUDGED, Act.SUPPLEMENT, *guardianship, *handed, *asked, Act.FORWARDED, Act.REFUSED,
            Act.CLOSED, *more,
        )  # fmt: skip
    return (Act.STEP, Act.ANSWER, Act.JUDGED, Act.SUPPLEMENT, *more)


def _of_reporter(now: Life) -> tuple[Act, ...]:
    found: list[Act] = []
    if now.open and now.called_at is None:
        found.append(Act.CALLED)
    found.append(Act.SUPPLEMENT)
    if now.state is ReportState.FOLLOW_UP:
        found.append(Act.VISITED)
    elif now.open:
        found.append(Act.FOLLOWED)
        if now.retracted_at is None:
            found.append(Act.RETRACTED)
    return tuple(found)


def _of_watcher(now: Life, seat: Seat) -> tuple[Act, ...]:
    """A supervisor adds words and answers for visits and the risk; the county bureau also passes on and closes."""
    found = [Act.SUPPLEMENT]
    if not now.open or not (seat.county or seat.supervisor) or (seat.part is Part.RECEIVER and not seat.county):
        return tuple(found)
    if seat.county:
        found += [Act.FORWARDED, Act.GUARDIANSHIP]
        if _to_transfer(now):
            found.append(Act.TRANSFERRED)
    if now.tier is None:
        found.append(Act.RISK)
    if now.state is ReportState.FOLLOW_UP:
        found.append(Act.VISITED)
    if now.tier == "red" and now.lowered_at is None:
        found.append(Act.LOWERED)
    found.append(Act.ASKED)
    if seat.county and not any(desk.received_at for desk in now.held_by() if desk.unit != seat.unit):
        found.append(Act.VOIDED)  # once a department has signed, that department closes
    return tuple(found)


def _to_transfer(now: Life) -> bool:
    """The child belongs elsewhere and has not been handed there yet."""
    return now.open and now.outside_since is not None and now.transferred_at is None


def guardianship_due(now: Life, situation: str) -> bool:
    """Whether the seven cases of art. 92 want to be gone through: the guardian is gone or does nothing, somebody has
    taken over for a while, or the child has no safe place tonight. Whoever does it decides; this only asks."""
    if not now.open or now.guardianship is not None:
        return False
    return situation in GUARDIAN_MISSING or "temporary_guardian" in now.steps or "no" in now.followed.values()


def check(events: Sequence[Event] | Life, seat: Seat, act: Act, note: str | None = None, to: str | None = None) -> None:
    """Whether the step may be taken now; raises Impossible with the reason."""
    _allow(events if isinstance(events, Life) else life(events), act, seat, note, to)


def _allow(now: Life, act: Act, seat: Seat, note: str | None, to: str | None) -> None:
    may = possible(now, seat)
    if act is Act.RECEIVED and act not in may and seat.unit is not None:
        desk = now.desks.get(seat.unit)
        if desk is not None and desk.state is not DeskState.WAITING:
            raise Impossible("received_already")
    if act is Act.CALLED and now.called_at is not None:
        raise Impossible("called_already")
    if act in (Act.CLOSED, Act.STEP, Act.JUDGED) and act not in may:
        raise Impossible("receive_first")
    if act not in may:
        raise Impossible("not_now")
    if act in NEEDS_REASON and not (note or "").strip():
        raise Impossible("reason_wanted")
    if act is Act.FORWARDED and (to is None or (to in now.desks and now.desks[to].holds)):
        raise Impossible("has_it_already")


# --- single questions, asked of the events ---


def desks(events: Iterable[Event]) -> dict[str, DeskState]:
    """The state of each department the report was sent to, in the order they were told."""
    return {unit: desk.state for unit, desk in life(events).desks.items()}


def state(events: Iterable[Event]) -> ReportState:
    """The report's own state."""
    return life(events).state


def is_open(events: Iterable[Event]) -> bool:
    return life(events).open


def waiting_since(events: Iterable[Event], unit: str) -> datetime | None:
    """When the desk was told last; None if it never was."""
    desk = life(events).desks.get(unit)
    return desk.told_at if desk else None


def police_called(events: Iterable[Event]) -> bool:
    return life(events).called_at is not None


def received_by(events: Iterable[Event], unit: str) -> str | None:
    """Who signed for that desk last."""
    return next((one.person for one in reversed(list(events)) if one.kind is Act.RECEIVED and one.unit == unit), None)
