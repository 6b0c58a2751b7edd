"""Spot checks: drawing one, its sheets, and what is to be mended."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from db.models import children, spot_check_findings, spot_check_rows, spot_checks
from db.rows import add, add_many, change, opened
from db.types import new_id
from domain.calendar import DAY, local_day
from domain.sampling import Draw, Place, draw_children
from domain.spot_checks import AGAIN_DAYS, MEND_DAYS, Item, Result
from domain.tasks import Task
from domain.units import UnitTree

TASK = "spot_mend"


class AlreadyDrawn(Exception):
    """Somebody has drawn for this unit and that check is still running."""


@dataclass(frozen=True)
class Check:
    """One spot check as it stands."""

    id: str
    unit: str
    seed: str
    frame: list[tuple[str, str, int]]
    digest: str
    drawn_at: datetime
    by: str | None
    running: bool


@dataclass(frozen=True)
class Line:
    """A child drawn."""

    id: str
    check: str
    unit: str
    child: str
    done: bool


@dataclass(frozen=True)
class Finding:
    """One item of a sheet. `open` until it is mended and looked at again; `mended` what the village says it did."""

    id: str
    child: str
    unit: str
    item: Item
    result: Result
    due: date | None
    open: bool
    answered: bool  # the village says it is mended, and nobody has looked yet
    mended: str | None
    check: str


def places(conn: Connection, codes: Collection[str], tree: UnitTree, today: date) -> list[Place]:
    """What could be drawn within these units, with what makes each weigh more."""
    late = or_(children.c.contact_due < today, children.c.visit_due < today)
    rows = conn.execute(
        select(children.c.unit, children.c.tier, late.label("late"), func.count())
        .where(children.c.closed_on.is_(None), children.c.unit.in_(list(codes)))
        .group_by(children.c.unit, children.c.tier, "late")
    ).all()
    last = _last_checks(conn)
    count: dict[str, Counter[str]] = defaultdict(Counter)
    for unit, tier, is_late, number in rows:
        count[unit]["all"] += number
        count[unit][tier] += number
        count[unit]["late"] += number if is_late else 0
    found = []
    for unit, seen in sorted(count.items()):
        place = tree.get(unit)
        if place is not None and place.parent is not None:
            found.append(
                Place(unit, place.parent, seen["all"], seen["red"], seen["yellow"], seen["late"], last.get(unit))
            )
    return found


def _last_checks(conn: Connection) -> dict[str, date]:
    query = select(spot_check_rows.c.unit, func.max(spot_check_rows.c.done_at)).group_by(spot_check_rows.c.unit)
    return {unit: local_day(at) for unit, at in conn.execute(query).tuples() if at is not None}


def put(
    conn: Connection, unit: str, seed: str, frame: Sequence[tuple[str, str, int]], drawn: Draw, now: datetime, *,
    by: str | None, demo: bool = False,
) -> str:  # fmt: skip
    """Keep a draw and draw the children of each place. Raises AlreadyDrawn where one is running."""
    made = new_id()
    try:
        with conn.begin_nested():
            add(
                conn, spot_checks, id=made, unit=unit, running=unit, seed=seed, frame=[list(one) for one in frame],
                digest=drawn.digest, drawn_at=now, by_person=by, demo=demo,
            )  # fmt: skip
    except IntegrityError:
        raise AlreadyDrawn from None
    rows: list[dict[str, Any]] = []
    for code in drawn.places:
        found = conn.execute(
            select(children.c.id, children.c.file_no, children.c.tier).where(
                children.c.unit == code, children.c.closed_on.is_(None)
            )
        ).all()
        ids = {row.file_no: row.id for row in found}
        for file_no in draw_children({row.file_no: row.tier for row in found}, seed):
            rows.append({"id": new_id(), "check_id": made, "unit": code, "place": len(rows), "child_id": ids[file_no]})
    add_many(conn, spot_check_rows, rows)
    return made


def _check(row: Any) -> Check:
    frame = [(code, town, weight) for code, town, weight in row.frame]
    return Check(row.id, row.unit, row.seed, frame, row.digest, row.drawn_at, row.by_person, row.running is not None)


def running(conn: Connection, unit: str) -> Check | None:
    row = conn.execute(select(spot_checks).where(spot_checks.c.running == unit)).first()
    return None if row is None else _check(row)


def newest(conn: Connection, unit: str) -> Check | None:
    """The one that runs, else the last one."""
    row = conn.execute(
        select(spot_checks).where(spot_checks.c.unit == unit).order_by(spot_checks.c.drawn_at.desc()).limit(1)
    ).first()
    return None if row is None else _check(row)


def get(conn: Connection, check_id: str) -> Check | None:
    row = conn.execute(select(spot_checks).where(spot_checks.c.id == check_id)).first()
    return None if row is None else _check(row)


def lines(conn: Connection, check_id: str) -> list[Line]:
    rows = conn.execute(
        select(
            spot_check_rows.c.id, spot_check_rows.c.check_id, spot_check_rows.c.unit, spot_check_rows.c.child_id,
            spot_check_rows.c.done_at,
        )
        .where(spot_check_rows.c.check_id == check_id)
        .order_by(spot_check_rows.c.place)
    )  # fmt: skip
    return [Line(row.id, row.check_id, row.unit, row.child_id, row.done_at is not None) for row in rows]


def line(conn: Connection, row_id: str) -> Line | None:
    row = conn.execute(select(spot_check_rows.c.check_id).where(spot_check_rows.c.id == row_id)).first()
    return None if row is None else next(one for one in lines(conn, row.check_id) if one.id == row_id)


def fill_in(
    conn: Connection, row: Line, results: dict[Item, Result], note: str | None, now: datetime, by: str
) -> list[Finding] | None:
    """Keep a sheet; None where somebody else has filled it in. What lacks something is open until it is mended."""
    today = local_day(now)
    won = change(
        conn, spot_check_rows, row.id, spot_check_rows.c.done_at.is_(None), done_at=now, by_person=by, note=note
    )
    if not won:
        return None
    for item, result in results.items():
        lacks = result is Result.LACKS
        add(
            conn, spot_check_findings, id=new_id(), row_id=row.id, child_id=row.child, unit=row.unit, item=item.value,
            result=result.value, due=today + MEND_DAYS * DAY if lacks else None, open=lacks, again=0,
        )  # fmt: skip
    return [one for one in findings(conn, spot_check_findings.c.row_id == row.id) if one.open]


def findings(conn: Connection, *where: Any) -> list[Finding]:
    rows = conn.execute(
        select(spot_check_findings, spot_check_rows.c.check_id)
        .join(spot_check_rows, spot_check_rows.c.id == spot_check_findings.c.row_id)
        .where(*where)
        .order_by(spot_check_findings.c.due, spot_check_findings.c.id)
    )
    found = []
    for row in rows:
        values = opened(conn, spot_check_findings, row)
        found.append(
            Finding(
                values["id"], values["child_id"], values["unit"], Item(values["item"]), Result(values["result"]),
                values["due"], values["open"], values["mended_at"] is not None, values["mended"],
                values["check_id"],
            )
        )  # fmt: skip
    return found


def of_check(conn: Connection, check_id: str) -> list[Finding]:
    return findings(conn, spot_check_rows.c.check_id == check_id)


def to_mend(conn: Connection, codes: Iterable[str]) -> list[Finding]:
    """Open and not yet answered, within these units."""
    open_ = spot_check_findings.c.open.is_(True)
    return findings(conn, open_, spot_check_findings.c.mended_at.is_(None), spot_check_findings.c.unit.in_(list(codes)))


def to_look_again(conn: Connection, check_id: str) -> list[Finding]:
    open_ = and_(spot_check_findings.c.open.is_(True), spot_check_findings.c.mended_at.is_not(None))
    return findings(conn, open_, spot_check_rows.c.check_id == check_id)


def mend(conn: Connection, finding: str, what: str, now: datetime, by: str) -> bool:
    """The village says what it did; False where that was said already."""
    table = spot_check_findings
    return change(
        conn,
        table,
        finding,
        table.c.open.is_(True),
        table.c.mended_at.is_(None),
        mended=what,
        mended_at=now,
        mended_by=by,
    )


def settle(conn: Connection, finding: str, good: bool, now: datetime, by: str) -> bool:
    """Looked at again: done with, or a little more time; False where somebody else has."""
    table = spot_check_findings
    answered = (table.c.open.is_(True), table.c.mended_at.is_not(None))
    if good:
        return change(conn, table, finding, *answered, open=False, closed_at=now, closed_by=by)
    due = local_day(now) + AGAIN_DAYS * DAY
    return change(conn, table, finding, *answered, mended_at=None, mended_by=None, due=due, again=table.c.again + 1)


def close(conn: Connection, check_id: str, now: datetime) -> bool:
    """The check is over; what is to be mended goes on by itself."""
    done = conn.execute(
        update(spot_checks)
        .where(spot_checks.c.id == check_id, spot_checks.c.running.is_not(None))
        .values(running=None, closed_at=now)
    )
    return done.rowcount == 1


def tasks(conn: Connection, last: date, codes: Collection[str] | None, child: str | None) -> Iterable[Task]:
    """What a village has still to mend (db/tasks.py)."""
    table = spot_check_findings
    where = [table.c.open.is_(True), table.c.mended_at.is_(None), table.c.due <= last]
    if child is not None:
        where.append(table.c.child_id == child)
    query = (
        select(table.c.unit, table.c.due, table.c.child_id, spot_check_rows.c.done_at)
        .join(spot_check_rows, spot_check_rows.c.id == table.c.row_id)
        .where(*where)
    )
    for row in conn.execute(query):
        if codes is None or row.unit in codes:
            yield Task(TASK, row.unit, row.due, local_day(row.done_at), row.child_id)
