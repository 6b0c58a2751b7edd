"""The plan desk in the database: which plans there are, what units said, who was asked, what inspections found."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from db.models import attachments, plan_asks, plan_inspections, plan_progress, plans
from db.parts import parts
from db.rows import add, change, opened
from db.types import new_id
from domain import units
from domain.calendar import DAY, local_day
from domain.plan_desk import Plan, PlanTask, Progress, plan_of_the_day
from domain.plan_file import as_data, check, from_data
from domain.tasks import Task
from domain.units import UnitTree

BUILT_IN = Path(units.__file__).with_name("data") / "plans"
PROOF = "plan:"  # + id of the row of plan_progress: the subject of its files
ANSWER_WITHIN = 10  # days a unit that was asked has
TASK = "plan_answer"


# --- the plans -----------------------------------------------------------------------------------------------------


@cache
def _built_in() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(path.read_text(encoding="utf-8")) for path in sorted(BUILT_IN.glob("*.json")))


def all_plans(conn: Connection, tree: UnitTree) -> list[Plan]:
    """Every plan, the earliest first: those we came with, and those the county loaded (of the same years, the county's)."""
    found = {plan.code: plan for plan in (check(from_data(data), tree) for data in _built_in())}
    for row in conn.execute(select(plans.c.content).order_by(plans.c.loaded_at)):
        plan = check(from_data(row.content), tree)
        found[plan.code] = plan
    return sorted(found.values(), key=lambda plan: plan.first)


def plan(conn: Connection, tree: UnitTree, today: date, code: str | None = None) -> Plan | None:
    """The plan of these years, else the one that runs."""
    known = all_plans(conn, tree)
    named = next((one for one in known if one.code == code), None) if code else None
    return named or plan_of_the_day(known, today)


def load(conn: Connection, found: Plan, tree: UnitTree, now: datetime, *, by: str | None, demo: bool = False) -> bool:
    """Keep a plan beside the others; whether one of the same years was there before and is replaced.

    What was said about its tasks stays, by number.
    """
    before = any(one.code == found.code for one in all_plans(conn, tree))
    conn.execute(delete(plans).where(plans.c.code == found.code))
    add(conn, plans, id=new_id(), code=found.code, content=as_data(found, tree), loaded_at=now, by_person=by, demo=demo)
    return before


# --- what units said -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """One word about a task. `kind`: lead, answer, milestone."""

    id: str
    task: int
    unit: str
    kind: str
    percent: int | None
    text: str
    at: datetime
    by: str | None
    proofs: int
    milestone: date | None = None


def say(
    conn: Connection, plan_code: str, task: int, unit: str, kind: str, now: datetime, *, percent: int | None = None,
    text: str | None = None, milestone: date | None = None, by: str | None = None, demo: bool = False,
) -> str:  # fmt: skip
    """Keep what a unit says; an ask to this unit about this task is answered by it."""
    made = new_id()
    add(
        conn, plan_progress, id=made, plan=plan_code, task=task, unit=unit, kind=kind, percent=percent, text=text,
        milestone=milestone, at=now, by_person=by, demo=demo,
    )  # fmt: skip
    conn.execute(
        update(plan_asks)
        .where(plan_asks.c.plan == plan_code, plan_asks.c.task == task, plan_asks.c.unit == unit,
               plan_asks.c.answered_at.is_(None))
        .values(answered_at=now)
    )  # fmt: skip
    return made


def withdraw(conn: Connection, said_id: str, now: datetime, codes: Collection[str]) -> bool:
    """Take back what one of these units said, entered by mistake."""
    row = plan_progress
    done = conn.execute(
        update(row).where(row.c.id == said_id, row.c.unit.in_(list(codes)), row.c.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )  # fmt: skip
    return done.rowcount == 1


def said_of(conn: Connection, plan_code: str, task: int | None = None) -> list[Said]:
    """Everything said about a plan (or one task of it), the newest first."""
    row = plan_progress
    where = [row.c.plan == plan_code, row.c.withdrawn_at.is_(None)]
    if task is not None:
        where.append(row.c.task == task)
    rows = [
        opened(conn, row, one)
        for one in conn.execute(select(row).where(*where).order_by(row.c.at.desc(), row.c.id.desc()))
    ]
    proofs = _proofs(conn, [one["id"] for one in rows])
    return [
        Said(
            one["id"], one["task"], one["unit"], one["kind"], one["percent"], one["text"] or "", one["at"],
            one["by_person"], proofs[one["id"]], one["milestone"],
        )
        for one in rows
    ]  # fmt: skip


def _proofs(conn: Connection, ids: Sequence[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for part in parts(ids):
        query = (
            select(attachments.c.subject, func.count())
            .where(attachments.c.subject.in_([PROOF + one for one in part]))
            .group_by(attachments.c.subject)
        )
        found.update({subject.removeprefix(PROOF): count for subject, count in conn.execute(query).tuples()})
    return found


def proofs_of(conn: Connection, ids: Sequence[str]) -> list[tuple[str, str, bytes]]:
    """(kind, name, content) of the files of these rows, in the order they came."""
    rows = conn.execute(
        select(attachments)
        .where(attachments.c.subject.in_([PROOF + one for one in ids]), attachments.c.content.is_not(None))
        .order_by(attachments.c.received_at, attachments.c.id)
    )
    kept = (opened(conn, attachments, row) for row in rows)
    return [(one["kind"], one["name"] or "proof", one["content"]) for one in kept]


def progress(conn: Connection, found: Plan) -> dict[int, Progress]:
    """Where every task stands by what its lead units said; without an opened word."""
    row = plan_progress
    rows = conn.execute(
        select(row.c.id, row.c.task, row.c.unit, row.c.percent, row.c.at)
        .where(row.c.plan == found.code, row.c.kind == "lead", row.c.withdrawn_at.is_(None))
        .order_by(row.c.at, row.c.id)
    ).all()
    proofs = _proofs(conn, [one.id for one in rows])
    by_task: dict[int, list[Any]] = defaultdict(list)
    for one in rows:
        by_task[one.task].append(one)
    result = {}
    for task in found.tasks:
        if not (heard := by_task.get(task.no)):
            continue
        last = {one.unit: one.percent or 0 for one in heard}
        percent = min(last.get(unit, 0) for unit in task.lead)
        result[task.no] = Progress(percent, local_day(heard[-1].at), sum(proofs[one.id] for one in heard))
    return result


# --- asking units --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ask:
    """A unit that was asked about a task."""

    task: int
    unit: str
    period: str
    asked_at: datetime
    answered_at: datetime | None


def ask(
    conn: Connection, plan_code: str, task: int, wanted: Iterable[str], period: str, now: datetime, *, by: str | None,
    demo: bool = False,
) -> list[str]:  # fmt: skip
    """Ask these units once in the period; those that had not been asked before."""
    fresh = []
    for unit in wanted:
        try:
            with conn.begin_nested():
                add(
                    conn, plan_asks, id=new_id(), plan=plan_code, task=task, unit=unit, period=period, asked_at=now,
                    by_person=by, answered_at=None, demo=demo,
                )  # fmt: skip
        except IntegrityError:
            continue
        fresh.append(unit)
    return fresh


def asks(conn: Connection, plan_code: str, task: int | None = None) -> list[Ask]:
    row = plan_asks
    where = [row.c.plan == plan_code, *([row.c.task == task] if task is not None else [])]
    rows = conn.execute(select(row).where(*where).order_by(row.c.asked_at, row.c.id))
    return [Ask(one.task, one.unit, one.period, one.asked_at, one.answered_at) for one in rows]


def tasks(conn: Connection, last: date, codes: Collection[str] | None, child: str | None) -> list[Task]:
    """What units were asked and have not answered: for 今天 and the morning's digest (db/tasks.py)."""
    if child is not None:
        return []
    row = plan_asks
    where = [row.c.answered_at.is_(None), *([row.c.unit.in_(list(codes))] if codes is not None else [])]
    rows = conn.execute(select(row.c.unit, func.min(row.c.asked_at)).where(*where).group_by(row.c.unit)).tuples()
    found = [Task(TASK, unit, local_day(at) + ANSWER_WITHIN * DAY, local_day(at)) for unit, at in rows]
    return [one for one in found if one.due <= last]


# --- inspections (H13) ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Inspection:
    """One look at how the plan is carried out."""

    id: str
    kind: str  # inspection | survey | meeting | third_party
    day: date
    towns: tuple[str, ...]
    found: str
    due: date | None
    mended_at: datetime | None
    mended: str


def put_inspection(
    conn: Connection, plan_code: str, kind: str, day: date, towns: Sequence[str], found: str | None, now: datetime, *,
    due: date | None = None, deed: str | None = None, by: str | None = None, demo: bool = False,
) -> str:  # fmt: skip
    made = new_id()
    add(
        conn, plan_inspections, id=made, plan=plan_code, kind=kind, day=day, towns=list(towns), found=found, due=due,
        deed=deed, at=now, by_person=by, demo=demo,
    )  # fmt: skip
    return made


def mend(conn: Connection, inspection_id: str, words: str, now: datetime) -> bool:
    """What was found has been put right; the first who says so."""
    row = plan_inspections
    return change(conn, row, inspection_id, row.c.mended_at.is_(None), mended_at=now, mended=words)


def inspections(conn: Connection, plan_code: str) -> list[Inspection]:
    row = plan_inspections
    rows = conn.execute(select(row).where(row.c.plan == plan_code).order_by(row.c.day.desc(), row.c.id.desc()))
    kept = (opened(conn, row, one) for one in rows)
    return [
        Inspection(
            one["id"], one["kind"], one["day"], tuple(one["towns"]), one["found"] or "", one["due"], one["mended_at"],
            one["mended"] or "",
        )
        for one in kept
    ]  # fmt: skip


def lead_units_not_heard(found: Plan, known: Mapping[int, Progress], since: date) -> list[tuple[PlanTask, str]]:
    """The tasks of which nothing was heard since that day, each with its lead units; tasks that are done left out."""
    quiet = [
        task for task in found.tasks
        if (one := known.get(task.no)) is None or (one.day < since and not (one.percent >= 100 and one.proofs))
    ]  # fmt: skip
    return [(task, unit) for task in quiet for unit in task.lead]
