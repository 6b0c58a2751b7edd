"""One morning, one digest: claimed for a person once, filled with reminders, taken back while it still waits to be sent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Connection, func, select, update

from db.models import outbox, reminders
from db.outbox import CERTAINLY_NOT_SENT, Urgency, put_back_to
from db.parts import parts
from db.reminders import MORNING, OF_CLOCKS, OPEN, insert
from db.types import new_id
from domain.reminders import State


def mornings(conn: Connection, day: date) -> set[str]:
    """Who has had, or is just getting, the digest of that day."""
    return set(
        conn.execute(
            select(reminders.c.person_id).where(
                reminders.c.rule == MORNING, reminders.c.subject == f"day:{day}", reminders.c.state != State.MOOT.value
            )
        ).scalars()
    )


def claim_morning(conn: Connection, person: str, day: date, digest_id: str, now: datetime) -> bool:
    """Take this person's one digest of the day; False if somebody has it already. The unique key decides."""
    subject = f"day:{day}"
    values = {"state": State.HELD.value, "digest_id": digest_id, "planned_at": now}
    again = conn.execute(  # one taken back (see `take_back`) may be claimed anew
        update(reminders)
        .where(
            reminders.c.rule == MORNING, reminders.c.subject == subject, reminders.c.person_id == person,
            reminders.c.day == day, reminders.c.state == State.MOOT.value,
        )
        .values(settled_at=None, **values)
    )  # fmt: skip
    if again.rowcount == 1:
        return True
    key = {"rule": MORNING, "subject": subject, "person_id": person, "day": day, "due": day}
    made = conn.execute(insert(conn), {"id": new_id(), "late": False, **key, **values})
    return bool(made.rowcount == 1)


def last_mornings(conn: Connection, ids: Collection[str], today: date) -> dict[str, date]:
    """When each of these people had the last digest before today."""
    found: dict[str, date] = {}
    for part in parts(ids):
        query = (
            select(reminders.c.person_id, func.max(reminders.c.day))
            .where(
                reminders.c.rule == MORNING, reminders.c.person_id.in_(part), reminders.c.day < today,
                reminders.c.state != State.MOOT.value,
            )
            .group_by(reminders.c.person_id)
        )  # fmt: skip
        found.update(dict(conn.execute(query).tuples().all()))
    return found


def claim(conn: Connection, ids: Collection[str], digest_id: str, late: Collection[str]) -> set[str]:
    """Put these rows on this digest; the ids that were ours to take. `late` are those that say so."""
    won: set[str] = set()
    for part in parts(ids):
        won.update(
            conn.execute(
                update(reminders)
                .where(reminders.c.id.in_(part), reminders.c.state.in_(OPEN), reminders.c.digest_id.is_(None))
                .values(digest_id=digest_id, state=State.HELD.value)
                .returning(reminders.c.id)
            ).scalars()
        )
    for part in parts(won.intersection(late)):
        conn.execute(update(reminders).where(reminders.c.id.in_(part)).values(late=True))
    return won


def take_back(conn: Connection, now: datetime, urgency: Urgency, until: datetime) -> int:
    """Take digests of that urgency or less back that still wait to be sent (the line was down): asked again later.

    For quiet hours and holidays, which end at `until`. One that may have arrived (its answer was lost) only waits until
    then and is repeated under its own key. One that went out at this very moment may come twice, never not at all.
    """
    waiting = conn.execute(
        select(outbox.c.id, outbox.c.digest_id, outbox.c.tries, outbox.c.trouble).where(
            outbox.c.state == "waiting", outbox.c.urgency >= urgency, outbox.c.digest_id.is_not(None)
        )
    ).all()
    of_clocks = {
        one
        for part in parts({row.digest_id for row in waiting})
        for one in conn.execute(
            select(reminders.c.digest_id).where(reminders.c.digest_id.in_(part), OF_CLOCKS)
        ).scalars()
    }
    for row in waiting:
        if row.digest_id in of_clocks:  # a step of a report's clock, already a fact of the report: it goes out
            continue
        if row.tries and row.trouble not in CERTAINLY_NOT_SENT:
            put_back_to(conn, row.id, until)
            continue
        taken = conn.execute(
            update(outbox).where(outbox.c.id == row.id, outbox.c.state == "waiting").values(state="withdrawn")
        )
        if taken.rowcount != 1:
            continue
        mine = (reminders.c.digest_id == row.digest_id, reminders.c.state.in_(OPEN))
        conn.execute(
            update(reminders)
            .where(*mine, reminders.c.rule == MORNING)
            .values(state=State.MOOT.value, digest_id=None, settled_at=now)
        )
        conn.execute(update(reminders).where(*mine).values(digest_id=None))
    return len(waiting)
