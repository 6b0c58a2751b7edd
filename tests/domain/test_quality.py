"""What is worth a question about a file, and what is nobody's business."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest

from domain.children import Label, Relation, Sex, Tier
from domain.identity import check_digit
from domain.quality import Around, FileFacts, Gap, gaps, to_ask

TODAY = date(2026, 11, 22)


def id_no(birth: str = "20160312", serial: str = "011") -> str:
    return "620799" + birth + serial + check_digit("620799" + birth + serial)


GRANDMA = Around(Relation.PATERNAL_GRANDPARENT, carer=True, away=False, phone=True, name="王秀英")
FATHER = Around(Relation.FATHER, carer=False, away=True, phone=True)
MOTHER = Around(Relation.MOTHER, carer=False, away=None, phone=False)
WHOLE = FileFacts(
    "1", "GT-106-001-0001", "620724106001", Tier.GREEN, date(2016, 3, 12), Sex.MALE, id_no(), address=True,
    labels=frozenset({Label.LEFT_BEHIND}), around=(GRANDMA, FATHER, MOTHER), agreed_with="王秀英",
)  # fmt: skip


def test_a_file_that_fits_together_asks_for_nothing() -> None:
    assert gaps(WHOLE, TODAY) == ()
    assert to_ask([WHOLE], TODAY) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"birth_date": None}, Gap.NO_BIRTH_DATE),
        ({"birth_date": date(2016, 3, 21)}, Gap.BIRTH_DATE),
        ({"sex": Sex.FEMALE}, Gap.SEX),
        ({"id_no": None}, Gap.NO_ID_NUMBER),
        ({"id_no": id_no()[:-1] + "?"}, Gap.ID_NUMBER),
        ({"address": False}, Gap.NO_ADDRESS),
        ({"around": (GRANDMA, replace(FATHER, away=False))}, Gap.NO_PARENT_AWAY),
        ({"labels": frozenset(), "around": (GRANDMA, FATHER, replace(MOTHER, away=True))}, Gap.BOTH_AWAY),
        ({"around": (FATHER,)}, Gap.NO_CARER),
        ({"around": (replace(GRANDMA, phone=False), FATHER)}, Gap.CARER_NO_PHONE),
        ({"around": (replace(GRANDMA, away=True), FATHER)}, Gap.CARER_AWAY),
        ({"agreed_with": "李桂兰"}, Gap.OTHER_CARER),
        ({"birth_date": date(2008, 11, 22), "id_no": id_no("20081122")}, Gap.GROWN_UP),
    ],
)
def test_each_gap_is_found_alone(change: dict[str, object], found: Gap) -> None:
    assert gaps(replace(WHOLE, **change), TODAY) == (found,)  # type: ignore[arg-type]


def test_one_carer_with_a_phone_is_enough() -> None:
    grandpa = replace(GRANDMA, phone=False, name="殷建国")
    assert gaps(replace(WHOLE, around=(GRANDMA, grandpa, FATHER)), TODAY) == ()


def test_nothing_about_the_workers_is_looked_at() -> None:
    seen = {one.name for one in (*fields(FileFacts), *fields(Around))}
    assert not seen & {"contacts", "entered_at", "by_person", "day", "notes"}
