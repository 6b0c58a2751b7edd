"""How much was sent to the directors, and how many forms they filled in: counts and lengths, nothing that was said."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from db.models import contacts, forms_filled, outbox, people, posts
from db.rows import opened
from domain.burden import DAYS, Done
from domain.calendar import local_day
from domain.people import Role

SPOKEN = ("sendMessage", "sendPhoto", "sendDocument")
FEEDBACK = "feedback"  # never counted: with one director a village, the place and day of an opinion would name its writer
VISIT = "visit"  # counted from the records themselves: one message may have told of five children


def filled(conn: Connection, day: date, unit: str, form: str, questions: int) -> None:
    """A director has filled in a form with so many answers; which one and where, not who."""
    if conn.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as upsert
    else:
        from sqlalchemy.dialects.postgresql import insert as upsert  # type: ignore[assignment]
    table = forms_filled
    new = upsert(table).values(day=day, unit=unit, form=form, count=1, questions=questions)
    more = {"count": table.c.count + 1, "questions": table.c.questions + questions}
    conn.execute(new.on_conflict_do_update(index_elements=[table.c.day, table.c.unit, table.c.form], set_=more))


def of_directors(conn: Connection, now: datetime) -> list[Done]:
    """One line for each place with a director: what came and what was filled in within the past days."""
    since = now - timedelta(days=DAYS)
    rows = conn.execute(
        select(people.c.id, people.c.chat_id, posts.c.unit)
        .join(posts, posts.c.holder == people.c.id)
        .where(posts.c.role == Role.CHILD_DIRECTOR.value, people.c.left_on.is_(None))
        .order_by(posts.c.unit)
    ).all()
    sent, said = _sent(conn, since)
    visits: dict[str, int] = dict(
        conn.execute(
            select(contacts.c.by_person, func.count(contacts.c.batch.distinct()))
            .where(contacts.c.entered_at >= since)
            .group_by(contacts.c.by_person)
        )
        .tuples()
        .all()
    )
    asked: dict[str, int] = {
        unit: int(total)
        for unit, total in conn.execute(
            select(forms_filled.c.unit, func.sum(forms_filled.c.questions))
            .where(forms_filled.c.day >= local_day(since))
            .group_by(forms_filled.c.unit)
        ).tuples()
    }
    return [
        # of two who share a place the first carries what was filled in there
        Done(row.unit, sent[row.chat_id], said[row.chat_id], visits.get(row.id, 0), asked.pop(row.unit, 0))
        for row in rows
    ]


def _sent(conn: Connection, since: datetime) -> tuple[Counter[int | None], Counter[int | None]]:
    count: Counter[int | None] = Counter()
    length: Counter[int | None] = Counter()
    rows: Any = conn.execute(
        select(outbox).where(outbox.c.state == "sent", outbox.c.created_at >= since, outbox.c.method.in_(SPOKEN))
    )
    for row in rows:
        params = opened(conn, outbox, row)["params"] or {}
        count[row.chat_id] += 1
        length[row.chat_id] += len(params.get("text") or params.get("caption") or "")
    return count, length
