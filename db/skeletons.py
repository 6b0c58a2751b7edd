"""Children as far as counting and due rules need them: nothing sensitive is opened for arithmetic."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, select

from db.models import children
from db.parts import parts
from domain.children import Child, Tier

COLUMNS = (
    children.c.id, children.c.file_no, children.c.unit, children.c.tier, children.c.tier_since, children.c.added_on,
    children.c.paused_until, children.c.closed_on, children.c.birth_date, children.c.household,
)  # fmt: skip


def skeletons(conn: Connection, *where: Any, codes: Collection[str] | None = None) -> list[Child]:
    """These children by file number; `codes` keeps those of these units."""
    query = select(*COLUMNS).where(*where).order_by(children.c.file_no)
    if codes is not None:
        query = query.where(children.c.unit.in_(list(codes)))
    return [skeleton(row) for row in conn.execute(query)]


def open_ones(conn: Connection, codes: Collection[str] | None = None) -> list[Child]:
    """Those whose files are open."""
    return skeletons(conn, children.c.closed_on.is_(None), codes=codes)


def by_ids(conn: Connection, ids: Collection[str], codes: Collection[str] | None = None) -> dict[str, Child]:
    """These of them by id, closed ones too."""
    return {one.id: one for part in parts(ids) for one in skeletons(conn, children.c.id.in_(part), codes=codes)}


def skeleton(row: Any) -> Child:
    """A row with COLUMNS as a child."""
    return Child(
        row.id, row.file_no, "", row.unit, tier=Tier(row.tier), tier_since=row.tier_since, added_on=row.added_on,
        paused_until=row.paused_until, closed_on=row.closed_on, birth_date=row.birth_date, household=row.household,
    )  # fmt: skip
