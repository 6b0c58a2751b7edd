"""One person, however many children: who among guardians and carers is the same (table kin).

The same ID number, or the same name with the same phone, or the same name in one household. Only blind indexes are
kept: what is known of a person stands, sealed, on their row beside each child, and is changed on all of them at once
(db.child_changes.change_child, spread).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from db.models import kin
from db.parts import parts
from db.rows import add_many, keys_of
from db.types import new_id
from domain.children import Child, Guardian

PART = 400  # keys, each asked for in two columns
Keys = tuple[bytes | None, bytes | None]


def joined(conn: Connection, children: Sequence[Child], now: datetime) -> list[Child]:
    """The same children, each guardian with a row id and the person they are; new people are written down.

    An ID number decides alone: two numbers are two people, however they are called. Without one, name and phone do.
    """
    unknown = [
        (one, _keys(conn, one, child.household)) for child in children for one in child.guardians if not one.kin_id
    ]
    known = _Known(conn, [key for _, pair in unknown for key in pair if key])
    person: dict[int, str] = {}
    for one, (by_number, by_name) in unknown:
        if by_number or by_name:
            person[id(one)] = known.who(by_number, by_name)
    known.write(conn, now)
    return [
        replace(child, guardians=tuple(_with_ids(one, person.get(id(one))) for one in child.guardians))
        for child in children
    ]


def keep(conn: Connection, one: Guardian, household: str | None) -> None:
    """A person's name, phone or number changed: they are found by the new ones from now on."""
    by_number, by_name = _keys(conn, one, household)
    conn.execute(update(kin).where(kin.c.id == one.kin_id).values(id_no_index=by_number, name_index=by_name))


class _Known:
    """The people on file under these keys, and those met on the way."""

    def __init__(self, conn: Connection, wanted: Sequence[bytes]) -> None:
        self._by_key: dict[bytes, str] = {}
        self._number: dict[str, bytes | None] = {}
        self._new: dict[str, Keys] = {}
        self._numbered: dict[str, bytes] = {}
        for part in parts(wanted, PART):
            rows = conn.execute(select(kin).where(or_(kin.c.id_no_index.in_(part), kin.c.name_index.in_(part))))
            for row in rows:
                self._number[row.id] = row.id_no_index
                for key in (row.id_no_index, row.name_index):
                    if key is not None:
                        self._by_key.setdefault(bytes(key), row.id)

    def who(self, by_number: bytes | None, by_name: bytes | None) -> str:
        found = self._by_key.get(by_number) if by_number else None
        if found is None and by_name:
            found = self._by_key.get(by_name)
            if found is not None and by_number:
                if self._number[found] is not None:
                    found = None  # somebody else of that name, with a number of their own
                else:
                    self._number[found] = self._numbered[found] = by_number
        if found is None:
            found = new_id()
            self._new[found] = (by_number, by_name)
            self._number[found] = by_number
        for key in (by_number, by_name):
            if key:
                self._by_key.setdefault(key, found)
        return found

    def write(self, conn: Connection, now: datetime) -> None:
        add_many(
            conn,
            kin,
            [
                {"id": one, "id_no_index": self._number[one], "name_index": by_name, "at": now}
                for one, (_, by_name) in self._new.items()
            ],
        )
        for one, number in self._numbered.items():
            if one not in self._new:
                conn.execute(update(kin).where(kin.c.id == one).values(id_no_index=number))


def _keys(conn: Connection, one: Guardian, household: str | None) -> Keys:
    blind = keys_of(conn).blind
    by_number = blind("kin.id_no", one.id_no.upper()) if one.id_no else None
    known_by = one.phone or (f"home:{household}" if household else None)
    by_name = blind("kin.name", f"{one.name}|{known_by}") if one.name and known_by else None
    return by_number, by_name


def _with_ids(one: Guardian, person: str | None) -> Guardian:
    return replace(one, id=one.id or new_id(), kin_id=one.kin_id or person)
