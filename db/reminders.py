"""Reminders as rows: planned once under their key, settled once, carried by a digest in the outbox.

`planned` lasts no longer than the transaction that plans; afterwards a row is held until its message was sent, it
became moot, or its reader cannot be reached. A held row with a `digest_id` is on its way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from db import leaves
from db import people as people_rows
from db.migrate import get_meta, put_meta
from db.models import (
    chats,
    child_history,
    children,
    contacts,
    journal,
    outbox,
    people,
    posts,
    reminders,
    report_desks,
    report_events,
)
from db.outbox import CERTAINLY_NOT_SENT, Urgency, put_back_to
from db.types import new_id
from domain.calendar import local_day
from domain.people import Post
from domain.reminders import HELP_RULE, Key, Rota, State

MORNING = "digest"  # the rule of the row that claims a person's morning; no reminder itself
SURVEYED = "reminders.surveyed_at"
GAP = "reminders.gap"
BEAT = "reminders.beat_at"
BEAT_KEPT = timedelta(minutes=10)
CLOCK = "clock."  # rules of the clocks on reports (bot/reminders/clocks.py) begin so
_OF_CLOCKS = reminders.c.rule.startswith(CLOCK, autoescape=True)
BEAT_LOCK = 71002  # no other advisory lock of ours has this number
IN = 900
_OPEN = (State.PLANNED.value, State.HELD.value)


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Recipient:
    """Where and when a person gets the digest. `chat_id` is None for somebody who cannot be reached."""

    id: str
    chat_id: int | None
    language: str
    hour: time | None


# --- who ---


def rota(conn: Connection) -> Rota:
    """Who answers for what now. Who has left holds no post; for who is on leave the deputy answers, else the post above."""
    left, away = set(conn.execute(select(people.c.id).where(people.c.left_on.is_not(None))).scalars()), leaves.away_now(conn)
    held = [
        Post(
            post.id, post.role, post.unit,
            None if post.holder in left or (post.id, post.holder) in away else post.holder,
            None if post.deputy in left else post.deputy,
        )
        for post in people_rows.find_posts(conn)
    ]  # fmt: skip
    return Rota(people_rows.all_units(conn), held)


def vacant_post(conn: Connection, role: str, unit: str) -> str | None:
    """The id of the post of that role at that very unit, filled or not."""
    found: str | None = conn.execute(select(posts.c.id).where(posts.c.role == role, posts.c.unit == unit)).scalar()
    return found


def recipients(conn: Connection, ids: Collection[str]) -> dict[str, Recipient]:
    """These people, without their names."""
    found: dict[str, Recipient] = {}
    for part in _parts(ids):
        query = (
            select(people.c.id, people.c.chat_id, people.c.language, people.c.digest_hour, people.c.left_on)
            .add_columns(chats.c.unreachable_since)
            .outerjoin(chats, chats.c.chat_id == people.c.chat_id)
            .where(people.c.id.in_(part))
        )
        for row in conn.execute(query):
            gone = row.left_on is not None or row.unreachable_since is not None
            hour = time.fromisoformat(row.digest_hour) if row.digest_hour else None
            found[row.id] = Recipient(row.id, None if gone else row.chat_id, row.language, hour)
    return found


def own_hours(conn: Connection) -> set[time]:
    """The hours at which somebody wants the digest, the county's own hour aside."""
    hours = conn.execute(select(people.c.digest_hour).where(people.c.digest_hour.is_not(None)).distinct()).scalars()
    return {time.fromisoformat(hour) for hour in hours}


# --- planning ---


def one_at_a_time(conn: Connection) -> None:
    """Wait for any other beat to commit; what follows sees its rows. SQLite has one writer anyway."""
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(BEAT_LOCK)))


def planned_on(conn: Connection, key: Key) -> date | None:
    """The local day on which the reminder of that key was made; None if there is none."""
    rule, subject, person, day = key
    at = conn.execute(
        select(reminders.c.planned_at).where(
            reminders.c.rule == rule, reminders.c.subject == subject, reminders.c.person_id == person, reminders.c.day == day
        )
    ).scalar()
    return local_day(at) if at is not None else None


def surveyed_at(conn: Connection) -> datetime | None:
    """When all duties were last looked through."""
    said = get_meta(conn, SURVEYED)
    return datetime.fromisoformat(said) if said else None


def surveyed(conn: Connection, now: datetime) -> None:
    put_meta(conn, SURVEYED, now.isoformat())


