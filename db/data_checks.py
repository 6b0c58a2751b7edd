"""Lists of departments: compared by blind index, never kept; the children to look in on, and what villages answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select

from db.models import children, data_check_hits, data_checks, guardians, kin
from db.parts import parts
from db.rows import add, add_many, change, keys_of
from db.types import new_id
from domain.calendar import local_day
from domain.data_checks import DROPPED_AFTER, Ids, due_day
from domain.tasks import Task
from domain.units import UnitTree

TASK = "look_in"
PART = 500  # numbers, and the children they lead to
Measure = dict[str, int | float | None]


@dataclass(frozen=True)
class List:
    """One list that was handed in: counts only. `kind` is None until the office said what it is."""

    id: str
    unit: str
    kind: str | None
    counts: dict[str, int]
    at: datetime
    answers: dict[str, int]  # true, false, seen, open


@dataclass(frozen=True)
class Hit:
    """One child a village is asked to look in on."""

    id: str
    child: str
    unit: str
    kind: str
    source: str  # the unit that handed the list in
    due: date
    open: bool


def hand_in(conn: Connection, unit: str, ids: Ids, now: datetime, *, by: str | None, demo: bool = False) -> List:
    """Compare and forget: what stays is how many there were, and for each child found that its village should look in."""
    found, known, closed = _matched(conn, ids.numbers)
    counts = {
        "rows": len(ids.numbers), "twice": ids.twice, "lost": ids.lost, "wrong": ids.wrong,
        "unknown": len(ids.numbers) - known, "closed": closed, "hits": len(found),
    }  # fmt: skip
    made, today = new_id(), local_day(now)
    add(conn, data_checks, id=made, unit=unit, kind=None, counts=counts, by_person=by, at=now, demo=demo)
    rows = [
        {"id": new_id(), "check_id": made, "child_id": child, "unit": place, "open": False, "due": today}
        for child, place in found.items()
    ]
    add_many(conn, data_check_hits, rows)
    return List(made, unit, None, counts, now, {})


def _matched(conn: Connection, numbers: Sequence[str]) -> tuple[dict[str, str], int, int]:
    """(child → village of every open file these numbers lead to, how many numbers were known, files that are closed)."""
    blind = keys_of(conn).blind
    found: dict[str, str] = {}
    known, closed = 0, set[str]()
    for part in parts(numbers, PART):
        own = {blind("id_no", one): one for one in part}
        rows: list[tuple[Any, str, str, date | None]] = [
            (own[index], child, unit, closed_on)
            for index, child, unit, closed_on in conn.execute(
                select(children.c.id_no_index, children.c.id, children.c.unit, children.c.closed_on).where(
                    children.c.id_no_index.in_(list(own))
                )
            ).tuples()
        ]
        kins = {blind("kin.id_no", one): one for one in part}  # a parent's or carer's number leads to the child
        rows += [
            (kins[index], child, unit, closed_on)
            for index, child, unit, closed_on in conn.execute(
                select(kin.c.id_no_index, children.c.id, children.c.unit, children.c.closed_on)
                .join(guardians, guardians.c.kin_id == kin.c.id)
                .join(children, children.c.id == guardians.c.child_id)
                .where(kin.c.id_no_index.in_(list(kins)))
            ).tuples()
        ]
        known += len({number for number, *_ in rows})
        for _, child, unit, closed_on in rows:
            if closed_on is None:
                found[child] = unit
            else:
                closed.add(child)
    return found, known, len(closed)


def say_kind(conn: Connection, check_id: str, kind: str, now: datetime) -> list[Hit] | None:
    """The office said what its list is: now the villages are asked. None where that was said before.

    A child whose village is already asked about the same thing is not asked about twice.
    """
    if not change(conn, data_checks, check_id, data_checks.c.kind.is_(None), kind=kind):
        return None
    again = select(data_check_hits.c.child_id).join(data_checks, data_checks.c.id == data_check_hits.c.check_id).where(
        data_check_hits.c.open.is_(True), data_checks.c.kind == kind
    )  # fmt: skip
    twice = set(conn.execute(again).scalars())
    rows = conn.execute(
        select(data_check_hits.c.id, data_check_hits.c.child_id).where(data_check_hits.c.check_id == check_id)
    ).all()
    for row in rows:
        if row.child_id in twice:
            conn.execute(delete(data_check_hits).where(data_check_hits.c.id == row.id))
        else:
            change(conn, data_check_hits, row.id, open=True, due=due_day(kind, local_day(now)))
    return hits(conn, data_check_hits.c.check_id == check_id)


def drop_unsaid(conn: Connection, now: datetime) -> int:
    """A list of which nobody said in a week what it is goes, with what it led to."""
    old = list(
        conn.execute(
            select(data_checks.c.id).where(data_checks.c.kind.is_(None), data_checks.c.at < now - DROPPED_AFTER)
        ).scalars()
    )
    for check_id in old:
        drop(conn, check_id)
    return len(old)


def drop(conn: Connection, check_id: str) -> bool:
    """Take a list back before anybody was asked."""
    conn.execute(
        delete(data_check_hits).where(
            data_check_hits.c.check_id == check_id,
            data_check_hits.c.open.is_(False),
            data_check_hits.c.answer.is_(None),
        )
    )
    done = conn.execute(delete(data_checks).where(data_checks.c.id == check_id, data_checks.c.kind.is_(None)))
    return done.rowcount == 1


def unit_of(conn: Connection, check_id: str) -> str | None:
    unit: str | None = conn.execute(select(data_checks.c.unit).where(data_checks.c.id == check_id)).scalar()
    return unit


def hits(conn: Connection, *where: Any) -> list[Hit]:
    rows = conn.execute(
        select(
            data_check_hits.c.id, data_check_hits.c.child_id, children.c.unit, data_checks.c.kind,
            data_checks.c.unit.label("source"), data_check_hits.c.due, data_check_hits.c.open,
        )
        .join(data_checks, data_checks.c.id == data_check_hits.c.check_id)
        .join(children, children.c.id == data_check_hits.c.child_id)  # who moved is asked about where they live now
        .where(data_checks.c.kind.is_not(None), children.c.closed_on.is_(None), *where)
        .order_by(data_check_hits.c.due, data_check_hits.c.id)
    )  # fmt: skip
    return [Hit(row.id, row.child_id, row.unit, row.kind, row.source, row.due, row.open) for row in rows]


def to_look_in(conn: Connection, codes: Collection[str]) -> list[Hit]:
    """Open ones of these villages, the first due first."""
    return hits(conn, data_check_hits.c.open.is_(True), children.c.unit.in_(list(codes)))


def hit(conn: Connection, hit_id: str) -> Hit | None:
    return next(iter(hits(conn, data_check_hits.c.id == hit_id)), None)


def answer(conn: Connection, hit_id: str, said: str, now: datetime, by: str) -> bool:
    """属实, 不属实 or 看过了; False where somebody answered before."""
    return change(
        conn, data_check_hits, hit_id, data_check_hits.c.open.is_(True), open=False, answer=said, answered_at=now,
        answered_by=by,
    )  # fmt: skip


def add_note(conn: Connection, hit_id: str, note: str) -> bool:
    return change(conn, data_check_hits, hit_id, note=note)


def lists(conn: Connection, units: Collection[str] | None, most: int = 6) -> list[List]:
    """The lists these offices handed in, the newest first; None: everybody's."""
    query = select(data_checks).order_by(data_checks.c.at.desc(), data_checks.c.id.desc()).limit(most)
    if units is not None:
        query = query.where(data_checks.c.unit.in_(list(units)))
    rows = conn.execute(query).all()
    counted: dict[str, Counter[str]] = {row.id: Counter() for row in rows}
    answers = conn.execute(
        select(data_check_hits.c.check_id, data_check_hits.c.answer, func.count())
        .where(data_check_hits.c.check_id.in_(list(counted)))
        .group_by(data_check_hits.c.check_id, data_check_hits.c.answer)
    )
    for check_id, said, count in answers.tuples():
        counted[check_id][said or "open"] += count
    return [List(row.id, row.unit, row.kind, row.counts, row.at, dict(counted[row.id])) for row in rows]


