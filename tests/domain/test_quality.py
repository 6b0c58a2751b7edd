"""What is worth a question about a file, and what is nobody's business."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest

from domain.children import Sex, Tier
from domain.identity import check_digit
from domain.quality import FileFacts, Gap, gaps, grown_up_born, number_gaps, to_ask

TODAY = date(2026, 11, 22)


def id_no(birth: str = "20160312", serial: str = "011") -> str:
    return "620799" + birth + serial + check_digit("620799" + birth + serial)


BORN = date(2016, 3, 12)
NOTHING: frozenset[Gap] = frozenset()
WHOLE = FileFacts(
    "1", "GT-106-001-0001", "620724106001", Tier.GREEN, BORN, NOTHING, address=True, left_behind=True,
    carers=1, carers_with_phone=1, carers_away=0, parents_away=1,
)  # fmt: skip


def test_a_file_that_fits_together_asks_for_nothing() -> None:
    assert gaps(WHOLE, TODAY) == ()
    assert to_ask([WHOLE], TODAY) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"birth_date": None}, Gap.NO_BIRTH_DATE),
        ({"number": None}, Gap.NO_ID_NUMBER),
        ({"number": frozenset({Gap.SEX})}, Gap.SEX),
        ({"address": False}, Gap.NO_ADDRESS),
        ({"parents_away": 0}, Gap.NO_PARENT_AWAY),
        ({"left_behind": False, "parents_away": 2}, Gap.BOTH_AWAY),
        ({"carers": 0, "carers_with_phone": 0}, Gap.NO_CARER),
        ({"carers_with_phone": 0}, Gap.CARER_NO_PHONE),
        ({"carers_away": 1}, Gap.CARER_AWAY),
        ({"other_carer": True}, Gap.OTHER_CARER),
        ({"birth_date": date(2008, 11, 22)}, Gap.GROWN_UP),
    ],
)
def test_each_gap_is_found_alone(change: dict[str, object], found: Gap) -> None:
    assert gaps(replace(WHOLE, **change), TODAY) == (found,)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("number", "birth", "sex", "found"),
    [
        (id_no(), BORN, Sex.MALE, NOTHING),
        (id_no(), None, None, NOTHING),
        (id_no(), date(2016, 3, 21), Sex.MALE, {Gap.BIRTH_DATE}),
        (id_no(), date(2016, 3, 21), Sex.FEMALE, {Gap.BIRTH_DATE, Gap.SEX}),
        (id_no()[:-1] + "?", BORN, Sex.MALE, {Gap.ID_NUMBER}),
    ],
)
def test_a_number_says_a_birth_date_and_a_sex(
    number: str, birth: date | None, sex: Sex | None, found: set[Gap]
) -> None:
    assert number_gaps(number, birth, sex) == found


@pytest.mark.parametrize("today", [TODAY, date(2026, 2, 28), date(2026, 3, 1), date(2028, 2, 29)])
def test_nobody_born_later_than_those_looked_at_is_grown_up(today: date) -> None:
    later = replace(WHOLE, birth_date=grown_up_born(today) + timedelta(days=1))
    assert Gap.GROWN_UP not in gaps(later, today)
    leap = replace(WHOLE, birth_date=date(2008, 2, 29))
    assert leap.birth_date is not None
    assert (Gap.GROWN_UP in gaps(leap, today)) <= (leap.birth_date <= grown_up_born(today))


def test_one_carer_with_a_phone_is_enough() -> None:
    assert gaps(replace(WHOLE, carers=2), TODAY) == ()


def test_nothing_about_the_workers_is_looked_at() -> None:
    seen = {one.name for one in fields(FileFacts)}
    assert not seen & {"contacts", "entered_at", "by_person", "day", "notes"}
