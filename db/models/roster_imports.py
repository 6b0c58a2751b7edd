"""Imports of a roster: each run, what it did to each file, what stood in columns we have no field for, and files that may be the same child's."""

from __future__ import annotations

from sqlalchemy import JSON as Json
from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from db.models.base import ID, metadata, own_id
from db.types import BigId, Moment, Secret

imports = Table(
    "imports",
    metadata,
    own_id(),
    Column("digest", LargeBinary(32), nullable=False),
    Column("by_person", ID),
    Column("at", Moment, nullable=False),
    Column("applied_at", Moment),
    Column("counts", Json, nullable=False),
    Column("rows", Secret("json")),  # the checked rows between preview and 确认
    # one that is too long for a single message's transaction is worked beside it (bot/importing.py)
    Column("stage", String(12), index=True),  # sent | going | undoing; null: nothing is running
    Column("chat_id", BigId),
    Column("worked", Integer),  # how many rows are done: the marker a restart goes on from
    Column("progress_id", ID),  # the outbox row of the line that shows how far it is
    Column("undone_at", Moment),
    Column("undone_by", ID),
)

import_children = Table(
    "import_children",  # one file an import opened or changed, as it was before: what an undo puts back
    metadata,
    own_id(),
    Column("import_id", ID, ForeignKey("imports.id"), nullable=False),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False),
    Column("before", Secret("json")),  # null: the import opened this file
    Column("result", String(12)),  # of an undo: undone | kept (somebody changed it since)
    UniqueConstraint("import_id", "child_id"),
)
roster_notes = Table(
    "roster_notes",  # 备注 and the columns of a roster that have no place in the file: {heading: words}
    metadata,
    own_id(),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False, index=True),
    Column("import_id", ID, ForeignKey("imports.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("content", Secret("json"), nullable=False),
)
likenesses = Table(
    "likenesses",  # two files that may be one child's, and what a person said to it
    metadata,
    own_id(),
    Column("one_id", ID, ForeignKey("children.id"), nullable=False),  # the smaller id of the two
    Column("other_id", ID, ForeignKey("children.id"), nullable=False, index=True),
    Column("grounds", Json, nullable=False),  # codes of domain.duplicates.Ground
    Column("facts", LargeBinary(20), nullable=False),  # blind digest of what was compared: asked again when it is another
    Column("state", String(8), nullable=False),  # open | apart | merged | gone
    Column("found_at", Moment, nullable=False),
    Column("told_at", Moment),
    Column("decided_at", Moment),
    Column("decided_by", ID),
    UniqueConstraint("one_id", "other_id"),
    Index("ix_likenesses_state", "state"),
)
merges = Table(
    "merges",  # two files made one: what both were before, and which rows moved; enough to take it back
    metadata,
    own_id(),
    Column("kept_id", ID, ForeignKey("children.id"), nullable=False, index=True),
    Column("closed_id", ID, ForeignKey("children.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("by_person", ID),
    Column("before", Secret("json"), nullable=False),  # {kept: the child, closed: the child}
    Column("moved", Json, nullable=False),  # {table.column: [row ids]}
    Column("undone_at", Moment),
    Column("undone_by", ID),
)
