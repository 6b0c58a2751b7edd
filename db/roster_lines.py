"""The roster as it stands: as little of it as a question needs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from db.models import child_labels, children, guardians
from db.rows import opened
from domain.children import Label, Tier


@dataclass(frozen=True)
class Line:
    """One child as far as finding it by words goes (domain.reading.names.Named)."""

    id: str
    name: str
    file_no: str
    unit: str
    guardian_names: tuple[str, ...]


def lines(conn: Connection, codes: Collection[str]) -> list[Line]:
    """The open files of these units, by file number; only names are opened."""
    here = (children.c.unit.in_(list(codes)), children.c.closed_on.is_(None))
    carers: dict[str, list[str]] = {}
    for row in conn.execute(
        select(guardians.c.id, guardians.c.child_id, guardians.c.name)
        .join(children, children.c.id == guardians.c.child_id)
        .where(*here)
    ):
        values = opened(conn, guardians, dict(row._mapping))
        carers.setdefault(values["child_id"], []).append(values["name"])
    rows = conn.execute(
        select(children.c.id, children.c.name, children.c.file_no, children.c.unit).where(*here).order_by(children.c.file_no)
    )
    return [
        Line(row["id"], row["name"], row["file_no"], row["unit"], tuple(name for name in carers.get(row["id"], ()) if name))
        for row in (opened(conn, children, dict(each._mapping)) for each in rows)
    ]


def count_by_unit(conn: Connection, codes: Collection[str]) -> dict[str, int]:
    """Open files per village."""
    here = (children.c.unit.in_(list(codes)), children.c.closed_on.is_(None))
    return {row[0]: row[1] for row in conn.execute(select(children.c.unit, func.count()).where(*here).group_by(children.c.unit))}


def count_by_unit_and_tier(conn: Connection, codes: Collection[str], tier: Tier) -> dict[str, int]:
    """Open files of this tier per village."""
    here = (children.c.unit.in_(list(codes)), children.c.closed_on.is_(None), children.c.tier == tier.value)
    return {row[0]: row[1] for row in conn.execute(select(children.c.unit, func.count()).where(*here).group_by(children.c.unit))}


def count_by_tier(conn: Connection, codes: Collection[str], label: Label | None = None) -> dict[Tier, int]:
    """Open files per tier; with `label` only those that carry it."""
    query = select(children.c.tier, func.count()).where(
        children.c.unit.in_(list(codes)), children.c.closed_on.is_(None)
    )
    if label is not None:
        with_label = select(child_labels.c.child_id).where(
            child_labels.c.label == label.value, child_labels.c.until.is_(None)
        )
        query = query.where(children.c.id.in_(with_label))
    return {Tier(row[0]): row[1] for row in conn.execute(query.group_by(children.c.tier))}
