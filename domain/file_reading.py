"""Reading what a person answers about one fact of a file, and what cannot be true of it (domain.md 2.3, Validation).

Every reader says a plain JSON value or raises Invalid with a key of locales/. Dates may lie long before the file was
opened: a father who left in 2019 left in 2019.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from domain.child_file import disability_parts
from domain.children import Capacity, Child, Guardian, Relation
from domain.file_fields import FileField, Reads, guardian_of, with_value
from domain.forms import Invalid
from domain.identity import IdFault, IdNumber, read_id, read_phone
from domain.reading.dates import read_day
from domain.reading.days import Future, Impossible, Vague
from domain.roster.values import MonthOnly, read_birth_date, read_ethnicity, read_labels, read_yes_no

ADULT = 18
OLDEST = 120  # years back a date may lie
PARENTS = (Relation.FATHER, Relation.MOTHER)
MOST_NAME = 20


def read_name(said: str) -> str:
    """A name: Chinese characters, rare ones too (𠮷, 𬭚), with · between its parts; kept exactly."""
    name = re.sub(r"[•・‧∙．.⋅]", "·", re.sub(r"\s", "", said))
    if not 2 <= len(name) <= MOST_NAME:
        raise Invalid("file.problem.name_length")
    if any(char.isdecimal() for char in name):
        raise Invalid("file.problem.name_digits")
    if not all(is_han(char) or char == "·" for char in name) or "··" in name or name.strip("·") != name:
        raise Invalid("file.problem.name_characters")
    return name


def is_han(char: str) -> bool:
    return unicodedata.name(char, "").startswith(("CJK UNIFIED", "CJK COMPATIBILITY", "IDEOGRAPHIC NUMBER ZERO"))


def read_number(said: str) -> IdNumber:
    """An ID number, whole and with the right check digit."""
    found = read_id(said)
    if isinstance(found, IdFault):
        raise Invalid(f"file.problem.id_{found.value}")
    return found


def read_mobile(said: str) -> str:
    phone = read_phone(said)
    if phone is None:
        raise Invalid("file.problem.phone")
    return phone


def read_when(said: str, now: datetime, *, later: bool = False, exact: bool = False) -> date:
    """A calendar day. 2019年3月 is taken as its first day unless `exact`; `later` allows days to come."""
    today = now.date()
    written = read_birth_date(said)
    day: date | None = None
    if isinstance(written, MonthOnly):
        if exact:
            raise Invalid("file.problem.whole_date")
        day = date(written.year, written.month or 1, 1)
    elif isinstance(written, date):
        day = written
    elif written == "birth_date.impossible":
        raise Invalid("visit.problem.impossible", words=said[:20])
    if day is None:
        day = _spoken(said, now, exact)
    if day > today and not later:
        raise Invalid("visit.problem.future")
    if abs(day.year - today.year) > OLDEST:
        raise Invalid("file.problem.far")
    return day


def _spoken(said: str, now: datetime, exact: bool) -> date:
    read = read_day(said, now)
    if isinstance(read, date):
        return read
    if isinstance(read, Impossible):
        raise Invalid("visit.problem.impossible", words=read.words)
    if isinstance(read, Vague) and read.first is not None and not exact:
        return read.first
    if isinstance(read, Future):
        if read.day is not None:
            return read.day
        raise Invalid("visit.problem.future")
    raise Invalid("file.problem.no_date")


def read_value(field: FileField, said: str, now: datetime) -> Any:
    """The plain value of a field from what was typed (choices pressed are checked elsewhere)."""
    words = said.strip()
    if not words:
        raise Invalid("form.problem.words_wanted")
    match field.reads:
        case Reads.NAME:
            return read_name(words)
        case Reads.ID_NO:
            return read_number(words).text
        case Reads.PHONE:
            return read_mobile(words)
        case Reads.DAY | Reads.LATER_DAY:
            later = field.reads is Reads.LATER_DAY
            return read_when(words, now, later=later, exact=field.key == "birth_date").isoformat()
        case Reads.YES_NO:
            answer = read_yes_no(words)
            if answer is None:
                raise Invalid("form.problem.choose")
            return answer
        case Reads.CHOICE:
            if words in field.choices:
                return words
            raise Invalid("form.problem.choose")
    if field.key == "ethnicity":
        words = read_ethnicity(words)
    if len(words) > field.most:
        raise Invalid("form.problem.too_long", most=field.most, length=len(words))
    return words


# --- what cannot be true together ----------------------------------------------------------------------------------


def check(child: Child, path: str, value: Any, today: date, roster: Iterable[Child] = ()) -> Child:
    """The child with the fact put in its place. Raises Invalid where that cannot be.

    `roster` are the children known in the village and household: a child is nobody's carer.
    """
    after = with_value(child, path, value)
    person, key = guardian_of(after, path), path.rpartition(".")[2]
    if person is None:
        return _check_child(after, key)
    if key in ("name", "id_no", "carer", "relation", "capacity"):
        refuse_carer(after, person, today, roster)
    _check_person(person, today)
    return after


def _check_child(after: Child, key: str) -> Child:
    number = read_id(after.id_no) if after.id_no else None
    if isinstance(number, IdNumber):
        if key == "id_no":  # the number knows both; what was typed before gives way only where nothing was
            after = replace(after, birth_date=after.birth_date or number.birth_date, sex=after.sex or number.sex)
        if key in ("id_no", "birth_date") and after.birth_date != number.birth_date:
            raise Invalid("file.problem.birth_not_id", id_day=number.birth_date, said=after.birth_date)
        if key in ("id_no", "sex") and after.sex is not None and after.sex is not number.sex:
            raise Invalid("file.problem.sex_not_id")
    if key == "disability" and after.disability and None in disability_parts(after.disability):
        raise Invalid("form.problem.choose")
    return after


def _check_person(person: Guardian, today: date) -> None:
    if person.state_since and person.state_until and person.state_until < person.state_since:
        raise Invalid("file.problem.end_before_start")
    if person.state in ("死亡",) and person.carer:
        raise Invalid("file.problem.carer_dead")


def refuse_carer(child: Child, person: Guardian, today: date, roster: Iterable[Child] = ()) -> None:
    """Who cannot be guardian or carer: the child, another child, somebody unable. Raises Invalid with the reason.

    未成年人保护法 art. 22: an adult with full capacity. A brother or sister from 18 on.
    """
    if (person.id_no is not None and person.id_no == child.id_no) or (
        person.name == child.name and person.relation is Relation.SIBLING
    ):
        raise Invalid("file.problem.carer_self")
    if person.carer and person.name == child.name:
        raise Invalid("file.problem.carer_self")
    age = age_of(person, today)
    if age is not None and age < ADULT and person.relation not in PARENTS:
        raise Invalid("file.problem.carer_too_young", age=age)
    if age is not None and age < 14 and person.relation in PARENTS:
        raise Invalid("file.problem.parent_too_young", age=age)
    if person.carer and person.capacity is Capacity.NONE:
        raise Invalid("file.problem.carer_unable")
    for other in roster:
        if other.id == child.id or other.closed_on is not None or (other.age_on(today) or 0) >= ADULT:
            continue
        same_number = person.id_no is not None and person.id_no == other.id_no
        at_home = child.household is not None and other.household == child.household
        same_name = (
            person.name == other.name and (at_home or person.relation is Relation.SIBLING) and other.unit == child.unit
        )
        if same_number or same_name:
            raise Invalid("file.problem.carer_is_child", number=other.file_no, age=other.age_on(today) or "?")


def age_of(person: Guardian, today: date) -> int | None:
    """A guardian's full years by the ID number."""
    number = read_id(person.id_no) if person.id_no else None
    if not isinstance(number, IdNumber):
        return None
    born = number.birth_date
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def read_label_words(said: str) -> list[str]:
    """Categories typed as words."""
    found, unknown = read_labels(said)
    if unknown or not found:
        raise Invalid("form.problem.choose")
    return [one.value for one in found]
