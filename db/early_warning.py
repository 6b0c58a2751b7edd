"""Early warnings: the facts the rules look at, what they noticed, and what somebody said after looking."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from db import contacts as contact_rows
from db.models import agreement_children, agreements, children, contacts, early_warnings, issues
from db.parts import parts
from db.rows import add, change, opened
from db.types import new_id
from domain.agreements import Ending
from domain.calendar import DAY, local_day
from domain.early_warning import LOOK_DAYS, Facts, File, Problem, Warning, longest, noticed, tells_of_injury
from domain.policy import WarningRules
from domain.tasks import Task
from domain.units import UnitTree

TASK = "warning"
ANSWERS = ("seen", "nothing")  # 看过了 没事
WINDOW = 120  # days of contacts looked at
Measure = dict[str, int | float | None]


@dataclass(frozen=True)
class Raised:
    """A warning as it stands."""

    id: str
    rule: str
    unit: str
    child: str | None
    grounds: dict[str, Any]
    raised_at: datetime
    due: date
    answer: str | None


def facts(conn: Connection, today: date, rules: WarningRules) -> Facts:
    """What the rules look at, of every open file: a few statements, and only the words of new problems are opened."""
    rows = conn.execute(
        select(children.c.id, children.c.unit, children.c.household).where(children.c.closed_on.is_(None))
    ).all()
    units = {row.id: row.unit for row in rows}
    tries = _failed_tries(conn, today)
    missed = contact_rows.missed_in_a_row(conn, sorted(tries)) if tries else {}
    ended = _agreements_over(conn, today)
    reached = _last_reached(conn, sorted(ended))
    silent = _silent(conn, today)
    files = [
        File(
            row.id, row.unit, row.household, missed.get(row.id, 0), tries.get(row.id), ended.get(row.id), reached.get(row.id),
            silent.get(row.id, ()),
        )
        for row in rows
    ]  # fmt: skip
    return Facts(files, _problems(conn, today - longest(rules) * DAY, units))


def _failed_tries(conn: Connection, today: date) -> dict[str, date]:
    query = (
        select(contacts.c.child_id, func.max(contacts.c.day))
        .where(contacts.c.day >= today - WINDOW * DAY, contacts.c.reached.is_(False), contacts.c.replaced_by.is_(None))
        .group_by(contacts.c.child_id)
    )
    return dict(conn.execute(query).tuples().all())  # type: ignore[arg-type]


def _agreements_over(conn: Connection, today: date) -> dict[str, date]:
    """Child → the day its last agreement ended, where no other holds; one that ended with the parent's return is none."""
    table = agreement_children
    rows = conn.execute(
        select(table.c.child_id, table.c.ended_on, table.c.ended_why, agreements.c.last)
        .join(agreements, agreements.c.id == table.c.agreement_id)
        .where(table.c.replaced_by.is_(None), table.c.signed_on.is_not(None))
    )
    over: dict[str, date] = {}
    holds: set[str] = set()
    for child, ended_on, why, last in rows.tuples():
        day = min(ended_on, last) if ended_on else last
        if day > today or why == Ending.PARENTS_BACK:
            holds.add(child)
        else:
            over[child] = max(day, over.get(child, day))
    return {child: day for child, day in over.items() if child not in holds}


def _last_reached(conn: Connection, ids: list[str]) -> dict[str, date]:
    found: dict[str, date] = {}
    for part in parts(ids):
        query = (
            select(contacts.c.child_id, func.max(contacts.c.day))
            .where(
                contacts.c.child_id.in_(part),
                contacts.c.reached.is_(True),
                contacts.c.replaced_by.is_(None),
            )
            .group_by(contacts.c.child_id)
        )
        found.update(conn.execute(query).tuples().all())  # type: ignore[arg-type]
    return found


def _silent(conn: Connection, today: date) -> dict[str, tuple[date, ...]]:
    query = (
        select(contacts.c.child_id, contacts.c.day, contacts.c.parents_called)
        .where(
            contacts.c.day >= today - WINDOW * DAY,
            contacts.c.parents_called.in_(("yes", "no")),
            contacts.c.replaced_by.is_(None),
        )
        .order_by(contacts.c.day.desc(), contacts.c.id.desc())
    )
    found: dict[str, list[date]] = defaultdict(list)
    called: set[str] = set()
    for child, day, said in conn.execute(query).tuples():
        if said == "yes":
            called.add(child)
        elif child not in called and (not found[child] or found[child][-1] != day):
            found[child].append(day)
    return {child: tuple(days) for child, days in found.items()}