def beat_at(conn: Connection) -> datetime | None:
    """When the clockwork last beat, to ten minutes."""
    said = get_meta(conn, BEAT)
    return datetime.fromisoformat(said) if said else None


def has_beaten(conn: Connection, now: datetime) -> None:
    """Keep that it beats; written every ten minutes only, because it beats every half."""
    last = beat_at(conn)
    if last is None or not timedelta(0) <= now - last < BEAT_KEPT:
        put_meta(conn, BEAT, now.isoformat())


def plan(conn: Connection, rows: Iterable[tuple[Key, date, bool]], now: datetime) -> None:
    """Keep these reminders (key, due day, late); one that is there already stays as it is."""
    values = [
        {
            "id": new_id(), "rule": rule, "subject": subject, "person_id": person, "day": day, "due": due,
            "state": State.PLANNED.value, "late": late, "planned_at": now,
        }
        for (rule, subject, person, day), due, late in rows
    ]  # fmt: skip
    if values:
        conn.execute(_insert(conn), values)


def revive(conn: Connection, keys: Collection[Key]) -> None:
    """What was settled as done and is owed again (the record was withdrawn) is open again: it was never sent."""
    if not keys:
        return
    first = min(day for _, _, _, day in keys)
    moot = conn.execute(
        select(reminders).where(reminders.c.state == State.MOOT.value, reminders.c.day >= first)
    )
    again = [row.id for row in moot if (row.rule, row.subject, row.person_id, row.day) in keys]
    for part in _parts(again):
        conn.execute(
            update(reminders)
            .where(reminders.c.id.in_(part), reminders.c.state == State.MOOT.value)
            .values(state=State.PLANNED.value, settled_at=None)
        )


def open_rows(conn: Connection) -> list[Row]:
    """What is neither settled nor on its way."""
    rows = conn.execute(
        select(reminders)
        .where(reminders.c.state.in_(_OPEN), reminders.c.digest_id.is_(None), reminders.c.rule != MORNING)
        .order_by(reminders.c.person_id, reminders.c.day)
    )
    return [Row(row.id, (row.rule, row.subject, row.person_id, row.day), row.due) for row in rows]


def settle(conn: Connection, ids: Collection[str], state: State, now: datetime) -> None:
    """Settle rows that are still open: the first who settles one wins."""
    for part in _parts(ids):
        conn.execute(
            update(reminders)
            .where(reminders.c.id.in_(part), reminders.c.state.in_(_OPEN), reminders.c.digest_id.is_(None))
            .values(state=state.value, settled_at=now)
        )


def hold(conn: Connection) -> None:
    """What was planned and did not go out waits for its hour."""
    conn.execute(update(reminders).where(reminders.c.state == State.PLANNED.value).values(state=State.HELD.value))


# --- calls for help ---


def told(conn: Connection) -> dict[tuple[str, str, str], date]:
    """Of each call for help (rule, subject, person) that was ever sent, the newest day."""
    query = (
        select(reminders.c.rule, reminders.c.subject, reminders.c.person_id, func.max(reminders.c.day))
        .where(reminders.c.rule.startswith(HELP_RULE, autoescape=True), reminders.c.state == State.SENT.value)
        .group_by(reminders.c.rule, reminders.c.subject, reminders.c.person_id)
    )
    return {(rule, subject, person): day for rule, subject, person, day in conn.execute(query).tuples()}


# --- an outage ---


def gap(conn: Connection) -> tuple[date, date] | None:
    """The newest days on which nobody looked, the first and the last."""
    said = get_meta(conn, GAP)
    first, _, last = (said or "").partition("/")
    return (date.fromisoformat(first), date.fromisoformat(last)) if last else None


def keep_gap(conn: Connection, first: date, last: date) -> None:
    put_meta(conn, GAP, f"{first}/{last}")


def last_mornings(conn: Connection, ids: Collection[str], today: date) -> dict[str, date]:
    """When each of these people had the last digest before today."""
    found: dict[str, date] = {}
    for part in _parts(ids):
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


# --- one morning, one digest ---


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
    made = conn.execute(_insert(conn), {"id": new_id(), "late": False, **key, **values})
    return bool(made.rowcount == 1)


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
    return bool(conn.execute(_insert(conn), values).rowcount == 1)


