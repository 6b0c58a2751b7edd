"""Who is away from a post and who stands in (bot/handlers/leave.py); how many forms the county has filled in."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table

from db.models.base import CODE, ID, metadata, own_id
from db.types import Moment

leaves = Table(
    "leaves",  # of a holder who is away (`away`), or only of a deputy for a time; begun and ended by the heartbeat
    metadata,
    own_id(),
    Column("post_id", ID, ForeignKey("posts.id"), nullable=False),
    Column("away", ID),  # the holder; null: stays in office and is only helped
    Column("deputy", ID),  # null: what falls due goes to the post above
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("by_person", ID),
    Column("at", Moment, nullable=False),
    Column("begun_at", Moment),
    Column("ended_at", Moment),
    Column("demo", Boolean, nullable=False),
    Index("ix_leaves_ended_at_post_id", "ended_at", "post_id"),
)

forms_filled = Table(
    "forms_filled",  # how much a county makes its directors fill in: by place and day, never by person
    metadata,
    Column("day", Date, primary_key=True),
    Column("unit", CODE, primary_key=True),
    Column("form", String(24), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("questions", Integer, nullable=False),  # answered in them, all together
)
