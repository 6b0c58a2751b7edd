"""Moves between villages: proposed, waiting, carried over. The file moves with everything that hangs on it, by one row."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select
from sqlalchemy.exc import IntegrityError

from db import child_changes, following, households, journal
from db import children as files
from db.models import children, moves
from db.rows import add, change, opened
from db.types import new_id
from domain.calendar import DAY, local_day
from domain.moves import ANSWER_DAYS, Ended
from domain.policy import Policy
from domain.tasks import Task

TASK = "move_answer"


class MovesAlready(Exception):
    """A proposal for this child is open."""


class Accepted(StrEnum):
    """What became of a yes."""

    NOW = "now"  # the child is theirs
    LATER = "later"  # from its day on
    GONE = "gone"  # the file was closed or is elsewhere by now: there is nothing to take over


@dataclass(frozen=True)
class Move:
    """One proposal. `accepted`: the receiver has said yes and its day is still to come."""

    id: str
    child: str
    from_unit: str
    to_unit: str
    day: date
    why: str
    by: str | None
    at: datetime
    accepted: bool
    answered_by: str | None
    ended: Ended | None
    ended_why: str | None


def propose(
    conn: Connection, child_id: str, from_unit: str, to_unit: str, day: date, why: str, now: datetime, *, by: str | None,
    demo: bool = False,
) -> str:  # fmt: skip
    """Ask the receiver. Raises MovesAlready; nothing about the child changes."""
    made = new_id()
    try:
        with conn.begin_nested():
            add(
                conn, moves, id=made, child_id=child_id, running=child_id, from_unit=from_unit, to_unit=to_unit, day=day,
                why=why, by_person=by, at=now, demo=demo,
            )  # fmt: skip
    except IntegrityError:
        raise MovesAlready from None
    return made


def get(conn: Connection, move_id: str) -> Move | None:
    return next(iter(_moves(conn, moves.c.id == move_id)), None)


def open_of_child(conn: Connection, child_id: str) -> Move | None:
    return next(iter(_moves(conn, moves.c.running == child_id)), None)


def open_within(conn: Connection, codes: Collection[str]) -> list[Move]:
    """Everything open that comes to these units or leaves them, the oldest first; not of files closed meanwhile."""
    there = or_(moves.c.to_unit.in_(list(codes)), moves.c.from_unit.in_(list(codes)))
    return _moves(conn, moves.c.ended_at.is_(None), there, moves.c.child_id.in_(_ON_FILE))


_ON_FILE = select(children.c.id).where(children.c.closed_on.is_(None))


def accept(conn: Connection, move: Move, now: datetime, policy: Policy, by: str) -> Accepted | None:
    """The receiver says yes; None where somebody was faster."""
    won = change(
        conn, moves, move.id, moves.c.ended_at.is_(None), moves.c.answered_at.is_(None), answered_at=now, answered_by=by
    )
    if not won:
        return None
    if move.day > local_day(now):
        return Accepted.LATER
    return Accepted.NOW if carry_over(conn, replace(move, answered_by=by), now, policy) else Accepted.GONE


def carry_over(conn: Connection, move: Move, now: datetime, policy: Policy) -> bool:
    """Put the file into the receiver's hands. False where it was closed or taken elsewhere meanwhile: nothing moves."""
    there = files.by_ids(conn, [move.child]).get(move.child)
    fits = there is not None and there.child.closed_on is None and there.child.unit == move.from_unit
    how = Ended.MOVED if fits else Ended.WITHDRAWN
    if not end(conn, move, how, now, policy, by=move.answered_by, settle=not fits):
        return False
    if not fits or there is None:
        return False
    child_changes.change_child(
        conn, replace(there.child, unit=move.to_unit), now, policy, by=move.answered_by, source=f"move:{move.id}",
        changed={"unit": [move.from_unit, move.to_unit]},
    )  # fmt: skip
    following.carry(conn, move.child, move.from_unit, move.to_unit, now, move.answered_by)
    _settle(conn, move, there.child.household, now, policy, move.answered_by)
    journal.note(
        conn, now, "child.moved", person=move.answered_by, subject=f"child:{move.child}", unit=move.to_unit,
        before=move.from_unit,
    )  # fmt: skip
    return True


def end(
    conn: Connection, move: Move, how: Ended, now: datetime, policy: Policy, *, by: str | None, why: str | None = None,
    settle: bool = True,
) -> bool:  # fmt: skip
    """It is over; False where somebody else ended it. Brothers and sisters who went ahead are a home of their own then."""
    won = change(
        conn, moves, move.id, moves.c.ended_at.is_(None), running=None, ended_at=now, ended_how=how.value, ended_by=by,
        ended_why=why,
    )  # fmt: skip
    if won and settle:
        home = conn.execute(select(children.c.household).where(children.c.id == move.child)).scalar()
        _settle(conn, move, home, now, policy, by)
    return won


def _settle(conn: Connection, move: Move, home: str | None, now: datetime, policy: Policy, by: str | None) -> None:
    households.settle(conn, home, move.from_unit, now, policy, by=by, source=f"move:{move.id}")


def falling_due(conn: Connection, today: date) -> list[Move]:
    """Accepted, and their day has come."""
    return _moves(conn, moves.c.ended_at.is_(None), moves.c.answered_at.is_not(None), moves.c.day <= today)


def tasks(conn: Connection, last: date, codes: Collection[str] | None, child: str | None) -> Iterable[Task]:
    """Where an answer is still awaited (db/tasks.py): the receiving village owes it."""
    if child is not None:
        return
    query = select(moves.c.to_unit, moves.c.at).where(
        moves.c.ended_at.is_(None), moves.c.answered_at.is_(None), moves.c.child_id.in_(_ON_FILE)
    )
    for row in conn.execute(query):
        since = local_day(row.at)
        if since + ANSWER_DAYS * DAY <= last and (codes is None or row.to_unit in codes):
            yield Task(TASK, row.to_unit, since + ANSWER_DAYS * DAY, since)


def _moves(conn: Connection, *where: ColumnElement[bool]) -> list[Move]:
    rows = conn.execute(select(moves).where(*where).order_by(moves.c.id)).all()
    return [_move(opened(conn, moves, row)) for row in rows]


def _move(row: dict[str, Any]) -> Move:
    return Move(
        row["id"], row["child_id"], row["from_unit"], row["to_unit"], row["day"], row["why"], row["by_person"], row["at"],
        row["answered_at"] is not None, row["answered_by"], Ended(row["ended_how"]) if row["ended_how"] else None,
        row["ended_why"],
    )  # fmt: skip


def of_pass(conn: Connection, move: Move) -> list[Move]:
    """What was proposed with it in one go (brothers and sisters), as far as it is open."""
    home = conn.execute(select(children.c.household).where(children.c.id == move.child)).scalar()
    family = select(children.c.id).where(children.c.household == home) if home else [move.child]
    return _moves(
        conn, moves.c.at == move.at, moves.c.by_person == move.by, moves.c.to_unit == move.to_unit,
        moves.c.child_id.in_(family), moves.c.ended_at.is_(None),
    )  # fmt: skip
