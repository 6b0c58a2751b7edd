"""Children's files, looked up. Every query takes the unit codes it may look into: access is not a later filter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from db import child_columns
from db.models import child_labels, children, guardians, proposal_answers
from db.parts import parts
from db.rows import keys_of, opened
from domain.children import Child, Guardian, Label


@dataclass(frozen=True)
class Entry:
    """A child with the due days as they stand in its row."""

    child: Child
    contact_due: date | None
    visit_due: date | None
    supervisor_due: date | None


def in_units(conn: Connection, codes: Collection[str], *, closed: bool = False) -> list[Entry]:
    """The open files of these units, by file number. Guardians and labels included."""
    where = [children.c.unit.in_(list(codes))]
    if not closed:
        where.append(children.c.closed_on.is_(None))
    return _entries(conn, where)


def by_file_no(conn: Connection, file_no: str, codes: Collection[str]) -> Entry | None:
    return next(iter(_entries(conn, [children.c.file_no == file_no, children.c.unit.in_(list(codes))])), None)


def by_numbers(conn: Connection, file_nos: Collection[str], codes: Collection[str]) -> list[Entry]:
    """The files with these numbers within these units, by file number."""
    return _entries(conn, [children.c.file_no.in_(list(file_nos)), children.c.unit.in_(list(codes))])


def by_id(conn: Connection, child_id: str, codes: Collection[str]) -> Entry | None:
    return next(iter(_entries(conn, [children.c.id == child_id, children.c.unit.in_(list(codes))])), None)


def by_ids(conn: Connection, ids: Collection[str]) -> dict[str, Entry]:
    """These files, whoever asks: for the system's own work (reminders), not for showing."""
    found: dict[str, Entry] = {}
    for part in parts(ids):
        found.update({entry.child.id: entry for entry in _entries(conn, [children.c.id.in_(part)])})
    return found


def by_id_no(conn: Connection, id_no: str) -> str | None:
    """The id of the file with this ID number, through the blind index."""
    found: str | None = conn.execute(
        select(children.c.id).where(children.c.id_no_index == keys_of(conn).blind("id_no", id_no.upper()))
    ).scalar()
    return found


def of_kin(conn: Connection, kin_id: str) -> list[Child]:
    """Every child this person is guardian or carer of, whoever asks: for the system's own work."""
    ids = conn.execute(select(guardians.c.child_id).where(guardians.c.kin_id == kin_id)).scalars()
    return [entry.child for entry in by_ids(conn, set(ids)).values()]


def answered(conn: Connection, ids: Collection[str]) -> dict[str, set[tuple[str, str]]]:
    """(rule, digest of its facts) that a person has answered, by child."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for part in parts(ids):
        rows = conn.execute(
            select(proposal_answers.c.child_id, proposal_answers.c.rule, proposal_answers.c.facts).where(
                proposal_answers.c.child_id.in_(part)
            )
        )
        for row in rows:
            found[row.child_id].add((row.rule, row.facts))
    return found


def _entries(conn: Connection, where: list[Any]) -> list[Entry]:
    rows = conn.execute(select(children).where(*where).order_by(children.c.file_no)).all()
    ids = [row.id for row in rows]
    labels: dict[str, list[Label]] = defaultdict(list)
    carers: dict[str, list[Guardian]] = defaultdict(list)
    for part in parts(ids):
        for row in conn.execute(
            select(child_labels).where(child_labels.c.child_id.in_(part), child_labels.c.until.is_(None))
        ):
            labels[row.child_id].append(Label(row.label))
        for row in conn.execute(select(guardians).where(guardians.c.child_id.in_(part)).order_by(guardians.c.id)):
            values = opened(conn, guardians, row)
            carers[values["child_id"]].append(child_columns.guardian_of(values))
    found = []
    for row in rows:
        values = opened(conn, children, row)
        child = child_columns.child_of(values, labels[row.id], carers[row.id])
        found.append(Entry(child, values["contact_due"], values["visit_due"], values["supervisor_due"]))
    return found


# --- numbers of files ---


def next_serial(conn: Connection, prefix: str) -> int:
    """The next free serial of file numbers that begin like this (GT-106-019-)."""
    last = conn.execute(select(func.max(children.c.file_no)).where(children.c.file_no.like(prefix + "%"))).scalar()
    return int(last[len(prefix) :]) + 1 if last else 1


def file_prefix(unit: str) -> str:
    """GT-<last three of the town's code>-<the village's three>- : domain.md 2.3."""
    return f"GT-{unit[6:9]}-{unit[9:12]}-"
