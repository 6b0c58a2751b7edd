"""家门口的活: what the employment bureau posted, and in how many villages it was passed on (plan task 13)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import IntegrityError

from db.models import job_passes, jobs
from db.rows import add, change, opened
from db.types import new_id
from domain.calendar import DAY, at

Measure = dict[str, int | float | None]


@dataclass(frozen=True)
class Job:
    """One posting: work or a training."""

    id: str
    kind: str
    words: str
    until: date
    by_unit: str


def put(
    conn: Connection, by_unit: str, kind: str, words: str, until: date, now: datetime, *, by: str | None, demo: bool = False
) -> str:  # fmt: skip
    made = new_id()
    add(
        conn, jobs, id=made, by_unit=by_unit, kind=kind, words=words, until=until, at=now, by_person=by, ended_at=None,
        demo=demo,
    )  # fmt: skip
    return made


def open_ones(conn: Connection, today: date) -> list[Job]:
    """What may still be applied for, what runs out first before the rest."""
    rows = conn.execute(
        select(jobs)
        .where(jobs.c.ended_at.is_(None), jobs.c.until >= today)
        .order_by(jobs.c.until, jobs.c.at, jobs.c.id)
    )
    return [_job(opened(conn, jobs, row)) for row in rows]


def get(conn: Connection, job_id: str, today: date) -> Job | None:
    """One that is still open."""
    return next((one for one in open_ones(conn, today) if one.id == job_id), None)


def _job(row: dict[str, object]) -> Job:
    return Job(str(row["id"]), str(row["kind"]), str(row["words"]), row["until"], str(row["by_unit"]))  # type: ignore[arg-type]


def end(conn: Connection, job_id: str, now: datetime) -> bool:
    """Filled, or taken back; whether it was still open."""
    return change(conn, jobs, job_id, jobs.c.ended_at.is_(None), ended_at=now)


def passed(conn: Connection, job_id: str, unit: str, day: date, by: str | None) -> bool:
    """This village passed it on; told twice it counts once."""
    try:
        with conn.begin_nested():
            add(conn, job_passes, id=new_id(), job_id=job_id, unit=unit, day=day, by_person=by)
    except IntegrityError:
        return False
    return True


def villages_of(conn: Connection, ids: Collection[str]) -> dict[str, int]:
    """How many villages passed each of these on."""
    query = select(job_passes.c.job_id, func.count()).where(job_passes.c.job_id.in_(list(ids)))
    return dict(conn.execute(query.group_by(job_passes.c.job_id)).tuples().all())


def measure_jobs(conn: Connection, first: date, last: date) -> Measure:
    """Task 13: postings between these days, and in how many villages one of them was passed on."""
    posted = conn.execute(
        select(func.count()).select_from(jobs).where(jobs.c.at >= at(first, time()), jobs.c.at < at(last + DAY, time()))
    ).scalar_one()
    villages = conn.execute(
        select(func.count(func.distinct(job_passes.c.unit))).where(job_passes.c.day.between(first, last))
    ).scalar_one()
    return {"posted": int(posted), "villages": int(villages)}
