"""Notice and consent: what guardians were told, and what they agreed to, per child (个人信息保护法 art. 17, 23, 28-31).

The village's and bureau's own duty needs no consent, but it must be told of (art. 35). What goes beyond the duty - a
photo, a recording, giving data to an organisation - needs a consent of its own, and may be taken back at any time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.calendar import add_months
from domain.children import Child

OWN_SAY = 14  # from here the law asks the young person, no longer the guardian alone (art. 28, 31)


class ConsentKind(StrEnum):
    NOTICE = "notice"  # told what is kept and why; nobody has to agree to it
    PHOTO = "photo"
    AUDIO = "audio"
    SHARING = "sharing"  # with an organisation: a charity, volunteers, an enterprise


class ConsentState(StrEnum):
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Whose(StrEnum):
    """Who said so."""

    FATHER = "father"
    MOTHER = "mother"
    CARER = "carer"
    GUARDIAN = "guardian"
    CHILD = "child"


class How(StrEnum):
    ALOUD = "aloud"  # read to them
    PAPER = "paper"
    WECHAT = "wechat"
    PHONE = "phone"


class Standing(StrEnum):
    """How a consent stands on a day."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    NOT_ASKED = "not_asked"
    ASK_AGAIN = "ask_again"  # a guardian agreed, and the child has turned 14 since


@dataclass(frozen=True)
class Consent:
    """One line: the newest of its kind (and organisation) holds."""

    id: str
    child_id: str
    kind: ConsentKind
    state: ConsentState
    day: date
    whose: Whose
    how: How
    organisation: str | None = None
    by: str | None = None


def latest(lines: Iterable[Consent], kind: ConsentKind, organisation: str | None = None) -> Consent | None:
    """The line that holds. For `sharing` with an organisation: its own line if it has one, else the general one."""
    mine = [one for one in lines if one.kind is kind]
    own = [one for one in mine if organisation and one.organisation == organisation]
    found = own or [one for one in mine if one.organisation is None]
    return max(found, key=lambda one: (one.day, one.id), default=None)


def consent_for(
    lines: Iterable[Consent], child: Child, kind: ConsentKind, today: date, organisation: str | None = None
) -> Standing:
    """How the consent stands today. Only Standing.GIVEN allows anything; silence never does."""
    found = latest(lines, kind, organisation)
    if found is None:
        return Standing.NOT_ASKED
    if found.state is not ConsentState.GIVEN:
        return Standing(found.state.value)
    if kind is ConsentKind.NOTICE or found.whose is Whose.CHILD or child.birth_date is None:
        return Standing.GIVEN
    of_age = add_months(child.birth_date, 12 * OWN_SAY)
    return Standing.ASK_AGAIN if found.day <= of_age < today else Standing.GIVEN


def agreed(
    lines: Iterable[Consent], child: Child, kind: ConsentKind, today: date, organisation: str | None = None
) -> bool:
    """Whether it may be done: asked before every use."""
    return consent_for(lines, child, kind, today, organisation) is Standing.GIVEN