def _problems(conn: Connection, since: date, units: dict[str, str]) -> list[Problem]:
    rows = conn.execute(select(issues).where(or_(issues.c.opened_on >= since, issues.c.closed_on.is_(None))))
    found = []
    for row in rows:
        if row.child_id not in units:
            continue
        words = (
            opened(conn, issues, row)["text"]
            if row.type in ("medical", "safety", "other") and row.opened_on >= since
            else ""
        )
        found.append(
            Problem(
                row.id,
                row.child_id,
                units[row.child_id],
                row.type,
                row.opened_on,
                row.closed_on is None,
                tells_of_injury(words),
            )
        )
    return found


def look(conn: Connection, now: datetime, rules: WarningRules) -> list[Raised]:
    """Raise what the rules notice and did not notice before; what is new."""
    today = local_day(now)
    found = noticed(facts(conn, today, rules), rules, today)
    known = set(conn.execute(select(early_warnings.c.mark)).scalars()) if found else set()
    fresh = {one.mark: one for one in found if one.mark not in known}
    return [_raise(conn, one, now) for one in fresh.values()]


def _raise(conn: Connection, one: Warning, now: datetime) -> Raised:
    made, due = new_id(), local_day(now) + LOOK_DAYS * DAY
    add(
        conn, early_warnings, id=made, rule=one.rule, mark=one.mark, unit=one.unit, child_id=one.child, grounds=one.grounds,
        raised_at=now, due=due,
    )  # fmt: skip
    return Raised(made, one.rule, one.unit, one.child, one.grounds, now, due, None)


def open_ones(conn: Connection, codes: Collection[str]) -> list[Raised]:
    """Those nobody has looked at, the first due first."""
    return _found(conn, early_warnings.c.answer.is_(None), early_warnings.c.unit.in_(list(codes)))


def get(conn: Connection, warning_id: str) -> Raised | None:
    return next(iter(_found(conn, early_warnings.c.id == warning_id)), None)


def _found(conn: Connection, *where: Any) -> list[Raised]:
    rows = conn.execute(select(early_warnings).where(*where).order_by(early_warnings.c.due, early_warnings.c.id))
    return [
        Raised(row.id, row.rule, row.unit, row.child_id, row.grounds, row.raised_at, row.due, row.answer)
        for row in rows
    ]


def answer(conn: Connection, warning_id: str, said: str, now: datetime, by: str) -> bool:
    """看过了 or 没事; False where somebody said so before."""
    return change(
        conn,
        early_warnings,
        warning_id,
        early_warnings.c.answer.is_(None),
        answer=said,
        answered_at=now,
        answered_by=by,
    )


def tasks(conn: Connection, last: date, codes: Collection[str] | None, child: str | None) -> Iterable[Task]:
    """What a town's supervisor is asked to look at (db/tasks.py)."""
    table = early_warnings
    query = select(table.c.unit, table.c.due, table.c.child_id, table.c.raised_at).where(
        table.c.answer.is_(None), table.c.due <= last
    )
    if child is not None:
        query = query.where(table.c.child_id == child)
    for row in conn.execute(query):
        unit = row.unit if row.child_id is not None else row.unit[:9]
        if codes is None or unit in codes:
            yield Task(TASK, unit, row.due, local_day(row.raised_at), row.child_id)


def measure_clues(conn: Connection, tree: UnitTree, day: date) -> Measure:
    """Task 19, in the calendar year of `day`: warnings raised, looked at, of them nothing, still open, days until a look."""
    table = early_warnings
    rows = conn.execute(select(table.c.raised_at, table.c.answer, table.c.answered_at)).all()
    mine = [row for row in rows if local_day(row.raised_at).year == day.year and local_day(row.raised_at) <= day]
    done = [row for row in mine if row.answer is not None]
    spent = [(local_day(row.answered_at) - local_day(row.raised_at)).days for row in done]
    return {
        "raised": len(mine), "handled": len(done), "nothing": sum(row.answer == "nothing" for row in done),
        "open": len(mine) - len(done), "days": round(sum(spent) / len(spent), 1) if spent else None,
    }  # fmt: skip
