"""The demo county: repeatable, believable, plainly invented (domain.md section 7)."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from db.children import file_prefix
from domain.calendar import local_day
from domain.children import Label, Sex, Tier
from domain.demo import county as counties
from domain.demo import doubles, tiers, words
from domain.demo.cases import cases
from domain.demo.staff import DEMO_TOWN, DEMO_VILLAGE, FIRST_CHAT, LARGE, OWN_CHILD, VACANT
from domain.duplicates import Ground, Traits, choices, pairs
from domain.identity import IdNumber, is_demo_id, is_demo_phone, read_id
from domain.people import Role, UnitKind
from domain.reports.form import REPORT
from domain.reports.situations import situation_of
from domain.roster import COLUMNS, Bad, read_row
from files.roster import roster_csv
from tests.domain.demo_county import DAY, TREE, Made, digest, made

pytestmark = pytest.mark.slow  # left out of ./test --fast


ROOT = Path(__file__).parents[2]


# --- repeatable ---


def test_the_same_seed_and_day_give_the_same_county_and_another_seed_another() -> None:
    first, again = digest(made(100)), digest(made.__wrapped__(100))
    assert first == again
    assert digest(made(100, seed=2)) != first
    assert digest(made(100, day=DAY + timedelta(days=1))) != first


def test_the_county_does_not_depend_on_how_python_hashes_text() -> None:
    code = "from tests.domain.demo_county import digest, made; print(digest(made(100)))"

    def run(hash_seed: str) -> str:
        env = {**os.environ, "PYTHONHASHSEED": hash_seed}
        return subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True
        ).stdout

    assert run("1") == run("2") == digest(made(100)) + "\n"


@pytest.mark.parametrize("children", [100, 300, 1300])
def test_there_are_exactly_as_many_files_as_were_asked_for(children: int) -> None:
    assert len(made(children).county.children) == children


@pytest.mark.parametrize("children", [99, 30_001])
def test_too_few_or_too_many_children_are_refused(children: int) -> None:
    with pytest.raises(ValueError):
        counties.make(1, children, DAY, TREE, file_prefix)


# --- people and posts ---


def test_every_village_has_a_director_but_three_and_every_town_a_supervisor() -> None:
    seats = made().county.staff.seats
    roles = Counter(seat.role for seat in seats)
    assert roles[Role.CHILD_DIRECTOR] == 145 + 1
    assert roles[Role.SUPERVISOR] == 9 + 1
    assert roles[Role.DEPARTMENT] == 10
    assert {roles[role] for role in (Role.COUNTY, Role.LEADER, Role.ADMIN, Role.AUDITOR)} == {1}
    assert {seat.unit for seat in seats if seat.holder is None} == set(VACANT)


def test_chat_ids_belong_to_posts_and_not_to_the_seed() -> None:
    def chats(one: Made) -> dict[tuple[str, str], int | None]:
        return {(seat.role, seat.unit): seat.holder.chat_id if seat.holder else None for seat in one.county.staff.seats}

    assert chats(made(100)) == chats(made(100, seed=2))
    numbers = [number for number in chats(made(100)).values() if number]
    assert min(numbers) == FIRST_CHAT
    assert len(set(numbers)) == len(numbers)


# --- children ---


def test_labels_ages_and_sexes_come_in_the_shares_of_the_guidelines() -> None:
    children = made().county.children
    left_behind = [child for child in children if Label.LEFT_BEHIND in child.labels]
    assert 0.31 < len(left_behind) / len(children) < 0.40
    ages = [child.age_on(DAY) or 0 for child in left_behind]
    assert 0.58 < sum(6 <= age <= 13 for age in ages) / len(ages) < 0.76
    assert 0.49 < sum(child.sex is Sex.MALE for child in children) / len(children) < 0.60
    grandparents = sum(
        any(one.carer and "grandparent" in one.relation for one in child.guardians) for child in left_behind
    )
    assert grandparents / len(left_behind) > 0.9
    assert 0.19 < sum(child.household is not None for child in children) / len(children) < 0.31
    assert any((child.age_on(DAY) or 0) in (16, 17) for child in made().open_children)


def test_nobody_is_left_behind_at_sixteen_or_on_the_roster_at_eighteen() -> None:
    for child in made().open_children:
        age = child.age_on(DAY)
        assert age is not None
        assert age < 18
        assert age < 16 or Label.LEFT_BEHIND not in child.labels


def test_tiers_are_eighty_fifteen_five_and_each_higher_one_has_a_reason_in_the_file() -> None:
    children = made().county.children
    count = Counter(child.tier for child in children)
    assert (count[Tier.RED], count[Tier.YELLOW]) == (65, 195)
    for place in made().county.places:
        for home in place.homes:
            for child in home.children:
                assert child.tier is Tier.GREEN or tiers.reasons(child, home)


def test_every_number_is_an_invented_one_and_agrees_with_its_file() -> None:
    seen: set[str] = set()
    for child in made().county.children:
        for person in child.guardians:
            assert person.phone is None or is_demo_phone(person.phone)
            assert person.id_no is None or is_demo_id(person.id_no)
        if child.id_no is not None:
            read = read_id(child.id_no)
            assert isinstance(read, IdNumber)
            assert is_demo_id(child.id_no)
            assert (read.birth_date, read.sex) == (child.birth_date, child.sex)
            assert child.id_no not in seen
            seen.add(child.id_no)
    assert all(is_demo_phone(worker.phone) for worker in made().county.staff.workers)
    assert 0.9 < len(seen) / 1300 < 1


def test_every_open_file_passes_the_checks_of_a_roster() -> None:
    plain = roster_csv(made().open_children, TREE, plain=True)
    heads, *rows = csv.reader(io.StringIO(plain))
    key_of = {column.heading: column.key for column in COLUMNS}  # 电话, the phone to call, is said once more
    bad = {}
    for row in rows:
        cells = {key_of[head]: cell for head, cell in zip(heads, row, strict=True) if head in key_of}
        read = read_row(cells, TREE, None, DAY)
        if isinstance(read, Bad):
            bad[cells["file_no"]] = [problem.code for problem in read.problems]
    assert bad == {}


def test_file_numbers_count_up_from_one_in_every_village_and_are_nowhere_twice() -> None:
    numbers = [child.file_no for child in made().county.children]
    assert len(set(numbers)) == 1300
    for place in made().county.places:
        mine = sorted(child.file_no for child in place.children)
        assert mine == [f"{file_prefix(place.unit.code)}{serial:04}" for serial in range(1, len(mine) + 1)]


def test_a_household_shares_its_people_address_and_file_date() -> None:
    for place in made().county.places:
        for home in place.homes:
            assert len({(one.guardians, one.address, one.household) for one in home.children}) == 1
            assert (len(home.children) > 1) == (home.children[0].household is not None)


def test_every_character_is_in_the_font() -> None:
    known = TTFont(ROOT / "files/fonts/NotoSansCJKsc-Regular.otf", lazy=True).getBestCmap()
    one = made()
    text = repr((one.county.children, one.county.staff, cases(one.county))) + "".join(words.sentences())
    assert {char for char in text if ord(char) not in known} == set()


# --- the edge cases ---


def test_the_edge_cases_are_there_on_purpose() -> None:
    children = made(100).county.children
    names = Counter((child.unit, child.name) for child in children)
    assert names[LARGE, "王梓涵"] == 2
    assert {unit for unit, name in names if name == "李佳怡"} >= {"620724106009", "620724107007"}
    assert {"王𬭚", "柴𠮷", "阿依努尔·买买提"} <= {child.name for child in children}
    assert any(child.id_no is None for child in children)
    assert any(child.birth_date and (child.birth_date.month, child.birth_date.day) == (2, 29) for child in children)
    assert {"parents_returned", "moved", "death", "age_18"} <= {child.close_reason for child in children}
    assert any(child.paused_until and child.paused_until > DAY for child in children)
    tomorrow = [child for child in children if child.age_on(DAY) == 15 and child.age_on(DAY + timedelta(days=1)) == 16]
    assert Label.LEFT_BEHIND in tomorrow[0].labels
    homes = [home for place in made(100).county.places for home in place.homes]
    assert any(home.carer_age == 71 and len(home.children) == 3 for home in homes)
    assert any(len({one.birth_date for one in home.children}) == 1 < len(home.children) for home in homes)


def test_the_directors_own_child_is_seen_by_somebody_else() -> None:
    director = made().county.staff.at(Role.CHILD_DIRECTOR, OWN_CHILD).holder
    assert director is not None
    own = [child for child in made().county.children if any(one.phone == director.phone for one in child.guardians)]
    contacts = made().by_child[own[0].id]
    assert len(own) == 1
    assert len(contacts) > 5
    assert {contact.by_role for contact in contacts} == {Role.SUPERVISOR}


def test_one_child_was_entered_twice_and_the_two_of_one_name_stay_apart() -> None:
    before = made().county
    after = doubles.entered_twice(before)
    open_ones = [Traits.of(child) for child in after.children if child.closed_on is None]
    [pair] = pairs(open_ones)
    two = [child for child in after.children if child.id in (pair.one, pair.other)]
    assert {child.unit for child in two} == {LARGE}
    assert pair.grounds[0] is Ground.SOUND
    assert choices(*two) == ("name", "address")
    assert [child.id for child in after.children] == [child.id for child in before.children]


# --- the reports of 甲村 ---


def test_fourteen_reports_lie_in_the_invented_village_alone() -> None:
    found = cases(made().county)
    assert Counter(case.code for case in found) == {"R4": 5, "R6": 3, "X6": 3, "R5": 1, "R2": 1, "R7": 1}
    assert {case.child.unit for case in found if case.child} == {DEMO_VILLAGE}
    assert {case.unit for case in found} == {DEMO_VILLAGE, DEMO_TOWN}
    assert all(local_day(case.filed_at) < DAY for case in found)
    assert all(at < found[-1].filed_at + timedelta(days=1) for case in found for at, _ in case.steps)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_each_report_is_a_finished_form_filed_under_its_own_situation(seed: int) -> None:
    for case in cases(made(100, seed=seed).county):
        kept, still_open = REPORT.walk(case.answers)
        assert still_open is None
        assert kept == case.answers
        age = case.child.age_on(local_day(case.filed_at)) if case.child else None
        sex = case.child.sex if case.child else None
        assert situation_of(case.answers, sex, age).code == case.code
        if case.code == "R2":
            assert sex is Sex.FEMALE
            assert age is not None
            assert age < 14


def test_the_child_of_an_open_report_of_harm_is_in_the_red_tier() -> None:
    for seed in (1, 2, 3):
        waiting, unanswered = cases(made(100, seed=seed).county)[-1], cases(made(100, seed=seed).county)[-2]
        assert waiting.child is not None
        assert unanswered.child is not None
        assert waiting.child.tier is unanswered.child.tier is Tier.RED
        assert waiting.child != unanswered.child


def test_every_child_lives_in_a_village_or_community() -> None:
    kinds = {unit.kind for child in made().county.children if (unit := TREE.get(child.unit))}
    assert kinds == {UnitKind.VILLAGE, UnitKind.COMMUNITY}
