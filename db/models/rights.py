"""Rights of those whose data it is (查阅/更正申请), and the glass broken in an emergency (紧急查看)."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, String, Table

from db.models.base import CODE, ID, metadata, own_id
from db.types import Moment, Secret

glass_openings = Table(
    "glass_openings",  # a file of another place opened in an emergency: by whom, why, until when
    metadata,
    own_id(),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False),
    Column("unit", CODE, ForeignKey("units.code"), nullable=False),  # the child's, at that moment
    Column("by_person", ID, ForeignKey("people.id"), nullable=False),
    Column("reason", String(12), nullable=False),  # domain.break_glass.REASONS
    Column("at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("ended_at", Moment),  # closed before its time by the county
    Column("ended_by", ID),
    Column("demo", Boolean, nullable=False),
    Index("ix_glass_openings_by_person_at", "by_person", "at"),
    Index("ix_glass_openings_at", "at"),
)

rights_requests = Table(
    "rights_requests",  # a guardian asks to see, copy, correct, complete or delete; answered in writing within 15 working days
    metadata,
    own_id(),
    Column("number", String(24), nullable=False, unique=True),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False, index=True),
    Column("unit", CODE, ForeignKey("units.code"), nullable=False),
    Column("kind", String(8), nullable=False),  # domain.rights.Kind
    Column("content", Secret("json"), nullable=False),  # who asks, what for, the answer in words
    Column("taken_by", ID, ForeignKey("people.id"), nullable=False),
    Column("taken_at", Moment, nullable=False),
    Column("due", Date, nullable=False),
    Column("decision", String(8)),  # granted | refused; null: open
    Column("why", String(16)),  # domain.rights.REFUSALS
    Column("decided_by", ID),
    Column("decided_at", Moment),
    Column("demo", Boolean, nullable=False),
    Index("ix_rights_requests_decision_due", "decision", "due"),
)
