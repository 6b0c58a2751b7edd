"""Facts of a child's file that are missing or do not fit together: each a reason to call and ask, never an accusation.

Only facts about the child and the family are looked at. How and when somebody works is not: no times of entry, no
likeness of notes, nothing that would suspect a worker (domain.md 1.10; national rules against check-ins).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.calendar import add_months
from domain.children import Label, Relation, Sex, Tier
from domain.identity import IdNumber, read_id

ADULT = 18
PARENTS = (Relation.FATHER, Relation.MOTHER)


class Gap(StrEnum):
    """What is worth a question, in the order it is asked."""

    NO_CARER = "no_carer"  # nobody is written down as the one the child lives with
    CARER_NO_PHONE = "carer_no_phone"  # nobody can be reached about the child
    CARER_AWAY = "carer_away"  # the one the child lives with is written down as away
    OTHER_CARER = "other_carer"  # the agreement in force names somebody else
    NO_PARENT_AWAY = "no_parent_away"  # 留守, and no parent is written down as away
    BOTH_AWAY = "both_away"  # both parents away, and not on file as 留守
    NO_BIRTH_DATE = "no_birth_date"
    BIRTH_DATE = "birth_date"  # the ID number says another day
    SEX = "sex"  # the ID number says another sex
    ID_NUMBER = "id_number"  # the number cannot be right
    NO_ID_NUMBER = "no_id_number"
    NO_ADDRESS = "no_address"
    GROWN_UP = "grown_up"  # eighteen, and the file is still open


@dataclass(frozen=True, slots=True)
class Around:
    """Somebody around the child. `name` only where it is needed for comparing."""

    relation: Relation
    carer: bool
    away: bool | None
    phone: bool
    name: str | None = None


@dataclass(frozen=True, slots=True)
class FileFacts:
    """As much of a file as can be missing or contradict itself."""

    child_id: str
    file_no: str
    unit: str
    tier: Tier
    birth_date: date | None
    sex: Sex | None
    id_no: str | None
    address: bool
    labels: frozenset[Label]
    around: tuple[Around, ...]
    agreed_with: str | None = None  # the carer named in the agreement in force


def gaps(file: FileFacts, today: date) -> tuple[Gap, ...]:
    """What is worth a question about this file, in the order of Gap."""
    found = {*_of_people(file), *_of_identity(file, today)}
    if not file.address:
        found.add(Gap.NO_ADDRESS)
    return tuple(gap for gap in Gap if gap in found)


def _of_people(file: FileFacts) -> Iterable[Gap]:
    carers = [one for one in file.around if one.carer]
    if not carers:
        yield Gap.NO_CARER
    elif not any(one.phone for one in carers):
        yield Gap.CARER_NO_PHONE
    if carers and all(one.away for one in carers):
        yield Gap.CARER_AWAY
    if file.agreed_with is not None and carers and all(one.name != file.agreed_with for one in carers):
        yield Gap.OTHER_CARER
    parents = [one for one in file.around if one.relation in PARENTS]
    away = {one.relation for one in parents if one.away}
    if Label.LEFT_BEHIND in file.labels and not away:
        yield Gap.NO_PARENT_AWAY
    if Label.LEFT_BEHIND not in file.labels and len(away) == len(PARENTS):
        yield Gap.BOTH_AWAY


def _of_identity(file: FileFacts, today: date) -> Iterable[Gap]:
    if file.birth_date is None:
        yield Gap.NO_BIRTH_DATE
    elif add_months(file.birth_date, 12 * ADULT) <= today:
        yield Gap.GROWN_UP
    if file.id_no is None:
        yield Gap.NO_ID_NUMBER
        return
    read = read_id(file.id_no)
    if not isinstance(read, IdNumber):
        yield Gap.ID_NUMBER
        return
    if file.birth_date is not None and read.birth_date != file.birth_date:
        yield Gap.BIRTH_DATE
    if file.sex is not None and read.sex is not file.sex:
        yield Gap.SEX


@dataclass(frozen=True)
class ToAsk:
    """A child with something to ask about."""

    child_id: str
    file_no: str
    unit: str
    tier: Tier
    gaps: tuple[Gap, ...]


def to_ask(files: Iterable[FileFacts], today: date) -> list[ToAsk]:
    """The children with something to ask about, by file number."""
    found = (ToAsk(one.child_id, one.file_no, one.unit, one.tier, gaps(one, today)) for one in files)
    return sorted((one for one in found if one.gaps), key=lambda one: one.file_no)
