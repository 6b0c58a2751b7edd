"""委托照护协议: who needs one, its states, what bars a carer, and when it is owed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from db.children import file_prefix
from domain import units
from domain.agreement_days import owed, to_renew, window
from domain.agreements import (
    BARRING,
    Brief,
    Ending,
    Fault,
    Lack,
    Paper,
    Person,
    Signer,
    State,
    Terms,
    carer_faults,
    current_of,
    lacks,
    needs_agreement,
    standing_of,
    state_of,
)
from domain.children import Child, Guardian, Label, Relation
from domain.demo import agreements as demo
from domain.demo.county import make
from domain.demo.staff import ORDINARY
from domain.duties import AGREEMENT_ENDS, AGREEMENT_MISSING
from domain.policy import COUNTY_DEFAULTS

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
GRANNY = Person("王秀英", Relation.PATERNAL_GRANDPARENT, "10012345678", "620799195803192463")
FATHER = Guardian(Relation.FATHER, "殷建军", away=True)
MOTHER = Guardian(Relation.MOTHER, "许静", away=True)
CHILD = Child(
    "xiaohu", "GT-106-001-0001", "殷小虎", "620724106001", birth_date=date(2016, 5, 8), labels=(Label.LEFT_BEHIND,),
    guardians=(Guardian(Relation.PATERNAL_GRANDPARENT, "王秀英", carer=True), FATHER, MOTHER), added_on=date(2026, 1, 5),
)  # fmt: skip


def paper(last: date, signed: date | None = TODAY - 30 * DAY, **more: object) -> Paper:
    parents = (Person("殷建军", Relation.FATHER), Person("许静", Relation.MOTHER))
    whole = {
        "heard": "yes", "school_told": True, "village_told": True, "number": "17",
        "signers": (Signer.FATHER, Signer.MOTHER, Signer.CARER),
    }  # fmt: skip
    terms = Terms("t", parents, GRANNY, signed or TODAY, last)
    return Paper(f"p{last}", f"p{last}", "xiaohu", terms, signed_on=signed, **(whole | more))  # type: ignore[arg-type]


# --- who needs one ---


def test_a_left_behind_child_under_sixteen_needs_one() -> None:
    assert needs_agreement(CHILD, TODAY)
    assert needs_agreement(replace(CHILD, birth_date=None), TODAY)
    assert not needs_agreement(CHILD, date(2032, 5, 8))
    assert not needs_agreement(replace(CHILD, closed_on=TODAY), TODAY)


def test_both_parents_away_need_one_without_the_label_and_one_at_home_needs_none_with_it() -> None:
    assert needs_agreement(replace(CHILD, labels=()), TODAY)
    assert not needs_agreement(replace(CHILD, labels=(), guardians=(FATHER,)), TODAY)
    home = Guardian(Relation.MOTHER, "许静", away=False)
    assert not needs_agreement(replace(CHILD, guardians=(FATHER, home)), TODAY)
    assert needs_agreement(replace(CHILD, guardians=(FATHER, replace(home, state="重残"))), TODAY)  # there, and unable


# --- states ---


@pytest.mark.parametrize(
    ("one", "state"),
    [
        (paper(TODAY + 300 * DAY, signed=None), State.UNSIGNED),
        (paper(TODAY + 31 * DAY), State.VALID),
        (paper(TODAY + 30 * DAY), State.EXPIRING),
        (paper(TODAY), State.EXPIRING),
        (paper(TODAY - DAY), State.EXPIRED),
        (paper(TODAY + 300 * DAY, number=None), State.TO_COMPLETE),
        (paper(TODAY + 300 * DAY, ended_on=TODAY), State.ENDED),
        (paper(TODAY + 300 * DAY, ended_on=TODAY + DAY), State.VALID),
    ],
)
def test_the_state_follows_from_the_facts_and_the_day(one: Paper, state: State) -> None:
    assert state_of(one, TODAY, 10) is state


def test_what_is_missing_is_named() -> None:
    bare = paper(
        TODAY, signers=(Signer.FATHER, Signer.CARER), number=None, heard=None, school_told=False, village_told=False
    )
    assert lacks(bare, 10) == (Lack.PARENT, Lack.PAPER, Lack.OPINION, Lack.SCHOOL, Lack.VILLAGE)
    assert lacks(replace(bare, scans=1), 2) == (Lack.PARENT, Lack.VILLAGE)  # two years old: no school, no opinion


def test_the_signed_one_counts_and_an_expired_one_stays_so_beside_a_new_draft() -> None:
    old, draft, new = paper(TODAY - DAY), paper(TODAY + 300 * DAY, signed=None), paper(TODAY + 200 * DAY)
    assert current_of([old, draft, new], TODAY) == new
    assert current_of([old, draft], TODAY) == draft
    assert standing_of([old, draft], TODAY) is State.EXPIRED
    assert standing_of([], TODAY) is State.UNSIGNED


# --- the carer ---


@pytest.mark.parametrize(
    ("carer", "fault"),
    [
        (Person("殷大虎", Relation.SIBLING, age=17), Fault.MINOR),
        (Person("殷小虎", Relation.OTHER, id_no="620799201605080119"), Fault.MINOR),
        (Person("殷建军", Relation.RELATIVE, age=40), Fault.A_PARENT),
        (replace(GRANNY, state="重病"), Fault.UNABLE),
    ],
)
def test_who_can_be_no_carer(carer: Person, fault: Fault) -> None:
    assert next(one for one in carer_faults(carer, [CHILD], [CHILD], TODAY) if one in BARRING) is fault


def test_age_and_many_children_are_pointed_out_and_bar_nobody() -> None:
    assert carer_faults(GRANNY, [CHILD], [CHILD], TODAY, cares_for=2) == (Fault.OLD, Fault.MANY)
    assert carer_faults(Person("朱嫂", Relation.NEIGHBOUR), [CHILD], [], TODAY) == (Fault.AGE_UNKNOWN,)


# --- when it is owed ---


def due(*papers: Brief, child: Child = CHILD, day: date = TODAY) -> tuple[object, date] | None:
    found = owed(child, date(2026, 11, 1), papers, day, COUNTY_DEFAULTS)
    return (found.duty, found.due) if found else None


def test_the_first_is_owed_within_thirty_days_and_then_never_a_day_without() -> None:
    assert due() == (AGREEMENT_MISSING, date(2026, 12, 1))
    assert due(Brief(None, date(2027, 6, 1))) == (AGREEMENT_MISSING, date(2026, 12, 1))  # a draft is no agreement
    assert due(Brief(TODAY, date(2027, 6, 1))) == (AGREEMENT_ENDS, date(2027, 6, 1))
    assert due(Brief(TODAY, date(2027, 6, 1)), Brief(TODAY, date(2027, 2, 1))) == (AGREEMENT_ENDS, date(2027, 6, 1))
    assert due(Brief(date(2025, 6, 1), date(2026, 6, 1))) == (AGREEMENT_ENDS, date(2026, 6, 1))


def test_after_an_early_end_a_week_is_left_and_three_months_when_the_parents_are_home() -> None:
    over = Brief(date(2026, 3, 1), date(2027, 3, 1), TODAY, Ending.CARER_UNABLE)
    assert due(over) == (AGREEMENT_MISSING, TODAY + 7 * DAY)
    assert due(replace(over, ended_why=Ending.PARENTS_BACK)) == (AGREEMENT_MISSING, date(2027, 2, 22))
    assert due(over, day=TODAY - DAY) == (AGREEMENT_ENDS, date(2027, 3, 1))  # yesterday it still stood


def test_a_pause_moves_the_day_and_who_needs_none_owes_none() -> None:
    paused = replace(CHILD, paused_until=date(2027, 1, 31))
    assert due(child=paused) == (AGREEMENT_MISSING, date(2027, 2, 7))
    assert due(child=replace(CHILD, closed_on=TODAY)) is None


# --- 春节 ---


def test_the_window_lasts_from_ten_days_before_little_new_year_to_the_lantern_festival() -> None:
    assert window(date(2027, 1, 20)) == (date(2027, 1, 20), date(2027, 2, 20))
    assert window(date(2027, 2, 20)) is not None
    assert window(date(2027, 1, 19)) is None
    assert window(date(2027, 2, 21)) is None


def test_in_the_window_everything_is_renewed_that_would_not_last_until_the_next_one() -> None:
    day = date(2027, 2, 1)
    assert to_renew(State.UNSIGNED, None, day)
    assert to_renew(State.VALID, date(2028, 1, 25), day)  # 春节 2028 is on 26 January
    assert not to_renew(State.VALID, date(2028, 2, 9), day)


def test_before_the_window_the_list_is_that_of_the_coming_one() -> None:
    before, after = date(2026, 11, 23), date(2027, 2, 25)
    assert to_renew(State.VALID, date(2028, 1, 25), before)  # would end before the parents are home again in 2028
    assert not to_renew(State.VALID, date(2028, 2, 9), before)
    assert to_renew(State.VALID, date(2028, 2, 9), after)  # this year's is over: the next list is for 2028


# --- the demo county ---


def test_the_demo_county_has_agreements_in_every_state_and_the_same_ones_again() -> None:
    county = make(1, 300, TODAY, units.load(demo=True), file_prefix)
    passes = [one for place in county.places for one in demo.of_place(county, place)]
    again = [one for place in county.places for one in demo.of_place(county, place)]
    assert passes == again
    by_id = {child.id: child for child in county.children}
    papers = [one for _, found in passes for one in found]
    states = Counter(state_of(one, TODAY, by_id[one.child_id].age_on(TODAY)) for one in papers)
    assert set(states) == set(State)
    needing = [child for child in county.children if needs_agreement(child, TODAY)]
    assert 0.5 < states[State.VALID] / len(needing) < 0.8
    shown = next(place for place in county.places if place.unit.code == ORDINARY)
    assert len({state_of(one, TODAY, 9) for _, found in demo.of_place(county, shown) for one in found}) >= 2
