"""Keeping house: what this database is, who alone may do a job, the county's own numbers, who did what."""

from __future__ import annotations

from sqlalchemy import JSON as Json
from sqlalchemy import Column, Date, Index, LargeBinary, String, Table

from db.models.base import ID, metadata, own_id
from db.types import BigId, Moment

meta = Table(
    "meta",
    metadata,
    Column("key", String(40), primary_key=True),  # 'kind' (demo | county), 'key_check', 'seed' …
    Column("value", String(400), nullable=False),
)

leases = Table(
    "leases",  # who alone may do a job just now: 'sender', 'scheduler'
    metadata,
    Column("name", String(40), primary_key=True),
    Column("holder", String(80), nullable=False),
    Column("until", Moment, nullable=False),
)

settings = Table(
    "settings",  # the county's own numbers, from a date on
    metadata,
    own_id(),
    Column("key", String(40), nullable=False),
    Column("value", Json, nullable=False),
    Column("from_on", Date, nullable=False),
    Column("by_person", ID),
    Column("at", Moment, nullable=False),
)

journal = Table(
    "journal",  # append-only; sealed into a hash chain in commit order by one sealer
    metadata,
    own_id(),
    Column("at", Moment, nullable=False),
    Column("person_id", ID),
    Column("action", String(40), nullable=False),
    Column("subject", String(80)),
    Column("detail", Json),  # codes and counts, never sensitive values
    Column("seq", BigId, unique=True),  # place in the chain, once sealed
    Column("hash", LargeBinary(32)),
    Column("mac", LargeBinary(16)),  # made with the line by the keys; none on lines older than revision 0024
    Index("ix_journal_person_id_at", "person_id", "at"),
    Index("ix_journal_subject", "subject"),
)
