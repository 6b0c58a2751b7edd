"""Who helps, whom they look after, what families were told, and what the county says a benefit is worth."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, update

from db.models import benefit_amounts, children, guidance_given, helpers, pairs
from db.rows import add, opened
from db.types import new_id


@dataclass(frozen=True)
class Helper:
    """An organisation, a volunteer, a 爱心妈妈, a teacher. Without a declaration they take nothing up."""

    id: str
    kind: str
    name: str
    unit: str
    declared_on: date | None


@dataclass(frozen=True)
class Pair:
    """One helper and one child, from a day until another (结对)."""

    id: str
    child_id: str
    helper: Helper
    kind: str
    since: date
    until: date | None


def put(
    conn: Connection, kind: str, name: str, unit: str, now: datetime, *, declared_on: date | None, by: str | None = None,
    demo: bool = False,
) -> str:  # fmt: skip
    made = new_id()
    add(
        conn,
        helpers,
        id=made,
        kind=kind,
        name=name,
        unit=unit,
        declared_on=declared_on,
        added_at=now,
        by_person=by,
        demo=demo,
    )
    return made


def declare(conn: Connection, helper_id: str, day: date) -> bool:
    """The declaration has come: from that day on they may take something up."""
    done = conn.execute(
        update(helpers).where(helpers.c.id == helper_id, helpers.c.declared_on.is_(None)).values(declared_on=day)
    )
    return done.rowcount == 1


def get(conn: Connection, helper_id: str) -> Helper | None:
    row = conn.execute(select(helpers).where(helpers.c.id == helper_id)).first()
    return _helper(opened(conn, helpers, row)) if row else None


def all_of_them(conn: Connection) -> list[Helper]:
    """Everybody who helps now, in the order they were registered."""
    rows = conn.execute(select(helpers).where(helpers.c.left_on.is_(None)).order_by(helpers.c.added_at, helpers.c.id))
    return [_helper(opened(conn, helpers, row)) for row in rows]


def _helper(values: Any) -> Helper:
    return Helper(values["id"], values["kind"], values["name"], values["unit"], values["declared_on"])


# --- pairs ---


def pair(
    conn: Connection,
    child_id: str,
    helper_id: str,
    kind: str,
    since: date,
    *,
    by: str | None = None,
    demo: bool = False,
) -> str | None:
    """Begin a pair; None where these two are one already."""
    running = select(pairs.c.id).where(
        pairs.c.child_id == child_id, pairs.c.helper_id == helper_id, pairs.c.kind == kind, pairs.c.until.is_(None)
    )
    if conn.execute(running).first() is not None:
        return None
    made = new_id()
    add(conn, pairs, id=made, child_id=child_id, helper_id=helper_id, kind=kind, since=since, by_person=by, demo=demo)
    return made


def part(conn: Connection, tail: str, child_id: str, day: date) -> bool:
    """End a pair of this child."""
    ends = update(pairs).where(pairs.c.child_id == child_id, pairs.c.id.like(f"%{tail}"), pairs.c.until.is_(None))
    return conn.execute(ends.values(until=day)).rowcount == 1


def pairs_of(conn: Connection, child_ids: Collection[str]) -> list[Pair]:
    """The running pairs of these children, the oldest first."""
    rows = conn.execute(
        select(pairs).where(pairs.c.child_id.in_(list(child_ids)), pairs.c.until.is_(None)).order_by(pairs.c.since)
    ).all()
    known = {one.id: one for one in all_of_them(conn)} if rows else {}
    return [
        Pair(row.id, row.child_id, known[row.helper_id], row.kind, row.since, row.until)
        for row in rows
        if row.helper_id in known
    ]


def paired(conn: Connection, day: date, kind: str | None = None) -> int:
    """How many children have somebody on that day."""
    query = select(func.count(func.distinct(pairs.c.child_id))).where(
        pairs.c.since <= day, or_(pairs.c.until.is_(None), pairs.c.until > day)
    )
    return int(conn.execute(query.where(pairs.c.kind == kind) if kind else query).scalar_one())


def lengths(conn: Connection, today: date) -> dict[str, list[int]]:
    """Of each helper, for how many days each pair has run."""
    found: dict[str, list[int]] = {}
    for row in conn.execute(select(pairs.c.helper_id, pairs.c.since, pairs.c.until)):
        found.setdefault(row.helper_id, []).append(((row.until or today) - row.since).days)
    return found


# --- guidance ---


def guided(
    conn: Connection,
    text: str,
    unit: str,
    household: str,
    day: date,
    how: str,
    *,
    by: str | None = None,
    demo: bool = False,
) -> bool:
    """A family heard a text; told twice on one day it counts once."""
    same = and_(guidance_given.c.text == text, guidance_given.c.household == household, guidance_given.c.day == day)
    if conn.execute(select(guidance_given.c.id).where(same)).first() is not None:
        return False
    add(
        conn,
        guidance_given,
        id=new_id(),
        text=text,
        unit=unit,
        household=household,
        day=day,
        how=how,
        by_person=by,
        demo=demo,
    )
    return True


def families_guided(conn: Connection, first: date, last: date, units: Iterable[str] | None = None) -> int:
    """How many families heard at least one text between these days."""
    query = select(func.count(func.distinct(guidance_given.c.household))).where(
        guidance_given.c.day.between(first, last)
    )
    if units is not None:
        query = query.where(guidance_given.c.unit.in_(list(units)))
    return int(conn.execute(query).scalar_one())


def families(conn: Connection) -> int:
    """How many families there are with an open file."""
    home = func.coalesce(children.c.household, children.c.id)
    query = select(func.count(func.distinct(home))).where(children.c.closed_on.is_(None))
    return int(conn.execute(query).scalar_one())


# --- amounts ---


def set_amount(conn: Connection, benefit: str, words: str, now: datetime, by: str | None) -> None:
    """What the county says a benefit is worth, in its own words."""
    add(conn, benefit_amounts, id=new_id(), benefit=benefit, words=words, at=now, by_person=by)


def amount(conn: Connection, benefit: str) -> str | None:
    """The county's newest words, or None: then no amount is said."""
    query = select(benefit_amounts.c.words).where(benefit_amounts.c.benefit == benefit)
    found: str | None = conn.execute(query.order_by(benefit_amounts.c.at.desc()).limit(1)).scalar()
    return found or None
