"""Which children live under one roof: as far as a roster tells, and after one of them has moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from db import child_changes
from db import children as files
from db.models import children, moves
from db.types import new_id
from domain.children import Child
from domain.policy import Policy


def shared(children: Sequence[Child]) -> dict[str, str]:
    """child id → household, for every child that shares one with another of these.

    One household: the same carer by name and phone in the same village, or a guardian with the same ID number. A
    household that is on file already keeps its id; a child that has another one is left where it is.
    """
    root = list(range(len(children)))

    def top(place: int) -> int:
        while root[place] != place:
            root[place] = root[root[place]]
            place = root[place]
        return place

    first: dict[tuple[str, ...], int] = {}
    for place, child in enumerate(children):
        for key in _keys(child):
            root[top(place)] = top(first.setdefault(key, place))
    groups: dict[int, list[Child]] = {}
    for place, child in enumerate(children):
        groups.setdefault(top(place), []).append(child)
    found: dict[str, str] = {}
    for group in groups.values():
        if len(group) > 1:
            known = next((child.household for child in group if child.household), None)
            household = known or new_id()
            found.update({child.id: child.household or household for child in group})
    return found


def _keys(child: Child) -> Iterator[tuple[str, ...]]:
    for person in child.guardians:
        if person.id_no:
            yield "id", person.id_no
    carer = next((person for person in child.guardians if person.carer), None)
    if carer is not None and carer.name and carer.phone:
        yield "carer", carer.name, carer.phone, child.unit


def settle(
    conn: Connection, household: str | None, home: str, now: datetime, policy: Policy, *, by: str | None, source: str
) -> None:
    """Nobody's household lies in two villages: called whenever the move of one of its children is over, moved or not.

    While a brother or sister is still to follow to where others are already, everything stays as it is. Else those at
    `home`, the village that was left, keep the household; who lives elsewhere together gets a new one, who lives alone
    none. Each change stands in the child's history.
    """
    if household is None:
        return
    of_it = (children.c.household == household, children.c.closed_on.is_(None))
    there = conn.execute(select(children.c.id, children.c.unit).where(*of_it).order_by(children.c.file_no)).all()
    places: dict[str, list[str]] = defaultdict(list)
    for row in there:
        places[row.unit].append(row.id)
    if len(places) < 2:
        return
    coming = (
        select(moves.c.id)
        .join(children, children.c.id == moves.c.child_id)
        .where(*of_it, moves.c.ended_at.is_(None), moves.c.from_unit == children.c.unit, moves.c.to_unit.in_(list(places)))
    )
    if conn.execute(coming.limit(1)).first() is not None:
        return
    stays = home if home in places else next(iter(places))
    for unit, ids in places.items():
        if unit == stays:
            continue
        own = new_id() if len(ids) > 1 else None
        for entry in files.by_ids(conn, ids).values():
            child_changes.change_child(
                conn, replace(entry.child, household=own), now, policy, by=by, source=source,
                changed={"household": [household, own]},
            )  # fmt: skip