def claim(conn: Connection, ids: Collection[str], digest_id: str, late: Collection[str]) -> set[str]:
    """Put these rows on this digest; the ids that were ours to take. `late` are those that say so."""
    won: set[str] = set()
    for part in _parts(ids):
        won.update(
            conn.execute(
                update(reminders)
                .where(reminders.c.id.in_(part), reminders.c.state.in_(_OPEN), reminders.c.digest_id.is_(None))
                .values(digest_id=digest_id, state=State.HELD.value)
                .returning(reminders.c.id)
            ).scalars()
        )
    for part in _parts(won.intersection(late)):
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
        for part in _parts({row.digest_id for row in waiting})
        for one in conn.execute(
            select(reminders.c.digest_id).where(reminders.c.digest_id.in_(part), _OF_CLOCKS)
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
        mine = (reminders.c.digest_id == row.digest_id, reminders.c.state.in_(_OPEN))
        conn.execute(
            update(reminders)
            .where(*mine, reminders.c.rule == MORNING)
            .values(state=State.MOOT.value, digest_id=None, settled_at=now)
        )
        conn.execute(update(reminders).where(*mine).values(digest_id=None))
    return len(waiting)


# --- the proof ---


def rows(conn: Connection, since: date | None = None) -> Iterator[tuple[Key, State]]:
    """Every reminder about a duty, for `domain.reminders.reconcile`; only those of steps from a day on, if named."""
    newer = [] if since is None else [reminders.c.state.in_([one.value for one in State]), reminders.c.day >= since]
    return _rows(conn, reminders.c.rule != MORNING, ~_OF_CLOCKS, *newer)


def clock_rows(conn: Connection) -> Iterator[tuple[Key, State]]:
    """Everything that was said about the clock of a report or a silent draft."""
    return _rows(conn, _OF_CLOCKS)


def _rows(conn: Connection, *where: Any) -> Iterator[tuple[Key, State]]:
    query = select(
        reminders.c.rule, reminders.c.subject, reminders.c.person_id, reminders.c.day, reminders.c.state
    ).where(*where)
    for row in conn.execute(query):
        yield (row.rule, row.subject, row.person_id, row.day), State(row.state)


def touched_since(conn: Connection, moment: datetime) -> set[str]:
    """Subjects and people ('person:<id>') whose facts changed since that moment: no survey has seen them yet."""
    found = {
        f"child:{child}"
        for column, at in ((contacts.c.child_id, contacts.c.entered_at), (child_history.c.child_id, child_history.c.at))
        for child in conn.execute(select(column).where(at >= moment)).scalars()
    }
    events = select(report_events.c.report_id).where(report_events.c.at >= moment)
    found.update(f"report:{report}" for report in conn.execute(events).scalars())
    bound = conn.execute(select(people.c.id).where(people.c.bound_at >= moment)).scalars()
    found.update(f"person:{person}" for person in bound)
    noted = select(journal.c.subject).where(journal.c.at >= moment, journal.c.subject.is_not(None))
    subjects = [str(subject) for subject in conn.execute(noted).scalars()]
    found.update(subjects)
    taken_out = [subject.removeprefix("contact:") for subject in subjects if subject.startswith("contact:")]
    for part in _parts(taken_out):
        of = conn.execute(select(contacts.c.child_id).where(contacts.c.id.in_(part))).scalars()
        found.update(f"child:{child}" for child in of)
    touched = [subject.removeprefix("child:") for subject in found if subject.startswith("child:")]
    for part in _parts(touched):  # what is done there moves the unit's call for help
        units = conn.execute(select(children.c.unit).where(children.c.id.in_(part)).distinct()).scalars()
        found.update(f"unit:{unit}" for unit in units)
    return found


# --- reports a person may know of ---


def desk_reports(conn: Connection, post_ids: Collection[str]) -> set[str]:
    """The reports that lie on these posts' desks now, as receiver or watcher."""
    return set(
        conn.execute(
            select(report_desks.c.report_id).where(
                report_desks.c.post_id.in_(list(post_ids)), report_desks.c.until.is_(None)
            )
        ).scalars()
    )


def _insert(conn: Connection) -> Any:
    """INSERT … ON CONFLICT DO NOTHING: the unique key decides."""
    if conn.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as upsert
    else:
        from sqlalchemy.dialects.postgresql import insert as upsert  # type: ignore[assignment]
    return upsert(reminders).on_conflict_do_nothing()


def _parts(ids: Iterable[str]) -> Iterator[list[str]]:
    listed = list(ids)
    return (listed[start : start + IN] for start in range(0, len(listed), IN))
