"""All children, a few thousand at a time: what is counted for everybody need not lie in memory at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select, true

from db.models import children

SIZE = 2000  # children
Stretch = tuple[str | None, str | None]


def of_children(conn: Connection, size: int = SIZE) -> Iterator[Stretch]:
    """From which id on and below which one; None is no bound. Together they cover every id there is or may be."""
    ids = conn.execute(select(children.c.id).order_by(children.c.id)).scalars().all()
    bounds = [None, *ids[size::size], None]
    return pairwise(bounds)


def within(column: ColumnElement[Any], stretch: Stretch) -> ColumnElement[bool]:
    """Whether a child's id lies there."""
    first, end = stretch
    return and_(true(), *([column >= first] if first else []), *([column < end] if end else []))
