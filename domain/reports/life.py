"""Where a report stands: one pure function (state, event) → state, folded over what happened (domain.md 1.9).

Each department that holds a report has a desk with a state and times of its own; the report's state is derived from
them. `after` never refuses: what is stored has happened. Whether a step may be taken is asked before (case.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from domain.reports.events import Act, Event


class DeskState(StrEnum):
    """Where one department stands."""

    WAITING = "waiting"  # 等签收
    RECEIVED = "received"  # 已签收
    HANDLING = "handling"  # 处置中
    ANSWERED = "answered"  # 已反馈
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
    HANDLING = "handling"
    ANSWERED = "answered"
    FOLLOW_UP = "follow_up"  # 跟进走访: every desk has closed, the home visit is owed
    CLOSED = "closed"
    VOIDED = "voided"
    MISTAKEN = "mistaken"


HOLDING = (DeskState.WAITING, DeskState.RECEIVED, DeskState.HANDLING, DeskState.ANSWERED, DeskState.PASSING)
AT_WORK = (DeskState.RECEIVED, DeskState.HANDLING, DeskState.ANSWERED)
OVER = (ReportState.CLOSED, ReportState.VOIDED, ReportState.MISTAKEN)


@dataclass(frozen=True)
class Desk:
    """One department's hold on a report."""

    unit: str
    state: DeskState
    told_at: datetime
    received_at: datetime | None = None
    received_by: str | None = None
    answered_at: datetime | None = None  # the last time
    closed_at: datetime | None = None
    from_: tuple[str, ...] = ()  # who handed it over and still holds it until this desk has signed
    before: DeskState | None = None  # while passing on: where the desk stood

    @property
    def holds(self) -> bool:
        return self.state in HOLDING


@dataclass(frozen=True)
class Rise:
    """A clock that ran out and has risen: to which rung last, and whether somebody there has seen it."""

    rung: str
    at: datetime
    times: int = 1  # how often this run of the clock has risen
    seen_at: datetime | None = None
    seen_by: str | None = None


RiseKey = tuple[str, str, datetime]  # clock, desk or "", the moment the clock began
_NOTHING: Mapping[str, Desk] = MappingProxyType({})


@dataclass(frozen=True)
class Life:
    """All that a report has come to. Made by `life`; never by hand."""

    desks: Mapping[str, Desk] = field(default_factory=lambda: _NOTHING)
    filed_at: datetime | None = None
    called_at: datetime | None = None
    first_received_at: datetime | None = None
    judged_at: datetime | None = None
    judged: str | None = None
    answered: bool = False
    stepped: bool = False
    homeless_since: datetime | None = None
    last_closed_at: datetime | None = None
    visited_at: datetime | None = None
    tier: str | None = None  # red or kept, once a person has said so
    lowered_at: datetime | None = None
    followed: Mapping[str, str] = field(default_factory=dict)  # step → yes | no | unknown
    guardianship: str | None = None  # items of art. 92, once checked
    steps: frozenset[str] = frozenset()  # what departments did
    outside_since: datetime | None = None  # the child is not of this county
    transferred_at: datetime | None = None  # and was handed to where it belongs
    retracted_at: datetime | None = None
    voided: bool = False
    mistaken: bool = False
    linked: tuple[str, ...] = ()
    rises: Mapping[RiseKey, Rise] = field(default_factory=dict)
    unanswered: frozenset[RiseKey] = frozenset()

    @property
    def state(self) -> ReportState:
        """The report's own state, derived from its desks."""
        if self.mistaken:
            return ReportState.MISTAKEN
        if self.voided:
            return ReportState.VOIDED
        states = [desk.state for desk in self.desks.values()]
        if not any(one in HOLDING for one in states):
            if DeskState.CLOSED not in states:
                return ReportState.HOMELESS
            return ReportState.CLOSED if self._visits_over else ReportState.FOLLOW_UP
        if not any(one in HOLDING and one is not DeskState.WAITING for one in states):
            return ReportState.WAITING
        if self.answered:
            return ReportState.ANSWERED
        return ReportState.HANDLING if self.stepped else ReportState.RECEIVED

    @property
    def _visits_over(self) -> bool:
        """The home visit after closing was made; where the risk is red, a supervisor has lowered it, too.

        A child handed to another county is visited by that county.
        """
        if self.transferred_at is not None:
            return True
        visited = (
            self.visited_at is not None and self.last_closed_at is not None and self.visited_at >= self.last_closed_at
        )
        return visited and (self.tier != "red" or self.lowered_at is not None)

    @property
    def open(self) -> bool:
        return self.state not in OVER

    @property
    def safe(self) -> bool:
        """A department has judged that the child is safe where it is now."""
        return self.judged in ("yes", "moved")

    def held_by(self) -> list[Desk]:
        """The desks that hold it, in the order they were told."""
        return [desk for desk in self.desks.values() if desk.holds]


def life(events: Iterable[Event]) -> Life:
    """The state after all these events, the earliest first."""
    now = Life()
    for event in events:
        now = after(now, event)
    return now


