"""What one person did within some days, read from the facts that were entered anyway (domain/work_days.py)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, select

from db.models import (
    agreement_children,
    child_history,
    children,
    contacts,
    deeds,
    helps,
    issues,
    journal,
    tier_decisions,
    work_log,
)
from db.parts import parts
from db.rows import opened
from domain.calendar import at, local_day
from domain.contacts import Kind
from domain.work_days import Act, What


def acts(conn: Connection, person_id: str, first: date, last: date, within: Collection[str]) -> list[Act]:
    """Everything of these days, each with the child's name where one was concerned. Reports are never in it.

    Of a child who is not in these units (the child moved, or the person's post is another now) only the number of the
    file and the kind of work are told.
    """
    found = [*_contacts(conn, person_id, first, last), *_dated(conn, person_id, first, last)]
    begin, end = at(first, time.min), at(last + timedelta(days=1), time.min)
    found += [*_moments(conn, person_id, begin, end), *_solved(conn, person_id, begin, end)]
    names, numbers = _names(conn, {child for _, _, child, _ in found if child}, within)
    made = [
        Act(day, what, numbers[child]) if child in numbers
        else Act(day, what, names.get(child or "", ""), words)
        for day, what, child, words in found
    ]  # fmt: skip
    return sorted([*made, *_own(conn, person_id, first, last)], key=lambda act: act.day)


_Raw = tuple[date, What, str | None, str]  # day, what, child id, words


def _contacts(conn: Connection, person_id: str, first: date, last: date) -> Iterator[_Raw]:
    query = (
        select(contacts.c.day, contacts.c.kind, contacts.c.reached, contacts.c.child_id)
        .where(contacts.c.by_person == person_id, contacts.c.replaced_by.is_(None), contacts.c.day.between(first, last))
        .order_by(contacts.c.entered_at, contacts.c.id)
    )
    for row in conn.execute(query):
        home = row.kind == Kind.HOME_VISIT.value
        what = What.VISIT if home and row.reached else What.CONTACT if row.reached else What.MISSED
        yield row.day, what, row.child_id, ""


def _dated(conn: Connection, person_id: str, first: date, last: date) -> Iterator[_Raw]:
    """Facts that carry a day of their own."""
    for row in _rows(conn, issues, issues.c.by_person == person_id, issues.c.opened_on.between(first, last)):
        yield row["opened_on"], What.ISSUE, row["child_id"], f"{row['type']}|{row['text']}"
    mine = (helps.c.by_person == person_id, helps.c.day.between(first, last), helps.c.withdrawn_at.is_(None))
    for row in _rows(conn, helps, *mine):
        yield row["day"], What.HELP, row["child_id"], f"{row['kind']}|{row['what'] or ''}"
    done = (deeds.c.by_person == person_id, deeds.c.day.between(first, last), deeds.c.withdrawn_at.is_(None))
    for row in _rows(conn, deeds, *done):
        yield row["day"], What.DEED, None, f"{row['duty']}|{row['note'] or ''}"
    signed = (
        agreement_children.c.by_person == person_id, agreement_children.c.signed_on.between(first, last),
        agreement_children.c.replaced_by.is_(None),
    )  # fmt: skip
    for one in conn.execute(select(agreement_children.c.signed_on, agreement_children.c.child_id).where(*signed)):
        yield one.signed_on, What.AGREEMENT, one.child_id, ""


def _moments(conn: Connection, person_id: str, begin: datetime, end: datetime) -> Iterator[_Raw]:
    """Facts that carry the moment they were entered at. A file changed five times in a day was worked on once."""
    seen: set[tuple[date, str]] = set()
    mine = (child_history.c.by_person == person_id, child_history.c.at >= begin, child_history.c.at < end)
    for row in _rows(conn, child_history, *mine):
        day = local_day(row["at"])
        if row["source"].startswith("import") or (day, row["child_id"]) in seen:
            continue  # a workbook of three hundred rows is one piece of work, not three hundred
        seen.add((day, row["child_id"]))
        yield day, What.OPENED if "opened" in (row["change"] or {}) else What.CHANGED, row["child_id"], ""
    query = select(tier_decisions).where(
        tier_decisions.c.by_person == person_id, tier_decisions.c.at >= begin, tier_decisions.c.at < end,
        tier_decisions.c.state == "set",
    )  # fmt: skip
    for one in conn.execute(query):
        yield local_day(one.at), What.TIER, one.child_id, f"{one.before}|{one.after}"


def _solved(conn: Connection, person_id: str, begin: datetime, end: datetime) -> Iterator[_Raw]:
    """Who solved an issue stands in the journal; how, in the issue."""
    query = select(journal.c.at, journal.c.detail).where(
        journal.c.person_id == person_id, journal.c.action == "issue.solved", journal.c.at >= begin, journal.c.at < end
    )
    days = {(row.detail or {}).get("issue"): local_day(row.at) for row in conn.execute(query)}
    for row in _rows(conn, issues, issues.c.id.in_([one for one in days if one])):
        yield days[row["id"]], What.SOLVED, row["child_id"], f"{row['type']}|{row['solution'] or ''}"


def _own(conn: Connection, person_id: str, first: date, last: date) -> Iterator[Act]:
    for row in _rows(conn, work_log, work_log.c.person_id == person_id, work_log.c.day.between(first, last)):
        yield Act(row["day"], What.NOTE, words=row["text"])


def _rows(conn: Connection, table: Any, *where: Any) -> list[dict[str, Any]]:
    return [opened(conn, table, row) for row in conn.execute(select(table).where(*where).order_by(table.c.id))]


def _names(conn: Connection, ids: set[str], within: Collection[str]) -> tuple[dict[str, str], dict[str, str]]:
    """(names of those in these units, file numbers of all others)."""
    names, numbers = dict[str, str](), dict[str, str]()
    named = (children.c.id, children.c.unit, children.c.file_no, children.c.name)
    for part in parts(ids):
        for row in conn.execute(select(*named).where(children.c.id.in_(part))):
            if row.unit in within:
                names[row.id] = opened(conn, children, row)["name"]
            else:
                numbers[row.id] = row.file_no
    return names, numbers
