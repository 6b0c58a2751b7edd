"""Facts for summaries and lists: few statements over whole units, and nothing sensitive opened for counting."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, case, func, or_, select

from db import duties
from db import issues as issue_rows
from db import reports as report_rows
from db.models import children, contacts, people
from db.rows import opened
from domain.calendar import period_start
from domain.children import Tier
from domain.contacts import Contact, Kind
from domain.duties import DueDays, OpenDuty, due_days, open_duties
from domain.people import Me, Role, Unit
from domain.policy import Policy
from domain.reports.case import is_open
from domain.summaries import QUARTER, ChildFacts, Summary, summarise
from domain.units import COUNTY, UnitTree

IN = 900
_COUNTS = and_(contacts.c.reached.is_(True), contacts.c.replaced_by.is_(None))
_VISIT = and_(contacts.c.kind == Kind.HOME_VISIT.value, contacts.c.child_seen.is_(True))


def summary(
    conn: Connection, tree: UnitTree, unit: Unit, today: date, policy: Policy, *, reports_for: Me | None
) -> Summary:
    """The one source of every figure about a unit: text, chart and workbook are made from this and nothing else.

    Open reports are those `reports_for` may open (none without): one that goes around somebody cannot be counted by
    them either.
    """
    codes = tree.under(unit.code)
    reports = open_reports(conn, reports_for) if reports_for else {}
    issues = issue_rows.open_by_unit(conn, codes)
    return summarise(unit, tree, child_facts(conn, codes, today), reports, issues, today, policy)


def child_facts(conn: Connection, codes: Collection[str], today: date) -> list[ChildFacts]:
    """Every open file of these units, by file number.

    Of contacts and visits of the running quarter and of the supervisor's of the running year only the latest is
    there: whether there was one within a period that ends today or later is all a summary asks.
    """
    reached, visited, called = _latest_days(conn, codes, today)
    query = (
        select(
            children.c.id, children.c.unit, children.c.tier, children.c.contact_due, children.c.visit_due,
            children.c.supervisor_due,
        )
        .where(children.c.unit.in_(list(codes)), children.c.closed_on.is_(None))
        .order_by(children.c.file_no)
    )  # fmt: skip
    tiers = {tier.value: tier for tier in Tier}
    return [
        ChildFacts(
            id_, unit, tiers[tier], DueDays(contact, visit, supervisor),
            reached.get(id_, ()), visited.get(id_, ()), called.get(id_, ()),
        )
        for id_, unit, tier, contact, visit, supervisor in conn.execute(query)
    ]  # fmt: skip


def _latest_days(conn: Connection, codes: Collection[str], today: date) -> tuple[dict[str, tuple[date, ...]], ...]:
    """By child: the latest counting contact and visit of the quarter, and the supervisor's latest of the year."""
    quarter, year = period_start(today, QUARTER), period_start(today, 12)
    here = and_(children.c.unit.in_(list(codes)), children.c.closed_on.is_(None), _COUNTS)
    joined = contacts.join(children, children.c.id == contacts.c.child_id)
    met = (
        select(contacts.c.child_id, func.max(contacts.c.day), func.max(case((_VISIT, contacts.c.day))))
        .select_from(joined)
        .where(here, contacts.c.day.between(quarter, today))
        .group_by(contacts.c.child_id)
    )
    called = (
        select(contacts.c.child_id, func.max(contacts.c.day))
        .select_from(joined)
        .where(here, contacts.c.by_role == Role.SUPERVISOR.value, contacts.c.day.between(year, today))
        .group_by(contacts.c.child_id)
    )
    reached: dict[str, tuple[date, ...]] = {}
    visited: dict[str, tuple[date, ...]] = {}
    for child_id, day, visit in conn.execute(met):
        reached[child_id] = (day,)
        if visit is not None:
            visited[child_id] = (visit,)
    return reached, visited, {child_id: (day,) for child_id, day in conn.execute(called)}


def open_reports(conn: Connection, me: Me) -> dict[str, int]:
    """How many open reports of each unit this person may open. One without a known place counts for the county."""
    listed = [one for one in report_rows.of_me(conn, me) if not one.report.drill]
    return dict(Counter(one.report.unit or COUNTY for one in listed if is_open(one.events)))


# --- lists --------------------------------------------------------------------------------------------------------


