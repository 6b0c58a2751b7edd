"""Children who move, directors who hand over, the yearly sweep, and what became of an issue."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from db.models.base import CODE, ID, metadata, own_id
from db.types import Moment, Secret

moves = Table(
    "moves",  # a child goes from one village to another; nothing moves before the receiver has said yes
    metadata,
    own_id(),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False),
    Column("running", ID, unique=True),  # the child as long as it is open: never two at once
    Column("from_unit", CODE, ForeignKey("units.code"), nullable=False),
    Column("to_unit", CODE, ForeignKey("units.code"), nullable=False),
    Column("day", Date, nullable=False),  # from when the child lives there
    Column("why", Secret(), nullable=False),
    Column("by_person", ID),
    Column("at", Moment, nullable=False),
    Column("answered_at", Moment),  # accepted; the file goes over on `day`, at once if that is past
    Column("answered_by", ID),
    Column("ended_at", Moment),
    Column("ended_how", String(12)),  # moved | returned | withdrawn
    Column("ended_by", ID),
    Column("ended_why", Secret()),
    Column("demo", Boolean, nullable=False),
    Index("ix_moves_child_id", "child_id"),
    Index("ix_moves_to_unit", "to_unit", "ended_at"),
    Index("ix_moves_from_unit", "from_unit", "ended_at"),
)

handovers = Table(
    "handovers",  # of a director's village, from who leaves to who comes
    metadata,
    own_id(),
    Column("unit", CODE, ForeignKey("units.code"), nullable=False),
    Column("running", CODE, unique=True),  # the unit as long as it is open
    Column("giver", ID),  # null: nobody held the post
    Column("taker", ID),  # null: nobody yet, the supervisor takes it
    Column("by_person", ID),
    Column("at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("demo", Boolean, nullable=False),
    Index("ix_handovers_unit", "unit", "at"),
)

handover_items = Table(
    "handover_items",  # one thing on the reading list; ids only
    metadata,
    own_id(),
    Column("handover_id", ID, ForeignKey("handovers.id"), nullable=False),
    Column("kind", String(12), nullable=False),  # domain.moves.Handed
    Column("subject", String(80), nullable=False),
    Column("place", Integer, nullable=False),
    Column("given_at", Moment),
    Column("given_by", ID),
    Column("taken_at", Moment),
    Column("taken_by", ID),
    UniqueConstraint("handover_id", "kind", "subject"),
)

sweeps = Table(
    "sweeps",  # 拉网式排查 of one town in one year
    metadata,
    own_id(),
    Column("unit", CODE, ForeignKey("units.code"), nullable=False),
    Column("running", CODE, unique=True),  # the town as long as it runs
    Column("by_person", ID),
    Column("at", Moment, nullable=False),
    Column("due", Date, nullable=False),
    Column("ended_at", Moment),
    Column("demo", Boolean, nullable=False),
    Index("ix_sweeps_unit", "unit", "at"),
)

sweep_villages = Table(
    "sweep_villages",  # done once somebody has signed for it
    metadata,
    own_id(),
    Column("sweep_id", ID, ForeignKey("sweeps.id"), nullable=False),
    Column("unit", CODE, ForeignKey("units.code"), nullable=False),
    Column("signed_at", Moment),
    Column("signed_by", ID),
    Column("signature", Secret()),  # the name as it was written
    UniqueConstraint("sweep_id", "unit"),
    Index("ix_sweep_villages_unit", "unit", "signed_at"),
)

sweep_homes = Table(
    "sweep_homes",  # a household of the list, and what was found there
    metadata,
    own_id(),
    Column("sweep_id", ID, ForeignKey("sweeps.id"), nullable=False),
    Column("unit", CODE, nullable=False),
    Column("home", String(36), nullable=False),  # the household's id, or the child's where it has none
    Column("found", String(12)),  # domain.sweeps.Found; null: nobody was there yet
    Column("at", Moment),
    Column("by_person", ID),
    UniqueConstraint("sweep_id", "home"),
    Index("ix_sweep_homes_sweep_id_unit", "sweep_id", "unit"),
)

issue_events = Table(
    "issue_events",  # what became of an issue: due days, passed on, solved, opened again
    metadata,
    own_id(),
    Column("issue_id", ID, ForeignKey("issues.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("kind", String(12), nullable=False),  # domain.issues.Act
    Column("by_person", ID),
    Column("owner", String(20)),
    Column("due", Date),
    Column("words", Secret()),
    Index("ix_issue_events_issue_id", "issue_id"),
)
