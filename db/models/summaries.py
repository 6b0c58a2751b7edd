"""What summaries keep beside the facts: months rolled up by child, and who may look at the wall."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table

from db.models.base import ID, metadata, own_id
from db.types import Moment

contact_years = Table(
    "contact_years",  # per child and year: bit n is month n + 1; written with every contact (db/yearly.py), never by hand
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("child_id", ID, ForeignKey("children.id"), primary_key=True),
    Column("reached", Integer, nullable=False),  # somebody of the family was reached
    Column("visited", Integer, nullable=False),  # the child was seen at home
    Column("supervised", Integer, nullable=False),  # the supervisor reached them
    Index("ix_contact_years_child_id", "child_id"),
    sqlite_with_rowid=False,  # a year's rows lie together, in the order they are joined
)

wall_passes = Table(
    "wall_passes",  # 大屏: a one-time link and the session it becomes; only fingerprints of both are kept
    metadata,
    own_id(),
    Column("person_id", ID, ForeignKey("people.id"), nullable=False),
    Column("link", LargeBinary(32), nullable=False, unique=True),
    Column("made_at", Moment, nullable=False),
    Column("link_until", Moment, nullable=False),
    Column("opened_at", Moment),
    Column("session", LargeBinary(32), unique=True),
    Column("until", Moment, nullable=False),
)
