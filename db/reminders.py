"""Reminders as rows: planned once under their key, settled once, carried by a message in the outbox.

`planned` lasts no longer than the transaction that plans; afterwards a row is held until its message was sent, it
became moot, or its reader cannot be reached. A held row with a `digest_id` is on its way (db/digests.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from db.migrate import get_meta, put_meta
from db.models import reminders
from db.parts import parts
from db.types import new_id
from domain.calendar import local_day
from domain.help_needed import HELP_RULE
from domain.reminders import Key, State

MORNING = "digest"  # the rule of the row that claims a person's morning; no reminder itself
SURVEYED = "reminders.surveyed_at"
CLOCK = "clock."  # rules of the clocks on reports (bot/reminders/clocks.py) begin so
OF_CLOCKS = reminders.c.rule.startswith(CLOCK, autoescape=True)
OPEN = (State.PLANNED.value, State.HELD.value)


@dataclass(frozen=True, slots=True)
class Row:
    """A reminder that is neither settled nor on its way."""

    id: str
    key: Key
    due: date

    @property
    def rule(self) -> str:
        return self.key[0]

    @property
    def person(self) -> str:
        return self.key[2]


def planned_on(conn: Connection, key: Key) -> date | None:
    """The local day on which the reminder of that key was made; None if there is none."""
    rule, subject, person, day = key
    at = conn.execute(
        select(reminders.c.planned_at).where(
            reminders.c.rule == rule,
            reminders.c.subject == subject,
            reminders.c.person_id == person,
            reminders.c.day == day,
        )
    ).scalar()
    return local_day(at) if at is not None else None


def surveyed_at(conn: Connection) -> datetime | None:
    """When all duties were last looked through."""
    said = get_meta(conn, SURVEYED)
    return datetime.fromisoformat(said) if said else None


def surveyed(conn: Connection, now: datetime) -> None:
    put_meta(conn, SURVEYED, now.isoformat())


def plan(conn: Connection, rows: Iterable[tuple[Key, date, bool]], now: datetime) -> None:
    """Keep these reminders (key, due day, late); one that is there already stays as it is."""
    for part in parts(rows):
        values = [
            {
                "id": new_id(), "rule": rule, "subject": subject, "person_id": person, "day": day, "due": due,
                "state": State.PLANNED.value, "late": late, "planned_at": now,
            }
            for (rule, subject, person, day), due, late in part
        ]  # fmt: skip
        conn.execute(insert(conn), values)


def revive(conn: Connection, keys: Collection[Key]) -> None:
    """What was settled as done and is owed again (the record was withdrawn) is open again: it was never sent."""
    if not keys:
        return
    first = min(day for _, _, _, day in keys)
    moot = conn.execute(select(reminders).where(reminders.c.state == State.MOOT.value, reminders.c.day >= first))
    again = [row.id for row in moot if (row.rule, row.subject, row.person_id, row.day) in keys]
    for part in parts(again):
        conn.execute(
            update(reminders)
            .where(reminders.c.id.in_(part), reminders.c.state == State.MOOT.value)
            .values(state=State.PLANNED.value, settled_at=None)
        )


def readers(conn: Connection) -> list[str]:
    """The persons for whom anything is open."""
    return list(conn.execute(select(reminders.c.person_id).where(*_OPEN).distinct().order_by(reminders.c.person_id)).scalars())


def open_rows(conn: Connection, persons: Collection[str]) -> list[Row]:
    """What is neither settled nor on its way, of these persons."""
    rows = conn.execute(
        select(reminders.c.id, *_KEY, reminders.c.due)
        .where(*_OPEN, reminders.c.person_id.in_(persons))
        .order_by(reminders.c.person_id, reminders.c.day)
    )
    return [Row(row.id, (row.rule, row.subject, row.person_id, row.day), row.due) for row in rows]


_OPEN = (reminders.c.state.in_(OPEN), reminders.c.digest_id.is_(None), reminders.c.rule != MORNING)
_KEY = (reminders.c.rule, reminders.c.subject, reminders.c.person_id, reminders.c.day)


def settle(conn: Connection, ids: Collection[str], state: State, now: datetime) -> None:
    """Settle rows that are still open: the first who settles one wins."""
    for part in parts(ids):
        conn.execute(
            update(reminders)
            .where(reminders.c.id.in_(part), reminders.c.state.in_(OPEN), reminders.c.digest_id.is_(None))
            .values(state=state.value, settled_at=now)
        )


def hold(conn: Connection) -> None:
    """What was planned and did not go out waits for its hour."""
    conn.execute(update(reminders).where(reminders.c.state == State.PLANNED.value).values(state=State.HELD.value))


def carry(conn: Connection, key: Key, due: date, now: datetime, digest_id: str | None) -> bool:
    """Keep a reminder that goes out in a message of its own, or (no `digest_id`) that cannot reach its reader.

    False if it was kept before: the unique key decides who says it.
    """
    rule, subject, person, day = key
    state = State.HELD if digest_id else State.UNREACHABLE
    values = {
        "id": new_id(), "rule": rule, "subject": subject, "person_id": person, "day": day, "due": due, "late": False,
        "state": state.value, "planned_at": now, "digest_id": digest_id, "settled_at": None if digest_id else now,
    }  # fmt: skip
    return bool(conn.execute(insert(conn), values).rowcount == 1)


def told(conn: Connection) -> dict[tuple[str, str, str], date]:
    """Of each call for help (rule, subject, person) that was ever sent, the newest day."""
    query = (
        select(reminders.c.rule, reminders.c.subject, reminders.c.person_id, func.max(reminders.c.day))
        .where(reminders.c.rule.startswith(HELP_RULE, autoescape=True), reminders.c.state == State.SENT.value)
        .group_by(reminders.c.rule, reminders.c.subject, reminders.c.person_id)
    )
    return {(rule, subject, person): day for rule, subject, person, day in conn.execute(query).tuples()}


def insert(conn: Connection) -> Any:
    """INSERT … ON CONFLICT DO NOTHING: the unique key decides."""
    if conn.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as upsert
    else:
        from sqlalchemy.dialects.postgresql import insert as upsert  # type: ignore[assignment]
    return upsert(reminders).on_conflict_do_nothing()