def after(before: Life, event: Event) -> Life:
    """The state after one more event."""
    match event.kind:
        case Act.FILED:
            return replace(before, filed_at=event.at)
        case Act.CALLED:
            return replace(before, called_at=before.called_at or event.at)
        case Act.MISTAKEN:
            return replace(before, mistaken=True, filed_at=before.filed_at or event.at)
        case Act.VOIDED:
            return replace(before, voided=True)
        case Act.RETRACTED:
            return replace(before, retracted_at=before.retracted_at or event.at)
        case Act.JUDGED:
            return replace(before, judged=event.said("safe"), judged_at=event.at)
        case Act.RISK:
            return replace(before, tier=event.said("tier"), lowered_at=None)
        case Act.LOWERED:
            return replace(before, lowered_at=event.at)
        case Act.VISITED:
            return replace(before, visited_at=event.at)
        case Act.OUTSIDE:
            return replace(before, outside_since=before.outside_since or event.at)
        case Act.TRANSFERRED:
            return replace(before, transferred_at=event.at)
        case Act.GUARDIANSHIP:
            return replace(before, guardianship=event.said("items") or "")
        case Act.FOLLOWED:
            return replace(before, followed={**before.followed, str(event.said("step")): str(event.said("safe"))})
        case Act.LINKED:
            other = event.said("report")
            return replace(before, linked=(*before.linked, other)) if other else before
        case Act.ESCALATED | Act.ACKNOWLEDGED | Act.UNANSWERED:
            return _risen(before, event)
        case _:
            return _moved(before, event)


def rise_key(event: Event) -> RiseKey | None:
    """Which run of which clock an escalation belongs to."""
    since = event.said("since")
    if since is None:
        return None
    return (event.said("clock") or "", event.said("desk") or "", datetime.fromisoformat(since))


def _risen(before: Life, event: Event) -> Life:
    key = rise_key(event)
    if key is None:
        return before
    if event.kind is Act.UNANSWERED:
        return replace(before, unanswered=before.unanswered | {key})
    if event.kind is Act.ESCALATED:
        times = before.rises[key].times + 1 if key in before.rises else 1
        return replace(before, rises={**before.rises, key: Rise(event.said("rung") or "", event.at, times)})
    risen = before.rises.get(key)
    if risen is None or risen.seen_at is not None:
        return before
    return replace(before, rises={**before.rises, key: replace(risen, seen_at=event.at, seen_by=event.person)})


def _moved(before: Life, event: Event) -> Life:
    """What changes desks."""
    desks = dict(before.desks)
    unit, to = event.unit, event.to
    if event.kind in (Act.SENT, Act.FORWARDED) and to and (to not in desks or not desks[to].holds):
        desks.pop(to, None)  # told anew: it goes to the end of the row
        desks[to] = Desk(to, DeskState.WAITING, event.at)
    mine = desks.get(unit) if unit else None
    changes: dict[str, object] = {}
    if mine is not None and unit is not None:
        if event.kind is Act.RECEIVED:
            first = before.first_received_at or event.at
            desks[unit] = replace(
                mine, state=DeskState.RECEIVED, received_at=event.at, received_by=event.person, from_=()
            )
            changes["first_received_at"] = first
            _let_go(desks, mine, DeskState.RELEASED)
        elif event.kind is Act.FORWARDED and to not in (None, unit) and mine.holds:
            stood = mine.before if mine.state is DeskState.PASSING else mine.state
            desks[unit] = replace(mine, state=DeskState.PASSING, before=stood)
            taker = desks[str(to)]
            desks[str(to)] = replace(taker, from_=(*taker.from_, unit))
        elif event.kind in (Act.RETURNED, Act.REFUSED):
            desks[unit] = replace(mine, state=DeskState(event.kind.value), from_=())
            _let_go(desks, mine, None)
        elif event.kind is Act.CLOSED:
            desks[unit] = replace(mine, state=DeskState.CLOSED, closed_at=event.at, from_=())
            _let_go(desks, mine, DeskState.RELEASED)
            changes["last_closed_at"] = event.at
        elif event.kind is Act.STEP:
            changes["stepped"] = True
            changes["steps"] = before.steps | {event.said("step") or "other"}
            if mine.state is DeskState.RECEIVED:
                desks[unit] = replace(mine, state=DeskState.HANDLING)
        elif event.kind is Act.ANSWER:
            changes["answered"] = True
            stands = DeskState.ANSWERED if mine.state in AT_WORK else mine.state
            desks[unit] = replace(mine, state=stands, answered_at=event.at)
    held = any(desk.holds for desk in desks.values())
    if held or any(desk.state is DeskState.CLOSED for desk in desks.values()):
        changes["homeless_since"] = None
    elif before.homeless_since is None and (before.filed_at or desks):
        changes["homeless_since"] = event.at
    return replace(before, desks=MappingProxyType(desks), **changes)  # type: ignore[arg-type]


def _let_go(desks: dict[str, Desk], taker: Desk, to: DeskState | None) -> None:
    """Whoever passed it to this desk is released, or (`to` None: it was handed back) holds it again as before.

    Where it was passed on twice before anybody signed, both are released together.
    """
    for giver in taker.from_:
        desk = desks.get(giver)
        if desk is None or desk.state is not DeskState.PASSING:
            continue
        if to is None:
            desks[giver] = replace(desk, state=desk.before or DeskState.RECEIVED, before=None)
        else:
            desks[giver] = replace(desk, state=to, before=None, from_=())
            _let_go(desks, desk, to)
