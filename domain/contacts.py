"""Contacts and home visits: what counts, and as what (domain.md 2.4, 2.5; plan task 9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.people import Role


class Kind(StrEnum):
    """How the contact was made."""

    HOME_VISIT = "home_visit"
    PHONE = "phone"
    VIDEO = "video"
    IN_PERSON = "in_person"  # seen elsewhere: school, road, clinic
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact with one child, as recorded. A corrected version replaces it and keeps it."""

    id: str
    child_id: str
    day: date
    kind: Kind
    reached: bool
    child_seen: bool | None = None  # home visits and meetings only
    by_role: Role = Role.CHILD_DIRECTOR
    by_person: str | None = None

    @property
    def counts_as_contact(self) -> bool:
        """Somebody was reached. An attempt is kept, and does not count (domain.md 2.4)."""
        return self.reached

    @property
    def counts_as_visit(self) -> bool:
        """A home visit at which the child was seen; otherwise it is kept but incomplete (domain.md 2.5)."""
        return self.kind is Kind.HOME_VISIT and self.reached and self.child_seen is True
