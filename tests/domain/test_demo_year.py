"""A year of work in the demo county: contacts, visits, issues, as people would have entered them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import pytest

from bot.words import Words
from domain.calendar import local_day, month_start
from domain.demo import words
from domain.demo.staff import DEMO_TOWN, DEMO_VILLAGE, LARGE, ORDINARY
from domain.duties import FactKind, due_days, open_duties
from domain.people import Role
from domain.policy import COUNTY_DEFAULTS
from domain.reading.signs import find_signs, is_alarming
from domain.visit_findings import outcome
from domain.visits import VISIT
from tests.domain.demo_county import DAY, made

pytestmark = pytest.mark.slow  # left out of ./test --fast


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
                visits_in_time, visits_late = (
                    visits_in_time + (one.day <= due.visit),
                    visits_late + (one.day > due.visit),
                )
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
        if any(
            duty.duty.who is Role.CHILD_DIRECTOR and duty.overdue_days(day) > 7 for duty in open_duties(child, due, day)
        ):
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
    assert {need: text for need, (text, _) in words.NEEDS.items()} == {
        need: say(f"visit.needs.{need}") for need in words.NEEDS
    }
