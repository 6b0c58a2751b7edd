"""Units, the people who work in them, the posts they hold, and what a worker keeps for themselves."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table

from db.models.base import CODE, ID, metadata, own_id
from db.types import BigId, Moment, Secret

units = Table(
    "units",
    metadata,
    Column("code", CODE, primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("name", String(60), nullable=False),
    Column("parent", CODE),
    Column("position", Integer, nullable=False),
)

people = Table(
    "people",
    metadata,
    own_id(),
    Column("name", Secret(), nullable=False),
    Column("phone", Secret()),
    Column("chat_id", BigId, unique=True),
    Column("language", String(8), nullable=False),
    Column("digest_hour", String(5)),  # their own hour, 'HH:MM'; else the county's
    Column("bound_at", Moment),
    Column("left_on", Date),
    Column("demo", Boolean, nullable=False),
)

posts = Table(
    "posts",
    metadata,
    own_id(),
    Column("role", String(20), nullable=False),
    Column("unit", CODE, ForeignKey("units.code"), nullable=False),
    Column("holder", ID, ForeignKey("people.id")),
    Column("deputy", ID, ForeignKey("people.id")),
    Column("since", Date),
    Index("ix_posts_role_unit", "role", "unit"),
)

invites = Table(
    "invites",
    metadata,
    own_id(),
    Column("code", LargeBinary(20), nullable=False, unique=True),  # blind index of the code; the code itself is not kept
    Column("post_id", ID, ForeignKey("posts.id"), nullable=False),
    Column("as_deputy", Boolean, nullable=False),
    Column("name", Secret(), nullable=False),
    Column("made_by", ID),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("used_by", ID),
    Column("person_id", ID),  # the same person on a new phone
)

work_log = Table(
    "work_log",  # 工作日志: words a worker wants kept that are about no child's file; their own, sealed
    metadata,
    own_id(),
    Column("person_id", ID, ForeignKey("people.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("at", Moment, nullable=False),
    Column("text", Secret(), nullable=False),
    Column("message_id", BigId),  # the message it was, so that a change of that message is a change of the line
    Index("ix_work_log_person_id_day", "person_id", "day"),
)
