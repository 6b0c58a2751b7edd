"""Sweeps: begun for a town, gone through household by household, signed village by village."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select, update
from sqlalchemy.exc import IntegrityError

from db import children as files
from db.models import children, sweep_homes, sweep_villages, sweeps
from db.rows import add, add_many, change, opened
from db.types import new_id
from domain.calendar import local_day
from domain.sweeps import Found, Home, due_of, homes
from domain.tasks import Task

TASK = "sweep_village"


class RunsAlready(Exception):
    """This town's sweep is running."""


@dataclass(frozen=True)
class Village:
    """How far one village is. `left` are the households of today's list nobody was at yet."""

    id: str
    sweep: str
    unit: str
    left: int
    seen: int
    absent: int
    gone: int
    signed_on: date | None
    signature: str | None

    @property
    def count(self) -> int:
        return self.left + self.seen + self.absent + self.gone


@dataclass(frozen=True)
class Sweep:
    """One town's sweep."""

    id: str
    unit: str
    begun: date
    due: date
    running: bool


def begin(
    conn: Connection, town: str, villages: Iterable[str], now: datetime, *, by: str | None, due: date | None = None,
    demo: bool = False,
) -> str:  # fmt: skip
    """Begin it for a town with these villages. Raises RunsAlready."""
    made, first = new_id(), local_day(now)
    try:
        with conn.begin_nested():
            add(
                conn,
                sweeps,
                id=made,
                unit=town,
                running=town,
                by_person=by,
                at=now,
                due=due or due_of(first),
                demo=demo,
            )
    except IntegrityError:
        raise RunsAlready from None
    add_many(conn, sweep_villages, [{"id": new_id(), "sweep_id": made, "unit": code} for code in villages])
    return made


def running(conn: Connection, towns: Collection[str]) -> list[Sweep]:
    rows = conn.execute(select(sweeps).where(sweeps.c.running.in_(list(towns))).order_by(sweeps.c.unit))
    return [_sweep(row) for row in rows]


def newest(conn: Connection, town: str) -> Sweep | None:
    """The one that runs, else the last one."""
    row = conn.execute(select(sweeps).where(sweeps.c.unit == town).order_by(sweeps.c.at.desc()).limit(1)).first()
    return _sweep(row) if row is not None else None


def _sweep(row: Any) -> Sweep:
    return Sweep(row.id, row.unit, local_day(row.at), row.due, row.running is not None)


def villages(conn: Connection, sweep_ids: Collection[str]) -> list[Village]:
    """Every village of these sweeps, in the order of their codes."""
    rows = [
        opened(conn, sweep_villages, row)
        for row in conn.execute(
            select(sweep_villages).where(sweep_villages.c.sweep_id.in_(list(sweep_ids))).order_by(sweep_villages.c.unit)
        )
    ]
    units = [row["unit"] for row in rows]
    left = {sweep_id: _left(conn, sweep_id, units) for sweep_id in sweep_ids}
    found: dict[tuple[str, str], dict[str, int]] = {}
    counted = (
        select(sweep_homes.c.sweep_id, sweep_homes.c.unit, sweep_homes.c.found, func.count())
        .where(sweep_homes.c.sweep_id.in_(list(sweep_ids)), sweep_homes.c.found.is_not(None))
        .group_by(sweep_homes.c.sweep_id, sweep_homes.c.unit, sweep_homes.c.found)
    )
    for sweep_id, unit, what, count in conn.execute(counted).tuples():
        found.setdefault((sweep_id, unit), {})[what] = count
    made = []
    for row in rows:
        seen = found.get((row["sweep_id"], row["unit"]), {})
        made.append(
            Village(
                row["id"], row["sweep_id"], row["unit"], left[row["sweep_id"]].get(row["unit"], 0),
                seen.get(Found.SEEN.value, 0), seen.get(Found.ABSENT.value, 0), seen.get(Found.GONE.value, 0),
                local_day(row["signed_at"]) if row["signed_at"] else None, row["signature"],
            )
        )  # fmt: skip
    return made


def _left(conn: Connection, sweep_id: str, units: Collection[str]) -> dict[str, int]:
    home = func.coalesce(children.c.household, children.c.id)
    been = select(sweep_homes.c.home).where(sweep_homes.c.sweep_id == sweep_id, sweep_homes.c.found.is_not(None))
    query = (
        select(children.c.unit, func.count(home.distinct()))
        .where(children.c.unit.in_(list(units)), children.c.closed_on.is_(None), home.not_in(been))
        .group_by(children.c.unit)
    )
    return dict(conn.execute(query).tuples().all())