def overdue(conn: Connection, codes: Collection[str], today: date, policy: Policy) -> list[OpenDuty]:
    """What is past its due day for the children of these units, counted from the facts.

    The same as `db.duties.until(yesterday)` gives, but only the latest contact of each sort is read, because nothing
    else moves a due day: the cost grows with the overdue children, hardly with the years behind them.
    """
    late = or_(children.c.contact_due < today, children.c.visit_due < today, children.c.supervisor_due < today)
    here = and_(children.c.unit.in_(list(codes)), children.c.closed_on.is_(None), late)
    known = _latest_contacts(conn, here)
    owed: list[OpenDuty] = []
    for child in duties.skeletons(conn, here):
        due = due_days(child, known.get(child.id, ()), policy)
        owed += (one for one in open_duties(child, due, today) if one.due < today)
    return owed


def _latest_contacts(conn: Connection, here: Any) -> dict[str, list[Contact]]:
    """The latest counting contact of each kind, of each role, with the child seen or not."""
    sorts = (contacts.c.child_id, contacts.c.kind, contacts.c.child_seen, contacts.c.by_role)
    query = (
        select(*sorts, func.max(contacts.c.day).label("day"))
        .select_from(contacts.join(children, children.c.id == contacts.c.child_id))
        .where(here, _COUNTS)
        .group_by(*sorts)
    )
    found: dict[str, list[Contact]] = defaultdict(list)
    for row in conn.execute(query):
        found[row.child_id].append(
            Contact("", row.child_id, row.day, Kind(row.kind), True, row.child_seen, Role(row.by_role))
        )
    return found


def names(conn: Connection, ids: Collection[str], codes: Collection[str]) -> dict[str, str]:
    """The names of these children as far as they live in these units. Whoever asks writes it into the journal."""
    wanted = list(ids)
    found: dict[str, str] = {}
    for start in range(0, len(wanted), IN):
        query = select(children.c.id, children.c.name).where(
            children.c.id.in_(wanted[start : start + IN]), children.c.unit.in_(list(codes))
        )
        found.update({row.id: opened(conn, children, dict(row._mapping))["name"] for row in conn.execute(query)})
    return found


@dataclass(frozen=True)
class Entry:
    """One line of the ledger of contacts (走访记录): what was done and by whom, without what was written about it."""

    child_id: str
    file_no: str
    unit: str
    day: date
    kind: Kind
    reached: bool
    child_seen: bool | None
    by_role: Role
    by_person: str | None
    parents_called: str | None
    entered_at: datetime


def _entries(codes: Collection[str], first: date, last: date) -> tuple[Any, Any]:
    joined = contacts.join(children, children.c.id == contacts.c.child_id)
    here = and_(
        children.c.unit.in_(list(codes)), contacts.c.replaced_by.is_(None), contacts.c.day.between(first, last)
    )
    return joined, here


def count_entries(conn: Connection, codes: Collection[str], first: date, last: date) -> int:
    """How long the ledger of these days will be."""
    joined, here = _entries(codes, first, last)
    return conn.execute(select(func.count()).select_from(joined).where(here)).scalar_one()


def entries(conn: Connection, codes: Collection[str], first: date, last: date) -> Iterator[Entry]:
    """The ledger of contacts in force within these days, attempts included, the earliest first; closed files too."""
    joined, here = _entries(codes, first, last)
    query = (
        select(
            contacts.c.child_id, children.c.file_no, children.c.unit, contacts.c.day, contacts.c.kind,
            contacts.c.reached, contacts.c.child_seen, contacts.c.by_role, contacts.c.by_person,
            contacts.c.parents_called, contacts.c.entered_at,
        )
        .select_from(joined)
        .where(here)
        .order_by(contacts.c.day, children.c.file_no, contacts.c.id)
    )  # fmt: skip
    for row in conn.execute(query):
        yield Entry(
            row.child_id, row.file_no, row.unit, row.day, Kind(row.kind), row.reached, row.child_seen,
            Role(row.by_role), row.by_person, row.parents_called, row.entered_at,
        )  # fmt: skip


def worker_names(conn: Connection, ids: Collection[str]) -> dict[str, str]:
    """The names of those who made the entries."""
    wanted = list(ids)
    found: dict[str, str] = {}
    for start in range(0, len(wanted), IN):
        query = select(people.c.id, people.c.name).where(people.c.id.in_(wanted[start : start + IN]))
        found.update({row.id: opened(conn, people, dict(row._mapping))["name"] for row in conn.execute(query)})
    return found
