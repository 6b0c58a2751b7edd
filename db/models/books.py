"""Small books the county keeps beside the files: whom to ring at night, work near home, what was reported online; and
what a visit once a term heard about a child's phone (plan tasks 7, 13, 16)."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, String, Table, UniqueConstraint

from db.models.base import CODE, ID, metadata, own_id
from db.types import Moment, Secret

night_contacts = Table(
    "night_contacts",  # 夜间联系表: who answers for an office after hours, from a moment until another
    metadata,
    own_id(),
    Column("unit", CODE, nullable=False),  # a town, a department, the county
    Column("name", Secret(), nullable=False),
    Column("phone", Secret(), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by_person", ID),
    Column("ended_at", Moment),
    Column("demo", Boolean, nullable=False),
    Index("ix_night_contacts_ended_at", "ended_at", "unit"),
)

jobs = Table(
    "jobs",  # work or a training near home, as the employment bureau words it; no person in it
    metadata,
    own_id(),
    Column("by_unit", CODE, nullable=False),
    Column("kind", String(12), nullable=False),  # job | training
    Column("words", Secret(), nullable=False),
    Column("until", Date, nullable=False),  # the last day to apply
    Column("at", Moment, nullable=False),
    Column("by_person", ID),
    Column("ended_at", Moment),  # filled, or taken back
    Column("demo", Boolean, nullable=False),
    Index("ix_jobs_until", "until"),
)

job_passes = Table(
    "job_passes",  # a village passed it on; once for each village
    metadata,
    own_id(),
    Column("job_id", ID, ForeignKey("jobs.id"), nullable=False),
    Column("unit", CODE, nullable=False),
    Column("day", Date, nullable=False),
    Column("by_person", ID),
    UniqueConstraint("job_id", "unit"),
)

online_clues = Table(
    "online_clues",  # 清朗: harmful content reported to 12377 or the police, and what they answered; no child in it
    metadata,
    own_id(),
    Column("unit", CODE, nullable=False),  # the unit that reported it
    Column("kind", String(12), nullable=False),
    Column("place", Secret(), nullable=False),  # where it stood, as told
    Column("receipt", Secret()),  # the number they gave
    Column("reported_on", Date, nullable=False),
    Column("answer", String(12)),  # null: none yet
    Column("answered_on", Date),
    Column("by_person", ID),
    Column("at", Moment, nullable=False),
    Column("demo", Boolean, nullable=False),
    Index("ix_online_clues_reported_on", "reported_on"),
)

phone_talks = Table(
    "phone_talks",  # asked once a term at a visit: how the child uses a phone; one word, nothing told
    metadata,
    own_id(),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False),
    Column("term", String(8), nullable=False),
    Column("answer", String(12), nullable=False),
    Column("day", Date, nullable=False),
    Column("by_person", ID),
    Column("at", Moment, nullable=False),
    Column("demo", Boolean, nullable=False),
    UniqueConstraint("child_id", "term"),
)
