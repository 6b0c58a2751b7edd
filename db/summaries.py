"""Facts for summaries and lists: few statements over whole units, and nothing sensitive opened for counting."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, case, func, not_, or_, select, true

from db import issues as issue_rows
from db import people as people_rows
from db import reports as report_rows
from db.models import children, contact_years, contacts, issues
from db.parts import parts
from db.reports import matters
from db.rows import opened
from db.skeletons import skeletons
from db.yearly import COUNTS
from domain.calendar import month_end, period_end, period_start
from domain.children import Tier
from domain.contacts import Contact, Kind
from domain.duties import OpenDuty, due_days, open_duties
from domain.people import Me, Role, Unit
from domain.policy import Policy
from domain.reports.case import is_open
from domain.reports.clocks import CLOCKS, clocks, is_near
from domain.reports.crew import Rung
from domain.summaries import (
    QUARTER,
    Summary,
    WeekLoad,
    load_by_week,
    tabulate,
)
from domain.units import COUNTY, UnitTree


def anybody_on_file(conn: Connection, codes: Collection[str]) -> bool:
    """Whether these units have an open file at all: where nobody is, nobody was reached either."""
    here = select(children.c.id).where(children.c.unit.in_(sorted(codes)), children.c.closed_on.is_(None))
    return conn.execute(here.limit(1)).first() is not None


def summary(
    conn: Connection, tree: UnitTree, unit: Unit, today: date, policy: Policy, *, reports_for: Me | None
) -> Summary:
    """The one source of every figure about a unit: text, chart and workbook are made from this and nothing else.

    Open reports are those `reports_for` may open (none without): one that goes around somebody cannot be counted by
    them either. Counted by the database, one line for each village; `summarise` over each child's facts gives the same.
    """
    codes = tree.under(unit.code)
    counts = _counts(conn, codes, today, policy)
    for what, numbers in (
        ("open_reports", open_reports(conn, reports_for) if reports_for else {}),
        ("open_issues", issue_rows.open_by_unit(conn, codes)),
    ):
        for code, number in numbers.items():
            counts.setdefault(code, {})[what] = number
    return tabulate(unit, tree, counts, today)


def _bits(months: Collection[int]) -> int:
    return sum(1 << (month - 1) for month in months)


def _had(column: Any, bits: int) -> Any:
    """Something in one of these months; a child without a row of the year had nothing."""
    return func.coalesce(column, 0).op("&")(bits) != 0


def conditions(today: date, policy: Policy) -> dict[str, Any]:
    """What puts a child into each column, over children joined with its row of this year (`_of_year`)."""
    year, c = contact_years, children.c
    quarter = period_start(today, QUARTER)
    met = _had(year.c.reached, _bits([today.month]))
    seen = _had(year.c.visited, _bits(range(quarter.month, quarter.month + QUARTER)))
    called = _had(year.c.supervised, _bits(range(1, 13)))
    helped_by = today - timedelta(days=policy.help_after_days)
    return {
        "contacts_due": or_(met, c.contact_due <= month_end(today)),
        "contacts_done": met,
        "contacts_overdue": c.contact_due < today,
        "visits_due": or_(seen, c.visit_due <= period_end(today, QUARTER)),
        "visits_done": seen,
        "visits_overdue": c.visit_due < today,
        "supervisor_due": or_(called, c.supervisor_due <= period_end(today, 12)),
        "supervisor_done": called,
        "help_wanted": or_(c.contact_due < helped_by, c.visit_due < helped_by),
    }


def _of_year(year: int) -> Any:
    return children.outerjoin(
        contact_years, and_(contact_years.c.child_id == children.c.id, contact_years.c.year == year)
    )


def _counts(conn: Connection, codes: Collection[str], today: date, policy: Policy) -> dict[str, dict[str, int]]:
    """By village: how many children there are in each column."""
    columns = conditions(today, policy)
    query = (
        select(
            children.c.unit,
            children.c.tier,
            func.count(),
            *(func.sum(case((condition, 1), else_=0)) for condition in columns.values()),
        )
        .select_from(_of_year(today.year))
        .where(_here(codes), children.c.closed_on.is_(None))
        .group_by(children.c.unit, children.c.tier)
    )
    found: dict[str, dict[str, int]] = {}
    for unit, tier, count, *numbers in conn.execute(query):
        here = found.setdefault(unit, {})
        for name, number in zip(("children", tier, *columns), (count, count, *numbers), strict=True):
            here[name] = here.get(name, 0) + int(number)
    return found


def _here(codes: Collection[str]) -> Any:
    return children.c.unit.in_(sorted(codes))


@dataclass(frozen=True)
class Line:
    """A child in a list behind a number; nothing sensitive."""

    child_id: str
    file_no: str
    unit: str
    tier: Tier


BEHIND = {  # name of a list → the condition on one child; `not_` what was owed and not done
    "contacts": lambda known: and_(known["contacts_due"], not_(known["contacts_done"])),
    "visits": lambda known: and_(known["visits_due"], not_(known["visits_done"])),
    "supervisor": lambda known: and_(known["supervisor_due"], not_(known["supervisor_done"])),
    "contacts_overdue": lambda known: known["contacts_overdue"],
    "visits_overdue": lambda known: known["visits_overdue"],
    "help_wanted": lambda known: known["help_wanted"],
    "children": lambda known: true(),
    "red": lambda known: children.c.tier == Tier.RED.value,
    "yellow": lambda known: children.c.tier == Tier.YELLOW.value,
    "green": lambda known: children.c.tier == Tier.GREEN.value,
    "issues": lambda known: children.c.id.in_(select(issues.c.child_id).where(issues.c.closed_on.is_(None))),
}


def behind_by_unit(conn: Connection, codes: Collection[str], what: str, today: date, policy: Policy) -> dict[str, int]:
    """How many children are behind a number, by village."""
    query = _behind(select(children.c.unit, func.count()), codes, what, today, policy).group_by(children.c.unit)
    return dict(conn.execute(query).tuples().all())


def behind(
    conn: Connection, codes: Collection[str], what: str, today: date, policy: Policy, first: int, most: int
) -> list[Line]:
    """So many of the children behind a number from the `first` on: red before yellow, then by file number."""
    order = case({tier.value: place for place, tier in enumerate(Tier)}, value=children.c.tier, else_=len(Tier))
    query = _behind(select(*_LINE), codes, what, today, policy).order_by(order, children.c.file_no)
    rows = conn.execute(query.offset(first).limit(most))
    return [Line(id_, file_no, unit, Tier(tier)) for id_, file_no, unit, tier in rows]


_LINE = (children.c.id, children.c.file_no, children.c.unit, children.c.tier)


def _behind(query: Any, codes: Collection[str], what: str, today: date, policy: Policy) -> Any:
    wanted = BEHIND[what](conditions(today, policy))
    return query.select_from(_of_year(today.year)).where(_here(codes), children.c.closed_on.is_(None), wanted)


def lines(conn: Connection, ids: Collection[str]) -> list[Line]:
    """These children as lines of a list, by file number."""
    found: list[Line] = []
    for part in parts(sorted(ids)):
        query = select(*_LINE).where(children.c.id.in_(part))
        found += [Line(id_, file_no, unit, Tier(tier)) for id_, file_no, unit, tier in conn.execute(query)]
    return sorted(found, key=lambda one: one.file_no)


def left_by_unit(conn: Connection, codes: Collection[str], last: date) -> dict[str, int]:
    """How many children of each village still owe a contact or a visit until that day."""
    owed = or_(children.c.contact_due <= last, children.c.visit_due <= last)
    query = (
        select(children.c.unit, func.count())
        .where(_here(codes), children.c.closed_on.is_(None), owed)
        .group_by(children.c.unit)
    )
    return dict(conn.execute(query).tuples().all())


def load(conn: Connection, codes: Collection[str], today: date, weeks: int = 8) -> tuple[WeekLoad, ...]:
    """What falls due in this week and the coming ones, from the due days in the children's rows."""
    counted: list[dict[date, int]] = []
    for due in (children.c.contact_due, children.c.visit_due, children.c.supervisor_due):
        query = (
            select(due, func.count())
            .where(_here(codes), children.c.closed_on.is_(None), due < today + timedelta(weeks=weeks))
            .group_by(due)
        )
        counted.append(dict(conn.execute(query).tuples().all()))
    return load_by_week(counted[0], counted[1], counted[2], today, weeks)


