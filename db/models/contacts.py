"""Contacts and home visits, and the problems found on them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, String, Table

from db.models.base import ID, metadata, own_id
from db.types import Moment, Secret

contacts = Table(
    "contacts",  # contacts and home visits; a corrected version replaces the old one and keeps it
    metadata,
    own_id(),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("reached", Boolean, nullable=False),
    Column("child_seen", Boolean),
    Column("by_person", ID, ForeignKey("people.id")),
    Column("by_role", String(20), nullable=False),
    Column("parents_called", String(8)),  # yes | no | unknown: did the parents contact the child this week
    Column("content", Secret("json"), nullable=False),  # met, checklist, note, needs, safety talks, own wish …
    Column("entered_at", Moment, nullable=False),
    Column("batch", ID, nullable=False),  # one submission may hold several children
    Column("replaces", ID),
    Column("replaced_by", ID),
    Column("demo", Boolean, nullable=False),
    Index("ix_contacts_child_id_day", "child_id", "day"),
    # some days with all that decides what they count as: counting them opens no row
    Index("ix_contacts_day", "day", "child_id", "reached", "replaced_by", "kind", "child_seen", "by_role"),
    Index("ix_contacts_by_person_day", "by_person", "day"),
    Index("ix_contacts_batch", "batch"),
)

issues = Table(
    "issues",  # a problem or need found, until it is solved
    metadata,
    own_id(),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False, index=True),
    Column("contact_id", ID, ForeignKey("contacts.id")),
    Column("type", String(16), nullable=False),
    Column("text", Secret(), nullable=False),
    Column("by_person", ID),
    Column("opened_on", Date, nullable=False),
    Column("help_wanted", Boolean, nullable=False),
    Column("closed_on", Date),
    Column("solution", Secret()),
    Column("demo", Boolean, nullable=False),
    Column("owner", String(20)),  # the role that has it: null is the village's director (domain.issues.OWNERS)
    Column("due", Date),  # by when somebody looks again; null: not set
    Index("ix_issues_due", "closed_on", "due"),
)
