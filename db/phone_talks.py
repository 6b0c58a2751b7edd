"""手机使用: what a home visit heard once a term about how a child uses a phone (plan task 16)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Connection, and_, select

from db.models import children, phone_talks
from db.rows import add, change
from db.types import new_id
from domain.calendar import add_months
from domain.child_file import term_of
from domain.visits import PHONE_AGES, PHONE_WORRIES

Measure = dict[str, int | float | None]


def due(conn: Connection, codes: Collection[str], today: date) -> list[str]:
    """File numbers of the children of an age about whom nobody has asked this term. Nothing is opened."""
    asked = phone_talks.c.child_id == children.c.id
    query = (
        select(children.c.file_no)
        .outerjoin(phone_talks, and_(asked, phone_talks.c.term == term_of(today)))
        .where(
            children.c.unit.in_(list(codes)),
            children.c.closed_on.is_(None),
            children.c.birth_date <= add_months(today, -12 * PHONE_AGES.start),
            children.c.birth_date > add_months(today, -12 * PHONE_AGES.stop),
            phone_talks.c.id.is_(None),
        )
        .order_by(children.c.file_no)
    )
    return list(conn.execute(query).scalars())


def put(
    conn: Connection, child_id: str, answer: str, day: date, now: datetime, *, by: str | None, demo: bool = False
) -> None:
    """The word of this term; a corrected visit replaces it."""
    term = term_of(day)
    row = conn.execute(
        select(phone_talks.c.id).where(phone_talks.c.child_id == child_id, phone_talks.c.term == term)
    ).scalar()
    if row is not None:
        change(conn, phone_talks, row, answer=answer, day=day, by_person=by, at=now)
        return
    add(
        conn, phone_talks, id=new_id(), child_id=child_id, term=term, answer=answer, day=day, by_person=by, at=now,
        demo=demo,
    )  # fmt: skip


def measure_phone_use(conn: Connection, codes: Collection[str], day: date) -> Measure:
    """Task 16: of the children of an age, how many were asked about this term, and with how many something is not right."""
    left = len(due(conn, codes, day))
    rows = conn.execute(
        select(phone_talks.c.answer)
        .join(children, children.c.id == phone_talks.c.child_id)
        .where(children.c.unit.in_(list(codes)), children.c.closed_on.is_(None), phone_talks.c.term == term_of(day))
    ).scalars()
    said = Counter(rows)
    return {
        "asked": said.total(),
        "of_age": left + said.total(),
        "worry": sum(said[one] for one in PHONE_WORRIES),
    }