def open_reports(conn: Connection, me: Me) -> dict[str, int]:
    """How many open reports of each unit this person may open. One without a known place counts for the county."""
    listed = [one for one in report_rows.of_me(conn, me) if not one.report.drill]
    return dict(Counter(one.report.unit or COUNTY for one in listed if is_open(one.events)))


def report_clocks(conn: Connection, me: Me, now: datetime, policy: Policy) -> dict[str, list[int]]:
    """By kind of clock: how many run in time, near their end, over it, on the open reports this person may know of.

    Drills are not counted, nor what only reminds the reporter.
    """
    everyone = people_rows.find_posts(conn)
    found: dict[str, list[int]] = {}
    for one in matters.open_reports(conn):
        report = report_rows.get(conn, one.matter.id)
        if report is None or report.drill or me.person_id in report_rows.hidden_from(conn, report, everyone):
            continue
        for running in clocks(one.life, one.matter, now, policy):
            if running.clock.ladder[0] is Rung.REPORTER or running.clock.aside:
                continue
            state = 2 if running.late else 1 if is_near(running, one.life, one.matter, policy) else 0
            found.setdefault(running.clock.code, [0, 0, 0])[state] += 1
    order = [clock.code for clock in CLOCKS]
    return {kind: found[kind] for kind in sorted(found, key=order.index)}


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
    for child in skeletons(conn, here):
        due = due_days(child, known.get(child.id, ()), policy)
        owed += (one for one in open_duties(child, due, today) if one.due < today)
    return owed


def _latest_contacts(conn: Connection, here: Any) -> dict[str, list[Contact]]:
    """The latest counting contact of each kind, of each role, with the child seen or not."""
    sorts = (contacts.c.child_id, contacts.c.kind, contacts.c.child_seen, contacts.c.by_role)
    query = (
        select(*sorts, func.max(contacts.c.day).label("day"))
        .select_from(contacts.join(children, children.c.id == contacts.c.child_id))
        .where(here, COUNTS)
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
    found: dict[str, str] = {}
    for part in parts(ids):
        query = select(children.c.id, children.c.name).where(
            children.c.id.in_(part), children.c.unit.in_(list(codes))
        )
        found.update({row.id: opened(conn, children, dict(row._mapping))["name"] for row in conn.execute(query)})
    return found
