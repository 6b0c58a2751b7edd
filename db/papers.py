"""What the printed papers of children need beyond the file itself: every problem, and who did what about one child."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from db.models import agreement_children, child_history, issues, people, tier_decisions
from db.parts import parts
from db.rows import opened
from domain.calendar import local_day


@dataclass(frozen=True)
class IssueRow:
    """One problem or need, open or solved."""

    child_id: str
    contact_id: str | None
    type: str
    text: str
    by: str | None
    opened_on: date
    closed_on: date | None
    solution: str | None


def issues_of(conn: Connection, ids: Collection[str]) -> dict[str, list[IssueRow]]:
    """Every problem of these children, solved ones too, the oldest first."""
    found: dict[str, list[IssueRow]] = defaultdict(list)
    for row in _opened_of(conn, issues, ids):
        found[row["child_id"]].append(
            IssueRow(
                row["child_id"], row["contact_id"], row["type"], row["text"], row["by_person"], row["opened_on"],
                row["closed_on"], row["solution"],
            )
        )  # fmt: skip
    return found


def unsolved(conn: Connection, ids: Collection[str]) -> dict[str, list[date]]:
    """The days on which the open problems of these children were found: for counting, nothing sensitive is opened."""
    found: dict[str, list[date]] = defaultdict(list)
    for part in parts(ids):
        query = select(issues.c.child_id, issues.c.opened_on).where(
            issues.c.child_id.in_(part), issues.c.closed_on.is_(None)
        )
        for child_id, day in conn.execute(query).tuples():
            found[child_id].append(day)
    return found


@dataclass(frozen=True)
class Trace:
    """Something that was done to a file itself, for its work log: `what` is opened, changed, imported, tier or signed."""

    day: date
    what: str
    by: str | None
    before: str = ""
    after: str = ""


def traces(conn: Connection, child_id: str) -> list[Trace]:
    """When the file was opened and changed, its tier set, its agreement signed."""
    found: dict[tuple[date, str, str | None], Trace] = {}
    for row in _opened_of(conn, child_history, [child_id]):
        change = row["change"] or {}
        what = "opened" if "opened" in change else "imported" if row["source"].startswith("import") else "changed"
        day = local_day(row["at"])
        found.setdefault((day, what, row["by_person"]), Trace(day, what, row["by_person"]))
    made = list(found.values())
    query = select(tier_decisions).where(tier_decisions.c.child_id == child_id, tier_decisions.c.state == "set")
    made += [Trace(local_day(row.at), "tier", row.by_person, row.before, row.after) for row in conn.execute(query)]
    signed = select(agreement_children.c.signed_on, agreement_children.c.by_person).where(
        agreement_children.c.child_id == child_id, agreement_children.c.signed_on.is_not(None),
        agreement_children.c.replaced_by.is_(None),
    )  # fmt: skip
    made += [Trace(row.signed_on, "signed", row.by_person) for row in conn.execute(signed)]
    return made


def names(conn: Connection, ids: Iterable[str | None]) -> dict[str, str]:
    """The names of the workers."""
    found: dict[str, str] = {}
    for part in parts([one for one in set(ids) if one]):
        query = select(people.c.id, people.c.name).where(people.c.id.in_(part))
        found |= {row.id: opened(conn, people, row)["name"] for row in conn.execute(query)}
    return found


def _opened_of(conn: Connection, table: Any, ids: Collection[str]) -> Iterator[dict[str, Any]]:
    for part in parts(ids):
        for row in conn.execute(select(table).where(table.c.child_id.in_(part)).order_by(table.c.id)):
            yield opened(conn, table, row)
