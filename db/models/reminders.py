"""Reminders, a row for each step somebody is told of, and those put off."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, String, Table, UniqueConstraint

from db.models.base import ID, metadata, own_id
from db.types import Moment

reminders = Table(
    "reminders",
    metadata,
    own_id(),
    Column("rule", String(24), nullable=False),
    Column("subject", String(60), nullable=False),  # 'child:<id>', 'report:<id>'
    Column("person_id", ID, ForeignKey("people.id"), nullable=False),
    Column("day", Date, nullable=False),  # of the step, never of the sending
    Column("due", Date, nullable=False),
    Column("state", String(12), nullable=False),  # planned | held | sent | moot | unreachable
    Column("late", Boolean, nullable=False),
    Column("planned_at", Moment, nullable=False),
    Column("settled_at", Moment),
    Column("digest_id", ID),  # the outbox message that carried it
    UniqueConstraint("rule", "subject", "person_id", "day"),
    Index("ix_reminders_state", "state", "day"),
)

snoozes = Table(
    "snoozes",  # reminders put off (domain.snoozes); one taken back is marked, never deleted
    metadata,
    own_id(),
    Column("rule", String(24), nullable=False),
    Column("subject", String(60), nullable=False),
    Column("person_id", ID, ForeignKey("people.id"), nullable=False),
    Column("due", Date, nullable=False),  # of the item put off
    Column("made_on", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("reason", String(12), nullable=False),
    Column("by_person", ID),  # somebody above who gave more time
    Column("at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
    Index("ix_snoozes_until", "until"),
)
