"""Facts for summaries: the few statements against counting by hand."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from db import children, contacts, duties, people, reports, summaries
from db.models import children as children_table
from db.session import Database
from db.types import new_id
from domain import units
from domain.children import Child, Tier
from domain.contacts import Contact, Kind
from domain.people import Role
from domain.policy import COUNTY_DEFAULTS as POLICY
from domain.reports.case import Act, Event, Part
from domain.reports.conflict import Conflict
from domain.summaries import ChildFacts, summarise
from tests import cast
from tests.house import KEYS, copy_template

NOW = datetime(2026, 11, 18, 2, tzinfo=UTC)
TODAY = date(2026, 11, 18)
TREE = units.load(demo=True)
XINBA = TREE.get(cast.XINBA)
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
    children.add_children(conn, [child for child, _ in known], NOW, POLICY, by=None, source="test", demo=True)
    contacts.put_many(conn, [(contact, {}) for _, met in known for contact in met], NOW, demo=True)
    children.refresh_due(conn, [child.id for child, _ in known], POLICY)
    return known


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_summary_from_the_latest_days_is_that_from_all_days(db: Database, seed: int) -> None:
    known = await db.run(lambda conn: a_town_of_any_kind(conn, seed))
    met = {child.id: [one for one in found if one.counts_as_contact] for child, found in known}
    assert XINBA is not None

    def both(conn: Connection) -> tuple[object, object]:
        quick = summaries.child_facts(conn, VILLAGES, TODAY)
        slow = [
            ChildFacts(
                facts.child_id, facts.unit, facts.tier, facts.due,
                tuple(one.day for one in met.get(facts.child_id, ())),
                tuple(one.day for one in met.get(facts.child_id, ()) if one.counts_as_visit),
                tuple(one.day for one in met.get(facts.child_id, ()) if one.by_role is Role.SUPERVISOR),
            )
            for facts in quick
        ]  # fmt: skip
        return (
            summarise(XINBA, TREE, quick, {}, {}, TODAY, POLICY),
            summarise(XINBA, TREE, slow, {}, {}, TODAY, POLICY),
        )

    quick, slow = await db.read(both)
    assert quick == slow
    assert quick.total.children == 44  # type: ignore[attr-defined]  # with the cast's four
    assert quick.total.visits_done > 0  # type: ignore[attr-defined]
    assert quick.total.supervisor_done > 0  # type: ignore[attr-defined]


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

    async def facts() -> ChildFacts:
        found = await db.read(lambda conn: summaries.child_facts(conn, [cast.NUANQUAN], TODAY))
        return next(one for one in found if one.child_id == cast.XIAOHU.id)

    await db.run(lambda conn: put(conn, met))
    assert ((await facts()).contacts, (await facts()).visits) == ((TODAY,), (TODAY,))
    await db.run(lambda conn: put(conn, call, met.id))
    assert ((await facts()).contacts, (await facts()).visits) == ((TODAY,), ())
    await db.run(lambda conn: contacts.withdraw(conn, call.id))
    assert (await facts()).contacts == ()


async def test_a_closed_file_is_neither_counted_nor_overdue(db: Database) -> None:
    closed = update(children_table).where(children_table.c.id == cast.XIAOHU.id).values(closed_on=TODAY)
    await db.run(lambda conn: conn.execute(closed))
    ids = await db.read(lambda conn: {one.child_id for one in summaries.child_facts(conn, [cast.NUANQUAN], TODAY)})
    assert ids == {cast.XIAOYU.id, cast.HAORAN.id}
    owed = await db.read(lambda conn: summaries.overdue(conn, [cast.NUANQUAN], TODAY, POLICY))
    assert {one.child.id for one in owed if one.child} == ids


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
