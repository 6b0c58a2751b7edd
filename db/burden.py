"""How much was sent to the directors, and how many forms they filled in: counts and lengths, nothing that was said."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from db.models import contacts, deeds, outbox, people, posts, reports
from db.rows import opened
from domain.burden import DAYS, Done
from domain.people import Role

SPOKEN = ("sendMessage", "sendPhoto", "sendDocument")


def of_directors(conn: Connection, now: datetime) -> list[Done]:
    """One line for each director in office: what came and what was filled in within the past days."""
    since = now - timedelta(days=DAYS)
    rows = conn.execute(
        select(people.c.id, people.c.chat_id, posts.c.unit)
        .join(posts, posts.c.holder == people.c.id)
        .where(posts.c.role == Role.CHILD_DIRECTOR.value, people.c.left_on.is_(None))
        .order_by(posts.c.unit)
    ).all()
    sent, said = _sent(conn, since)
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for form, column, count, at in (
        ("visit", contacts.c.by_person, func.count(contacts.c.batch.distinct()), contacts.c.entered_at),
        ("report", reports.c.reporter, func.count(), reports.c.filed_at),
        ("deed", deeds.c.by_person, func.count(), deeds.c.entered_at),
    ):
        for person, number in conn.execute(select(column, count).where(at >= since).group_by(column)).tuples():
            forms[person][form] = number
    return [Done(row.unit, sent[row.chat_id], said[row.chat_id], forms[row.id]) for row in rows]


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
