"""Who may do what on a referral now. Nothing is decided for a person.

A seat is as what somebody looks at it: LEAD holds it, HOME is the village and the town of the child, ASKER raised it
from elsewhere, COUNTY watches all of them, PAST held it once and reads on.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.referrals.events import Act, Event
from domain.referrals.life import Life, State, after
from domain.referrals.types import KINDS, Kind


class Part(StrEnum):
    LEAD = "lead"
    HOME = "home"
    ASKER = "asker"
    COUNTY = "county"
    PAST = "past"


@dataclass(frozen=True)
class Seat:
    """Who wants to act: as what, for which unit."""

    part: Part
    unit: str | None = None


class Impossible(Exception):
    """The step cannot be taken now; `why` names the sentence (referral.impossible.<why>)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


NEEDS_WORDS = (Act.RETURNED, Act.WITHDRAWN)


def possible(now: Life, kind: Kind, seat: Seat) -> tuple[Act, ...]:
    """What this seat may do now, in the order of the buttons."""
    if not now.open or seat.part is Part.PAST:
        return ()
    home = seat.part in (Part.HOME, Part.COUNTY) or (seat.part is Part.LEAD and now.by_village)
    if now.state is State.DONE:
        return (Act.TOLD,) if home or seat.part is Part.ASKER else ()
    consent = (Act.CONSENT,) if home and kind.consent and now.consent is not True else ()
    back_out = (Act.WITHDRAWN,) if home or seat.part is Part.ASKER else ()
    claim = (Act.UNCLAIMED,) if now.helper is not None else ()
    if seat.part is Part.LEAD:
        if now.by_village:
            return (Act.STEP, Act.RESULT, Act.FORWARDED, *consent, *back_out)
        if now.state is State.WAITING:
            return (Act.ACCEPTED, Act.RETURNED, Act.FORWARDED)
        if now.state is State.RETURNED:
            return (Act.FORWARDED, Act.ACCEPTED, *back_out)
        return (Act.STEP, Act.RESULT, Act.FORWARDED, Act.RETURNED, *claim)
    if seat.part is Part.COUNTY:
        return (Act.FORWARDED, *consent, *claim, *back_out)
    if seat.part is Part.HOME:
        return (*consent, Act.STEP, *back_out)
    return back_out


def take(before: Life, kind: Kind, event: Event, seat: Seat) -> Life:
    """The state after the step. Raises Impossible where this seat may not take it now, or its words are missing."""
    if event.kind is Act.CLAIMED:
        if not before.open or before.state is State.DONE:
            raise Impossible("not_now")
        if before.helper is not None:
            raise Impossible("claimed_already")
        return after(before, event)
    if event.kind not in possible(before, kind, seat):
        raise Impossible("over" if not before.open else "accepted_already" if event.kind is Act.ACCEPTED else "not_now")
    if event.kind in NEEDS_WORDS and not (event.note or "").strip():
        raise Impossible("words_wanted")
    if event.kind is Act.STEP and event.said("step") not in kind.steps:
        raise Impossible("not_now")
    if event.kind is Act.RESULT and event.said("outcome") not in kind.outcomes:
        raise Impossible("not_now")
    if event.kind is Act.STEP and event.said("step") == "matched" and before.consent is not True:
        raise Impossible("consent_first")
    if event.kind is Act.FORWARDED and event.to in (None, before.desk):
        raise Impossible("not_now")
    return after(before, event)


def may_name(now: Life, kind_code: str, seat: Seat) -> bool:
    """Whether this seat may see whom it is about: the village and the county always, others once the family agreed."""
    if seat.part in (Part.HOME, Part.COUNTY, Part.ASKER):
        return True
    kind = KINDS[kind_code]
    if seat.part is Part.PAST:
        return False
    return now.by_village or not kind.consent or now.consent is True
