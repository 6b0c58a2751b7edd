"""What was carried over into the national system, child by child (domain.md 2.2; plan task 9 and 19)."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from db.models.base import ID, metadata, own_id
from db.types import Moment, Secret

national_ticks = Table(
    "national_ticks",  # 已同步: the newest one of a child that was not undone holds; none is ever changed but undone
    metadata,
    own_id(),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by_person", ID),
    Column("batch", ID, nullable=False),  # ticked together, undone together
    Column("content", Secret("json"), nullable=False),  # what stood in the national form then: {heading: value}
    Column("undone_at", Moment),
    Column("source", String(8), nullable=False),  # chat | demo
    Index("ix_national_ticks_child_id", "child_id", "undone_at"),
    Index("ix_national_ticks_batch", "batch"),
)
