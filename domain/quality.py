"""Facts of a child's file that are missing or do not fit together: each a reason to call and ask, never an accusation.

Only facts about the child and the family are looked at. How and when somebody works is not: no times of entry, no
likeness of notes, nothing that would suspect a worker (domain.md 1.10; national rules against check-ins).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.calendar import DAY, add_months
from domain.children import Relation, Sex, Tier
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


NUMBER = (Gap.ID_NUMBER, Gap.BIRTH_DATE, Gap.SEX)  # what only the ID number can say


@dataclass(frozen=True, slots=True)
class FileFacts:
    """As much of a file as can be missing or contradict itself: counts and answers, no name and no number."""

    child_id: str
    file_no: str
    unit: str
    tier: Tier
    birth_date: date | None
    number: frozenset[Gap] | None  # what the ID number contradicts (`number_gaps`); None: there is no number
    address: bool
    left_behind: bool
    carers: int
    carers_with_phone: int
    carers_away: int
    parents_away: int  # father and mother, each counted once
    other_carer: bool = False  # the agreement in force names somebody whom the file does not know as a carer


def number_gaps(id_no: str, birth_date: date | None, sex: Sex | None) -> frozenset[Gap]:
    """What an ID number says against the file it stands in. It changes only when one of the three is written."""
    read = read_id(id_no)
    if not isinstance(read, IdNumber):
        return frozenset({Gap.ID_NUMBER})
    found = set()
    if birth_date is not None and read.birth_date != birth_date:
        found.add(Gap.BIRTH_DATE)
    if sex is not None and read.sex is not sex:
        found.add(Gap.SEX)
    return frozenset(found)


def gaps(file: FileFacts, today: date) -> tuple[Gap, ...]:
    """What is worth a question about this file, in the order of Gap."""
    found = {*_of_people(file), *_of_identity(file, today)}
    if not file.address:
        found.add(Gap.NO_ADDRESS)
    return tuple(gap for gap in Gap if gap in found)


def grown_up_born(today: date) -> date:
    """Nobody born after this day is eighteen yet. A day later than it need be, for those born on the 29th of February."""
    return add_months(today + DAY, -12 * ADULT)


def _of_people(file: FileFacts) -> Iterable[Gap]:
    if not file.carers:
        yield Gap.NO_CARER
    elif not file.carers_with_phone:
        yield Gap.CARER_NO_PHONE
    if file.carers and file.carers_away == file.carers:
        yield Gap.CARER_AWAY
    if file.other_carer and file.carers:
        yield Gap.OTHER_CARER
    if file.left_behind and not file.parents_away:
        yield Gap.NO_PARENT_AWAY
    if not file.left_behind and file.parents_away == len(PARENTS):
        yield Gap.BOTH_AWAY


def _of_identity(file: FileFacts, today: date) -> Iterable[Gap]:
    if file.birth_date is None:
        yield Gap.NO_BIRTH_DATE
    elif add_months(file.birth_date, 12 * ADULT) <= today:
        yield Gap.GROWN_UP
    if file.number is None:
        yield Gap.NO_ID_NUMBER
    else:
        yield from file.number


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
