"""The county's own numbers: `.env` and the plan's defaults below, the county's dated settings over them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, select

from db import child_due
from db import contacts as contact_rows
from db.migrate import get_meta, put_meta
from db.models import settings as settings_table
from db.prepared import Prepared
from db.skeletons import open_ones
from db.types import new_id
from domain.calendar import local_day
from domain.dry_run import DryRun, dry_run
from domain.policy import Policy
from domain.settings import Change, as_far_as_possible, in_force, overlaid

MARK = "policy_mark"


@dataclass(frozen=True)
class Kept:
    """A change as it stands in the settings."""

    id: str
    change: Change
    by: str | None
    at: datetime


def base(conn: Connection) -> Policy:
    """The plan's defaults with the hours of `.env`."""
    policy: Policy = conn.info["policy"]
    return policy


def current(conn: Connection, now: datetime) -> Policy:
    """The policy in force at this moment."""
    return on(conn, local_day(now))


def on(conn: Connection, day: date) -> Policy:
    """The policy in force on that day, by what is entered now."""
    rows = tuple((row.key, row.value, row.from_on) for row in _HISTORY.all(conn))
    return _overlaid(base(conn), rows, day) if rows else base(conn)


_FEW = 8
_known: dict[tuple[Any, ...], Policy] = {}


def _overlaid(beneath: Policy, rows: tuple[tuple[str, Any, date], ...], day: date) -> Policy:
    """Asked for every message and the same all day: the last few answers are kept, under all they depend on."""
    key = (repr(beneath), repr(rows), day)
    found = _known.get(key)
    if found is None:
        changes = [Change(*row) for row in rows]
        found = as_far_as_possible(beneath, in_force(changes, day))
        while len(_known) >= _FEW:
            _known.pop(next(iter(_known)), None)
        _known[key] = found
    return found


def history(conn: Connection) -> list[Kept]:
    """Every change, the oldest first."""
    return [Kept(row.id, Change(row.key, row.value, row.from_on), row.by_person, row.at) for row in _HISTORY.all(conn)]


_HISTORY = Prepared(select(settings_table).order_by(settings_table.c.at, settings_table.c.id))


def with_change(conn: Connection, change: Change) -> Policy:
    """What would be in force from the change's day on. Raises PolicyRefused."""
    changes = [one.change for one in history(conn)]
    return overlaid(base(conn), in_force([*changes, change], change.from_on))


def enter(conn: Connection, change: Change, by: str | None, now: datetime) -> str:
    """Keep a change; its id. Raises PolicyRefused where it may not be, now or together with what comes later."""
    with_change(conn, change)
    later = sorted({one.change.from_on for one in history(conn) if one.change.from_on > change.from_on})
    for day in later:
        overlaid(base(conn), in_force([*(one.change for one in history(conn)), change], day))
    made = new_id()
    conn.execute(
        settings_table.insert().values(
            id=made, key=change.key, value=change.value, from_on=change.from_on, by_person=by, at=now
        )
    )
    return made


def withdraw(conn: Connection, tail: str, today: date) -> Kept | None:
    """Take back a change that does not hold yet; None if there is none that ends so."""
    found = next((one for one in history(conn) if one.id.endswith(tail) and one.change.from_on > today), None)
    if found is not None:
        conn.execute(delete(settings_table).where(settings_table.c.id == found.id))
    return found


def try_out(conn: Connection, change: Change, today: date) -> DryRun:
    """What the change would do to the children there are now. Raises PolicyRefused."""
    there = open_ones(conn)
    known = contact_rows.of_children(conn, [child.id for child in there])
    return dry_run(there, known, on(conn, change.from_on), with_change(conn, change), today)


def take_effect(conn: Connection, now: datetime) -> int:
    """Write every due day anew if the numbers in force are not those they were last counted with; how many changed.

    Called by the scheduler's first survey of a day and after a restart with another `.env`.
    """
    policy = current(conn, now)
    mark = sha256(repr(policy).encode()).hexdigest()
    if get_meta(conn, MARK) == mark:
        return 0
    changed = child_due.recompute(conn, policy)
    put_meta(conn, MARK, mark)
    return changed
