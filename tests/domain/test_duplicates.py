"""Which two files may be one child's, and what a merge makes of them. All people are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.children import Child, Guardian, Label, Relation
from domain.duplicates import Ground, Traits, alike, choices, compared, merged, pairs

VILLAGE, NEXT_DOOR, OTHER_TOWN = "620724106001", "620724106002", "620724107001"
GRANNY = Guardian(Relation.PATERNAL_GRANDPARENT, "殷桂兰", "10000000001", carer=True)


def child(key: str = "a", name: str = "王晓虎", **more: object) -> Child:
    said: dict[str, object] = {"birth_date": date(2016, 5, 8), "guardians": (GRANNY,)} | more
    return Child(key, f"GT-106-001-000{key}", name, str(said.pop("unit", VILLAGE)), **said)  # type: ignore[arg-type]


def grounds(one: Child, other: Child) -> tuple[Ground, ...]:
    return alike(Traits.of(one), Traits.of(other))


def test_the_same_id_number_is_enough_wherever_the_files_lie() -> None:
    one = child(id_no="620799201605080119")
    other = child("b", "李静", unit=OTHER_TOWN, birth_date=None, guardians=(), id_no="620799201605080119")
    assert grounds(one, other) == (Ground.ID_NO,)


@pytest.mark.parametrize(
    ("name", "ground"), [("王晓虎", Ground.NAME), ("王小虎", Ground.SOUND), ("王晓湖", Ground.SOUND), ("王肖虎", Ground.SOUND)]
)
def test_one_birthday_one_village_one_grandmother_and_the_same_sound_is_a_question(name: str, ground: Ground) -> None:
    assert grounds(child(), child("b", name)) == (ground, Ground.BORN, Ground.VILLAGE, Ground.GUARDIAN, Ground.PHONE)


def test_near_sounds_of_the_region_count() -> None:
    assert grounds(child(name="陈思宁"), child("b", "岑诗林"))[0] is Ground.NEAR_SOUND


@pytest.mark.parametrize(
    ("born", "ground"),
    [(date(2016, 8, 5), Ground.BORN_SWAPPED), (date(2016, 5, 9), Ground.BORN_DIGIT), (date(2015, 5, 8), Ground.BORN_DIGIT),
     (None, Ground.BORN_UNKNOWN)],
)  # fmt: skip
def test_a_slip_in_the_birth_date_is_seen_where_the_family_is_the_same(born: date | None, ground: Ground) -> None:
    assert ground in grounds(child(), child("b", birth_date=born))
    strangers = (Guardian(Relation.MOTHER, "李丽"),)
    assert grounds(child(), child("b", birth_date=born, guardians=strangers)) == ()


def test_children_of_one_name_and_birthday_with_other_families_stay_apart() -> None:
    assert grounds(child(), child("b", guardians=(Guardian(Relation.MOTHER, "李丽"),))) == ()
    assert grounds(child(), child("b", guardians=(Guardian(Relation.MOTHER, "李丽"),), unit=OTHER_TOWN)) == ()


def test_two_valid_numbers_are_two_children_unless_one_was_miscopied() -> None:
    one, far = child(id_no="620799201605080119"), child("b", id_no="620799201605081234")
    assert grounds(one, far) == ()
    assert Ground.NAME in grounds(one, child("b", id_no="620799201605080135"))


def test_pairs_are_found_among_many_and_each_only_once() -> None:
    files = [child(), child("b", "王小虎"), child("c", "何一诺", guardians=()), child("d", "李静", unit=OTHER_TOWN)]
    assert [(pair.one, pair.other) for pair in pairs(Traits.of(each) for each in files)] == [("a", "b")]


def test_what_a_decision_rests_on_changes_with_any_fact_and_not_with_the_order() -> None:
    one, other = Traits.of(child()), Traits.of(child("b", "王小虎"))
    assert compared(one, other) == compared(other, one)
    assert compared(one, other) != compared(one, replace(other, birth_date=date(2016, 5, 9)))


def test_only_what_both_say_differently_is_a_choice_and_nothing_else_is_lost() -> None:
    kept = child(address="暖泉村一社", labels=(Label.LEFT_BEHIND,))
    father = Guardian(Relation.FATHER, "王磊", "10000000002")
    closed = child(
        "b", "王小虎", school="新坝镇中心小学", address="暖泉村二社", disease="哮喘", household="h",
        labels=(Label.LOW_INCOME,), guardians=(father, GRANNY),
    )  # fmt: skip
    assert choices(kept, closed) == ("name", "address")
    after = merged(kept, closed, {"name": True})
    assert (after.id, after.file_no, after.name, after.address) == ("a", kept.file_no, "王小虎", "暖泉村一社")
    assert (after.school, after.disease, after.household) == ("新坝镇中心小学", "哮喘", "h")
    assert after.labels == (Label.LEFT_BEHIND, Label.LOW_INCOME)
    assert {person.name for person in after.guardians} == {"王磊", "殷桂兰"}


def test_a_second_relative_of_the_closed_file_comes_along() -> None:
    uncle = Guardian(Relation.RELATIVE, "王强", "10000000003")
    after = merged(child(), child("b", guardians=(GRANNY, uncle)), {})
    assert [(one.name, one.carer) for one in after.guardians] == [("殷桂兰", True), ("王强", False)]