def village(conn: Connection, village_id: str) -> Village | None:
    row = conn.execute(select(sweep_villages.c.sweep_id).where(sweep_villages.c.id == village_id)).first()
    return None if row is None else next((one for one in villages(conn, [row.sweep_id]) if one.id == village_id), None)


def homes_of(conn: Connection, one: Village) -> tuple[list[Home], dict[str, Found | None]]:
    """The households of today's list and what was found at each."""
    there = [entry.child for entry in files.in_units(conn, [one.unit])]
    rows = conn.execute(
        select(sweep_homes.c.home, sweep_homes.c.found).where(
            sweep_homes.c.sweep_id == one.sweep, sweep_homes.c.unit == one.unit
        )
    )
    found: dict[str, Found | None] = {row.home: Found(row.found) if row.found else None for row in rows}
    return homes(there), found


def put(conn: Connection, one: Village, home: str, found: Found | None, now: datetime, by: str | None) -> None:
    """What was found at a household; said again, the last word counts; None takes it back."""
    where = (sweep_homes.c.sweep_id == one.sweep, sweep_homes.c.home == home)
    values: dict[str, Any] = {"found": found.value if found else None, "at": now, "by_person": by, "unit": one.unit}
    if conn.execute(update(sweep_homes).where(*where).values(**values)).rowcount:
        return
    try:
        with conn.begin_nested():
            add(conn, sweep_homes, id=new_id(), sweep_id=one.sweep, home=home, **values)
    except IntegrityError:  # two people at one village
        conn.execute(update(sweep_homes).where(*where).values(**values))


def put_many(conn: Connection, one: Village, found: Mapping[str, Found], now: datetime, by: str | None) -> None:
    """The same for many at once (the demo county's)."""
    add_many(
        conn,
        sweep_homes,
        [
            {"id": new_id(), "sweep_id": one.sweep, "unit": one.unit, "home": home, "found": what.value, "at": now, "by_person": by}
            for home, what in found.items()
        ],
    )  # fmt: skip


def sign(conn: Connection, one: Village, name: str, now: datetime, by: str) -> bool:
    """A village is done; False where it was signed already."""
    return change(
        conn, sweep_villages, one.id, sweep_villages.c.signed_at.is_(None), signed_at=now, signed_by=by, signature=name
    )


def close_if_done(conn: Connection, sweep_id: str, now: datetime) -> bool:
    """The town is through once every village is signed; True for the one that makes it so."""
    open_ = conn.execute(
        select(sweep_villages.c.id)
        .where(sweep_villages.c.sweep_id == sweep_id, sweep_villages.c.signed_at.is_(None))
        .limit(1)
    ).first()
    if open_ is not None:
        return False
    won = conn.execute(
        update(sweeps).where(sweeps.c.id == sweep_id, sweeps.c.running.is_not(None)).values(running=None, ended_at=now)
    )
    return won.rowcount == 1


def tasks(conn: Connection, last: date, codes: Collection[str] | None, child: str | None) -> Iterable[Task]:
    """Villages not signed yet (db/tasks.py)."""
    if child is not None:
        return
    query = (
        select(sweep_villages.c.unit, sweeps.c.due, sweeps.c.at)
        .join(sweeps, sweeps.c.id == sweep_villages.c.sweep_id)
        .where(sweeps.c.running.is_not(None), sweep_villages.c.signed_at.is_(None), sweeps.c.due <= last)
    )
    for row in conn.execute(query):
        if codes is None or row.unit in codes:
            yield Task(TASK, row.unit, row.due, local_day(row.at))


def measure_sweeps(conn: Connection, year: int) -> dict[str, int]:
    """For the plan desk (H5): villages signed and to be signed, households seen and on the lists, of the sweeps begun that year."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    ids = [row.id for row in conn.execute(select(sweeps.c.id, sweeps.c.at)) if first <= local_day(row.at) <= last]
    there = villages(conn, ids)
    return {
        "villages": len(there), "signed": sum(one.signed_on is not None for one in there),
        "homes": sum(one.count for one in there), "seen": sum(one.seen for one in there),
    }  # fmt: skip
