"""Facts for summaries: the few statements against counting by hand."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update

from db import (
    child_changes,
    child_due,
    children,
    contacts,
    days_gone,
    duties,
    issues,
    people,
    reports,
    summaries,
    yearly,
)
from db.models import children as children_table
from db.models import contact_years
from db.session import Database
from db.skeletons import open_ones
from db.types import new_id
from domain import units
from domain.children import Child, Tier
from domain.contacts import Contact, Kind
from domain.duties import DueDays
from domain.people import Role
from domain.policy import COUNTY_DEFAULTS as POLICY
from domain.reports.case import Act, Event, Part
from domain.reports.conflict import Conflict
from domain.summaries import ChildFacts, Enrolment, Period, Summary, coverage_by_month, summarise
from tests import cast
from tests.house import KEYS, copy_template

NOW = datetime(2026, 11, 18, 2, tzinfo=UTC)
TODAY = date(2026, 11, 18)
TREE = units.load(demo=True)
XINBA = TREE.get(cast.XINBA)
NUANQUAN = next(unit for unit in TREE if unit.code == cast.NUANQUAN)
VILLAGES = [unit.code for unit in TREE.children_of(cast.XINBA)][:5]


@pytest.fixture
async def db(template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(f"sqlite+aiosqlite:///{copy_template(template, tmp_path / 'x.sqlite3')}", KEYS) as opened:
        yield opened


def a_town_of_any_kind(conn: Connection, seed: int) -> list[tuple[Child, list[Contact]]]:
    """Children with all sorts of histories: attempts, visits without the child, old, paused, added lately."""
    chance = random.Random(seed)
    known = []
    for number in range(40):
        village = chance.choice(VILLAGES)
        added = TODAY - timedelta(days=chance.randrange(1, 900))
        paused = TODAY + timedelta(days=chance.randrange(-40, 40)) if chance.random() < 0.1 else None
        child = Child(
            new_id(), f"{children.file_prefix(village)}{500 + number}", "孙若溪", village,
            tier=chance.choice(list(Tier)), added_on=added, paused_until=paused,
        )  # fmt: skip
        met = [
            Contact(
                new_id(), child.id, TODAY - timedelta(days=chance.randrange(chance.choice([60, 950]))), chance.choice(list(Kind)),
                chance.random() < 0.8, chance.choice([True, False, None]),
                chance.choice([Role.CHILD_DIRECTOR, Role.CHILD_DIRECTOR, Role.SUPERVISOR]),
            )
            for _ in range(chance.randrange(9))
        ]  # fmt: skip
        known.append((child, met))
    child_changes.add_children(conn, [child for child, _ in known], NOW, POLICY, by=None, source="test", demo=True)
    contacts.put_many(conn, [(contact, {}) for _, met in known for contact in met], NOW, demo=True)
    child_due.refresh_due(conn, [child.id for child, _ in known], POLICY)
    return known


def facts_of(conn: Connection) -> list[ChildFacts]:
    """Every open file of the villages with all the days of its contacts, one by one."""
    known = contacts.of_children(conn, [child.id for child in open_ones(conn, VILLAGES)])
    found = []
    for entry in children.in_units(conn, VILLAGES):
        met = [one for one in known.get(entry.child.id, ()) if one.counts_as_contact]
        due = DueDays(entry.contact_due, entry.visit_due, entry.supervisor_due)
        found.append(
            ChildFacts(
                entry.child.id, entry.child.unit, entry.child.tier, due, tuple(one.day for one in met),
                tuple(one.day for one in met if one.counts_as_visit),
                tuple(one.day for one in met if one.by_role is Role.SUPERVISOR),
            )
        )  # fmt: skip
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_what_the_database_counts_is_what_counting_every_child_gives(db: Database, seed: int) -> None:
    await db.run(lambda conn: a_town_of_any_kind(conn, seed))
    assert XINBA is not None
    quick = await db.read(lambda conn: summaries.summary(conn, TREE, XINBA, TODAY, POLICY, reports_for=None))
    slow = await db.read(lambda conn: summarise(XINBA, TREE, facts_of(conn), {}, {}, TODAY, POLICY))
    assert quick == slow
    assert quick.total.children == 44  # with the cast's four
    assert quick.total.visits_done > 0
    assert quick.total.supervisor_done > 0


PERIODS = [
    Period(date(2026, 10, 1), date(2026, 10, 31)), Period(date(2026, 1, 1), date(2026, 12, 31)),
    Period(date(2025, 7, 12), date(2026, 11, 9)), Period(date(2026, 11, 2), date(2026, 11, 18)),
    Period(date(2026, 7, 1), date(2026, 9, 30)),
]  # fmt: skip


@pytest.mark.parametrize("seed", [7, 8])
async def test_days_gone_by_are_counted_from_the_rolled_up_months_as_from_the_facts(db: Database, seed: int) -> None:
    await db.run(lambda conn: a_town_of_any_kind(conn, seed))
    closed = update(children_table).where(children_table.c.unit == VILLAGES[0]).values(closed_on=date(2026, 9, 20))
    await db.run(lambda conn: conn.execute(closed))
    facts = await db.read(
        lambda conn: contacts.of_children(conn, [row.id for row in conn.execute(select(children_table))])
    )
    for period in PERIODS:
        months = period.months
        for one in await db.read(lambda conn, period=period: days_gone.months_of(conn, VILLAGES, period, TODAY)):  # type: ignore[misc]
            met = [
                fact for fact in facts.get(one.child_id, ()) if fact.reached and period.first <= fact.day <= period.last
            ]
            assert one.reached == sum(1 << months.index(first) for first in {fact.day.replace(day=1) for fact in met})
            seen = {fact.day.replace(day=1) for fact in met if fact.counts_as_visit}
            assert one.visited == sum(1 << months.index(first) for first in seen)
            called = {fact.day.replace(day=1) for fact in met if fact.by_role is Role.SUPERVISOR}
            assert one.supervised == sum(1 << months.index(first) for first in called)


async def test_the_coverage_of_a_year_is_that_of_the_facts(db: Database) -> None:
    await db.run(lambda conn: a_town_of_any_kind(conn, 9))

    def both(conn: Connection) -> tuple[object, object]:
        known = contacts.of_children(conn, [child.id for child in open_ones(conn, VILLAGES)])
        slow = [
            Enrolment(
                child.id, child.added_on or TODAY, None,
                tuple(fact.day for fact in known.get(child.id, ()) if fact.counts_as_contact),
            )
            for child in open_ones(conn, VILLAGES)
        ]  # fmt: skip
        return days_gone.coverage(conn, VILLAGES, TODAY, POLICY), coverage_by_month(slow, TODAY, POLICY)

    quick, slow = await db.read(both)
    assert quick == slow


async def test_the_rolled_up_months_follow_every_writing_and_can_be_rebuilt(db: Database) -> None:
    def work(conn: Connection) -> tuple[int, int, int]:
        known = a_town_of_any_kind(conn, 10)
        chance = random.Random(10)
        for _, met in known:
            for fact in met:
                if chance.random() < 0.3:
                    contacts.withdraw(conn, fact.id)
                elif chance.random() < 0.3:  # corrected: another day, perhaps another year
                    right = replace(fact, id=new_id(), day=fact.day - timedelta(days=chance.randrange(300)))
                    contacts.put(conn, right, {}, NOW, batch=new_id(), replaces=fact.id)
        kept = yearly.recompute(conn)
        conn.execute(update(contact_years).values(reached=0))
        return kept, yearly.recompute(conn), yearly.recompute(conn)

    kept, wrong, again = await db.run(work)
    assert (kept, again) == (0, 0)
    assert wrong > 20


@pytest.mark.parametrize("what", sorted(summaries.BEHIND))
async def test_the_list_behind_a_number_is_as_long_as_the_number(db: Database, what: str) -> None:
    await db.run(lambda conn: a_town_of_any_kind(conn, 11))
    await db.run(lambda conn: issues.put(conn, cast.XIAOHU.id, "school", "…", None, TODAY, help_wanted=False))
    assert XINBA is not None

    def look(conn: Connection) -> tuple[Summary, dict[str, int], list[summaries.Line]]:
        return (
            summaries.summary(conn, TREE, XINBA, TODAY, POLICY, reports_for=None),
            summaries.behind_by_unit(conn, TREE.under(cast.XINBA), what, TODAY, POLICY),
            summaries.behind(conn, TREE.under(cast.XINBA), what, TODAY, POLICY, 0, 99),
        )

    table, by_unit, lines = await db.read(look)
    total = table.total
    numbers = {
        "children": total.children, "contacts": total.contacts_due - total.contacts_done,
        "visits": total.visits_due - total.visits_done, "supervisor": total.supervisor_due - total.supervisor_done,
        "contacts_overdue": total.contacts_overdue, "visits_overdue": total.visits_overdue,
        "help_wanted": total.help_wanted, "issues": total.open_issues,
        **{tier.value: count for tier, count in total.by_tier.items()},
    }  # fmt: skip
    assert len(lines) == sum(by_unit.values()) == numbers[what]
    assert [one.tier for one in lines] == sorted((one.tier for one in lines), key=list(Tier).index)


@pytest.mark.parametrize("seed", [4, 5, 6])
async def test_overdue_work_from_the_latest_contacts_is_that_from_all_facts(db: Database, seed: int) -> None:
    await db.run(lambda conn: a_town_of_any_kind(conn, seed))
    codes = TREE.under(cast.XINBA)
    quick = await db.read(lambda conn: summaries.overdue(conn, codes, TODAY, POLICY))
    slow = await db.read(lambda conn: duties.until(conn, TODAY - timedelta(days=1), TODAY, POLICY, codes))
    assert quick == [one for one in slow if one.due < TODAY]
    assert len(quick) > 10


async def test_a_corrected_record_counts_as_corrected(db: Database) -> None:
    met = Contact(new_id(), cast.XIAOHU.id, TODAY, Kind.HOME_VISIT, True, True)
    call = Contact(new_id(), cast.XIAOHU.id, TODAY, Kind.PHONE, True)

    def put(conn: Connection, one: Contact, replaces: str | None = None) -> None:
        contacts.put(conn, one, {}, NOW, batch=new_id(), replaces=replaces)

    async def counted() -> tuple[int, int]:
        found = await db.read(lambda conn: summaries.summary(conn, TREE, NUANQUAN, TODAY, POLICY, reports_for=None))
        return found.total.contacts_done, found.total.visits_done

    await db.run(lambda conn: put(conn, met))
    assert await counted() == (1, 1)
    await db.run(lambda conn: put(conn, call, met.id))
    assert await counted() == (1, 0)
    await db.run(lambda conn: contacts.withdraw(conn, call.id))
    assert await counted() == (0, 0)


async def test_a_closed_file_is_neither_counted_nor_overdue(db: Database) -> None:
    closed = update(children_table).where(children_table.c.id == cast.XIAOHU.id).values(closed_on=TODAY)
    await db.run(lambda conn: conn.execute(closed))
    found = await db.read(lambda conn: summaries.summary(conn, TREE, NUANQUAN, TODAY, POLICY, reports_for=None))
    assert found.total.children == 2
    owed = await db.read(lambda conn: summaries.overdue(conn, [cast.NUANQUAN], TODAY, POLICY))
    assert {one.child.id for one in owed if one.child} == {cast.XIAOYU.id, cast.HAORAN.id}


async def test_names_are_given_within_the_units_only(db: Database) -> None:
    ids = [cast.XIAOHU.id, cast.YINUO.id]
    found = await db.read(lambda conn: summaries.names(conn, ids, [cast.NUANQUAN]))
    assert found == {cast.XIAOHU.id: "殷小虎"}


async def test_a_report_of_an_unknown_place_counts_for_the_county_and_a_closed_one_for_nobody(db: Database) -> None:
    def put(conn: Connection) -> tuple[dict[str, int], dict[str, int]]:
        county, director = people.me_of(conn, cast.HEJING.chat_id), people.me_of(conn, cast.YULAN.chat_id)
        assert county is not None
        assert director is not None
        desk = people.posts_at(conn, Role.COUNTY, cast.COUNTY)[0]
        for unit in (None, cast.NUANQUAN):
            report = reports.file(
                conn, director.person_id, {}, NOW, situation="X", urgent=False, conflict=Conflict.NONE, unit=unit
            )
            reports.put_event(conn, report, Event(Act.SENT, NOW, to=cast.POLICE))
            reports.seat_post(conn, report, desk, Part.WATCHER, NOW)
        before = summaries.open_reports(conn, county)
        reports.put_event(conn, report, Event(Act.RECEIVED, NOW, cast.POLICE))
        reports.put_event(conn, report, Event(Act.CLOSED, NOW, cast.POLICE))
        reports.put_event(conn, report, Event(Act.VISITED, NOW))  # the file closes after the home visit
        return before, summaries.open_reports(conn, county)

    before, after = await db.run(put)
    assert before == {cast.COUNTY: 1, cast.NUANQUAN: 1}
    assert after == {cast.COUNTY: 1}
