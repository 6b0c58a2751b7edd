"""The demo county: repeatable, believable, plainly invented (domain.md section 7)."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from bot.words import Words
from db.children import file_prefix
from domain import units
from domain.calendar import local_day, month_start
from domain.children import Child, Label, Sex, Tier
from domain.contacts import Contact
from domain.demo import county as counties
from domain.demo import doubles, history, tiers, words
from domain.demo.cases import cases
from domain.demo.county import County
from domain.demo.history import Logged, Problem
from domain.demo.staff import DEMO_TOWN, DEMO_VILLAGE, FIRST_CHAT, LARGE, ORDINARY, OWN_CHILD, VACANT
from domain.duplicates import Ground, Traits, choices, pairs
from domain.duties import FactKind, due_days, open_duties
from domain.identity import IdNumber, is_demo_id, is_demo_phone, read_id
from domain.people import Role, UnitKind
from domain.policy import COUNTY_DEFAULTS
from domain.reading.signs import find_signs, is_alarming
from domain.reports.form import REPORT
from domain.reports.situations import situation_of
from domain.roster import COLUMNS, Bad, read_row
from domain.visits import VISIT, outcome
from files.roster import roster_csv

pytestmark = pytest.mark.slow  # left out of ./test --fast

ROOT = Path(__file__).parents[2]
TREE = units.load(demo=True)
DAY = date(2026, 11, 22)


@dataclass(frozen=True)
class Made:
    """A county with its history."""

    county: County
    logged: list[Logged]
    problems: dict[str, list[Problem]]

    @property
    def open_children(self) -> list[Child]:
        return [child for child in self.county.children if child.closed_on is None]

    @property
    def by_child(self) -> dict[str, list[Contact]]:
        found: dict[str, list[Contact]] = defaultdict(list)
        for one in self.logged:
            found[one.contact.child_id].append(one.contact)
        return found


@cache
def made(children: int = 1300, seed: int = 1, day: date = DAY) -> Made:
    county = counties.make(seed, children, day, TREE, file_prefix)
    logged: list[Logged] = []
    problems: dict[str, list[Problem]] = {}
    for town in TREE.towns:
        found: list[Problem] = []
        for place in (place for place in county.places if place.town == town):
            records, more = history.of_place(county, place)
            logged += records
            found += more
        problems[town.code] = history.settled(county, town.code, found)
    return Made(county, logged, problems)


def digest(one: Made) -> str:
    facts = (one.county.staff, one.county.places, one.logged, one.problems, cases(one.county))
    return hashlib.sha256(repr(facts).encode()).hexdigest()


# --- repeatable ---


def test_the_same_seed_and_day_give_the_same_county_and_another_seed_another() -> None:
    first, again = digest(made(100)), digest(made.__wrapped__(100))
    assert first == again
    assert digest(made(100, seed=2)) != first
    assert digest(made(100, day=DAY + timedelta(days=1))) != first


def test_the_county_does_not_depend_on_how_python_hashes_text() -> None:
    code = "from tests.domain.test_demo import digest, made; print(digest(made(100)))"

    def run(hash_seed: str) -> str:
        env = {**os.environ, "PYTHONHASHSEED": hash_seed}
        return subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout

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
    grandparents = sum(any(one.carer and "grandparent" in one.relation for one in child.guardians) for child in left_behind)
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


# --- a year of work ---


def test_the_history_ends_the_evening_before_and_lies_within_each_file() -> None:
    files = {child.id: child for child in made().county.children}
    for one in made().logged:
        child = files[one.contact.child_id]
        assert child.added_on is not None
        assert child.added_on <= one.contact.day < (child.closed_on or DAY)
        assert one.contact.day <= local_day(one.entered_at) < DAY
    assert min(one.contact.day for one in made().logged) > DAY - timedelta(days=550)


def test_most_contacts_come_in_time_and_some_late() -> None:
    in_time = late = visits_in_time = visits_late = 0
    contacts = made().by_child
    for child in made().open_children:
        mine = sorted((one for one in contacts[child.id] if one.reached), key=lambda one: one.day)
        for number, one in enumerate(mine[1:], 1):
            due = due_days(child, mine[:number], COUNTY_DEFAULTS)
            assert due.contact is not None
            assert due.visit is not None
            in_time, late = in_time + (one.day <= due.contact), late + (one.day > due.contact)
            # the visits before the history begins are not known, so its first one counts from nothing
            if one.counts_as_visit and due.visit_since and due.visit_since.kind is FactKind.VISIT:
                visits_in_time, visits_late = visits_in_time + (one.day <= due.visit), visits_late + (one.day > due.visit)
    assert 0.78 < in_time / (in_time + late) < 0.90
    assert 0.68 < visits_in_time / (visits_in_time + visits_late) < 0.84


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2027, 2, 28), date(2026, 8, 30)])
def test_late_in_a_month_the_towns_have_reached_most_children_and_some_villages_need_help(day: date) -> None:
    one = made(day=day)
    contacts = one.by_child
    reached: dict[str, list[bool]] = defaultdict(list)
    help_wanted = set()
    for child in one.open_children:
        mine = contacts[child.id]
        reached[child.unit[:9]].append(any(contact.reached and contact.day >= month_start(day) for contact in mine))
        due = due_days(child, mine, COUNTY_DEFAULTS)
        if any(duty.duty.who is Role.CHILD_DIRECTOR and duty.overdue_days(day) > 7 for duty in open_duties(child, due, day)):
            help_wanted.add(child.unit)
    shares = {town: sum(met) / len(met) for town, met in reached.items() if town != DEMO_TOWN}
    assert min(shares.values()) > 0.6, shares
    assert 0.75 < sum(shares.values()) / len(shares) < 0.96
    assert 5 < len(help_wanted) < 70


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2026, 11, 30), date(2027, 1, 1), date(2028, 2, 29)])
def test_the_directors_a_visitor_plays_find_a_handful_to_do_this_morning(day: date) -> None:
    one = made(day=day)
    contacts = one.by_child
    for unit in (ORDINARY, LARGE, DEMO_VILLAGE):
        waiting = 0
        for child in (child for child in one.open_children if child.unit == unit):
            due = due_days(child, contacts[child.id], COUNTY_DEFAULTS)
            waiting += any(duty.duty.who is Role.CHILD_DIRECTOR for duty in open_duties(child, due, day))
        assert 2 <= waiting <= 8, unit


def test_a_supervisor_has_reached_most_families_and_has_some_left_before_the_year_ends() -> None:
    contacts = made().by_child
    due = [due_days(child, contacts[child.id], COUNTY_DEFAULTS).supervisor for child in made().open_children]
    this_year = sum(day is not None and day.year == DAY.year for day in due)
    assert 0.05 < this_year / len(due) < 0.35
    assert sum(day is not None and day < DAY for day in due) < 30


def test_every_record_is_a_finished_form_and_means_what_its_row_says() -> None:
    for one in made(300).logged:
        said = one.content["answers"]
        kept, still_open = VISIT.walk(said)
        assert still_open is None
        assert kept == said
        happened = outcome(said)
        row = one.contact
        assert (row.day, row.kind, row.reached, row.child_seen) == (
            happened.day, happened.kind, happened.reached, happened.child_seen,
        )  # fmt: skip
        assert one.parents_called == happened.parents_called


def test_brothers_and_sisters_are_seen_on_one_trip() -> None:
    files = {child.id: child for child in made().county.children}
    trips: dict[str, set[str]] = defaultdict(set)
    for one in made().logged:
        trips[one.batch].add(one.contact.child_id)
    together = [ids for ids in trips.values() if len(ids) > 1]
    assert len(together) > 500
    assert all(len({files[one].household for one in ids}) == 1 for ids in together)


def test_a_dozen_issues_are_open_in_a_town_and_the_others_have_their_solution() -> None:
    for town, problems in made().problems.items():
        still_open = [one for one in problems if one.closed_on is None]
        assert len(still_open) == (4 if town == DEMO_TOWN else 12)
        assert all(one.solution and one.opened_on <= one.closed_on < DAY for one in problems if one.closed_on)


def test_nothing_that_was_written_reads_as_a_sign_of_harm() -> None:
    known = set(words.sentences())
    assert [sentence for sentence in known if is_alarming(find_signs(sentence))] == []
    for one in made().logged:
        said = one.content["answers"]
        note = said.get("note", "")
        assert not is_alarming(find_signs(note)), note
        assert said.get("worries", words.NOTES[0]) in known


def test_needs_are_called_as_the_form_calls_them() -> None:
    say = Words()
    assert {need: text for need, (text, _) in words.NEEDS.items()} == {need: say(f"visit.needs.{need}") for need in words.NEEDS}


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
