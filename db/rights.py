"""What guardians asked about their child's data (domain/rights.py), and what was answered. Never deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from db import policy as policies
from db.models import reports, rights_requests
from db.rows import add, change, opened
from db.types import new_id
from domain.calendar import local_day
from domain.rights import Kind, due
from domain.tasks import Task

TASK = "rights_answer"


@dataclass(frozen=True)
class Request:
    """One request. `content`: who asks, what for, and once it is answered the words of the answer."""

    id: str
    number: str
    child_id: str
    unit: str
    kind: Kind
    content: dict[str, Any]
    taken_by: str
    taken_at: datetime
    due: date
    decision: str | None
    why: str | None
    decided_at: datetime | None


def take(
    conn: Connection, child_id: str, unit: str, kind: Kind, content: dict[str, Any], by: str, now: datetime, *, demo: bool
) -> Request:  # fmt: skip
    """Write it down under the next number of the year, with the last day for its answer."""
    day, made = local_day(now), new_id()
    count = conn.execute(
        select(func.count()).select_from(rights_requests).where(rights_requests.c.number.like(f"QL-{day.year}-%"))
    ).scalar_one()
    add(
        conn, rights_requests, id=made, number=f"QL-{day.year}-{count + 1:04}", child_id=child_id, unit=unit, kind=kind.value,
        content=content, taken_by=by, taken_at=now, due=due(day, policies.base(conn).calendar), demo=demo,
    )  # fmt: skip
    found = get(conn, made)
    assert found is not None
    return found


def get(conn: Connection, request_id: str) -> Request | None:
    row = conn.execute(select(rights_requests).where(rights_requests.c.id == request_id)).first()
    return _request(conn, row) if row is not None else None


def of_units(conn: Connection, codes: Collection[str], most: int = 20) -> list[Request]:
    """Those still open first, by the day they are due; then the newest answered."""
    query = select(rights_requests).where(rights_requests.c.unit.in_(list(codes)))
    order = (rights_requests.c.decision.is_not(None), rights_requests.c.due, rights_requests.c.number)
    return [_request(conn, row) for row in conn.execute(query.order_by(*order).limit(most))]


def decide(
    conn: Connection,
    request: Request,
    decision: str,
    by: str,
    now: datetime,
    *,
    why: str | None = None,
    words: str = "",
) -> bool:
    """Answer it once; whether this was the first answer."""
    return change(
        conn, rights_requests, request.id, rights_requests.c.decision.is_(None), decision=decision, why=why,
        content=request.content | {"words": words}, decided_by=by, decided_at=now,
    )  # fmt: skip


def has_reports(conn: Connection, child_id: str) -> bool:
    return conn.execute(select(reports.c.id).where(reports.c.child_id == child_id).limit(1)).first() is not None


def tasks(conn: Connection, last: date, codes: Collection[str] | None, child: str | None) -> Iterable[Task]:
    """Each open request is brought up to the supervisor of its town, by the day it is due."""
    if child is not None:
        return
    query = select(rights_requests.c.unit, rights_requests.c.due, rights_requests.c.taken_at)
    for row in conn.execute(query.where(rights_requests.c.decision.is_(None), rights_requests.c.due <= last)):
        town = row.unit[:9]
        if codes is None or town in codes:
            yield Task(TASK, town, row.due, local_day(row.taken_at))


def _request(conn: Connection, row: Any) -> Request:
    values = opened(conn, rights_requests, row)
    return Request(
        values["id"], values["number"], values["child_id"], values["unit"], Kind(values["kind"]), values["content"],
        values["taken_by"], values["taken_at"], values["due"], values["decision"], values["why"], values["decided_at"],
    )  # fmt: skip
