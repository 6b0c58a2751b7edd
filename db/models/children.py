"""A child's file: who they are, what they are registered as, who looks after them, every change of it."""

from __future__ import annotations

from sqlalchemy import JSON as Json
from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, LargeBinary, String, Table

from db.models.base import CODE, ID, metadata, own_id
from db.types import Moment, Secret

children = Table(
    "children",
    metadata,
    own_id(),
    Column("file_no", String(24), nullable=False, unique=True),
    Column("unit", CODE, ForeignKey("units.code"), nullable=False),
    Column("name", Secret(), nullable=False),
    Column("id_no", Secret()),
    Column("id_no_index", LargeBinary(20), index=True),
    Column("row_index", LargeBinary(20), index=True),  # identity of a roster row without ID number
    Column("address", Secret()),
    Column("sex", String(6)),
    Column("birth_date", Date),
    Column("tier", String(8), nullable=False),
    Column("tier_since", Date),
    Column("household", String(36)),
    Column("details", Secret("json")),  # ethnicity, school, grade, boarding, school_status, health, disability, note
    Column("added_on", Date, nullable=False),
    Column("paused_until", Date),
    Column("closed_on", Date),
    Column("close_reason", String(20)),
    # written by domain.duties.due_days whenever a fact changes; `./run recompute` rebuilds them
    Column("contact_due", Date),
    Column("visit_due", Date),
    Column("supervisor_due", Date),
    Column("demo", Boolean, nullable=False),
    Column("disability_until", Date),  # the 残疾人证 holds until then
    Column(
        "number_says", String(32)
    ),  # what the ID number contradicts (domain.quality), "" for nothing; NULL: not compared
    Column("proposes_on", Date),  # from this day on a rule asks a person something (domain.eligibility_rules)
    Index("ix_children_proposes_on", "proposes_on"),
    Index("ix_children_unit_closed_on", "unit", "closed_on"),
    Index("ix_children_contact_due", "contact_due"),
    Index("ix_children_visit_due", "visit_due"),
    Index("ix_children_supervisor_due", "supervisor_due"),
)

child_labels = Table(
    "child_labels",
    metadata,
    own_id(),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False, index=True),
    Column("label", String(24), nullable=False),
    Column("since", Date),
    Column("until", Date),
    Column("proof", String(120)),  # a code of ours: by which rule it was proposed
    Column("evidence", Secret()),  # what a person says it rests on: a certificate, a decision
)

guardians = Table(
    "guardians",
    metadata,
    own_id(),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False, index=True),
    Column("relation", String(24), nullable=False),
    Column("name", Secret(), nullable=False),
    Column("phone", Secret()),
    Column("id_no", Secret()),
    Column("carer", Boolean, nullable=False),
    Column("away", Boolean),
    Column("state", String(20)),
    Column("work_place", Secret()),
    Column("kin_id", ID, index=True),  # the same person as on other children's rows (table kin)
    Column("state_since", Date),
    Column("state_until", Date),  # the end of a sentence or of compulsory treatment
    Column("capacity", String(8)),  # full | limited | none
    Column("capacity_why", Secret()),
    Column("away_since", Date),
    Column("province", String(24)),
    Column("city", String(40)),
    Column("trade", String(24)),
    Column("returns", String(16)),  # when they come home: spring_festival | harvest | now_and_then | rarely
    Column("last_call", Date),  # last spoke with the child
)

child_history = Table(
    "child_history",  # every change of a file: who, when, before, after
    metadata,
    own_id(),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("by_person", ID),
    Column("source", String(80), nullable=False),  # 'import:<id>', 'chat', 'demo'
    Column("change", Secret("json"), nullable=False),  # {field: [before, after]}
)

tier_decisions = Table(
    "tier_decisions",  # a tier is proposed by rules and set by a person: every change with its grounds
    metadata,
    own_id(),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by_person", ID),
    Column("before", String(8), nullable=False),
    Column("after", String(8), nullable=False),
    Column("grounds", Json, nullable=False),  # codes of domain.tiers.Ground
    Column("reason", Secret()),
    Column("state", String(8), nullable=False),  # set | asked | refused
    Column("decided_at", Moment),
    Column("decided_by", ID),
    Index("ix_tier_decisions_child_id", "child_id", "at"),
    Index("ix_tier_decisions_state", "state"),
)
