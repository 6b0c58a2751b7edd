"""意见反馈: what was written, the answer, and what is listed for everybody.

Left without a name, nothing here says who wrote it: only the chat is kept, sealed, and it goes when the answer does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from db.models import children, feedback
from db.models import people as people_table
from db.policy import current
from db.rows import add, change, opened
from db.types import new_id
from domain.calendar import add_working_days, local_day
from domain.feedback import ANSWER_DAYS
from domain.tasks import Task
from domain.units import COUNTY

TASK = "feedback_answer"


@dataclass(frozen=True)
class Opinion:
    """One opinion. `by` is None where no name was left; `public` what everybody may read once it is listed."""

    id: str
    at: datetime
    by: str | None
    text: str
    due: date | None
    answer: str | None
    answered_at: datetime | None
    public: str | None
    published_on: date | None


def put(conn: Connection, text: str, now: datetime, *, chat: int | None, by: str | None = None) -> str:
    """Keep an opinion. Without `by` nobody can tell who wrote it; `chat` is for the answer alone."""
    made = new_id()
    due = add_working_days(local_day(now), ANSWER_DAYS, current(conn, now).calendar)
    add(
        conn, feedback, id=made, at=now, by_person=by, text=text, chat=None if chat is None else str(chat), due=due
    )  # fmt: skip
    return made


def get(conn: Connection, opinion: str) -> Opinion | None:
    row = conn.execute(select(feedback).where(feedback.c.id == opinion)).first()
    return None if row is None else _opinion(conn, row)


def waiting(conn: Connection) -> list[Opinion]:
    """Not yet answered, the first due first."""
    query = select(feedback).where(feedback.c.answered_at.is_(None)).order_by(feedback.c.due, feedback.c.id)
    return [_opinion(conn, row) for row in conn.execute(query)]


def unlisted(conn: Connection, most: int) -> list[Opinion]:
    """Answered, and nobody has said yet whether it is listed."""
    query = (
        select(feedback)
        .where(feedback.c.answered_at.is_not(None), feedback.c.published_on.is_(None), feedback.c.seen_at.is_(None))
        .order_by(feedback.c.answered_at)
        .limit(most)
    )
    return [_opinion(conn, row) for row in conn.execute(query)]


def listed(conn: Connection, start: int, most: int) -> list[Opinion]:
    """What everybody may read, the newest first."""
    query = (
        select(feedback)
        .where(feedback.c.published_on.is_not(None))
        .order_by(feedback.c.published_on.desc(), feedback.c.id.desc())
        .offset(start)
        .limit(most)
    )
    return [_opinion(conn, row) for row in conn.execute(query)]


def counts(conn: Connection, today: date) -> dict[str, int]:
    """How many wait, how many of them too long, how many were answered and listed."""
    open_ = feedback.c.answered_at.is_(None)

    def count(*where: Any) -> int:
        return conn.execute(select(func.count()).select_from(feedback).where(*where)).scalar_one()

    return {
        "waiting": count(open_), "overdue": count(open_, feedback.c.due < today), "answered": count(~open_),
        "listed": count(feedback.c.published_on.is_not(None)),
    }  # fmt: skip


def answer(conn: Connection, opinion: str, words: str, now: datetime, by: str) -> tuple[bool, int | None]:
    """Answer it: whether this answer was the first, and the chat to bring it to. The chat is forgotten with that."""
    row = conn.execute(select(feedback.c.id, feedback.c.chat).where(feedback.c.id == opinion)).first()
    chat = opened(conn, feedback, row)["chat"] if row is not None else None
    won = change(
        conn,
        feedback,
        opinion,
        feedback.c.answered_at.is_(None),
        answer=words,
        answered_at=now,
        answered_by=by,
        chat=None,
    )
    return won, int(chat) if won and chat else None


def publish(conn: Connection, opinion: str, public: str, today: date) -> bool:
    """List it with its answer, in words somebody has read through."""
    answered = feedback.c.answered_at.is_not(None)
    return change(conn, feedback, opinion, answered, public=public, published_on=today)


def keep_private(conn: Connection, opinion: str, now: datetime) -> bool:
    """Answered, and not listed."""
    return change(conn, feedback, opinion, feedback.c.published_on.is_(None), seen_at=now)


def known_names(conn: Connection) -> list[str]:
    """The names of children and colleagues, so that they can be taken out of what is listed."""
    return [
        opened(conn, table, row)["name"]
        for table in (children, people_table)
        for row in conn.execute(select(table.c.id, table.c.name))
    ]


def tasks(conn: Connection, last: date, codes: Collection[str] | None, child: str | None) -> Iterable[Task]:
    """The county owes answers: brought up in its morning like everything that has a day."""
    if child is not None or (codes is not None and COUNTY not in codes):
        return
    query = select(feedback.c.due, feedback.c.at).where(feedback.c.answered_at.is_(None), feedback.c.due <= last)
    for due, at in conn.execute(query.order_by(feedback.c.due).limit(1)).tuples():
        yield Task(TASK, COUNTY, due, local_day(at))


def _opinion(conn: Connection, row: Any) -> Opinion:
    values = opened(conn, feedback, row)
    return Opinion(
        values["id"], values["at"], values["by_person"], values["text"], values["due"], values["answer"],
        values["answered_at"], values["public"], values["published_on"],
    )  # fmt: skip
