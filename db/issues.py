"""Problems and needs found with a child: whose they are, by when, and how they were solved."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from db.models import children, issue_events, issues, referrals
from db.rows import add, change, opened
from db.types import new_id
from domain.issues import OWNERS, Act, due_of
from domain.people import Role
from domain.tasks import Task

TASKS = {Role.CHILD_DIRECTOR: "issue_village", Role.SUPERVISOR: "issue_town", Role.COUNTY: "issue_county"}


@dataclass(frozen=True)
class Issue:
    """One problem or need (发现问题和解决方案). `owner` is the role that has it; `due` by when somebody looks again."""

    id: str
    child_id: str
    type: str
    text: str
    opened_on: date
    help_wanted: bool
    closed_on: date | None
    solution: str | None = None
    due: date | None = None
    owner: Role = Role.CHILD_DIRECTOR
    by: str | None = None


@dataclass(frozen=True)
class Event:
    """One thing that became of it."""

    at: datetime
    act: Act
    by: str | None
    owner: Role | None
    due: date | None
    words: str | None


def put(
    conn: Connection,
    child_id: str,
    kind: str,
    text: str,
    by: str | None,
    opened_on: date,
    *,
    contact_id: str | None = None,
    help_wanted: bool = False,
    due: date | None = None,
    demo: bool = False,
) -> str:
    """Write it down. Where the town's help is wanted it is the supervisor's from the start."""
    row_id = new_id()
    add(
        conn, issues, id=row_id, child_id=child_id, contact_id=contact_id, type=kind, text=text, by_person=by,
        opened_on=opened_on, help_wanted=help_wanted, demo=demo, due=due or due_of(kind, opened_on),
        owner=Role.SUPERVISOR.value if help_wanted else None,
    )  # fmt: skip
    return row_id


def withdraw(conn: Connection, contact_id: str, day: date) -> int:
    """The record they came from was corrected or taken back: they are closed with it."""
    return conn.execute(
        update(issues).where(issues.c.contact_id == contact_id, issues.c.closed_on.is_(None)).values(closed_on=day)
    ).rowcount


# --- what becomes of it ---


def solve(conn: Connection, issue: Issue, solution: str, day: date, now: datetime, by: str) -> bool:
    """Solved, and how; False where somebody else has."""
    if not change(conn, issues, issue.id, issues.c.closed_on.is_(None), closed_on=day, solution=solution):
        return False
    _event(conn, issue, Act.SOLVED, now, by, words=solution)
    return True


def pass_on(conn: Connection, issue: Issue, to: Role, why: str, due: date, now: datetime, by: str) -> bool:
    """Another post has it now; False where it was solved or passed on meanwhile."""
    held = issues.c.owner.is_(None) if issue.owner is Role.CHILD_DIRECTOR else issues.c.owner == issue.owner.value
    if issue.owner is Role.CHILD_DIRECTOR:
        held = or_(held, issues.c.owner == issue.owner.value)
    if not change(conn, issues, issue.id, issues.c.closed_on.is_(None), held, owner=to.value, due=due):
        return False
    _event(conn, issue, Act.PASSED, now, by, owner=to, due=due, words=why)
    return True


def set_due(conn: Connection, issue: Issue, due: date, now: datetime, by: str) -> bool:
    if not change(conn, issues, issue.id, issues.c.closed_on.is_(None), due=due):
        return False
    _event(conn, issue, Act.DUE, now, by, due=due)
    return True


def reopen(conn: Connection, issue: Issue, why: str, due: date, now: datetime, by: str) -> bool:
    """It was not over after all. How it was thought solved stays in its history."""
    if not change(conn, issues, issue.id, issues.c.closed_on.is_not(None), closed_on=None, solution=None, due=due):
        return False
    _event(conn, issue, Act.REOPENED, now, by, due=due, words=why)
    return True


def _event(
    conn: Connection, issue: Issue, act: Act, now: datetime, by: str, *, owner: Role | None = None, due: date | None = None,
    words: str | None = None,
) -> None:  # fmt: skip
    add(
        conn, issue_events, id=new_id(), issue_id=issue.id, at=now, kind=act.value, by_person=by,
        owner=owner.value if owner else None, due=due, words=words,
    )  # fmt: skip


def events(conn: Connection, issue_id: str) -> list[Event]:
    """What became of it, the oldest first."""
    rows = conn.execute(select(issue_events).where(issue_events.c.issue_id == issue_id).order_by(issue_events.c.id))
    return [
        Event(
            values["at"], Act(values["kind"]), values["by_person"], Role(values["owner"]) if values["owner"] else None,
            values["due"], values["words"],
        )
        for values in (opened(conn, issue_events, row) for row in rows)
    ]  # fmt: skip


# --- looking up ---


def get(conn: Connection, issue_id: str) -> Issue | None:
    return next(iter(_issues(conn, issues.c.id == issue_id)), None)


def open_of_child(conn: Connection, child_id: str) -> list[Issue]:
    return _issues(conn, issues.c.child_id == child_id, issues.c.closed_on.is_(None))


def solved_of_child(conn: Connection, child_id: str, most: int) -> list[Issue]:
    """The last ones that were solved (not those withdrawn with their record), the newest first."""
    found = _issues(
        conn, issues.c.child_id == child_id, issues.c.closed_on.is_not(None), issues.c.solution.is_not(None)
    )
    return sorted(found, key=lambda one: (one.closed_on or date.min, one.id), reverse=True)[:most]


def open_within(conn: Connection, codes: Collection[str]) -> list[Issue]:
    """Every open issue with the open files of these units, the first to fall due first."""
    there = select(children.c.id).where(children.c.unit.in_(list(codes)), children.c.closed_on.is_(None))
    found = _issues(conn, issues.c.closed_on.is_(None), issues.c.child_id.in_(there))
    return sorted(found, key=lambda one: (one.due or date.max, one.id))


def referred(conn: Connection, issue_id: str) -> int:
    """How many requests for help are under way because of it."""
    query = select(func.count()).where(referrals.c.issue_id == issue_id, referrals.c.over_at.is_(None))
    return int(conn.execute(query).scalar_one())


def open_by_unit(conn: Connection, codes: Collection[str]) -> dict[str, int]:
    """Open issues per village."""
    rows = conn.execute(
        select(children.c.unit, func.count())
        .select_from(issues.join(children, children.c.id == issues.c.child_id))
        .where(issues.c.closed_on.is_(None), children.c.closed_on.is_(None), children.c.unit.in_(list(codes)))
        .group_by(children.c.unit)
    )
    return {row[0]: row[1] for row in rows}


def tasks(conn: Connection, last: date, codes: Collection[str] | None, child: str | None) -> Iterable[Task]:
    """Open issues whose day has come, at the post that has them (db/tasks.py). Those without a day ask nobody."""
    where = [issues.c.closed_on.is_(None), issues.c.due <= last]
    if child is not None:
        where.append(issues.c.child_id == child)
    query = (
        select(issues.c.owner, issues.c.due, issues.c.opened_on, issues.c.child_id, children.c.unit)
        .join(children, children.c.id == issues.c.child_id)
        .where(*where)
    )
    for row in conn.execute(query):
        if codes is None or row.unit in codes:
            kind = TASKS[Role(row.owner)] if row.owner else TASKS[Role.CHILD_DIRECTOR]
            yield Task(kind, row.unit, row.due, row.opened_on, row.child_id)


def measure_issues(conn: Connection, codes: Collection[str], first: date, last: date) -> dict[str, int]:
    """For the plan desk: found and solved in these days, and open now, within these units."""
    there = issues.join(children, children.c.id == issues.c.child_id)
    within = children.c.unit.in_(list(codes))

    def count(*where: ColumnElement[bool]) -> int:
        return int(conn.execute(select(func.count()).select_from(there).where(within, *where)).scalar_one())

    return {
        "found": count(issues.c.opened_on.between(first, last)),
        "solved": count(issues.c.closed_on.between(first, last), issues.c.solution.is_not(None)),
        "open": count(issues.c.closed_on.is_(None)),
    }


def _issues(conn: Connection, *where: ColumnElement[bool]) -> list[Issue]:
    rows = conn.execute(select(issues).where(*where).order_by(issues.c.opened_on, issues.c.id))
    return [_issue(opened(conn, issues, row)) for row in rows]


def _issue(values: dict[str, Any]) -> Issue:
    owner = Role(values["owner"]) if values["owner"] else Role.CHILD_DIRECTOR
    assert owner in OWNERS
    return Issue(
        values["id"], values["child_id"], values["type"], values["text"], values["opened_on"], values["help_wanted"],
        values["closed_on"], values["solution"], values["due"], owner, values["by_person"],
    )  # fmt: skip