def tasks(conn: Connection, last: date, codes: Collection[str] | None, child: str | None) -> Iterable[Task]:
    """What villages are asked to look in on (db/tasks.py)."""
    table = data_check_hits
    query = (
        select(children.c.unit, table.c.due, table.c.child_id, data_checks.c.at)
        .join(data_checks, data_checks.c.id == table.c.check_id)
        .join(children, children.c.id == table.c.child_id)
        .where(table.c.open.is_(True), table.c.due <= last)
    )
    if child is not None:
        query = query.where(table.c.child_id == child)
    for row in conn.execute(query):
        if codes is None or row.unit in codes:
            yield Task(TASK, row.unit, row.due, local_day(row.at), row.child_id)


def measure_checks_done_false_alerts(conn: Connection, tree: UnitTree, day: date) -> Measure:
    """Task 19, in the calendar year of `day`: children asked about, looked in on, false alarms, still open, unknown IDs."""
    rows = conn.execute(
        select(data_checks.c.at, data_check_hits.c.answer, data_check_hits.c.open).join(
            data_check_hits, data_check_hits.c.check_id == data_checks.c.id
        ).where(data_checks.c.kind.is_not(None))
    ).all()  # fmt: skip
    mine = [row for row in rows if local_day(row.at).year == day.year and local_day(row.at) <= day]
    said = Counter(row.answer for row in mine)
    handed = conn.execute(select(data_checks.c.at, data_checks.c.counts).where(data_checks.c.kind.is_not(None))).all()
    unknown = sum(row.counts.get("unknown", 0) for row in handed if local_day(row.at).year == day.year)
    done = said["true"] + said["false"] + said["seen"]
    return {
        "asked": len(mine), "done": done, "true": said["true"], "false_alerts": said["false"],
        "open": sum(row.open for row in mine), "unknown": unknown,
        "false_share": round(100 * said["false"] / done, 1) if done else None,
    }  # fmt: skip
