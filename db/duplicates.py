"""Files that may be one child's: found, remembered, decided on (db/merging.py puts them together)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from db import children as files
from db.models import children, likenesses
from db.rows import add, add_many, keys_of
from db.types import new_id
from domain.children import Child
from domain.duplicates import Ground, Pair, Traits, alike, compared, like, pairs
from domain.units import UnitTree


@dataclass(frozen=True)
class Likeness:
    """Two files that may be one child's, as they stand now; `one` was opened first."""

    id: str
    one: Child
    other: Child
    grounds: tuple[Ground, ...]
    state: str


# --- finding ---


def traits(conn: Connection, codes: Collection[str]) -> list[Traits]:
    """What the open files of these units are compared by. A few villages at a time keep the look short."""
    return [Traits.of(entry.child) for entry in files.in_units(conn, codes)]


def at_entry(conn: Connection, child: Child, tree: UnitTree) -> list[tuple[Child, tuple[Ground, ...]]]:
    """Files that may already be this child's: the same ID number anywhere, else looked for within its town."""
    town = tree.town_of(child.unit)
    codes = tree.under(town.code) if town else {child.unit}
    here = {entry.child.id: entry.child for entry in files.in_units(conn, codes)}
    if child.id_no and (known := files.by_id_no(conn, child.id_no)):
        here |= {key: entry.child for key, entry in files.by_ids(conn, [known]).items()}
    found = like(Traits.of(child), (Traits.of(each) for each in here.values() if each.closed_on is None))
    return [(here[each.id], grounds) for each, grounds in found]


def remember(conn: Connection, found: Iterable[Pair], known: Mapping[str, Traits], now: datetime) -> list[str]:
    """Put new pairs before people, and those again whose facts are others since somebody said 不是同一个.

    The ids of the pairs that are open and new. A pair that no longer looks alike is let go of by itself.
    """
    keys = keys_of(conn)
    before = {(row.one_id, row.other_id): row for row in conn.execute(select(likenesses)).all()}
    opened_now: list[str] = []
    new: list[dict[str, Any]] = []
    still: set[tuple[str, str]] = set()
    for pair in found:
        key = (pair.one, pair.other)
        still.add(key)
        facts = keys.blind("likeness", compared(known[pair.one], known[pair.other]))
        row, grounds = before.get(key), [ground.value for ground in pair.grounds]
        if row is None:
            pair_id = new_id()
            opened_now.append(pair_id)
            new.append(
                {"id": pair_id, "one_id": pair.one, "other_id": pair.other, "grounds": grounds, "facts": facts,
                 "state": "open", "found_at": now}
            )  # fmt: skip
        elif row.facts != facts or row.state == "gone":
            if row.state != "open":
                opened_now.append(row.id)
            again: dict[str, Any] = {"grounds": grounds, "facts": facts, "state": "open", "found_at": now}
            if row.state != "open":
                again |= {"told_at": None, "decided_at": None, "decided_by": None}
            conn.execute(update(likenesses).where(likenesses.c.id == row.id).values(**again))
    add_many(conn, likenesses, new)
    over = [row.id for key, row in before.items() if row.state == "open" and key not in still]
    over = [row_id for row_id in over if not _in_part(before, row_id, known)]
    for row_id in over:
        conn.execute(update(likenesses).where(likenesses.c.id == row_id, likenesses.c.state == "open").values(state="gone"))
    return opened_now


def _in_part(before: Mapping[tuple[str, str], Any], row_id: str, known: Mapping[str, Traits]) -> bool:
    """Whether one of the two was looked at and the other was not: then nothing can be said."""
    key = next(key for key, row in before.items() if row.id == row_id)
    return (key[0] in known) != (key[1] in known)


def find(conn: Connection, codes: Collection[str], now: datetime) -> list[str]:
    """Look through these units at once (a village, a town); the ids of the pairs that are new."""
    known = {each.id: each for each in traits(conn, codes)}
    return remember(conn, pairs(known.values()), known, now)


def untold(conn: Connection) -> list[tuple[str, str, str]]:
    """Open pairs nobody was told of: (pair, unit of the one, unit of the other)."""
    one, other = children.alias(), children.alias()
    rows = conn.execute(
        select(likenesses.c.id, one.c.unit.label("first"), other.c.unit.label("second"))
        .join(one, one.c.id == likenesses.c.one_id)
        .join(other, other.c.id == likenesses.c.other_id)
        .where(likenesses.c.state == "open", likenesses.c.told_at.is_(None))
    )
    return [(row.id, row.first, row.second) for row in rows]


def told(conn: Connection, ids: Collection[str], now: datetime) -> None:
    conn.execute(update(likenesses).where(likenesses.c.id.in_(list(ids))).values(told_at=now))


def open_pairs(conn: Connection, codes: Collection[str]) -> list[str]:
    """The open pairs of which both files lie in these units, the oldest first."""
    one, other = children.alias(), children.alias()
    rows = conn.execute(
        select(likenesses.c.id)
        .join(one, one.c.id == likenesses.c.one_id)
        .join(other, other.c.id == likenesses.c.other_id)
        .where(
            likenesses.c.state == "open", one.c.closed_on.is_(None), other.c.closed_on.is_(None),
            one.c.unit.in_(list(codes)), other.c.unit.in_(list(codes)),
        )
        .order_by(likenesses.c.found_at, likenesses.c.id)
    )  # fmt: skip
    return list(rows.scalars())


def pair(conn: Connection, pair_id: str, codes: Collection[str]) -> Likeness | None:
    """This pair, if both files lie in these units and both are open."""
    row = conn.execute(select(likenesses).where(likenesses.c.id == pair_id)).first()
    if row is None:
        return None
    entries = files.by_ids(conn, [row.one_id, row.other_id])
    two = sorted((entry.child for entry in entries.values()), key=lambda child: (child.added_on or date.max, child.file_no))
    if len(two) != 2 or any(child.unit not in codes or child.closed_on for child in two):
        return None
    return Likeness(row.id, two[0], two[1], tuple(Ground(each) for each in row.grounds), row.state)


def apart(conn: Connection, pair_id: str, by: str, now: datetime) -> bool:
    """不是同一个: not asked again while the facts are the same."""
    done = conn.execute(
        update(likenesses)
        .where(likenesses.c.id == pair_id, likenesses.c.state == "open")
        .values(state="apart", decided_at=now, decided_by=by)
    )
    return done.rowcount == 1


def by_hand(conn: Connection, one: Child, other: Child, now: datetime) -> str:
    """The pair of two files a person says are one child's, whether or not they look alike to us."""
    first, second = sorted((one.id, other.id))
    known = {each.id: Traits.of(each) for each in (one, other)}
    row = conn.execute(
        select(likenesses.c.id).where(likenesses.c.one_id == first, likenesses.c.other_id == second)
    ).scalar()
    facts = keys_of(conn).blind("likeness", compared(known[one.id], known[other.id]))
    grounds = [ground.value for ground in alike(known[one.id], known[other.id])]
    if row is not None:
        conn.execute(
            update(likenesses).where(likenesses.c.id == row).values(state="open", facts=facts, grounds=grounds, told_at=now)
        )
        return str(row)
    pair_id = new_id()
    add(
        conn, likenesses, id=pair_id, one_id=first, other_id=second, grounds=grounds, facts=facts, state="open",
        found_at=now, told_at=now,
    )  # fmt: skip
    return pair_id
